//! Deleting with a way back.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{
    NodeKind, SaveError,
    arrange::{existing, relocate},
    order, path_of,
};
use crate::model::NodeId;

/// What was deleted and where it is kept. [`restore`] brings it back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deleted {
    pub id: NodeId,
    pub kind: NodeKind,
    collection_folder: PathBuf,
    kept: PathBuf,
    /// Where it stood in its folder's `order`.
    place: Option<usize>,
}

/// Moves a request, or a folder with everything in it, into a folder of its own below `trash`.
pub fn delete(
    collection_folder: &Path,
    id: &NodeId,
    kind: NodeKind,
    trash: &Path,
) -> Result<Deleted, SaveError> {
    let (from, parent) = existing(collection_folder, id, kind)?;
    let leaf = from.file_name().unwrap_or_default();
    let kept = trash.join(uuid::Uuid::now_v7().to_string()).join(leaf);
    let place = order::place(collection_folder, id);
    relocate(&from, &kept)?;
    order::change(collection_folder, &parent, |order| order.retain(|name| name != id.leaf()));
    Ok(Deleted { id: id.clone(), kind, collection_folder: collection_folder.to_owned(), kept, place })
}

/// Puts back what was deleted. Something else that has its name by now is left alone: [`SaveError::Exists`].
pub fn restore(deleted: &Deleted) -> Result<(), SaveError> {
    let Deleted { id, kind, collection_folder, kept, place } = deleted;
    let path = path_of(collection_folder, id, *kind);
    if path.symlink_metadata().is_ok() {
        return Err(SaveError::Exists { path });
    }
    relocate(kept, &path)?;
    if let Some(folder) = kept.parent() {
        std::fs::remove_dir(folder).ok();
    }
    if let (Some(place), Some(parent)) = (*place, id.parent()) {
        order::change(collection_folder, &parent, |order| {
            order.insert(place.min(order.len()), id.leaf().to_owned());
        });
    }
    Ok(())
}
