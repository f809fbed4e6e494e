//! Why a request has no whole answer.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A failed exchange: a typed cause, its own words, and what to try. The workbench and the command line print the
/// same words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    pub kind: FailureKind,
    /// One sentence: what was being done, to what, and what went wrong.
    pub message: String,
    /// The chain of causes below the message, outermost first.
    pub causes: Vec<String>,
    pub hint: Option<String>,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

/// The cause, as a type: what reports, exit codes and `[retry]` decide by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// The request could not be made: a bad URL, an undefined variable, a missing file. Nothing was sent.
    Invalid,
    /// The collection asks for what the user has not agreed to. Nothing was sent.
    Untrusted,
    Dns,
    Refused,
    Unreachable,
    ConnectTimeout,
    Tls,
    Proxy,
    /// No token: the authorization server, or whoever was to agree, said no.
    Authorization,
    Reset,
    ReadTimeout,
    TotalTimeout,
    TooManyRedirects,
    RedirectLoop,
    /// A redirect that cannot be followed: no or a bad Location, or one that the settings forbid.
    BadRedirect,
    /// The answer is not HTTP, or breaks its rules.
    Protocol,
    /// The body ended before its declared length, or its last chunk.
    Truncated,
    /// The content coding is broken or not known.
    Decode,
    TooLarge,
    Cancelled,
    /// A local file or folder: an upload that vanished, a full disk.
    Io,
}
