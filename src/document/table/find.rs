//! Which records of a document are a table.

use std::{
    ops::{ControlFlow, Range},
    sync::OnceLock,
};

use super::{Table, rows::Rows};
use crate::document::{
    Document, FIRST,
    json::{
        index::{Index, List},
        reading::read,
        scanner::{Frame, Scanner, Shape, Sink, Token},
    },
};

impl Document {
    /// The records of NDJSON or CSV; of JSON, the items of the array that it is, or of the first array of objects
    /// among the members of the object that it is. `None` where there is no such thing.
    pub fn table(&self) -> Option<Table> {
        if self.inner.records.is_some() {
            return Some(Table::new(self.clone(), Rows::Records(OnceLock::new())));
        }
        let index = self.inner.json.as_ref()?;
        if index.many {
            return Some(Table::new(self.clone(), Rows::items(List::Top)));
        }
        let mut sink = Lists { until: FIRST, found: None, waiting: None };
        read(&mut Scanner::resume(0, Vec::new(), false), index, &self.inner.text, &mut sink);
        sink.found.map(|list| Table::new(self.clone(), Rows::items(list)))
    }

    /// The items of the array that begins at that offset of the text, or that the key there has as its value; else
    /// those of the innermost array around it. Records of NDJSON and CSV are around everything.
    pub fn table_at(&self, offset: u64) -> Option<Table> {
        let Some(index) = &self.inner.json else { return self.table() };
        let list = around(index, self, offset).or(index.many.then_some(List::Top))?;
        Some(Table::new(self.clone(), Rows::items(list)))
    }
}

fn around(index: &Index, document: &Document, offset: u64) -> Option<List> {
    let from = index.before_offset(offset);
    let mut sink = Around { offset, keyed: false, found: None };
    read(&mut Scanner::resume(from.offset, from.stack(), index.many), index, &document.inner.text, &mut sink);
    sink.found
}

/// The sink that finds an array by what it is.
struct Lists {
    until: u64,
    found: Option<List>,
    /// An array at the first level, of which an item is to come.
    waiting: Option<List>,
}

impl Sink for Lists {
    fn token(&mut self, token: Token, range: Range<u64>, stack: &[Frame]) -> ControlFlow<()> {
        let here = List::Array { open: range.start, depth: stack.len() };
        match (token, stack.len()) {
            (Token::Open(Shape::Array), 0) => self.found = Some(here),
            (Token::Open(Shape::Array), 1) => self.waiting = Some(here),
            (Token::Open(Shape::Object), 2) if self.waiting.is_some() => self.found = self.waiting,
            (Token::Key, 1) => self.waiting = None,
            _ => {}
        }
        if self.found.is_some() || range.start > self.until {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }
}

/// The sink that finds an array by where it is.
struct Around {
    offset: u64,
    /// Whether the value that is to come is that of the key.
    keyed: bool,
    found: Option<List>,
}

impl Sink for Around {
    fn token(&mut self, token: Token, range: Range<u64>, stack: &[Frame]) -> ControlFlow<()> {
        if range.end <= self.offset {
            return ControlFlow::Continue(());
        }
        if matches!(token, Token::Key) || (self.keyed && matches!(token, Token::Colon)) {
            self.keyed = true;
            return ControlFlow::Continue(());
        }
        let innermost = || {
            let depth = stack.iter().rposition(|frame| frame.shape == Shape::Array)?;
            stack.get(depth).map(|frame| List::Array { open: frame.open, depth })
        };
        self.found = match token {
            Token::Open(Shape::Array) => Some(List::Array { open: range.start, depth: stack.len() }),
            _ => innermost(),
        };
        ControlFlow::Break(())
    }
}
