//! Segments driven by tokens: one pass over a text finds the nodes.
//!
//! Each open container knows which segments apply to its children, as a set of bits. A child that a segment selects
//! goes on with the next one; a descendant segment goes on with itself too. What can only be decided at a node's end
//! (a filter, a selector that counts from the end) is decided there, on the bytes of that node.

use std::ops::{ControlFlow, Range};

use bytes::Bytes;

use super::{
    Part, Root, Segment, Selector,
    slots::Slots,
    text::Piece,
    trail::Trail,
    waiting::{Child, Decision, Waiting},
};
use crate::document::json::{
    scanner::{Fault, Frame, Scanner, Shape, Sink, Token},
    string::is_name,
};

/// A set of segments' numbers.
type Bits = u64;

/// What happens while a text is searched.
#[derive(Debug, Clone)]
pub(in crate::document::query) enum Event {
    Found(Node),
    Passed {
        /// The search has come so far.
        offset: u64,
        /// It may still need the bytes from there on.
        needs: u64,
    },
}

/// A value that was found, and its path, where paths are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::document::query) struct Node {
    pub(in crate::document::query) range: Range<u64>,
    pub(in crate::document::query) path: Option<String>,
}

/// Is told what happens; a break ends the search.
pub(in crate::document::query) type Listener<'a> = dyn FnMut(Event) -> ControlFlow<()> + 'a;

/// How a text is searched.
#[derive(Debug, Default)]
pub(in crate::document::query) struct Manner {
    /// Values follow each other, and count as the items of one array.
    pub(in crate::document::query) many: bool,
    /// Paths are wanted: that of the text's own value.
    pub(in crate::document::query) trail: Option<Trail>,
    /// The text is known to be JSON: the search ends where nothing more can be found.
    pub(in crate::document::query) inner: bool,
}

/// Bytes between two words of progress.
const STEP: usize = 1 << 20;

/// Finds the nodes of a text. A fault ends the search, and what was found before it stands.
pub(in crate::document::query) fn select(
    part: Part<'_>,
    manner: Manner,
    segments: &[Segment],
    root: &Root<'_>,
    listener: &mut Listener<'_>,
) -> Result<(), Fault> {
    let Manner { many, trail, inner } = manner;
    let start = part.range().start;
    let mut run = Run {
        part,
        segments,
        root,
        listener,
        trail,
        inner,
        levels: Vec::new(),
        records: many.then_some(0),
        dead: None,
        named: 0,
        open: Vec::new(),
        slots: Slots::default(),
        block: Piece { start, bytes: Bytes::new() },
    };
    if many {
        run.push_level(1, start);
    }
    let mut scanner = Scanner::resume(start, Vec::new(), many);
    loop {
        let block = part.block(scanner.offset());
        if block.is_empty() {
            if scanner.finish(&mut run).is_continue() && many {
                let _ = run.settle(Shape::Array);
            }
            break;
        }
        let bytes = block.slice(..block.len().min(STEP));
        run.block = Piece { start: scanner.offset(), bytes: bytes.clone() };
        if scanner.feed(&bytes, &mut run).is_break() {
            break;
        }
        let needs = run.needs(scanner.token_start());
        if (run.listener)(Event::Passed { offset: scanner.offset(), needs }).is_break() {
            break;
        }
        if !inner {
            part.release(needs);
        }
    }
    scanner.fault().map_or(Ok(()), Err)
}

/// The sink.
struct Run<'a, 'l> {
    part: Part<'a>,
    segments: &'a [Segment],
    root: &'a Root<'a>,
    listener: &'a mut Listener<'l>,
    trail: Option<Trail>,
    inner: bool,
    /// Of the open containers, from the root inwards, as far as they matter.
    levels: Vec<Level>,
    /// Where values follow each other: how many have begun.
    records: Option<u64>,
    /// The depth of a container in which nothing can be found.
    dead: Option<usize>,
    /// Segments whose name is the last key.
    named: Bits,
    /// Nodes that something waits for the end of.
    open: Vec<Open>,
    slots: Slots,
    /// The block that is being read, so that a key is seldom looked up.
    block: Piece,
}

/// An open container.
struct Level {
    start: u64,
    /// Segments that apply to its children.
    apply: Bits,
    waiting: Waiting,
}

/// A node that has begun.
struct Open {
    depth: usize,
    start: u64,
    slot: usize,
    /// The number of the filter segment that it has to pass; `None` when it is found already.
    filter: Option<usize>,
    path: Option<String>,
}

