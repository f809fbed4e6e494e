//! Where a query reads: a document's source, one that is still arriving, or a part of either.

use std::{fmt, ops::Range};

use bytes::Bytes;

use crate::document::source::Source;

/// Bytes that are read by their offsets.
pub(in crate::document) trait Text: fmt::Debug {
    /// The bytes from `offset` on, as many as there are in one piece; empty at the end.
    fn block(&self, offset: u64) -> Bytes;

    fn read(&self, range: Range<u64>) -> Bytes;

    /// Nothing before that offset will be asked for any more.
    fn release(&self, _before: u64) {}
}

impl Text for Source {
    fn block(&self, offset: u64) -> Bytes {
        Self::block(self, offset)
    }

    fn read(&self, range: Range<u64>) -> Bytes {
        Self::read(self, range)
    }
}

/// Bytes at hand, which begin at that offset of a text.
#[derive(Debug)]
pub(super) struct Piece {
    pub(super) start: u64,
    pub(super) bytes: Bytes,
}

impl Piece {
    pub(super) fn range(&self) -> Range<u64> {
        self.start..self.start + self.bytes.len() as u64
    }
}

impl Text for Piece {
    fn block(&self, offset: u64) -> Bytes {
        self.read(offset..u64::MAX)
    }

    fn read(&self, range: Range<u64>) -> Bytes {
        let within = |offset: u64| (offset.saturating_sub(self.start) as usize).min(self.bytes.len());
        self.bytes.slice(within(range.start)..within(range.end).max(within(range.start)))
    }
}

/// A range of a text: the whole, or one value in it. Offsets are those of the text.
#[derive(Debug, Clone, Copy)]
pub(in crate::document::query) struct Part<'a> {
    text: &'a dyn Text,
    start: u64,
    end: u64,
}

impl<'a> Part<'a> {
    pub(in crate::document::query) fn whole(text: &'a dyn Text) -> Self {
        Self { text, start: 0, end: u64::MAX }
    }

    pub(in crate::document::query) fn within(self, range: &Range<u64>) -> Self {
        Self { start: range.start, end: range.end, ..self }
    }

    pub(in crate::document::query) fn range(self) -> Range<u64> {
        self.start..self.end
    }

    pub(super) fn block(self, offset: u64) -> Bytes {
        let block = if offset < self.end { self.text.block(offset) } else { Bytes::new() };
        let left = usize::try_from(self.end.saturating_sub(offset)).unwrap_or(usize::MAX);
        if left < block.len() { block.slice(..left) } else { block }
    }

    pub(super) fn read(self, range: Range<u64>) -> Bytes {
        self.text.read(range)
    }

    /// All of it.
    pub(in crate::document::query) fn bytes(self) -> Bytes {
        self.text.read(self.range())
    }

    pub(super) fn release(self, before: u64) {
        self.text.release(before);
    }
}
