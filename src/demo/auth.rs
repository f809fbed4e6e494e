//! Routes that want to know who asks: bearer, basic, digest, a key and a signature.
//!
//! Everything secret here is in the documentation: it opens nothing but this practice API.

mod aws;
mod digest;

pub(super) use aws::aws;
pub(super) use digest::{digest, digest_any};

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::Response,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde::Deserialize;
use serde_json::json;

use super::{
    cookies,
    params::{Params, Received},
    problem::{Problem, json_response},
    state::{Practice, Shared},
};

pub(super) const USER: &str = "demo";
pub(super) const PASSWORD: &str = "practice";
/// Accepted always, beside the tokens that a login gives.
pub(super) const TOKEN: &str = "practice-token";
const KEY: &str = "practice-key";
const REALM: &str = "practice";

#[derive(Deserialize)]
struct Credentials {
    username: String,
    password: String,
}

/// `{"username", "password"}` for a bearer token.
pub(super) async fn login(
    State(practice): State<Shared>,
    Received(body): Received,
) -> Result<Response, Problem> {
    let given: Credentials = serde_json::from_slice(&body).map_err(|error| {
        let detail = format!("expected {{\"username\": …, \"password\": …}} as JSON: {error}");
        Problem::new(StatusCode::BAD_REQUEST, detail)
    })?;
    if given.username != USER || given.password != PASSWORD {
        let detail = format!("wrong username or password: it is {USER} and {PASSWORD}");
        return Err(Problem::new(StatusCode::UNAUTHORIZED, detail));
    }
    let token = uuid::Uuid::new_v4().simple().to_string();
    practice.tokens().keep(token.clone());
    Ok(json_response(&json!({ "access_token": token, "token_type": "Bearer", "expires_in": 3600 })))
}

/// Fails with 401 unless the request has a bearer token (RFC 6750) that is known here.
pub(super) fn require_token(practice: &Practice, headers: &HeaderMap) -> Result<(), Problem> {
    let token = credentials(headers, "bearer");
    if token.is_some_and(|token| token == TOKEN || practice.tokens().contains(token)) {
        return Ok(());
    }
    let (detail, error) = match token {
        None => ("send a bearer token: POST /v1/login gives one", ""),
        Some(_) => ("this token is not known here: log in again", ", error=\"invalid_token\""),
    };
    let challenge = format!("Bearer realm=\"{REALM}\"{error}");
    Err(Problem::new(StatusCode::UNAUTHORIZED, detail).with_header(header::WWW_AUTHENTICATE, &challenge))
}

pub(super) async fn bearer(State(practice): State<Shared>, headers: HeaderMap) -> Result<Response, Problem> {
    require_token(&practice, &headers)?;
    Ok(json_response(&json!({ "authenticated": true, "scheme": "bearer", "user": USER })))
}

/// RFC 7617, with the user and password that the path names.
pub(super) async fn basic(
    Path((user, password)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let given = credentials(&headers, "basic").and_then(|text| STANDARD.decode(text).ok());
    if given.is_none_or(|given| given != format!("{user}:{password}").into_bytes()) {
        let detail = format!("send basic credentials: {user} and {password}");
        return Err(Problem::new(StatusCode::UNAUTHORIZED, detail)
            .with_header(header::WWW_AUTHENTICATE, &format!("Basic realm=\"{REALM}\", charset=\"UTF-8\"")));
    }
    Ok(json_response(&json!({ "authenticated": true, "scheme": "basic", "user": user })))
}

/// A key in a field, a parameter or a cookie.
pub(super) async fn api_key(params: Params, headers: HeaderMap) -> Result<Response, Problem> {
    let places = [
        ("header", headers.get("x-api-key").and_then(|value| value.to_str().ok()).map(str::to_owned)),
        ("query", params.get("api_key").map(str::to_owned)),
        (
            "cookie",
            cookies::received(&headers).find(|(name, _)| *name == "api_key").map(|(_, v)| v.to_owned()),
        ),
    ];
    let place = places.into_iter().find(|(_, key)| key.as_deref() == Some(KEY)).map(|(place, _)| place);
    let place = place.ok_or_else(|| {
        let detail = format!("send {KEY} in X-Api-Key, as parameter api_key or as cookie api_key");
        Problem::new(StatusCode::FORBIDDEN, detail)
    })?;
    Ok(json_response(&json!({ "authenticated": true, "scheme": "api_key", "place": place })))
}

/// The signed-in customer.
pub(super) async fn me(
    State(practice): State<Shared>,
    headers: HeaderMap,
) -> Result<Json<serde_json::Value>, Problem> {
    require_token(&practice, &headers)?;
    Ok(Json(json!({ "id": "cus_001", "username": USER, "name": "Ada Marlow" })))
}

/// What follows the scheme in `Authorization`; scheme names have no case.
pub(super) fn credentials<'a>(headers: &'a HeaderMap, scheme: &str) -> Option<&'a str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (name, rest) = value.split_once(' ')?;
    name.eq_ignore_ascii_case(scheme).then(|| rest.trim())
}
