//! Where lines end, and records of CSV, in which a line break in quotes ends nothing.

/// Bytes that a field in quotes may have for its line breaks to count as its own. Where one is longer, its closing
/// quote is missing, and the record ends at the next line break.
const LONGEST: u64 = 1 << 20;

/// What ends a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Split {
    /// Every line break.
    Lines,
    /// A line break that is not in quotes (RFC 4180, section 2). Quotes that do not begin a field are letters.
    Records,
}

/// Looks for line breaks, block by block, from the start of a line on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Breaks {
    split: Split,
    /// Of the next byte, for records.
    offset: u64,
    /// Where the field in quotes began that is open.
    quoted: Option<u64>,
    /// Behind the quote that closed the last one: one more there is a quote in the field.
    closed: u64,
    /// The byte before the next one.
    last: u8,
}

impl Breaks {
    pub(crate) fn new(split: Split, offset: u64) -> Self {
        Self { split, offset, quoted: None, closed: u64::MAX, last: b'\n' }
    }

    /// Tells each line break of the next block by its place in the block, until it is answered false.
    pub(crate) fn feed(&mut self, block: &[u8], mut found: impl FnMut(usize) -> bool) {
        if self.split == Split::Lines {
            memchr::memchr_iter(b'\n', block).all(found);
            return;
        }
        for at in memchr::memchr2_iter(b'\n', b'"', block) {
            let offset = self.offset + at as u64;
            let before = at.checked_sub(1).and_then(|before| block.get(before)).copied().unwrap_or(self.last);
            if block.get(at) == Some(&b'"') {
                self.quote(offset, before);
            } else if self.quoted.is_none_or(|start| offset - start > LONGEST) {
                self.quoted = None;
                if !found(at) {
                    break;
                }
            }
        }
        self.offset += block.len() as u64;
        self.last = block.last().copied().unwrap_or(self.last);
    }

    /// How many line breaks the next block has, and where the last one is.
    pub(crate) fn count(&mut self, block: &[u8]) -> (u64, Option<usize>) {
        if self.split == Split::Lines {
            // Counting is faster than finding each.
            return (memchr::memchr_iter(b'\n', block).count() as u64, memchr::memrchr(b'\n', block));
        }
        let (mut count, mut last) = (0, None);
        self.feed(block, |at| {
            count += 1;
            last = Some(at);
            true
        });
        (count, last)
    }

    fn quote(&mut self, offset: u64, before: u8) {
        if self.quoted.take().is_some() {
            self.closed = offset + 1;
        } else if self.closed == offset || opens(before) {
            self.quoted = Some(offset);
        }
    }
}

/// Whether a quote behind that byte begins a field: behind one of the usual delimiters, or at the start of a record.
fn opens(before: u8) -> bool {
    matches!(before, b'\n' | b',' | b';' | b'\t' | b'|')
}
