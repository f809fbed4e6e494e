//! The `order` list of a folder's file, kept in step when children come, go and change their names.

use std::path::Path;

use super::{folder_file, save};
use crate::{format, model::NodeId};

/// Changes the `order` of a folder where its file lists anything.
///
/// The list only says where to show what is there, so that a file that is broken or cannot be written does not
/// stop what it goes along with: the child then stands by its name.
pub(super) fn change(collection_folder: &Path, folder: &NodeId, change: impl FnOnce(&mut Vec<String>)) {
    let path = folder_file(collection_folder, folder);
    let Ok((text, _)) = save::read_text(&path) else { return };
    let Ok(mut file) = format::parse_folder(&text, &path) else { return };
    if file.order.is_empty() {
        return;
    }
    change(&mut file.order);
    if let Ok(new) = format::write_folder(&text, &file)
        && new != text
    {
        save::write_whole(&path, &new).ok();
    }
}

/// Where a child stands in its folder's `order`, if it is listed.
pub(super) fn place(collection_folder: &Path, id: &NodeId) -> Option<usize> {
    let path = folder_file(collection_folder, &id.parent()?);
    let (text, _) = save::read_text(&path).ok()?;
    format::parse_folder(&text, &path).ok()?.order.iter().position(|name| name == id.leaf())
}
