//! The difference between two documents: of JSON by what it says, of anything else by lines.
//!
//! What is found is kept as runs of lines of both documents; the lines themselves are laid out when they are shown,
//! as everywhere.

mod align;
mod blocks;
mod children;
mod inner;
mod lines;
mod segments;
mod shown;
mod structure;

#[cfg(test)]
mod tests;

use std::{collections::hash_map::RandomState, sync::Arc};

pub use self::{
    blocks::Form,
    segments::{Change, Counts},
    shown::{ComparedLine, Comparison},
};
use self::{
    children::{Look, Unlisted},
    lines::ByLine,
    segments::{Segment, Segments},
    structure::{Side, Structure},
};
use super::{Document, Lines, Places, View};

/// Bytes between two words of progress.
const STEP: u64 = 256 * 1024;

/// How documents are compared.
#[derive(Debug, Clone)]
pub struct CompareOptions {
    /// Values of JSON whose difference does not matter.
    pub ignored: Places,
    /// Keys whose values tell the items of an array apart, where all items of it have one: the first that does.
    pub ids: Vec<String>,
}

impl Default for CompareOptions {
    fn default() -> Self {
        let ids = ["id", "_id", "uuid", "key", "name"].map(str::to_owned).to_vec();
        Self { ignored: Places::default(), ids }
    }
}

/// How far a comparison has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CompareProgress {
    /// Bytes that were read; those that differ are read again at each level.
    pub read: u64,
    /// Bytes of both documents.
    pub total: u64,
}

/// Why there is no difference to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CompareFailure {
    /// Whoever was told of its progress said so.
    #[error("cancelled")]
    Cancelled,
    #[error("a document that is still arriving cannot be compared")]
    Arriving,
}

/// By what documents were compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// What their JSON says.
    Structure,
    /// Lines, because a document is not JSON.
    Lines,
    /// Lines, because that one of the documents is no valid JSON.
    InvalidJson,
    /// Lines, because a container has more than a million items that would have to be compared, or there are more
    /// than a million differences.
    LargeJson,
}

/// What two documents have in common and what not.
#[derive(Debug)]
pub struct Difference {
    left: Lines,
    right: Lines,
    segments: Vec<Segment>,
    counts: Counts,
    by: By,
    grouped: bool,
}

impl Difference {
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// Whether nothing differs but what is ignored and the order of keys.
    pub fn is_empty(&self) -> bool {
        !self.segments.iter().any(|segment| segment.change.is_difference())
    }

    pub fn by(&self) -> By {
        self.by
    }

    /// Whether there are more than a million lines, so that groups of them were compared before lines were: what is
    /// the same in other groups may not be found.
    pub fn is_grouped(&self) -> bool {
        self.grouped
    }

    /// As lines. Of what is the same no more than so many lines around a change are shown, everything without a
    /// `context`.
    pub fn view(self: &Arc<Self>, form: Form, context: Option<usize>) -> Comparison {
        Comparison::new(Arc::clone(self), form, context)
    }
}

impl Document {
    /// Compares this document, the left one, with another; for a task. Every so many bytes it tells how far it is,
    /// and stops when it is answered false. Indexes both to their ends.
    ///
    /// Members of objects belong together by their keys, in any order; items of arrays by an id, else as a longest
    /// common subsequence has them. Strings are compared by what they say, numbers as they are written.
    pub fn compare(
        &self,
        right: &Self,
        options: &CompareOptions,
        mut go_on: impl FnMut(CompareProgress) -> bool,
    ) -> Result<Difference, CompareFailure> {
        let (left, right) = (self.compacted(0), right.compacted(0));
        let total = left.inner.text.len() + right.inner.text.len();
        let (mut read, mut told) = (0, 0);
        let mut tell = |more: u64| {
            read += more;
            // Some calls are for nearly nothing.
            if read - told < STEP && more > 0 {
                return true;
            }
            told = read;
            go_on(CompareProgress { read: read.min(total), total })
        };
        if !left.index_all(&mut tell)? || !right.index_all(&mut tell)? {
            return Err(CompareFailure::Cancelled);
        }
        let by = match (left.kind().is_json() && right.kind().is_json(), left.error().or(right.error())) {
            (false, _) => By::Lines,
            (true, Some(_)) => By::InvalidJson,
            (true, None) => By::Structure,
        };
        if by != By::Structure {
            return by_line(&left, &right, by, &mut tell);
        }
        let structure = Structure {
            look: Look { places: &options.ignored, ids: &options.ids, hasher: RandomState::new() },
            left: left.side(),
            right: right.side(),
            out: Segments::default(),
            go_on: &mut tell,
            at: (0, 0),
        };
        match structure.run() {
            Ok(found) => Ok(Difference {
                left: left.view(View::Pretty),
                right: right.view(View::Pretty),
                segments: found.list,
                counts: found.counts,
                by,
                grouped: false,
            }),
            Err(Unlisted::Cancelled) => Err(CompareFailure::Cancelled),
            Err(Unlisted::Invalid) => by_line(&left, &right, By::InvalidJson, &mut tell),
            Err(Unlisted::TooMany) => by_line(&left, &right, By::LargeJson, &mut tell),
        }
    }

    /// Builds the index to the end; false when it was told to stop.
    fn index_all(&self, go_on: &mut dyn FnMut(u64) -> bool) -> Result<bool, CompareFailure> {
        if !self.inner.text.is_complete() {
            return Err(CompareFailure::Arriving);
        }
        while !self.index_more(STEP).done {
            if !go_on(0) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn side(&self) -> Side<'_> {
        Side { source: &self.inner.text, many: self.inner.json.as_ref().is_some_and(|json| json.many) }
    }
}

/// JSON that is not valid is compared as it was received.
fn by_line(
    left: &Document,
    right: &Document,
    by: By,
    go_on: &mut dyn FnMut(u64) -> bool,
) -> Result<Difference, CompareFailure> {
    let view = if by == By::InvalidJson || left.kind() != right.kind() { View::Raw } else { View::Pretty };
    let (left, right) = (left.view(view), right.view(view));
    let compared =
        ByLine { left: &left, right: &right, hasher: RandomState::new(), go_on, out: Segments::default() };
    let (found, grouped) = compared.run().map_err(|_| CompareFailure::Cancelled)?;
    Ok(Difference { left, right, segments: found.list, counts: found.counts, by, grouped })
}
