//! Pretty JSON: the rows of the layout, and where the document is wrong, what is wrong and the rest as it is.

use std::{
    ops::Range,
    sync::{Arc, PoisonError},
};

use super::Lines;
use crate::document::{
    json::{
        fold::Map,
        index::Index,
        layout::{Pretty, Row},
        paint,
    },
    line::{Class, Line, LineBuilder},
};

impl Lines {
    /// Gives `look` the pretty form as it is folded.
    pub(super) fn pretty<T>(&self, index: &Index, look: impl FnOnce(Pretty<'_>) -> T) -> T {
        let map = self.map(index);
        let source = &self.document.inner.text;
        look(Pretty { index, source, folds: &self.folds, map: map.as_deref() })
    }

    /// The numbers of lines under these folds; made anew when the folds have changed or the index has grown.
    fn map(&self, index: &Index) -> Option<Arc<Map>> {
        if self.folds.is_empty() {
            return None;
        }
        let extent = index.extent();
        let mut kept = self.map.lock().unwrap_or_else(PoisonError::into_inner);
        match kept.as_ref() {
            Some(map) if map.scanned == extent.scanned && map.ended == extent.ended => Some(Arc::clone(map)),
            _ => {
                let map = Arc::new(Map::new(index, &self.document.inner.text, &self.folds));
                *kept = Some(Arc::clone(&map));
                Some(map)
            }
        }
    }

    pub(super) fn row(&self, index: &Index, line: usize) -> Option<Row> {
        let line = line as u64;
        self.pretty(index, |pretty| pretty.rows(line..line + 1)).pop()
    }

    /// Lines that are laid out.
    fn json_rows(&self, index: &Index) -> u64 {
        self.map(index).map_or_else(|| index.extent().lines, |map| map.total)
    }

    pub(super) fn json_len(&self, index: &Index) -> u64 {
        self.json_rows(index) + index.extent().fault.map_or(0, |fault| 1 + self.lines_after(fault.offset))
    }

    pub(super) fn json(&self, index: &Index, lines: &Range<u64>, columns: &Range<usize>) -> Vec<Line> {
        let source = &self.document.inner.text;
        let len = self.json_rows(index);
        let rows = self.pretty(index, |pretty| pretty.rows(lines.clone()));
        let mut out: Vec<_> = rows.iter().map(|row| paint::line(row, source, columns.clone())).collect();
        let Some(fault) = index.extent().fault else { return out };
        for number in lines.start.max(len)..lines.end {
            let line = match number - len {
                0 => Some(self.fault_line(number, columns)),
                after => self.rest_line(number, fault.offset, after - 1, columns),
            };
            match line {
                Some(line) => out.push(line),
                None => break,
            }
        }
        out
    }

    pub(super) fn json_line_at(&self, index: &Index, offset: u64) -> u64 {
        let inner = &self.document.inner;
        match index.extent().fault {
            Some(fault) if offset >= fault.offset => {
                let line = |offset| inner.text_index.line_at(&inner.text, offset).0;
                let last = self.json_len(index).saturating_sub(1);
                (self.json_rows(index) + 1 + line(offset) - line(fault.offset)).min(last)
            }
            _ => self.pretty(index, |pretty| pretty.line_at(offset)),
        }
    }

    fn fault_line(&self, number: u64, columns: &Range<usize>) -> Line {
        let error = self.document.error();
        let offset = error.as_ref().map_or(0, |error| error.offset as u64);
        let mut line = LineBuilder::new(number as usize, offset..offset, columns.clone());
        line.insert(Class::Error, &error.map_or_else(String::new, |error| error.to_string()), offset);
        line.finish()
    }

    /// A line behind the fault, as received; the first of them begins at the fault.
    fn rest_line(&self, number: u64, fault: u64, after: u64, columns: &Range<usize>) -> Option<Line> {
        let inner = &self.document.inner;
        if fault >= inner.text.len() {
            return None;
        }
        let line = inner.text_index.line_at(&inner.text, fault).0 + after;
        let (_, range) = inner.text_index.lines(&inner.text, line..line + 1).pop()?;
        Some(self.lexed(number, range.start.max(fault)..range.end.max(fault), columns))
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
}
