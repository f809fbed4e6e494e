//! The handlers of a resource as axum wants them, behind a bearer token where the resource asks for one.

use std::future::{Ready, ready};

use axum::{
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
    routing::{self, MethodRouter},
};

use super::{handlers, schema::Resource};
use crate::demo::{
    auth,
    params::{Params, Received},
    problem::Problem,
    state::{Practice, Shared},
};

type Kind = &'static Resource;
type Answer = Result<Response, Problem>;

/// Answers, if the request may be answered. Nothing here waits.
fn admitted(
    kind: Kind,
    practice: &Practice,
    headers: &HeaderMap,
    answer: impl FnOnce() -> Answer,
) -> Ready<Answer> {
    let admission = if kind.needs_token { auth::require_token(practice, headers) } else { Ok(()) };
    ready(admission.and_then(|()| answer()))
}

pub(in crate::demo) fn list(kind: Kind) -> MethodRouter<Shared> {
    routing::get(move |State(practice): State<Shared>, params: Params, headers: HeaderMap| {
        admitted(kind, &practice, &headers, || handlers::list(kind, &practice, &params, &headers))
    })
}

pub(in crate::demo) fn create(kind: Kind) -> MethodRouter<Shared> {
    routing::post(move |State(practice): State<Shared>, headers: HeaderMap, body: Received| {
        admitted(kind, &practice, &headers, || handlers::create(kind, &practice, &headers, &body))
    })
}

pub(in crate::demo) fn read(kind: Kind) -> MethodRouter<Shared> {
    routing::get(move |State(practice): State<Shared>, Path(id): Path<String>, headers: HeaderMap| {
        admitted(kind, &practice, &headers, || handlers::read(kind, &practice, &id, &headers))
    })
}

pub(in crate::demo) fn replace(kind: Kind) -> MethodRouter<Shared> {
    routing::put(
        move |State(practice): State<Shared>, Path(id): Path<String>, headers: HeaderMap, body: Received| {
            admitted(kind, &practice, &headers, || handlers::replace(kind, &practice, &id, &headers, &body))
        },
    )
}

pub(in crate::demo) fn patch(kind: Kind) -> MethodRouter<Shared> {
    routing::patch(
        move |State(practice): State<Shared>, Path(id): Path<String>, headers: HeaderMap, body: Received| {
            admitted(kind, &practice, &headers, || handlers::patch(kind, &practice, &id, &headers, &body))
        },
    )
}

pub(in crate::demo) fn delete(kind: Kind) -> MethodRouter<Shared> {
    routing::delete(move |State(practice): State<Shared>, Path(id): Path<String>, headers: HeaderMap| {
        admitted(kind, &practice, &headers, || handlers::delete(kind, &practice, &id, &headers))
    })
}
