//! The order of a table's rows by one of its columns: a permutation of their offsets, and how it is made.
//!
//! Numbers come by their value, then texts by their characters, then `false` and `true`, then containers. The
//! other way round these change places. `null` comes after them, and last what has no value, both ways. Rows that
//! are equal stay in the order of the document.

use super::{
    decimal::Decimal,
    texts::{Keyed, Texts, prefix, sort_texts},
};
use crate::document::json::scanner::Token;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Ascending,
    Descending,
}

/// The rows of a table by one column, eight bytes each. Rows that arrived later follow as they came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    pub column: usize,
    pub direction: Direction,
    /// Where each row begins.
    pub(super) starts: Vec<u64>,
}

/// How far a sort has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SortProgress {
    /// Values that were read. Where many texts begin alike, some are read again.
    pub read: u64,
    pub rows: u64,
}

/// The value of a row that it is sorted by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    /// As it is written.
    Number(String),
    Text(String),
    Other(Token),
    Missing,
}

/// Rows by what they are. At most sixteen bytes are kept of each, however long its value is.
#[derive(Debug, Default)]
pub(super) struct Buckets {
    descending: bool,
    numbers: Vec<Keyed>,
    /// Whether numbers may differ that are the same as `f64`.
    inexact: bool,
    texts: Vec<Keyed>,
    falses: Vec<u64>,
    trues: Vec<u64>,
    containers: Vec<u64>,
    nulls: Vec<u64>,
    missing: Vec<u64>,
}

impl Buckets {
    pub(super) fn new(direction: Direction) -> Self {
        Self { descending: direction == Direction::Descending, ..Self::default() }
    }

    /// Takes the next row of the document; `truth` is what a boolean is.
    pub(super) fn add(&mut self, start: u64, value: &Value, truth: bool) {
        let turn = |key: u64| if self.descending { !key } else { key };
        match value {
            Value::Number(text) => {
                let number: f64 = text.trim().parse().unwrap_or_default();
                // Fifteen digits are told apart by an `f64`, within its bounds.
                let is_exact = number.is_normal() && text.bytes().filter(u8::is_ascii_digit).count() <= 15;
                self.inexact |= !is_exact && text.trim() != "0";
                self.numbers.push(Keyed { key: turn(ordered(number)), start });
            }
            Value::Text(text) => self.texts.push(Keyed { key: turn(prefix(text.as_bytes())), start }),
            Value::Other(Token::Null) => self.nulls.push(start),
            Value::Other(Token::Boolean) if truth => self.trues.push(start),
            Value::Other(Token::Boolean) => self.falses.push(start),
            Value::Other(_) => self.containers.push(start),
            Value::Missing => self.missing.push(start),
        }
    }

    /// All rows in order. `None` when `texts` was told to stop.
    pub(super) fn sort(mut self, texts: &mut Texts<'_>) -> Option<Vec<u64>> {
        self.numbers.sort_unstable();
        if self.inexact {
            sort_exactly(&mut self.numbers, self.descending, texts)?;
        }
        sort_texts(&mut self.texts, self.descending, texts)?;
        let starts = |keyed: Vec<Keyed>| keyed.into_iter().map(|keyed| keyed.start).collect::<Vec<_>>();
        let mut kinds = [starts(self.numbers), starts(self.texts), self.falses, self.trues, self.containers];
        if self.descending {
            kinds.reverse();
        }
        Some(kinds.into_iter().chain([self.nulls, self.missing]).flatten().collect())
    }
}

/// Sorts anew what is the same as `f64`.
fn sort_exactly(numbers: &mut [Keyed], descending: bool, texts: &mut Texts<'_>) -> Option<()> {
    for group in numbers.chunk_by_mut(|a, b| a.key == b.key).filter(|group| group.len() > 1) {
        let mut exact = Vec::with_capacity(group.len());
        for keyed in group.iter() {
            exact.push((Decimal::new(&texts.read(keyed.start)?), keyed.start));
        }
        exact.sort_by(|(a, _), (b, _)| if descending { b.cmp(a) } else { a.cmp(b) });
        for (keyed, (_, start)) in group.iter_mut().zip(exact) {
            keyed.start = start;
        }
    }
    Some(())
}

/// Bits that are ordered as the numbers are.
fn ordered(number: f64) -> u64 {
    // The negative zero is the other one.
    let bits = (number + 0.0).to_bits();
    if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
}
