//! Where secrets are found, one file for each source, and the [`Vault`] that keeps what was found for a while.
//!
//! A file names a source and never a value; the value is looked up when a request needs it, and travels as a
//! [`crate::model::Secret`], which nothing prints. Whether a collection may run a command or use the keyring is not
//! decided here: `http::ready` does that first.

use std::path::Path;

use crate::model::{SecretSource, SecretValue};

mod command;
mod dotenv;
mod keyring;
mod known;
mod variable;
mod vault;

pub use crate::model::Redactor;
pub use known::{learn, redact_known};
pub use vault::{Question, Vault, Wanted};

/// The file in a collection's folder that variables are read from as well.
pub const DOTENV: &str = ".env";

/// Why there is no value, where that can be told without running, asking or unlocking anything.
pub fn missing(source: &SecretSource, base: &Path) -> Option<String> {
    // A link may lead out of the folder, where nothing is read before it was agreed to.
    let is_link = || base.join(DOTENV).symlink_metadata().is_ok_and(|file| file.is_symlink());
    match source {
        SecretSource::Env(variable) if std::env::var_os(variable).is_none() && is_link() => None,
        SecretSource::Env(variable) => match variable::read(variable, base) {
            SecretValue::Unavailable { reason, .. } => Some(reason),
            _ => None,
        },
        SecretSource::Keyring(_) | SecretSource::Prompt(_) | SecretSource::Command(_) => None,
    }
}

fn unavailable(reason: String, hint: &str) -> SecretValue {
    SecretValue::Unavailable { reason, hint: hint.to_owned() }
}
