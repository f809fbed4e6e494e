//! `{{ … }}` in a JSON body that is being written: hidden from the JSON tokenizer behind bytes of the same number.
//!
//! What a template holds is another layer's business. Here it is only a thing that starts with `{{` and ends with
//! `}}`, and may have quoted text in between.

use std::{borrow::Cow, ops::Range};

/// Where templates stand in a line of any kind of text.
pub(crate) fn find_all(line: &str) -> Vec<Range<usize>> {
    let bytes = line.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(next) = bytes.get(at..).and_then(|rest| memchr::memmem::find(rest, b"{{")) {
        let start = at + next;
        let length = bytes.get(start..).and_then(template_length);
        at = start + length.unwrap_or(1);
        if length.is_some() {
            found.push(start..at);
        }
    }
    found
}

/// The text with each template replaced by as many bytes that stand for a value, or for part of a string.
pub(crate) fn mask(text: &str) -> Cow<'_, [u8]> {
    let bytes = text.as_bytes();
    if memchr::memmem::find(bytes, b"{{").is_none() {
        return Cow::Borrowed(bytes);
    }
    let mut masked = bytes.to_vec();
    let (mut at, mut in_string) = (0, false);
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' if in_string => at += 1,
            b'"' => in_string = !in_string,
            b'{' if bytes.get(at + 1) == Some(&b'{') => {
                if let Some(length) = bytes.get(at..).and_then(template_length) {
                    // A row of ones is a number, and so are two of them side by side, or one after a minus.
                    let filler = if in_string { b'x' } else { b'1' };
                    if let Some(part) = masked.get_mut(at..at + length) {
                        part.fill(filler);
                    }
                    at += length;
                    continue;
                }
            }
            _ => {}
        }
        at += 1;
    }
    Cow::Owned(masked)
}

/// The length of the template that starts there, if it ends on the same line.
fn template_length(bytes: &[u8]) -> Option<usize> {
    let mut quote = None;
    let mut at = 2;
    loop {
        let byte = *bytes.get(at)?;
        match (byte, quote) {
            (b'\n', _) => return None,
            (b'\\', Some(_)) => at += 1,
            (b'"' | b'\'', None) => quote = Some(byte),
            (_, Some(open)) if byte == open => quote = None,
            (b'}', None) if bytes.get(at + 1) == Some(&b'}') => return Some(at + 2),
            _ => {}
        }
        at += 1;
    }
}
