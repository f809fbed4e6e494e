//! XML and HTML, indented: lines that show parts of the source, which is not changed.
//!
//! Made for reading, not for writing back: in HTML a line break can mean a space. [`piece`] says what the source is
//! made of, [`layout`] puts that on lines, and [`index`] notes every so many bytes where it stands, so that a
//! document of any size is indented from the nearest note on.

mod index;
mod layout;
mod piece;

#[cfg(test)]
mod tests;

use std::ops::Range;

pub(crate) use self::index::MarkupIndex;

/// One line: its depth, and the bytes that it shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MarkupLine {
    pub(crate) depth: usize,
    pub(crate) range: Range<u64>,
}
