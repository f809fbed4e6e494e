//! The bytes of a document: an append-only row of parts, in memory or in a file, which readers take without
//! waiting for whoever appends.

mod file;
mod ruler;

use std::{
    fs::File,
    ops::Range,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
};

use bytes::Bytes;

use self::{file::FileBlocks, ruler::Ruler};

/// Bytes that may still grow at their end and never change otherwise.
#[derive(Debug, Default)]
pub(crate) struct Source {
    /// Held for the time of a push or of a lookup: nobody waits for more than that.
    parts: RwLock<Parts>,
    complete: AtomicBool,
    ruler: Ruler,
}

#[derive(Debug, Default)]
struct Parts {
    /// Each with the offset of its first byte; none is empty.
    list: Vec<(u64, Part)>,
    len: u64,
}

#[derive(Debug, Clone)]
enum Part {
    Memory(Bytes),
    /// So many bytes of the file, from `at` on.
    File {
        blocks: Arc<FileBlocks>,
        at: u64,
        len: u64,
    },
}

impl Part {
    fn len(&self) -> u64 {
        match self {
            Self::Memory(bytes) => bytes.len() as u64,
            Self::File { len, .. } => *len,
        }
    }

    /// `range` lies in it.
    fn slice(&self, range: Range<u64>) -> Self {
        let len = range.end.saturating_sub(range.start);
        match self {
            _ if len == 0 => Self::Memory(Bytes::new()),
            Self::Memory(bytes) => Self::Memory(bytes.slice(range.start as usize..range.end as usize)),
            Self::File { blocks, at, .. } => {
                Self::File { blocks: Arc::clone(blocks), at: at + range.start, len }
            }
        }
    }
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
        self.push(Part::Memory(bytes));
    }

    /// Appends that part of a file, which must not change any more.
    pub(crate) fn append_file(&self, file: &Arc<File>, range: Range<u64>) {
        let mut parts = self.parts.write().unwrap_or_else(PoisonError::into_inner);
        let grown = range.end.saturating_sub(range.start);
        if let Some((_, Part::File { blocks, at, len })) = parts.list.last_mut()
            && blocks.is_of(file)
            && *at + *len == range.start
        {
            *len += grown;
            parts.len += grown;
            return;
        }
        drop(parts);
        let blocks = Arc::new(FileBlocks::new(Arc::clone(file)));
        self.push(Part::File { blocks, at: range.start, len: grown });
    }

    /// Lets go of what is in memory: `file` has all of it, from its byte `at` on.
    pub(crate) fn spill(&self, file: &Arc<File>, at: u64) {
        let mut parts = self.parts.write().unwrap_or_else(PoisonError::into_inner);
        let len = parts.len;
        if len > 0 {
            let blocks = Arc::new(FileBlocks::new(Arc::clone(file)));
            parts.list = vec![(0, Part::File { blocks, at, len })];
        }
    }

    /// Lets go of the parts in memory that lie before that offset as a whole: nobody asks for them any more.
    pub(crate) fn release(&self, before: u64) {
        let mut parts = self.parts.write().unwrap_or_else(PoisonError::into_inner);
        let ends_before = |(start, part): &(u64, Part)| start + part.len() <= before;
        let released = parts.list.partition_point(ends_before);
        parts.list.drain(..released);
    }

    /// That range, as far as it is there, as a source of its own that is whole. The bytes are shared.
    pub(crate) fn slice(&self, range: Range<u64>) -> Self {
        let parts = self.parts.read().unwrap_or_else(PoisonError::into_inner);
        let source = Self::default();
        for (start, part) in &parts.list {
            let within = |offset: u64| offset.saturating_sub(*start).min(part.len());
            source.push(part.slice(within(range.start)..within(range.end)));
        }
        source.complete();
        source
    }

    fn push(&self, part: Part) {
        if part.len() == 0 {
            return;
        }
        let mut parts = self.parts.write().unwrap_or_else(PoisonError::into_inner);
        let start = parts.len;
        parts.len += part.len();
        parts.list.push((start, part));
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
        self.parts.read().unwrap_or_else(PoisonError::into_inner).len
    }

    /// The part that `offset` lies in, and where in it.
    fn part(&self, offset: u64) -> Option<(Part, u64)> {
        let parts = self.parts.read().unwrap_or_else(PoisonError::into_inner);
        let after = parts.list.partition_point(|(start, _)| *start <= offset);
        let (start, part) = parts.list.get(after.checked_sub(1)?)?;
        (offset - start < part.len()).then(|| (part.clone(), offset - start))
    }

    /// The bytes from `offset` to the end of some block they lie in; empty at the end of what is there, and where
    /// a file cannot be read.
    pub(crate) fn block(&self, offset: u64) -> Bytes {
        match self.part(offset) {
            Some((Part::Memory(bytes), within)) => bytes.slice(within as usize..),
            Some((Part::File { blocks, at, len }, within)) => blocks.block(at + within, at + len),
            None => Bytes::new(),
        }
    }

    /// The bytes of `range`, as far as they are there. Copied only where they lie in more than one block.
    pub(crate) fn read(&self, range: Range<u64>) -> Bytes {
        let wanted = range.end.min(self.len()).saturating_sub(range.start) as usize;
        if let Some((Part::File { blocks, at, len }, within)) = self.part(range.start)
            && wanted > file::BLOCK
            && within + wanted as u64 <= len
        {
            // More than the cache is for.
            return blocks.read(at + within, wanted);
        }
        let first = self.block(range.start);
        if first.len() >= wanted {
            return first.slice(..wanted);
        }
        let mut whole = Vec::with_capacity(wanted);
        whole.extend_from_slice(&first);
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
    use std::io::Write as _;

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

    #[test]
    fn what_is_let_go_of_is_gone_and_the_rest_stays_where_it_is() {
        let source = Source::default();
        for block in ["abc", "de", "fghi"] {
            source.append(Bytes::from_static(block.as_bytes()));
        }
        source.release(4);
        assert_eq!((source.len(), source.block(2), source.read(3..7)), (9, Bytes::new(), "defg".into()));
        source.release(9);
        source.append(Bytes::from_static(b"j"));
        assert_eq!((source.len(), source.block(9)), (10, "j".into()));
    }

    #[test]
    fn memory_and_files_follow_each_other() {
        let mut file = tempfile::tempfile().unwrap();
        let bytes: Vec<u8> = (0..600_000u32).map(|number| (number % 251) as u8).collect();
        file.write_all(&bytes).unwrap();
        let file = Arc::new(file);
        let source = Source::default();
        source.append(Bytes::copy_from_slice(&bytes[..10]));
        source.append_file(&file, 10..100_000);
        assert_eq!(source.read(99_990..100_010), bytes[99_990..100_000]);
        source.append_file(&file, 100_000..600_000);
        assert_eq!(source.len(), 600_000);
        for range in [0..20, 5..300_000, 262_140..262_150, 100_000..600_000, 599_999..700_000] {
            let end = range.end.min(600_000);
            assert_eq!(source.read(range.start as u64..range.end as u64), bytes[range.start..end]);
        }
        let mut walked = Vec::new();
        while walked.len() < bytes.len() {
            walked.extend_from_slice(&source.block(walked.len() as u64));
        }
        assert_eq!(walked, bytes);
        for range in [0..600_000u64, 5..12, 99_990..100_010, 7..7] {
            let part = source.slice(range.clone());
            assert!(part.is_complete());
            assert_eq!(part.read(0..u64::MAX), bytes[range.start as usize..range.end as usize]);
        }
        source.spill(&file, 0);
        assert_eq!(source.read(0..600_000), bytes);
    }
}
