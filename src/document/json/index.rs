//! Sparse notes of where the pretty form stands, taken while the bytes arrive.

use std::{
    ops::{ControlFlow, Range},
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use super::{
    breaks::{Breaks, Step},
    scanner::{Fault, Frame, Scanner, Sink, Token},
};
use crate::document::source::Source;

/// Bytes between two checkpoints, at least. Laying out a window reads no more than this before it.
const INTERVAL: u64 = 64 * 1024;

/// Depths that lines are counted by; everything deeper is counted with the last.
pub(crate) const DEPTHS: usize = 16;

/// Lines of a stretch of the pretty form, by their depth.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// In the lower half all lines, in the upper half those of them that begin with a closing bracket: one addition
    /// a line.
    by_depth: [u64; DEPTHS],
}

impl Counts {
    #[inline]
    fn add(&mut self, depth: usize, closing: bool) {
        self.by_depth[depth.min(DEPTHS - 1)] += 1 | u64::from(closing) << 32;
    }

    fn undo(&mut self, depth: usize, lines: u64) {
        self.by_depth[depth.min(DEPTHS - 1)] -= lines;
    }

    /// How many remain when all containers at that depth or deeper are folded.
    pub(crate) fn visible(&self, folded_from: Option<usize>) -> u64 {
        let depth = folded_from.map_or(DEPTHS, |depth| depth.min(DEPTHS));
        let (shallower, deeper) = self.by_depth.split_at(depth);
        let lines = |count: &u64| count & u64::from(u32::MAX);
        let all: u64 = shallower.iter().map(lines).sum();
        all + deeper.first().map_or(0, |count| lines(count) - (count >> 32))
    }
}

/// Values one after another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum List {
    /// At the top, where values follow each other.
    Top,
    /// In the array that was opened at that offset and depth.
    Array { open: u64, depth: usize },
}

impl List {
    /// Containers around its items.
    pub(crate) fn depth(self) -> usize {
        match self {
            Self::Top => 0,
            Self::Array { depth, .. } => depth + 1,
        }
    }
}

/// Where a line of the pretty form begins, and everything that is needed to go on from there.
#[derive(Debug, Clone)]
pub(crate) struct Checkpoint {
    pub(crate) offset: u64,
    pub(crate) line: u64,
    /// Values at the top that were begun before it.
    pub(crate) records: u64,
    /// The lines between the checkpoint before it and this one.
    pub(crate) since: Counts,
    stack: Option<Arc<Node>>,
}

/// A stack that shares what did not change with the checkpoint before it.
#[derive(Debug)]
struct Node {
    frame: Frame,
    depth: usize,
    parent: Option<Arc<Node>>,
}

impl Drop for Node {
    /// One after another: a row of ten thousand would overflow the thread's stack.
    fn drop(&mut self) {
        let mut next = self.parent.take();
        while let Some(node) = next {
            next = Arc::try_unwrap(node).ok().and_then(|mut node| node.parent.take());
        }
    }
}

impl Checkpoint {
    fn start() -> Self {
        Self { offset: 0, line: 0, records: 0, since: Counts::default(), stack: None }
    }

    /// The container of that depth that is open there.
    fn frame(&self, depth: usize) -> Option<Frame> {
        let mut node = self.stack.as_ref();
        while let Some(inner) = node.filter(|node| node.depth > depth + 1) {
            node = inner.parent.as_ref();
        }
        node.filter(|node| node.depth == depth + 1).map(|node| node.frame)
    }

    /// Whether it lies in the container that was opened at that offset and depth.
    fn is_inside(&self, open: u64, depth: usize) -> bool {
        self.frame(depth).is_some_and(|frame| frame.open == open)
    }

    /// The item of a list that it lies in or begins: its number, and where it begins.
    pub(crate) fn item(&self, list: List) -> (u64, u64) {
        let (index, depth) = match list {
            List::Top => (self.records.saturating_sub(u64::from(self.stack.is_some())), 0),
            List::Array { depth, .. } => (self.frame(depth).map_or(0, |frame| frame.index), depth + 1),
        };
        (index, self.frame(depth).map_or(self.offset, |frame| frame.open))
    }

    pub(crate) fn stack(&self) -> Vec<Frame> {
        let mut stack = Vec::new();
        let mut node = self.stack.as_ref();
        while let Some(next) = node {
            stack.push(next.frame);
            node = next.parent.as_ref();
        }
        stack.reverse();
        stack
    }
}

