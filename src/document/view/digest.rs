//! Lines as hashes, to compare them without laying them out.

use std::{
    collections::hash_map::RandomState,
    hash::{BuildHasher as _, Hasher as _},
    ops::Range,
};

use super::{Lines, Shape};
use crate::document::{
    json::{
        layout::{Piece, Row},
        scanner::Token,
    },
    markup::MarkupLine,
    source::Source,
};

/// What a line says, as a hash, and how many bytes it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::document) struct Digest {
    pub(in crate::document) hash: u64,
    pub(in crate::document) bytes: u64,
}

impl Lines {
    /// The digests of those lines, as far as they are there. Where the layout is the document's own, neither the
    /// white space between tokens nor a comma behind them matters.
    pub(in crate::document) fn digests(&self, lines: Range<u64>, hasher: &RandomState) -> Vec<Digest> {
        let inner = &self.document.inner;
        let whole = |range: Range<u64>| digest(&inner.text, hasher, 0, [range]);
        match self.shape() {
            Shape::Json(index) => {
                let rows = self.pretty(index, |pretty| pretty.rows(lines));
                let row = |row: Row| {
                    let comma = matches!(row.pieces.last(), Some((Piece::Token(Token::Comma), _)));
                    let tokens = row.pieces.len() - usize::from(comma);
                    let pieces = row.pieces.into_iter().take(tokens).map(|(_, range)| range);
                    digest(&inner.text, hasher, row.depth, pieces)
                };
                rows.into_iter().map(row).collect()
            }
            Shape::Grid(records) => {
                records.lines(&inner.text, lines).into_iter().map(|(_, range)| whole(range)).collect()
            }
            Shape::Markup(markup) => {
                let line = |line: MarkupLine| digest(&inner.text, hasher, line.depth, [line.range]);
                markup.lines(&inner.text, lines).into_iter().map(line).collect()
            }
            Shape::Raw | Shape::Hex => inner
                .text_index
                .lines(&inner.text, lines)
                .into_iter()
                .map(|(_, range)| whole(range))
                .collect(),
        }
    }
}

/// A long line is read block by block.
fn digest(
    source: &Source,
    hasher: &RandomState,
    depth: usize,
    ranges: impl IntoIterator<Item = Range<u64>>,
) -> Digest {
    let mut state = hasher.build_hasher();
    state.write_usize(depth);
    let mut bytes = 0;
    for range in ranges {
        let mut at = range.start;
        while at < range.end {
            let block = source.block(at);
            let part = block.get(..block.len().min((range.end - at) as usize)).unwrap_or_default();
            if part.is_empty() {
                break;
            }
            state.write(part);
            at += part.len() as u64;
        }
        state.write_u64(range.end - range.start);
        bytes += range.end - range.start;
    }
    Digest { hash: state.finish(), bytes }
}
