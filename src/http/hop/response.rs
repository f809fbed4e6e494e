//! The head of an answer, as it came.

use ::http::{HeaderMap, Response, Version};
use hyper::body::Incoming;

use crate::model::{Field, ResponseHead};

/// A response's head: from the wire where that was kept, else from what hyper made of it.
pub(super) fn head(response: &Response<Incoming>, wire: Option<&[u8]>) -> ResponseHead {
    if let Some(head) = wire.and_then(parse).filter(|head| says_the_same(head, response)) {
        return head;
    }
    let version = if response.version() == Version::HTTP_2 { "HTTP/2" } else { "HTTP/1.1" };
    let reason = String::new();
    ResponseHead {
        version: version.into(),
        status: response.status().as_u16(),
        reason,
        fields: fields(response.headers()),
    }
}

/// Fields as hyper gives them: names in lower case, and those of one name together.
pub(in crate::http) fn fields(map: &HeaderMap) -> Vec<Field> {
    map.iter()
        .map(|(name, value)| Field { name: name.as_str().to_owned(), value: text(value.as_bytes()) })
        .collect()
}

/// A head that ends its lines otherwise than by CR LF is not where it was looked for.
fn says_the_same(head: &ResponseHead, response: &Response<Incoming>) -> bool {
    head.status == response.status().as_u16() && head.fields.len() == response.headers().len()
}

/// A head as it stands on the wire of HTTP/1.1.
pub(super) fn parse(head: &[u8]) -> Option<ResponseHead> {
    // RFC 9112, section 5.2: a line that begins with a space goes on with the one before.
    let text = unfolded(&text(head));
    let mut lines = text.split("\r\n");
    let mut start = lines.next()?.splitn(3, ' ');
    let (version, status, reason) = (start.next()?, start.next()?, start.next().unwrap_or_default());
    let fields = lines.filter_map(|line| line.split_once(':'));
    let fields = fields.map(|(name, value)| Field { name: name.trim().into(), value: value.trim().into() });
    let (version, reason) = (version.to_owned(), reason.trim().to_owned());
    Some(ResponseHead { version, status: status.parse().ok()?, reason, fields: fields.collect() })
}

fn unfolded(head: &str) -> String {
    let mut lines = head.split("\r\n");
    let mut out = lines.next().unwrap_or_default().to_owned();
    for line in lines {
        if line.starts_with([' ', '\t']) {
            out.push(' ');
            out.push_str(line.trim());
        } else {
            out.push_str("\r\n");
            out.push_str(line);
        }
    }
    out
}

/// UTF-8 where the bytes are that, else Latin-1 (RFC 9110, section 5.5).
fn text(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
    }
}
