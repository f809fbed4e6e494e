//! Secrets of the process's environment, and of the `.env` file in the collection's folder.

use std::path::Path;

use crate::model::{Secret, SecretValue};

use super::{dotenv, unavailable};

/// The value of that name. The process's own wins, as it does in a shell that reads the file.
pub(super) fn read(variable: &str, base: &Path) -> SecretValue {
    if let Ok(value) = std::env::var(variable) {
        return SecretValue::Value(Secret::new(value));
    }
    match dotenv::read(&base.join(super::DOTENV)) {
        Ok(values) => match values.get(variable) {
            Some(value) => SecretValue::Value(Secret::new(value.as_str())),
            None => unavailable(
                format!("{variable} is not set"),
                &format!("set {variable}, or write {variable}=… to .env in the collection's folder"),
            ),
        },
        Err(error) => unavailable(format!("{variable} is not set, and {error}"), "mend the .env file"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_found_in_the_folders_dotenv() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(".env"), "# mine\nANTIPHON_TEST_TOKEN='a b'\n").unwrap();
        assert_eq!(read("ANTIPHON_TEST_TOKEN", folder.path()), SecretValue::Value(Secret::new("a b")));
        let absent = read("ANTIPHON_TEST_ABSENT", folder.path());
        let SecretValue::Unavailable { reason, hint } = &absent else { panic!("{absent:?}") };
        assert_eq!(reason, "ANTIPHON_TEST_ABSENT is not set");
        assert!(hint.contains(".env"));
    }
}
