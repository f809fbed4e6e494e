//! A request's body in a content coding (RFC 9110, section 8.4), as `compress` under [http] asks for.

use std::{io, pin::Pin};

use async_compression::tokio::bufread::{BrotliEncoder, GzipEncoder, ZlibEncoder, ZstdEncoder};
use futures_util::TryStreamExt;
use http_body_util::BodyStream;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio_util::io::{ReaderStream, StreamReader};

use super::body::Opened;

/// Bodies up to this are compressed before they are sent, so that their length is known; larger ones stream.
const AT_ONCE: u64 = 1 << 20;

/// The codings that a body can be sent in.
pub(super) const CODINGS: [&str; 4] = ["gzip", "br", "zstd", "deflate"];

/// The same body, compressed.
pub(super) async fn compress(opened: Opened, coding: &str) -> io::Result<Opened> {
    let Opened { body, length, media_type } = opened;
    let frames = BodyStream::new(body).map_err(io::Error::other);
    let data = frames.try_filter_map(|frame| std::future::ready(Ok(frame.into_data().ok())));
    let plain = StreamReader::new(Box::pin(data));
    let mut encoded: Pin<Box<dyn AsyncRead + Send>> = match coding {
        "gzip" => Box::pin(GzipEncoder::new(plain)),
        "br" => Box::pin(BrotliEncoder::new(plain)),
        "zstd" => Box::pin(ZstdEncoder::new(plain)),
        "deflate" => Box::pin(ZlibEncoder::new(plain)),
        other => {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                format!("`{other}` is not a content coding"),
            ));
        }
    };
    if length.is_some_and(|length| length <= AT_ONCE) {
        let mut bytes = Vec::new();
        encoded.read_to_end(&mut bytes).await?;
        return Ok(Opened { length: Some(bytes.len() as u64), body: bytes.into(), media_type });
    }
    Ok(Opened { body: reqwest::Body::wrap_stream(ReaderStream::new(encoded)), length: None, media_type })
}

#[cfg(test)]
mod tests {
    use async_compression::tokio::bufread::GzipDecoder;

    use super::*;

    #[tokio::test]
    async fn what_is_compressed_comes_out_again() {
        for (size, is_known) in [(1000_usize, true), (3 << 20, false)] {
            let text = "0123456789".repeat(size / 10);
            let opened =
                Opened { length: Some(text.len() as u64), body: text.clone().into(), media_type: None };
            let small = compress(opened, "gzip").await.unwrap();
            assert_eq!(small.length.is_some(), is_known);
            let data = BodyStream::new(small.body)
                .map_err(io::Error::other)
                .try_filter_map(|frame| std::future::ready(Ok(frame.into_data().ok())));
            let mut out = String::new();
            let mut decoder = GzipDecoder::new(StreamReader::new(Box::pin(data)));
            decoder.read_to_string(&mut out).await.unwrap();
            assert_eq!(out, text);
        }
    }
}
