//! Lines of the pretty form, laid out from the nearest checkpoint, without those that are folded away.

use std::ops::{ControlFlow, Range};

use super::{
    breaks::{Breaks, Step},
    fold::{Fold, Folds, Map, Rule},
    index::{Checkpoint, Index},
    reading::read,
    scanner::{Frame, Scanner, Sink, Token},
};
use crate::document::source::Source;

/// A line of the pretty form as tokens.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    /// Among the lines that are shown.
    pub(crate) number: u64,
    /// Among all lines.
    line: u64,
    pub(crate) depth: usize,
    /// Never empty.
    pub(crate) pieces: Vec<(Piece, Range<u64>)>,
}

/// A part of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Piece {
    Token(Token),
    /// What is folded away between two brackets: so many children.
    Folded(u64),
}

impl Row {
    /// From the first byte of the first token to the last of the last.
    pub(crate) fn range(&self) -> Range<u64> {
        let start = self.pieces.first().map_or(0, |(_, range)| range.start);
        start..self.pieces.last().map_or(start, |(_, range)| range.end)
    }

    /// Whether a whole container stands on the line as it is.
    pub(crate) fn is_joined(&self) -> bool {
        let opens = self.pieces.iter().position(|(piece, _)| matches!(piece, Piece::Token(Token::Open(_))));
        opens.is_some_and(|at| self.pieces.len() > at + 2) && self.folded().is_none()
    }

    /// How many children are folded away on the line.
    pub(crate) fn folded(&self) -> Option<u64> {
        self.pieces.iter().find_map(|(piece, _)| match piece {
            Piece::Folded(children) => Some(*children),
            Piece::Token(_) => None,
        })
    }

    /// Whether that offset is folded away on the line.
    pub(crate) fn hides(&self, offset: u64) -> bool {
        self.pieces.iter().any(|(piece, range)| matches!(piece, Piece::Folded(_)) && range.contains(&offset))
    }

    /// The offset of the bracket of a container that begins on the line and goes on below it, or would if it were
    /// not folded.
    pub(crate) fn opens(&self) -> Option<u64> {
        let (_, range) =
            self.pieces.iter().find(|(piece, _)| matches!(piece, Piece::Token(Token::Open(_))))?;
        let is_last = self.pieces.last().is_some_and(|(_, last)| last == range);
        (is_last || self.folded().is_some()).then_some(range.start)
    }
}

/// The pretty form as it is shown.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pretty<'a> {
    pub(crate) index: &'a Index,
    pub(crate) source: &'a Source,
    pub(crate) folds: &'a Folds,
    /// For these folds; `None` where nothing is folded.
    pub(crate) map: Option<&'a Map>,
}

impl Pretty<'_> {
    /// The rows of that range of lines, as far as they are there.
    pub(crate) fn rows(self, lines: Range<u64>) -> Vec<Row> {
        if lines.is_empty() {
            return Vec::new();
        }
        let (from, number) = self.start(lines.start);
        let mut window = Window::new(self, &from, number);
        window.lines = lines.clone();
        window.run(&from);
        window.rows.retain(|row| lines.contains(&row.number));
        window.rows
    }

    /// The row on which the token that holds `offset` is shown, or the next one after it.
    pub(crate) fn line_at(self, offset: u64) -> u64 {
        let from = self.index.before_offset(offset);
        let number = self.map.map_or(from.line, |map| {
            let after = |checkpoints: &[Checkpoint]| checkpoints.partition_point(|at| at.offset <= offset);
            map.before(self.index.with(after).saturating_sub(1))
        });
        let mut window = Window::new(self, &from, number);
        window.until = offset;
        window.run(&from);
        let row = window.rows.iter().rev().find(|row| row.range().start <= offset);
        // Without a row, it is folded away on the last line before.
        row.map_or(number.saturating_sub(1), |row| row.number)
    }

    fn start(self, line: u64) -> (Checkpoint, u64) {
        match self.map {
            None => {
                let from = self.index.before_line(line);
                let number = from.line;
                (from, number)
            }
            Some(map) => {
                let (checkpoint, number) = map.locate(line);
                let at = self.index.with(|checkpoints| checkpoints.get(checkpoint).cloned());
                at.map_or_else(|| (self.index.before_line(0), 0), |from| (from, number))
            }
        }
    }
}

/// How many lines are shown from a checkpoint to `end`, at which a line begins or the document ends.
pub(crate) fn visible_lines(
    index: &Index,
    source: &Source,
    folds: &Folds,
    from: &Checkpoint,
    end: u64,
) -> u64 {
    let mut window = Window::new(Pretty { index, source, folds, map: None }, from, 0);
    window.until = end.saturating_sub(1);
    // All rows lie before this: none is kept.
    window.lines = u64::MAX..u64::MAX;
    window.run(from);
    window.next
}

/// The sink that gathers rows.
struct Window<'a> {
    pretty: Pretty<'a>,
    breaks: Breaks,
    /// Gather these.
    lines: Range<u64>,
    /// Stop behind this offset.
    until: u64,
    rows: Vec<Row>,
    /// The number of the next row.
    next: u64,
    /// The rule in force at the top, and in each container that is open and shown.
    rules: Vec<Rule>,
    hidden: Option<Hidden>,
    /// Whether the first token begins a row.
    fresh: bool,
    /// Go on from there: what lies before is folded away.
    jump: Option<Checkpoint>,
}

/// The folded container that is being passed over.
struct Hidden {
    depth: usize,
    children: u64,
    /// Behind its opening bracket.
    start: u64,
    /// What is in it, as long as it may turn out to fit on the line: then it is shown.
    pieces: Vec<(Piece, Range<u64>)>,
}

impl Hidden {
    fn new(depth: usize, children: u64, start: u64) -> Self {
        Self { depth, children, start, pieces: Vec::new() }
    }
}

