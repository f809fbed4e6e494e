//! Redaction of bytes that come in chunks.

use super::{MASK, Redactor};

/// Takes chunks and gives them back redacted, later by the length of the longest form: one may begin at a chunk's end.
#[derive(Debug)]
pub struct Redacting {
    redactor: Redactor,
    longest: usize,
    /// What came and is not given back yet.
    held: Vec<u8>,
}

impl Redacting {
    pub(super) fn new(redactor: Redactor, longest: usize) -> Self {
        Self { redactor, longest, held: Vec::new() }
    }

    /// Appends to `out` what can be given back now.
    pub fn push(&mut self, chunk: &[u8], out: &mut Vec<u8>) {
        if self.redactor.is_empty() {
            out.extend_from_slice(chunk);
            return;
        }
        self.held.extend_from_slice(chunk);
        // Held is worked on when there is much of it: each byte is then looked at twice at most.
        if self.held.len() > self.longest * 2 {
            let safe = self.held.len() - self.longest;
            self.release(safe, out);
        }
    }

    /// Appends the rest.
    pub fn finish(mut self, out: &mut Vec<u8>) {
        let all = self.held.len();
        self.release(all, out);
    }

    /// Gives back what begins before `safe`: a form that begins there is whole.
    fn release(&mut self, safe: usize, out: &mut Vec<u8>) {
        let mut end = 0;
        for found in self.redactor.find(&self.held) {
            if found.span.start >= safe {
                break;
            }
            out.extend_from_slice(self.held.get(end..found.span.start).unwrap_or_default());
            out.extend_from_slice(MASK.as_bytes());
            end = found.span.end;
        }
        let end_of_plain = safe.max(end);
        out.extend_from_slice(self.held.get(end..end_of_plain).unwrap_or_default());
        self.held.drain(..end_of_plain);
    }
}