/// What is known of the whole.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Extent {
    /// Lines of the pretty form so far; they may be joined to fewer while `ended` is false.
    pub(crate) lines: u64,
    /// Bytes read.
    pub(crate) scanned: u64,
    /// Whether nothing more will be read: at the end, or at a fault.
    pub(crate) ended: bool,
    pub(crate) fault: Option<Fault>,
}

/// The index of one document. One thread at a time builds it; readers wait for a push at most.
#[derive(Debug)]
pub(crate) struct Index {
    pub(crate) many: bool,
    /// See [`Breaks`].
    pub(crate) compact: u64,
    interval: u64,
    builder: Mutex<Builder>,
    published: RwLock<(Vec<Checkpoint>, Extent)>,
}

impl Index {
    pub(crate) fn new(many: bool, compact: u64) -> Self {
        Self::with_interval(many, compact, INTERVAL)
    }

    /// Tests take many checkpoints of little text.
    pub(super) fn with_interval(many: bool, compact: u64, interval: u64) -> Self {
        let notes = Notes {
            breaks: Breaks::new(0, compact),
            interval,
            due: interval,
            last: None,
            shallowest: 0,
            records: 0,
            counts: Counts::default(),
            fresh: Vec::new(),
        };
        Self {
            many,
            compact,
            interval,
            builder: Mutex::new(Builder { scanner: Scanner::new(many), notes, ended: false }),
            published: RwLock::new((vec![Checkpoint::start()], Extent::default())),
        }
    }

    /// Reads up to `budget` bytes more.
    pub(crate) fn build(&self, source: &Source, budget: u64) -> Extent {
        let mut builder = self.builder.lock().unwrap_or_else(PoisonError::into_inner);
        builder.advance(source, budget);
        let extent = builder.extent();
        let mut published = self.published.write().unwrap_or_else(PoisonError::into_inner);
        published.0.append(&mut builder.notes.fresh);
        published.1 = extent;
        extent
    }

    pub(crate) fn extent(&self) -> Extent {
        self.published.read().unwrap_or_else(PoisonError::into_inner).1
    }

    /// The last checkpoint at or before that line.
    pub(crate) fn before_line(&self, line: u64) -> Checkpoint {
        self.last_where(|checkpoint| checkpoint.line <= line)
    }

    /// The last checkpoint at or before that offset.
    pub(crate) fn before_offset(&self, offset: u64) -> Checkpoint {
        self.last_where(|checkpoint| checkpoint.offset <= offset)
    }

    /// The last checkpoint in the container that was opened at that offset and depth, as far as it has one.
    pub(crate) fn last_inside(&self, open: u64, depth: usize) -> Option<Checkpoint> {
        self.with(|checkpoints| {
            let first = checkpoints.partition_point(|checkpoint| checkpoint.offset <= open);
            let rest = checkpoints.get(first..).unwrap_or_default();
            let count = rest.partition_point(|checkpoint| checkpoint.is_inside(open, depth));
            count.checked_sub(1).and_then(|last| rest.get(last)).cloned()
        })
    }

    /// The last of the checkpoints in the items of a list for which that holds, which must be the first ones.
    pub(crate) fn last_in(&self, list: List, holds: impl Fn(&Checkpoint) -> bool) -> Option<Checkpoint> {
        self.with(|checkpoints| {
            let open = if let List::Array { open, .. } = list { open } else { 0 };
            let first = checkpoints.partition_point(|checkpoint| checkpoint.offset <= open);
            let rest = checkpoints.get(first..).unwrap_or_default();
            let count = match list {
                List::Top => rest.len(),
                List::Array { depth, .. } => {
                    rest.partition_point(|checkpoint| checkpoint.is_inside(open, depth))
                }
            };
            let inside = rest.get(..count).unwrap_or_default();
            inside.partition_point(holds).checked_sub(1).and_then(|last| inside.get(last)).cloned()
        })
    }

    /// Where the first line begins behind a value that holds that offset, or the document ends; `None` where that
    /// cannot be told from the checkpoints.
    pub(crate) fn line_after(&self, offset: u64) -> Option<u64> {
        let extent = self.extent();
        self.with(|checkpoints| {
            let next = checkpoints.partition_point(|checkpoint| checkpoint.offset <= offset);
            // A line that begins so far behind a checkpoint is the next one, whatever value stands before it: that is
            // too long to be joined with anything.
            let last = next.checked_sub(1).and_then(|last| checkpoints.get(last))?;
            let is_due = offset >= last.offset + self.interval && self.compact < self.interval;
            let end = (extent.ended && extent.fault.is_none()).then_some(extent.scanned);
            checkpoints.get(next).map(|next| next.offset).or(end).filter(|_| is_due)
        })
    }