impl<'a> Window<'a> {
    fn new(pretty: Pretty<'a>, from: &Checkpoint, number: u64) -> Self {
        let stack = from.stack();
        let context = pretty.folds.context(&stack);
        let hidden = context.hidden.map(|depth| {
            Hidden::new(depth, children(&stack, depth), stack.get(depth).map_or(0, |frame| frame.open + 1))
        });
        Self {
            pretty,
            breaks: Breaks::new(from.line, pretty.index.compact),
            lines: number..u64::MAX,
            until: u64::MAX,
            rows: Vec::new(),
            next: number,
            rules: context.rules,
            fresh: hidden.is_none(),
            hidden,
            jump: None,
        }
    }

    fn run(&mut self, from: &Checkpoint) {
        let many = self.pretty.index.many;
        let mut scanner = Scanner::resume(from.offset, from.stack(), many);
        loop {
            read(&mut scanner, self.pretty.index, self.pretty.source, self);
            let Some(to) = self.jump.take() else { break };
            let stack = to.stack();
            if let Some(hidden) = &mut self.hidden {
                hidden.children = children(&stack, hidden.depth);
            }
            self.breaks = Breaks::new(to.line, self.pretty.index.compact);
            scanner = Scanner::resume(to.offset, stack, many);
        }
        // A container that was not closed yet.
        if let Some(hidden) = self.hidden.take() {
            self.append(Piece::Folded(hidden.children), hidden.start..hidden.start);
        }
    }

    fn append(&mut self, piece: Piece, range: Range<u64>) {
        if let Some(row) = self.rows.last_mut() {
            row.pieces.push((piece, range));
        }
    }

    /// Begins a row, unless it lies behind those that are wanted.
    fn begin(&mut self, token: Token, range: Range<u64>, depth: usize) -> ControlFlow<()> {
        // A row may yet be joined to one before it, except one that begins a container itself.
        let settled = !self.breaks.is_open() || matches!(token, Token::Open(_));
        if settled && self.next >= self.lines.end && self.until == u64::MAX {
            return ControlFlow::Break(());
        }
        if settled && self.next <= self.lines.start {
            self.rows.clear();
        }
        let pieces = vec![(Piece::Token(token), range)];
        self.rows.push(Row { number: self.next, line: self.breaks.line(), depth, pieces });
        self.next += 1;
        ControlFlow::Continue(())
    }

    fn join(&mut self, line: u64) {
        let Some(at) = self.rows.iter().position(|row| row.line == line) else { return };
        let tail: Vec<_> = self.rows.drain(at + 1..).flat_map(|row| row.pieces).collect();
        if let Some(row) = self.rows.get_mut(at) {
            row.pieces.extend(tail);
            self.next = row.number + 1;
        }
    }

    /// Passes over a token of a folded container.
    fn pass(&mut self, token: Token, range: Range<u64>, stack: &[Frame], step: Step) -> ControlFlow<()> {
        if range.start > self.until {
            return ControlFlow::Break(());
        }
        let Some(hidden) = &mut self.hidden else { return ControlFlow::Continue(()) };
        if stack.len() > hidden.depth {
            hidden.children = children(stack, hidden.depth);
            if self.breaks.is_open() && stack.len() == hidden.depth + 1 {
                hidden.pieces.push((Piece::Token(token), range));
            } else {
                hidden.pieces = Vec::new();
            }
            return ControlFlow::Continue(());
        }
        let (children, inner) = (hidden.children, hidden.start..range.start);
        let pieces = std::mem::take(&mut hidden.pieces);
        self.hidden = None;
        if matches!(step, Step::Join { .. }) {
            for (piece, range) in pieces {
                self.append(piece, range);
            }
        } else if children > 0 {
            self.append(Piece::Folded(children), inner);
        }
        self.append(Piece::Token(token), range);
        ControlFlow::Continue(())
    }

    /// Keeps track of which containers are folded.
    fn nest(&mut self, token: Token, start: u64, depth: usize) -> ControlFlow<()> {
        match token {
            Token::Open(_) => {
                let rule = self.rules.last().copied().flatten();
                match self.pretty.folds.fold(start, depth, rule) {
                    Fold::Open(rule) => self.rules.push(rule),
                    Fold::Closed => {
                        self.hidden = Some(Hidden::new(depth, 0, start + 1));
                        self.jump = self.pretty.index.last_inside(start, depth);
                        if self.jump.is_some() {
                            return ControlFlow::Break(());
                        }
                    }
                }
            }
            Token::Close(_) => {
                self.rules.pop();
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

impl Sink for Window<'_> {
    fn token(&mut self, token: Token, range: Range<u64>, stack: &[Frame]) -> ControlFlow<()> {
        let step = self.breaks.step(token, range.end - range.start);
        let fresh = std::mem::take(&mut self.fresh);
        if self.hidden.is_some() {
            return self.pass(token, range, stack, step);
        }
        let start = range.start;
        let settled = !self.breaks.is_open() || matches!(token, Token::Open(_));
        if start > self.until && settled && !matches!(step, Step::Join { .. }) {
            return ControlFlow::Break(());
        }
        match step {
            Step::Stay if !fresh => self.append(Piece::Token(token), range),
            Step::Stay | Step::Break => self.begin(token, range, stack.len())?,
            Step::Join { line, .. } => {
                self.join(line);
                self.append(Piece::Token(token), range);
            }
        }
        if self.pretty.folds.is_empty() {
            ControlFlow::Continue(())
        } else {
            self.nest(token, start, stack.len())
        }
    }
}

/// How many children the container at that depth has so far.
fn children(stack: &[Frame], depth: usize) -> u64 {
    stack.get(depth).map_or(0, |frame| frame.index + 1)
}
