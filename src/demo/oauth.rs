//! A small authorization server (RFC 6749, 7009, 7636, 8628) and what its tokens open.
//!
//! It knows one client with a secret and one without. Whoever is asked to agree does so with a click: there is nobody
//! to sign in. Everything secret here is in the documentation.

mod authorize;
mod device;
mod grants;
mod state;

pub(super) use authorize::authorize;
pub(super) use device::{ask as device, page_of as device_page};
pub(super) use state::Oauth;

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::{
    auth::credentials,
    params::Received,
    problem::{Problem, pretty},
    state::Shared,
};

const CLIENT: &str = "practice-client";
const SECRET: &str = "practice-secret";
/// A program on a user's machine, which can keep no secret (RFC 6749, section 2.1).
const PUBLIC_CLIENT: &str = "practice-app";
/// Redeemed as often as one likes, for requests that begin with one.
const REFRESH_TOKEN: &str = "practice-refresh-token";
/// What can be asked for; without asking, the first.
const SCOPES: [&str; 4] = ["read", "write", "profile", "openid"];

/// A form's fields (RFC 6749, appendix B).
struct Form(Vec<(String, String)>);

impl Form {
    fn of(body: &[u8]) -> Self {
        let pairs = url::form_urlencoded::parse(body);
        Self(pairs.map(|(name, value)| (name.into_owned(), value.into_owned())).collect())
    }

    fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str());
        found.filter(|value| !value.is_empty())
    }

    fn need(&self, name: &str) -> Result<&str, Refusal> {
        self.get(name).ok_or_else(|| Refusal::new("invalid_request", format!("{name} is missing")))
    }

    fn seconds(&self, name: &str, usual: u64, most: u64) -> Result<u64, Refusal> {
        let Some(text) = self.get(name) else { return Ok(usual) };
        text.parse().ok().filter(|seconds| *seconds <= most).ok_or_else(|| {
            Refusal::new(
                "invalid_request",
                format!("{name} is a number of seconds up to {most}, not {text:?}"),
            )
        })
    }

    /// The scopes that are asked for.
    fn scope(&self) -> Result<String, Refusal> {
        let asked = self.get("scope").unwrap_or(SCOPES[0]);
        match asked.split_whitespace().find(|scope| !SCOPES.contains(scope)) {
            Some(unknown) => {
                let known = SCOPES.join(", ");
                Err(Refusal::new("invalid_scope", format!("there is no scope {unknown}; there are {known}")))
            }
            None => Ok(asked.to_owned()),
        }
    }
}

/// An error of RFC 6749, section 5.2.
#[derive(Debug)]
struct Refusal {
    status: StatusCode,
    code: &'static str,
    description: String,
}

impl Refusal {
    fn new(code: &'static str, description: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, code, description: description.into() }
    }

    fn client(description: impl Into<String>) -> Self {
        Self { status: StatusCode::UNAUTHORIZED, ..Self::new("invalid_client", description) }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = json!({ "error": self.code, "error_description": self.description });
        let mut response = answer(&body);
        *response.status_mut() = self.status;
        if self.status == StatusCode::UNAUTHORIZED {
            let challenge = header::HeaderValue::from_static("Basic realm=\"practice\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        response
    }
}

/// JSON that is not to be kept by anybody on the way (RFC 6749, section 5.1).
fn answer(body: &Value) -> Response {
    let fields = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
    (fields, pretty(body)).into_response()
}

/// Who asks: by a field or by the form (RFC 6749, section 2.3.1). Answers the client's name.
fn client(headers: &HeaderMap, form: &Form) -> Result<String, Refusal> {
    let (id, secret) = match credentials(headers, "basic") {
        Some(encoded) => basic(encoded).ok_or_else(|| Refusal::client("the basic credentials are none"))?,
        None => (form.need("client_id")?.to_owned(), form.get("client_secret").map(str::to_owned)),
    };
    match (id.as_str(), secret.as_deref()) {
        (CLIENT, Some(SECRET)) | (PUBLIC_CLIENT, None) => Ok(id),
        (CLIENT, _) => Err(Refusal::client(format!("the secret of {CLIENT} is {SECRET}"))),
        (PUBLIC_CLIENT, Some(_)) => Err(Refusal::client(format!("{PUBLIC_CLIENT} has no secret"))),
        _ => Err(Refusal::client(format!("there are {CLIENT} and {PUBLIC_CLIENT}"))),
    }
}

/// Name and secret, each as in a form.
fn basic(encoded: &str) -> Option<(String, Option<String>)> {
    let text = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    let decoded = |text: &str| {
        let mut pairs = url::form_urlencoded::parse(text.as_bytes());
        pairs.next().map(|(name, _)| name.into_owned()).unwrap_or_default()
    };
    Some((decoded(id), Some(decoded(secret)).filter(|secret| !secret.is_empty())))
}

pub(super) async fn token(
    State(practice): State<Shared>,
    headers: HeaderMap,
    Received(body): Received,
) -> Response {
    let redeemed = grants::redeem(&practice, &headers, &Form::of(&body));
    redeemed.map_or_else(IntoResponse::into_response, |body| answer(&body))
}

/// RFC 7009: a token that is not known is revoked already.
pub(super) async fn revoke(
    State(practice): State<Shared>,
    headers: HeaderMap,
    Received(body): Received,
) -> Response {
    let form = Form::of(&body);
    let revoked = client(&headers, &form).and_then(|_| {
        practice.oauth().revoke(form.need("token")?);
        Ok(())
    });
    revoked.map_or_else(IntoResponse::into_response, |()| StatusCode::OK.into_response())
}

/// What a token opens.
pub(super) async fn resource(
    State(practice): State<Shared>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let token = credentials(&headers, "bearer");
    let access = token.and_then(|token| practice.oauth().access(token));
    let Some(access) = access else {
        let (detail, error) = match token {
            None => ("send a bearer token: POST /oauth/token gives one", ""),
            Some(_) => ("this token is not known here, or has expired", ", error=\"invalid_token\""),
        };
        let challenge = format!("Bearer realm=\"practice\"{error}");
        return Err(
            Problem::new(StatusCode::UNAUTHORIZED, detail).with_header(header::WWW_AUTHENTICATE, &challenge)
        );
    };
    Ok(answer(&json!({
        "authenticated": true,
        "grant": access.grant,
        "client": access.client,
        "user": access.user,
        "scope": access.scope,
        "expires_in": access.left().as_secs(),
    })))
}

/// A page of one heading and one paragraph, both without markup.
fn page(title: &str, body: &str) -> Response {
    let html = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{title}</title>\
         <meta name=\"color-scheme\" content=\"light dark\">\
         <style>body{{font:1.1rem/1.6 system-ui,sans-serif;max-width:34rem;margin:15vh auto;padding:0 1.5rem}}\
         a,button{{display:inline-block;font:inherit;padding:.3rem 1.2rem;margin-right:1rem;border:1px solid;\
         border-radius:.4rem;text-decoration:none}}</style><h1>{title}</h1>{body}</html>\n"
    );
    axum::response::Html(html).into_response()
}

/// Text that stands in a page.
fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    text.replace('>', "&gt;").replace('"', "&quot;")
}
