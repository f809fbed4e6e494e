//! What two documents have in common and what not: runs of their lines, one after another.

use std::ops::Range;

/// How lines compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Change {
    /// The same, but for the order of keys, escapes and white space.
    Same,
    /// A value whose difference is ignored.
    Ignored,
    /// A member that is the same and stands elsewhere among the keys of its object.
    Reordered,
    /// An item that is the same and stands elsewhere in its array; its inner lines may differ.
    Moved,
    Removed,
    Added,
    Changed,
}

impl Change {
    /// Whether it counts as a difference.
    pub fn is_difference(self) -> bool {
        matches!(self, Self::Moved | Self::Removed | Self::Added | Self::Changed)
    }

    /// Whether nothing is to be seen of it, so that a long run of lines may be left out.
    pub(super) fn is_quiet(self) -> bool {
        matches!(self, Self::Same | Self::Ignored)
    }
}

/// How many differences there are: values of JSON, else lines.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub added: u64,
    pub removed: u64,
    pub changed: u64,
    pub moved: u64,
    /// Members that stand elsewhere in their objects, which is no difference.
    pub reordered: u64,
    /// Values that differ and are ignored.
    pub ignored: u64,
}

/// Lines of the left document that belong to lines of the right one. Either may be none; where both are some, they
/// are as many, except for what is ignored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Segment {
    pub(super) change: Change,
    pub(super) left: Range<u64>,
    pub(super) right: Range<u64>,
}

/// Segments while they are found.
#[derive(Debug, Default)]
pub(super) struct Segments {
    pub(super) list: Vec<Segment>,
    pub(super) counts: Counts,
}

impl Segments {
    /// Adds lines behind those that are there; what goes on in both documents is joined.
    pub(super) fn push(&mut self, change: Change, left: Range<u64>, right: Range<u64>) {
        if left.is_empty() && right.is_empty() {
            return;
        }
        match self.list.last_mut() {
            Some(last)
                if last.change == change
                    && change != Change::Ignored
                    && last.left.end == left.start
                    && last.right.end == right.start =>
            {
                last.left.end = left.end;
                last.right.end = right.end;
            }
            _ => self.list.push(Segment { change, left, right }),
        }
    }
}
