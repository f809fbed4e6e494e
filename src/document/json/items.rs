//! The items of a list of any length: where each begins, found from the nearest checkpoint.

use std::ops::{ControlFlow, Range};

use super::{
    index::{Checkpoint, Index, List},
    reading::read,
    scanner::{Frame, Scanner, Sink, Token},
};
use crate::document::source::Source;

/// Looks into one list of a document, as far as it is indexed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Items<'a> {
    pub(crate) index: &'a Index,
    pub(crate) source: &'a Source,
    pub(crate) list: List,
}

impl Items<'_> {
    /// The offsets at which the items of those numbers begin, as far as they are there.
    pub(crate) fn starts(self, items: Range<u64>) -> Vec<u64> {
        let mut starts = Vec::new();
        let mut next = items.start;
        while next < items.end {
            let from = self.index.last_in(self.list, |checkpoint| checkpoint.item(self.list).0 <= next);
            let mut found = Walk::new(self, next..items.end).run(from).starts;
            if found.is_empty() {
                break;
            }
            next += found.len() as u64;
            starts.append(&mut found);
        }
        starts
    }

    /// How many items have begun, and whether the list has ended.
    pub(crate) fn count(self) -> (u64, bool) {
        let walk = Walk::new(self, 0..0).run(self.index.last_in(self.list, |_| true));
        let ended = walk.ended || self.index.extent().ended;
        (walk.last.map_or(0, |(number, _)| number + 1), ended)
    }

    /// The last item that begins at or before that offset: its number, and where it begins.
    pub(crate) fn at(self, offset: u64) -> Option<(u64, u64)> {
        let mut walk = Walk::new(self, 0..0);
        walk.until = walk.until.min(offset.saturating_add(1));
        walk.run(self.index.last_in(self.list, |checkpoint| checkpoint.offset <= offset)).last
    }
}

/// The sink that goes over items and gathers those that are wanted.
struct Walk<'a> {
    items: Items<'a>,
    wanted: Range<u64>,
    until: u64,
    starts: Vec<u64>,
    /// The last item that began.
    last: Option<(u64, u64)>,
    /// Whether the list's end was seen.
    ended: bool,
}

impl<'a> Walk<'a> {
    fn new(items: Items<'a>, wanted: Range<u64>) -> Self {
        let until = items.index.extent().scanned;
        Self { items, wanted, until, starts: Vec::new(), last: None, ended: false }
    }

    /// Goes over the list from there, or from its start.
    fn run(mut self, from: Option<Checkpoint>) -> Self {
        let Items { index, source, list } = self.items;
        if let Some((number, start)) = from.as_ref().map(|from| from.item(list))
            && self.begin(number, start).is_break()
        {
            return self;
        }
        let from = from.unwrap_or_else(|| match list {
            List::Top => index.before_offset(0),
            List::Array { open, .. } => index.before_offset(open),
        });
        read(&mut Scanner::resume(from.offset, from.stack(), index.many), index, source, &mut self);
        self
    }

    fn begin(&mut self, number: u64, start: u64) -> ControlFlow<()> {
        if self.last.replace((number, start)) == Some((number, start)) || !self.wanted.contains(&number) {
            return ControlFlow::Continue(());
        }
        self.starts.push(start);
        // What is long is passed over by its checkpoints.
        let is_long = || self.items.index.last_inside(start, self.items.list.depth()).is_some();
        if number + 1 == self.wanted.end || is_long() {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }

    /// The number of the item that begins there.
    fn number(&self, start: u64, stack: &[Frame]) -> Option<u64> {
        match (self.items.list, stack.last()) {
            (List::Array { open, .. }, Some(frame)) => (frame.open == open).then_some(frame.index),
            (List::Array { .. }, None) => None,
            (List::Top, _) => Some(match self.last {
                Some((number, last)) => number + u64::from(last != start),
                None => 0,
            }),
        }
    }
}

impl Sink for Walk<'_> {
    fn token(&mut self, token: Token, range: Range<u64>, stack: &[Frame]) -> ControlFlow<()> {
        if range.start >= self.until {
            return ControlFlow::Break(());
        }
        let depth = self.items.list.depth();
        if stack.len() == depth && token.starts_value() {
            let number = self.number(range.start, stack);
            return number.map_or(ControlFlow::Continue(()), |number| self.begin(number, range.start));
        }
        if let (List::Array { open, .. }, Token::Close(_)) = (self.items.list, token)
            && stack.len() + 1 == depth
            && range.start > open
        {
            self.ended = true;
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }
}
