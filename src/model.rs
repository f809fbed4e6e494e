//! What a user writes down, and what came of it: plain data.
//!
//! Nothing here reads a file, opens a socket or knows a screen. A [`Request`] is what a user wrote, with its
//! templates; an [`Exchange`] is what happened when it was sent. Every other layer speaks in these types.

mod ask;
mod auth;
mod body;
mod collection;
mod cookies;
pub mod duration;
mod environment;
mod exchange;
mod expectation;
mod failure;
mod hex;
mod id;
mod marked;
mod notes;
mod problem;
mod redactor;
mod request;
mod rows;
mod secret;
mod settings;
pub mod size;
mod timing;
mod tls;
mod token;

pub use ask::{Ask, Asked, Permit};
pub use auth::{ApiKeyPlace, Auth, Aws, AwsPayload, AwsPlace, Choice, ClientAuth, Grant, Oauth2, TokenKind};
pub use body::{Body, Part, PartContent};
pub use collection::{Collection, Defaults, Effective, Folder, Node, RequestNode, Workspace};
pub use cookies::{CookieVerdict, HopCookies, ReceivedCookie, SentCookie};
pub use environment::{Environment, SecretSource, VarOrigin, Vars};
pub use exchange::{
    Attempt, BodyFile, Connection, Content, Exchange, Field, Hop, Outcome, Payload, RequestHead,
    ResponseHead, TokenRequest,
};
pub use expectation::{Capture, Expectation, Literal, Need, Paginate, Poll};
pub use failure::{Failure, FailureKind};
pub use hex::hex;
pub use id::{ExchangeId, NodeId};
pub use marked::{MASK, Marked};
pub use notes::CODINGS;
pub use problem::{Place, Problem};
pub use redactor::{Redacting, Redactor};
pub use request::Request;
pub use rows::{Row, Rows};
pub use secret::{Secret, SecretValue};
pub use settings::{CookieUse, HttpVersion, Proxy, Retry, SETTINGS, Settings, Timeouts, http_keys, keys_in};
pub use timing::{Phase, Timing};
pub use tls::{Certificate, TlsSummary, Validity};
pub use token::{Token, TokenOwner};