impl Run<'_, '_> {
    /// The text of a value: in the block at hand, where it lies there.
    fn text(&self, range: &Range<u64>) -> Part<'_> {
        let held = self.block.range();
        let is_held = held.start <= range.start && range.end <= held.end;
        let text = if is_held { Part::whole(&self.block) } else { self.part };
        text.within(range)
    }

    /// The offset from which on bytes are still needed.
    fn needs(&self, token: u64) -> u64 {
        let open = self.open.iter().map(|open| open.start);
        let waiting = self.levels.iter().filter_map(|level| level.waiting.needs());
        open.chain(waiting).chain(self.slots.needs()).fold(token, u64::min)
    }

    /// Notes which segments the key that was read has the name of.
    fn key(&mut self, range: &Range<u64>) {
        self.named = 0;
        let Some(level) = self.levels.last() else { return };
        let (mut text, mut matching) = (None, 0);
        for number in bits(level.apply) {
            let Some(Decision::Direct(Selector::Name(name))) =
                self.segments.get(number).map(Segment::decision)
            else {
                continue;
            };
            let text = text.get_or_insert_with(|| self.text(range).bytes());
            if is_name(text, name) {
                matching |= 1 << number;
            }
        }
        self.named = matching;
        if level.waiting.is_empty() && self.trail.is_none() {
            return;
        }
        let text = text.unwrap_or_else(|| self.text(range).bytes());
        if let Some(trail) = &mut self.trail {
            trail.key(self.levels.len(), &text);
        }
        if let Some(level) = self.levels.last_mut().filter(|level| !level.waiting.is_empty()) {
            level.waiting.key(range.start, &text, self.segments);
        }
    }

    /// The segments that go on at a child, and the filters that it has to pass for more to.
    fn child(&self, shape: Shape, index: u64) -> (Bits, Bits) {
        let (mut next, mut filters) = (0, 0);
        for number in bits(self.levels.last().map_or(0, |level| level.apply)) {
            let Some(segment) = self.segments.get(number) else { continue };
            if segment.descendant {
                next |= 1 << number;
            }
            let selected = match segment.decision() {
                Decision::Direct(Selector::Name(_)) => {
                    shape == Shape::Object && self.named & (1 << number) != 0
                }
                Decision::Direct(Selector::Wildcard) => true,
                Decision::Direct(selector) => shape == Shape::Array && selector.takes(index),
                Decision::Filter(_) => {
                    filters |= 1 << number;
                    false
                }
                Decision::Deferred => false,
            };
            if selected {
                next |= 1 << (number + 1);
            }
        }
        (next, filters)
    }

    fn fill(&mut self, slot: usize, found: Vec<Node>) -> ControlFlow<()> {
        self.slots.fill(slot, found);
        while let Some(nodes) = self.slots.next() {
            for node in nodes {
                (self.listener)(Event::Found(node))?;
            }
        }
        ControlFlow::Continue(())
    }

    /// A value begins.
    fn begin(&mut self, token: Token, start: u64, stack: &[Frame]) {
        let depth = stack.len();
        let place = match (stack.last(), &mut self.records) {
            (Some(frame), _) => Some((frame.shape, frame.index)),
            (None, None) => None,
            (None, Some(records)) => {
                *records += 1;
                Some((Shape::Array, *records - 1))
            }
        };
        let (next, filters) = place.map_or((1, 0), |(shape, index)| self.child(shape, index));
        if let (Some(trail), Some((Shape::Array, index))) = (&mut self.trail, place) {
            trail.index(self.levels.len(), index);
        }
        if let (Some(level), Some((shape, index))) = (self.levels.last_mut(), place)
            && !level.waiting.is_empty()
        {
            let key = stack.last().filter(|_| shape == Shape::Object).map(|frame| frame.key);
            level.waiting.begin(key.unwrap_or(start), index, shape, self.segments);
        }
        let found = (next & (1 << self.segments.len()) != 0).then_some(None);
        for filter in found.into_iter().chain(bits(filters).map(Some)) {
            let slot = self.slots.take(start);
            let path = self.trail.as_ref().map(|trail| trail.path().to_owned());
            self.open.push(Open { depth, start, slot, filter, path });
        }
        if !matches!(token, Token::Open(_)) {
            return;
        }
        let apply = next & !(1 << self.segments.len());
        let waits = self.open.last().is_some_and(|open| open.depth == depth)
            || self.levels.last().is_some_and(|level| !level.waiting.is_empty());
        if apply == 0 && !waits {
            self.dead = Some(depth);
        } else {
            self.push_level(apply, start);
        }
    }

    fn push_level(&mut self, apply: Bits, start: u64) {
        let mut waiting = Vec::new();
        for number in bits(apply) {
            if matches!(self.segments.get(number).map(Segment::decision), Some(Decision::Deferred)) {
                waiting.push((number, self.slots.take(start)));
            }
        }
        self.levels.push(Level { start, apply, waiting: Waiting::new(waiting, self.segments) });
        if let Some(trail) = &mut self.trail {
            trail.enter(self.levels.len());
        }
    }

    /// The value that began last at that depth ends.
    fn end(&mut self, range: &Range<u64>, stack: &[Frame]) -> ControlFlow<()> {
        if let Some(level) = self.levels.last_mut().filter(|level| !level.waiting.is_empty()) {
            let (key, index) = match stack.last() {
                Some(frame) => ((frame.shape == Shape::Object).then_some(frame.key), frame.index),
                None => (None, self.records.map_or(0, |records| records - 1)),
            };
            level.waiting.end(Child { range: range.clone(), key, index });
        }
        while let Some(open) = self.open.pop_if(|open| open.depth == stack.len()) {
            let node = Node { range: range.clone(), path: open.path };
            let segment = open.filter.and_then(|number| self.segments.get(number));
            let found = match (open.filter, segment.map(Segment::decision)) {
                (None, _) => vec![node],
                (Some(number), Some(Decision::Filter(expr))) if expr.holds(self.text(range), self.root) => {
                    self.go_on(number + 1, node)
                }
                _ => Vec::new(),
            };
            self.fill(open.slot, found)?;
        }
        ControlFlow::Continue(())
    }

    /// A container ends: what waited for that. Says where it began.
    fn settle(&mut self, shape: Shape) -> ControlFlow<(), u64> {
        let number = self.levels.len();
        let Some(level) = self.levels.pop() else { return ControlFlow::Continue(0) };
        for (segment, slot) in &level.waiting.segments {
            let mut found = Vec::new();
            let selectors = self.segments.get(*segment).map_or(&[][..], |segment| &segment.selectors);
            for selector in selectors {
                for child in level.waiting.chosen(selector, shape, self.part, self.root) {
                    let key = child.key.map(|key| self.part.read(key..child.range.start));
                    let trail = self.trail.as_ref();
                    let path = trail.map(|trail| trail.of_child(number, key.as_deref(), child.index));
                    found.extend(self.go_on(segment + 1, Node { range: child.range.clone(), path }));
                }
            }
            self.fill(*slot, found)?;
        }
        ControlFlow::Continue(level.start)
    }

    /// What the segments from that number on find in a node.
    fn go_on(&self, number: usize, node: Node) -> Vec<Node> {
        let segments = self.segments.get(number..).unwrap_or_default();
        if segments.is_empty() {
            return vec![node];
        }
        let trail = self.trail.as_ref().zip(node.path).map(|(trail, path)| trail.at(path));
        let manner = Manner { many: false, trail, inner: true };
        let mut found = Vec::new();
        let _ = select(self.text(&node.range), manner, segments, self.root, &mut |event| {
            if let Event::Found(node) = event {
                found.push(node);
            }
            ControlFlow::Continue(())
        });
        found
    }
}

/// The numbers in a set.
fn bits(set: Bits) -> impl Iterator<Item = usize> {
    let mut left = set;
    std::iter::from_fn(move || {
        let number = left.trailing_zeros() as usize;
        let more = left != 0;
        left &= left.wrapping_sub(1);
        more.then_some(number)
    })
}

impl Sink for Run<'_, '_> {
    fn token(&mut self, token: Token, range: Range<u64>, stack: &[Frame]) -> ControlFlow<()> {
        if let Some(dead) = self.dead {
            if stack.len() == dead && matches!(token, Token::Close(_)) {
                self.dead = None;
            }
            return ControlFlow::Continue(());
        }
        match token {
            Token::Comma | Token::Colon => {}
            Token::Key => self.key(&range),
            Token::Open(_) => {
                self.begin(token, range.start, stack);
                if self.inner && self.dead == Some(0) {
                    return ControlFlow::Break(());
                }
            }
            Token::Close(shape) => {
                let start = self.settle(shape)?;
                return self.end(&(start..range.end), stack);
            }
            _ => {
                self.begin(token, range.start, stack);
                return self.end(&range, stack);
            }
        }
        ControlFlow::Continue(())
    }
}
