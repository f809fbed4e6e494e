//! A response's body: decoded while it streams, into memory or, when it is large, a temporary file.

use std::{
    io::{self, Write},
    pin::Pin,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use ::http::HeaderMap;
use async_compression::tokio::bufread::{
    BrotliDecoder, DeflateDecoder, GzipDecoder, ZlibDecoder, ZstdDecoder,
};
use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt};
use http_body_util::BodyStream;
use hyper::body::{Body, Incoming};
use tempfile::NamedTempFile;
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader};
use tokio_util::io::StreamReader;

use crate::{
    document::Document,
    model::{BodyFile, Content, Failure, FailureKind, Payload, ResponseHead},
};

use super::{
    Progress, connect::io_failure, connection::while_receiving, download::Saving, hop::read_timeout,
    relay::Relay,
};

mod late_errors;
mod shown;

use late_errors::LateErrors;
use shown::Shown;

/// Decoded bytes that are held in memory; more go to a file.
const IN_MEMORY: usize = 16 << 20;
const CHUNK: usize = 64 << 10;
/// Enough for a body that is short as it arrives; a larger piece for each would cost more than the body.
const SHORT_CHUNK: usize = 4 << 10;

/// Codings that a body may be in, one within the other: more are not sent to be undone.
const MOST_CODINGS: usize = 8;

/// What has arrived of a body.
#[derive(Debug, Default)]
pub(super) struct Sink {
    memory: Vec<u8>,
    file: Option<NamedTempFile>,
    /// Takes the bytes past both.
    saving: Option<Saving>,
    size: u64,
    wire: Arc<AtomicU64>,
    trailers: Arc<OnceLock<HeaderMap>>,
    media_type: Option<String>,
    /// For who looks at it while it arrives.
    shown: Option<Shown>,
}

impl Sink {
    pub(super) fn new(media_type: Option<&str>) -> Self {
        Self { media_type: media_type.map(str::to_owned), ..Self::default() }
    }

    /// What arrives is saved as it comes.
    pub(super) fn saving(media_type: Option<&str>, saving: Saving) -> Self {
        Self { saving: Some(saving), ..Self::new(media_type) }
    }

    /// What arrives is looked at as it comes.
    pub(super) fn shown(media_type: Option<&str>) -> Self {
        Self { shown: Some(Shown::new(media_type)), ..Self::new(media_type) }
    }

    /// Puts what was saved in its place, now that all of it is there.
    pub(super) fn finish(&mut self) -> Result<(), Failure> {
        self.saving.as_mut().map_or(Ok(()), Saving::finish)
    }

    /// What to do about a body that broke off while it was saved.
    pub(super) fn hint(&self) -> Option<String> {
        self.saving.as_ref().and_then(Saving::hint)
    }

    /// Gives the document that shows the body, once there is enough of it to begin one.
    fn write(&mut self, bytes: &[u8]) -> io::Result<Option<Document>> {
        let before = self.size;
        self.size += bytes.len() as u64;
        if let Some(saving) = &mut self.saving {
            return saving.write(bytes).map(|()| None);
        }
        if self.file.is_none() && self.memory.len() + bytes.len() > IN_MEMORY {
            let mut file = NamedTempFile::new()?;
            file.write_all(&self.memory)?;
            self.memory = Vec::new();
            if let Some(shown) = &mut self.shown {
                shown.spill(file.reopen()?);
            }
            self.file = Some(file);
        }
        if let Some(file) = &mut self.file {
            file.write_all(bytes)?;
            if let Some(shown) = &mut self.shown {
                shown.append_file(before, bytes.len());
            }
            return Ok(None);
        }
        self.memory.extend_from_slice(bytes);
        Ok(self.shown.as_mut().and_then(|shown| shown.append(bytes)))
    }

    /// The body as far as it arrived.
    pub(super) fn into_payload(self) -> Payload {
        let wire_size = self.wire.load(Ordering::Relaxed);
        let (content, size) = match (self.saving, self.file) {
            // The file may have more than what arrived now.
            (Some(saving), _) => saving.content(self.size),
            (None, Some(file)) => (Content::File(BodyFile::temporary(file.into_temp_path())), self.size),
            (None, None) => (Content::Memory(Bytes::from(self.memory)), self.size),
        };
        Payload { media_type: self.media_type, wire_size, size, content }
    }

    /// Fields that came after the body.
    pub(super) fn trailers(&self) -> Option<&HeaderMap> {
        self.trailers.get()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.size == 0
    }
}

/// How much and how long is waited for.
pub(super) struct Limits {
    pub read: Duration,
    pub size: u64,
}

