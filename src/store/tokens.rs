//! Tokens that servers gave, kept outside of collections: a file for each, which its owner alone can read.
//!
//! The file holds the tokens themselves, as they must be sent again, and names of what they are for; never a
//! client's secret or a password. Who renews one holds its lock, so that two programs do not renew it twice.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{places::Places, private};
use crate::model::{Secret, Token, TokenOwner};

/// The tokens of one user.
#[derive(Debug, Clone)]
pub struct Tokens {
    folder: PathBuf,
}

/// A token as its file has it.
#[derive(Serialize, Deserialize)]
struct Written {
    #[serde(flatten)]
    owner: TokenOwner,
    token_type: String,
    #[serde(default)]
    granted: String,
    obtained: Timestamp,
    expires: Option<Timestamp>,
    access_token: String,
    refresh_token: Option<String>,
    id_token: Option<String>,
}

impl Tokens {
    pub fn of(places: &Places) -> Self {
        Self { folder: places.tokens() }
    }

    /// In that folder, which is made when something is first kept.
    pub fn in_folder(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// The token of that owner; `None` where there is none. One that cannot be read is told in the log, and counts as
    /// none: another is had by asking.
    pub fn read(&self, digest: &str) -> Option<Token> {
        read(&self.file(digest))
    }

    pub fn write(&self, token: &Token) -> io::Result<()> {
        let written = Written::from(token);
        private::write(&self.file(&token.owner.digest), &serde_json::to_vec_pretty(&written)?)
    }

    /// Whether there was one. What waits for its lock is not disturbed.
    pub fn forget(&self, digest: &str) -> io::Result<bool> {
        match fs::remove_file(self.file(digest)) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Every token, by collection and environment.
    pub fn list(&self) -> io::Result<Vec<Token>> {
        let entries = match fs::read_dir(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let mut tokens = Vec::new();
        for entry in entries {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "json") {
                tokens.extend(read(&path));
            }
        }
        let key = |token: &Token| {
            let TokenOwner { collection, environment, grant, digest, .. } = token.owner.clone();
            (collection, environment, grant, digest)
        };
        tokens.sort_by_key(key);
        Ok(tokens)
    }

    /// Keeps other programs from renewing the token until the answer is dropped; `None` while one of them does.
    pub fn try_lock(&self, digest: &str) -> io::Result<Option<File>> {
        private::create_folder(&self.folder)?;
        private::try_lock(&self.folder.join(format!("{digest}.lock")))
    }

    fn file(&self, digest: &str) -> PathBuf {
        self.folder.join(format!("{digest}.json"))
    }
}

fn read(path: &Path) -> Option<Token> {
    let text = match fs::read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
        Err(error) => {
            tracing::warn!("the token {} cannot be read: {error}", path.display());
            return None;
        }
    };
    match serde_json::from_slice::<Written>(&text) {
        Ok(written) => Some(written.into()),
        // The error of serde may quote the text: it stays out of the log.
        Err(error) => {
            tracing::warn!("the token {} is damaged at line {}", path.display(), error.line());
            None
        }
    }
}

impl From<&Token> for Written {
    fn from(token: &Token) -> Self {
        let revealed = |secret: &Option<Secret>| secret.as_ref().map(|secret| secret.reveal().to_owned());
        Self {
            owner: token.owner.clone(),
            token_type: token.token_type.clone(),
            granted: token.scope.clone(),
            obtained: token.obtained,
            expires: token.expires,
            access_token: token.access_token.reveal().to_owned(),
            refresh_token: revealed(&token.refresh_token),
            id_token: revealed(&token.id_token),
        }
    }
}

impl From<Written> for Token {
    fn from(written: Written) -> Self {
        Self {
            owner: written.owner,
            token_type: written.token_type,
            scope: written.granted,
            obtained: written.obtained,
            expires: written.expires,
            access_token: Secret::new(written.access_token),
            refresh_token: written.refresh_token.map(Secret::new),
            id_token: written.id_token.map(Secret::new),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(digest: &str, collection: &str) -> Token {
        Token {
            owner: TokenOwner {
                collection: collection.into(),
                environment: Some("local".into()),
                digest: digest.into(),
                ..TokenOwner::default()
            },
            access_token: Secret::new("hunter2"),
            token_type: "Bearer".into(),
            refresh_token: Some(Secret::new("again")),
            id_token: None,
            scope: "read".into(),
            obtained: "2026-01-02T03:04:05Z".parse().unwrap(),
            expires: None,
        }
    }

    #[test]
    fn a_token_is_kept_listed_and_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let tokens = Tokens::in_folder(folder.path().join("tokens"));
        assert!(tokens.read("aa").is_none() && tokens.list().unwrap().is_empty());
        for token in [token("aa", "shop"), token("bb", "bank")] {
            tokens.write(&token).unwrap();
            assert_eq!(tokens.read(&token.owner.digest), Some(token));
        }
        let names: Vec<String> =
            tokens.list().unwrap().into_iter().map(|token| token.owner.collection).collect();
        assert_eq!(names, ["bank", "shop"]);
        assert!(tokens.forget("aa").unwrap());
        assert!(!tokens.forget("aa").unwrap());
        assert!(tokens.read("aa").is_none());
    }

    #[test]
    #[cfg(unix)]
    fn only_the_owner_can_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let tokens = Tokens::in_folder(folder.path().join("tokens"));
        let _lock = tokens.try_lock("aa").unwrap().unwrap();
        tokens.write(&token("aa", "shop")).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&folder.path().join("tokens")), 0o700);
        for entry in fs::read_dir(folder.path().join("tokens")).unwrap() {
            assert_eq!(mode(&entry.unwrap().path()), 0o600);
        }
    }

    #[test]
    fn one_at_a_time_renews_it() {
        let folder = tempfile::tempdir().unwrap();
        let tokens = Tokens::in_folder(folder.path().join("tokens"));
        let lock = tokens.try_lock("aa").unwrap();
        assert!(lock.is_some());
        assert!(tokens.try_lock("aa").unwrap().is_none());
        assert!(tokens.try_lock("bb").unwrap().is_some());
        drop(lock);
        assert!(tokens.try_lock("aa").unwrap().is_some());
    }

    #[test]
    fn a_damaged_file_counts_as_none() {
        let folder = tempfile::tempdir().unwrap();
        let tokens = Tokens::in_folder(folder.path().to_owned());
        fs::write(folder.path().join("aa.json"), "{\"access_token\": \"hunter2\"").unwrap();
        assert!(tokens.read("aa").is_none());
        tokens.write(&token("aa", "shop")).unwrap();
        assert!(tokens.read("aa").is_some());
    }
}
