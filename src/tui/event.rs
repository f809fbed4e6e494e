//! What happened outside: past tense, each with the id of what asked for it.
//!
//! The runtime sends these; [`super::app::App::update`] takes them. A reply whose id is no longer awaited is dropped.

use std::{ops::Range, time::Duration};

use jiff::Timestamp;

use crate::{
    document::Document,
    http::{
        Progress,
        jars::{Cookie, JarName},
    },
    model::{Asked, Environment, Exchange, Failure, NodeId, Request, Workspace},
    secret::Question,
    store::{history::Entry, workspace::Deleted},
};

use super::{
    app::{notices::Notice, tokens::KeptToken, viewer::Pattern},
    effect::Outgoing,
};

/// Names one send of this process, so that a late reply finds nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SendId(pub u64);

/// Names one question to the history or to a document, so that a late answer is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct QueryId(pub u64);

/// Something that happened outside of the state.
#[derive(Debug)]
pub enum Event {
    /// Sent only while something is in flight or a notice is waiting to go; `now` counts from the start.
    Ticked {
        now: Duration,
    },
    /// The terminal is asked to close (a signal).
    Terminated,

    WorkspaceLoaded {
        workspace: Box<Workspace>,
    },
    WorkspaceFailed {
        notice: Notice,
    },
    FilesChanged,
    DraftsLoaded {
        drafts: Vec<RestoredDraft>,
    },

    RequestSaved {
        id: NodeId,
        request: Box<Request>,
    },
    /// The file says something else than when the edit began; nothing was written.
    RequestChangedOnDisk {
        id: NodeId,
        theirs: Option<Box<Request>>,
    },
    EnvironmentSaved {
        collection: String,
        environment: Environment,
    },
    /// A request or folder came to stand at `id`; `open` when it should be shown.
    NodeCreated {
        id: NodeId,
        open: bool,
    },
    NodeMoved {
        from: NodeId,
        to: NodeId,
    },
    NodeDeleted {
        id: NodeId,
        deleted: Deleted,
    },
    NodeRestored {
        id: NodeId,
    },

    SendProgressed {
        send: SendId,
        now: Duration,
        progress: Progress,
    },
    /// The request could not be made; nothing was sent.
    SendRefused {
        send: SendId,
        refusal: Refusal,
    },
    ExchangeEnded {
        send: SendId,
        exchange: Box<Exchange>,
        document: Option<Document>,
    },
    /// The document that is looked at by itself is there, or the first of it.
    DocumentOpened {
        document: Document,
    },
    /// More of a shown document is indexed: it should be drawn again.
    DocumentIndexed,
    /// A send waits for an agreement: nothing of what its collection asks for was run or read.
    TrustWanted {
        outgoing: Box<Outgoing>,
        /// What this send asks for, and what else its collection does.
        asked: Vec<Asked>,
        also: Vec<Asked>,
    },
    /// A send waits for secrets that the user has to be asked for.
    SecretsWanted {
        outgoing: Box<Outgoing>,
        questions: Vec<Question>,
    },

    /// The names of the secrets that have no value.
    SecretsMissing {
        names: Vec<String>,
    },

    JarRead {
        jar: JarName,
        cookies: Vec<Cookie>,
        /// The jars that settings name, as far as they are on disk.
        named: Vec<String>,
        now: Timestamp,
    },

    TokensListed {
        tokens: Vec<KeptToken>,
    },
    /// A token was got anew, or not; nothing else was sent.
    TokenFetched {
        send: SendId,
        result: Result<(), Failure>,
    },

    HistoryListed {
        query: QueryId,
        entries: Vec<Entry>,
    },
    HistoryChanged,
    ExchangeOpened {
        exchange: Box<Exchange>,
        document: Option<Document>,
    },
    /// The last exchange of a request that was just opened, to show beside it.
    LatestFound {
        request: NodeId,
        exchange: Box<Exchange>,
        document: Option<Document>,
    },

    Noticed {
        notice: Notice,
    },
    /// The next match of a search, or that there is none, or why the pattern is no regular expression.
    MatchFound {
        document: Document,
        pattern: Pattern,
        at: Result<Option<Range<u64>>, String>,
    },
    /// So many matches are known by now.
    MatchesCounted {
        document: Document,
        pattern: Pattern,
        count: u64,
        is_all: bool,
    },
    /// A query finds something: what it finds is appended to `results`.
    QueryBegan {
        run: QueryId,
        results: Document,
    },
    QueryProgressed {
        run: QueryId,
        count: u64,
        /// Bytes of the document.
        read: u64,
    },
    QueryEnded {
        run: QueryId,
        count: u64,
        failure: Option<String>,
    },
    /// Where the first value at a JSONPath begins, or why that is not known.
    PathLocated {
        document: Document,
        path: String,
        at: Result<Option<u64>, String>,
    },
}

/// Why a request was not sent, and which part of it is to blame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub failure: Failure,
    /// "URL", "header Accept", "body": where the cause stands.
    pub part: Option<String>,
}

/// An unsaved edit that an earlier run left behind.
#[derive(Debug, Clone, PartialEq)]
pub struct RestoredDraft {
    pub id: NodeId,
    pub request: Request,
    /// The request on disk that it was made from; `None` for one that never was saved.
    pub base: Option<Request>,
}
