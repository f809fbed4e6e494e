//! What the screen remembers of a workspace. Its shape is the screen's; here it is only kept.

use std::{fs, io, path::Path};

use serde::{Serialize, de::DeserializeOwned};

use super::{places::Places, private};

const FILE: &str = "screen.json";

/// What was remembered; nothing when there is no file, or it cannot be read.
pub fn load<T: DeserializeOwned + Default>(places: &Places, root: &Path) -> T {
    let file = places.of_workspace(root).join(FILE);
    let Ok(text) = fs::read_to_string(&file) else { return T::default() };
    serde_json::from_str(&text).unwrap_or_else(|error| {
        tracing::warn!("{} is not as it was written, and is begun anew: {error}", file.display());
        T::default()
    })
}

pub fn save<T: Serialize>(places: &Places, root: &Path, state: &T) -> io::Result<()> {
    private::write(&places.of_workspace(root).join(FILE), &serde_json::to_vec_pretty(state)?)
}
