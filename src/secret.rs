//! Where secrets are found.
//!
//! A file names a source and never a value; the value is looked up when it is needed, and travels as a
//! [`crate::model::Secret`], which nothing prints.

use std::{collections::HashMap, path::Path};

use crate::model::{Secret, SecretSource, SecretValue};

mod dotenv;
mod redactor;

pub use redactor::Redactor;

/// Looks up the secrets of an environment, for a collection whose folder is `base`.
///
/// Each name gets a value, or the reason why there is none: one that is missing stops only the requests that use it.
pub fn resolve(sources: &[(String, SecretSource)], base: &Path) -> Vec<(String, SecretValue)> {
    if sources.is_empty() {
        return Vec::new();
    }
    let dotenv = dotenv::read(&base.join(".env"));
    sources.iter().map(|(name, source)| (name.clone(), look_up(source, &dotenv))).collect()
}

/// What to do about a source that is not looked up.
const PORTABLE: &str =
    "this version finds secrets in variables of the environment and in .env: use { env = \"NAME\" }";

fn look_up(source: &SecretSource, dotenv: &Result<HashMap<String, String>, String>) -> SecretValue {
    let unavailable = |reason: String, hint: &str| SecretValue::Unavailable { reason, hint: hint.to_owned() };
    match source {
        SecretSource::Env(variable) => {
            if let Ok(value) = std::env::var(variable) {
                return SecretValue::Value(Secret::new(value));
            }
            match dotenv {
                Ok(values) => match values.get(variable) {
                    Some(value) => SecretValue::Value(Secret::new(value.as_str())),
                    None => unavailable(
                        format!("{variable} is not set"),
                        &format!("set {variable}, or write {variable}=… to .env in the collection's folder"),
                    ),
                },
                Err(error) => {
                    unavailable(format!("{variable} is not set, and {error}"), "mend the .env file")
                }
            }
        }
        SecretSource::Keyring(_) => unavailable("the keyring is not read".into(), PORTABLE),
        SecretSource::Prompt(_) => unavailable("secrets are not asked for".into(), PORTABLE),
        SecretSource::Command(_) => unavailable("commands are not run".into(), PORTABLE),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_found_in_the_folders_dotenv() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(".env"), "# mine\nANTIPHON_TEST_TOKEN='a b'\n").unwrap();
        let sources = [
            ("token".to_owned(), SecretSource::Env("ANTIPHON_TEST_TOKEN".into())),
            ("absent".to_owned(), SecretSource::Env("ANTIPHON_TEST_ABSENT".into())),
        ];
        let found = resolve(&sources, folder.path());
        assert_eq!(found[0].1, SecretValue::Value(Secret::new("a b")));
        let SecretValue::Unavailable { reason, hint } = &found[1].1 else { panic!("{found:?}") };
        assert_eq!(reason, "ANTIPHON_TEST_ABSENT is not set");
        assert!(hint.contains(".env"));
        assert!(!format!("{found:?}").contains("a b"));
    }
}
