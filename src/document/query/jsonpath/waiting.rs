//! What can only be decided when a container ends: selectors that count from its end, lists of selectors, and filters
//! in lists. Of the children, only those are kept that may be chosen.

use std::{collections::VecDeque, ops::Range};

use super::{Expr, Part, Root, Segment, Selector};
use crate::document::json::{scanner::Shape, string::is_name};

/// How a segment is decided.
pub(super) enum Decision<'a> {
    /// When a child begins.
    Direct(&'a Selector),
    /// When the child ends.
    Filter(&'a Expr),
    /// When the container ends.
    Deferred,
}

impl Segment {
    pub(super) fn decision(&self) -> Decision<'_> {
        match self.selectors.as_slice() {
            [Selector::Filter(expr)] => Decision::Filter(expr),
            [
                selector @ (Selector::Name(_)
                | Selector::Wildcard
                | Selector::Index(0..)
                | Selector::Slice { start: None | Some(0..), end: None | Some(0..), step: 1.. }),
            ] => Decision::Direct(selector),
            _ => Decision::Deferred,
        }
    }
}

/// A child of a container that waits for its end.
#[derive(Debug)]
pub(super) struct Child {
    pub(super) range: Range<u64>,
    /// The offset of its key, in an object.
    pub(super) key: Option<u64>,
    pub(super) index: u64,
}

/// The children that may be chosen when their container ends.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    /// The numbers of the segments that choose, each with the slot of what it finds.
    pub(super) segments: Vec<(usize, usize)>,
    /// In order.
    children: VecDeque<Child>,
    /// How many children there were, kept or not.
    count: u64,
    /// The last so many are all that matters.
    tail: Option<usize>,
    /// Whether the key that was read last may be chosen by its name.
    named: bool,
    /// Where the child begins that is being read, with its key, if it may be chosen.
    begun: Option<u64>,
}

impl Waiting {
    pub(super) fn new(segments: Vec<(usize, usize)>, all: &[Segment]) -> Self {
        let mut tail = Some(0);
        for selector in selectors(&segments, all) {
            tail = tail.zip(selector.tail()).map(|(one, other)| one.max(other));
        }
        Self { segments, tail, ..Self::default() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.segments.is_empty()
    }

    /// The offset from which on bytes are needed.
    pub(super) fn needs(&self) -> Option<u64> {
        self.children.front().map(|child| child.key.unwrap_or(child.range.start)).or(self.begun)
    }

    /// Takes note of the key at that offset, as it is written in its quotes.
    pub(super) fn key(&mut self, start: u64, key: &[u8], all: &[Segment]) {
        self.begun = Some(start);
        self.named = selectors(&self.segments, all)
            .any(|one| matches!(one, Selector::Name(name) if is_name(key, name)));
    }

    /// A child begins at that offset, with its key if it has one.
    pub(super) fn begin(&mut self, start: u64, index: u64, shape: Shape, all: &[Segment]) {
        self.count += 1;
        let named = std::mem::take(&mut self.named);
        let may_be_chosen = selectors(&self.segments, all).any(|selector| match (selector, shape) {
            (Selector::Name(_), Shape::Object) => named,
            (Selector::Index(0..), Shape::Array) => selector.takes(index),
            (Selector::Name(_), Shape::Array)
            | (Selector::Index(_) | Selector::Slice { .. }, Shape::Object) => false,
            _ => true,
        });
        self.begun = may_be_chosen.then_some(start);
    }

    /// That child ended.
    pub(super) fn end(&mut self, child: Child) {
        if self.begun.take().is_some() {
            self.children.push_back(child);
            if self.tail.is_some_and(|tail| self.children.len() > tail) {
                self.children.pop_front();
            }
        }
    }

    /// The children that a selector takes, in its order.
    pub(super) fn chosen<'a>(
        &'a self,
        selector: &Selector,
        shape: Shape,
        part: Part<'a>,
        root: &Root<'a>,
    ) -> Vec<&'a Child> {
        let len = i64::try_from(self.count).unwrap_or(i64::MAX);
        match selector {
            Selector::Wildcard => self.children.iter().collect(),
            Selector::Filter(expr) => {
                let passes = |child: &&Child| expr.holds(part.within(&child.range), root);
                self.children.iter().filter(passes).collect()
            }
            Selector::Name(name) => {
                let is_named = |child: &&Child| child.key.is_some_and(|key| has_name(part, key, child, name));
                self.children.iter().filter(is_named).collect()
            }
            Selector::Index(index) if shape == Shape::Array => {
                self.at(if *index < 0 { len + index } else { *index }).into_iter().collect()
            }
            Selector::Slice { start, end, step } if shape == Shape::Array => {
                slice(*start, *end, *step, len).filter_map(|index| self.at(index)).collect()
            }
            Selector::Index(_) | Selector::Slice { .. } => Vec::new(),
        }
    }

    fn at(&self, index: i64) -> Option<&Child> {
        let index = u64::try_from(index).ok()?;
        let at = self.children.binary_search_by_key(&index, |child| child.index).ok()?;
        self.children.get(at)
    }
}

fn selectors<'a>(segments: &[(usize, usize)], all: &'a [Segment]) -> impl Iterator<Item = &'a Selector> {
    let of = |(number, _): &(usize, usize)| all.get(*number).map_or(&[][..], |segment| &segment.selectors);
    segments.iter().flat_map(of)
}

impl Selector {
    /// Whether an index or a slice, neither of which counts from the end, takes that index.
    pub(super) fn takes(&self, index: u64) -> bool {
        let index = i64::try_from(index).unwrap_or(i64::MAX);
        match self {
            Self::Index(wanted) => index == *wanted,
            Self::Slice { start, end, step } => {
                let start = start.unwrap_or(0);
                index >= start && end.is_none_or(|end| index < end) && (index - start) % step == 0
            }
            _ => false,
        }
    }

    /// The last so many children are all that it can take.
    fn tail(&self) -> Option<usize> {
        match self {
            Self::Index(index @ ..0) | Self::Slice { start: Some(index @ ..0), step: 1.., .. } => {
                usize::try_from(index.unsigned_abs()).ok()
            }
            _ => None,
        }
    }
}

fn has_name(part: Part<'_>, key: u64, child: &Child, name: &str) -> bool {
    let text = part.read(key..child.range.start);
    // The key, white space, the colon and white space.
    let end = memchr::memrchr(b'"', &text).map_or(0, |at| at + 1);
    is_name(text.get(..end).unwrap_or_default(), name)
}

/// The indexes that a slice takes of an array of that length (RFC 9535, section 2.3.4.2.2).
fn slice(start: Option<i64>, end: Option<i64>, step: i64, len: i64) -> impl Iterator<Item = i64> {
    let normal = |index: i64| if index < 0 { len + index } else { index };
    let (first, last) = if step >= 0 {
        let lower = normal(start.unwrap_or(0)).clamp(0, len);
        (lower, normal(end.unwrap_or(len)).clamp(0, len))
    } else {
        let upper = start.map_or(len - 1, normal).clamp(-1, len - 1);
        (upper, end.map_or(-1, |end| normal(end).clamp(-1, len - 1)))
    };
    let mut at = first;
    std::iter::from_fn(move || {
        let more = (step > 0 && at < last) || (step < 0 && at > last);
        let index = at;
        at = at.saturating_add(step);
        more.then_some(index)
    })
}
