//! antiphon: a terminal API workbench.
//!
//! The layers, from the ways in down to plain data; each names only what stands under it, and
//! `tests/architecture.rs` holds them to it.
//!
//! ```text
//!        cli            tui            demo          ways in
//!                        http                        one exchange
//! store   template   secret   document               disk; {{ }}; values nobody may see; big text
//!             format        config                   model <-> TOML; settings, keys, themes
//!                     model                          what a user writes down, and what came of it
//! ```

pub mod cli;
pub mod config;
pub mod demo;
pub mod document;
pub mod format;
pub mod http;
pub mod model;
pub mod secret;
pub mod store;
pub mod template;
pub mod tui;
