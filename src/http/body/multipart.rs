//! `multipart/form-data` (RFC 7578) on the wire: frames around contents that may stream from files.
//!
//! reqwest's form is of no use here: it takes a new boundary each time, and a signed body has to be the same twice.

use std::io;

use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};
use http_body_util::BodyStream;

use super::PreparedPart;

/// A boundary that no content has in it.
pub(super) fn boundary() -> String {
    format!("antiphon-{}", uuid::Uuid::new_v4().simple())
}

pub(super) fn media_type(boundary: &str) -> String {
    format!("multipart/form-data; boundary={boundary}")
}

/// The parts between their boundaries, and how many bytes they are together.
pub(super) async fn open(boundary: &str, parts: &[PreparedPart]) -> io::Result<(reqwest::Body, u64)> {
    let mut length = 0;
    let mut pieces = Vec::with_capacity(parts.len() * 2 + 1);
    let mut is_first = true;
    for part in parts {
        let head = head(boundary, part, is_first);
        let (content, size) = part.open().await?;
        length += head.len() as u64 + size;
        pieces.extend([reqwest::Body::from(head), content]);
        is_first = false;
    }
    let end = format!("{}--{boundary}--\r\n", if is_first { "" } else { "\r\n" });
    length += end.len() as u64;
    pieces.push(end.into());
    let data = stream::iter(pieces).flat_map(|piece| {
        let frames = BodyStream::new(piece);
        frames.try_filter_map(|frame| std::future::ready(Ok(frame.into_data().ok()))).boxed()
    });
    Ok((reqwest::Body::wrap_stream(data.map_ok(Bytes::from)), length))
}

/// What stands before a part's content.
fn head(boundary: &str, part: &PreparedPart, is_first: bool) -> String {
    let mut head = if is_first { String::new() } else { "\r\n".to_owned() };
    head.extend(["--", boundary, "\r\nContent-Disposition: form-data; name=\"", &escaped(&part.name), "\""]);
    if let Some(filename) = &part.filename {
        head.extend(["; filename=\"", &escaped(filename), "\""]);
    }
    head.push_str("\r\n");
    if let Some(media_type) = &part.media_type {
        head.extend(["Content-Type: ", media_type, "\r\n"]);
    }
    head.push_str("\r\n");
    head
}

/// A name as browsers write it (HTML, "multipart/form-data encoding algorithm").
fn escaped(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}
