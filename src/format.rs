//! The model and its TOML text: reading with places of errors, writing with the layout kept.
//!
//! Reading finds every problem of a file at once, each with its line, column and what to try. Writing compares what
//! the file says with what it shall say and splices only the difference into the text: comments, order, quoting,
//! line ends and odd layout elsewhere stay byte for byte. Nothing here opens a file: [`crate::store`] does.
//!
//! ```text
//! text --source--> nodes with places --read--> model          (source, read)
//! model --shape--> tree --render--> text of a new file        (shape, render)
//! tree of the file, tree to write, nodes --edit--> splices    (edit)
//! ```

use std::path::Path;

use crate::model::{Defaults, Environment, Problem, Request};
pub use crate::model::{duration, size};

mod edit;
mod place;
mod read;
mod render;
mod shape;
mod source;
mod templates;
#[cfg(test)]
mod tests;
mod tree;

pub use place::place_of;
pub use templates::{Template, templates};

/// `collection.toml` or `folder.toml`: what a folder is called, and what it gives to everything below it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FolderFile {
    /// `None`: the folder's own name.
    pub name: Option<String>,
    pub doc: String,
    /// Names of children in the order to show them.
    pub order: Vec<String>,
    pub defaults: Defaults,
}

/// Reads a request file. The error holds every problem of the file; a syntax error hides those after it.
///
/// `file` is only named in problems.
pub fn parse_request(text: &str, file: &Path) -> Result<Request, Vec<Problem>> {
    read::parse(text, file, read::request)
}

/// Reads `collection.toml` or `folder.toml`.
pub fn parse_folder(text: &str, file: &Path) -> Result<FolderFile, Vec<Problem>> {
    read::parse(text, file, read::folder)
}

/// Reads `environments/NAME.toml`; `name` is what the environment is called.
pub fn parse_environment(text: &str, name: &str, file: &Path) -> Result<Environment, Vec<Problem>> {
    read::parse(text, file, |reader, root| Environment {
        name: name.to_owned(),
        ..read::environment(reader, root)
    })
}

/// `original` changed only where it says something else than `new`; an empty `original` gives a new file.
///
/// Fails where `original` itself has problems, and where TOML cannot hold `new` (a variable that stands twice).
pub fn write_request(original: &str, new: &Request) -> Result<String, Vec<Problem>> {
    edit::write(original, &shape::request(new)?, |text| {
        parse_request(text, Path::new("")).and_then(|request| shape::request(&request))
    })
}

/// As [`write_request`], for `collection.toml` and `folder.toml`.
pub fn write_folder(original: &str, new: &FolderFile) -> Result<String, Vec<Problem>> {
    edit::write(original, &shape::folder(new)?, |text| {
        parse_folder(text, Path::new("")).and_then(|folder| shape::folder(&folder))
    })
}

/// As [`write_request`], for an environment; its name is its file's and is not written.
pub fn write_environment(original: &str, new: &Environment) -> Result<String, Vec<Problem>> {
    edit::write(original, &shape::environment(new)?, |text| {
        parse_environment(text, &new.name, Path::new(""))
            .and_then(|environment| shape::environment(&environment))
    })
}
