//! Answers that take their time, that come bit by bit, or that fail first.

use std::{convert::Infallible, time::Duration};

use axum::{
    body::Body,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures_util::stream;
use jiff::{Timestamp, fmt::rfc2822::DateTimePrinter};
use serde_json::json;

use super::{
    params::{Params, number},
    problem::{Problem, json_response},
    state::Shared,
    wire::{End, Wire},
};

/// The longest that any route waits, in milliseconds.
pub(super) const LONGEST_WAIT: u64 = 60_000;

/// Waits before the head.
pub(super) async fn delay(Path(millis): Path<String>) -> Result<Response, Problem> {
    let millis = number("ms", &millis, 0..=LONGEST_WAIT)?;
    tokio::time::sleep(Duration::from_millis(millis)).await;
    Ok(json_response(&json!({ "waited_ms": millis })))
}

/// Sends a text in chunks of one byte, with a wait before each but the first.
pub(super) async fn trickle(params: Params) -> Result<Response, Problem> {
    let count = params.number("bytes", 20, 0..=10_000)?;
    let pause = params.number("every_ms", 50, 0..=LONGEST_WAIT)?;
    let letters =
        move |at: u64| Bytes::from(vec![if at % 40 == 39 { b'\n' } else { b'a' + (at % 26) as u8 }]);
    Ok(([(header::CONTENT_TYPE, "text/plain")], paced(0, count, pause, letters)).into_response())
}

/// Server-sent events: orders that come in. Goes on after `Last-Event-ID`, and ends.
pub(super) async fn events(params: Params, headers: HeaderMap) -> Result<Response, Problem> {
    let count = params.number("count", 5, 0..=1000)?;
    let pause = params.number("every_ms", 200, 0..=LONGEST_WAIT)?;
    let seen = headers.get("last-event-id").and_then(|value| value.to_str().ok()?.parse().ok()).unwrap_or(0);
    let event = |at: u64| {
        let id = at + 1;
        let name = if id % 2 == 1 { "order" } else { "stock" };
        let retry = if at == 0 { ": the practice API\nretry: 1000\n" } else { "" };
        Bytes::from(format!(
            "{retry}id: {id}\nevent: {name}\ndata: {{\"{name}\": {id},\ndata:  \"of\": \"the shop\"}}\n\n"
        ))
    };
    let fields = [(header::CONTENT_TYPE, "text/event-stream"), (header::CACHE_CONTROL, "no-store")];
    Ok((fields, paced(seen, count, pause, event)).into_response())
}

/// One JSON value a line.
pub(super) async fn ndjson(params: Params) -> Result<Response, Problem> {
    let count = params.number("count", 10, 0..=100_000)?;
    let pause = params.number("every_ms", 0, 0..=LONGEST_WAIT)?;
    let line = |at: u64| Bytes::from(format!("{}\n", json!({ "line": at + 1, "even": at % 2 == 1 })));
    Ok(([(header::CONTENT_TYPE, "application/x-ndjson")], paced(0, count, pause, line)).into_response())
}

/// The pieces from `start` to `end`, `pause` milliseconds apart, as chunks.
fn paced(start: u64, end: u64, pause: u64, piece: impl Fn(u64) -> Bytes + Send + 'static) -> Body {
    Body::from_stream(stream::unfold((start, piece), move |(at, piece)| async move {
        if at >= end {
            return None;
        }
        if at > start && pause > 0 {
            tokio::time::sleep(Duration::from_millis(pause)).await;
        }
        let bytes = piece(at);
        Some((Ok::<_, Infallible>(bytes), (at + 1, piece)))
    }))
}

/// Fails `fails` times under its key, then answers: with `status`, or without any answer (`how=close|reset`).
pub(super) async fn flaky(
    State(practice): State<Shared>,
    axum::Extension(wire): axum::Extension<Wire>,
    Path(key): Path<String>,
    params: Params,
) -> Result<Response, Problem> {
    let fails = params.number("fails", 2, 0..=100)?;
    let status = params.number("status", 503, 400..=599)?;
    if !practice.still_fails(&format!("flaky {key}"), fails) {
        return Ok(json_response(&json!({ "key": key, "failed_before": fails })));
    }
    match params.get("how") {
        Some("close") => wire.take_over("", End::Close),
        Some("reset") => wire.take_over("", End::Reset),
        _ => {}
    }
    let status = StatusCode::from_u16(status as u16).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
    Err(Problem::new(status, format!("{key} fails {fails} times, and then answers")))
}

/// 429 with a Retry-After in seconds, or as a date with `as=date`; after `fails` of them it answers.
pub(super) async fn limited(
    State(practice): State<Shared>,
    Path(key): Path<String>,
    params: Params,
) -> Result<Response, Problem> {
    let fails = params.number("fails", 1, 0..=100)?;
    let seconds = params.number("after", 1, 0..=3600)?;
    if !practice.still_fails(&format!("limited {key}"), fails) {
        return Ok(json_response(&json!({ "key": key, "refused_before": fails })));
    }
    let after = match params.get("as") {
        Some("date") => http_date(seconds),
        _ => seconds.to_string(),
    };
    let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, format!("try again after {seconds} s"));
    Err(problem.with_header(header::RETRY_AFTER, &after))
}

/// The time in so many seconds, as HTTP writes it. Dates have whole seconds: rounded up, lest it be early.
fn http_date(seconds: u64) -> String {
    let time = Timestamp::now() + Duration::from_secs(seconds + 1);
    DateTimePrinter::new().timestamp_to_rfc9110_string(&time).unwrap_or_default()
}
