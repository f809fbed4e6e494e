//! JSON compared by what it says: members by their keys, items by an id or by what they are.
//!
//! The documents are gone over container by container. Of those at hand the children are kept, as hashes; where
//! two differ, their own children are read next. So memory is bounded by the largest container that differs.

use std::{
    collections::{HashMap, HashSet},
    ops::Range,
};

use super::{
    align::{Pair, align},
    children::{Look, Node, Unlisted, children},
    segments::{Change, Segments},
};
use crate::document::{json::scanner::Shape, source::Source};

/// Containers in each other that are looked into; deeper ones are the same or changed as a whole.
const DEEPEST: usize = 200;
/// Segments that are kept; documents that differ in more places are compared by line.
const MOST_SEGMENTS: usize = 1 << 20;

/// A document that is compared.
#[derive(Debug, Clone, Copy)]
pub(super) struct Side<'a> {
    pub(super) source: &'a Source,
    /// Whether it may have many values.
    pub(super) many: bool,
}

/// A comparison on its way.
pub(super) struct Structure<'a> {
    pub(super) look: Look<'a>,
    pub(super) left: Side<'a>,
    pub(super) right: Side<'a>,
    pub(super) out: Segments,
    pub(super) go_on: &'a mut dyn FnMut(u64) -> bool,
    /// Behind the lines of each that were told of last.
    pub(super) at: (u64, u64),
}

impl Structure<'_> {
    /// Compares whole documents.
    pub(super) fn run(mut self) -> Result<Segments, Unlisted> {
        let (left, right) = (self.list_left(None)?, self.list_right(None)?);
        if self.left.many || self.right.many {
            self.items(&left, &right, 0)?;
        } else {
            self.pairs(&left, &right, &align(&vec![0; left.len()], &vec![0; right.len()], false), 0)?;
        }
        Ok(self.out)
    }

    fn list_left(&mut self, parent: Option<&Node>) -> Result<Vec<Node>, Unlisted> {
        children(&self.look, self.left.source, self.left.many, parent, self.go_on)
    }

    fn list_right(&mut self, parent: Option<&Node>) -> Result<Vec<Node>, Unlisted> {
        children(&self.look, self.right.source, self.right.many, parent, self.go_on)
    }

    fn items(&mut self, left: &[Node], right: &[Node], depth: usize) -> Result<(), Unlisted> {
        let pairs = match (ids(left), ids(right)) {
            (Some((by, left)), Some((same, right))) if by == same => align(&left, &right, false),
            _ => {
                let said = |nodes: &[Node]| nodes.iter().map(|node| node.said).collect::<Vec<_>>();
                align(&said(left), &said(right), true)
            }
        };
        self.pairs(left, right, &pairs, depth)
    }

    fn members(&mut self, left: &[Node], right: &[Node], depth: usize) -> Result<(), Unlisted> {
        let pairs = align(&self.keys(left), &self.keys(right), false);
        self.pairs(left, right, &pairs, depth)
    }

    /// Keys that are there more than once are told apart by their number.
    fn keys(&self, nodes: &[Node]) -> Vec<u64> {
        use std::hash::BuildHasher as _;
        let mut counts: HashMap<u64, u64> = HashMap::new();
        let key = |node: &Node| {
            let count = counts.entry(node.key).or_default();
            *count += 1;
            self.look.hasher.hash_one((node.key, *count))
        };
        nodes.iter().map(key).collect()
    }

    fn pairs(&mut self, left: &[Node], right: &[Node], pairs: &[Pair], depth: usize) -> Result<(), Unlisted> {
        for pair in pairs {
            let of = |nodes: &[Node], item: Option<usize>| item.and_then(|item| nodes.get(item)).cloned();
            match (of(left, pair.left), of(right, pair.right)) {
                (Some(left), Some(right)) => self.pair(&left, &right, pair.moved, depth)?,
                (Some(left), None) => self.removed(&left),
                (None, Some(right)) => self.added(&right),
                (None, None) => {}
            }
            if self.out.list.len() > MOST_SEGMENTS {
                return Err(Unlisted::TooMany);
            }
        }
        Ok(())
    }

    fn removed(&mut self, left: &Node) {
        if left.ignored {
            return self.ignored(left.all(), 0..0);
        }
        self.out.counts.removed += 1;
        self.push(Change::Removed, left.all(), 0..0);
    }

    fn added(&mut self, right: &Node) {
        if right.ignored {
            return self.ignored(0..0, right.all());
        }
        self.out.counts.added += 1;
        self.push(Change::Added, 0..0, right.all());
    }

    fn ignored(&mut self, left: Range<u64>, right: Range<u64>) {
        self.out.counts.ignored += 1;
        self.push(Change::Ignored, left, right);
    }

    /// Values that belong together.
    fn pair(&mut self, left: &Node, right: &Node, moved: bool, depth: usize) -> Result<(), Unlisted> {
        if left.ignored && right.ignored && left.written != right.written {
            self.ignored(left.all(), right.all());
            return Ok(());
        }
        let place = match (moved, right.key) {
            (false, _) => Change::Same,
            (true, 0) => Change::Moved,
            (true, _) => Change::Reordered,
        };
        self.out.counts.moved += u64::from(place == Change::Moved);
        self.out.counts.reordered += u64::from(place == Change::Reordered);
        match (left.shape, right.shape) {
            _ if left.written == right.written => self.push(place, left.all(), right.all()),
            (Some(shape), Some(same)) if shape == same && depth < DEEPEST => {
                self.push(place, left.line..left.line + 1, right.line..right.line + 1);
                let (before, after) = (self.list_left(Some(left))?, self.list_right(Some(right))?);
                match shape {
                    Shape::Object => self.members(&before, &after, depth + 1)?,
                    Shape::Array => self.items(&before, &after, depth + 1)?,
                }
                let last = |node: &Node| node.line + node.lines - 1..node.line + node.lines;
                self.push(Change::Same, last(left), last(right));
            }
            (None, None) if left.said == right.said => self.push(place, left.all(), right.all()),
            (None, None) => {
                self.out.counts.changed += 1;
                self.push(Change::Changed, left.all(), right.all());
            }
            // One is empty, and of the other everything is ignored.
            (Some(_), None) | (None, Some(_)) if left.said == right.said && place != Change::Moved => {
                self.ignored(left.all(), right.all());
            }
            _ => {
                self.out.counts.changed += 1;
                self.push(Change::Removed, left.all(), 0..0);
                self.push(Change::Added, 0..0, right.all());
            }
        }
        Ok(())
    }

    /// Where nothing is on a side, that is behind what was last told of it.
    fn push(&mut self, change: Change, left: Range<u64>, right: Range<u64>) {
        let left = if left.is_empty() { self.at.0..self.at.0 } else { left };
        let right = if right.is_empty() { self.at.1..self.at.1 } else { right };
        self.at = (left.end, right.end);
        self.out.push(change, left, right);
    }
}

impl Node {
    fn all(&self) -> Range<u64> {
        self.line..self.line + self.lines
    }
}

/// By which of the keys that are like an id all of these are told apart, and the id of each.
fn ids(nodes: &[Node]) -> Option<(u8, Vec<u64>)> {
    let by = nodes.first()?.id?.0;
    let mut seen = HashSet::with_capacity(nodes.len());
    let mut ids = Vec::with_capacity(nodes.len());
    for node in nodes {
        let (key, id) = node.id?;
        if key != by || !seen.insert(id) {
            return None;
        }
        ids.push(id);
    }
    Some((by, ids))
}
