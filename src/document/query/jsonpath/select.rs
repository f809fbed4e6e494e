//! Segments driven by tokens: one pass over a text finds the nodes.
//!
//! Each open container knows which segments apply to its children, as a set of bits. A child that a segment selects
//! goes on with the next one; a descendant segment goes on with itself too. What can only be decided at a node's end
//! (a filter, a selector that counts from the end) is decided there, on the bytes of that node.

use std::{
    collections::VecDeque,
    ops::{ControlFlow, Range},
};

use bytes::Bytes;

use super::{Root, Segment, Selector, Text};
use crate::document::json::{
    scanner::{Fault, Frame, Scanner, Shape, Sink, Token},
    string::unquoted,
};

/// A set of segments' numbers.
type Bits = u64;

/// What happens while a text is searched.
#[derive(Debug, Clone)]
pub(in crate::document::query) enum Event {
    /// A node was found there.
    Found(Range<u64>),
    /// The search has come so far.
    Passed(u64),
}

/// Is told what happens; a break ends the search.
pub(in crate::document::query) type Listener<'a> = dyn FnMut(Event) -> ControlFlow<()> + 'a;

/// Bytes between two words of progress.
const STEP: usize = 1 << 20;

/// Finds the nodes of a text. Where values follow each other (`many`), they count as the items of one array. A
/// fault ends the search, and what was found before it stands.
pub(in crate::document::query) fn select<S: Text, T: Text>(
    text: &S,
    many: bool,
    segments: &[Segment],
    root: &Root<T>,
    listener: &mut Listener<'_>,
) -> Result<(), Fault> {
    let mut run = Run {
        text,
        segments,
        root,
        listener,
        levels: Vec::new(),
        records: many.then_some(0),
        dead: None,
        named: 0,
        open: Vec::new(),
        slots: VecDeque::new(),
        passed: 0,
        block: (0, Bytes::new()),
    };
    if many {
        run.push_level(1, 0);
    }
    let mut scanner = Scanner::new(many);
    loop {
        let block = text.block(scanner.offset());
        if block.is_empty() {
            if scanner.finish(&mut run).is_continue() && many {
                let _ = run.settle(Shape::Array);
            }
            break;
        }
        let block = block.slice(..block.len().min(STEP));
        run.block = (scanner.offset(), block.clone());
        if scanner.feed(&block, &mut run).is_break()
            || (run.listener)(Event::Passed(scanner.offset())).is_break()
        {
            break;
        }
    }
    scanner.fault().map_or(Ok(()), Err)
}

/// The sink.
struct Run<'a, S, T> {
    text: &'a S,
    segments: &'a [Segment],
    root: &'a Root<T>,
    listener: &'a mut Listener<'a>,
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
    /// What was found or may yet be, in the order of the document.
    slots: VecDeque<Option<Vec<Range<u64>>>>,
    /// Slots that were emptied and dropped.
    passed: usize,
    /// The block that is being read, so that a key is seldom looked up.
    block: (u64, Bytes),
}

/// An open container.
struct Level {
    start: u64,
    /// Segments that apply to its children.
    apply: Bits,
    /// Those of them that wait for its end, with their slots.
    deferred: Vec<(usize, usize)>,
    /// Its children, where one waits.
    children: Vec<Child>,
}

struct Child {
    range: Range<u64>,
    /// The offset of its key, in an object.
    key: Option<u64>,
}

/// A node that has begun.
struct Open {
    depth: usize,
    slot: usize,
    /// The number of the filter segment that it has to pass; `None` when it is found already.
    filter: Option<usize>,
}

/// How a segment is decided.
enum Kind<'a> {
    /// When a child begins.
    Direct(&'a Selector),
    /// When the child ends.
    Filter(&'a super::Expr),
    /// When the container ends.
    Deferred,
}

impl Segment {
    fn kind(&self) -> Kind<'_> {
        match self.selectors.as_slice() {
            [Selector::Filter(expr)] => Kind::Filter(expr),
            [
                selector @ (Selector::Name(_)
                | Selector::Wildcard
                | Selector::Index(0..)
                | Selector::Slice { start: None | Some(0..), end: None | Some(0..), step: 1.. }),
            ] => Kind::Direct(selector),
            _ => Kind::Deferred,
        }
    }
}

