//! Pieces of markup on lines, indented by the elements that are open.

use std::ops::Range;

use super::{MarkupLine, piece::Piece};

/// An element whose content fits is kept on one line up to this many bytes.
const SHORT: u64 = 80;
/// Elements in each other that are told apart; what is deeper is not indented further.
const DEEPEST: usize = 400;
/// Elements of HTML that end where the next of them begins.
const IMPLIED: [&str; 8] = ["li", "p", "tr", "td", "th", "dt", "dd", "option"];

/// Lays out piece after piece, and keeps the lines that are wanted.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    pub(super) html: bool,
    /// Names of the elements that are open.
    pub(super) open: Vec<String>,
    /// Whether the last line is a start tag, perhaps with text, that its end tag may join.
    joinable: bool,
    /// How many lines have begun.
    pub(super) begun: u64,
    /// The line that was begun last.
    last: Option<MarkupLine>,
    wanted: Range<u64>,
    lines: Vec<MarkupLine>,
}

impl Layout {
    /// Before a piece that begins a line of that number, in those elements.
    pub(super) fn new(html: bool, open: Vec<String>, line: u64, wanted: Range<u64>) -> Self {
        Self { html, open, joinable: false, begun: line, last: None, wanted, lines: Vec::new() }
    }

    /// The wanted lines, as far as they were laid out.
    pub(super) fn finish(mut self) -> Vec<MarkupLine> {
        self.settle();
        self.lines
    }

    /// Where the last line begins.
    pub(super) fn last_start(&self) -> Option<u64> {
        self.last.as_ref().map(|last| last.range.start)
    }

    /// Adds a piece with its bytes, which begin at `start`.
    pub(super) fn add(&mut self, piece: Piece, bytes: &[u8], start: u64) {
        let end = start + bytes.len() as u64;
        match piece {
            Piece::Start(name) => {
                if self.html && IMPLIED.contains(&name.as_str()) && self.open.last() == Some(&name) {
                    self.open.pop();
                }
                self.line(bytes, start);
                if self.open.len() < DEEPEST {
                    self.open.push(name);
                }
                self.joinable = true;
            }
            Piece::End(name) => {
                let Some(depth) = self.open.iter().rposition(|open| *open == name) else {
                    self.line(bytes, start);
                    return;
                };
                let joins = self.joinable && depth + 1 == self.open.len();
                self.open.truncate(depth);
                match &mut self.last {
                    Some(last) if joins && end - last.range.start <= SHORT => last.range.end = end,
                    _ => self.line(bytes, start),
                }
                self.joinable = false;
            }
            Piece::Alone => {
                self.line(bytes, start);
                self.joinable = false;
            }
            Piece::Verbatim => {
                let depth = self.open.len();
                for (number, range) in split_lines(bytes, start).enumerate() {
                    self.push(MarkupLine { depth: if number == 0 { depth } else { 0 }, range });
                }
                self.joinable = false;
            }
            Piece::Text => self.add_text(bytes, start),
        }
    }

    fn add_text(&mut self, bytes: &[u8], start: u64) {
        let trimmed = bytes.trim_ascii();
        if trimmed.is_empty() {
            return;
        }
        let end = start + bytes.len() as u64;
        match &mut self.last {
            // Nothing but white space may follow for the element to stay on one line.
            Some(last)
                if self.joinable
                    && !trimmed.contains(&b'\n')
                    && end - last.range.start <= SHORT
                    && last.range.end == start =>
            {
                last.range.end = end;
                return;
            }
            _ => {}
        }
        self.joinable = false;
        self.line(bytes, start);
    }

    fn line(&mut self, bytes: &[u8], start: u64) {
        let depth = self.open.len();
        for line in split_lines(bytes, start) {
            let within = (line.start - start) as usize..(line.end - start) as usize;
            let text = bytes.get(within).unwrap_or_default();
            let from = line.start + (text.len() - text.trim_ascii_start().len()) as u64;
            let range = from..from + text.trim_ascii().len() as u64;
            if !range.is_empty() {
                self.push(MarkupLine { depth, range });
            }
        }
    }

    fn push(&mut self, line: MarkupLine) {
        self.settle();
        self.last = Some(line);
        self.begun += 1;
    }

    /// Nothing joins the last line any more.
    fn settle(&mut self) {
        if let Some(last) = self.last.take()
            && self.wanted.contains(&(self.begun - 1))
        {
            self.lines.push(last);
        }
    }
}

/// The lines of a part of the text, without their line breaks.
fn split_lines(bytes: &[u8], start: u64) -> impl Iterator<Item = Range<u64>> {
    let mut at = start;
    bytes.split(|byte| *byte == b'\n').map(move |line| {
        let start = at;
        at += line.len() as u64 + 1;
        start..start + line.strip_suffix(b"\r").unwrap_or(line).len() as u64
    })
}
