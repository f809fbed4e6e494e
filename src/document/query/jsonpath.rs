//! JSONPath (RFC 9535), evaluated over the bytes of a document in one pass.
//!
//! No tree is built: the scanner's tokens drive the segments, and a result is a range of bytes, so that numbers,
//! escapes and the order of keys are as they were received. Only what a filter looks at is held, one candidate at a
//! time. Results come in the order in which they stand in the document; where a segment has several
//! selectors or counts from the end, its results come in the selectors' order.

mod filter;
mod parse;
mod places;
mod select;
mod slots;
mod text;
mod trail;
mod waiting;

#[cfg(test)]
mod tests;

use std::{cell::OnceCell, ops::Range};

pub use self::places::Places;
pub(crate) use self::places::{Followed, Step};
pub(super) use self::{
    parse::parse,
    select::{Event, Manner, Node, select},
    text::{Part, Text},
    trail::Trail,
};

/// A parsed query.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Path {
    pub(super) segments: Vec<Segment>,
    /// How many queries in filters start at the root.
    absolutes: usize,
}

impl Path {
    /// `$`
    pub(super) fn whole() -> Self {
        Self { segments: Vec::new(), absolutes: 0 }
    }

    /// Whether a filter in it asks of the whole document, which then has to stay at hand.
    pub(super) fn asks_of_the_root(&self) -> bool {
        self.absolutes > 0
    }

    /// `$[*]`
    pub(super) fn items() -> Self {
        let segment = Segment { descendant: false, selectors: vec![Selector::Wildcard] };
        Self { segments: vec![segment], absolutes: 0 }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Segment {
    /// `..`: applies to the node and everything in it.
    descendant: bool,
    selectors: Vec<Selector>,
}

#[derive(Debug, Clone, PartialEq)]
enum Selector {
    Name(String),
    Wildcard,
    Index(i64),
    Slice { start: Option<i64>, end: Option<i64>, step: i64 },
    Filter(Expr),
}

/// A logical expression (section 2.3.5).
#[derive(Debug, Clone, PartialEq)]
enum Expr {
    Or(Vec<Expr>),
    And(Vec<Expr>),
    Not(Box<Expr>),
    Compare(Operand, Comparison, Operand),
    /// Whether the query finds anything.
    Exists(Query),
    /// `match` and `search`.
    Test(Pattern),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// What is one value, or nothing.
#[derive(Debug, Clone, PartialEq)]
enum Operand {
    Literal(Literal),
    /// A query that finds one node at most.
    Singular(Query),
    Length(Box<Operand>),
    Count(Query),
    /// The one node that the query finds.
    Value(Query),
}

#[derive(Debug, Clone, PartialEq)]
enum Literal {
    Null,
    Boolean(bool),
    Number(f64),
    String(String),
}

/// A query in a filter.
#[derive(Debug, Clone, PartialEq)]
struct Query {
    /// Which of the queries that start at `$`; the others start at `@`.
    absolute: Option<usize>,
    segments: Vec<Segment>,
}

/// `match(text, pattern)` or `search(text, pattern)`.
#[derive(Debug, Clone, PartialEq)]
struct Pattern {
    text: Operand,
    regex: Operand,
    /// Whether the pattern has to match all of the text.
    whole: bool,
}

/// What a filter may look at besides its candidate: the document, of which it asks the same each time.
#[derive(Debug)]
pub(super) struct Root<'a> {
    part: Part<'a>,
    /// Whether values follow each other in it.
    many: bool,
    absolutes: Vec<OnceCell<Vec<Range<u64>>>>,
}

impl<'a> Root<'a> {
    pub(super) fn new(part: Part<'a>, many: bool, path: &Path) -> Self {
        Self { part, many, absolutes: (0..path.absolutes).map(|_| OnceCell::new()).collect() }
    }
}
