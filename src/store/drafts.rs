//! Unsaved edits, kept so that a crash loses none.
//!
//! A file for each draft, below the workspace's own folder of the state directory. They hold what the user typed,
//! which may be anything: they are readable by their owner alone, and go when the edit is saved or dropped.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};

use super::{places::Places, private};
use crate::model::{NodeId, Request, hex};

/// Characters that are safe in a file's name everywhere.
const IN_NAME: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_');
const LONGEST_NAME: usize = 120;

/// A request with unsaved edits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    pub id: NodeId,
    pub request: Request,
    /// The request on disk that it was made from; `None` for one that never was saved.
    pub base: Option<Request>,
}

/// The drafts of one workspace.
#[derive(Debug, Clone)]
pub struct Drafts {
    folder: PathBuf,
}

impl Drafts {
    pub fn of(places: &Places, workspace: &Path) -> Self {
        Self { folder: places.of_workspace(workspace).join("drafts") }
    }

    pub fn save(&self, draft: &Draft) -> io::Result<()> {
        private::write(&self.file(&draft.id), &serde_json::to_vec(draft)?)
    }

    /// Forgets a draft; one that is not there is forgotten already.
    pub fn discard(&self, id: &NodeId) -> io::Result<()> {
        match fs::remove_file(self.file(id)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Every draft, by id. One that cannot be read is set aside and told in the log.
    pub fn load(&self) -> io::Result<Vec<Draft>> {
        let entries = match fs::read_dir(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let mut drafts = Vec::new();
        for entry in entries {
            let path = entry?.path();
            if path.extension().is_none_or(|extension| extension != "json") {
                continue;
            }
            let read = fs::read(&path).and_then(|bytes| Ok(serde_json::from_slice(&bytes)?));
            match read {
                Ok(draft) => drafts.push(draft),
                Err(error) => {
                    let aside = private::set_aside(&path);
                    tracing::warn!(
                        "the draft {} cannot be read ({error}); set aside: {aside:?}",
                        path.display()
                    );
                }
            }
        }
        drafts.sort_by(|one: &Draft, other| one.id.cmp(&other.id));
        Ok(drafts)
    }

    fn file(&self, id: &NodeId) -> PathBuf {
        use sha2::{Digest, Sha256};
        let mut name = utf8_percent_encode(id.as_str(), IN_NAME).to_string();
        if name.len() > LONGEST_NAME {
            let digest = Sha256::digest(&name);
            name.truncate(LONGEST_NAME);
            name.push_str(&hex(&digest[..8]));
        }
        self.folder.join(format!("{name}.json"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(id: &str) -> Draft {
        let request = Request { url: "{{ base_url }}/ü".into(), ..Request::default() };
        Draft { id: NodeId::new(id), request, base: None }
    }

    #[test]
    fn drafts_come_back_until_they_are_discarded() {
        let folder = tempfile::tempdir().unwrap();
        let drafts = Drafts::of(&Places::below(folder.path()), Path::new("/some/shop"));
        assert_eq!(drafts.load().unwrap(), []);
        let long = format!("shop/{}", "long-name/".repeat(40));
        for id in ["shop/a", "shop/b/ü", &long, &format!("{long}x")] {
            drafts.save(&draft(id)).unwrap();
        }
        assert_eq!(drafts.load().unwrap().len(), 4);
        drafts.discard(&NodeId::new("shop/a")).unwrap();
        drafts.discard(&NodeId::new("shop/a")).unwrap();
        assert_eq!(drafts.load().unwrap().len(), 3);
        let other = Drafts::of(&Places::below(folder.path()), Path::new("/other/shop"));
        assert_eq!(other.load().unwrap(), []);
    }

    #[test]
    fn a_damaged_draft_is_set_aside() {
        let folder = tempfile::tempdir().unwrap();
        let drafts = Drafts::of(&Places::below(folder.path()), Path::new("/some/shop"));
        drafts.save(&draft("shop/a")).unwrap();
        drafts.save(&draft("shop/b")).unwrap();
        fs::write(drafts.file(&NodeId::new("shop/a")), "{").unwrap();
        assert_eq!(drafts.load().unwrap(), [draft("shop/b")]);
        let aside = fs::read_dir(&drafts.folder)
            .unwrap()
            .filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().contains(".damaged-"));
        assert_eq!(aside.count(), 1);
    }
}
