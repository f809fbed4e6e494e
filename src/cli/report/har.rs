//! An exchange as an HTTP archive (HAR 1.2), which browsers and many tools read: one entry for each hop, with its body,
//! and for each request for a token, without that of its answer.
//!
//! Every field that the format asks for is there: -1 stands for a time or size that is not known, and status 0 for an
//! answer that did not come. Secrets of the request are masked.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::{Value, json};

use crate::model::{Content, Exchange, Field, Hop, Payload, Redactor, ResponseHead, Timing, TokenRequest};

use super::{
    body::{self, Encoding},
    hop::milliseconds,
};

mod request;

use request::{cookie, form, pair, request, sent};

/// The archive's root.
#[derive(Debug, Serialize)]
pub(in crate::cli) struct Har<'a> {
    log: Log<'a>,
}

#[derive(Debug, Serialize)]
struct Log<'a> {
    version: &'static str,
    creator: Value,
    entries: Vec<Entry<'a>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry<'a> {
    started_date_time: String,
    time: f64,
    request: Value,
    response: Response<'a>,
    cache: Value,
    timings: Value,
    #[serde(rename = "serverIPAddress", skip_serializing_if = "Option::is_none")]
    server_address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    connection: Option<String>,
    /// Why the exchange ended here without an answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Response<'a> {
    status: u16,
    status_text: &'a str,
    http_version: &'a str,
    cookies: Vec<Value>,
    headers: Vec<Value>,
    content: Body<'a>,
    #[serde(rename = "redirectURL")]
    redirect_url: &'a str,
    headers_size: i64,
    body_size: i64,
}

#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    size: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    compression: Option<i64>,
    mime_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<body::Bytes<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    encoding: Option<Encoding>,
}

impl<'a> Har<'a> {
    pub(in crate::cli) fn new(exchange: &'a Exchange) -> Self {
        let mut entries = Vec::new();
        let mut at = exchange.started;
        let last = exchange.last_hop().map(std::ptr::from_ref);
        for attempt in &exchange.attempts {
            at = later(at, attempt.waited);
            for asked in &attempt.token_requests {
                entries.push(token_entry(asked, at));
                at = later(at, asked.hop.timing.total());
            }
            for hop in &attempt.hops {
                entries.push(entry(exchange, hop, at, last == Some(std::ptr::from_ref(hop))));
                at = later(at, hop.timing.total());
            }
            if let (Some(failure), Some(entry)) = (&attempt.error, entries.last_mut()) {
                entry.comment = Some(failure.message.clone());
            }
        }
        let creator = json!({ "name": "antiphon", "version": env!("CARGO_PKG_VERSION") });
        Self { log: Log { version: "1.2", creator, entries } }
    }
}

/// A body, and the secrets that may be in it.
type Kept<'a> = (&'a Payload, &'a Redactor);

fn later(at: Timestamp, by: Duration) -> Timestamp {
    SignedDuration::try_from(by).ok().and_then(|by| at.checked_add(by).ok()).unwrap_or(at)
}

fn entry<'a>(exchange: &'a Exchange, hop: &'a Hop, at: Timestamp, is_last: bool) -> Entry<'a> {
    let failure = match &exchange.outcome {
        crate::model::Outcome::Failed { failure, .. } if is_last => Some(failure.message.clone()),
        _ => None,
    };
    let payload = if is_last { exchange.payload() } else { hop.body.as_ref() };
    let payload = payload.map(|payload| (payload, &exchange.secrets));
    let request = request(&hop.request, |media_type| sent(exchange, media_type));
    Entry { comment: failure, ..of_hop(hop, at, request, payload) }
}

/// Tokens are in what an authorization server answers: it is not kept.
fn token_entry(asked: &TokenRequest, at: Timestamp) -> Entry<'_> {
    let request = request(&asked.hop.request, |media_type| Some(form(asked, media_type)));
    let times = if asked.times > 1 { format!(", {} times", asked.times) } else { String::new() };
    let comment = Some(format!("token request ({}){times}: {}", asked.purpose, asked.outcome));
    Entry { comment, ..of_hop(&asked.hop, at, request, None) }
}

