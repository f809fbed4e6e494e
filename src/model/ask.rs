//! What a collection asks for beyond sending what stands in its folder, and what it may have.

use std::{collections::BTreeSet, fmt, path::PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// One thing that needs the user's agreement: a collection may have been written by somebody else.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// To run a program. `scripts` are the files of the collection among its words, each with the digest of its content:
    /// with other content they are another program.
    Command { argv: Vec<String>, scripts: Vec<(String, String)> },
    /// To read `service/user` from the keyring.
    Keyring(String),
    /// To read a file outside of the collection's folder. The path is absolute, with symbolic links followed.
    File(PathBuf),
    /// To read variables from a file outside of it, which `.env` is a link to.
    Variables(PathBuf),
    /// To talk to a unix socket outside of the folder.
    Socket(PathBuf),
}

impl Ask {
    /// Tells this ask from every other, without telling what it is: a path may have been made with a secret.
    pub fn digest(&self) -> String {
        let mut digest = Sha256::new();
        let mut add = |part: &[u8]| {
            digest.update((part.len() as u64).to_be_bytes());
            digest.update(part);
        };
        match self {
            Self::Command { argv, scripts } => {
                add(b"command");
                add(&(argv.len() as u64).to_be_bytes());
                for word in argv {
                    add(word.as_bytes());
                }
                for (name, content) in scripts {
                    add(name.as_bytes());
                    add(content.as_bytes());
                }
            }
            Self::Keyring(entry) => {
                add(b"keyring");
                add(entry.as_bytes());
            }
            Self::File(path) => {
                add(b"file");
                add(path.as_os_str().as_encoded_bytes());
            }
            Self::Variables(path) => {
                add(b"variables");
                add(path.as_os_str().as_encoded_bytes());
            }
            Self::Socket(path) => {
                add(b"socket");
                add(path.as_os_str().as_encoded_bytes());
            }
        }
        super::hex(&digest.finalize())
    }
}

/// As a line for people: "run  pass show orders/key".
impl fmt::Display for Ask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Command { argv, .. } => {
                f.write_str("run")?;
                argv.iter().try_for_each(|word| write!(f, " {}", quoted(word)))
            }
            Self::Keyring(entry) => write!(f, "read {entry} from the keyring"),
            Self::File(path) => write!(f, "read {}", path.display()),
            Self::Variables(path) => write!(f, "read variables from {}", path.display()),
            Self::Socket(path) => write!(f, "talk to the socket {}", path.display()),
        }
    }
}

/// A word of a command, in quotes where its ends would not be seen.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_./:=@%+,".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) { word.to_owned() } else { format!("{word:?}") }
}

/// An ask, with the place that it comes from: "environments/local.toml: secret token".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub ask: Ask,
    /// In words, without the values of secrets that its path may have been made with.
    pub what: String,
    pub by: String,
}

/// What a request may do beyond its collection's folder: by default, nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Permit {
    has_files: bool,
    /// Digests of asks.
    agreed: BTreeSet<String>,
}

impl Permit {
    /// What was agreed to, by [`Ask::digest`]; nothing else.
    pub fn agreed(digests: impl IntoIterator<Item = String>) -> Self {
        Self { has_files: false, agreed: digests.into_iter().collect() }
    }

    /// The same, and any file or socket: those of a request that the user has typed, here and now.
    #[must_use]
    pub fn with_files(self) -> Self {
        Self { has_files: true, ..self }
    }

    pub fn allow(&mut self, ask: &Ask) {
        self.agreed.insert(ask.digest());
    }

    pub fn allows(&self, ask: &Ask) -> bool {
        let is_typed = self.has_files && matches!(ask, Ask::File(_) | Ask::Socket(_));
        is_typed || self.agreed.contains(&ask.digest())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(argv: &[&str]) -> Ask {
        Ask::Command { argv: argv.iter().map(|word| (*word).to_owned()).collect(), scripts: Vec::new() }
    }

    #[test]
    fn every_change_is_another_ask() {
        let script = |content: &str| Ask::Command {
            argv: vec!["./x".into()],
            scripts: vec![("./x".into(), content.into())],
        };
        let asks = [
            command(&["pass", "show", "a"]),
            command(&["pass", "show", "b"]),
            command(&["pass", "show a"]),
            command(&["pass", "show", "a", ""]),
            script("1"),
            script("2"),
            Ask::Keyring("a/b".into()),
            Ask::File("a/b".into()),
            Ask::Socket("a/b".into()),
            Ask::Variables("a/b".into()),
        ];
        let digests: BTreeSet<String> = asks.iter().map(Ask::digest).collect();
        assert_eq!(digests.len(), asks.len());
        for (index, ask) in asks.iter().enumerate() {
            let permit = Permit::agreed([ask.digest()]);
            for (other, asked) in asks.iter().enumerate() {
                assert_eq!(permit.allows(asked), index == other);
            }
            assert!(!Permit::default().allows(ask));
            let is_path = matches!(ask, Ask::File(_) | Ask::Socket(_));
            assert_eq!(Permit::default().with_files().allows(ask), is_path);
        }
    }

    #[test]
    fn a_command_is_told_word_by_word() {
        assert_eq!(command(&["pass", "show", "a b", ""]).to_string(), "run pass show \"a b\" \"\"");
        assert_eq!(command(&["sh", "-c", "rm\n-r"]).to_string(), "run sh -c \"rm\\n-r\"");
    }
}
