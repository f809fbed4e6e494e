//! An exchange as JSON: the contract of `send --json`, `history show --json` and everything that reads them.
//!
//! docs/json.md is the words for it. It is a form of its own, apart from the model and from what history keeps, so that
//! these can change without breaking a script. A key is always there, null where there is nothing; times are
//! milliseconds; secrets are masked.

use std::{borrow::Cow, path::Path};

use serde::Serialize;

use crate::model::{self, Content, Exchange, Failure, FailureKind, Outcome};

mod body;
mod har;
mod hop;
mod listing;
mod redacted;

use body::{Encoding, RequestBody, masked};
pub(super) use har::Har;
use hop::{Connection, Hop, Pair, Pairs, Timing, pairs};
pub(super) use listing::Listed;
pub(super) use redacted::redacted;

/// A whole exchange.
#[derive(Debug, Serialize)]
pub(super) struct Report<'a> {
    id: &'a str,
    /// The saved request's path within its collection.
    source: Option<String>,
    environment: Option<&'a str>,
    /// RFC 3339, in UTC.
    started: String,
    pub(super) request: Request<'a>,
    attempts: Vec<Attempt<'a>>,
    /// The phases of the last hop; `total` is the whole exchange, waits and redirects included.
    timing: Timing,
    /// That of the last hop.
    connection: Option<Connection<'a>>,
    response: Option<Response<'a>>,
    error: Option<Error<'a>>,
}

/// What was asked for, as the first hop sent it.
#[derive(Debug, Serialize)]
pub(super) struct Request<'a> {
    pub(super) method: String,
    pub(super) url: String,
    pub(super) headers: Pairs<'a>,
    #[serde(flatten)]
    pub(super) body: RequestBody,
}

/// One try.
#[derive(Debug, Serialize)]
struct Attempt<'a> {
    /// Milliseconds before it began.
    waited: f64,
    /// To an authorization server, for the token that this attempt was sent with.
    token_requests: Vec<TokenRequest<'a>>,
    hops: Vec<Hop<'a>>,
    error: Option<Error<'a>>,
}

/// A request for a token; its answer's body is kept nowhere.
#[derive(Debug, Serialize)]
struct TokenRequest<'a> {
    purpose: &'a str,
    form: Pairs<'a>,
    /// What came of it, in words.
    outcome: &'a str,
    /// How often it was made, until somebody had agreed.
    times: u32,
    #[serde(flatten)]
    hop: Hop<'a>,
}

/// The final answer.
#[derive(Debug, Serialize)]
struct Response<'a> {
    status: u16,
    reason: &'a str,
    version: &'a str,
    headers: Pairs<'a>,
    trailers: Pairs<'a>,
    body: Option<body::Bytes<'a>>,
    body_encoding: Option<Encoding>,
    /// The file that has the body, where it was saved to one.
    body_file: Option<Cow<'a, str>>,
    /// The charset that `body` was in before it was text; null where it is none.
    charset: Option<&'static str>,
    size: Size,
    /// What is worth a word and no error, a sentence each.
    notes: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Size {
    wire: u64,
    decoded: u64,
}

/// Why there is no whole answer.
#[derive(Debug, Serialize)]
struct Error<'a> {
    kind: FailureKind,
    message: &'a str,
    causes: &'a [String],
    hint: Option<&'a str>,
}

impl<'a> Report<'a> {
    pub(super) fn new(exchange: &'a Exchange) -> Self {
        let failure = match &exchange.outcome {
            Outcome::Failed { failure, .. } => Some(failure),
            Outcome::Answered(_) => None,
        };
        let last = exchange.last_hop();
        Self {
            id: &exchange.id.0,
            source: exchange.source.as_ref().map(|id| id.within().to_owned()),
            environment: exchange.environment.as_deref(),
            started: exchange.started.to_string(),
            request: Request::of(exchange),
            attempts: attempts(exchange, failure),
            timing: Timing::new(last.map(|hop| hop.timing).unwrap_or_default(), exchange.duration),
            connection: last.and_then(Connection::of),
            response: Response::of(exchange),
            error: failure.map(Error::from),
        }
    }

