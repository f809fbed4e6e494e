//! Sparse notes of where indented markup stands, taken while the bytes arrive.

use std::{
    ops::Range,
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use bytes::Bytes;

use super::{
    MarkupLine,
    layout::Layout,
    piece::{Piece, piece},
};
use crate::document::source::Source;

/// Bytes between two checkpoints, at least.
const INTERVAL: u64 = 64 * 1024;
/// Bytes that are read at once, and where a piece is longer. What is longer than that is cut into pieces.
const WINDOWS: [u64; 2] = [128 * 1024, 1 << 20];
/// Bytes that have to follow a piece for it to be known where it ends.
const MARGIN: usize = 64;

/// Where lines begin, sparsely. One thread at a time builds it; readers wait for a push at most.
#[derive(Debug)]
pub(crate) struct MarkupIndex {
    html: bool,
    builder: Mutex<(Walk, u64)>,
    published: RwLock<(Vec<Checkpoint>, MarkupExtent)>,
}

/// Before a piece that begins a line.
#[derive(Debug, Clone)]
struct Checkpoint {
    offset: u64,
    line: u64,
    open: Arc<[String]>,
}

/// What is known of the whole.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct MarkupExtent {
    pub(crate) lines: u64,
    pub(crate) scanned: u64,
    pub(crate) ended: bool,
}

/// Goes over the pieces of a source.
#[derive(Debug)]
struct Walk {
    layout: Layout,
    /// Of the next piece.
    at: u64,
    /// Bytes that were read, and where they begin.
    window: (u64, Bytes),
}

/// What comes next.
enum Next {
    Piece(Piece, Bytes),
    /// More bytes have to arrive.
    Wait,
    End,
}

impl MarkupIndex {
    pub(crate) fn new(html: bool) -> Self {
        let first = Checkpoint { offset: 0, line: 0, open: Arc::default() };
        let walk = Walk::new(html, &first, 0..0);
        Self {
            html,
            builder: Mutex::new((walk, INTERVAL)),
            published: RwLock::new((vec![first], MarkupExtent::default())),
        }
    }

    /// Reads up to about `budget` bytes more.
    pub(crate) fn build(&self, source: &Source, budget: u64) -> MarkupExtent {
        let mut builder = self.builder.lock().unwrap_or_else(PoisonError::into_inner);
        let (walk, due) = &mut *builder;
        let until = walk.at.saturating_add(budget);
        let (mut fresh, mut ended) = (Vec::new(), false);
        while walk.at < until {
            match walk.next(source) {
                Next::Piece(piece, bytes) => {
                    let begins = matches!(piece, Piece::Start(_) | Piece::Alone | Piece::Verbatim);
                    if begins && walk.at >= *due {
                        let open = walk.layout.open.clone().into();
                        fresh.push(Checkpoint { offset: walk.at, line: walk.layout.begun, open });
                        *due = walk.at + INTERVAL;
                    }
                    walk.take(piece, &bytes);
                }
                Next::Wait => break,
                Next::End => {
                    ended = true;
                    break;
                }
            }
        }
        let extent = MarkupExtent { lines: walk.layout.begun, scanned: walk.at, ended };
        let mut published = self.published.write().unwrap_or_else(PoisonError::into_inner);
        published.0.append(&mut fresh);
        published.1 = extent;
        extent
    }

    pub(crate) fn extent(&self) -> MarkupExtent {
        self.published.read().unwrap_or_else(PoisonError::into_inner).1
    }

    /// Those lines, as far as they are there.
    pub(crate) fn lines(&self, source: &Source, lines: Range<u64>) -> Vec<MarkupLine> {
        let wanted = lines.start..lines.end.min(self.extent().lines);
        if wanted.is_empty() {
            return Vec::new();
        }
        let from = self.before(|checkpoint| checkpoint.line <= wanted.start);
        let mut walk = Walk::new(self.html, &from, wanted.clone());
        // The last line may be joined as long as none begins behind it.
        while walk.layout.begun <= wanted.end && walk.step(source) {}
        walk.layout.finish()
    }

    /// The last line that begins at or before that offset.
    pub(crate) fn line_at(&self, source: &Source, offset: u64) -> u64 {
        let from = self.before(|checkpoint| checkpoint.offset <= offset);
        let mut walk = Walk::new(self.html, &from, 0..u64::MAX);
        while walk.layout.last_start().is_none_or(|start| start <= offset) && walk.step(source) {}
        let lines = walk.layout.finish();
        let before = lines.partition_point(|line| line.range.start <= offset) as u64;
        (from.line + before).saturating_sub(1).min(self.extent().lines.saturating_sub(1))
    }

    fn before(&self, holds: impl Fn(&Checkpoint) -> bool) -> Checkpoint {
        let published = self.published.read().unwrap_or_else(PoisonError::into_inner);
        let after = published.0.partition_point(holds);
        let first = || Checkpoint { offset: 0, line: 0, open: Arc::default() };
        published.0.get(after.saturating_sub(1)).cloned().unwrap_or_else(first)
    }
}

impl Walk {
    fn new(html: bool, from: &Checkpoint, wanted: Range<u64>) -> Self {
        let layout = Layout::new(html, from.open.to_vec(), from.line, wanted);
        Self { layout, at: from.offset, window: (from.offset, Bytes::new()) }
    }

    /// Lays out the next piece; false where there is none.
    fn step(&mut self, source: &Source) -> bool {
        match self.next(source) {
            Next::Piece(piece, bytes) => {
                self.take(piece, &bytes);
                true
            }
            Next::Wait | Next::End => false,
        }
    }

    fn take(&mut self, piece: Piece, bytes: &Bytes) {
        self.layout.add(piece, bytes, self.at);
        self.at += bytes.len() as u64;
    }

    /// The next piece. Where it ends does not depend on how many bytes have arrived.
    fn next(&mut self, source: &Source) -> Next {
        let complete = source.is_complete();
        let [_, largest] = WINDOWS;
        for window in [None, Some(WINDOWS[0]), Some(largest)] {
            if let Some(window) = window {
                self.window = (self.at, source.read(self.at..self.at + window));
            }
            let (start, bytes) = &self.window;
            let rest = bytes.slice(((self.at - start) as usize).min(bytes.len())..);
            let is_last = complete && self.at + rest.len() as u64 >= source.len();
            if rest.is_empty() {
                if is_last {
                    return Next::End;
                }
                continue;
            }
            let (piece, length) = piece(&rest, self.layout.html);
            let is_longest = window == Some(largest) && rest.len() as u64 == largest;
            if is_last || is_longest || length + MARGIN <= rest.len() {
                return Next::Piece(piece, rest.slice(..length));
            }
        }
        Next::Wait
    }
}
