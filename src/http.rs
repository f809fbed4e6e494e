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
mod auth;
mod body;
mod client;
mod compress;
mod connect;
mod connection;
mod follow;
mod hop;
mod jars;
mod payload;
mod prepare;
mod record;
mod redirect;
mod retry;
mod scope;
#[cfg(test)]
mod tests;
mod tls;
mod wire;

pub use address::path_parameters;
pub use client::{Client, ClientOptions};
pub use jars::StoredCookie;
pub use prepare::{PrepareError, Prepared, prepare};
pub use scope::{look_up_secrets, scope, scope_without_secrets};

use std::time::Duration;

use crate::model::{Phase, ResponseHead};

/// What is going on in a send, as it happens.
#[derive(Debug, Clone, PartialEq)]
pub enum Progress {
    Phase(Phase),
    /// Bytes of the request's body that went out; the whole is known unless it is streamed.
    Uploaded {
        sent: u64,
        total: Option<u64>,
    },
    /// A head arrived. More may follow, when it is a redirect or a challenge.
    Head(ResponseHead),
    /// Bytes of the body so far.
    Received {
        bytes: u64,
        wire: u64,
    },
    /// An attempt failed, and `[retry]` wants another after this long. `made` counts those so far.
    Waiting {
        made: u32,
        wait: Duration,
    },
}