/// Reads the body behind that head to its end, its content codings undone; `along` has the bytes as they come.
pub(super) async fn receive(
    body: Incoming,
    head: &ResponseHead,
    sink: &mut Sink,
    mut along: Option<&mut Relay>,
    limits: &Limits,
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<(), Failure> {
    // In the order in which they were applied (RFC 9110, section 8.4).
    let codings = head.fields("content-encoding").collect::<Vec<_>>().join(",");
    let length = body.size_hint().upper().and_then(|length| usize::try_from(length).ok());
    let mut chunk = vec![0; length.map_or(CHUNK, |length| length.clamp(SHORT_CHUNK, CHUNK))];
    let wire = Arc::clone(&sink.wire);
    let trailers = Arc::clone(&sink.trailers);
    let frames = BodyStream::new(body).try_filter_map(move |frame| {
        let data = match frame.into_data() {
            Ok(data) => {
                wire.fetch_add(data.len() as u64, Ordering::Relaxed);
                Some(data)
            }
            Err(frame) => {
                if let Ok(fields) = frame.into_trailers() {
                    let _ = trailers.set(fields);
                }
                None
            }
        };
        std::future::ready(Ok(data))
    });
    let frames = frames.map(|frame| frame.map_err(io::Error::other));
    let mut reader: Pin<Box<dyn AsyncRead + Send>> = Box::pin(StreamReader::new(Box::pin(frames)));
    if codings.split(',').count() > MOST_CODINGS {
        let message = format!("the body is in more than {MOST_CODINGS} codings, one within the other");
        return Err(failure(FailureKind::Decode, &message, Vec::new(), None));
    }
    for coding in codings.split(',').map(str::trim).rev() {
        reader = decoded(reader, coding, limits.read).await?;
    }
    loop {
        let read = tokio::time::timeout(limits.read, reader.read(&mut chunk)).await;
        let read = read.map_err(|_| read_timeout(limits.read, "while the body arrived"))?;
        let wire = sink.wire.load(Ordering::Relaxed);
        let count = match read {
            Ok(0) => return Ok(()),
            Ok(count) => count,
            // An empty body is whole in every coding.
            Err(error) if wire == 0 && sink.is_empty() && !is_of_connection(&error) => return Ok(()),
            Err(error) => return Err(broken(&error, &codings)),
        };
        let room = limits.size.saturating_sub(sink.size);
        let is_too_large = count as u64 > room;
        let count = if is_too_large { room as usize } else { count };
        match sink.write(&chunk[..count]) {
            Err(error) if sink.saving.as_ref().is_some_and(|saving| saving.is_enough(&error)) => {
                return Ok(());
            }
            written => {
                let begun = written.map_err(|error| io_failure("the body cannot be kept", &error))?;
                if let Some(document) = begun {
                    progress(Progress::Shown(document));
                }
            }
        }
        if let Some(along) = &mut along {
            match along.hand_on(&chunk[..count]).await {
                // Who reads along has enough (`| head`).
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(()),
                written => written.map_err(|error| io_failure("the output cannot be written", &error))?,
            }
        }
        progress(Progress::Received { bytes: sink.size, wire });
        if is_too_large {
            return Err(too_large(limits.size));
        }
    }
}

async fn decoded(
    reader: Pin<Box<dyn AsyncRead + Send>>,
    coding: &str,
    limit: Duration,
) -> Result<Pin<Box<dyn AsyncRead + Send>>, Failure> {
    let mut reader = BufReader::with_capacity(CHUNK, LateErrors::over(reader));
    Ok(match coding.to_ascii_lowercase().as_str() {
        "gzip" | "x-gzip" => {
            let mut decoder = GzipDecoder::new(reader);
            decoder.multiple_members(true);
            Box::pin(decoder)
        }
        "br" => Box::pin(BrotliDecoder::new(reader)),
        "zstd" => Box::pin(ZstdDecoder::new(reader)),
        "deflate" => {
            // RFC 9110, section 8.4.1.2: deflate is zlib's format; some servers send the bare one all the same.
            let first = tokio::time::timeout(limit, first_byte(&mut reader)).await;
            let first = first.map_err(|_| read_timeout(limit, "while the body arrived"))?;
            if first.is_some_and(|byte| byte & 0x0f != 8) {
                Box::pin(DeflateDecoder::new(reader))
            } else {
                Box::pin(ZlibDecoder::new(reader))
            }
        }
        // What is not known is shown as it came.
        _ => Box::pin(reader),
    })
}

async fn first_byte(reader: &mut (impl AsyncBufRead + Unpin)) -> Option<u8> {
    reader.fill_buf().await.ok().and_then(|bytes| bytes.first().copied())
}

/// Whether the connection failed, rather than a decoder.
fn is_of_connection(error: &io::Error) -> bool {
    error.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<hyper::Error>)
}

/// Why reading stopped: the connection, or the coding.
fn broken(error: &io::Error, codings: &str) -> Failure {
    while_receiving(error).unwrap_or_else(|| {
        let message = format!("the body is not what its Content-Encoding ({codings}) says");
        let hint = "send Accept-Encoding: identity to get it without a coding";
        failure(FailureKind::Decode, &message, vec![error.to_string()], Some(hint))
    })
}

fn too_large(limit: u64) -> Failure {
    let message = format!("the body is larger than {limit} bytes");
    failure(FailureKind::TooLarge, &message, Vec::new(), Some("max_body under [http] is the limit"))
}

fn failure(kind: FailureKind, message: &str, causes: Vec<String>, hint: Option<&str>) -> Failure {
    Failure { kind, message: message.to_owned(), causes, hint: hint.map(str::to_owned) }
}
