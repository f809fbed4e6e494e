//! What to do outside: plain data, made by [`super::app::App::update`] and done by the runtime.

use std::path::PathBuf;

use crate::{
    document::Document,
    http::jars::{Edit, JarName},
    model::{
        Asked, Content, Effective, Environment, ExchangeId, Marked, NodeId, Request, Secret, SecretSource,
        Vars,
    },
    store::{
        history,
        workspace::{Deleted, NodeKind},
    },
};

use super::{
    app::{remembered::Remembered, viewer::Pattern},
    event::{QueryId, SendId},
};

/// One thing to do outside of the state.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    LoadWorkspace,
    SendRequest(Box<Outgoing>),
    CancelSend(SendId),
    /// The next send looks its secrets up anew; with `answers`, it also asks again for those that were asked for.
    ForgetSecrets {
        answers: bool,
    },

    /// Writes a request's file if it still says `base` (`None`: if there is none), or in any case with `force`.
    SaveRequest {
        id: NodeId,
        request: Box<Request>,
        base: Option<Box<Request>>,
        force: bool,
    },
    /// Writes an environment's file if it still says `base`.
    SaveEnvironment {
        collection: String,
        environment: Environment,
        base: Environment,
    },
    CreateRequest {
        id: NodeId,
        request: Box<Request>,
    },
    CreateFolder {
        id: NodeId,
    },
    RenameNode {
        id: NodeId,
        kind: NodeKind,
        leaf: String,
    },
    DuplicateNode {
        id: NodeId,
        kind: NodeKind,
    },
    MoveNode {
        id: NodeId,
        kind: NodeKind,
        folder: NodeId,
    },
    DeleteNode {
        id: NodeId,
        kind: NodeKind,
    },
    RestoreNode {
        id: NodeId,
        deleted: Deleted,
    },

    KeepDraft {
        id: NodeId,
        request: Box<Request>,
        base: Option<Box<Request>>,
    },
    DiscardDraft {
        id: NodeId,
    },
    Remember(Box<Remembered>),

    /// Which of an environment's secrets have no value, as far as that can be told without asking for any.
    FindMissingSecrets {
        sources: Vec<(String, SecretSource)>,
        /// The collection's folder.
        base: PathBuf,
    },

    ReadJar {
        jar: JarName,
    },
    ChangeJar {
        jar: JarName,
        edit: Edit,
    },
    /// Puts in the cookies of a file in Netscape's format, or writes them to one.
    ImportCookies {
        jar: JarName,
        path: PathBuf,
    },
    ExportCookies {
        jar: JarName,
        path: PathBuf,
    },

    ListHistory {
        query: QueryId,
        filter: history::Filter,
    },
    OpenExchange {
        id: ExchangeId,
    },
    FindLatest {
        request: NodeId,
    },
    DeleteExchange {
        id: ExchangeId,
    },

    ListTokens,
    ForgetToken {
        /// The token's own.
        digest: String,
    },
    /// Opens the user's browser.
    OpenPage {
        url: Marked,
    },

    CopyText {
        text: String,
        what: String,
    },
    SaveBody {
        body: SavedBody,
        path: PathBuf,
    },
    /// Writes a document, as it was received, to a new file.
    SaveDocument {
        document: Document,
        path: PathBuf,
    },
    /// The next match from a byte on, or the last before it; from the other end where there is none.
    FindMatch {
        document: Document,
        pattern: Pattern,
        from: u64,
        forward: bool,
    },
    /// Counts the matches, instead of those that are being counted.
    CountMatches {
        document: Document,
        pattern: Pattern,
    },
    /// Asks a document, instead of what is being asked.
    RunQuery {
        run: QueryId,
        document: Document,
        text: String,
    },
    CancelQuery,
    /// Finds the first value at a JSONPath.
    LocatePath {
        document: Document,
        path: String,
    },
    /// Clear the terminal, so that the next frame draws all of it.
    Redraw,
    Quit,
}

/// A request on its way out, with everything that preparing it needs.
#[derive(Debug, Clone, PartialEq)]
pub struct Outgoing {
    pub send: SendId,
    /// The saved request it came from.
    pub source: Option<NodeId>,
    pub effective: Effective,
    pub environment: Option<Environment>,
    /// From the command line: stronger than the environment.
    pub overrides: Vars,
    pub errand: Errand,
    /// What the user agreed to when this send was asked for before.
    pub consent: Consent,
}

/// What a request goes out for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Errand {
    /// To be sent.
    #[default]
    Exchange,
    /// Only the token that it would be sent with is got, anew.
    Token,
}

/// What the user said about a send that could not be made ready without them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Consent {
    pub agreed: Vec<Asked>,
    /// Whether the agreement is kept for later sends.
    pub is_kept: bool,
    /// Answers to what was asked, by the secrets' names.
    pub answers: Vec<(String, Secret)>,
}

/// A body to write to a file: what the screen holds of it, which keeps a temporary file alive, or what the history has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedBody {
    pub exchange: ExchangeId,
    pub content: Content,
    pub is_whole: bool,
}
