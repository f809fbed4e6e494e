//! Where the records of a table begin, whatever they are.

use std::{
    ops::Range,
    sync::{Mutex, OnceLock, PoisonError},
};

use super::record::Record;
use crate::document::{
    Document, csv,
    json::{
        index::{Extent, List},
        items::Items,
    },
};

#[derive(Debug)]
pub(super) enum Rows {
    /// JSON values; how many were counted when so much was indexed.
    Items(List, Mutex<Option<(Extent, u64)>>),
    /// Records of CSV behind the first, which is the header and tells the delimiter.
    Records(OnceLock<u8>),
}

impl Rows {
    pub(super) fn items(list: List) -> Self {
        Self::Items(list, Mutex::default())
    }

    /// The header's fields, once it is whole.
    pub(super) fn header(&self, document: &Document) -> Option<Vec<String>> {
        let (Self::Records(delimiter), Some(records)) = (self, &document.inner.records) else { return None };
        let text = &document.inner.text;
        let (_, range) = records.lines(text, 0..1).pop()?;
        if range.end == text.len() && !text.is_complete() {
            return None;
        }
        let bytes = text.read(range.start..range.end.min(range.start + csv::SAMPLE));
        let delimiter = *delimiter.get_or_init(|| csv::delimiter(&bytes));
        let name = |field: Range<usize>| csv::text(bytes.get(field).unwrap_or_default());
        Some(csv::fields(&bytes, delimiter).into_iter().map(name).collect())
    }

    /// The record that begins at that offset, no more than so many bytes of it.
    pub(super) fn record(&self, document: &Document, start: u64, limit: u64) -> Record {
        let text = &document.inner.text;
        match (self, &document.inner.records) {
            (Self::Records(delimiter), Some(records)) => {
                let range = records.line_from(text, start);
                Record::csv(text, range, delimiter.get().copied().unwrap_or(b','), limit)
            }
            _ => Record::json(text, start, limit),
        }
    }

    pub(super) fn len(&self, document: &Document) -> u64 {
        match self {
            Self::Items(list, counted) => {
                let Some(items) = items(document, *list) else { return 0 };
                let mut counted = counted.lock().unwrap_or_else(PoisonError::into_inner);
                let extent = items.index.extent();
                if let Some((at, count)) = *counted
                    && (at == extent || at.ended)
                {
                    return count;
                }
                let (count, ended) = items.count();
                *counted = Some((Extent { ended, ..extent }, count));
                count
            }
            Self::Records(_) => {
                document.inner.records.as_ref().map_or(0, |records| records.extent().lines.saturating_sub(1))
            }
        }
    }

    /// The offsets at which the records of those numbers begin, as far as they are there.
    pub(super) fn starts(&self, document: &Document, rows: Range<u64>) -> Vec<u64> {
        match self {
            Self::Items(list, _) => items(document, *list).map_or_else(Vec::new, |items| items.starts(rows)),
            Self::Records(_) => {
                let Some(records) = &document.inner.records else { return Vec::new() };
                let lines = rows.start.saturating_add(1)..rows.end.saturating_add(1);
                records.lines(&document.inner.text, lines).into_iter().map(|(_, range)| range.start).collect()
            }
        }
    }

    /// The last record that begins at or before that offset: its number, and where it begins.
    pub(super) fn at(&self, document: &Document, offset: u64) -> Option<(u64, u64)> {
        match self {
            Self::Items(list, _) => items(document, *list)?.at(offset),
            Self::Records(_) => {
                let (line, start) = document.inner.records.as_ref()?.line_at(&document.inner.text, offset);
                line.checked_sub(1).map(|row| (row, start))
            }
        }
    }
}

fn items(document: &Document, list: List) -> Option<Items<'_>> {
    Some(Items { index: document.inner.json.as_ref()?, source: &document.inner.text, list })
}
