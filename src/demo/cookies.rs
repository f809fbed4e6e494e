//! Cookies (RFC 6265): shown, set and deleted.

use axum::{
    extract::Path,
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};
use serde_json::{Map, Value, json};

use super::{
    params::Params,
    problem::{Problem, json_response},
};

/// Each cookie that was sent, in order.
pub(super) fn received(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
}

pub(super) async fn show(headers: HeaderMap) -> Response {
    let cookies: Map<String, Value> =
        received(&headers).map(|(name, value)| (name.to_owned(), value.into())).collect();
    json_response(&json!({ "cookies": cookies }))
}

/// Sets each query parameter as a cookie for the whole site.
pub(super) async fn set(params: Params) -> Result<Response, Problem> {
    let mut response =
        json_response(&json!({ "set": params.0.iter().map(|(name, _)| name).collect::<Vec<_>>() }));
    for (name, value) in &params.0 {
        append(&mut response, name, value, "Path=/; HttpOnly; SameSite=Lax")?;
    }
    Ok(response)
}

/// One cookie for each attribute, so that a jar can be seen to honour it.
pub(super) async fn attributes() -> Result<Response, Problem> {
    let cookies = [
        ("session", "until the jar is closed", "Path=/"),
        ("minute", "for a minute", "Path=/; Max-Age=60"),
        ("gone", "expired already", "Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT"),
        ("narrow", "only below /cookies", "Path=/cookies"),
        ("secure", "only over TLS", "Path=/; Secure; HttpOnly"),
        ("strict", "only from the same site", "Path=/; SameSite=Strict"),
    ];
    let mut response = json_response(&json!({ "set": cookies.map(|(name, ..)| name) }));
    for (name, value, attributes) in cookies {
        append(&mut response, name, &value.replace(' ', "-"), attributes)?;
    }
    Ok(response)
}

/// Cookies that a client has to refuse (RFC 6265bis), and one that it keeps.
pub(super) async fn refused() -> Result<Response, Problem> {
    let cookies = [
        ("kept", "as-it-should-be", "Path=/"),
        ("suffix", "for-all-of-Britain", "Path=/; Domain=co.uk"),
        ("stranger", "for-someone-else", "Path=/; Domain=other.example"),
        ("__Secure-cart", "not-secure", "Path=/"),
        ("__Host-cart", "not-at-the-root", "Path=/cookies; Secure"),
        ("long", &"x".repeat(4093), "Path=/"),
    ];
    let mut response = json_response(&json!({ "sent": cookies.map(|(name, ..)| name) }));
    for (name, value, attributes) in cookies {
        append(&mut response, name, value, attributes)?;
    }
    Ok(response)
}

pub(super) async fn delete(Path(name): Path<String>) -> Result<Response, Problem> {
    let mut response = json_response(&json!({ "deleted": name }));
    append(&mut response, &name, "", "Path=/; Max-Age=0")?;
    Ok(response)
}

fn append(response: &mut Response, name: &str, value: &str, attributes: &str) -> Result<(), Problem> {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    let is_value = |byte: u8| byte.is_ascii_graphic() && !b"\",;\\".contains(&byte);
    if name.is_empty() || !name.bytes().all(is_token) || !value.bytes().all(is_value) {
        return Err(Problem::parameter(name, "a cookie can hold neither this name nor this value"));
    }
    if let Ok(cookie) = HeaderValue::from_str(&format!("{name}={value}; {attributes}")) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(())
}