fn of_hop<'a>(hop: &'a Hop, at: Timestamp, request: Value, payload: Option<Kept<'a>>) -> Entry<'a> {
    let address = hop.connection.as_ref().and_then(|connection| connection.remote.rsplit_once(':'));
    Entry {
        started_date_time: at.to_string(),
        time: milliseconds(hop.timing.total()),
        request,
        response: response(hop, payload),
        cache: json!({}),
        timings: timings(&hop.timing),
        server_address: address.map(|(host, _)| host.trim_matches(['[', ']']).to_owned()),
        connection: hop.connection.as_ref().map(|connection| connection.id.to_string()),
        comment: None,
    }
}

/// `connect` has `ssl` in it, as the format wants it.
fn timings(timing: &Timing) -> Value {
    let known = |time: Option<Duration>| time.map_or(json!(-1), |time| json!(milliseconds(time)));
    let connect = timing.connect.map(|connect| connect + timing.tls.unwrap_or_default());
    json!({
        "blocked": -1,
        "dns": known(timing.dns),
        "connect": known(connect.or(timing.tls)),
        "ssl": known(timing.tls),
        // These three have to be there, and not -1.
        "send": milliseconds(timing.send.unwrap_or_default()),
        "wait": milliseconds(timing.wait.unwrap_or_default()),
        "receive": milliseconds(timing.receive.unwrap_or_default()),
    })
}

fn response<'a>(hop: &'a Hop, payload: Option<Kept<'a>>) -> Response<'a> {
    let empty = || Response {
        status: 0,
        status_text: "",
        http_version: "",
        cookies: Vec::new(),
        headers: Vec::new(),
        content: Body::default(),
        redirect_url: "",
        headers_size: -1,
        body_size: -1,
    };
    let Some(head) = &hop.response else { return empty() };
    Response {
        status: head.status,
        status_text: &head.reason,
        http_version: &head.version,
        cookies: head.fields("set-cookie").map(set_cookie).collect(),
        headers: head.fields.iter().map(|Field { name, value, .. }| pair(name, value)).collect(),
        content: content(head, payload),
        redirect_url: head.field("location").unwrap_or_default(),
        body_size: payload.map_or(-1, |(payload, _)| i64::try_from(payload.wire_size).unwrap_or(-1)),
        ..empty()
    }
}

fn content<'a>(head: &ResponseHead, payload: Option<Kept<'a>>) -> Body<'a> {
    let mime_type = head.field("content-type").unwrap_or("x-unknown").to_owned();
    let Some((payload, secrets)) = payload else {
        return Body { mime_type, ..Body::default() };
    };
    let text = match &payload.content {
        Content::Elsewhere => None,
        _ => Some(body::Bytes::new(payload, secrets)),
    };
    let saved = payload.size.cast_signed() - payload.wire_size.cast_signed();
    Body {
        size: payload.size,
        compression: (saved != 0).then_some(saved),
        mime_type,
        encoding: text.as_ref().map(body::Bytes::encoding).filter(|encoding| *encoding == Encoding::Base64),
        text,
    }
}

/// With the attributes that the format has a place for.
fn set_cookie(text: &str) -> Value {
    let mut parts = text.split(';').map(str::trim);
    let mut set = cookie(parts.next().unwrap_or_default());
    set["httpOnly"] = false.into();
    set["secure"] = false.into();
    for attribute in parts {
        let (name, value) = attribute.split_once('=').unwrap_or((attribute, ""));
        match name.to_ascii_lowercase().as_str() {
            "path" => set["path"] = value.into(),
            "domain" => set["domain"] = value.into(),
            "httponly" => set["httpOnly"] = true.into(),
            "secure" => set["secure"] = true.into(),
            _ => {}
        }
    }
    set
}
