//! Digest access authentication (RFC 7616): MD5 and SHA-256, with `qop=auth`.

use axum::{
    extract::{Path, State},
    http::{HeaderMap, Method, StatusCode, Uri, header},
    response::Response,
};
use serde_json::json;

use super::{PASSWORD, REALM, USER, credentials};
use crate::demo::{
    problem::{Problem, json_response},
    state::{Practice, Shared},
};
use crate::model::hex;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Algorithm {
    Md5,
    Sha256,
}

impl Algorithm {
    /// The one meant by the name in an answer; MD5 where none is given (RFC 7616, section 3.3).
    fn named(name: Option<&str>) -> Option<Self> {
        match name {
            None => Some(Self::Md5),
            Some(name) if name.eq_ignore_ascii_case("MD5") => Some(Self::Md5),
            Some(name) if name.eq_ignore_ascii_case("SHA-256") => Some(Self::Sha256),
            Some(_) => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Md5 => "MD5",
            Self::Sha256 => "SHA-256",
        }
    }

    fn hash(self, text: &str) -> String {
        match self {
            Self::Md5 => hex(&<md5::Md5 as md5::Digest>::digest(text)),
            Self::Sha256 => hex(&<sha2::Sha256 as sha2::Digest>::digest(text)),
        }
    }
}

/// Offers one algorithm.
pub(in crate::demo) async fn digest(
    State(practice): State<Shared>,
    Path(name): Path<String>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let algorithm = Algorithm::named(Some(&name))
        .ok_or_else(|| Problem::parameter("algorithm", "expected md5 or sha-256"))?;
    check(&practice, &[algorithm], &method, &uri, &headers)
}

/// Offers both, the stronger first.
pub(in crate::demo) async fn digest_any(
    State(practice): State<Shared>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    check(&practice, &[Algorithm::Sha256, Algorithm::Md5], &method, &uri, &headers)
}

fn check(
    practice: &Practice,
    offered: &[Algorithm],
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let Some(answer) = credentials(headers, "digest").map(parameters) else {
        let detail = format!("answer the challenge as {USER} with the password {PASSWORD}");
        return Err(challenge(practice, offered, &detail, false));
    };
    let get = |name: &str| {
        answer.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    };
    let algorithm = Algorithm::named(get("algorithm")).filter(|algorithm| offered.contains(algorithm));
    let Some(algorithm) = algorithm else {
        return Err(challenge(practice, offered, "this algorithm was not offered", false));
    };
    let target = uri.path_and_query().map_or("/", |target| target.as_str());
    if get("uri") != Some(target) {
        return Err(challenge(practice, offered, "uri is not the target of this request", false));
    }
    let part = |name: &str| get(name).unwrap_or_default();
    let user_hash = algorithm.hash(&format!("{USER}:{REALM}:{PASSWORD}"));
    let request_hash = algorithm.hash(&format!("{method}:{target}"));
    let middle = [part("nonce"), part("nc"), part("cnonce"), part("qop")].join(":");
    let expected = algorithm.hash(&format!("{user_hash}:{middle}:{request_hash}"));
    if part("qop") != "auth" || part("username") != USER || !part("response").eq_ignore_ascii_case(&expected)
    {
        return Err(challenge(practice, offered, "the response does not fit user and password", false));
    }
    if !practice.nonces().contains(part("nonce")) {
        return Err(challenge(practice, offered, "this nonce is not known (any more)", true));
    }
    let body =
        json!({ "authenticated": true, "scheme": "digest", "algorithm": algorithm.name(), "user": USER });
    Ok(json_response(&body))
}

fn challenge(practice: &Practice, offered: &[Algorithm], detail: &str, stale: bool) -> Problem {
    let nonce = uuid::Uuid::new_v4().simple().to_string();
    practice.nonces().keep(nonce.clone());
    let stale = if stale { ", stale=true" } else { "" };
    offered.iter().fold(Problem::new(StatusCode::UNAUTHORIZED, detail), |problem, algorithm| {
        let name = algorithm.name();
        let value = format!(
            "Digest realm=\"{REALM}\", qop=\"auth\", algorithm={name}, nonce=\"{nonce}\", opaque=\"shop\"{stale}"
        );
        problem.with_header(header::WWW_AUTHENTICATE, &value)
    })
}

/// `name=value, name="quoted, value"`: the parameters of an answer.
fn parameters(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((name, after)) = rest.split_once('=') {
        let name = name.trim_matches([',', ' ', '\t']).to_owned();
        let (value, left) = if let Some(quoted) = after.strip_prefix('"') {
            unquote(quoted)
        } else {
            let (value, left) = after.split_once(',').unwrap_or((after, ""));
            (value.trim().to_owned(), left)
        };
        found.push((name, value));
        rest = left;
    }
    found
}

/// A quoted string after its first quote, and what follows it.
fn unquote(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut chars = text.chars();
    while let Some(char) = chars.next() {
        match char {
            '"' => break,
            '\\' => value.extend(chars.next()),
            other => value.push(other),
        }
    }
    (value, chars.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_may_hold_commas_and_quotes() {
        let text = r#"username="a, \"b\"", qop=auth , nc=00000001,uri="/x?y=1""#;
        let expected = [("username", "a, \"b\""), ("qop", "auth"), ("nc", "00000001"), ("uri", "/x?y=1")];
        assert_eq!(parameters(text), expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }

    /// RFC 7616, section 3.9.1.
    #[test]
    fn hashes_as_the_example_in_the_rfc() {
        for (algorithm, expected) in [
            (Algorithm::Md5, "8ca523f5e9506fed4657c9700eebdbec"),
            (Algorithm::Sha256, "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
        ] {
            let user = algorithm.hash("Mufasa:http-auth@example.org:Circle of Life");
            let request = algorithm.hash("GET:/dir/index.html");
            let middle = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v:00000001:\
                f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ:auth";
            assert_eq!(algorithm.hash(&format!("{user}:{middle}:{request}")), expected);
        }
    }
}
