//! What a token endpoint answers: a token, or an error in words (RFC 6749, sections 5.1 and 5.2).
//!
//! Servers take liberties, and each is read as it is meant: lifetimes as strings, forms in place of JSON, errors with
//! status 200. What cannot be read is told, without the text of an answer that might hold a token.

use std::time::Duration;

use serde_json::{Map, Value};

use crate::model::{ResponseHead, Secret};

/// What a server granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Granted {
    pub access_token: Secret,
    /// As the server wrote it; empty where it did not.
    pub token_type: String,
    pub expires_in: Option<Duration>,
    pub refresh_token: Option<Secret>,
    pub id_token: Option<Secret>,
    pub scope: Option<String>,
}

/// Why there is no token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refused {
    /// An error that the server names: `invalid_grant`.
    Named { code: String, description: Option<String>, uri: Option<String> },
    /// An answer that says neither.
    Unreadable(String),
}

impl Refused {
    pub(super) fn is(&self, wanted: &str) -> bool {
        matches!(self, Self::Named { code, .. } if code == wanted)
    }
}

/// The object in an answer's body: JSON, or a form where the server sends one.
pub(super) fn object(head: &ResponseHead, body: &[u8]) -> Result<Map<String, Value>, Refused> {
    let media_type = head.field("content-type").unwrap_or_default();
    let media_type = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match serde_json::from_slice(body) {
        Ok(Value::Object(object)) => return Ok(object),
        Err(_) if media_type == "application/x-www-form-urlencoded" => {
            let pairs = url::form_urlencoded::parse(body);
            return Ok(pairs.map(|(name, value)| (name.into_owned(), value.into_owned().into())).collect());
        }
        _ => {}
    }
    let status = format!("{} {}", head.status, head.reason);
    let what = match (body.is_empty(), media_type.as_str()) {
        (true, _) => "an empty body".to_owned(),
        (false, "") => "a body that is not JSON".to_owned(),
        (false, "application/json") => "JSON that cannot be read".to_owned(),
        (false, other) => format!("a body of {other}"),
    };
    Err(Refused::Unreadable(format!("it answered {} with {what}", status.trim())))
}

/// Reads the answer of a token endpoint.
pub(super) fn token(head: &ResponseHead, body: &[u8]) -> Result<Granted, Refused> {
    let object = object(head, body)?;
    if let Some(named) = error(&object) {
        return Err(named);
    }
    let text = |name: &str| object.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    if !(200..300).contains(&head.status) {
        return Err(unnamed(head, &object));
    }
    let Some(access_token) = text("access_token") else {
        let names: Vec<&str> = object.keys().map(String::as_str).take(12).collect();
        let message = format!("its answer has no access_token; it has {}", listed(&names));
        return Err(Refused::Unreadable(message));
    };
    Ok(Granted {
        access_token: Secret::new(access_token),
        token_type: text("token_type").unwrap_or_default().to_owned(),
        expires_in: seconds(object.get("expires_in")),
        refresh_token: text("refresh_token").map(Secret::new),
        id_token: text("id_token").map(Secret::new),
        scope: object.get("scope").and_then(scope),
    })
}

/// The error that an object names.
pub(super) fn error(object: &Map<String, Value>) -> Option<Refused> {
    let (code, inner) = match object.get("error")? {
        Value::String(code) if !code.is_empty() => (code.clone(), None),
        // As some gateways write it: {"error": {"status": "…", "message": "…"}}.
        Value::Object(inner) => {
            let code = ["code", "status", "type"].iter().find_map(|name| inner.get(*name)?.as_str());
            (code.unwrap_or("error").to_owned(), inner.get("message").and_then(Value::as_str))
        }
        _ => return None,
    };
    let text = |name: &str| object.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let description = text("error_description").or(inner).or_else(|| text("message"));
    Some(Refused::Named {
        code,
        description: description.map(str::to_owned),
        uri: text("error_uri").map(str::to_owned),
    })
}

