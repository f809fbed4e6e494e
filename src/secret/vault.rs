//! The secrets of a session: looked up once, kept for a while, in memory alone.
//!
//! What a user was asked for is kept until it is forgotten; what a command or the keyring gave, for some minutes, since
//! a token may be renewed behind it; variables and `.env` are read each time.

use std::{
    collections::HashMap,
    fmt,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use crate::model::{Secret, SecretSource, SecretValue};

use super::{command, keyring, learn, unavailable, variable};

/// How long the value of a command or of the keyring is taken for the current one.
const FRESH: Duration = Duration::from_mins(5);

/// The secrets that a request uses.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// The collection's folder.
    pub base: &'a Path,
    /// The environment's name.
    pub environment: &'a str,
    pub sources: &'a [(String, SecretSource)],
}

/// A secret that the user has to be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The variable's name.
    pub name: String,
    /// What to ask, as the environment's file words it.
    pub text: String,
}

/// Keeps secrets by collection, environment and name. One serves a whole program.
#[derive(Default)]
pub struct Vault {
    kept: Mutex<HashMap<(PathBuf, String, String), Kept>>,
}

struct Kept {
    /// Another source in the file asks for another value.
    source: SecretSource,
    value: Secret,
    until: Option<Instant>,
}

impl Vault {
    /// What the user has to be asked before [`Vault::look_up`] finds everything.
    pub fn questions(&self, wanted: Wanted<'_>) -> Vec<Question> {
        let ask = |(name, source): &(String, SecretSource)| match source {
            SecretSource::Prompt(text) if self.kept(wanted, name, source).is_none() => {
                Some(Question { name: name.clone(), text: text.clone() })
            }
            _ => None,
        };
        wanted.sources.iter().filter_map(ask).collect()
    }

    /// Keeps the answer to a question.
    pub fn answer(&self, wanted: Wanted<'_>, name: &str, value: &Secret) {
        if let Some((name, source)) = wanted.sources.iter().find(|(own, _)| own == name) {
            self.keep(wanted, name, source, value, None);
        }
    }

    /// Forgets every value: the next send asks and looks up anew.
    pub fn forget(&self) {
        self.lock().clear();
    }

    /// Forgets what commands and the keyring gave.
    pub fn refresh(&self) {
        self.lock().retain(|_, kept| kept.until.is_none());
    }

    /// Looks secrets up; each gets a value, or the reason why there is none. May run programs and wait for them: not for
    /// the screen's thread. A program that runs is ended when `is_cancelled` says so.
    pub fn look_up(&self, wanted: Wanted<'_>, is_cancelled: &dyn Fn() -> bool) -> Vec<(String, SecretValue)> {
        let look_up = |(name, source): &(String, SecretSource)| {
            let value = self.value(wanted, name, source, is_cancelled);
            if let SecretValue::Value(secret) = &value {
                learn(name, secret);
            }
            (name.clone(), value)
        };
        wanted.sources.iter().map(look_up).collect()
    }

    fn value(
        &self,
        wanted: Wanted<'_>,
        name: &str,
        source: &SecretSource,
        is_cancelled: &dyn Fn() -> bool,
    ) -> SecretValue {
        if let Some(kept) = self.kept(wanted, name, source) {
            return SecretValue::Value(kept);
        }
        let found = match source {
            SecretSource::Env(variable) => return variable::read(variable, wanted.base),
            SecretSource::Prompt(_) => {
                let hint =
                    format!("give it with --secret-file {name}=FILE (- for stdin), or send from a terminal");
                return unavailable(
                    "it has to be asked for, and there is no terminal to ask on".into(),
                    &hint,
                );
            }
            SecretSource::Keyring(entry) => keyring::read(entry),
            SecretSource::Command(argv) => command::run(argv, wanted.base, is_cancelled),
        };
        if let SecretValue::Value(value) = &found {
            self.keep(wanted, name, source, value, Some(Instant::now() + FRESH));
        }
        found
    }

    fn kept(&self, wanted: Wanted<'_>, name: &str, source: &SecretSource) -> Option<Secret> {
        let kept = self.lock();
        let kept = kept.get(&key(wanted, name))?;
        let is_fresh = kept.until.is_none_or(|until| Instant::now() < until);
        (kept.source == *source && is_fresh).then(|| kept.value.clone())
    }

    fn keep(
        &self,
        wanted: Wanted<'_>,
        name: &str,
        source: &SecretSource,
        value: &Secret,
        until: Option<Instant>,
    ) {
        let kept = Kept { source: source.clone(), value: value.clone(), until };
        self.lock().insert(key(wanted, name), kept);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<(PathBuf, String, String), Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn key(wanted: Wanted<'_>, name: &str) -> (PathBuf, String, String) {
    (wanted.base.to_owned(), wanted.environment.to_owned(), name.to_owned())
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Vault({} values)", self.lock().len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prompt(name: &str) -> (String, SecretSource) {
        (name.to_owned(), SecretSource::Prompt(format!("What is {name}?")))
    }

    fn look_up(vault: &Vault, wanted: Wanted<'_>) -> Vec<SecretValue> {
        vault.look_up(wanted, &|| false).into_iter().map(|(_, value)| value).collect()
    }

    #[test]
    fn an_answer_is_kept_for_its_collection_and_environment_until_it_is_forgotten() {
        let vault = Vault::default();
        let sources = [prompt("otp"), prompt("pin")];
        let wanted = Wanted { base: Path::new("/shop"), environment: "local", sources: &sources };
        assert_eq!(vault.questions(wanted).len(), 2);
        vault.answer(wanted, "otp", &Secret::new("000000"));
        assert_eq!(vault.questions(wanted), [Question { name: "pin".into(), text: "What is pin?".into() }]);
        let found = look_up(&vault, wanted);
        assert_eq!(found[0], SecretValue::Value(Secret::new("000000")));
        assert!(
            matches!(&found[1], SecretValue::Unavailable { hint, .. } if hint.contains("--secret-file pin="))
        );
        for other in
            [Wanted { environment: "live", ..wanted }, Wanted { base: Path::new("/other"), ..wanted }]
        {
            assert_eq!(vault.questions(other).len(), 2);
        }
        let reworded = [("otp".to_owned(), SecretSource::Prompt("Another?".into()))];
        assert_eq!(vault.questions(Wanted { sources: &reworded, ..wanted }).len(), 1);
        vault.refresh();
        assert_eq!(vault.questions(wanted).len(), 1);
        assert!(!format!("{vault:?}").contains("000000"));
        vault.forget();
        assert_eq!(vault.questions(wanted).len(), 2);
    }

    #[cfg(unix)]
    #[test]
    fn a_command_is_run_once_until_it_is_asked_for_anew() {
        let folder = tempfile::tempdir().unwrap();
        let argv = ["sh", "-c", "echo >> runs; wc -l < runs | tr -d ' '"].map(str::to_owned);
        let sources = [("token".to_owned(), SecretSource::Command(argv.into()))];
        let wanted = Wanted { base: folder.path(), environment: "local", sources: &sources };
        let vault = Vault::default();
        let value = |text| vec![SecretValue::Value(Secret::new(text))];
        assert_eq!(look_up(&vault, wanted), value("1"));
        assert_eq!(look_up(&vault, wanted), value("1"));
        vault.refresh();
        assert_eq!(look_up(&vault, wanted), value("2"));
    }
}
