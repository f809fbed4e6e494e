//! Lines as they stand in the text, and those of indented markup: colours come from a lexer or from syntect.

use std::ops::Range;

use bytes::Bytes;

use super::Lines;
use crate::document::{
    json::lexer,
    line::{Class, Line, LineBuilder},
    markup::{MarkupIndex, MarkupLine},
    syntax::{self, Classes},
};

impl Lines {
    pub(super) fn raw(&self, lines: Range<u64>, columns: &Range<usize>) -> Vec<Line> {
        let inner = &self.document.inner;
        let Some(highlighter) = self.document.highlighter() else {
            let line = |(number, range)| {
                if inner.kind.is_json() {
                    self.lexed(number, range, columns)
                } else {
                    self.uncoloured(number, range, columns)
                }
            };
            return inner.text_index.lines(&inner.text, lines).into_iter().map(line).collect();
        };
        let first = highlighter.run_up(lines.start);
        let found = inner.text_index.lines(&inner.text, first..lines.end);
        let starts: Vec<_> = found.iter().map(|(_, range)| self.start(range)).collect();
        let classes = highlighter.classes(first, starts.iter().map(AsRef::as_ref));
        let shown = found.into_iter().zip(classes).filter(|((number, _), _)| *number >= lines.start);
        let line = |((number, range), classes): ((u64, Range<u64>), Classes)| {
            let builder = LineBuilder::new(number as usize, range.clone(), columns.clone());
            self.paint(builder, &range, |_| classes)
        };
        shown.map(line).collect()
    }

    pub(super) fn markup(
        &self,
        markup: &MarkupIndex,
        lines: &Range<u64>,
        columns: &Range<usize>,
    ) -> Vec<Line> {
        let Some(highlighter) = self.document.highlighter() else { return Vec::new() };
        let text = &self.document.inner.text;
        let first = highlighter.run_up(lines.start.min(markup.extent().lines));
        let found = markup.lines(text, first..lines.end);
        let starts: Vec<_> = found.iter().map(|line| self.start(&line.range)).collect();
        let classes = highlighter.classes(first, starts.iter().map(AsRef::as_ref));
        let shown = (first..).zip(&found).zip(classes).filter(|((number, _), _)| *number >= lines.start);
        let line = |((number, line), classes): ((u64, &MarkupLine), Classes)| {
            let mut builder = LineBuilder::new(number as usize, line.range.clone(), columns.clone());
            builder.insert(Class::Text, &"  ".repeat(line.depth), line.range.start);
            self.paint(builder, &line.range, |_| classes)
        };
        shown.map(line).collect()
    }

    fn uncoloured(&self, number: u64, range: Range<u64>, columns: &Range<usize>) -> Line {
        let builder = LineBuilder::new(number as usize, range.clone(), columns.clone());
        self.paint(builder, &range, |_| Classes::new())
    }

    pub(super) fn lexed(&self, number: u64, range: Range<u64>, columns: &Range<usize>) -> Line {
        let builder = LineBuilder::new(number as usize, range.clone(), columns.clone());
        self.paint(builder, &range, lexer::lex)
    }

    /// What is highlighted of a line.
    fn start(&self, range: &Range<u64>) -> Bytes {
        let end = range.end.min(range.start + syntax::LINE_BYTES as u64);
        let bytes = self.document.inner.text.read(range.start..end);
        // No character is cut.
        let valid = bytes.utf8_chunks().next().map_or(0, |chunk| chunk.valid().len());
        bytes.slice(..valid)
    }

    /// The line that shows a range, in those classes as far as they go.
    fn paint(
        &self,
        mut line: LineBuilder,
        range: &Range<u64>,
        classes: impl FnOnce(&[u8]) -> Classes,
    ) -> Line {
        let text = &self.document.inner.text;
        let (start, column) = text.reach(range, line.column(), line.first());
        line.pass(column);
        let bytes = text.read(start..range.end.min(start.saturating_add(line.room())));
        // So far into a line it is not known what it is in.
        let classes = if start == range.start { classes(&bytes) } else { Classes::new() };
        let coloured = classes.last().map_or(0, |(last, _)| last.end);
        for (part, class) in classes.into_iter().chain([(coloured..bytes.len(), Class::Text)]) {
            line.push(class, start + part.start as u64, bytes.get(part).unwrap_or_default());
            if line.is_full() {
                break;
            }
        }
        if start + (bytes.len() as u64) < range.end {
            line.cut();
        }
        line.finish()
    }
}
