//! Where a value stands: its path from the root, in the notation of JSONPath (RFC 9535).

use std::{
    fmt::Write as _,
    ops::{ControlFlow, Range},
};

use super::{
    index::Index,
    layout::read,
    scanner::{Frame, Scanner, Shape, Sink, Token},
};
use crate::document::source::Source;

/// A key longer than this is shortened in a path.
const LONGEST_KEY: u64 = 4096;

/// The path of the key, value or bracket that begins at `offset`.
///
/// `$.items[3].name`; a key that is no plain name stands in brackets and single quotes. Where values follow each
/// other, the record's number comes first, as if they were one array.
pub(crate) fn path(index: &Index, source: &Source, offset: u64) -> Option<String> {
    let from = index.before_offset(offset);
    let mut sink = Finder { offset, many: index.many, records: from.records, found: None };
    let mut scanner = Scanner::resume(from.offset, from.stack(), index.many);
    read(&mut scanner, source, &mut sink);
    let (record, stack) = sink.found?;
    let mut path = String::from("$");
    if let Some(record) = record {
        let _ = write!(path, "[{record}]");
    }
    for frame in &stack {
        match frame.shape {
            Shape::Array => {
                let _ = write!(path, "[{}]", frame.index);
            }
            Shape::Object => push_key(&mut path, &key(source, frame.key)),
        }
    }
    Some(path)
}

/// The sink that stops at a token and keeps its stack.
struct Finder {
    offset: u64,
    many: bool,
    records: u64,
    found: Option<(Option<u64>, Vec<Frame>)>,
}

impl Sink for Finder {
    fn token(&mut self, token: Token, range: Range<u64>, stack: &[Frame]) -> ControlFlow<()> {
        if stack.is_empty() && token.starts_value() {
            self.records += 1;
        }
        if range.start < self.offset {
            return ControlFlow::Continue(());
        }
        self.found = Some((self.many.then(|| self.records.saturating_sub(1)), stack.to_vec()));
        ControlFlow::Break(())
    }
}

/// The key that begins with a quote at `offset`, without its escapes.
fn key(source: &Source, offset: u64) -> String {
    let bytes = source.read(offset..offset + LONGEST_KEY);
    let mut escaped = false;
    let end = bytes.iter().skip(1).position(|byte| {
        let ends = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        ends
    });
    let raw = bytes.get(..end.map_or(bytes.len(), |end| end + 2)).unwrap_or_default();
    let text = String::from_utf8_lossy(raw);
    serde_json::from_str(&text).unwrap_or_else(|_| text.trim_matches('"').to_owned())
}

/// Adds a key's segment: `.name`, or `['any text']` with the escapes of RFC 9535, section 2.7.
pub(crate) fn push_key(path: &mut String, key: &str) {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || !letter.is_ascii();
    let starts = |letter: char| plain(letter) && !letter.is_ascii_digit();
    if key.starts_with(starts) && key.chars().all(plain) {
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
