//! A body as it arrives: the bytes themselves into a pipe; on a terminal what comes line by line, laid out and coloured.
//!
//! A terminal has events, lines of JSON and plain text as they come, and JSON of unknown length value by value. What
//! has to be seen whole to be laid out is printed when it is.

use std::borrow::Cow;

use crate::{
    document::{Document, Kind, View},
    http::{Layout, Relay},
    model::ResponseHead,
};

use super::{Output, write_lines};

/// Bytes that are held for the end of a line or of a value; more are printed as they are.
const HELD: usize = 4 << 20;

/// What is told of an answer before its body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli) enum Before {
    Nothing,
    /// Its status, to a terminal.
    Status,
    /// Its head, with the body.
    Head,
}

/// Hands a body on to stdout while it arrives.
pub(in crate::cli) fn relay(before: Before) -> Relay {
    let stdout = Output::stdout();
    if stdout.is_terminal {
        Relay::new(Terminal::new(stdout, before), std::io::stdout())
    } else {
        Relay::new(Bytes { before, head: Vec::new() }, std::io::stdout())
    }
}

/// Whether an answer's body may come for as long as somebody reads it.
pub(in crate::cli) fn is_stream(head: &ResponseHead) -> bool {
    Pieces::of(head) == Some(Pieces::Lines)
}

/// Whether a terminal has the answer's body while it arrives.
pub(in crate::cli) fn is_shown_along(head: &ResponseHead) -> bool {
    Pieces::of(head).is_some()
}

/// For programs: as it comes, decoded.
struct Bytes {
    before: Before,
    /// What stands before the next bytes.
    head: Vec<u8>,
}

impl Layout for Bytes {
    fn begin(&mut self, head: &ResponseHead) -> bool {
        if self.before == Before::Head {
            self.head = super::answered(head, &Output::stdout()).into_bytes();
        }
        true
    }

    fn lay_out<'a>(&mut self, bytes: &'a [u8]) -> Cow<'a, [u8]> {
        if self.head.is_empty() {
            return Cow::Borrowed(bytes);
        }
        let mut out = std::mem::take(&mut self.head);
        out.extend_from_slice(bytes);
        Cow::Owned(out)
    }

    fn rest(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.head)
    }
}

/// What a terminal is shown at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pieces {
    Lines,
    /// Of JSON.
    Values,
}

impl Pieces {
    fn of(head: &ResponseHead) -> Option<Self> {
        let media_type = head.field("content-type")?;
        let is_whole = head.field("content-length").is_some();
        // Lines are looked for by their last byte: that is one of its own in everything but the wide encodings.
        let is_wide = media_type.to_ascii_lowercase().contains("utf-16");
        let essence = media_type.split(';').next().unwrap_or_default().trim();
        match Kind::detect(Some(media_type), b"") {
            _ if is_wide => None,
            Kind::Json if is_whole => None,
            Kind::Json => Some(Self::Values),
            Kind::NdJson => Some(Self::Lines),
            Kind::Text if ["text/plain", "text/event-stream"].contains(&essence) => Some(Self::Lines),
            _ => None,
        }
    }
}

/// For people.
struct Terminal {
    output: Output,
    before: Before,
    /// What stands before the next piece.
    head: Vec<u8>,
    media_type: Option<String>,
    pieces: Pieces,
    view: View,
    values: Values,
    /// What has arrived and is not printed.
    held: Vec<u8>,
}

impl Terminal {
    fn new(output: Output, before: Before) -> Self {
        Self {
            output,
            before,
            head: Vec::new(),
            media_type: None,
            pieces: Pieces::Lines,
            view: View::Pretty,
            values: Values::default(),
            held: Vec::new(),
        }
    }

    fn printed(&self, bytes: Vec<u8>) -> Vec<u8> {
        let mut out = Vec::new();
        let document = Document::new(bytes.into(), self.media_type.as_deref());
        while !document.index_more(u64::MAX).done {}
        // Memory takes all of it.
        let _ = write_lines(&document.view(self.view), usize::MAX, &self.output, &mut out);
        out
    }
}

impl Layout for Terminal {
    fn begin(&mut self, head: &ResponseHead) -> bool {
        let Some(pieces) = Pieces::of(head) else { return false };
        self.pieces = pieces;
        self.media_type = head.field("content-type").map(str::to_owned);
        match self.before {
            Before::Nothing => {}
            Before::Status => {
                let stderr = Output::stderr();
                stderr.tell(&format!("{}\n", super::status(head, &stderr)));
            }
            Before::Head => self.head = super::answered(head, &self.output).into_bytes(),
        }
        true
    }

