//! Answers that break the protocol, or that never come.

use std::time::Duration;

use axum::{
    Extension,
    extract::Path,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

use super::{
    pace::LONGEST_WAIT,
    params::{Params, number},
    problem::{Problem, json_response},
    wire::{End, Wire},
};

/// How a route takes over the connection: what it sends, and how it ends.
type Break = (&'static [u8], End);

/// The whole answer in bytes. A name is a route's last part.
const BREAKS: &[(&str, Break)] = &[
    (
        "cut-short",
        (b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{\"cut\": \"sh", End::Close),
    ),
    (
        "cut-chunk",
        (
            b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ntransfer-encoding: chunked\r\n\r\n\
              6\r\nwhole\n\r\nff\r\nnot the whole chunk",
            End::Close,
        ),
    ),
    ("reset", (b"", End::Reset)),
    (
        "reset-midway",
        (b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 1000\r\n\r\nSo far, so", End::Reset),
    ),
    ("close", (b"", End::Close)),
    ("not-http", (b"220 mail.example.com ESMTP ready\r\n", End::Close)),
    ("bad-field", (b"HTTP/1.1 200 OK\r\nno colon here\r\ncontent-length: 0\r\n\r\n", End::Close)),
    ("two-lengths", (b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 4\r\n\r\nabcd", End::Close)),
];

/// Sends what [`BREAKS`] has for `how`.
pub(super) async fn on_the_wire(
    Path(how): Path<String>,
    Extension(wire): Extension<Wire>,
) -> Result<(), Problem> {
    let found = BREAKS.iter().find(|(name, _)| *name == how);
    let (bytes, end) = found.map(|(_, broken)| *broken).ok_or_else(|| {
        let names: Vec<_> = BREAKS.iter().map(|(name, _)| *name).collect();
        Problem::not_found(format!("this can be broken on the wire: {}", names.join(", ")))
    })?;
    wire.take_over(bytes, end);
    Ok(())
}

/// JSON that ends too early, after a comma too many.
pub(super) async fn json() -> Response {
    let text = "{\n  \"products\": [\n    {\"id\": \"prd_001\", \"price\": 3.5,},\n    {\"id\": \"prd_0";
    ([(header::CONTENT_TYPE, "application/json")], text).into_response()
}

/// Takes the request, gives no answer for a minute or for `ms`, then closes.
pub(super) async fn stall(params: Params, Extension(wire): Extension<Wire>) -> Result<(), Problem> {
    let millis = params.number("ms", LONGEST_WAIT, 0..=LONGEST_WAIT)?;
    tokio::time::sleep(Duration::from_millis(millis)).await;
    wire.take_over("", End::Close);
    Ok(())
}

/// Any status. 1xx come before a 200, as they must.
pub(super) async fn status(
    Path(code): Path<String>,
    params: Params,
    Extension(wire): Extension<Wire>,
) -> Result<Response, Problem> {
    let code: u16 = number("code", &code, 100..=999)?;
    let status = StatusCode::from_u16(code).map_err(|error| Problem::parameter("code", error.to_string()))?;
    let reason = params.get("reason").or_else(|| status.canonical_reason()).unwrap_or_default();
    if !reason.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()) {
        return Err(Problem::parameter("reason", "expected printable ASCII"));
    }
    if code == 101 {
        return Err(Problem::parameter(
            "code",
            "101 would change the protocol, and there is none to change to",
        ));
    }
    if status.is_informational() {
        let text = format!(
            "HTTP/1.1 {code} {reason}\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
        );
        wire.take_over(text, End::Close);
        return Ok(().into_response());
    }
    if params.get("reason").is_some() {
        let text = format!("HTTP/1.1 {code} {reason}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        wire.take_over(text, End::Close);
        return Ok(().into_response());
    }
    if matches!(code, 204 | 205 | 304) {
        return Ok(status.into_response());
    }
    Ok((status, json_response(&json!({ "status": code, "reason": reason }))).into_response())
}
