//! Colours for JSON as it stands, right or wrong: a text that is being written, the raw view, what follows an error.
//!
//! It knows tokens and no grammar, so it never stops.

use std::ops::Range;

use crate::document::line::Class;

/// The classed parts of `bytes`, in order and without gaps.
pub(crate) fn lex(bytes: &[u8]) -> Vec<(Range<usize>, Class)> {
    let mut parts: Vec<(Range<usize>, Class)> = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let rest = bytes.get(at..).unwrap_or_default();
        let (length, class) = part(rest);
        let range = at..at + length.max(1);
        at = range.end;
        match parts.last_mut() {
            Some((last, same)) if *same == class && last.end == range.start => last.end = range.end,
            _ => parts.push((range, class)),
        }
    }
    parts
}

fn part(rest: &[u8]) -> (usize, Class) {
    let run = |holds: fn(&u8) -> bool| rest.iter().position(|byte| !holds(byte)).unwrap_or(rest.len());
    match rest.first() {
        Some(b'"') => {
            let length = string_length(rest);
            let after = rest.get(length..).unwrap_or_default().trim_ascii_start();
            (length, if after.first() == Some(&b':') { Class::Key } else { Class::String })
        }
        Some(b'{' | b'}' | b'[' | b']' | b',' | b':') => (1, Class::Punctuation),
        Some(b'-' | b'0'..=b'9') => {
            (run(|byte| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E')), Class::Number)
        }
        Some(b' ' | b'\n' | b'\r' | b'\t') => (run(u8::is_ascii_whitespace), Class::Text),
        _ => {
            let length = run(|byte| {
                !matches!(byte, b'"' | b'{' | b'}' | b'[' | b']' | b',' | b':' | b' ' | b'\n' | b'\r' | b'\t')
            });
            let class = match rest.get(..length).unwrap_or_default() {
                b"true" | b"false" => Class::Boolean,
                b"null" => Class::Null,
                _ => Class::Error,
            };
            (length, class)
        }
    }
}

/// Up to the closing quote, or to the end of the line where it is missing.
fn string_length(rest: &[u8]) -> usize {
    let mut at = 1;
    while let Some(byte) = rest.get(at) {
        match byte {
            b'\\' => at += 1,
            b'"' => return at + 1,
            b'\n' => return at,
            _ => {}
        }
        at += 1;
    }
    rest.len()
}
