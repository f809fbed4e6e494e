//! Bodies of the history: compressed, each stored once, the large ones as files.

use std::{
    fs::File,
    io::{self, BufReader, Read, Write},
    path::{Path, PathBuf},
};

use bytes::Bytes;
use sha2::{Digest, Sha256};

use super::super::private;
use crate::model::{BodyFile, Content, Exchange, Outcome, Payload, Redactor, hex};

/// Decoded bytes beyond which a body is a file of its own.
const IN_DATABASE: u64 = 4 << 20;
/// zstd's own default: fast, and small enough.
const LEVEL: i32 = 3;

/// A body on its way into the database.
pub(super) struct Packed {
    /// SHA-256 of the decoded bytes, in hexadecimal.
    pub hash: String,
    /// `None`: it is a file.
    pub content: Option<Vec<u8>>,
}

/// Compresses a body, without what it repeats of `secrets`. `None` where there is nothing to keep.
pub(super) fn pack(payload: &Payload, secrets: &Redactor, folder: &Path) -> io::Result<Option<Packed>> {
    match &payload.content {
        _ if payload.size == 0 => Ok(None),
        Content::Elsewhere => Ok(None),
        Content::Memory(bytes) if payload.size <= IN_DATABASE => {
            let bytes = secrets.redact_bytes(bytes);
            let content = zstd::encode_all(&bytes[..], LEVEL)?;
            Ok(Some(Packed { hash: hex(&Sha256::digest(&bytes)), content: Some(content) }))
        }
        Content::Memory(bytes) => store_file(&bytes[..], secrets, folder).map(Some),
        Content::File(file) => store_file(File::open(file.path())?, secrets, folder).map(Some),
    }
}

/// Streams a body into a file that is named by its hash.
fn store_file(mut body: impl Read, secrets: &Redactor, folder: &Path) -> io::Result<Packed> {
    private::create_folder(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    let mut digest = Sha256::new();
    let mut encoder = zstd::Encoder::new(&mut file, LEVEL)?;
    let (mut chunk, mut redacted) = (vec![0; 256 << 10], Vec::new());
    let mut redacting = secrets.stream();
    loop {
        let count = body.read(&mut chunk)?;
        if count == 0 {
            break;
        }
        redacted.clear();
        redacting.push(&chunk[..count], &mut redacted);
        digest.update(&redacted);
        encoder.write_all(&redacted)?;
    }
    redacted.clear();
    redacting.finish(&mut redacted);
    digest.update(&redacted);
    encoder.write_all(&redacted)?;
    encoder.finish()?;
    let hash = hex(&digest.finalize());
    let path = path(folder, &hash);
    if !path.exists() {
        file.as_file().sync_all()?;
        file.persist(&path)?;
    }
    Ok(Packed { hash, content: None })
}

/// Whether the body has its file.
pub(super) fn is_stored(folder: &Path, hash: &str) -> bool {
    path(folder, hash).exists()
}

/// Puts a stored body back into its exchange. One whose file is gone stays [`Content::Elsewhere`]: the rest of the
/// exchange can still be read.
pub(super) fn unpack(
    exchange: &mut Exchange,
    hash: &str,
    content: Option<Vec<u8>>,
    folder: &Path,
) -> io::Result<()> {
    let payload = match &mut exchange.outcome {
        Outcome::Answered(payload) | Outcome::Failed { partial: Some(payload), .. } => payload,
        Outcome::Failed { partial: None, .. } => return Ok(()),
    };
    payload.content = match content {
        Some(content) => Content::Memory(Bytes::from(zstd::decode_all(&content[..])?)),
        None => match File::open(path(folder, hash)) {
            Ok(stored) => {
                let mut file = tempfile::NamedTempFile::new()?;
                zstd::stream::copy_decode(BufReader::new(stored), &mut file)?;
                Content::File(BodyFile::temporary(file.into_temp_path()))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Content::Elsewhere,
            Err(error) => return Err(error),
        },
    };
    Ok(())
}

/// Removes a body's file, if it has one.
pub(super) fn remove(folder: &Path, hash: &str) {
    if let Err(error) = std::fs::remove_file(path(folder, hash))
        && error.kind() != io::ErrorKind::NotFound
    {
        tracing::warn!("the body {hash} is not removed: {error}");
    }
}

fn path(folder: &Path, hash: &str) -> PathBuf {
    folder.join(format!("{hash}.zst"))
}
