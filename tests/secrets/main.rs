//! Secrets and trust, from outside: what a collection may do before it was agreed to, and where a secret's value never
//! comes to stand.

#![allow(clippy::unwrap_used, reason = "functions that only tests call say what they expect, as tests do")]

#[path = "../support/mod.rs"]
mod support;

mod leaks;
#[cfg(unix)]
mod sources;
#[cfg(unix)]
mod trust;
#[cfg(unix)]
mod workbench;