/// A failed status whose object names no error: problem details (RFC 9457), or a message.
fn unnamed(head: &ResponseHead, object: &Map<String, Value>) -> Refused {
    let said = ["detail", "message", "error_description", "title"];
    let said = said.iter().find_map(|name| object.get(*name)?.as_str());
    let status = format!("{} {}", head.status, head.reason);
    let said = said.map(|said| format!(": {said}")).unwrap_or_default();
    Refused::Unreadable(format!("it answered {}{said}", status.trim()))
}

/// Seconds as a number, or as the text of one.
pub(super) fn seconds(value: Option<&Value>) -> Option<Duration> {
    let seconds = match value? {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    Duration::try_from_secs_f64(seconds.max(0.0)).ok()
}

/// Scopes as a text, or as a list.
fn scope(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Array(items) => Some(items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" ")),
        _ => None,
    }
}

fn listed(names: &[&str]) -> String {
    if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Field;

    fn head(status: u16, media_type: &str) -> ResponseHead {
        let field = Field { name: "Content-Type".into(), value: media_type.into() };
        ResponseHead { version: "HTTP/1.1".into(), status, reason: "So".into(), fields: vec![field] }
    }

    #[test]
    fn tokens_are_read_as_servers_write_them() {
        let json = "application/json;charset=UTF-8";
        let cases = [
            (json, r#"{"access_token":"t","token_type":"Bearer","expires_in":60}"#, Some(60)),
            (json, r#"{"access_token":"t","token_type":"bearer","expires_in":"60"}"#, Some(60)),
            (json, r#"{"access_token":"t","expires_in":60.5}"#, Some(60)),
            (json, r#"{"access_token":"t","expires_in":null}"#, None),
            (json, r#"{"access_token":"t","expires_in":-1}"#, Some(0)),
            (json, r#"{"access_token":"t","expires_in":1e300}"#, None),
            (json, r#"{"access_token":"t","expires_in":"soon"}"#, None),
            ("text/plain", r#"{"access_token":"t"}"#, None),
            ("application/x-www-form-urlencoded", "access_token=t&expires_in=60", Some(60)),
        ];
        for (media_type, body, expires) in cases {
            let granted = token(&head(200, media_type), body.as_bytes()).unwrap();
            assert_eq!(granted.access_token, Secret::new("t"), "{body}");
            assert_eq!(granted.expires_in.map(|life| life.as_secs()), expires, "{body}");
        }
        let lists = token(&head(200, json), br#"{"access_token":"t","scope":["a","b"]}"#).unwrap();
        assert_eq!(lists.scope.as_deref(), Some("a b"));
    }

    #[test]
    fn errors_are_named_whatever_their_status() {
        let cases = [
            (400, r#"{"error":"invalid_grant","error_description":"used"}"#, "invalid_grant", Some("used")),
            (200, r#"{"error":"bad_verification_code"}"#, "bad_verification_code", None),
            (401, r#"{"error":{"code":"X","message":"no"}}"#, "X", Some("no")),
            (403, r#"{"error":"Forbidden","message":"not you"}"#, "Forbidden", Some("not you")),
        ];
        for (status, body, code, said) in cases {
            let refused = token(&head(status, "application/json"), body.as_bytes()).unwrap_err();
            let description = said.map(str::to_owned);
            assert_eq!(refused, Refused::Named { code: code.into(), description, uri: None }, "{body}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_told_without_its_text() {
        let cases = [
            (502, "text/html", "<b>hunter2</b>", "it answered 502 So with a body of text/html"),
            (200, "application/json", "{\"hunter2", "it answered 200 So with JSON that cannot be read"),
            (200, "", "", "it answered 200 So with an empty body"),
            (200, "application/json", "[]", "it answered 200 So with JSON that cannot be read"),
            (404, "application/json", r#"{"detail":"no such path"}"#, "it answered 404 So: no such path"),
            (
                200,
                "application/json",
                r#"{"token":"hunter2"}"#,
                "its answer has no access_token; it has token",
            ),
        ];
        for (status, media_type, body, expected) in cases {
            let refused = token(&head(status, media_type), body.as_bytes()).unwrap_err();
            assert_eq!(refused, Refused::Unreadable(expected.into()), "{body}");
        }
    }
}
