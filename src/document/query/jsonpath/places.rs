//! Paths as places that a walk through a document comes by: told step by step, without looking at values.

use super::{Path, Segment, Selector, parse};
use crate::document::query::QueryError;

/// How far a walk has followed each path: a set of bits.
pub(crate) type Followed = u64;

/// Some paths, of which any may lead to a value. They have names, wildcards, indexes, slices from the front and
/// `..`, but no filters and nothing that counts from the end: those are decided by values.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Places {
    /// Each with the number of its first bit.
    paths: Vec<(u32, Path)>,
    bits: u32,
}

/// A step of the walk.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Step<'a> {
    Key(&'a str),
    Index(u64),
}

impl Places {
    /// Adds a path.
    pub fn add(&mut self, text: &str) -> Result<(), QueryError> {
        let error = |message: &str| Err(QueryError { column: 1, message: message.to_owned() });
        let path = parse(text.trim())?;
        if path.segments.iter().flat_map(|segment| &segment.selectors).any(|selector| !selector.is_place()) {
            return error("a place has no filter, and no index that counts from the end");
        }
        let bits = path.segments.len() as u32 + 1;
        if self.bits + bits > Followed::BITS {
            return error("too many places: 64 segments are followed, with one for each root");
        }
        self.paths.push((self.bits, path));
        self.bits += bits;
        Ok(())
    }

    pub fn is_empty(&self) -> bool {
        self.paths.is_empty()
    }

    /// At the root.
    pub(crate) fn start(&self) -> Followed {
        self.paths.iter().fold(0, |bits, (first, _)| bits | 1 << first)
    }

    /// At a child of where `from` was.
    pub(crate) fn step(&self, from: Followed, step: Step<'_>) -> Followed {
        let mut next = 0;
        for (first, path) in self.paths.iter().filter(|_| from != 0) {
            for (bit, segment) in (*first..).zip(&path.segments).filter(|(bit, _)| from & (1 << bit) != 0) {
                next |= if segment.descendant { 1 << bit } else { 0 };
                next |= if segment.takes(step) { 1 << (bit + 1) } else { 0 };
            }
        }
        next
    }

    /// Whether a path ends there.
    pub(crate) fn is_reached(&self, at: Followed) -> bool {
        at != 0
            && self.paths.iter().any(|(first, path)| at & (1 << (first + path.segments.len() as u32)) != 0)
    }
}

impl Segment {
    fn takes(&self, step: Step<'_>) -> bool {
        self.selectors.iter().any(|selector| match (selector, step) {
            (Selector::Wildcard, _) => true,
            (Selector::Name(name), Step::Key(key)) => name == key,
            (selector, Step::Index(index)) => selector.takes(index),
            _ => false,
        })
    }
}

impl Selector {
    fn is_place(&self) -> bool {
        match self {
            Self::Name(_) | Self::Wildcard | Self::Index(0..) => true,
            Self::Slice { start, end, step } => start.unwrap_or(0) >= 0 && end.unwrap_or(0) >= 0 && *step > 0,
            Self::Index(_) | Self::Filter(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reaches(paths: &[&str], steps: &[Step<'_>]) -> bool {
        let mut places = Places::default();
        for path in paths {
            places.add(path).unwrap();
        }
        places.is_reached(steps.iter().fold(places.start(), |at, step| places.step(at, *step)))
    }

    #[test]
    fn paths_lead_to_places() {
        use Step::{Index, Key};
        let items = [Key("items"), Index(3), Key("at")];
        for path in ["$.items[*].at", "$..at", "$.*[2:9].at", "$['items', 'x'][1, 3]['at']", "$.items..at"] {
            assert!(reaches(&["$.other", path], &items), "{path}");
        }
        for path in ["$", "$.items", "$.at", "$.items[0].at", "$.items[*].at.x", "$[3]"] {
            assert!(!reaches(&[path], &items), "{path}");
        }
        assert!(reaches(&["$"], &[]));
        assert!(reaches(&["$..x"], &[Key("x"), Index(0), Key("x")]));
    }

    #[test]
    fn what_looks_at_values_is_no_place() {
        let mut places = Places::default();
        for path in ["$[?@.a]", "$[-1]", "$[:-1]", "a"] {
            assert!(places.add(path).is_err(), "{path}");
        }
        assert!(places.is_empty());
    }
}
