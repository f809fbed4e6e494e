//! New folders, and other names and places for what is there.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::{FOLDER_FILE, NodeKind, SaveError, name, order, path_of, save};
use crate::{
    format::{self, FolderFile},
    model::NodeId,
};

/// Makes a folder in `parent` for the name that a user typed, with a folder.toml: git keeps no empty folders.
pub fn create_folder(collection_folder: &Path, parent: &NodeId, name: &str) -> Result<NodeId, SaveError> {
    let leaf = name::slug(name);
    let id = parent.child(&leaf);
    let path = path_of(collection_folder, &id, NodeKind::Folder);
    if path.exists() {
        return Err(SaveError::Exists { path });
    }
    let file = FolderFile { name: Some(name.trim().to_owned()), ..FolderFile::default() };
    let text = format::write_folder("", &file).map_err(SaveError::Format)?;
    save::write_whole(&path.join(FOLDER_FILE), &text)?;
    order::change(collection_folder, parent, |order| order.push(leaf));
    Ok(id)
}

/// Gives a request or folder another file name; its place in `order` stays.
pub fn rename(
    collection_folder: &Path,
    id: &NodeId,
    kind: NodeKind,
    leaf: &str,
) -> Result<NodeId, SaveError> {
    let (from, parent) = existing(collection_folder, id, kind)?;
    if let Some(why) = name::refused(leaf) {
        return Err(SaveError::invalid(&from, why));
    }
    let new = parent.child(leaf);
    let to = free(collection_folder, &new, kind)?;
    relocate(&from, &to)?;
    order::change(collection_folder, &parent, |order| {
        order.iter_mut().filter(|name| *name == id.leaf()).for_each(|name| leaf.clone_into(name));
    });
    Ok(new)
}

/// Copies a request or folder beside itself, under the first free of `x-copy`, `x-copy-2`, …
pub fn duplicate(collection_folder: &Path, id: &NodeId, kind: NodeKind) -> Result<NodeId, SaveError> {
    let (from, parent) = existing(collection_folder, id, kind)?;
    let stem = format!("{}-copy", id.leaf());
    let names = std::iter::once(stem.clone()).chain((2..1000).map(|count| format!("{stem}-{count}")));
    for leaf in names {
        let new = parent.child(&leaf);
        let Ok(to) = free(collection_folder, &new, kind) else { continue };
        copy(&from, &to).map_err(|error| SaveError::io("copy", &from, error))?;
        order::change(collection_folder, &parent, |order| {
            if let Some(place) = order.iter().position(|name| name == id.leaf()) {
                order.insert(place + 1, leaf);
            }
        });
        return Ok(new);
    }
    Err(SaveError::Exists { path: from })
}

/// Moves a request or folder into another folder, of another collection too; its file name stays.
pub fn move_node(
    collection_folder: &Path,
    id: &NodeId,
    kind: NodeKind,
    to_collection: &Path,
    to_folder: &NodeId,
) -> Result<NodeId, SaveError> {
    let (from, parent) = existing(collection_folder, id, kind)?;
    if kind == NodeKind::Folder && to_folder.is_within(id) {
        return Err(SaveError::invalid(&from, "a folder cannot be moved into itself"));
    }
    let new = to_folder.child(id.leaf());
    let to = free(to_collection, &new, kind)?;
    relocate(&from, &to)?;
    order::change(collection_folder, &parent, |order| order.retain(|name| name != id.leaf()));
    Ok(new)
}

/// The path of something that is there, and its parent.
pub(super) fn existing(
    collection_folder: &Path,
    id: &NodeId,
    kind: NodeKind,
) -> Result<(PathBuf, NodeId), SaveError> {
    let path = path_of(collection_folder, id, kind);
    let parent = id.parent().ok_or_else(|| SaveError::invalid(&path, "a collection stays where it is"))?;
    if let Some(why) = name::refused_within(id) {
        return Err(SaveError::invalid(&path, why));
    }
    match fs::symlink_metadata(&path) {
        Ok(_) => Ok((path, parent)),
        Err(error) => Err(SaveError::io("find", &path, error)),
    }
}

/// The path of something that is not there yet.
fn free(collection_folder: &Path, id: &NodeId, kind: NodeKind) -> Result<PathBuf, SaveError> {
    let path = path_of(collection_folder, id, kind);
    if let Some(why) = refused(id, kind) {
        return Err(SaveError::invalid(&path, why));
    }
    if fs::symlink_metadata(&path).is_ok() {
        return Err(SaveError::Exists { path });
    }
    Ok(path)
}

fn refused(id: &NodeId, kind: NodeKind) -> Option<&'static str> {
    let leaf = id.leaf();
    let taken = match kind {
        NodeKind::Request => leaf == "folder" || leaf == "collection",
        NodeKind::Folder => {
            Path::new(leaf).extension().is_some_and(|ending| ending == "toml")
                || id.within() == super::ENVIRONMENTS
        }
    };
    name::refused_within(id).or(taken.then_some("it means something else in a collection"))
}

/// Moves a file or folder, also to another disk; folders on the way to it are made.
pub(super) fn relocate(from: &Path, to: &Path) -> Result<(), SaveError> {
    let moved = to.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| match fs::rename(from, to) {
        Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {
            copy(from, to)?;
            remove(from)
        }
        done => done,
    });
    moved.map_err(|error| SaveError::io("move", from, error))
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    if !from.is_dir() {
        return fs::copy(from, to).map(|_| ());
    }
    // Listed before the copy is made, so that it is not copied into itself.
    let entries: Vec<_> = fs::read_dir(from)?.collect::<Result<_, _>>()?;
    fs::create_dir(to)?;
    entries.into_iter().try_for_each(|entry| copy(&entry.path(), &to.join(entry.file_name())))
}

fn remove(path: &Path) -> io::Result<()> {
    if path.is_dir() && !path.is_symlink() { fs::remove_dir_all(path) } else { fs::remove_file(path) }
}
