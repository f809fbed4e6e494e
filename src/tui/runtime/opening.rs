//! A document that is looked at by itself: a file as it is, a pipe as it comes.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom, Write},
    sync::Arc,
};

use bytes::Bytes;

use crate::document::{Document, Writer};

use super::{
    super::{app::notices::Notice, event::Event},
    Shared, documents,
};

/// Bytes of a pipe that are held in memory; more go to a file.
const IN_MEMORY: u64 = 16 << 20;
const CHUNK: usize = 128 << 10;

/// Where a document comes from.
pub enum Input {
    /// One that nobody writes to any more.
    File(File),
    Pipe(Box<dyn Read + Send>),
}

impl std::fmt::Debug for Input {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::File(_) => "File",
            Self::Pipe(_) => "Pipe",
        })
    }
}

pub(super) fn open(shared: &Shared, input: Input, media_type: Option<&str>) {
    let opened = match input {
        Input::File(file) => Document::from_file(file, media_type).map(|document| {
            shared.tell(Event::DocumentOpened { document: document.clone() });
            documents::index(shared, &document);
        }),
        Input::Pipe(pipe) => read(shared, pipe, media_type),
    };
    if let Err(error) = opened {
        shared.report(Notice::from_error("The document was not read to its end", &error));
    }
}

/// Reads a pipe to its end; what has come is shown and indexed meanwhile.
fn read(shared: &Shared, mut pipe: impl Read, media_type: Option<&str>) -> io::Result<()> {
    let mut chunk = vec![0; CHUNK];
    let first = read_some(&mut pipe, &mut chunk)?;
    let (document, writer) = Document::growing(Bytes::copy_from_slice(&chunk[..first]), media_type);
    shared.tell(Event::DocumentOpened { document: document.clone() });
    let mut spool = Spool { document: document.clone(), writer, file: None, size: first as u64 };
    let ended = loop {
        match read_some(&mut pipe, &mut chunk) {
            Ok(0) => break Ok(()),
            Ok(count) => {
                if let Err(error) = spool.write(&chunk[..count]) {
                    break Err(error);
                }
            }
            Err(error) => break Err(error),
        }
        document.index_more(documents::INDEX_STEP);
        shared.tell(Event::DocumentIndexed);
    };
    spool.writer.finish();
    documents::index(shared, &document);
    ended
}

fn read_some(pipe: &mut impl Read, chunk: &mut [u8]) -> io::Result<usize> {
    loop {
        match pipe.read(chunk) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            read => return read,
        }
    }
}

/// Bytes on their way to a document: in memory, and past a threshold in a file that has no name.
struct Spool {
    document: Document,
    writer: Writer,
    file: Option<Arc<File>>,
    size: u64,
}

impl Spool {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let end = self.size + bytes.len() as u64;
        if self.file.is_none() && end > IN_MEMORY {
            let mut file = tempfile::tempfile()?;
            self.document.write_to(&mut file)?;
            let file = Arc::new(file);
            self.writer.spill(&file);
            self.file = Some(file);
        }
        match &self.file {
            Some(file) => {
                let mut out = file.as_ref();
                out.seek(SeekFrom::Start(self.size))?;
                out.write_all(bytes)?;
                self.writer.append_file(file, self.size..end);
            }
            None => self.writer.append(Bytes::copy_from_slice(bytes)),
        }
        self.size = end;
        Ok(())
    }
}
