//! The files that a user commits: finding, loading, saving, arranging and watching them.
//!
//! One broken file never takes the others along: what is wrong with it stands in its node. Nothing is overwritten
//! that changed on disk since it was read, and every write is whole or does not happen.

use std::path::{Path, PathBuf};

use crate::model::{Node, NodeId};

mod arrange;
mod create;
mod error;
mod load;
mod name;
mod order;
mod save;
#[cfg(test)]
mod tests;
mod trash;
mod watch;

pub use arrange::{create_folder, duplicate, move_node, rename};
pub use create::{create_collection, locate, user_default};
pub use error::SaveError;
pub use load::{check, leads_out, load};
pub use name::slug;
pub use save::{
    Saved, Stamp, overwrite_environment, overwrite_folder, overwrite_request, read_text, save_environment,
    save_folder, save_request,
};
pub use trash::{Deleted, delete, restore};
pub use watch::{Watcher, watch};

/// Makes a folder a collection, and says what everything below it has in common.
pub const COLLECTION_FILE: &str = "collection.toml";
/// The same for a folder within a collection.
pub const FOLDER_FILE: &str = "folder.toml";
/// The folder of environments within a collection.
pub const ENVIRONMENTS: &str = "environments";

/// Whether a [`NodeId`] means a request or a folder: a folder may have a request of its name beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NodeKind {
    Request,
    Folder,
}

impl NodeKind {
    pub fn of(node: &Node) -> Self {
        match node {
            Node::Folder(_) => Self::Folder,
            Node::Request(_) => Self::Request,
        }
    }
}

/// Where a node of the collection in `collection_folder` stands: a request's file or a folder.
pub fn path_of(collection_folder: &Path, id: &NodeId, kind: NodeKind) -> PathBuf {
    let mut path = collection_folder.to_owned();
    path.extend(id.within().split('/').filter(|segment| !segment.is_empty()));
    if kind == NodeKind::Request {
        path.as_mut_os_string().push(".toml");
    }
    path
}

/// The node that a path is about: a request for its file, a folder for its folder and for its folder.toml or
/// collection.toml. `None` outside the collection and for environments and other files.
pub fn id_of(collection_folder: &Path, path: &Path) -> Option<(NodeId, NodeKind)> {
    let mut id = NodeId::new(collection_folder.file_name()?.to_str()?);
    let within = path.strip_prefix(collection_folder).ok()?;
    let names: Option<Vec<_>> = within.iter().map(|name| name.to_str()).collect();
    let names = names?;
    if names.first() == Some(&ENVIRONMENTS) || names.iter().any(|name| name.starts_with('.')) {
        return None;
    }
    let file = names.last().and_then(|name| name.strip_suffix(".toml"));
    let folders = if file.is_some() { names.len() - 1 } else { names.len() };
    for name in names.iter().take(folders) {
        id = id.child(name);
    }
    match file {
        None | Some("folder" | "collection") => Some((id, NodeKind::Folder)),
        Some(leaf) => Some((id.child(leaf), NodeKind::Request)),
    }
}

/// Where an environment of the collection in `collection_folder` is kept.
pub fn environment_path(collection_folder: &Path, name: &str) -> PathBuf {
    collection_folder.join(ENVIRONMENTS).join(format!("{name}.toml"))
}

/// The file that says a folder's name and defaults; it need not exist.
pub fn folder_file(collection_folder: &Path, id: &NodeId) -> PathBuf {
    let file = if id.parent().is_none() { COLLECTION_FILE } else { FOLDER_FILE };
    path_of(collection_folder, id, NodeKind::Folder).join(file)
}
