//! `multipart/form-data` (RFC 7578) on the wire: frames around contents that may stream from files.
//!
//! reqwest's form is of no use here: it takes a new boundary each time, and a signed body has to be the same twice.

use std::io;

use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};
use http_body_util::BodyStream;
use mime_guess::Mime;

use crate::{http::PrepareError, model::Marked};

use super::PreparedPart;

/// A boundary that no content has in it.
pub(super) fn boundary() -> String {
    format!("antiphon-{}", uuid::Uuid::new_v4().simple())
}

pub(super) fn media_type(boundary: &str) -> String {
    format!("multipart/form-data; boundary={boundary}")
}

/// The boundary that the user's own `Content-Type` names; `None` where there is none, and the body has one of ours. Where
/// such a field has a multipart type without a boundary, ours is added to it: without it nobody could read the body.
pub(super) fn agree(fields: &mut [(String, Marked)], ours: &str) -> Result<Option<String>, PrepareError> {
    let own = fields.iter_mut().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    let Some((_, value)) = own else { return Ok(None) };
    if !value.reveal().trim_start().get(..10).is_some_and(|start| start.eq_ignore_ascii_case("multipart/")) {
        return Ok(None);
    }
    let media_type: Mime = value.reveal().parse().map_err(|_| {
        let hint = "write it as multipart/form-data; the boundary is added".to_owned();
        PrepareError::new("header Content-Type", format!("`{value}` is not a media type"), Some(hint))
    })?;
    if let Some(boundary) = media_type.get_param("boundary") {
        return checked(boundary.as_str()).map(Some);
    }
    value.push(&format!("; boundary={ours}"));
    Ok(None)
}

/// What RFC 2046, section 5.1.1, takes for a boundary.
fn checked(boundary: &str) -> Result<String, PrepareError> {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"'()+_,-./:=? ".contains(&byte);
    let is_good = (1..=70).contains(&boundary.len()) && boundary.bytes().all(is_letter);
    if is_good && !boundary.ends_with(' ') {
        return Ok(boundary.to_owned());
    }
    let hint = "leave it out to have one made, or take up to 70 letters, digits and '()+_,-./:=?";
    let message = format!("`{boundary}` cannot be the boundary of a multipart body");
    Err(PrepareError::new("header Content-Type", message, Some(hint.into())))
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
