//! Which part of two lines differs.

use std::ops::Range;

/// The part of each text between what they have in common at the start and at the end. Neither cuts a character.
pub(super) fn inner(left: &[u8], right: &[u8]) -> (Range<usize>, Range<usize>) {
    let boundary = |at: usize| is_boundary(left, at) && is_boundary(right, at);
    let mut start = left.iter().zip(right).take_while(|(a, b)| a == b).count();
    while start > 0 && !boundary(start) {
        start -= 1;
    }
    let rest = left.len().min(right.len()) - start;
    let back = left.iter().rev().zip(right.iter().rev()).take(rest);
    let mut end = back.take_while(|(a, b)| a == b).count();
    while !is_boundary(left, left.len() - end) || !is_boundary(right, right.len() - end) {
        end -= 1;
    }
    (start..left.len() - end, start..right.len() - end)
}

fn is_boundary(text: &[u8], at: usize) -> bool {
    text.get(at).is_none_or(|byte| byte & 0xc0 != 0x80)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_outside_is_the_same(left in "[abé🦀]{0,12}", right in "[abé🦀]{0,12}") {
            let (l, r) = inner(left.as_bytes(), right.as_bytes());
            prop_assert_eq!(&left[..l.start], &right[..r.start]);
            prop_assert_eq!(&left[l.end..], &right[r.end..]);
            let (l, r) = (&left[l], &right[r]);
            prop_assert!(l.chars().next() != r.chars().next() || l.is_empty() || r.is_empty());
            prop_assert!(l.chars().next_back() != r.chars().next_back() || l.is_empty() || r.is_empty());
        }
    }
}