    fn lay_out<'a>(&mut self, bytes: &'a [u8]) -> Cow<'a, [u8]> {
        let before = self.held.len();
        self.held.extend_from_slice(bytes);
        let mut ends = match self.pieces {
            Pieces::Lines => {
                memchr::memrchr(b'\n', bytes).map(|end| vec![before + end + 1]).unwrap_or_default()
            }
            Pieces::Values => self.values.ends(bytes).into_iter().map(|end| before + end).collect(),
        };
        if ends.is_empty() && self.held.len() > HELD {
            // A value without end is no more to be laid out than a text.
            self.pieces = Pieces::Lines;
            self.view = View::Raw;
            ends.push(self.held.len());
        }
        let mut out = std::mem::take(&mut self.head);
        let mut start = 0;
        for end in ends {
            let piece = self.held.get(start..end).unwrap_or_default().to_vec();
            out.extend(self.printed(piece));
            start = end;
        }
        self.held.drain(..start);
        Cow::Owned(out)
    }

    fn rest(&mut self) -> Vec<u8> {
        let held = std::mem::take(&mut self.held);
        let mut out = std::mem::take(&mut self.head);
        if !held.trim_ascii().is_empty() {
            out.extend(self.printed(held));
        }
        out
    }
}

/// Finds where objects and arrays at the top of a stream of JSON end.
#[derive(Debug, Default)]
struct Values {
    depth: usize,
    is_in_string: bool,
    is_escaped: bool,
}

impl Values {
    /// Behind each value that ends in these bytes, which go on where the last ones ended.
    fn ends(&mut self, bytes: &[u8]) -> Vec<usize> {
        let mut ends = Vec::new();
        for (index, byte) in bytes.iter().enumerate() {
            match byte {
                _ if self.is_escaped => self.is_escaped = false,
                b'\\' if self.is_in_string => self.is_escaped = true,
                b'"' => self.is_in_string = !self.is_in_string,
                _ if self.is_in_string => {}
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 0 {
                        ends.push(index + 1);
                    }
                }
                _ => {}
            }
        }
        ends
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Field;

    fn head(media_type: &str, length: Option<&str>) -> ResponseHead {
        let field = |name: &str, value: &str| Field { name: name.into(), value: value.into() };
        let mut fields = vec![field("Content-Type", media_type)];
        fields.extend(length.map(|length| field("Content-Length", length)));
        ResponseHead { version: "HTTP/1.1".into(), status: 200, reason: String::new(), fields }
    }

    #[test]
    fn what_a_terminal_reads_along() {
        let of = |media_type: &str, length| Pieces::of(&head(media_type, length));
        assert_eq!(of("text/event-stream", None), Some(Pieces::Lines));
        assert_eq!(of("text/plain; charset=utf-8", Some("9")), Some(Pieces::Lines));
        assert_eq!(of("application/x-ndjson", None), Some(Pieces::Lines));
        assert_eq!(of("application/problem+json", None), Some(Pieces::Values));
        assert_eq!(of("application/json", Some("9")), None);
        assert_eq!(of("text/plain; charset=UTF-16", None), None);
        assert_eq!(of("text/html", None), None);
        assert_eq!(of("image/png", None), None);
    }

    fn printed(media_type: &str, pieces: &[&[u8]]) -> Vec<String> {
        let mut terminal = Terminal::new(Output::plain(), Before::Nothing);
        assert!(terminal.begin(&head(media_type, None)));
        let mut out: Vec<Vec<u8>> = pieces.iter().map(|bytes| terminal.lay_out(bytes).into_owned()).collect();
        out.push(terminal.rest());
        out.into_iter().map(|bytes| String::from_utf8(bytes).unwrap()).collect()
    }

    #[test]
    fn lines_are_printed_once_they_are_whole() {
        let out = printed("text/event-stream", &[b"data: a\n\nda", b"ta: \x1b[2Jb", b"\n", b"data: c"]);
        assert_eq!(out, ["data: a\n\n", "", "data: ␛[2Jb\n", "", "data: c\n"]);
    }

    #[test]
    fn values_are_printed_once_they_are_whole() {
        let out = printed("application/json", &[b"{\"a\":\"}\\\"", b"\"}\n[1", b"]\n", b" \n"]);
        assert_eq!(out, ["", "{\n  \"a\": \"}\\\"\"\n}\n", "[\n  1\n]\n", "", ""]);
        assert_eq!(printed("application/json", &[b"tr", b"ue"]), ["", "", "true\n"]);
    }

    #[test]
    fn what_does_not_end_is_printed_as_it_is() {
        let long = format!("[\"{}", "x".repeat(HELD));
        let out = printed("application/json", &[long.as_bytes(), b"y\n", b"z"]);
        assert!(out[0].trim_end() == long);
        assert_eq!(&out[1..], ["y\n", "", "z\n"]);
    }
}
