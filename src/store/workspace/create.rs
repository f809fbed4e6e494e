//! Finding a workspace, and making a new one.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{COLLECTION_FILE, SaveError, environment_path, load::collection_folders, save::write_whole};
use crate::{
    format::{self, FolderFile},
    model::Environment,
};

/// The workspace that `start` belongs to: itself or the nearest folder above it that has a `collection.toml` or
/// `collections/*/collection.toml`.
pub fn locate(start: &Path) -> Option<PathBuf> {
    let start = fs::canonicalize(start).ok()?;
    let is_root = |folder: &&Path| collection_folders(folder).is_ok_and(|folders| !folders.is_empty());
    start.ancestors().filter(|folder| folder.is_dir()).find(is_root).map(Path::to_owned)
}

/// The user's own workspace below the platform's data folder, made at need.
pub fn user_default(data_dir: &Path) -> Result<PathBuf, SaveError> {
    let folder = data_dir.join("my-requests");
    if !folder.join(COLLECTION_FILE).exists() {
        create_collection(&folder)?;
    }
    Ok(folder)
}

/// Makes `folder` a collection with an empty environment, and keeps `.env` out of git.
pub fn create_collection(folder: &Path) -> Result<(), SaveError> {
    let file = folder.join(COLLECTION_FILE);
    if file.exists() {
        return Err(SaveError::Exists { path: file });
    }
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned());
    let collection = FolderFile { name, ..FolderFile::default() };
    write_whole(&file, &format::write_folder("", &collection).map_err(SaveError::Format)?)?;
    let local = environment_path(folder, "local");
    if !local.exists() {
        let environment = Environment {
            name: "local".to_owned(),
            vars: vec![("base_url".to_owned(), "http://localhost:8080".to_owned())],
            ..Environment::default()
        };
        write_whole(&local, &format::write_environment("", &environment).map_err(SaveError::Format)?)?;
    }
    ignore_dot_env(&folder.join(".gitignore"))
}

fn ignore_dot_env(path: &Path) -> Result<(), SaveError> {
    let before = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(SaveError::io("read", path, error)),
    };
    if before.lines().any(|line| matches!(line.trim(), ".env" | "/.env" | "*.env")) {
        return Ok(());
    }
    let gap = if before.is_empty() || before.ends_with('\n') { "" } else { "\n" };
    write_whole(path, &format!("{before}{gap}.env\n"))
}
