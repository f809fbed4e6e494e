//! Requests in an archive: heads as they went out, bodies as far as they were text, secrets masked.

use serde_json::{Value, json};

use crate::{
    cli::report::body::{Encoding, RequestBody},
    model::{Exchange, RequestHead, TokenRequest},
};

/// A request by its head, with what its body says.
pub(super) fn request(head: &RequestHead, body: impl FnOnce(&str) -> Option<Value>) -> Value {
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
        && let Some(data) = body(media_type.map_or("", |(_, value)| value.as_str()))
    {
        request["postData"] = data;
    }
    request
}

/// The body of an exchange's requests.
pub(super) fn sent(exchange: &Exchange, media_type: &str) -> Option<Value> {
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

/// The form of a token request.
pub(super) fn form(asked: &TokenRequest, media_type: &str) -> Value {
    let params = asked.form.iter().map(|(name, value)| pair(name, &value.masked()));
    json!({ "mimeType": media_type, "params": params.collect::<Vec<_>>() })
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

pub(super) fn pair(name: &str, value: &str) -> Value {
    json!({ "name": name, "value": value })
}

/// The parameters as they stand in the URL, decoded.
fn query(url: &str) -> Vec<Value> {
    let query = url.split_once('?').map_or("", |(_, query)| query.split('#').next().unwrap_or_default());
    url::form_urlencoded::parse(query.as_bytes()).map(|(name, value)| pair(&name, &value)).collect()
}

pub(super) fn cookie(text: &str) -> Value {
    let (name, value) = text.split_once('=').unwrap_or((text, ""));
    pair(name.trim(), value.trim())
}
