//! What markup is made of: tags, texts and what is kept as it is.

/// Elements of HTML that have no end tag (WHATWG HTML, section 13.1.2).
const VOID: [&str; 13] =
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"];
/// Elements of HTML that stand within a line of text.
const INLINE: [&str; 21] = [
    "a", "abbr", "b", "bdi", "bdo", "br", "cite", "code", "em", "i", "kbd", "mark", "q", "s", "small",
    "span", "strong", "sub", "sup", "u", "wbr",
];
/// Elements of HTML whose content is not markup, or whose white space counts.
const VERBATIM: [&str; 4] = ["script", "style", "pre", "textarea"];

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    Start(String),
    End(String),
    /// A comment, declaration, processing instruction or an element that is empty.
    Alone,
    /// An element whose lines stay as they are.
    Verbatim,
    Text,
}

/// The piece that a text begins with, and how long it is.
pub(super) fn piece(rest: &[u8], html: bool) -> (Piece, usize) {
    if !is_tag(rest) || (html && is_inline(rest)) {
        return (Piece::Text, text_length(rest, html));
    }
    let until = |end: &[u8]| memchr::memmem::find(rest, end).map_or(rest.len(), |found| found + end.len());
    if rest.starts_with(b"<!--") {
        return (Piece::Alone, until(b"-->"));
    }
    if rest.starts_with(b"<![CDATA[") {
        return (Piece::Alone, until(b"]]>"));
    }
    if rest.starts_with(b"<?") {
        return (Piece::Alone, until(b"?>"));
    }
    let length = tag_length(rest);
    let tag = rest.get(..length).unwrap_or_default();
    let name = name(tag);
    let piece = match tag.get(1) {
        Some(b'!') => Piece::Alone,
        Some(b'/') => Piece::End(name),
        _ if tag.ends_with(b"/>") || (html && VOID.contains(&name.as_str())) => Piece::Alone,
        _ if html && VERBATIM.contains(&name.as_str()) => {
            return (Piece::Verbatim, verbatim_length(rest, length, &name));
        }
        _ => Piece::Start(name),
    };
    (piece, length)
}

/// Whether a tag or the like begins here, and not a `<` in text.
fn is_tag(rest: &[u8]) -> bool {
    matches!(rest, [b'<', next, ..] if next.is_ascii_alphabetic() || matches!(next, b'/' | b'!' | b'?' | b'_' | b':'))
}

fn is_inline(rest: &[u8]) -> bool {
    let tag = rest.get(..32).unwrap_or(rest);
    INLINE.contains(&name(tag).as_str())
}

/// Up to the next tag that begins a line.
fn text_length(rest: &[u8], html: bool) -> usize {
    let ends = |found: &usize| {
        let tag = rest.get(*found..).unwrap_or_default();
        *found > 0 && is_tag(tag) && !(html && is_inline(tag))
    };
    memchr::memchr_iter(b'<', rest).find(ends).unwrap_or(rest.len())
}

/// Up to the `>` that ends the tag, which is not one in quotes.
fn tag_length(rest: &[u8]) -> usize {
    let mut quote = None;
    for (at, &byte) in rest.iter().enumerate() {
        match (byte, quote) {
            (b'>', None) => return at + 1,
            (b'"' | b'\'', None) => quote = Some(byte),
            (byte, Some(open)) if byte == open => quote = None,
            _ => {}
        }
    }
    rest.len()
}

/// Up to the end tag of an element whose content is kept; the whole is one piece.
fn verbatim_length(rest: &[u8], from: usize, name: &str) -> usize {
    let content = rest.get(from..).unwrap_or_default();
    let closes = |found: &usize| {
        let tag = content.get(*found..).unwrap_or_default();
        let end = tag.get(2..2 + name.len()).unwrap_or_default();
        tag.get(1) == Some(&b'/') && end.eq_ignore_ascii_case(name.as_bytes())
    };
    match memchr::memchr_iter(b'<', content).find(closes) {
        Some(found) => from + found + tag_length(content.get(found..).unwrap_or_default()),
        None => rest.len(),
    }
}

/// The element's name, in lower case.
fn name(tag: &[u8]) -> String {
    let from = if tag.get(1) == Some(&b'/') { 2 } else { 1 };
    let rest = tag.get(from..).unwrap_or_default();
    let end = rest.iter().position(|byte| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>'));
    let name = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
    String::from_utf8_lossy(name).to_ascii_lowercase()
}
