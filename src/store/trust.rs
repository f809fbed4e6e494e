//! What the user has agreed to: which collection, by its folder, may have what beyond its own files.
//!
//! An agreement is to one ask and its exact words ([`Ask::digest`]): a changed command is another one, and a copy of the
//! collection in another folder has none. What is told of it again is kept without the values of secrets.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{places::Places, private};
use crate::model::{Ask, Permit};

/// The version of the file that this program writes.
const VERSION: u32 = 1;

/// The record of a user's agreements: `trust.json` in the data folder, mode 0600.
#[derive(Debug, Clone)]
pub struct Trust {
    path: PathBuf,
}

/// Why the record cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    #[error("the agreements in {} cannot be {doing}", .path.display())]
    Io { doing: &'static str, path: PathBuf, source: io::Error },
    #[error("{} was written by a newer version of antiphon", .path.display())]
    Newer { path: PathBuf },
}

/// A collection's folder, with what was agreed to for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trusted {
    pub folder: PathBuf,
    pub agreed: Vec<Agreement>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreement {
    pub digest: String,
    /// As it was shown: "run pass show orders/key".
    pub what: String,
    pub at: Timestamp,
}

#[derive(Default, Serialize, Deserialize)]
struct File {
    version: u32,
    #[serde(default)]
    collections: Vec<Trusted>,
}

impl Trust {
    pub fn of(places: &Places) -> Self {
        Self { path: places.trust() }
    }

    /// What the collection in `folder` may have.
    pub fn permit(&self, folder: &Path) -> Result<Permit, TrustError> {
        let folder = real(folder);
        let trusted = self.list()?.into_iter().filter(|trusted| trusted.folder == folder);
        Ok(Permit::agreed(trusted.flat_map(|trusted| trusted.agreed).map(|agreement| agreement.digest)))
    }

    /// Every agreement, by folder.
    pub fn list(&self) -> Result<Vec<Trusted>, TrustError> {
        self.read().map(|file| file.collections)
    }

    /// Keeps that the user agreed to these asks of the collection in `folder`; each with the words it was shown in.
    pub fn agree(&self, folder: &Path, asks: &[(Ask, String)], at: Timestamp) -> Result<(), TrustError> {
        let folder = real(folder);
        self.change(|collections| {
            if !collections.iter().any(|trusted| trusted.folder == folder) {
                collections.push(Trusted { folder: folder.clone(), agreed: Vec::new() });
            }
            let Some(own) = collections.iter_mut().find(|trusted| trusted.folder == folder) else { return };
            for (ask, what) in asks {
                let digest = ask.digest();
                if !own.agreed.iter().any(|agreement| agreement.digest == digest) {
                    own.agreed.push(Agreement { digest, what: what.clone(), at });
                }
            }
            collections.sort_by(|one, other| one.folder.cmp(&other.folder));
        })
    }

    /// Takes back every agreement of the collection in `folder`; answers how many there were.
    pub fn revoke(&self, folder: &Path) -> Result<usize, TrustError> {
        // A folder that is gone is named as it was written.
        let folders = [real(folder), folder.to_owned()];
        let mut count = 0;
        self.change(|collections| {
            collections.retain(|trusted| {
                let is_kept = !folders.contains(&trusted.folder);
                count += if is_kept { 0 } else { trusted.agreed.len() };
                is_kept
            });
        })?;
        Ok(count)
    }

    /// Two programs that agree at once keep both agreements.
    fn change(&self, change: impl FnOnce(&mut Vec<Trusted>)) -> Result<(), TrustError> {
        let failed = |source| TrustError::Io { doing: "written", path: self.path.clone(), source };
        if let Some(folder) = self.path.parent() {
            private::create_folder(folder).map_err(failed)?;
        }
        let _alone = private::lock(&self.path.with_extension("lock")).map_err(failed)?;
        let mut file = self.read()?;
        change(&mut file.collections);
        file.version = VERSION;
        let text = serde_json::to_string_pretty(&file).map_err(|error| failed(error.into()))?;
        private::write(&self.path, format!("{text}\n").as_bytes()).map_err(failed)
    }

    fn read(&self) -> Result<File, TrustError> {
        let failed = |source| TrustError::Io { doing: "read", path: self.path.clone(), source };
        let text = match fs::read(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(File::default()),
            Err(error) => return Err(failed(error)),
        };
        match serde_json::from_slice::<File>(&text) {
            Ok(file) if file.version > VERSION => Err(TrustError::Newer { path: self.path.clone() }),
            Ok(file) => Ok(file),
            // Nothing is agreed to then. The file may be mended by hand: it is kept.
            Err(_) => private::set_aside(&self.path).map(|_| File::default()).map_err(failed),
        }
    }
}

/// A folder by its one name, whatever links lead to it.
fn real(folder: &Path) -> PathBuf {
    fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(entry: &str) -> Ask {
        Ask::Keyring(entry.to_owned())
    }

    fn shown(entries: &[&str]) -> Vec<(Ask, String)> {
        entries.iter().map(|entry| (ask(entry), ask(entry).to_string())).collect()
    }

    #[test]
    fn an_agreement_holds_for_its_folder_and_its_words() {
        let root = tempfile::tempdir().unwrap();
        let (one, two) = (root.path().join("one"), root.path().join("two"));
        fs::create_dir_all(&one).unwrap();
        fs::create_dir_all(&two).unwrap();
        let trust = Trust::of(&Places::below(&root.path().join("home")));
        assert_eq!(trust.permit(&one).unwrap(), Permit::default());
        trust.agree(&one, &shown(&["a/b", "c/d"]), Timestamp::UNIX_EPOCH).unwrap();
        trust.agree(&one, &shown(&["a/b"]), Timestamp::UNIX_EPOCH).unwrap();
        trust.agree(&two, &shown(&["a/b"]), Timestamp::UNIX_EPOCH).unwrap();
        let permit = trust.permit(&one.join("../one")).unwrap();
        assert!(permit.allows(&ask("a/b")) && permit.allows(&ask("c/d")) && !permit.allows(&ask("a/b2")));
        assert!(!trust.permit(&two).unwrap().allows(&ask("c/d")));
        assert_eq!(trust.list().unwrap()[0].agreed.len(), 2);
        assert_eq!(trust.revoke(&one).unwrap(), 2);
        assert_eq!(trust.revoke(&one).unwrap(), 0);
        assert!(!trust.permit(&one).unwrap().allows(&ask("a/b")));
        assert!(trust.permit(&two).unwrap().allows(&ask("a/b")));
    }

    #[cfg(unix)]
    #[test]
    fn the_record_is_the_users_own_and_a_damaged_one_agrees_to_nothing() {
        use std::os::unix::fs::PermissionsExt;
        let root = tempfile::tempdir().unwrap();
        let places = Places::below(root.path());
        let trust = Trust::of(&places);
        trust.agree(root.path(), &shown(&["a/b"]), Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(fs::metadata(places.trust()).unwrap().permissions().mode() & 0o777, 0o600);
        fs::write(places.trust(), "{ broken").unwrap();
        assert_eq!(trust.permit(root.path()).unwrap(), Permit::default());
        fs::write(places.trust(), "{\"version\": 99}").unwrap();
        assert!(matches!(trust.permit(root.path()), Err(TrustError::Newer { .. })));
    }
}
