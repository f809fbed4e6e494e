//! An exchange as an HTTP archive (HAR 1.2), which browsers and many tools read: one entry for each hop.
//!
//! Every field that the format asks for is there: -1 stands for a time or size that is not known, and status 0 for an
//! answer that did not come. Secrets of the request are masked.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::{Value, json};

use crate::model::{Content, Exchange, Field, Hop, RequestHead, ResponseHead, Timing};

use super::{
    body::{self, Encoding, RequestBody},
    hop::milliseconds,
};

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

fn later(at: Timestamp, by: Duration) -> Timestamp {
    SignedDuration::try_from(by).ok().and_then(|by| at.checked_add(by).ok()).unwrap_or(at)
}

fn entry<'a>(exchange: &'a Exchange, hop: &'a Hop, at: Timestamp, is_last: bool) -> Entry<'a> {
    let address = hop.connection.as_ref().and_then(|connection| connection.remote.rsplit_once(':'));
    let failure = match &exchange.outcome {
        crate::model::Outcome::Failed { failure, .. } if is_last => Some(failure.message.clone()),
        _ => None,
    };
    Entry {
        started_date_time: at.to_string(),
        time: milliseconds(hop.timing.total()),
        request: request(&hop.request, exchange),
        response: response(exchange, hop, is_last),
        cache: json!({}),
        timings: timings(&hop.timing),
        server_address: address.map(|(host, _)| host.trim_matches(['[', ']']).to_owned()),
        connection: hop.connection.as_ref().map(|connection| connection.id.to_string()),
        comment: failure,
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

fn request(head: &RequestHead, exchange: &Exchange) -> Value {
    let url = head.url.masked();
    let fields: Vec<(&str, String)> =
        head.fields.iter().map(|(name, value)| (name.as_str(), value.masked())).collect();
    let cookies = fields.iter().filter(|(name, _)| name.eq_ignore_ascii_case("cookie"));
    let cookies: Vec<Value> =
        cookies.flat_map(|(_, value)| value.split(';')).map(|pair| cookie(pair.trim())).collect();
    let mut request = json!({
        "method": head.method,
        "url": url,
        "httpVersion": head.version,
        "cookies": cookies,
        "headers": fields.iter().map(|(name, value)| pair(name, value)).collect::<Vec<_>>(),
        "queryString": query(&url),
        "headersSize": -1,
        "bodySize": head.body_size,
    });
    let media_type = fields.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    if head.body_size > 0
        && let Some(data) = post_data(exchange, media_type.map_or("", |(_, value)| value.as_str()))
    {
        request["postData"] = data;
    }
    request
}

fn post_data(exchange: &Exchange, media_type: &str) -> Option<Value> {
    let RequestBody { body, body_encoding, body_file, body_parts } = RequestBody::of(&exchange.sent);
    if let Some(text) = body {
        let mut data = json!({ "mimeType": media_type, "text": text });
        if body_encoding == Some(Encoding::Base64) {
            data["comment"] = "base64".into();
        }
        return Some(data);
    }
    let file = body_file.map(|file| json!([{ "name": "", "fileName": file }]));
    let params = file.or_else(|| {
        let parts = body_parts?.as_array()?.iter().map(param).collect::<Vec<_>>();
        Some(parts.into())
    });
    Some(json!({ "mimeType": media_type, "params": params? }))
}

fn param(part: &Value) -> Value {
    let mut param = json!({ "name": part["name"] });
    let file = if part["filename"].is_null() { &part["file"] } else { &part["filename"] };
    for (key, value) in [("value", &part["text"]), ("fileName", file), ("contentType", &part["media_type"])] {
        if !value.is_null() {
            param[key] = value.clone();
        }
    }
    param
}

fn response<'a>(exchange: &'a Exchange, hop: &'a Hop, is_last: bool) -> Response<'a> {
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
    let payload = exchange.payload().filter(|_| is_last);
    Response {
        status: head.status,
        status_text: &head.reason,
        http_version: &head.version,
        cookies: head.fields("set-cookie").map(set_cookie).collect(),
        headers: head.fields.iter().map(|Field { name, value, .. }| pair(name, value)).collect(),
        content: content(exchange, head, is_last),
        redirect_url: head.field("location").unwrap_or_default(),
        body_size: payload.map_or(-1, |payload| i64::try_from(payload.wire_size).unwrap_or(-1)),
        ..empty()
    }
}

fn content<'a>(exchange: &'a Exchange, head: &ResponseHead, is_last: bool) -> Body<'a> {
    let mime_type = head.field("content-type").unwrap_or("x-unknown").to_owned();
    let Some(payload) = exchange.payload().filter(|_| is_last) else {
        return Body { mime_type, ..Body::default() };
    };
    let text = match &payload.content {
        Content::Elsewhere => None,
        content => Some(body::Bytes::new(content)),
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

fn pair(name: &str, value: &str) -> Value {
    json!({ "name": name, "value": value })
}

/// The parameters as they stand in the URL, decoded.
fn query(url: &str) -> Vec<Value> {
    let query = url.split_once('?').map_or("", |(_, query)| query.split('#').next().unwrap_or_default());
    url::form_urlencoded::parse(query.as_bytes()).map(|(name, value)| pair(&name, &value)).collect()
}

fn cookie(text: &str) -> Value {
    let (name, value) = text.split_once('=').unwrap_or((text, ""));
    pair(name.trim(), value.trim())
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
