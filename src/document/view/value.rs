//! What a line of pretty JSON stands for: its value and its key, as ranges of the document's bytes.

use std::ops::Range;

use super::{Lines, Shape};
use crate::document::json::{layout::Piece, scanner::Token};

impl Lines {
    /// The value that stands or begins on that line of pretty JSON, or ends there: its bytes as received, all of
    /// them, also of what is folded or goes on below. `None` in other views.
    pub fn value_at(&self, line: usize) -> Option<Range<u64>> {
        let Shape::Json(index) = self.shape() else { return None };
        let row = self.row(index, line)?;
        if row.opens().is_none() {
            let mut pieces = row.pieces.iter();
            let value =
                pieces.find(|(piece, _)| matches!(piece, Piece::Token(token) if token.starts_value()));
            if let Some((piece, range)) = value {
                let is_container = matches!(piece, Piece::Token(Token::Open(_)));
                let closes =
                    |(piece, _): &&(Piece, Range<u64>)| matches!(piece, Piece::Token(Token::Close(_)));
                let last = row.pieces.iter().rev().find(closes).filter(|_| is_container);
                return Some(range.start..last.map_or(range.end, |(_, last)| last.end));
            }
        }
        let container = self.container_at(line)?;
        Some(self.range(index, &container)).filter(|range| range.end != u64::MAX)
    }

    /// The key of what stands on that line, without quotes and escapes; for an item of an array, its index.
    pub fn key_at(&self, line: usize) -> Option<String> {
        self.breadcrumb(line).pop().map(|crumb| crumb.label)
    }
}
