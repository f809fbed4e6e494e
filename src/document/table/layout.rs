//! A line of a table: cells at their columns, clipped to the columns of the terminal that are asked for.
//!
//! Unlike in other views these are counted as wide as they are shown, so that a column stands at one place in each
//! line.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

use super::{
    cell::Cell,
    columns::{Column, Columns},
    order::Direction,
};
use crate::document::{
    csv,
    line::{Class, Line, LineBuilder},
};

/// The columns' names; the one that the rows are sorted by has an arrow.
pub(super) fn header(columns: &Columns, sorted: Option<(usize, Direction)>, part: &Range<usize>) -> Line {
    let mut strip = Strip::new(0, 0..0, part);
    for number in columns.within(part) {
        let Some(column) = columns.list.get(number) else { continue };
        let name = csv::cut(&column.name, column.range.len());
        strip.reach(start(column, name.width()));
        strip.put(Class::Heading, &name, None);
        match sorted {
            Some((by, Direction::Ascending)) if by == number => strip.put(Class::Heading, "▲", None),
            Some((by, Direction::Descending)) if by == number => strip.put(Class::Heading, "▼", None),
            _ => {}
        }
        strip.rule(column, number + 1 == columns.list.len());
    }
    strip.finish(columns)
}

/// A row; `cells` has those of the columns `within` the part, from the first on.
pub(super) fn row(
    number: usize,
    range: Range<u64>,
    columns: &Columns,
    cells: Vec<Option<Cell>>,
    part: &Range<usize>,
) -> Line {
    let mut strip = Strip::new(number, range, part);
    for (number, cell) in columns.within(part).zip(cells) {
        let Some(column) = columns.list.get(number) else { continue };
        if let Some(cell) = cell {
            let text = csv::cut(&cell.text, column.range.len());
            let whole = text.len() == cell.text.len();
            let is_number = cell.class == Class::Number;
            strip.reach(if is_number { start(column, text.width()) } else { column.range.start });
            if whole && cell.is_verbatim() {
                strip.put(cell.class, &text, Some(cell.range));
            } else {
                strip.stand_in(cell.class, &text, cell.range);
            }
        }
        strip.rule(column, number + 1 == columns.list.len());
    }
    strip.finish(columns)
}

/// Where a text of that width begins in a column.
fn start(column: &Column, width: usize) -> usize {
    column.range.start + if column.numeric { column.range.len().saturating_sub(width) } else { 0 }
}

/// Puts a line together and keeps the part of it that is asked for.
struct Strip {
    line: LineBuilder,
    /// The column of the terminal that comes next.
    x: usize,
    part: Range<usize>,
    at: u64,
}

impl Strip {
    fn new(number: usize, range: Range<u64>, part: &Range<usize>) -> Self {
        let at = range.start;
        Self { line: LineBuilder::new(number, range, 0..usize::MAX), x: part.start, part: part.clone(), at }
    }

    /// Spaces up to that column.
    fn reach(&mut self, x: usize) {
        let from = self.x.max(self.part.start);
        let spaces = x.min(self.part.end).saturating_sub(from);
        self.line.insert(Class::Text, &" ".repeat(spaces), self.at);
        // What begins before the part is cut by it.
        self.x = if x < self.part.start { x } else { x.max(self.x) };
    }

    /// The line between a column and the next.
    fn rule(&mut self, column: &Column, last: bool) {
        if !last {
            self.reach(column.range.end + 1);
            self.put(Class::Punctuation, csv::GAP.trim_ascii(), None);
            self.reach(column.range.end + csv::GAP.width());
        }
    }

    /// Text that the layout puts in, or the very bytes of a range.
    fn put(&mut self, class: Class, text: &str, range: Option<Range<u64>>) {
        let (kept, shown) = self.clip(text);
        let Some(shown) = shown else { return };
        match range {
            Some(range) if text.get(kept.clone()) == Some(&shown) => {
                self.line.push(class, range.start + kept.start as u64, shown.as_bytes());
            }
            Some(range) => self.line.stand_in(class, &shown, range),
            None => self.line.insert(class, &shown, self.at),
        }
    }

    /// Text that stands for a range.
    fn stand_in(&mut self, class: Class, text: &str, range: Range<u64>) {
        if let (_, Some(shown)) = self.clip(text) {
            self.line.stand_in(class, &shown, range);
        }
    }

    /// What of the text lies within the part: which of its bytes, and what they show. Spaces stand for half of
    /// what is two columns wide.
    fn clip(&mut self, text: &str) -> (Range<usize>, Option<String>) {
        let (mut shown, mut kept) = (String::new(), None);
        for (at, letter) in text.grapheme_indices(true) {
            let columns = self.x..self.x + letter.width();
            self.x = columns.end;
            let visible = columns.start.max(self.part.start)..columns.end.min(self.part.end);
            let is_whole = visible == columns && columns.start < self.part.end;
            if is_whole || !visible.is_empty() {
                shown.push_str(if is_whole { letter } else { " " });
                let start = kept.map_or(at, |kept: Range<usize>| kept.start);
                kept = Some(start..at + letter.len());
            }
        }
        (kept.unwrap_or_default(), (!shown.is_empty()).then_some(shown))
    }

    fn finish(mut self, columns: &Columns) -> Line {
        if columns.list.last().is_some_and(|last| last.range.end > self.part.end) {
            self.line.cut();
        }
        self.line.finish()
    }
}
