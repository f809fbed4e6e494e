//! JSON of any size: one scanner, and what is made of the tokens that it finds.
//!
//! The pretty form is virtual. [`scanner`] goes over the bytes once and says what tokens they are; [`breaks`] says
//! where the pretty form breaks its lines; [`index`] notes every so many bytes where it stands; [`layout`] starts from
//! such a note and gathers the lines that are asked for, but for those that [`fold`] hides; [`paint`] gives them their
//! colours. Nothing ever holds the document's tree or its pretty text.

mod breaks;
pub(super) mod check;
pub(super) mod fold;
mod format;
pub(super) mod index;
pub(super) mod items;
pub(super) mod layout;
pub(super) mod lexer;
pub(super) mod paint;
pub(super) mod path;
pub(super) mod reading;
mod rewrite;
pub(super) mod scanner;
pub(crate) mod string;
pub(super) mod template;

#[cfg(test)]
pub(super) mod tests;

pub use check::{JsonError, check_json, check_json_template};
pub use format::format_json;
pub use path::{Crumb, PathStyle};
pub use rewrite::Rewriter;
pub use string::unquote_json;