impl<S: Text, T: Text> Run<'_, S, T> {
    fn read(&self, range: Range<u64>) -> Bytes {
        let (start, block) = &self.block;
        if range.start >= *start && range.end <= start + block.len() as u64 {
            return block.slice((range.start - start) as usize..(range.end - start) as usize);
        }
        self.text.read(range)
    }

    /// Notes which segments the key that was read has the name of.
    fn key(&mut self, range: Range<u64>) {
        self.named = 0;
        let Some(apply) = self.levels.last().map(|level| level.apply) else { return };
        let mut text = None;
        for number in bits(apply) {
            let Some(Kind::Direct(Selector::Name(name))) = self.segments.get(number).map(Segment::kind)
            else {
                continue;
            };
            let text = text.get_or_insert_with(|| self.read(range.clone()));
            if is_name(text, name) {
                self.named |= 1 << number;
            }
        }
    }

    /// The segments that go on at a child, and the filters that it has to pass for more to.
    fn child(&self, frame: &Frame) -> (Bits, Bits) {
        let (mut next, mut filters) = (0, 0);
        for number in bits(self.levels.last().map_or(0, |level| level.apply)) {
            let Some(segment) = self.segments.get(number) else { continue };
            if segment.descendant {
                next |= 1 << number;
            }
            let selected = match segment.kind() {
                Kind::Direct(Selector::Name(_)) => {
                    frame.shape == Shape::Object && self.named & (1 << number) != 0
                }
                Kind::Direct(Selector::Wildcard) => true,
                Kind::Direct(selector) => frame.shape == Shape::Array && selector.takes(frame.index),
                Kind::Filter(_) => {
                    filters |= 1 << number;
                    false
                }
                Kind::Deferred => false,
            };
            if selected {
                next |= 1 << (number + 1);
            }
        }
        (next, filters)
    }

    fn slot(&mut self) -> usize {
        self.slots.push_back(None);
        self.passed + self.slots.len() - 1
    }

    fn fill(&mut self, slot: usize, found: Vec<Range<u64>>) -> ControlFlow<()> {
        if let Some(slot) = self.slots.get_mut(slot - self.passed) {
            *slot = Some(found);
        }
        while let Some(Some(_)) = self.slots.front() {
            self.passed += 1;
            for range in self.slots.pop_front().flatten().unwrap_or_default() {
                (self.listener)(Event::Found(range))?;
            }
        }
        ControlFlow::Continue(())
    }

    /// A value begins.
    fn begin(&mut self, token: Token, start: u64, stack: &[Frame]) {
        let depth = stack.len();
        let (next, filters) = match (stack.last(), &mut self.records) {
            (Some(frame), _) => self.child(frame),
            (None, None) => (1, 0),
            (None, Some(records)) => {
                *records += 1;
                let index = *records - 1;
                self.child(&Frame { shape: Shape::Array, open: 0, index, key: 0 })
            }
        };
        if next & (1 << self.segments.len()) != 0 {
            let slot = self.slot();
            self.open.push(Open { depth, slot, filter: None });
        }
        for number in bits(filters) {
            let slot = self.slot();
            self.open.push(Open { depth, slot, filter: Some(number) });
        }
        if !matches!(token, Token::Open(_)) {
            return;
        }
        let apply = next & !(1 << self.segments.len());
        let waits = self.open.last().is_some_and(|open| open.depth == depth)
            || self.levels.last().is_some_and(|level| !level.deferred.is_empty());
        if apply == 0 && !waits {
            self.dead = Some(depth);
        } else {
            self.push_level(apply, start);
        }
    }

    fn push_level(&mut self, apply: Bits, start: u64) {
        let mut deferred = Vec::new();
        for number in bits(apply) {
            if matches!(self.segments.get(number).map(Segment::kind), Some(Kind::Deferred)) {
                deferred.push((number, self.slot()));
            }
        }
        self.levels.push(Level { start, apply, deferred, children: Vec::new() });
    }

    /// The value that began last at that depth ends.
    fn end(&mut self, range: Range<u64>, stack: &[Frame]) -> ControlFlow<()> {
        if let Some(level) = self.levels.last_mut().filter(|level| !level.deferred.is_empty()) {
            let key = stack.last().filter(|frame| frame.shape == Shape::Object).map(|frame| frame.key);
            level.children.push(Child { range: range.clone(), key });
        }
        while let Some(open) = self.open.pop_if(|open| open.depth == stack.len()) {
            let found = match open.filter.map(|number| (number, self.segments.get(number).map(Segment::kind)))
            {
                None => vec![range.clone()],
                Some((number, Some(Kind::Filter(expr)))) => {
                    let bytes = self.read(range.clone());
                    if expr.holds(&bytes, self.root) { self.go_on(number + 1, &range) } else { Vec::new() }
                }
                Some(_) => Vec::new(),
            };
            self.fill(open.slot, found)?;
        }
        ControlFlow::Continue(())
    }

    /// A container ends: what waited for that. Says where it began.
    fn settle(&mut self, shape: Shape) -> ControlFlow<(), u64> {
        let Some(level) = self.levels.pop() else { return ControlFlow::Continue(0) };
        for (number, slot) in level.deferred {
            let mut found = Vec::new();
            let selectors = self.segments.get(number).map_or(&[][..], |segment| &segment.selectors);
            for selector in selectors {
                for child in self.chosen(selector, &level.children, shape) {
                    found.extend(self.go_on(number + 1, &child.range));
                }
            }
            self.fill(slot, found)?;
        }
        ControlFlow::Continue(level.start)
    }

    /// The children that a selector takes.
    fn chosen<'c>(&self, selector: &Selector, children: &'c [Child], shape: Shape) -> Vec<&'c Child> {
        let len = i64::try_from(children.len()).unwrap_or(i64::MAX);
        match selector {
            Selector::Wildcard => children.iter().collect(),
            Selector::Filter(expr) => {
                let passes = |child: &&Child| expr.holds(&self.read(child.range.clone()), self.root);
                children.iter().filter(passes).collect()
            }
            Selector::Name(name) => {
                let is_named = |child: &&Child| child.key.is_some_and(|key| self.has_name(key, child, name));
                children.iter().filter(is_named).collect()
            }
            Selector::Index(index) if shape == Shape::Array => {
                let index = if *index < 0 { len + index } else { *index };
                usize::try_from(index).ok().and_then(|index| children.get(index)).into_iter().collect()
            }
            Selector::Slice { start, end, step } if shape == Shape::Array => {
                slice(*start, *end, *step, len).filter_map(|index| children.get(index)).collect()
            }
            Selector::Index(_) | Selector::Slice { .. } => Vec::new(),
        }
    }

    fn has_name(&self, key: u64, child: &Child, name: &str) -> bool {
        let text = self.read(key..child.range.start);
        // The key, white space, the colon and white space.
        let end = memchr::memrchr(b'"', &text).map_or(0, |at| at + 1);
        is_name(text.get(..end).unwrap_or_default(), name)
    }

    /// What the segments from that number on find in a node.
    fn go_on(&self, number: usize, node: &Range<u64>) -> Vec<Range<u64>> {
        let segments = self.segments.get(number..).unwrap_or_default();
        if segments.is_empty() {
            return vec![node.clone()];
        }
        let mut found = Vec::new();
        let _ = select(&self.read(node.clone()), false, segments, self.root, &mut |event| {
            if let Event::Found(range) = event {
                found.push(node.start + range.start..node.start + range.end);
            }
            ControlFlow::Continue(())
        });
        found
    }
}