    /// Looks at all checkpoints; the index cannot grow meanwhile.
    pub(crate) fn with<T>(&self, look: impl FnOnce(&[Checkpoint]) -> T) -> T {
        look(&self.published.read().unwrap_or_else(PoisonError::into_inner).0)
    }

    fn last_where(&self, holds: impl Fn(&Checkpoint) -> bool) -> Checkpoint {
        self.with(|checkpoints| {
            let after = checkpoints.partition_point(holds);
            checkpoints.get(after.saturating_sub(1)).cloned().unwrap_or_else(Checkpoint::start)
        })
    }
}

#[derive(Debug)]
struct Builder {
    scanner: Scanner,
    notes: Notes,
    ended: bool,
}

/// The sink: counts lines and takes a note when one is due.
#[derive(Debug)]
struct Notes {
    breaks: Breaks,
    interval: u64,
    due: u64,
    last: Option<Arc<Node>>,
    /// The fewest containers open since the last checkpoint.
    shallowest: usize,
    /// Values at the top that were begun.
    records: u64,
    /// Since the last checkpoint.
    counts: Counts,
    fresh: Vec<Checkpoint>,
}

impl Builder {
    fn advance(&mut self, source: &Source, budget: u64) {
        let until = self.scanner.offset().saturating_add(budget);
        while !self.ended && self.scanner.offset() < until {
            // Asked before the block is taken: what is complete then has no more than the blocks that are seen.
            let complete = source.is_complete();
            let block = source.block(self.scanner.offset());
            if block.is_empty() {
                // A body of no bytes is shown as one, not as an error.
                if complete && self.scanner.offset() == 0 {
                    self.ended = true;
                } else if complete {
                    let _ = self.scanner.finish(&mut self.notes);
                    self.ended = true;
                }
                return;
            }
            let take = (until - self.scanner.offset()).min(block.len() as u64) as usize;
            let flow = self.scanner.feed(block.get(..take).unwrap_or_default(), &mut self.notes);
            self.ended = flow.is_break();
        }
    }

    fn extent(&self) -> Extent {
        Extent {
            lines: if self.notes.records > 0 { self.notes.breaks.line() + 1 } else { 0 },
            scanned: self.scanner.offset(),
            ended: self.ended,
            fault: self.scanner.fault(),
        }
    }
}

impl Sink for Notes {
    #[inline]
    fn token(&mut self, token: Token, range: Range<u64>, stack: &[Frame]) -> ControlFlow<()> {
        if stack.is_empty() && token.starts_value() {
            self.records += 1;
        }
        self.shallowest = self.shallowest.min(stack.len());
        let step = self.breaks.step(token, range.end - range.start);
        match step {
            Step::Stay if self.breaks.line() == 0 && self.counts == Counts::default() => {
                self.counts.add(0, false);
            }
            Step::Stay => {}
            Step::Join { undone, .. } => self.counts.undo(stack.len() + 1, undone),
            Step::Break => {
                let closing = matches!(token, Token::Close(_));
                if range.start >= self.due && !closing {
                    self.note(token, range.start, stack);
                }
                self.counts.add(stack.len(), closing);
            }
        }
        ControlFlow::Continue(())
    }
}

impl Notes {
    #[cold]
    fn note(&mut self, token: Token, offset: u64, stack: &[Frame]) {
        // An opening bracket is a candidate of its own, which begins with this line.
        if self.breaks.is_open() && !matches!(token, Token::Open(_)) {
            return;
        }
        let shared = self.shallowest.saturating_sub(1);
        let mut node = self.last.clone();
        while node.as_ref().is_some_and(|node| node.depth > shared) {
            node = node.and_then(|node| node.parent.clone());
        }
        let kept = node.as_ref().map_or(0, |node| node.depth);
        for frame in stack.get(kept..).unwrap_or_default() {
            let depth = node.as_ref().map_or(0, |node| node.depth) + 1;
            node = Some(Arc::new(Node { frame: *frame, depth, parent: node }));
        }
        self.last.clone_from(&node);
        self.shallowest = stack.len();
        self.due = offset + self.interval;
        let since = std::mem::take(&mut self.counts);
        let line = self.breaks.line();
        // One that begins here was not begun before.
        let records = self.records - u64::from(stack.is_empty());
        self.fresh.push(Checkpoint { offset, line, records, since, stack: node });
    }
}
