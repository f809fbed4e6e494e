//! An exchange in a few facts: an element of `history list --json`.

use serde::Serialize;

use crate::store::history::Entry;

use super::{Error, hop::milliseconds};

#[derive(Debug, Serialize)]
pub(in crate::cli) struct Listed<'a> {
    id: &'a str,
    started: String,
    source: Option<&'a str>,
    environment: Option<&'a str>,
    method: &'a str,
    url: &'a str,
    status: Option<u16>,
    reason: &'a str,
    error: Option<Error<'a>>,
    /// Milliseconds.
    duration: f64,
    /// Decoded bytes of body.
    size: u64,
}

impl<'a> From<&'a Entry> for Listed<'a> {
    fn from(entry: &'a Entry) -> Self {
        Self {
            id: &entry.id.0,
            started: entry.started.to_string(),
            source: entry.source.as_ref().map(crate::model::NodeId::within),
            environment: entry.environment.as_deref(),
            method: &entry.method,
            url: &entry.url,
            status: entry.status,
            reason: &entry.reason,
            error: entry.failure.as_ref().map(Error::from),
            duration: milliseconds(entry.duration),
            size: entry.size,
        }
    }
}
