//! Answers with exactly what was received.

use axum::{
    Extension,
    extract::Query,
    http::{HeaderName, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use serde_json::{Value, json};

use super::{
    params::Received,
    problem::{Problem, json_response},
    wire::{
        Head,
        framing::{fields, lines},
    },
};

/// The request as JSON: its line, its fields in order, with their case and repeats as on the wire, and its body.
pub(super) async fn echo(
    Extension(Head(head)): Extension<Head>,
    uri: Uri,
    Received(body): Received,
) -> Response {
    let line = lines(&head).next().unwrap_or_default();
    let line = String::from_utf8_lossy(line);
    let mut words = line.split(' ');
    let query =
        Query::<Vec<(String, String)>>::try_from_uri(&uri).map(|Query(pairs)| pairs).unwrap_or_default();
    let fields: Vec<Value> = fields(&head)
        .map(|(name, value)| {
            let mut field = text_or_base64(value, "value");
            field["name"] = String::from_utf8_lossy(name).into();
            field
        })
        .collect();
    json_response(&json!({
        "line": line,
        "method": words.next(),
        "target": words.next(),
        "version": words.next(),
        "query": query,
        "fields": fields,
        "body": body_of(&body),
    }))
}

fn body_of(body: &Bytes) -> Value {
    let mut shown = text_or_base64(body, "text");
    shown["size"] = body.len().into();
    if let Ok(json) = serde_json::from_slice::<Value>(body) {
        shown["json"] = json;
    }
    shown
}

/// Under `key` as text, or under `base64` where it is not UTF-8.
fn text_or_base64(bytes: &[u8], key: &str) -> Value {
    match std::str::from_utf8(bytes) {
        Ok(text) => json!({ key: text }),
        Err(_) => json!({ "base64": STANDARD.encode(bytes) }),
    }
}

/// The request's head as it came, byte for byte, then its decoded body.
pub(super) async fn raw(Extension(Head(head)): Extension<Head>, Received(body): Received) -> Response {
    ([(header::CONTENT_TYPE, "message/http")], [head, body].concat()).into_response()
}

/// An answer with each query parameter as a field of its head.
pub(super) async fn response_fields(params: super::params::Params) -> Result<Response, Problem> {
    let mut response = json_response(&json!({ "fields": params.0 }));
    for (name, value) in &params.0 {
        let field = name.parse::<HeaderName>().ok().zip(value.parse().ok());
        let (name, value) = field.ok_or_else(|| {
            Problem::new(StatusCode::BAD_REQUEST, format!("{name}: {value} cannot stand in a head"))
        })?;
        if [header::CONTENT_LENGTH, header::TRANSFER_ENCODING, header::CONNECTION].contains(&name) {
            return Err(Problem::parameter(name.as_str(), "it frames the answer: it is not yours to set"));
        }
        response.headers_mut().append(name, value);
    }
    Ok(response)
}
