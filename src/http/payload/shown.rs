//! The document of a body that is looked at while it arrives. The body itself is the sink's; this has it a second time
//! as long as it is in memory, and reads the same file once it is not.

use std::{fs::File, sync::Arc};

use bytes::Bytes;

use crate::document::{Document, Writer};

/// Bytes that tell what a body is, where its field does not say.
const TELLING: usize = 1024;

/// A document that begins once it is known what it is.
#[derive(Debug)]
pub(super) struct Shown {
    media_type: Option<String>,
    writer: Option<Writer>,
    /// What came before that.
    head: Vec<u8>,
    file: Option<Arc<File>>,
}

impl Shown {
    pub(super) fn new(media_type: Option<&str>) -> Self {
        Self { media_type: media_type.map(str::to_owned), writer: None, head: Vec::new(), file: None }
    }

    /// More bytes came. Gives the document when they begin it.
    pub(super) fn append(&mut self, bytes: &[u8]) -> Option<Document> {
        if let Some(writer) = &mut self.writer {
            writer.append(Bytes::copy_from_slice(bytes));
            return None;
        }
        self.head.extend_from_slice(bytes);
        if self.head.len() < TELLING && !self.is_told() {
            return None;
        }
        let head = Bytes::from(std::mem::take(&mut self.head));
        let (document, writer) = Document::growing(head, self.media_type.as_deref());
        self.writer = Some(writer);
        Some(document)
    }

    /// Everything so far lies in the file from now on.
    pub(super) fn spill(&mut self, file: File) {
        let file = Arc::new(file);
        if let Some(writer) = &mut self.writer {
            writer.spill(&file);
        }
        self.file = Some(file);
    }

    /// So many bytes more lie in the file, from `start` on.
    pub(super) fn append_file(&mut self, start: u64, count: usize) {
        if let (Some(writer), Some(file)) = (&mut self.writer, &self.file) {
            writer.append_file(file, start..start + count as u64);
        }
    }

    /// Whether the first byte says enough: markup tells its encoding somewhere in its head.
    fn is_told(&self) -> bool {
        let media_type = self.media_type.as_deref().unwrap_or_default().to_ascii_lowercase();
        ["json", "event-stream", "csv"].iter().any(|told| media_type.contains(told))
    }
}
