//! The columns of a table: which there are, in the order in which they were met, and how wide each is.

use std::{collections::HashMap, ops::Range};

use unicode_width::UnicodeWidthStr as _;

use super::{
    cell::{Cell, clean},
    record::{Field, Name, Record},
};
use crate::document::{
    csv,
    json::{
        scanner::Token,
        string::{is_name, unquote_json},
    },
    source::Source,
};

/// Columns that a table has at most: records that are keyed by ids have a key of their own each.
pub(super) const MOST: usize = 1000;

/// A column, as the screen sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The key that its values have; a position in brackets, where records are arrays; `value`, where they have no
    /// fields; the header's field in CSV.
    pub name: String,
    /// Where it stands in each line, in columns of the terminal.
    pub range: Range<usize>,
    /// Whether all its values in the sample are numbers: they stand to the right.
    pub numeric: bool,
}

/// What a column's values are found by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Key {
    Name(String),
    Index(usize),
    Itself,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Columns {
    /// Their ranges follow each other with a gap between.
    pub(super) list: Vec<Column>,
    pub(super) keys: Vec<Key>,
    numbers: HashMap<Key, usize>,
    /// Records that were measured.
    pub(super) measured: u64,
    /// Whether a key was left out.
    pub(super) is_full: bool,
}

impl Columns {
    /// Those of CSV, named by the fields of its header.
    pub(super) fn named(names: Vec<String>) -> Self {
        let mut columns = Self::default();
        for (index, name) in names.into_iter().enumerate().take(MOST) {
            columns.push(Key::Index(index), name);
        }
        columns
    }

    /// The number of the field's column; `hint` is a guess at it.
    pub(super) fn number(&self, field: &Field, source: &Source, hint: usize) -> Option<usize> {
        let is_hinted = match (self.keys.get(hint), &field.name) {
            (Some(Key::Name(name)), Name::Key(key)) => is_name(&source.read(key.clone()), name),
            _ => false,
        };
        if is_hinted { Some(hint) } else { self.numbers.get(&key(field, source)).copied() }
    }

    /// Takes up what a record has that has no column yet; with `widen`, the record is part of the sample.
    pub(super) fn meet(&mut self, record: &Record, source: &Source, is_csv: bool, widen: bool) {
        for (hint, field) in record.fields.iter().enumerate() {
            let number = self.number(field, source, hint);
            let fresh = number.is_none();
            let Some(number) = number.or_else(|| self.add(field, source)) else { continue };
            // A number that is cut would be another one.
            let is_number = field.token == Token::Number;
            if widen || fresh || is_number {
                let width = Cell::new(source, field, is_csv).text.width();
                self.widen(number, width);
                let numeric = matches!(field.token, Token::Number | Token::Null);
                if let Some(column) = self.list.get_mut(number) {
                    column.numeric &= numeric;
                }
            }
        }
    }

    fn add(&mut self, field: &Field, source: &Source) -> Option<usize> {
        let key = key(field, source);
        let name = match &key {
            Key::Name(name) => clean(name),
            Key::Index(index) => format!("[{index}]"),
            Key::Itself => "value".to_owned(),
        };
        self.push(key, name)
    }

    fn push(&mut self, key: Key, name: String) -> Option<usize> {
        if self.list.len() >= MOST {
            self.is_full = true;
            return None;
        }
        let number = self.list.len();
        let start = self.list.last().map_or(0, |last| last.range.end + csv::GAP.width());
        let width = name.width().clamp(1, csv::WIDEST);
        self.list.push(Column { name, range: start..start + width, numeric: true });
        self.numbers.insert(key.clone(), number);
        self.keys.push(key);
        Some(number)
    }

    fn widen(&mut self, number: usize, width: usize) {
        let Some(column) = self.list.get_mut(number) else { return };
        let more = width.min(csv::WIDEST).saturating_sub(column.range.len());
        if more == 0 {
            return;
        }
        column.range.end += more;
        for later in self.list.iter_mut().skip(number + 1) {
            later.range = later.range.start + more..later.range.end + more;
        }
    }

    /// The columns of which something stands in that part of a line.
    pub(super) fn within(&self, part: &Range<usize>) -> Range<usize> {
        let first = self.list.partition_point(|column| column.range.end + csv::GAP.width() <= part.start);
        first..self.list.partition_point(|column| column.range.start < part.end).max(first)
    }
}

fn key(field: &Field, source: &Source) -> Key {
    match &field.name {
        Name::Key(range) => Key::Name(unquote_json(&source.read(range.clone()))),
        Name::Index(index) => Key::Index(*index),
        Name::Itself => Key::Itself,
    }
}
