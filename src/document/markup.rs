//! XML and HTML, indented: lines that show parts of the source, which is read once and not changed.
//!
//! Made for reading, not for writing back: in HTML a line break can mean a space.

use std::ops::Range;

/// The largest document that is indented, in bytes; a larger one is shown as it is.
pub(crate) const LIMIT: u64 = 1 << 20;

/// One line: its depth, and the bytes that it shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MarkupLine {
    pub(crate) depth: usize,
    pub(crate) range: Range<usize>,
}

/// An element whose content fits is kept on one line up to this many bytes.
const SHORT: usize = 80;

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
/// Elements of HTML that end where the next of them begins.
const IMPLIED: [&str; 8] = ["li", "p", "tr", "td", "th", "dt", "dd", "option"];

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Start(String),
    End(String),
    /// A comment, declaration, processing instruction or an element that is empty.
    Alone,
    /// An element whose lines stay as they are.
    Verbatim,
    Text,
}

/// Lays out a whole document.
pub(crate) fn indent(text: &[u8], html: bool) -> Vec<MarkupLine> {
    let mut layout = Layout { text, lines: Vec::new(), open: Vec::new(), joinable: false };
    let mut at = 0;
    while at < text.len() {
        let (piece, end) = piece(text, at, html);
        layout.add(piece, at..end, html);
        at = end;
    }
    layout.lines
}

struct Layout<'a> {
    text: &'a [u8],
    lines: Vec<MarkupLine>,
    /// Names of the elements that are open.
    open: Vec<String>,
    /// Whether the last line is a start tag, perhaps with text, that its end tag may join.
    joinable: bool,
}

impl Layout<'_> {
    fn add(&mut self, piece: Piece, range: Range<usize>, html: bool) {
        match piece {
            Piece::Start(name) => {
                if html && IMPLIED.contains(&name.as_str()) && self.open.last() == Some(&name) {
                    self.open.pop();
                }
                self.line(range);
                self.open.push(name);
                self.joinable = true;
            }
            Piece::End(name) => {
                let Some(depth) = self.open.iter().rposition(|open| *open == name) else {
                    self.line(range);
                    return;
                };
                let joins = self.joinable && depth + 1 == self.open.len();
                self.open.truncate(depth);
                match self.lines.last_mut() {
                    Some(last) if joins && range.end - last.range.start <= SHORT => {
                        last.range.end = range.end;
                    }
                    _ => self.line(range),
                }
                self.joinable = false;
            }
            Piece::Alone => {
                self.line(range);
                self.joinable = false;
            }
            Piece::Verbatim => {
                let depth = self.open.len();
                for (number, range) in split_lines(self.text, range).enumerate() {
                    self.lines.push(MarkupLine { depth: if number == 0 { depth } else { 0 }, range });
                }
                self.joinable = false;
            }
            Piece::Text => self.add_text(range),
        }
    }

    fn add_text(&mut self, range: Range<usize>) {
        let bytes = self.text.get(range.clone()).unwrap_or_default();
        let trimmed = bytes.trim_ascii();
        if trimmed.is_empty() {
            return;
        }
        match self.lines.last_mut() {
            // Nothing but white space may follow for the element to stay on one line.
            Some(last)
                if self.joinable
                    && !trimmed.contains(&b'\n')
                    && range.end - last.range.start <= SHORT
                    && last.range.end == range.start =>
            {
                last.range.end = range.end;
                return;
            }
            _ => {}
        }
        self.joinable = false;
        self.line(range);
    }

    fn line(&mut self, range: Range<usize>) {
        let depth = self.open.len();
        for line in split_lines(self.text, range) {
            let bytes = self.text.get(line.clone()).unwrap_or_default();
            let start = line.start + (bytes.len() - bytes.trim_ascii_start().len());
            let end = start + bytes.trim_ascii().len();
            if start < end {
                self.lines.push(MarkupLine { depth, range: start..end });
            }
        }
    }
}

/// The lines of a part of the text, without their line breaks.
fn split_lines(text: &[u8], range: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let mut at = range.start;
    text.get(range).unwrap_or_default().split(|byte| *byte == b'\n').map(move |line| {
        let start = at;
        at += line.len() + 1;
        start..start + line.strip_suffix(b"\r").unwrap_or(line).len()
    })
}

/// The piece that begins at `at`, and where it ends.
fn piece(text: &[u8], at: usize, html: bool) -> (Piece, usize) {
    let rest = text.get(at..).unwrap_or_default();
    if !is_tag(rest) || (html && is_inline(rest)) {
        return (Piece::Text, at + text_length(rest, html));
    }
    let until = |end: &[u8]| memchr::memmem::find(rest, end).map_or(rest.len(), |found| found + end.len());
    if rest.starts_with(b"<!--") {
        return (Piece::Alone, at + until(b"-->"));
    }
    if rest.starts_with(b"<![CDATA[") {
        return (Piece::Alone, at + until(b"]]>"));
    }
    if rest.starts_with(b"<?") {
        return (Piece::Alone, at + until(b"?>"));
    }
    let length = tag_length(rest);
    let tag = rest.get(..length).unwrap_or_default();
    let name = name(tag);
    let piece = match tag.get(1) {
        Some(b'!') => Piece::Alone,
        Some(b'/') => Piece::End(name),
        _ if tag.ends_with(b"/>") || (html && VOID.contains(&name.as_str())) => Piece::Alone,
        _ if html && VERBATIM.contains(&name.as_str()) => {
            return (Piece::Verbatim, at + verbatim_length(rest, length, &name));
        }
        _ => Piece::Start(name),
    };
    (piece, at + length)
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn laid_out(text: &str, html: bool) -> Vec<String> {
        let line = |line: MarkupLine| format!("{}{}", "  ".repeat(line.depth), &text[line.range]);
        indent(text.as_bytes(), html).into_iter().map(line).collect()
    }

    #[test]
    fn xml() {
        let text = "<?xml version=\"1.0\"?><shop><!-- one\n two --><item id='a>b'><name>Tea</name><empty></empty>\
                    <none/></item><![CDATA[<raw>]]>text</shop>";
        let expected = [
            "<?xml version=\"1.0\"?>",
            "<shop>",
            "  <!-- one",
            "  two -->",
            "  <item id='a>b'>",
            "    <name>Tea</name>",
            "    <empty></empty>",
            "    <none/>",
            "  </item>",
            "  <![CDATA[<raw>]]>",
            "  text",
            "</shop>",
        ];
        assert_eq!(laid_out(text, false), expected);
    }

    #[test]
    fn html() {
        let text = "<!DOCTYPE html><html><head><meta charset=utf-8><script>if (a < b)\n  go()</script></head>\
                    <body><p>Some <b>bold</b> text<p>More<ul><li>a<li>b</ul></body></html>";
        let expected = [
            "<!DOCTYPE html>",
            "<html>",
            "  <head>",
            "    <meta charset=utf-8>",
            "    <script>if (a < b)",
            "  go()</script>",
            "  </head>",
            "  <body>",
            "    <p>Some <b>bold</b> text",
            "    <p>More",
            "      <ul>",
            "        <li>a",
            "        <li>b",
            "      </ul>",
            "  </body>",
            "</html>",
        ];
        assert_eq!(laid_out(text, true), expected);
    }

    proptest! {
        #[test]
        fn nothing_but_white_space_is_lost(text in "[<>/a-c!?\"' \n-]{0,60}", html: bool) {
            let squeeze = |text: &str| text.replace([' ', '\n'], "");
            let shown: String = laid_out(&text, html).concat();
            prop_assert_eq!(squeeze(&shown), squeeze(&text));
        }
    }
}
