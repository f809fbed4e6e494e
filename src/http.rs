//! One exchange: from a request as written to everything that came of it.
//!
//! ```text
//! Effective + Scope ── prepare ──► Prepared ── Client::send ──► Exchange
//!                      templates    exact       connect, hop by hop     attempts, hops, timing,
//!                      checked      and marked  redirects, challenges   heads as they were, body
//! ```
//!
//! The transport is hyper's connections over a connector of our own, under reqwest's types of bodies and requests:
//! a stock client hides the phases, the wire and the hops, and these are what a workbench is for.

mod address;
mod asks;
mod auth;
mod body;
mod browser;
mod client;
mod compress;
mod confine;
mod connect;
mod connection;
mod download;
mod fields;
mod follow;
mod hop;
pub mod jars;
mod journal;
mod payload;
mod place;
mod pool;
mod prepare;
mod preview;
mod ready;
mod record;
mod redirect;
mod relay;
mod retry;
mod scope;
#[cfg(test)]
mod tests;
mod tls;
mod token;
mod wire;

pub use address::path_parameters;
pub use asks::{ask_for_file, asks_of, asks_of_typed};
pub use auth::{Outside, outside};
pub use browser::open_in_browser;
pub use client::{Client, ClientOptions};
pub use download::{Download, save, save_new};
pub use prepare::{PrepareError, Prepared, prepare};
pub use preview::Preview;
pub use ready::{NotReady, ToSend, answer, ready, settle};
pub use relay::{Layout, Relay};
pub use scope::{scope, scope_without_secrets};
pub use token::TokenErrand;

use std::time::Duration;

use crate::{
    document::Document,
    model::{Connection, Failure, Marked, Phase, RequestHead, ResponseHead, TokenRequest},
};

/// What a request says it was sent by, and a token request.
const USER_AGENT: &str = concat!("antiphon/", env!("CARGO_PKG_VERSION"));

/// What is going on in a send, as it happens.
#[derive(Debug, Clone, PartialEq)]
pub enum Progress {
    Phase(Phase),
    /// A request goes out; more may follow, for a redirect, a challenge or another attempt.
    Asking {
        request: Box<RequestHead>,
        connection: Box<Connection>,
    },
    /// Bytes of the request's body that went out; the whole is known unless it is streamed.
    Uploaded {
        sent: u64,
        total: Option<u64>,
    },
    /// A head before the final one (1xx), where the connection is one of HTTP/1.1.
    Interim(ResponseHead),
    /// A head arrived. More may follow, when it is a redirect or a challenge.
    Head(ResponseHead),
    /// The body has begun, and can be looked at while it arrives: [`Client::send_shown`].
    Shown(Document),
    /// Bytes of the body so far, decoded and on the wire.
    Received {
        bytes: u64,
        wire: u64,
    },
    /// What was asked goes out once more, on a new connection: the kept one was closed, for this reason.
    AskingAgain(Box<Failure>),
    /// An attempt failed, and `[retry]` wants another after this long. `made` counts those so far.
    Waiting {
        made: u32,
        wait: Duration,
    },
    /// A token is being had.
    Authorizing(Authorizing),
    /// An authorization server answered.
    TokenRequested(Box<TokenRequest>),
}

/// How a token is being had. What is told here is for the user who sends, and for nobody else.
#[derive(Debug, Clone, PartialEq)]
pub enum Authorizing {
    /// The authorization server is asked.
    Requesting,
    /// Another send, or another program, is getting it.
    Sharing,
    /// Somebody has to sign in at this URL, which is to be opened in a browser of this machine.
    Browser { url: Marked, patience: Duration },
    /// Somebody has to give the code at the URL, on any machine; `complete` has the code in it.
    Device { code: String, url: String, complete: Option<String>, patience: Duration },
}
