//! A document as lines, in one of its views.

use std::ops::Range;

use super::{
    Document, Kind, hex,
    json::{layout, lexer},
    line::{Class, LINE_CAP, Line, LineBuilder},
    syntax::Classes,
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

/// The lines of a view. Cheap to make and to clone; reads the document as it is at the time of each call.
#[derive(Debug, Clone)]
pub struct Lines {
    document: Document,
    view: View,
}

/// What a line of the pretty form of faulty JSON is.
enum Place {
    /// Laid out.
    Row,
    /// What is wrong.
    Fault,
    /// Behind it, as received: the number of lines after the fault's.
    Rest(u64),
}

impl Place {
    /// Of the line of that number, behind so many rows.
    fn of(number: u64, rows: u64) -> Self {
        match number.checked_sub(rows) {
            None => Self::Row,
            Some(0) => Self::Fault,
            Some(after) => Self::Rest(after - 1),
        }
    }
}

impl Lines {
    pub(super) fn new(document: Document, view: View) -> Self {
        let laid_out = document.inner.json.is_some() || document.markup().is_some();
        let view = if view == View::Pretty && !laid_out { View::Raw } else { view };
        Self { document, view }
    }

    pub fn document(&self) -> &Document {
        &self.document
    }

    /// How many lines there are. While the document is being indexed: how many are known of, at least the first
    /// page. See [`Document::progress`].
    #[allow(clippy::len_without_is_empty, reason = "is_empty is right below")]
    pub fn len(&self) -> usize {
        let inner = &self.document.inner;
        let lines = match self.view {
            View::Hex => hex::len(&inner.raw),
            View::Raw => inner.text_index.extent().lines,
            View::Pretty => match (&inner.json, self.document.markup()) {
                (Some(index), _) => {
                    let extent = index.extent();
                    extent.lines + extent.fault.map_or(0, |fault| 1 + self.lines_after(fault.offset))
                }
                (None, Some(markup)) => markup.len() as u64,
                (None, None) => 0,
            },
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
        match self.view {
            View::Hex => hex::lines(&self.document.inner.raw, lines, &columns),
            View::Raw => self.raw(lines, &columns),
            View::Pretty if self.document.inner.json.is_some() => self.json(lines, &columns),
            View::Pretty => self.markup(&lines, &columns),
        }
    }

    /// The line that shows the byte at that offset of the text (in the hex view: of the bytes).
    pub fn line_at(&self, offset: u64) -> usize {
        let inner = &self.document.inner;
        let line = match self.view {
            View::Hex => hex::line_at(offset.min(inner.raw.len().saturating_sub(1))),
            View::Raw => inner.text_index.line_at(&inner.text, offset).0,
            View::Pretty => match (&inner.json, self.document.markup()) {
                (Some(index), _) => match index.extent() {
                    extent if extent.fault.is_some_and(|fault| offset >= fault.offset) => {
                        let fault = extent.fault.map_or(0, |fault| fault.offset);
                        let line = |offset| inner.text_index.line_at(&inner.text, offset).0;
                        extent.lines + 1 + line(offset) - line(fault)
                    }
                    _ => layout::line_at(index, &inner.text, offset),
                },
                (None, Some(markup)) => {
                    markup.partition_point(|line| line.range.start as u64 <= offset).saturating_sub(1) as u64
                }
                (None, None) => 0,
            },
        };
        line as usize
    }

    /// The JSONPath (RFC 9535) of what begins on that line of pretty JSON, as in `$.items[3].name`.
    pub fn path_at(&self, line: usize) -> Option<String> {
        let inner = &self.document.inner;
        let index = inner.json.as_ref().filter(|_| self.view == View::Pretty)?;
        let line = line as u64;
        let row = layout::rows(index, &inner.text, line..line + 1).pop()?;
        super::json::path(index, &inner.text, row.range().start)
    }

    fn json(&self, lines: Range<u64>, columns: &Range<usize>) -> Vec<Line> {
        let inner = &self.document.inner;
        let Some(index) = &inner.json else { return Vec::new() };
        let rows = layout::rows(index, &inner.text, lines.clone());
        let mut out: Vec<_> =
            rows.iter().map(|row| layout::line(row, &inner.text, columns.clone())).collect();
        let extent = index.extent();
        let Some(fault) = extent.fault else { return out };
        for number in lines.start.max(extent.lines)..lines.end {
            match Place::of(number, extent.lines) {
                Place::Row => {}
                Place::Fault => out.push(self.fault_line(number, columns)),
                Place::Rest(after) => match self.rest_line(number, fault.offset, after, columns) {
                    Some(line) => out.push(line),
                    None => break,
                },
            }
        }
        out
    }

    fn fault_line(&self, number: u64, columns: &Range<usize>) -> Line {
        let message = self.document.error().map_or_else(String::new, |error| error.to_string());
        let offset = self.document.error().map_or(0, |error| error.offset as u64);
        let mut line = LineBuilder::new(number as usize, offset..offset, columns.clone());
        line.insert(Class::Error, &message, offset);
        line.finish()
    }

    /// A line behind the fault, as received; the first of them begins at the fault.
    fn rest_line(&self, number: u64, fault: u64, after: u64, columns: &Range<usize>) -> Option<Line> {
        let inner = &self.document.inner;
        let first = inner.text_index.line_at(&inner.text, fault).0;
        let (_, range) = inner.text_index.lines(&inner.text, first + after..first + after + 1).pop()?;
        let range = range.start.max(fault)..range.end.max(fault);
        (fault < inner.text.len()).then(|| self.lexed(number, range, columns))
    }

    /// Lines of text from the fault on.
    fn lines_after(&self, fault: u64) -> u64 {
        let inner = &self.document.inner;
        if fault >= inner.text.len() {
            return 0;
        }
        let before = inner.text_index.line_at(&inner.text, fault).0;
        inner.text_index.extent().lines.saturating_sub(before)
    }

    fn raw(&self, lines: Range<u64>, columns: &Range<usize>) -> Vec<Line> {
        let inner = &self.document.inner;
        let Some(highlighter) = self.document.highlighter() else {
            let found = inner.text_index.lines(&inner.text, lines);
            let line = |(number, range)| match inner.kind {
                Kind::Json | Kind::NdJson => self.lexed(number, range, columns),
                _ => self.plain(number, range, columns),
            };
            return found.into_iter().map(line).collect();
        };
        let first = highlighter.run_up(lines.start);
        let found = inner.text_index.lines(&inner.text, first..lines.end);
        let room = columns.end.saturating_mul(4) as u64;
        let bytes: Vec<_> = found
            .iter()
            .map(|(_, range)| inner.text.read(range.start..range.end.min(range.start.saturating_add(room))))
            .collect();
        let classes = highlighter.classes(first, bytes.iter().map(AsRef::as_ref));
        let parts = found.into_iter().zip(bytes.iter().zip(classes));
        let shown = parts.filter(|((number, _), _)| *number >= lines.start);
        shown
            .map(|((number, range), (bytes, classes))| {
                paint(
                    LineBuilder::new(number as usize, range.clone(), columns.clone()),
                    range,
                    bytes,
                    &classes,
                )
            })
            .collect()
    }

    fn markup(&self, lines: &Range<u64>, columns: &Range<usize>) -> Vec<Line> {
        let (Some(markup), Some(highlighter)) = (self.document.markup(), self.document.highlighter()) else {
            return Vec::new();
        };
        let first = highlighter.run_up(lines.start);
        let end = (lines.end as usize).min(markup.len());
        let shown = markup.get(first as usize..end).unwrap_or_default();
        let read = |range: &Range<usize>| self.document.inner.text.read(range.start as u64..range.end as u64);
        let bytes: Vec<_> = shown.iter().map(|line| read(&line.range)).collect();
        let classes = highlighter.classes(first, bytes.iter().map(AsRef::as_ref));
        let parts = (first..).zip(shown).zip(bytes.iter().zip(classes));
        parts
            .filter(|((number, _), _)| *number >= lines.start)
            .map(|((number, line), (bytes, classes))| {
                let range = line.range.start as u64..line.range.end as u64;
                let mut builder = LineBuilder::new(number as usize, range.clone(), columns.clone());
                builder.insert(Class::Text, &"  ".repeat(line.depth), range.start);
                paint(builder, range, bytes, &classes)
            })
            .collect()
    }

    fn plain(&self, number: u64, range: Range<u64>, columns: &Range<usize>) -> Line {
        let builder = LineBuilder::new(number as usize, range.clone(), columns.clone());
        let bytes = self.document.inner.text.read(range.start..range.end.min(range.start + builder.room()));
        let classes = vec![(0..bytes.len(), Class::Text)];
        paint(builder, range, &bytes, &classes)
    }

    fn lexed(&self, number: u64, range: Range<u64>, columns: &Range<usize>) -> Line {
        let builder = LineBuilder::new(number as usize, range.clone(), columns.clone());
        let bytes = self.document.inner.text.read(range.start..range.end.min(range.start + builder.room()));
        let classes = lexer::lex(&bytes);
        paint(builder, range, &bytes, &classes)
    }
}

/// The line whose text begins with `bytes`, of those classes.
fn paint(mut line: LineBuilder, range: Range<u64>, bytes: &[u8], classes: &Classes) -> Line {
    for (part, class) in classes {
        line.push(*class, range.start + part.start as u64, bytes.get(part.clone()).unwrap_or_default());
        if line.is_full() {
            break;
        }
    }
    if range.start + classes.last().map_or(0, |(part, _)| part.end as u64) < range.end {
        line.cut();
    }
    line.finish()
}
