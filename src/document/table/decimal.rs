//! Numbers compared by their digits: those of JSON may have more than an `f64` tells apart, as ids of 64 bits have.

use std::cmp::Ordering;

/// A decimal number; zero has no digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Decimal {
    negative: bool,
    /// Where the point is, counted from before the first digit.
    point: i64,
    /// Without zeroes at either end.
    digits: Vec<u8>,
}

impl Decimal {
    /// Reads a number of JSON, or of CSV, which may have a sign and no digit before the point.
    pub(super) fn new(text: &str) -> Self {
        let text = text.trim();
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let unsigned = mantissa.trim_start_matches(['-', '+']);
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let all: Vec<_> = whole.bytes().chain(fraction.bytes()).collect();
        let zeroes = all.iter().take_while(|digit| **digit == b'0').count();
        let end = all.iter().rposition(|digit| *digit != b'0').map_or(zeroes, |last| last + 1);
        let digits = all.get(zeroes..end).unwrap_or_default().to_vec();
        // What does not fit is as far from one as can be.
        let far = if exponent.starts_with('-') { i64::MIN / 2 } else { i64::MAX / 2 };
        let exponent: i64 = exponent.parse().unwrap_or(far).clamp(i64::MIN / 2, i64::MAX / 2);
        let before = |digits: usize| i64::try_from(digits).unwrap_or(i64::MAX / 4);
        let point = if digits.is_empty() { 0 } else { exponent + before(whole.len()) - before(zeroes) };
        Self { negative: mantissa.starts_with('-') && !digits.is_empty(), point, digits }
    }

    fn magnitude(&self, other: &Self) -> Ordering {
        match (self.digits.is_empty(), other.digits.is_empty()) {
            (false, false) => self.point.cmp(&other.point).then_with(|| self.digits.cmp(&other.digits)),
            (empty, other) => other.cmp(&empty),
        }
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.negative, other.negative) {
            (false, false) => self.magnitude(other),
            (true, true) => other.magnitude(self),
            (negative, positive) => positive.cmp(&negative),
        }
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_order() {
        let sorted = [
            "-1e999999999999999999999",
            "-20",
            "-12.5",
            "-0.001",
            "0",
            "1e-9999",
            "0.5",
            "1",
            "1.0000000000000000001",
            "9007199254740992",
            "9007199254740993",
            "1e400",
        ];
        for pair in sorted.windows(2) {
            assert_eq!(Decimal::new(pair[0]).cmp(&Decimal::new(pair[1])), Ordering::Less, "{pair:?}");
        }
        for (a, b) in [("1", "1.00"), ("-0", "0.0e5"), ("120", "1.2E+2"), ("+.5", "5e-1")] {
            assert_eq!(Decimal::new(a), Decimal::new(b));
        }
    }
}
