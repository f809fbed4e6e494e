//! What happened when a request was sent.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{ExchangeId, Failure, HopCookies, Marked, NodeId, Redactor, Request, Timing, TlsSummary};

mod redacted;

/// One send: what was asked, every attempt and hop, and how it ended. The response pane, history, reports and
/// exports all read this.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Exchange {
    pub id: ExchangeId,
    /// The saved request it came from; `None` for one that was never saved.
    pub source: Option<NodeId>,
    pub environment: Option<String>,
    pub started: Timestamp,
    pub duration: Duration,
    /// With inheritance applied and templates as written: what a replay with today's variables sends.
    pub written: Request,
    /// With everything rendered but the secrets, which stand as `{{ name }}`: what a replay as it was sends.
    pub sent: Request,
    /// In order; the last one decided the outcome.
    pub attempts: Vec<Attempt>,
    pub outcome: Outcome,
    /// The secret values that went into it. They are in memory alone, and what is written goes through
    /// [`Exchange::redacted`].
    #[serde(skip)]
    pub secrets: Redactor,
}

impl Exchange {
    /// The hop that the user sees: the last of the last attempt.
    pub fn last_hop(&self) -> Option<&Hop> {
        self.attempts.last().and_then(|attempt| attempt.hops.last())
    }

    /// The final response's head.
    pub fn response(&self) -> Option<&ResponseHead> {
        self.last_hop().and_then(|hop| hop.response.as_ref())
    }

    pub fn payload_mut(&mut self) -> Option<&mut Payload> {
        match &mut self.outcome {
            Outcome::Answered(payload) => Some(payload),
            Outcome::Failed { partial, .. } => partial.as_mut(),
        }
    }

    /// The body that arrived, whole or in part.
    pub fn payload(&self) -> Option<&Payload> {
        match &self.outcome {
            Outcome::Answered(payload) => Some(payload),
            Outcome::Failed { partial, .. } => partial.as_ref(),
        }
    }
}

/// How an exchange ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// A whole answer, whatever its status.
    Answered(Payload),
    /// None, or one that broke off; `partial` is what had arrived.
    Failed { failure: Failure, partial: Option<Payload> },
}

/// One try, with the redirects that were followed in it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Attempt {
    /// In order; at least one unless nothing could be sent.
    pub hops: Vec<Hop>,
    /// What was asked of an authorization server before, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub token_requests: Vec<TokenRequest>,
    /// The wait before this attempt; zero for the first.
    pub waited: Duration,
    /// Why it failed, where another followed; the last one ended as the exchange did.
    #[serde(default)]
    pub error: Option<Failure>,
}

/// A request to an authorization server for the token that a request needs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TokenRequest {
    /// What it was for: `refresh_token`, as the server reads it, or "device code".
    pub purpose: String,
    /// Its form. Everything that proves something is marked.
    pub form: Vec<(String, Marked)>,
    pub hop: Hop,
    /// What came of it, in a few words: "a token for 1 h", `invalid_grant`. The answer itself is not kept.
    pub outcome: String,
    /// How often it was made, where it was repeated until somebody had agreed. The hop is the last.
    pub times: u32,
}

/// One request and its answer: an exchange without redirects has one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Hop {
    pub request: RequestHead,
    /// Heads that came before the final one (RFC 9110, section 15.2), such as 103 Early Hints.
    #[serde(default)]
    pub interim: Vec<ResponseHead>,
    /// `None` when no head arrived.
    pub response: Option<ResponseHead>,
    /// Fields that came after the body (RFC 9110, section 6.5).
    #[serde(default)]
    pub trailers: Vec<Field>,
    /// The body of an answer that was not the last, such as a redirect's, where it was short enough to be read. That of
    /// the last is the exchange's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Payload>,
    pub timing: Timing,
    /// `None` when no connection stood.
    pub connection: Option<Connection>,
    #[serde(default)]
    pub cookies: HopCookies,
    /// Why it went out twice: the server had closed the kept connection that it was sent on first, before any byte of
    /// an answer (RFC 9110, section 9.2.2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeated: Option<Failure>,
}

/// A request as it went out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RequestHead {
    pub method: String,
    /// Absolute, as requested; a secret in it is marked.
    pub url: Marked,
    /// "HTTP/1.1" or "HTTP/2".
    pub version: String,
    /// In order of sending, with the case that was sent.
    pub fields: Vec<(String, Marked)>,
    /// Bytes of body, as encoded on the wire.
    pub body_size: u64,
}

/// A response's head as it came (RFC 9112, section 4; RFC 9113, section 8.3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResponseHead {
    pub version: String,
    pub status: u16,
    /// As received; HTTP/2 has none.
    pub reason: String,
    pub fields: Vec<Field>,
}

impl ResponseHead {
    /// The first value of that field, compared without case.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields
            .iter()
            .find(|field| field.name.eq_ignore_ascii_case(name))
            .map(|field| field.value.as_str())
    }

    /// All values of that field, in order.
    pub fn fields<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> + 'a {
        self.fields
            .iter()
            .filter(move |field| field.name.eq_ignore_ascii_case(name))
            .map(|field| field.value.as_str())
    }
}

/// A field line. Bytes beyond ASCII are read as UTF-8 where they are that, else as Latin-1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    pub name: String,
    pub value: String,
}

/// What carried a hop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    /// Counts from 1 in each process.
    pub id: u64,
    /// Whether an earlier hop or exchange had used it.
    pub reused: bool,
    pub remote: String,
    pub local: String,
    pub tls: Option<TlsSummary>,
    /// The proxy's URL, without its credentials.
    pub proxy: Option<String>,
}

/// A response's body.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Payload {
    /// `Content-Type`'s value, as received.
    pub media_type: Option<String>,
    /// Bytes on the wire, before decoding.
    pub wire_size: u64,
    /// Bytes after decoding.
    pub size: u64,
    /// Not part of the written form: bodies are kept apart.
    #[serde(skip)]
    pub content: Content,
}

/// A file that holds a body. A temporary one lives as long as someone holds this.
#[derive(Debug, Clone)]
pub struct BodyFile(Arc<Held>);

#[derive(Debug)]
enum Held {
    Temporary(tempfile::TempPath),
    Kept(PathBuf),
}

impl BodyFile {
    /// A file that goes when the last holder of it does.
    pub fn temporary(path: tempfile::TempPath) -> Self {
        Self(Arc::new(Held::Temporary(path)))
    }

    /// A file that someone else keeps.
    pub fn kept(path: PathBuf) -> Self {
        Self(Arc::new(Held::Kept(path)))
    }

    pub fn path(&self) -> &Path {
        match self.0.as_ref() {
            Held::Temporary(path) => path,
            Held::Kept(path) => path,
        }
    }
}

impl BodyFile {
    /// Where it is, if someone else keeps it.
    pub fn kept_at(&self) -> Option<&Path> {
        match self.0.as_ref() {
            Held::Temporary(_) => None,
            Held::Kept(path) => Some(path),
        }
    }
}

impl PartialEq for BodyFile {
    fn eq(&self, other: &Self) -> bool {
        self.path() == other.path()
    }
}

impl Eq for BodyFile {}

/// Where a body's decoded bytes are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Content {
    Memory(Bytes),
    /// Too large for memory.
    File(BodyFile),
    /// Not here: history has it apart, or was told not to keep it.
    #[default]
    Elsewhere,
}
