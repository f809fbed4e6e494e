//! Lines of the pretty form, laid out from the nearest checkpoint.

use std::ops::{ControlFlow, Range};

use super::{
    breaks::{Breaks, Step},
    index::{Checkpoint, Index},
    scanner::{Frame, Scanner, Shape, Sink, Token},
};
use crate::document::{
    line::{Class, Line, LineBuilder},
    source::Source,
};

/// Columns of a level of indentation.
const INDENT: usize = 2;

/// A line of the pretty form as tokens.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) line: u64,
    pub(crate) depth: usize,
    /// Never empty.
    pub(crate) tokens: Vec<(Token, Range<u64>)>,
}

impl Row {
    /// From the first byte of the first token to the last of the last.
    pub(crate) fn range(&self) -> Range<u64> {
        let start = self.tokens.first().map_or(0, |(_, range)| range.start);
        start..self.tokens.last().map_or(start, |(_, range)| range.end)
    }

    /// Whether a whole container stands on the line.
    fn is_joined(&self) -> bool {
        let opens = self.tokens.iter().position(|(token, _)| matches!(token, Token::Open(_)));
        opens.is_some_and(|at| self.tokens.len() > at + 2)
    }
}

/// The rows of that range of lines, as far as they are there.
pub(crate) fn rows(index: &Index, source: &Source, lines: Range<u64>) -> Vec<Row> {
    if lines.is_empty() {
        return Vec::new();
    }
    let from = index.before_line(lines.start);
    let mut window = Window::new(&from, index.compact, lines);
    let mut scanner = Scanner::resume(from.offset, from.stack(), index.many);
    read(&mut scanner, source, &mut window);
    let Window { mut rows, lines, .. } = window;
    rows.retain(|row| lines.contains(&row.line));
    rows
}

/// The line on which the token that holds `offset` stands, or the next one after it.
pub(crate) fn line_at(index: &Index, source: &Source, offset: u64) -> u64 {
    let from = index.before_offset(offset);
    // Only the last rows are kept while reading; the one that is looked for is the last that starts before it.
    let mut window = Window::new(&from, index.compact, from.line..u64::MAX);
    window.until = Some(offset);
    let mut scanner = Scanner::resume(from.offset, from.stack(), index.many);
    read(&mut scanner, source, &mut window);
    let row = window.rows.iter().rev().find(|row| row.range().start <= offset);
    row.map_or(from.line, |row| row.line)
}

/// Feeds the source to the sink from where the scanner stands until one of them ends it.
pub(crate) fn read(scanner: &mut Scanner, source: &Source, sink: &mut impl Sink) {
    loop {
        let complete = source.is_complete();
        let block = source.block(scanner.offset());
        if block.is_empty() {
            if complete {
                let _ = scanner.finish(sink);
            }
            return;
        }
        if scanner.feed(&block, sink).is_break() {
            return;
        }
    }
}

/// The sink that gathers rows.
struct Window {
    breaks: Breaks,
    lines: Range<u64>,
    /// Stop after the row that holds this offset.
    until: Option<u64>,
    rows: Vec<Row>,
}

impl Window {
    fn new(from: &Checkpoint, compact: u64, lines: Range<u64>) -> Self {
        Self { breaks: Breaks::new(from.line, compact), lines, until: None, rows: Vec::new() }
    }

    fn join(&mut self, line: u64) {
        let Some(at) = self.rows.iter().position(|row| row.line == line) else { return };
        let tail: Vec<_> = self.rows.drain(at + 1..).flat_map(|row| row.tokens).collect();
        if let Some(row) = self.rows.get_mut(at) {
            row.tokens.extend(tail);
        }
    }
}

impl Sink for Window {
    fn token(&mut self, token: Token, range: Range<u64>, stack: &[Frame]) -> ControlFlow<()> {
        let bytes = range.end - range.start;
        let start = range.start;
        match self.breaks.step(token, bytes) {
            Step::Join { line, .. } => {
                self.join(line);
                if let Some(row) = self.rows.last_mut() {
                    row.tokens.push((token, range));
                }
            }
            Step::Stay if !self.rows.is_empty() => {
                if let Some(row) = self.rows.last_mut() {
                    row.tokens.push((token, range));
                }
            }
            Step::Stay | Step::Break => {
                let settled = !self.breaks.is_open() || matches!(token, Token::Open(_));
                let past =
                    self.breaks.line() >= self.lines.end || self.until.is_some_and(|until| start > until);
                if settled && past {
                    return ControlFlow::Break(());
                }
                if settled && self.breaks.line() <= self.lines.start {
                    self.rows.clear();
                }
                let row = Row { line: self.breaks.line(), depth: stack.len(), tokens: vec![(token, range)] };
                self.rows.push(row);
            }
        }
        ControlFlow::Continue(())
    }
}

/// The row as a line of classed spans.
pub(crate) fn line(row: &Row, source: &Source, columns: Range<usize>) -> Line {
    let range = row.range();
    let mut line = LineBuilder::new(row.line as usize, range.clone(), columns);
    indent(&mut line, row.depth, range.start);
    let joined = row.is_joined();
    let mut previous = None;
    for (token, range) in &row.tokens {
        if line.is_full() {
            line.cut();
            break;
        }
        if is_spaced(previous, *token, joined) {
            line.insert(Class::Text, " ", range.start);
        }
        let wanted = range.start..range.end.min(range.start.saturating_add(line.room()));
        line.push(class(*token), range.start, &source.read(wanted));
        previous = Some(*token);
    }
    line.finish()
}

fn indent(line: &mut LineBuilder, depth: usize, at: u64) {
    const SPACES: &str = "                                ";
    let mut left = depth * INDENT;
    while left > 0 {
        let step = left.min(SPACES.len());
        line.insert(Class::Text, &SPACES[..step], at);
        left -= step;
    }
}

/// Whether a space stands between two tokens of a line.
fn is_spaced(previous: Option<Token>, token: Token, joined: bool) -> bool {
    match (previous, token) {
        (Some(Token::Colon), _) => true,
        (Some(Token::Comma), _) => joined,
        (Some(Token::Open(Shape::Object)), token) => joined && !matches!(token, Token::Close(_)),
        (Some(previous), Token::Close(Shape::Object)) => joined && !matches!(previous, Token::Open(_)),
        _ => false,
    }
}

pub(crate) fn class(token: Token) -> Class {
    match token {
        Token::Open(_) | Token::Close(_) | Token::Comma | Token::Colon => Class::Punctuation,
        Token::Key => Class::Key,
        Token::String => Class::String,
        Token::Number => Class::Number,
        Token::Boolean => Class::Boolean,
        Token::Null => Class::Null,
    }
}
