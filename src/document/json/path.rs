//! Where a value stands: its path from the root, in the notation of JSONPath (RFC 9535).

use std::{
    fmt::Write as _,
    ops::{ControlFlow, Range},
};

use super::{
    index::Index,
    reading::read,
    scanner::{Frame, Scanner, Shape, Sink, Token},
    unquote_json,
};
use crate::document::source::Source;

/// A key longer than this is shortened in a path.
const LONGEST_KEY: u64 = 4096;

/// What encloses a token.
#[derive(Debug, Clone, Default)]
pub(crate) struct Position {
    /// The number of the value at the top, where values follow each other.
    record: Option<u64>,
    /// The containers around it, and the token's position in each.
    pub(crate) stack: Vec<Frame>,
    /// The container that the token closes.
    pub(crate) closes: Option<Frame>,
}

/// One step of the way to a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crumb {
    /// A key, or an index in brackets.
    pub label: String,
    /// Where the container that the step leads out of begins.
    pub offset: u64,
}

/// The position of the key, value or bracket that begins at `offset`.
pub(crate) fn position(index: &Index, source: &Source, offset: u64) -> Option<Position> {
    let from = index.before_offset(offset);
    let stack = from.stack();
    let mut sink =
        Finder { offset, many: index.many, records: from.records, before: stack.clone(), found: None };
    read(&mut Scanner::resume(from.offset, stack, index.many), index, source, &mut sink);
    sink.found
}

impl Position {
    /// `$.items[3].name`; a key that is no plain name stands in brackets and single quotes. Where values follow
    /// each other, the record's number comes first, as if they were one array.
    pub(crate) fn path(&self, source: &Source) -> String {
        let mut path = String::from("$");
        if let Some(record) = self.record {
            push_index(&mut path, record);
        }
        for frame in &self.stack {
            match frame.shape {
                Shape::Array => push_index(&mut path, frame.index),
                Shape::Object => PathStyle::Short.push_key(&mut path, &key(source, frame.key)),
            }
        }
        path
    }

    /// The steps of the path, each with the container that it leads out of.
    pub(crate) fn crumbs(&self, source: &Source) -> Vec<Crumb> {
        let step = |frame: &Frame| {
            let label = match frame.shape {
                Shape::Array => format!("[{}]", frame.index),
                Shape::Object => key(source, frame.key),
            };
            Crumb { label, offset: frame.open }
        };
        self.stack.iter().map(step).collect()
    }
}

/// The offset behind the container that was opened at that offset and depth; `None` when it is not closed yet.
pub(crate) fn end(index: &Index, source: &Source, open: u64, depth: usize) -> Option<u64> {
    let from = index.last_inside(open, depth).unwrap_or_else(|| index.before_offset(open));
    let mut sink = Closing { open, depth, end: None };
    read(&mut Scanner::resume(from.offset, from.stack(), index.many), index, source, &mut sink);
    sink.end
}

/// The sink that stops at a token and keeps what encloses it.
struct Finder {
    offset: u64,
    many: bool,
    records: u64,
    /// Of the token before.
    before: Vec<Frame>,
    found: Option<Position>,
}

impl Sink for Finder {
    fn token(&mut self, token: Token, range: Range<u64>, stack: &[Frame]) -> ControlFlow<()> {
        if stack.is_empty() && token.starts_value() {
            self.records += 1;
        }
        if range.start < self.offset {
            self.before.clear();
            self.before.extend_from_slice(stack);
            return ControlFlow::Continue(());
        }
        let closes = match token {
            Token::Close(_) => self.before.get(stack.len()).copied(),
            _ => None,
        };
        let record = self.many.then(|| self.records.saturating_sub(1));
        self.found = Some(Position { record, stack: stack.to_vec(), closes });
        ControlFlow::Break(())
    }
}

/// The sink that stops at a closing bracket.
struct Closing {
    open: u64,
    depth: usize,
    end: Option<u64>,
}

impl Sink for Closing {
    fn token(&mut self, token: Token, range: Range<u64>, stack: &[Frame]) -> ControlFlow<()> {
        if range.start > self.open && stack.len() == self.depth && matches!(token, Token::Close(_)) {
            self.end = Some(range.end);
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }
}

/// The key that begins with a quote at `offset`, without its escapes.
fn key(source: &Source, offset: u64) -> String {
    let bytes = source.read(offset..offset + LONGEST_KEY);
    unquote_json(&bytes)
}

/// How the segments of a path are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PathStyle {
    /// `$.items[3].name`; a key that is no plain name stands in brackets and single quotes.
    Short,
    /// Every key in brackets and single quotes: the one normalized path of a node (RFC 9535, section 2.7).
    Normalized,
}

impl PathStyle {
    /// Adds a key's segment.
    pub(crate) fn push_key(self, path: &mut String, key: &str) {
        let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || !letter.is_ascii();
        let starts = |letter: char| plain(letter) && !letter.is_ascii_digit();
        if self == Self::Short && key.starts_with(starts) && key.chars().all(plain) {
            path.push('.');
            path.push_str(key);
            return;
        }
        path.push_str("['");
        for letter in key.chars() {
            match letter {
                '\'' => path.push_str("\\'"),
                '\\' => path.push_str("\\\\"),
                '\n' => path.push_str("\\n"),
                '\r' => path.push_str("\\r"),
                '\t' => path.push_str("\\t"),
                '\u{8}' => path.push_str("\\b"),
                '\u{c}' => path.push_str("\\f"),
                control if u32::from(control) < 0x20 => {
                    let _ = write!(path, "\\u{:04x}", u32::from(control));
                }
                other => path.push(other),
            }
        }
        path.push_str("']");
    }
}

/// Adds an element's segment.
pub(crate) fn push_index(path: &mut String, index: u64) {
    let _ = write!(path, "[{index}]");
}
