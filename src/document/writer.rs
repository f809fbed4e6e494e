//! The end of a document that its bytes arrive at.

use std::{fs::File, ops::Range, sync::Arc};

use bytes::Bytes;
use encoding_rs::{Decoder, UTF_8};

use super::{Document, charset};

/// Bytes of a file that are translated at once.
const STEP: u64 = 1 << 20;

/// Appends to one document. Dropping it completes the document, whether its body was whole or not.
#[derive(Debug)]
pub struct Writer {
    document: Document,
    text: Text,
}

/// How the text follows from the bytes.
enum Text {
    /// They are the text.
    Same,
    /// They are, without the mark of so many bytes before it.
    Marked,
    /// They are translated.
    Decoded(Decoder),
}

impl std::fmt::Debug for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Same => "Same",
            Self::Marked => "Marked",
            Self::Decoded(_) => "Decoded",
        })
    }
}

impl Writer {
    pub(super) fn new(document: Document) -> Self {
        let inner = &document.inner;
        let text = if Arc::ptr_eq(&inner.raw, &inner.text) {
            Text::Same
        } else if inner.encoding == UTF_8 {
            Text::Marked
        } else {
            Text::Decoded(inner.encoding.new_decoder_with_bom_removal())
        };
        Self { document, text }
    }

    /// Appends bytes that stay in memory.
    pub fn append(&mut self, bytes: Bytes) {
        let inner = Arc::clone(&self.document.inner);
        match &mut self.text {
            Text::Same => {}
            Text::Marked => inner.text.append(bytes.slice(self.marked(0..bytes.len() as u64))),
            Text::Decoded(decoder) => inner.text.append(decode(decoder, &bytes, false)),
        }
        inner.raw.append(bytes);
    }

    /// Appends bytes that stand in that range of a file, which must not change any more. They stay there, except
    /// for a text that has to be translated.
    pub fn append_file(&mut self, file: &Arc<File>, range: Range<u64>) {
        let inner = Arc::clone(&self.document.inner);
        let before = inner.raw.len();
        inner.raw.append_file(file, range.clone());
        match &mut self.text {
            Text::Same => {}
            Text::Marked => {
                let skipped = (charset::MARK.len() as u64).saturating_sub(before);
                inner.text.append_file(file, (range.start + skipped).min(range.end)..range.end);
            }
            Text::Decoded(decoder) => {
                let mut at = before;
                while at < inner.raw.len() {
                    let bytes = inner.raw.read(at..at + STEP);
                    if bytes.is_empty() {
                        break;
                    }
                    at += bytes.len() as u64;
                    inner.text.append(decode(decoder, &bytes, false));
                }
            }
        }
    }

    /// Lets go of the bytes in memory: the file has everything that was appended so far, from its start on.
    pub fn spill(&mut self, file: &Arc<File>) {
        let inner = &self.document.inner;
        inner.raw.spill(file, 0);
        if matches!(self.text, Text::Marked) {
            inner.text.spill(file, charset::MARK.len() as u64);
        }
    }

    /// Nothing more comes.
    pub fn finish(self) {}

    /// The part of the next bytes that is not the byte order mark.
    fn marked(&self, next: Range<u64>) -> Range<usize> {
        let skipped = (charset::MARK.len() as u64).saturating_sub(self.document.inner.raw.len());
        skipped.min(next.end) as usize..next.end as usize
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        let inner = &self.document.inner;
        if let Text::Decoded(decoder) = &mut self.text {
            inner.text.append(decode(decoder, b"", true));
        }
        inner.raw.complete();
        inner.text.complete();
    }
}

fn decode(decoder: &mut Decoder, bytes: &[u8], last: bool) -> Bytes {
    let room = decoder.max_utf8_buffer_length(bytes.len()).unwrap_or(bytes.len() * 3 + 16);
    let mut text = String::with_capacity(room);
    let _ = decoder.decode_to_string(bytes, &mut text, last);
    text.into()
}
