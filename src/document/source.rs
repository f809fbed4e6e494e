//! The bytes of a document: an append-only row of blocks, which readers take without copying.

use std::{
    ops::Range,
    sync::{
        RwLock,
        atomic::{AtomicBool, Ordering},
    },
};

use bytes::Bytes;

/// Bytes that may still grow at their end and never change otherwise.
#[derive(Debug, Default)]
pub(crate) struct Source {
    /// Held for the time of a push or of a lookup: nobody waits for more than that.
    blocks: RwLock<Blocks>,
    complete: AtomicBool,
}

#[derive(Debug, Default)]
struct Blocks {
    /// Each with the offset of its first byte; none is empty.
    list: Vec<(u64, Bytes)>,
    len: u64,
}

impl Source {
    /// A source that is whole.
    pub(crate) fn whole(bytes: Bytes) -> Self {
        let source = Self::default();
        source.append(bytes);
        source.complete();
        source
    }

    pub(crate) fn append(&self, bytes: Bytes) {
        if bytes.is_empty() {
            return;
        }
        let mut blocks = self.blocks.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        let start = blocks.len;
        blocks.len += bytes.len() as u64;
        blocks.list.push((start, bytes));
    }

    /// Nothing more will come.
    pub(crate) fn complete(&self) {
        self.complete.store(true, Ordering::Release);
    }

    pub(crate) fn is_complete(&self) -> bool {
        self.complete.load(Ordering::Acquire)
    }

    /// How many bytes are there by now.
    pub(crate) fn len(&self) -> u64 {
        self.blocks.read().unwrap_or_else(std::sync::PoisonError::into_inner).len
    }

    /// The bytes from `offset` to the end of the block they lie in; empty at the end of what is there.
    pub(crate) fn block(&self, offset: u64) -> Bytes {
        let blocks = self.blocks.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        let after = blocks.list.partition_point(|(start, _)| *start <= offset);
        match after.checked_sub(1).and_then(|index| blocks.list.get(index)) {
            Some((start, bytes)) if offset - start < bytes.len() as u64 => {
                bytes.slice((offset - start) as usize..)
            }
            _ => Bytes::new(),
        }
    }

    /// The bytes of `range`, as far as they are there. Copied only where they lie in more than one block.
    pub(crate) fn read(&self, range: Range<u64>) -> Bytes {
        let wanted = range.end.min(self.len()).saturating_sub(range.start) as usize;
        let first = self.block(range.start);
        if first.len() >= wanted {
            return first.slice(..wanted);
        }
        let mut whole = Vec::from(first);
        while whole.len() < wanted {
            let next = self.block(range.start + whole.len() as u64);
            if next.is_empty() {
                break;
            }
            let take = next.len().min(wanted - whole.len());
            whole.extend_from_slice(next.get(..take).unwrap_or_default());
        }
        whole.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_cross_blocks() {
        let source = Source::default();
        for block in ["abc", "", "de", "fghi"] {
            source.append(Bytes::from_static(block.as_bytes()));
        }
        assert_eq!(source.len(), 9);
        assert_eq!(source.block(4), "e");
        assert_eq!(source.read(1..7), "bcdefg");
        assert_eq!(source.read(7..100), "hi");
        assert_eq!(source.read(9..10), "");
        assert_eq!(source.block(100), "");
    }
}
