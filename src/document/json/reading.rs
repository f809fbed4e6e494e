//! Reading tokens again, of which the index already knows that they are right: long strings are passed over.

use super::{
    index::Index,
    scanner::{Scanner, Sink},
};
use crate::document::source::Source;

/// Bytes that are read before it is asked whether the rest of a string can be passed over.
const STEP: usize = 64 * 1024;
/// White space and brackets that may stand between a string and the next checkpoint for that to be found out.
const BETWEEN: u64 = 4096;

/// Feeds the source to the sink from where the scanner stands until one of them ends it.
pub(crate) fn read(scanner: &mut Scanner, index: &Index, source: &Source, sink: &mut impl Sink) {
    loop {
        if scanner.is_in_value()
            && let Some(end) = string_end(index, source, scanner.offset())
        {
            scanner.skip_in_string(end);
        }
        let complete = source.is_complete();
        let block = source.block(scanner.offset());
        if block.is_empty() {
            if complete {
                let _ = scanner.finish(sink);
            }
            return;
        }
        if scanner.feed(block.get(..STEP).unwrap_or(&block), sink).is_break() {
            return;
        }
    }
}

/// Where the closing quote is of the string that `offset` lies in, if it is a long one: only brackets and commas may
/// stand between it and the next line.
fn string_end(index: &Index, source: &Source, offset: u64) -> Option<u64> {
    let next = index.line_after(offset)?;
    let start = next.checked_sub(BETWEEN).filter(|start| *start > offset + STEP as u64)?;
    let between = source.read(start..next);
    let quote = memchr::memrchr(b'"', &between)?;
    let is_last = between
        .get(quote + 1..)?
        .iter()
        .all(|byte| matches!(byte, b',' | b']' | b'}' | b' ' | b'\t' | b'\r' | b'\n'));
    is_last.then_some(start + quote as u64)
}
