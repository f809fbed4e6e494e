//! What is asked: a file, read as it is needed, or a pipe, of which nothing is kept that the query is past.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use bytes::Bytes;

use crate::document::{Document, Kind, Query, Writer};

use super::{super::CliError, unreadable};

/// Bytes that are read from a pipe at once.
const STEP: usize = 64 * 1024;
/// Bytes that tell whether values follow each other.
const HEAD: usize = 4096;

const ONE: &str = "application/json";
const MANY: &str = "application/x-ndjson";

/// Whether values follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Many,
    /// The name says so, or the first two lines.
    Unknown,
}

/// Something to ask.
pub(super) struct Input {
    /// For messages.
    pub(super) name: String,
    pub(super) document: Document,
    /// What the document grows by, unless it is whole.
    pub(super) pipe: Option<Pipe>,
}

impl Input {
    /// Opens a file, or standard input for `-`.
    pub(super) fn open(path: &Path, format: Format, query: &Query) -> Result<Self, CliError> {
        if path == Path::new("-") {
            return Self::pipe("standard input", Box::new(io::stdin().lock()), format, query);
        }
        let cannot = |error: io::Error| CliError::io("cannot read", path, &error);
        let file = File::open(path).map_err(cannot)?;
        let kind = file.metadata().map_err(cannot)?.file_type();
        if kind.is_dir() {
            return Err(CliError::usage(format!("{} is a folder", path.display())));
        }
        let name = path.display().to_string();
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        let is_many = ["ndjson", "jsonl", "jsonlines"].contains(&extension.to_ascii_lowercase().as_str());
        let format = if is_many { Format::Many } else { format };
        if !kind.is_file() {
            return Self::pipe(&name, Box::new(file), format, query);
        }
        let media_type = match format {
            Format::Many => MANY,
            Format::Unknown => {
                let mut head = Vec::new();
                file.try_clone()
                    .and_then(|file| file.take(HEAD as u64).read_to_end(&mut head))
                    .map_err(cannot)?;
                media_type(format, &head)
            }
        };
        let document = Document::from_file(file, Some(media_type)).map_err(cannot)?;
        Ok(Self { name, document, pipe: None })
    }

    fn pipe(name: &str, mut reader: Box<dyn Read>, format: Format, query: &Query) -> Result<Self, CliError> {
        let name = name.to_owned();
        let mut head = Vec::new();
        while !is_telling(&head, format) {
            let piece = next(&mut reader).map_err(|error| unreadable(&name, &error))?;
            if piece.is_empty() {
                break;
            }
            head.extend_from_slice(&piece);
        }
        let media_type = media_type(format, &head);
        if query.asks_of_the_root() {
            let kept = keep(&head, &mut reader).map_err(|error| unreadable(&name, &error))?;
            let document =
                Document::from_file(kept, Some(media_type)).map_err(|error| unreadable(&name, &error))?;
            return Ok(Self { name, document, pipe: None });
        }
        let (document, writer) = Document::growing(head.into(), Some(media_type));
        let pipe = Pipe { reader, writer: Some(writer), failure: None };
        Ok(Self { name, document, pipe: Some(pipe) })
    }
}

/// What comes next, which it waits for; nothing at the end.
fn next(reader: &mut dyn Read) -> io::Result<Vec<u8>> {
    let mut piece = vec![0; STEP];
    let count = loop {
        match reader.read(&mut piece) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            read => break read?,
        }
    };
    piece.truncate(count);
    Ok(piece)
}

/// All that comes, in a file without a name: a query that asks of the whole needs all of it at any time.
fn keep(head: &[u8], reader: &mut dyn Read) -> io::Result<File> {
    let mut file = tempfile::tempfile()?;
    io::copy(&mut head.chain(reader), &mut file)?;
    Ok(file)
}

/// Whether the media type can be told from the first bytes of a pipe, more of which may be long in coming.
fn is_telling(head: &[u8], format: Format) -> bool {
    let text = head.trim_ascii_start();
    match (format, text.first()) {
        (_, None) => false,
        (Format::Unknown, Some(b'{')) if head.len() < HEAD => {
            match text.split(|byte| *byte == b'\n').next() {
                Some(first) if first.len() < text.len() => {
                    let rest = text.get(first.len()..).unwrap_or_default().trim_ascii_start();
                    !first.trim_ascii_end().ends_with(b"}") || !rest.is_empty()
                }
                _ => false,
            }
        }
        _ => true,
    }
}

/// It is JSON, or an error says at which place it is none.
fn media_type(format: Format, head: &[u8]) -> &'static str {
    if format == Format::Many || Kind::detect(None, head) == Kind::NdJson { MANY } else { ONE }
}

/// What is read when a query has seen all that came so far.
pub(super) struct Pipe {
    reader: Box<dyn Read>,
    /// `None` at the end.
    writer: Option<Writer>,
    failure: Option<io::Error>,
}

impl Pipe {
    /// Appends what comes next.
    pub(super) fn read(&mut self) {
        let piece = next(&mut self.reader).unwrap_or_else(|error| {
            self.failure = Some(error);
            Vec::new()
        });
        match &mut self.writer {
            Some(writer) if !piece.is_empty() => writer.append(Bytes::from(piece)),
            _ => self.writer = None,
        }
    }

    /// Why it could not be read to its end.
    pub(super) fn failure(self) -> Option<io::Error> {
        self.failure
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pipe_is_told_by_as_little_as_possible() {
        let table: [(&[u8], bool, &str); 9] = [
            (b" \n", false, ONE),
            (b"[1,", true, ONE),
            (b"{\"a\":", false, ONE),
            (b"{\n  \"a\"", true, ONE),
            (b"{\"a\":1}\n", false, ONE),
            (b"{\"a\":1}\n ", false, ONE),
            (b"{\"a\":1}\n{", true, MANY),
            (b"{\"a\":1}\nx", true, ONE),
            (b"hello", true, ONE),
        ];
        for (head, telling, expected) in table {
            let shown = String::from_utf8_lossy(head);
            assert_eq!(is_telling(head, Format::Unknown), telling, "{shown}");
            assert_eq!(media_type(Format::Unknown, head), expected, "{shown}");
            assert!(is_telling(head, Format::Many) || head.trim_ascii().is_empty());
        }
        assert!(is_telling(format!("{{\"{}", "a".repeat(HEAD)).as_bytes(), Format::Unknown));
    }
}
