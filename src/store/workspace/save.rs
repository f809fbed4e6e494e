//! Writing files whole, and only over what was read.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{NodeKind, SaveError, environment_path, folder_file, name, path_of};
use crate::{
    format::{self, FolderFile},
    model::{Environment, NodeId, Problem, Request, hex},
};

/// Identifies what a file said when it was last seen, across restarts too. A file that was only touched is the same.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Stamp(String);

impl Stamp {
    /// The stamp of a file that says `text`.
    pub fn of(text: &str) -> Self {
        Self(hex(&Sha256::digest(text.as_bytes())))
    }
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    pub path: PathBuf,
    pub text: String,
    pub stamp: Stamp,
}

/// A file's text and its stamp. Text that is not UTF-8 is `InvalidData`.
pub fn read_text(path: &Path) -> io::Result<(String, Stamp)> {
    let text = fs::read_to_string(path)?;
    let stamp = Stamp::of(&text);
    Ok((text, stamp))
}

/// Saves a request into its file, changing only what differs. `seen` is what the file said when it was read, or
/// `None` for a request that has no file yet.
pub fn save_request(
    collection_folder: &Path,
    id: &NodeId,
    new: &Request,
    seen: Option<&Stamp>,
) -> Result<Saved, SaveError> {
    let path = request_file(collection_folder, id)?;
    save(&path, seen, |original| format::write_request(original, new))
}

/// Saves a request whatever its file says now: into the other's text where that is sound, over it where not.
pub fn overwrite_request(collection_folder: &Path, id: &NodeId, new: &Request) -> Result<Saved, SaveError> {
    let path = request_file(collection_folder, id)?;
    overwrite(&path, |original| format::write_request(original, new))
}

/// As [`save_request`], for an environment; its file's name is its name.
pub fn save_environment(
    collection_folder: &Path,
    new: &Environment,
    seen: Option<&Stamp>,
) -> Result<Saved, SaveError> {
    let path = environment_file(collection_folder, &new.name)?;
    save(&path, seen, |original| format::write_environment(original, new))
}

/// As [`overwrite_request`], for an environment.
pub fn overwrite_environment(collection_folder: &Path, new: &Environment) -> Result<Saved, SaveError> {
    let path = environment_file(collection_folder, &new.name)?;
    overwrite(&path, |original| format::write_environment(original, new))
}

/// As [`save_request`], for what a folder.toml or collection.toml says.
pub fn save_folder(
    collection_folder: &Path,
    id: &NodeId,
    new: &FolderFile,
    seen: Option<&Stamp>,
) -> Result<Saved, SaveError> {
    save(&folder_file(collection_folder, id), seen, |original| format::write_folder(original, new))
}

/// As [`overwrite_request`], for what a folder.toml or collection.toml says.
pub fn overwrite_folder(collection_folder: &Path, id: &NodeId, new: &FolderFile) -> Result<Saved, SaveError> {
    overwrite(&folder_file(collection_folder, id), |original| format::write_folder(original, new))
}

fn request_file(collection_folder: &Path, id: &NodeId) -> Result<PathBuf, SaveError> {
    let path = path_of(collection_folder, id, NodeKind::Request);
    match name::refused_within(id) {
        Some(why) => Err(SaveError::invalid(&path, why)),
        None => Ok(path),
    }
}

fn environment_file(collection_folder: &Path, environment: &str) -> Result<PathBuf, SaveError> {
    let path = environment_path(collection_folder, environment);
    match name::refused(environment) {
        Some(why) => Err(SaveError::invalid(&path, why)),
        None => Ok(path),
    }
}

type TextOf<'w> = &'w dyn Fn(&str) -> Result<String, Vec<Problem>>;

fn save(
    path: &Path,
    seen: Option<&Stamp>,
    text_of: impl Fn(&str) -> Result<String, Vec<Problem>>,
) -> Result<Saved, SaveError> {
    let now = match read_text(path) {
        Ok(now) => Some(now),
        Err(error) if error.kind() == io::ErrorKind::NotFound && !path.is_symlink() => None,
        Err(error) => return Err(SaveError::io("read", path, error)),
    };
    let original = match (now, seen) {
        (Some((text, stamp)), Some(seen)) if stamp == *seen => text,
        (None, None) => String::new(),
        (now, _) => {
            let now = now.map(|(_, stamp)| stamp);
            return Err(SaveError::ChangedOnDisk { path: path.to_owned(), now });
        }
    };
    write(path, &original, &text_of)
}

fn overwrite(
    path: &Path,
    text_of: impl Fn(&str) -> Result<String, Vec<Problem>>,
) -> Result<Saved, SaveError> {
    let original = read_text(path).map(|(text, _)| text).unwrap_or_default();
    match write(path, &original, &text_of) {
        Err(SaveError::Format(_)) if !original.is_empty() => write(path, "", &text_of),
        done => done,
    }
}

fn write(path: &Path, original: &str, text_of: TextOf) -> Result<Saved, SaveError> {
    let text = text_of(original).map_err(|mut problems| {
        for problem in &mut problems {
            path.clone_into(&mut problem.file);
        }
        SaveError::Format(problems)
    })?;
    if text != original || !path.exists() {
        write_whole(path, &text)?;
    }
    Ok(Saved { path: path.to_owned(), stamp: Stamp::of(&text), text })
}

/// Writes a file so that it holds all of `text` or what it held before, whatever happens meanwhile. A link stays
/// a link, its target is written; permissions stay.
pub(super) fn write_whole(path: &Path, text: &str) -> Result<(), SaveError> {
    let target = if path.is_symlink() {
        fs::canonicalize(path).map_err(|error| SaveError::io("follow the link", path, error))?
    } else {
        path.to_owned()
    };
    write_target(&target, text).map_err(|error| SaveError::io("write", path, error))
}

fn write_target(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let before = fs::metadata(path).ok();
    // Renaming over a file asks only its folder: the file's own word has to be asked for.
    if before.as_ref().is_some_and(|before| before.permissions().readonly()) {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    if before.as_ref().is_some_and(fs::Metadata::is_dir) {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    let mut file = temporary(folder)?;
    file.write_all(text.as_bytes())?;
    if let Some(before) = before {
        file.as_file().set_permissions(before.permissions())?;
    }
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    // The name is on disk only when the folder is; where folders cannot be opened, the system sees to it.
    if let Ok(folder) = File::open(folder) {
        folder.sync_all().ok();
    }
    Ok(())
}

/// A file beside the one to write, hidden from the tree, with the permissions of a new file.
fn temporary(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".antiphon-").suffix(".tmp");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}
