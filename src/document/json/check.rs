//! Whether a text is JSON, and if not, where and why.

use std::{
    fmt,
    ops::{ControlFlow, Range},
};

use super::{
    scanner::{Fault, Frame, Scanner, Sink, Token},
    template::mask,
};

/// Where a text stops being JSON. Line and column count from 1, the column in characters; the offset is of bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonError {
    pub line: usize,
    pub column: usize,
    pub offset: usize,
    pub message: String,
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.line, self.column, self.message)
    }
}

impl std::error::Error for JsonError {}

/// Accepts exactly the texts of RFC 8259.
pub fn check_json(text: &str) -> Result<(), JsonError> {
    scan(text.as_bytes(), &mut Nothing).map_err(|fault| place(text, fault))
}

/// The same for a body as it is written: `{{ … }}` may stand for a value, and in strings.
pub fn check_json_template(text: &str) -> Result<(), JsonError> {
    // What is JSON as it stands needs no guess at where its templates end.
    check_json(text).or_else(|_| scan(&mask(text), &mut Nothing).map_err(|fault| place(text, fault)))
}

/// Reads a whole text.
pub(super) fn scan(bytes: &[u8], sink: &mut impl Sink) -> Result<(), Fault> {
    let mut scanner = Scanner::new(false);
    if scanner.feed(bytes, sink).is_continue() {
        let _ = scanner.finish(sink);
    }
    scanner.fault().map_or(Ok(()), Err)
}

pub(super) fn place(text: &str, fault: Fault) -> JsonError {
    let offset = fault.offset as usize;
    let before = text.as_bytes().get(..offset).unwrap_or(text.as_bytes());
    let line_start = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
    let column = String::from_utf8_lossy(before.get(line_start..).unwrap_or_default()).chars().count();
    JsonError {
        line: memchr::memchr_iter(b'\n', before).count() + 1,
        column: column + 1,
        offset,
        message: fault.message.to_owned(),
    }
}

struct Nothing;

impl Sink for Nothing {
    fn token(&mut self, _: Token, _: Range<u64>, _: &[Frame]) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}
