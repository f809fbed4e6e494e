//! One record of a table as its fields, which are ranges of the document's bytes.

use std::ops::{ControlFlow, Range};

use crate::document::{
    csv,
    json::scanner::{Frame, Scanner, Sink, Token},
    source::Source,
};

/// A record, as far as it was read.
#[derive(Debug, Clone)]
pub(super) struct Record {
    pub(super) range: Range<u64>,
    pub(super) fields: Vec<Field>,
    /// Whether there may be more fields than were read.
    pub(super) cut: bool,
}

/// A value of a record, and which it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) name: Name,
    /// What the value begins with; a field of CSV is a string or a number.
    pub(super) token: Token,
    /// With its quotes, if it has them.
    pub(super) range: Range<u64>,
}

/// What tells the fields of a record apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Name {
    /// The range of an object's key in its quotes.
    Key(Range<u64>),
    /// The position in an array or in a record of CSV.
    Index(usize),
    /// The record is a value that has no fields.
    Itself,
}

impl Record {
    /// Reads a JSON value, no more than so many bytes of it.
    pub(super) fn json(source: &Source, start: u64, limit: u64) -> Self {
        let limit = start.saturating_add(limit);
        let mut sink = Members { fields: Vec::new(), key: None, open: start, end: None };
        let mut scanner = Scanner::resume(start, Vec::new(), true);
        while scanner.offset() < limit {
            let complete = source.is_complete();
            let block = source.block(scanner.offset());
            if block.is_empty() {
                if complete {
                    let _ = scanner.finish(&mut sink);
                }
                break;
            }
            let wanted = (limit - scanner.offset()).min(block.len() as u64) as usize;
            if scanner.feed(block.get(..wanted).unwrap_or_default(), &mut sink).is_break() {
                break;
            }
        }
        let end = sink.end.unwrap_or(scanner.offset());
        Self { range: start..end, fields: sink.fields, cut: sink.end.is_none() }
    }

    /// Reads a record of CSV, no more than so many bytes of it.
    pub(super) fn csv(source: &Source, range: Range<u64>, delimiter: u8, limit: u64) -> Self {
        let bytes = source.read(range.start..range.end.min(range.start.saturating_add(limit)));
        let field = |(index, field): (usize, Range<usize>)| {
            let text = bytes.get(field.clone()).unwrap_or_default();
            let token = if csv::is_number(text) { Token::Number } else { Token::String };
            let range = range.start + field.start as u64..range.start + field.end as u64;
            // Nothing between two delimiters is no value.
            (!range.is_empty()).then_some(Field { name: Name::Index(index), token, range })
        };
        let fields = csv::fields(&bytes, delimiter).into_iter().enumerate().filter_map(field).collect();
        Self { cut: range.start + (bytes.len() as u64) < range.end, range, fields }
    }
}

/// The sink that gathers the members of one value.
struct Members {
    fields: Vec<Field>,
    /// Of the member that comes next.
    key: Option<Range<u64>>,
    /// Where the member that is open begins.
    open: u64,
    /// Behind the value.
    end: Option<u64>,
}

impl Members {
    fn add(&mut self, token: Token, range: Range<u64>, frame: Option<&Frame>) -> ControlFlow<()> {
        let name = match (self.key.take(), frame) {
            (Some(key), _) => Name::Key(key),
            (None, Some(frame)) => Name::Index(frame.index as usize),
            (None, None) => {
                self.end = Some(range.end);
                Name::Itself
            }
        };
        self.fields.push(Field { name, token, range });
        if self.end.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

impl Sink for Members {
    fn token(&mut self, token: Token, range: Range<u64>, stack: &[Frame]) -> ControlFlow<()> {
        match (token, stack.len()) {
            (Token::Key, 1) => self.key = Some(range),
            (Token::Open(_), 1) => self.open = range.start,
            (Token::Close(shape), 1) => {
                return self.add(Token::Open(shape), self.open..range.end, stack.last());
            }
            (Token::Close(_), 0) => {
                self.end = Some(range.end);
                return ControlFlow::Break(());
            }
            (Token::Open(_) | Token::Comma | Token::Colon | Token::Key, _) => {}
            (_, 0 | 1) => return self.add(token, range, stack.last()),
            _ => {}
        }
        ControlFlow::Continue(())
    }
}