impl Selector {
    /// Whether an index or a slice, neither of which counts from the end, takes that index.
    pub(super) fn takes(&self, index: u64) -> bool {
        let index = i64::try_from(index).unwrap_or(i64::MAX);
        match self {
            Self::Index(wanted) => index == *wanted,
            Self::Slice { start, end, step } => {
                let start = start.unwrap_or(0);
                index >= start && end.is_none_or(|end| index < end) && (index - start) % step == 0
            }
            _ => false,
        }
    }
}

/// The indexes that a slice takes of an array of that length (RFC 9535, section 2.3.4.2.2).
fn slice(start: Option<i64>, end: Option<i64>, step: i64, len: i64) -> impl Iterator<Item = usize> {
    let normal = |index: i64| if index < 0 { len + index } else { index };
    let (first, last) = if step >= 0 {
        let lower = normal(start.unwrap_or(0)).clamp(0, len);
        (lower, normal(end.unwrap_or(len)).clamp(0, len))
    } else {
        let upper = start.map_or(len - 1, normal).clamp(-1, len - 1);
        (upper, end.map_or(-1, |end| normal(end).clamp(-1, len - 1)))
    };
    let mut at = first;
    std::iter::from_fn(move || {
        let more = (step > 0 && at < last) || (step < 0 && at > last);
        let index = usize::try_from(at).ok().filter(|_| more)?;
        at = at.saturating_add(step);
        Some(index)
    })
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

/// Whether a key, as it is written in its quotes, is that name.
fn is_name(key: &[u8], name: &str) -> bool {
    let inner = key.get(1..key.len().saturating_sub(1)).unwrap_or_default();
    if memchr::memchr(b'\\', inner).is_none() { inner == name.as_bytes() } else { unquoted(key) == name }
}

impl<S: Text, T: Text> Sink for Run<'_, S, T> {
    fn token(&mut self, token: Token, range: Range<u64>, stack: &[Frame]) -> ControlFlow<()> {
        if let Some(dead) = self.dead {
            if stack.len() == dead && matches!(token, Token::Close(_)) {
                self.dead = None;
            }
            return ControlFlow::Continue(());
        }
        match token {
            Token::Comma | Token::Colon => ControlFlow::Continue(()),
            Token::Key => {
                self.key(range);
                ControlFlow::Continue(())
            }
            Token::Open(_) => {
                self.begin(token, range.start, stack);
                ControlFlow::Continue(())
            }
            Token::Close(shape) => {
                let start = self.settle(shape)?;
                self.end(start..range.end, stack)
            }
            _ => {
                self.begin(token, range.start, stack);
                self.end(range, stack)
            }
        }
    }
}
