//! Where a query reads: a document's source, or the bytes of one value.

use std::ops::Range;

use bytes::Bytes;

use crate::document::source::Source;

pub(in crate::document::query) trait Text {
    /// The bytes from `offset` on, as many as there are in one piece; empty at the end.
    fn block(&self, offset: u64) -> Bytes;
    fn read(&self, range: Range<u64>) -> Bytes;
}

impl Text for &Source {
    fn block(&self, offset: u64) -> Bytes {
        Source::block(self, offset)
    }

    fn read(&self, range: Range<u64>) -> Bytes {
        Source::read(self, range)
    }
}

impl Text for Bytes {
    fn block(&self, offset: u64) -> Bytes {
        self.slice((offset as usize).min(self.len())..)
    }

    fn read(&self, range: Range<u64>) -> Bytes {
        self.slice((range.start as usize).min(self.len())..(range.end as usize).min(self.len()))
    }
}
