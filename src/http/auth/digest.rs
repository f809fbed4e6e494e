//! Digest authentication (RFC 7616): a challenge read, answered, and its nonce used again.

mod answer;
mod challenge;
mod memory;

pub(super) use answer::{Request, answer};
pub(super) use challenge::{Algorithm, Challenge, Protection, next_nonce};
pub(in crate::http) use memory::Memory;
pub(super) use memory::Who;
