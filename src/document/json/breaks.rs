//! Where the pretty form breaks its lines: one rule, which the index counts by and the layout draws by.
//!
//! Every key, element and closing bracket begins a line, except in an empty container and in one without containers
//! in it whose form on one line is short enough.

use super::scanner::{Shape, Token};

/// The rule, applied token by token.
#[derive(Debug, Clone)]
pub(crate) struct Breaks {
    /// The number of the line that the last token stands on.
    line: u64,
    previous: Option<Token>,
    /// A container that may yet turn out to fit on the line on which it began.
    candidate: Option<Candidate>,
    /// Columns that a container may take on one line; 0 for none.
    compact: u64,
}

#[derive(Debug, Clone, Copy)]
struct Candidate {
    line: u64,
    /// Columns taken so far, by bytes.
    width: u64,
}

/// What a token does to the lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// Stands on the line of the one before it.
    Stay,
    /// Begins a line.
    Break,
    /// Closes a container that fits on one line: the lines that it had begun join that one.
    Join { line: u64, undone: u64 },
}

impl Breaks {
    /// The first token to come stands on `line`.
    pub(crate) fn new(line: u64, compact: u64) -> Self {
        Self { line, previous: None, candidate: None, compact }
    }

    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    /// Whether a line that was begun may yet be joined to one before it.
    pub(crate) fn is_open(&self) -> bool {
        self.candidate.is_some()
    }

    /// Takes the next token, which is `bytes` long.
    #[inline]
    pub(crate) fn step(&mut self, token: Token, bytes: u64) -> Step {
        let previous = self.previous.replace(token);
        let breaks = match (previous, token) {
            (None, _) | (Some(Token::Open(_)), Token::Close(_)) => false,
            (Some(Token::Open(_) | Token::Comma), _) | (_, Token::Close(_)) => true,
            (Some(Token::Colon), _) | (_, Token::Comma | Token::Colon) => false,
            // A value after a value: the next record.
            _ => true,
        };
        if let Token::Close(shape) = token
            && let Some(candidate) = self.candidate.take()
            && breaks
            && candidate.width + closing_width(shape) <= self.compact
        {
            let undone = self.line - candidate.line;
            self.line = candidate.line;
            return Step::Join { line: self.line, undone };
        }
        self.line += u64::from(breaks);
        match token {
            Token::Open(_) if self.compact > 0 => {
                self.candidate = Some(Candidate { line: self.line, width: 1 });
            }
            Token::Close(_) => {}
            _ => {
                if let Some(candidate) = &mut self.candidate {
                    candidate.width += bytes + u64::from(matches!(token, Token::Comma | Token::Colon));
                    if candidate.width > self.compact {
                        self.candidate = None;
                    }
                }
            }
        }
        if breaks { Step::Break } else { Step::Stay }
    }
}

/// An object on one line has a space inside each brace.
fn closing_width(shape: Shape) -> u64 {
    match shape {
        Shape::Object => 3,
        Shape::Array => 1,
    }
}
