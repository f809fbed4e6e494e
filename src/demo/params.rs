//! What routes take from a request: its query and path parameters, and its body, with limits.

use std::{ops::RangeInclusive, str::FromStr};

use axum::{
    body::{Bytes, HttpBody},
    extract::{FromRequest, FromRequestParts, Query, Request},
    http::{StatusCode, request::Parts},
};

use super::problem::Problem;

/// The longest body that is kept in memory.
pub(super) const LARGEST_BODY: usize = 8 << 20;

/// Query parameters in their order, repeats included.
#[derive(Debug, Default)]
pub(super) struct Params(pub(super) Vec<(String, String)>);

impl Params {
    /// The first of that name.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// A number within `range`, or `default` where it is not given.
    pub(super) fn number(
        &self,
        name: &str,
        default: u64,
        range: RangeInclusive<u64>,
    ) -> Result<u64, Problem> {
        self.get(name).map_or(Ok(default), |text| number(name, text, range))
    }
}

impl<S: Sync> FromRequestParts<S> for Params {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Query::try_from_uri(&parts.uri)
            .map(|Query(pairs)| Self(pairs))
            .map_err(|error| Problem::new(StatusCode::BAD_REQUEST, error.to_string()))
    }
}

/// The text of the parameter `name` as a number within `range`.
pub(super) fn number<T>(name: &str, text: &str, range: RangeInclusive<T>) -> Result<T, Problem>
where
    T: FromStr + PartialOrd + std::fmt::Display,
{
    text.parse().ok().filter(|value| range.contains(value)).ok_or_else(|| {
        let (low, high) = range.into_inner();
        Problem::parameter(name, format!("expected a number from {low} to {high}, got {text:?}"))
    })
}

/// A request's body, whole.
#[derive(Debug)]
pub(super) struct Received(pub(super) Bytes);

impl<S: Send + Sync> FromRequest<S> for Received {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let too_long = || {
            let detail = format!("this route takes bodies of up to {LARGEST_BODY} bytes");
            Problem::new(StatusCode::PAYLOAD_TOO_LARGE, detail)
        };
        // Refused before it is read, where it says how long it is.
        if request.body().size_hint().lower() > LARGEST_BODY as u64 {
            return Err(too_long());
        }
        Bytes::from_request(request, state).await.map(Self).map_err(|rejection| match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => too_long(),
            status => Problem::new(status, rejection.body_text()),
        })
    }
}
