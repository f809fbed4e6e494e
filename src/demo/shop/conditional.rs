//! Entity tags and the conditions made of them (RFC 9110, sections 8.8.3 and 13.1).

use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use sha2::{Digest, Sha256};

use crate::{demo::problem::Problem, model::hex};

/// A strong entity tag of a representation, quotes included.
pub(super) fn entity_tag(representation: &[u8]) -> String {
    let digest = hex(&Sha256::digest(representation));
    format!("\"{}\"", digest.get(..16).unwrap_or_default())
}

/// True where `If-None-Match` says that the client has this representation already.
pub(in crate::demo) fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    // Weak comparison: a W/ in front does not matter.
    listed(headers, header::IF_NONE_MATCH, |listed| listed.strip_prefix("W/").unwrap_or(listed) == tag)
}

/// Fails with 412 where `If-Match` is given and does not name this representation.
pub(super) fn must_match(headers: &HeaderMap, tag: &str) -> Result<(), Problem> {
    if !headers.contains_key(header::IF_MATCH) || listed(headers, header::IF_MATCH, |listed| listed == tag) {
        return Ok(());
    }
    let detail = "it was changed since you read it: read it again, and send its new ETag in If-Match";
    Err(Problem::new(StatusCode::PRECONDITION_FAILED, detail).with_header(header::ETAG, tag))
}

fn listed(headers: &HeaderMap, name: HeaderName, matches: impl Fn(&str) -> bool) -> bool {
    headers
        .get_all(name)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|tag| tag.trim() == "*" || matches(tag.trim()))
}
