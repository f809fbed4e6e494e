//! Line and column of an offset, for a text that is read once and may be gone behind the reader.

use super::jsonpath::Text;
use crate::document::{JsonError, json::scanner::Fault};

/// A place in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::document) struct Place {
    pub(in crate::document) offset: u64,
    /// Counts from 1.
    pub(in crate::document) line: usize,
    /// Counts characters from 1.
    pub(in crate::document) column: usize,
}

impl Place {
    pub(super) const START: Self = Self { offset: 0, line: 1, column: 1 };

    /// Goes over bytes that follow.
    pub(super) fn pass(&mut self, bytes: &[u8]) {
        let last = memchr::memrchr(b'\n', bytes);
        if let Some(last) = last {
            self.line += memchr::memchr_iter(b'\n', bytes.get(..=last).unwrap_or_default()).count();
            self.column = 1;
        }
        let rest = bytes.get(last.map_or(0, |last| last + 1)..).unwrap_or_default();
        // All bytes but those that go on with a character of UTF-8.
        self.column += rest.iter().filter(|byte| **byte & 0xc0 != 0x80).count();
        self.offset += bytes.len() as u64;
    }

    /// Goes on to that offset.
    pub(in crate::document) fn pass_to(mut self, offset: u64, text: &dyn Text) -> Self {
        while self.offset < offset {
            let block = text.block(self.offset);
            let wanted = ((offset - self.offset) as usize).min(block.len());
            if wanted == 0 {
                break;
            }
            self.pass(block.get(..wanted).unwrap_or_default());
        }
        self
    }

    /// A fault at that place.
    pub(in crate::document) fn error(self, fault: Fault) -> JsonError {
        let offset = fault.offset as usize;
        JsonError { line: self.line, column: self.column, offset, message: fault.message.to_owned() }
    }
}
