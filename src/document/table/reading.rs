//! What a table reads of its document: its sample, records and values.

use std::{
    ops::Range,
    sync::{MutexGuard, PoisonError},
};

use super::{
    SAMPLE, SEARCHED, SHOWN, Table,
    cell::Cell,
    columns::{Columns, Key},
    order::Value,
    record::{Name, Record},
    rows::Rows,
};
use crate::document::{
    csv,
    json::{
        scanner::Token,
        string::{is_name, unquote_json},
    },
};

/// Bytes of records that are measured at once.
const MEASURED: u64 = 1 << 20;

impl Table {
    pub(super) fn is_csv(&self) -> bool {
        matches!(*self.rows, Rows::Records(_))
    }

    /// The columns, with as much of the sample as there is by now.
    pub(super) fn measured(&self) -> MutexGuard<'_, Columns> {
        let mut columns = self.columns.lock().unwrap_or_else(PoisonError::into_inner);
        let rows = if columns.measured < SAMPLE { self.rows.len(&self.document).min(SAMPLE) } else { 0 };
        if self.is_csv() && columns.list.is_empty() {
            match self.rows.header(&self.document) {
                Some(names) => *columns = Columns::named(names),
                None => return columns,
            }
        }
        if rows <= columns.measured {
            return columns;
        }
        // The last record may not be whole yet: it is measured, and will be again.
        let whole = rows - u64::from(!self.document.progress().done);
        let mut read = 0;
        for start in self.rows.starts(&self.document, columns.measured..rows) {
            let record = self.record(start, SHOWN);
            read += record.range.end - record.range.start;
            columns.meet(&record, &self.document.inner.text, self.is_csv(), true);
            columns.measured = whole.min(columns.measured + 1);
            if read > MEASURED {
                break;
            }
        }
        columns
    }

    /// Where those rows begin, in the order in which they are shown.
    pub(super) fn starts(&self, rows: Range<u64>) -> Vec<u64> {
        let sorted = self.order.as_ref().map_or(&[][..], |order| &order.starts);
        let split = (sorted.len() as u64).clamp(rows.start, rows.end.max(rows.start));
        let mut starts =
            sorted.get(rows.start as usize..split as usize).map(<[u64]>::to_vec).unwrap_or_default();
        if split < rows.end {
            starts.append(&mut self.rows.starts(&self.document, split..rows.end));
        }
        starts
    }

    pub(super) fn start(&self, row: usize) -> Option<u64> {
        self.starts(row as u64..row as u64 + 1).pop()
    }

    pub(super) fn record(&self, start: u64, limit: u64) -> Record {
        self.rows.record(&self.document, start, limit)
    }

    /// What those columns show of a record.
    pub(super) fn cells(&self, record: &Record, known: &Columns, columns: Range<usize>) -> Vec<Option<Cell>> {
        let source = &self.document.inner.text;
        let first = columns.start;
        let mut cells =
            vec![if record.cut { Some(Cell::cut(record.range.end)) } else { None }; columns.len()];
        for (hint, field) in record.fields.iter().enumerate() {
            let cell = known.number(field, source, hint).and_then(|number| number.checked_sub(first));
            if let Some(cell) = cell.and_then(|number| cells.get_mut(number)) {
                // Of keys that are there twice, the last one counts.
                *cell = Some(Cell::new(source, field, self.is_csv()));
            }
        }
        cells
    }

    /// Whether a field is that column's.
    pub(super) fn is(&self, name: &Name, key: &Key) -> bool {
        match (name, key) {
            (Name::Key(range), Key::Name(name)) => {
                is_name(&self.document.inner.text.read(range.clone()), name)
            }
            (Name::Index(index), Key::Index(column)) => index == column,
            (Name::Itself, Key::Itself) => true,
            _ => false,
        }
    }

    /// What a record is sorted by, and whether it is `true`.
    pub(super) fn sort_value(&self, start: u64, key: &Key) -> (Value, bool) {
        let record = self.record(start, SEARCHED);
        let Some(field) = record.fields.iter().rfind(|field| self.is(&field.name, key)) else {
            return (Value::Missing, false);
        };
        let bytes = match field.token {
            Token::Open(_) => return (Value::Other(field.token), false),
            _ => self.document.inner.text.read(field.range.clone()),
        };
        let value = match field.token {
            Token::Number => Value::Number(String::from_utf8_lossy(&bytes).into_owned()),
            Token::String if self.is_csv() => Value::Text(csv::text(&bytes)),
            Token::String => Value::Text(unquote_json(&bytes)),
            token => Value::Other(token),
        };
        (value, bytes.first() == Some(&b't'))
    }
}
