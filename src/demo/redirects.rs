//! Redirects of every kind, those that lead nowhere included.

use axum::{
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::{params::Params, problem::Problem, state::Shared};

/// `code` with a Location of `to`, or of the echo.
pub(super) async fn to(Path(code): Path<String>, params: Params) -> Result<Response, Problem> {
    let code = match code.as_str() {
        "301" => StatusCode::MOVED_PERMANENTLY,
        "302" => StatusCode::FOUND,
        "303" => StatusCode::SEE_OTHER,
        "307" => StatusCode::TEMPORARY_REDIRECT,
        "308" => StatusCode::PERMANENT_REDIRECT,
        _ => return Err(Problem::parameter("code", "expected 301, 302, 303, 307 or 308")),
    };
    redirect(code, params.get("to").unwrap_or("/echo"))
}

/// `hops` redirects, then the echo. Locations are relative, or absolute with `style=absolute`.
pub(super) async fn chain(
    State(practice): State<Shared>,
    Path(hops): Path<String>,
    params: Params,
) -> Result<Response, Problem> {
    let hops = super::params::number("hops", &hops, 0..=100_u32)?;
    let absolute = params.get("style") == Some("absolute");
    let [address, _] = practice.addresses;
    let base = if absolute { format!("http://{address}") } else { String::new() };
    let query = if absolute { "?style=absolute" } else { "" };
    match hops {
        0 | 1 => redirect(StatusCode::FOUND, &format!("{base}/echo")),
        more => redirect(StatusCode::FOUND, &format!("{base}/redirect/chain/{}{query}", more - 1)),
    }
}

/// Between two places, for ever.
pub(super) async fn around(Path(place): Path<String>) -> Result<Response, Problem> {
    redirect(StatusCode::FOUND, if place == "a" { "/redirect/loop/b" } else { "/redirect/loop/a" })
}

/// The same path on another port: another origin (RFC 6454), where credentials must not follow.
pub(super) async fn cross_origin(
    State(practice): State<Shared>,
    params: Params,
) -> Result<Response, Problem> {
    let [address, other] = practice.addresses;
    let origin = match params.get("by").unwrap_or("port") {
        "port" => other.to_string(),
        "host" => format!("localhost:{}", address.port()),
        _ => return Err(Problem::parameter("by", "expected port or host")),
    };
    redirect(StatusCode::TEMPORARY_REDIRECT, &format!("http://{origin}/echo"))
}

/// A Location relative to the current path, with dots and a fragment.
pub(super) async fn relative() -> Result<Response, Problem> {
    redirect(StatusCode::FOUND, "../redirect/./../echo?from=relative#part")
}

/// 302 without a Location.
pub(super) async fn missing() -> Response {
    (StatusCode::FOUND, "This redirect names no Location.\n").into_response()
}

/// 302 to what is not a URL.
pub(super) async fn invalid() -> Result<Response, Problem> {
    redirect(StatusCode::FOUND, "http://[not-a-host]:port/")
}

fn redirect(code: StatusCode, location: &str) -> Result<Response, Problem> {
    let value = HeaderValue::from_str(location)
        .map_err(|_| Problem::parameter("to", "it cannot stand in a Location field"))?;
    let mut headers = HeaderMap::new();
    headers.insert(header::LOCATION, value);
    Ok((code, headers, format!("See {location}\n")).into_response())
}
