//! A document as lines, in one of its views.

mod digest;
mod folding;
mod json;
mod plain;
mod value;

use std::{
    ops::Range,
    sync::{Arc, Mutex, PoisonError},
};

use super::{
    Document, csv, hex,
    json::{
        Crumb,
        fold::{Folds, Map},
        index::Index,
        path,
    },
    line::{LINE_CAP, Line},
    markup::MarkupIndex,
    text::TextIndex,
};

/// Ways to show a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum View {
    /// Laid out for reading; the same as `Raw` for kinds that have no layout.
    Pretty,
    /// Text as it was received.
    Raw,
    /// Bytes as they were received.
    Hex,
}

/// The lines of a view, with what is folded in it. Cheap to make and to clone; reads the document as it is at the
/// time of each call.
#[derive(Debug)]
pub struct Lines {
    document: Document,
    view: View,
    folds: Folds,
    /// For these folds and as much as was indexed when it was last asked for.
    map: Mutex<Option<Arc<Map>>>,
}

impl Clone for Lines {
    fn clone(&self) -> Self {
        let map = Mutex::new(self.map.lock().unwrap_or_else(PoisonError::into_inner).clone());
        Self { document: self.document.clone(), view: self.view, folds: self.folds.clone(), map }
    }
}

/// What the lines are made of.
enum Shape<'a> {
    Hex,
    Raw,
    Json(&'a Index),
    Grid(&'a TextIndex),
    Markup(&'a MarkupIndex),
}

impl Lines {
    pub(super) fn new(document: Document, view: View) -> Self {
        Self { document, view, folds: Folds::default(), map: Mutex::default() }
    }

    pub fn document(&self) -> &Document {
        &self.document
    }

    pub fn view(&self) -> View {
        self.view
    }

    /// How many lines there are. While the document arrives and is indexed: how many are known of, at least the
    /// first page. See [`Document::progress`].
    pub fn len(&self) -> usize {
        let inner = &self.document.inner;
        let lines = match self.shape() {
            Shape::Hex => hex::len(&inner.raw),
            Shape::Raw => inner.text_index.extent().lines,
            Shape::Grid(records) => records.extent().lines,
            Shape::Markup(markup) => markup.extent().lines,
            Shape::Json(index) => self.json_len(index),
        };
        lines as usize
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Those lines, as far as they are there, each up to [`LINE_CAP`] characters.
    pub fn window(&self, lines: Range<usize>) -> Vec<Line> {
        self.window_columns(lines, 0..LINE_CAP)
    }

    /// The same, with the part of each line that lies in those columns, which are characters.
    pub fn window_columns(&self, lines: Range<usize>, columns: Range<usize>) -> Vec<Line> {
        let lines = lines.start as u64..lines.end.max(lines.start) as u64;
        match self.shape() {
            Shape::Hex => hex::lines(&self.document.inner.raw, lines, &columns),
            Shape::Raw => self.raw(lines, &columns),
            Shape::Grid(records) => self.grid(records, lines, &columns),
            Shape::Markup(markup) => self.markup(markup, &lines, &columns),
            Shape::Json(index) => self.json(index, &lines, &columns),
        }
    }

    /// The line that shows the byte at that offset of the text (in the hex view: of the bytes). Where that is
    /// folded away, the line of the fold.
    pub fn line_at(&self, offset: u64) -> usize {
        let inner = &self.document.inner;
        let line = match self.shape() {
            Shape::Hex => hex::line_at(offset.min(inner.raw.len().saturating_sub(1))),
            Shape::Raw => inner.text_index.line_at(&inner.text, offset).0,
            Shape::Grid(records) => records.line_at(&inner.text, offset).0,
            Shape::Markup(markup) => markup.line_at(&inner.text, offset),
            Shape::Json(index) => self.json_line_at(index, offset),
        };
        line as usize
    }

    /// The JSONPath (RFC 9535) of what begins on that line of pretty JSON, as in `$.items[3].name`.
    pub fn path_at(&self, line: usize) -> Option<String> {
        self.position(line).map(|position| position.path(&self.document.inner.text))
    }

    /// The keys and indexes that lead to that line of pretty JSON, from the root inwards.
    pub fn breadcrumb(&self, line: usize) -> Vec<Crumb> {
        self.position(line).map_or_else(Vec::new, |position| position.crumbs(&self.document.inner.text))
    }

    fn position(&self, line: usize) -> Option<path::Position> {
        let Shape::Json(index) = self.shape() else { return None };
        let row = self.row(index, line)?;
        path::position(index, &self.document.inner.text, row.range().start)
    }

    fn shape(&self) -> Shape<'_> {
        let inner = &self.document.inner;
        match (self.view, &inner.json, &inner.records, &inner.markup) {
            (View::Hex, ..) => Shape::Hex,
            (View::Pretty, Some(index), ..) => Shape::Json(index),
            (View::Pretty, _, Some(records), _) => Shape::Grid(records),
            (View::Pretty, _, _, Some(markup)) => Shape::Markup(markup),
            (View::Raw | View::Pretty, ..) => Shape::Raw,
        }
    }

    fn grid(&self, records: &TextIndex, lines: Range<u64>, columns: &Range<usize>) -> Vec<Line> {
        let text = &self.document.inner.text;
        let grid = self.document.grid();
        let line = |(number, range): (u64, Range<u64>)| {
            // A record is read as far as a table shows it.
            let record = text.read(range.start..range.end.min(range.start + csv::SAMPLE));
            grid.line(number, range, &record, columns.clone())
        };
        records.lines(text, lines).into_iter().map(line).collect()
    }
}
