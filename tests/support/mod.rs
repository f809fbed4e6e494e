//! What the tests of the program share: a scratch folder to run it in, and a terminal to drive it with.
//!
//! A `mod.rs`, since cargo takes `tests/support.rs` for a test of its own.

#![allow(dead_code, unreachable_pub)] // Each test program uses its part of it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "functions that only tests call say what they expect, as tests do"
)]

pub mod browser;
pub mod keys;
pub mod program;
pub mod terminal;
