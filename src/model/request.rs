//! A request as a user wrote it.

use serde::{Deserialize, Serialize};

use super::{Auth, Body, Capture, Expectation, Need, Paginate, Poll, Retry, Rows, Settings, Vars};

/// One request file. Every text may hold templates; what is left out is inherited or has a default.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Request {
    pub doc: String,
    pub tags: Vec<String>,
    /// As written; empty means GET.
    pub method: String,
    pub url: String,
    pub path: Rows,
    pub params: Rows,
    pub headers: Rows,
    /// `None` inherits.
    pub auth: Option<Auth>,
    pub body: Option<Body>,
    pub http: Settings,
    pub retry: Retry,
    pub vars: Vars,
    pub needs: Vec<Need>,
    pub expect: Vec<Expectation>,
    pub capture: Vec<Capture>,
    pub poll: Option<Poll>,
    pub paginate: Option<Paginate>,
    /// A file with one case a row, relative to the collection's folder.
    pub cases: Option<String>,
}

impl Request {
    /// The method to send: GET where none is written.
    pub fn method(&self) -> &str {
        if self.method.is_empty() { "GET" } else { &self.method }
    }
}
