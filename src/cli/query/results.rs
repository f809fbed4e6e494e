//! Results on their way to stdout.

use std::{
    io::{self, BufWriter, StdoutLock, Write},
    ops::Range,
};

use crate::document::{Document, Rewriter, View, unquote_json};

use super::super::{
    CliError,
    output::{Output, visible},
    print::{finish, write_lines},
};

/// Bytes of a result that are taken at once.
const PIECE: u64 = 1 << 20;

/// What becomes of a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Laid out and coloured, for a terminal.
    Coloured,
    Pretty,
    /// One line.
    Compact,
    /// Only counted.
    Count,
}

pub(super) struct Results {
    form: Form,
    /// Strings go without quotes and escapes.
    raw: bool,
    output: Output,
    out: BufWriter<StdoutLock<'static>>,
    written: io::Result<()>,
    count: u64,
    /// Whether something was read to its end: there is a count then.
    complete: bool,
    /// Whether the last is neither null nor false.
    holds: bool,
    buffer: Vec<u8>,
}

impl Results {
    pub(super) fn new(form: Form, raw: bool, output: Output) -> Self {
        let out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
        Self {
            form,
            raw,
            output,
            out,
            written: Ok(()),
            count: 0,
            complete: false,
            holds: false,
            buffer: Vec::new(),
        }
    }

    /// A value that stands in a document. Answers whether there may be more.
    pub(super) fn found(&mut self, document: &Document, range: Range<u64>) -> bool {
        let first = document.read(range.start..range.start + 5);
        self.note(&first);
        match self.form {
            Form::Count => return true,
            _ if self.raw && first.starts_with(b"\"") => self.text(&document.read(range)),
            Form::Coloured => self.coloured(&document.part(range)),
            Form::Pretty | Form::Compact => self.value(document, range),
        }
        self.written.is_ok()
    }

    /// A value that jq made.
    pub(super) fn made(&mut self, text: String) -> bool {
        if self.raw && text.starts_with('"') {
            self.note(text.as_bytes());
            self.text(text.as_bytes());
            return self.written.is_ok();
        }
        let document = Document::new(text.into(), Some("application/json"));
        let raw = std::mem::take(&mut self.raw);
        let more = self.found(&document, 0..document.size());
        self.raw = raw;
        more
    }

    /// A path in the place of its value.
    pub(super) fn path(&mut self, path: &str) -> bool {
        self.note(b"");
        self.line(path);
        self.written.is_ok()
    }

    fn note(&mut self, value: &[u8]) {
        self.count += 1;
        self.holds = !value.starts_with(b"null") && !value.starts_with(b"false");
    }

    fn text(&mut self, string: &[u8]) {
        self.line(&unquote_json(string));
    }

    fn line(&mut self, text: &str) {
        let text = if self.output.is_terminal { visible(text) } else { text.into() };
        self.written = self.out.write_all(text.as_bytes()).and_then(|()| self.out.write_all(b"\n"));
    }

    /// Piece by piece: a result may be larger than memory.
    fn value(&mut self, document: &Document, range: Range<u64>) {
        let mut rewriter = if self.form == Form::Pretty { Rewriter::pretty() } else { Rewriter::compact() };
        let mut at = range.start;
        while at < range.end && self.written.is_ok() {
            let piece = document.read(at..range.end.min(at + PIECE));
            if piece.is_empty() {
                break;
            }
            at += piece.len() as u64;
            self.buffer.clear();
            rewriter.take(&piece, &mut self.buffer);
            if at == range.end {
                self.buffer.push(b'\n');
            }
            self.written = if self.output.is_terminal {
                self.out.write_all(visible(&String::from_utf8_lossy(&self.buffer)).as_bytes())
            } else {
                self.out.write_all(&self.buffer)
            };
        }
    }

    fn coloured(&mut self, document: &Document) {
        while !document.index_more(16 << 20).done {}
        let view = document.view(View::Pretty);
        self.written = write_lines(&view, usize::MAX, &self.output, &mut self.out);
    }

    /// An input was read to its end.
    pub(super) fn complete(&mut self) {
        self.complete = true;
    }

    /// Hands over what was written so far.
    pub(super) fn flush(&mut self) {
        if self.written.is_ok() {
            self.written = self.out.flush();
        }
    }

    /// Whether nobody reads any more.
    pub(super) fn is_closed(&self) -> bool {
        self.written.is_err()
    }

    /// Whether there were results, and the last is neither null nor false.
    pub(super) fn last_holds(&self) -> bool {
        self.holds
    }

    /// The end. That a reader went away is no error.
    pub(super) fn finish(mut self) -> Result<(), CliError> {
        if self.form == Form::Count && self.complete {
            let count = self.count.to_string();
            self.line(&count);
        }
        self.flush();
        finish(std::mem::replace(&mut self.written, Ok(())))
    }
}