    /// Says that the body is in that file, and leaves it out here.
    pub(super) fn saved_to(&mut self, file: &'a Path) {
        if let Some(response) = &mut self.response {
            (response.body, response.body_encoding, response.charset) = (None, None, None);
            response.body_file = Some(file.to_string_lossy());
        }
    }
}

/// Every attempt with why it failed: the last one failed as the exchange did.
fn attempts<'a>(exchange: &'a Exchange, failure: Option<&'a Failure>) -> Vec<Attempt<'a>> {
    let last = exchange.attempts.len().saturating_sub(1);
    let attempts = exchange.attempts.iter().enumerate().map(|(index, attempt)| Attempt {
        waited: hop::milliseconds(attempt.waited),
        token_requests: attempt.token_requests.iter().map(TokenRequest::from).collect(),
        hops: attempt.hops.iter().map(Hop::from).collect(),
        error: attempt.error.as_ref().or(failure.filter(|_| index == last)).map(Error::from),
    });
    attempts.collect()
}

impl<'a> From<&'a model::TokenRequest> for TokenRequest<'a> {
    fn from(asked: &'a model::TokenRequest) -> Self {
        let pair =
            |(name, value): &'a (String, model::Marked)| Pair(name.as_str().into(), value.masked().into());
        Self {
            purpose: &asked.purpose,
            form: asked.form.iter().map(pair).collect(),
            outcome: &asked.outcome,
            times: asked.times,
            hop: (&asked.hop).into(),
        }
    }
}

impl<'a> Request<'a> {
    /// Where nothing went out, what would have.
    fn of(exchange: &'a Exchange) -> Self {
        let body = RequestBody::of(&exchange.sent);
        let first = exchange.attempts.first().and_then(|attempt| attempt.hops.first());
        let Some(model::Hop { request, .. }) = first else {
            let headers = exchange.sent.headers.iter();
            return Self {
                method: masked(exchange.sent.method()),
                url: masked(&exchange.sent.url),
                headers: headers
                    .map(|row| Pair(masked(&row.name).into(), masked(&row.value).into()))
                    .collect(),
                body,
            };
        };
        Self { body, ..Self::of_head(request, &exchange.sent) }
    }

    /// A request by its head and what it was made of.
    pub(super) fn of_head(head: &'a model::RequestHead, sent: &model::Request) -> Self {
        let headers = head.fields.iter();
        Self {
            method: head.method.clone(),
            url: head.url.masked(),
            headers: headers.map(|(name, value)| Pair(name.into(), value.masked().into())).collect(),
            body: RequestBody::of(sent),
        }
    }
}

impl<'a> Response<'a> {
    fn of(exchange: &'a Exchange) -> Option<Self> {
        let head = exchange.response()?;
        let payload = exchange.payload();
        let body = payload.and_then(|payload| match &payload.content {
            Content::Elsewhere => None,
            _ => Some(body::Bytes::new(payload, &exchange.secrets)),
        });
        Some(Self {
            status: head.status,
            reason: &head.reason,
            version: &head.version,
            headers: pairs(&head.fields),
            trailers: exchange.last_hop().map(|hop| pairs(&hop.trailers)).unwrap_or_default(),
            body_encoding: body.as_ref().map(body::Bytes::encoding),
            charset: body.as_ref().and_then(body::Bytes::charset),
            body,
            body_file: None,
            size: Size {
                wire: payload.map_or(0, |payload| payload.wire_size),
                decoded: payload.map_or(0, |payload| payload.size),
            },
            notes: exchange.notes(),
        })
    }
}

impl<'a> From<&'a Failure> for Error<'a> {
    fn from(failure: &'a Failure) -> Self {
        Self {
            kind: failure.kind,
            message: &failure.message,
            causes: &failure.causes,
            hint: failure.hint.as_deref(),
        }
    }
}
