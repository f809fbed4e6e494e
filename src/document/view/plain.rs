//! Lines as they stand in the text, and those of indented markup: colours come from a lexer or from syntect.

use std::ops::Range;

use super::Lines;
use crate::document::{
    json::lexer,
    line::{Class, Line, LineBuilder},
    markup::MarkupLine,
    syntax::Classes,
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
        let read = |range: &Range<u64>| {
            let room = LineBuilder::new(0, range.clone(), columns.clone()).room();
            inner.text.read(range.start..range.end.min(range.start.saturating_add(room)))
        };
        let bytes: Vec<_> = found.iter().map(|(_, range)| read(range)).collect();
        let classes = highlighter.classes(first, bytes.iter().map(AsRef::as_ref));
        let parts = found.into_iter().zip(bytes.iter().zip(classes));
        let shown = parts.filter(|((number, _), _)| *number >= lines.start);
        let line = |((number, range), (bytes, classes)): ((u64, Range<u64>), (&bytes::Bytes, Classes))| {
            let builder = LineBuilder::new(number as usize, range.clone(), columns.clone());
            paint(builder, &range, bytes, &classes)
        };
        shown.map(line).collect()
    }

    pub(super) fn markup(&self, all: &[MarkupLine], lines: &Range<u64>, columns: &Range<usize>) -> Vec<Line> {
        let Some(highlighter) = self.document.highlighter() else { return Vec::new() };
        let first = highlighter.run_up(lines.start.min(all.len() as u64));
        let end = (lines.end as usize).min(all.len());
        let shown = all.get(first as usize..end).unwrap_or_default();
        let read =
            |line: &MarkupLine| self.document.inner.text.read(line.range.start as u64..line.range.end as u64);
        let bytes: Vec<_> = shown.iter().map(read).collect();
        let classes = highlighter.classes(first, bytes.iter().map(AsRef::as_ref));
        let parts = (first..).zip(shown).zip(bytes.iter().zip(classes));
        let shown = parts.filter(|((number, _), _)| *number >= lines.start);
        let line = |((number, line), (bytes, classes)): ((u64, &MarkupLine), (&bytes::Bytes, Classes))| {
            let range = line.range.start as u64..line.range.end as u64;
            let mut builder = LineBuilder::new(number as usize, range.clone(), columns.clone());
            builder.insert(Class::Text, &"  ".repeat(line.depth), range.start);
            paint(builder, &range, bytes, &classes)
        };
        shown.map(line).collect()
    }

    fn uncoloured(&self, number: u64, range: Range<u64>, columns: &Range<usize>) -> Line {
        self.line(number, range, columns, |bytes| vec![(0..bytes.len(), Class::Text)])
    }

    pub(super) fn lexed(&self, number: u64, range: Range<u64>, columns: &Range<usize>) -> Line {
        self.line(number, range, columns, lexer::lex)
    }

    fn line(
        &self,
        number: u64,
        range: Range<u64>,
        columns: &Range<usize>,
        classes: impl Fn(&[u8]) -> Classes,
    ) -> Line {
        let builder = LineBuilder::new(number as usize, range.clone(), columns.clone());
        let end = range.end.min(range.start.saturating_add(builder.room()));
        let bytes = self.document.inner.text.read(range.start..end);
        paint(builder, &range, &bytes, &classes(&bytes))
    }
}

/// The line that begins with `bytes`, which are of those classes, and stands for that range.
fn paint(mut line: LineBuilder, range: &Range<u64>, bytes: &[u8], classes: &Classes) -> Line {
    for (part, class) in classes {
        line.push(*class, range.start + part.start as u64, bytes.get(part.clone()).unwrap_or_default());
        if line.is_full() {
            break;
        }
    }
    if range.start + (bytes.len() as u64) < range.end {
        line.cut();
    }
    line.finish()
}
