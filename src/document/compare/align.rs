//! Which items of two rows belong together: those of a longest common subsequence, and others that have moved.

use std::{collections::HashMap, ops::Range};

pub(super) use imara_diff::Algorithm;
use imara_diff::{Diff, InternedInput};

/// Items that belong together, or one that is alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) left: Option<usize>,
    pub(super) right: Option<usize>,
    /// Whether they are the same and stand elsewhere among the others.
    pub(super) moved: bool,
}

/// The parts in which two rows differ, in order; all between is the same.
pub(super) fn hunks(algorithm: Algorithm, left: &[u64], right: &[u64]) -> Vec<(Range<usize>, Range<usize>)> {
    // What is the same at both ends need not be searched.
    let start = left.iter().zip(right).take_while(|(a, b)| a == b).count();
    let (left, right) = (left.get(start..).unwrap_or_default(), right.get(start..).unwrap_or_default());
    let end = left.iter().rev().zip(right.iter().rev()).take_while(|(a, b)| a == b).count();
    let middle = |row: &[u64]| row.get(..row.len() - end).unwrap_or_default().to_vec();
    let (left, right) = (middle(left), middle(right));
    if left.is_empty() || right.is_empty() {
        let hunk = (start..start + left.len(), start..start + right.len());
        return if left.is_empty() && right.is_empty() { Vec::new() } else { vec![hunk] };
    }
    let mut input = InternedInput::default();
    input.update_before(left.into_iter());
    input.update_after(right.into_iter());
    let mut diff = Diff::compute(algorithm, &input);
    diff.postprocess_no_heuristic(&input);
    let range = |range: Range<u32>| start + range.start as usize..start + range.end as usize;
    diff.hunks().map(|hunk| (range(hunk.before), range(hunk.after))).collect()
}

/// Pairs in the order of the right row, with what only the left one has at its place among them. What is equal
/// belongs together; with `positions`, also what differs and stands at the same place between others that do.
pub(super) fn align(left: &[u64], right: &[u64], positions: bool) -> Vec<Pair> {
    let hunks = hunks(Algorithm::Myers, left, right);
    let moved = moved(left, right, &hunks);
    let taken: std::collections::HashSet<usize> = moved.values().copied().collect();
    let mut pairs = Vec::with_capacity(right.len());
    let (mut l, mut r) = (0, 0);
    let end = (left.len()..left.len(), right.len()..right.len());
    for (before, after) in hunks.into_iter().chain([end]) {
        pairs.extend((l..before.start).zip(r..after.start).map(|(left, right)| Pair {
            left: Some(left),
            right: Some(right),
            moved: false,
        }));
        (l, r) = (before.end, after.end);
        let mut alone = before.filter(|item| !taken.contains(item));
        if !positions {
            pairs.extend(alone.by_ref().map(|item| Pair { left: Some(item), right: None, moved: false }));
        }
        for right in after {
            let (left, moved) = match moved.get(&right) {
                Some(left) => (Some(*left), true),
                None => (alone.next(), false),
            };
            pairs.push(Pair { left, right: Some(right), moved });
        }
        pairs.extend(alone.map(|item| Pair { left: Some(item), right: None, moved: false }));
    }
    pairs
}

/// The left item for each right one that was moved there.
fn moved(left: &[u64], right: &[u64], hunks: &[(Range<usize>, Range<usize>)]) -> HashMap<usize, usize> {
    let mut waiting: HashMap<u64, Vec<usize>> = HashMap::new();
    for item in hunks.iter().rev().flat_map(|(before, _)| before.clone().rev()) {
        if let Some(key) = left.get(item) {
            waiting.entry(*key).or_default().push(item);
        }
    }
    let mut moved = HashMap::new();
    for item in hunks.iter().flat_map(|(_, after)| after.clone()) {
        let found = right.get(item).and_then(|key| waiting.get_mut(key)).and_then(Vec::pop);
        if let Some(left) = found {
            moved.insert(item, left);
        }
    }
    moved
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_item_is_there_once_and_in_order(
            left in prop::collection::vec(0u64..6, 0..12),
            right in prop::collection::vec(0u64..6, 0..12),
            positions: bool,
        ) {
            let pairs = align(&left, &right, positions);
            let rights: Vec<_> = pairs.iter().filter_map(|pair| pair.right).collect();
            prop_assert_eq!(rights, (0..right.len()).collect::<Vec<_>>());
            let mut lefts: Vec<_> = pairs.iter().filter_map(|pair| pair.left).collect();
            let unmoved: Vec<_> = pairs.iter().filter(|pair| !pair.moved).filter_map(|pair| pair.left).collect();
            prop_assert!(unmoved.is_sorted());
            lefts.sort_unstable();
            prop_assert_eq!(lefts, (0..left.len()).collect::<Vec<_>>());
            for pair in &pairs {
                if let (Some(l), Some(r)) = (pair.left, pair.right) {
                    prop_assert!(left[l] == right[r] || (positions && !pair.moved));
                    prop_assert!(!pair.moved || left[l] == right[r]);
                }
            }
            // Whatever both have is the same somewhere.
            for item in 0..6 {
                let count = |row: &[u64]| row.iter().filter(|other| **other == item).count();
                let same = pairs.iter().filter(|pair| {
                    pair.left.is_some_and(|l| left[l] == item) && pair.right.is_some_and(|r| right[r] == item)
                });
                prop_assert!(same.count() >= count(&left).min(count(&right)));
            }
        }
    }

    #[test]
    fn a_moved_item_is_told() {
        let pair = |left, right, moved| Pair { left: Some(left), right: Some(right), moved };
        assert_eq!(
            align(&[1, 2, 3], &[3, 1, 2], true),
            [pair(2, 0, true), pair(0, 1, false), pair(1, 2, false)]
        );
        assert_eq!(
            align(&[1, 2, 3], &[1, 5, 3], true),
            [pair(0, 0, false), pair(1, 1, false), pair(2, 2, false)]
        );
    }
}
