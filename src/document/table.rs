//! Records as a table: the items of an array, the values of NDJSON, the records of CSV, one a row; their keys as
//! columns.
//!
//! Like [`super::Lines`] it is virtual: cells exist for the rows and columns that are asked for. Columns are found
//! and measured in the first records; what turns up later gets a column of its own when its row is shown.

mod cell;
mod columns;
mod decimal;
mod find;
mod layout;
mod order;
mod reading;
mod record;
mod rows;
mod texts;

#[cfg(test)]
mod tests;

use std::{
    ops::Range,
    sync::{Arc, Mutex},
};

pub use self::{
    columns::Column,
    order::{Direction, Order, SortProgress},
};
use self::{
    columns::{Columns, Key},
    order::{Buckets, Value},
    record::Record,
    rows::Rows,
    texts::Texts,
};
use super::{Document, json::path, line::Line};

/// Records that columns are found and measured by.
const SAMPLE: u64 = 500;
/// Bytes of one record that are read to show or measure it; fields behind them are shown as cut off.
const SHOWN: u64 = 128 * 1024;
/// Bytes of one record that are read to find one value in it.
const SEARCHED: u64 = 64 << 20;
/// Rows whose values are read between two words of progress.
const STEP: u64 = 512;

/// One list of records. Cheap to make and to clone; reads the document as it is at the time of each call. Clones
/// share their columns, not their order.
#[derive(Debug, Clone)]
pub struct Table {
    document: Document,
    rows: Arc<Rows>,
    columns: Arc<Mutex<Columns>>,
    order: Option<Arc<Order>>,
}

impl Table {
    fn new(document: Document, rows: Rows) -> Self {
        Self { document, rows: Arc::new(rows), columns: Arc::default(), order: None }
    }

    pub fn document(&self) -> &Document {
        &self.document
    }

    /// How many rows there are, without the header; while the document arrives, how many are known of.
    pub fn len(&self) -> usize {
        self.rows.len(&self.document) as usize
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The columns by now. Their number grows when rows are shown that have others, at the end; while the first
    /// records arrive, they grow wider too.
    pub fn columns(&self) -> Vec<Column> {
        self.measured().list.clone()
    }

    /// Whether there are more keys than columns: they are cut at a thousand.
    pub fn is_cut(&self) -> bool {
        self.measured().is_full
    }

    /// How wide a whole line is, in columns of the terminal.
    pub fn width(&self) -> usize {
        self.measured().list.last().map_or(0, |last| last.range.end)
    }

    /// The column that stands at that column of the terminal, or behind which the gap does.
    pub fn column_at(&self, x: usize) -> Option<usize> {
        let columns = self.measured();
        let number = columns.within(&(x..x + 1)).start;
        (number < columns.list.len()).then_some(number)
    }

    /// The line of the columns' names, for the top of the screen.
    pub fn header(&self, columns: Range<usize>) -> Line {
        let sorted = self.order.as_ref().map(|order| (order.column, order.direction));
        layout::header(&self.measured(), sorted, &columns)
    }

    /// Those rows, as far as they are there, with what stands in those columns of the terminal.
    pub fn window_columns(&self, rows: Range<usize>, columns: Range<usize>) -> Vec<Line> {
        let starts = self.starts(rows.start as u64..rows.end as u64);
        let records: Vec<_> = starts.into_iter().map(|start| self.record(start, SHOWN)).collect();
        let mut known = self.measured();
        let (source, is_csv) = (&self.document.inner.text, self.is_csv());
        for record in &records {
            known.meet(record, source, is_csv, false);
        }
        let line = |(number, record): (usize, Record)| {
            let cells = self.cells(&record, &known, known.within(&columns));
            layout::row(number, record.range, &known, cells, &columns)
        };
        (rows.start..).zip(records).map(line).collect()
    }

    /// The row that shows the byte at that offset of the text; the one before it, where it lies between two.
    pub fn line_at(&self, offset: u64) -> usize {
        let Some((number, start)) = self.rows.at(&self.document, offset) else { return 0 };
        let sorted = self.order.as_ref();
        let shown = sorted.and_then(|order| order.starts.iter().position(|other| *other == start));
        shown.unwrap_or(number as usize)
    }

    /// The bytes of that row.
    pub fn range(&self, row: usize) -> Option<Range<u64>> {
        Some(self.record(self.start(row)?, SEARCHED).range)
    }

    /// The bytes of that cell's value, quotes included; `None` where it has none.
    pub fn value(&self, row: usize, column: usize) -> Option<Range<u64>> {
        let record = self.record(self.start(row)?, SEARCHED);
        let key = self.measured().keys.get(column).cloned()?;
        record.fields.iter().rfind(|field| self.is(&field.name, &key)).map(|field| field.range.clone())
    }

    /// The JSONPath of a cell, whether it has a value or not; of its row without a column. CSV has none.
    pub fn path(&self, row: usize, column: Option<usize>) -> Option<String> {
        let inner = &self.document.inner;
        let mut path = path::position(inner.json.as_ref()?, &inner.text, self.start(row)?)?.path(&inner.text);
        match self.measured().keys.get(column.unwrap_or(usize::MAX)) {
            Some(Key::Name(name)) => path::PathStyle::Short.push_key(&mut path, name),
            Some(Key::Index(index)) => path::push_index(&mut path, *index as u64),
            Some(Key::Itself) | None => {}
        }
        Some(path)
    }

    /// Sorts the rows that are there by a column, for a task; [`Self::set_order`] then shows them so. Now and then
    /// it tells how far it is, and stops with `None` when it is answered false.
    ///
    /// Numbers are sorted by value, texts by their characters; what has no value comes last in either direction.
    /// While it sorts, sixteen bytes a row are needed, and none of the values is kept.
    pub fn sort(
        &self,
        column: usize,
        direction: Direction,
        mut go_on: impl FnMut(SortProgress) -> bool,
    ) -> Option<Order> {
        let key = self.measured().keys.get(column).cloned()?;
        let rows = self.len() as u64;
        let mut read = 0;
        let mut tell = |more: u64| {
            read += more;
            go_on(SortProgress { read, rows })
        };
        let mut buckets = Buckets::new(direction);
        for first in (0..rows).step_by(STEP as usize) {
            let starts = self.rows.starts(&self.document, first..rows.min(first + STEP));
            for &start in &starts {
                let (value, truth) = self.sort_value(start, &key);
                buckets.add(start, &value, truth);
            }
            if !tell(starts.len() as u64) {
                return None;
            }
        }
        let mut unread = 0;
        let mut text = |start| {
            unread += 1;
            if unread == STEP {
                unread = 0;
                if !tell(STEP) {
                    return None;
                }
            }
            Some(match self.sort_value(start, &key).0 {
                Value::Text(text) | Value::Number(text) => text,
                Value::Other(_) | Value::Missing => String::new(),
            })
        };
        let starts = buckets.sort(&mut Texts(&mut text))?;
        Some(Order { column, direction, starts })
    }

    pub fn order(&self) -> Option<&Order> {
        self.order.as_deref()
    }

    /// Shows the rows in that order, or as they stand in the document.
    pub fn set_order(&mut self, order: Option<Order>) {
        self.order = order.map(Arc::new);
    }
}
