//! Why something could not be saved or arranged, and what to do about it.

use std::{
    io,
    path::{Path, PathBuf},
};

use super::Stamp;
use crate::model::Problem;

/// What kept a save, a rename, a move or a deletion from happening. The files are as they were.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// The file is not what it was when it was read. `now` is what it is; `None` when it is gone.
    #[error("{} changed on disk since it was read", path.display())]
    ChangedOnDisk { path: PathBuf, now: Option<Stamp> },
    #[error("{} exists already", path.display())]
    Exists { path: PathBuf },
    #[error("cannot {doing} {}", path.display())]
    Io {
        /// A verb: write, read, move.
        doing: &'static str,
        path: PathBuf,
        #[source]
        source: io::Error,
        hint: Option<String>,
    },
    /// The file has errors, so that nothing can be changed in it; or TOML cannot hold what was to be written.
    #[error("{}", .0.first().map_or_else(String::new, ToString::to_string))]
    Format(Vec<Problem>),
}

impl SaveError {
    pub(super) fn io(doing: &'static str, path: &Path, source: io::Error) -> Self {
        let hint = hint(&source);
        Self::Io { doing, path: path.to_owned(), source, hint }
    }

    pub(super) fn invalid(path: &Path, why: &str) -> Self {
        Self::io("use the name", path, io::Error::new(io::ErrorKind::InvalidInput, why.to_owned()))
    }

    /// What to try.
    pub fn hint(&self) -> Option<&str> {
        match self {
            Self::ChangedOnDisk { .. } => Some("take what is on disk, or save yours over it"),
            Self::Exists { .. } => Some("choose another name"),
            Self::Io { hint, .. } => hint.as_deref(),
            Self::Format(_) => Some("mend the file in an editor first"),
        }
    }
}

fn hint(error: &io::Error) -> Option<String> {
    let hint = match error.kind() {
        io::ErrorKind::PermissionDenied => "make the file and its folder writable for you",
        io::ErrorKind::ReadOnlyFilesystem => "this disk is read-only: copy the collection elsewhere",
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "make room on the disk",
        io::ErrorKind::NotFound => "it was moved or deleted: reload the workspace",
        io::ErrorKind::IsADirectory => "a folder stands where the file should be",
        io::ErrorKind::NotADirectory => "a file stands where a folder should be",
        io::ErrorKind::InvalidInput => "use letters, digits, - and _",
        io::ErrorKind::InvalidData => "save the file as UTF-8",
        _ => return None,
    };
    Some(hint.to_owned())
}
