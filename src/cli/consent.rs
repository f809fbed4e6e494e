//! What a command that sends has to settle with its user first: what the collection asks for, and secrets that have to
//! be given or asked for.

use std::{fmt::Write as _, io::Read, path::PathBuf};

use clap::Args;
use jiff::Timestamp;

use crate::{
    http::{self, NotReady, PrepareError, Prepared, ToSend},
    model::{Asked, Permit, Secret, SecretValue},
    secret::{Question, Vault},
    store::trust::Trust,
};

use super::{CliError, Exit, home::Home, output::Output, output::visible};

mod asking;

/// Times that a request is made ready: after an agreement and after answers. One that asks for something else each time
/// would go on for ever.
const ROUNDS: usize = 4;

/// What the user says in advance.
#[derive(Debug, Default, Args)]
pub(super) struct Consent {
    /// Agree to what the collection asks for with this request (commands, files outside its folder, the keyring)
    ///
    /// Tells on stderr what it is, and remembers it: `antiphon trust` shows and revokes it.
    #[arg(long)]
    trust: bool,
    /// The value of a secret, in place of its source: the text of a file, or of stdin (-). A value in an argument could
    /// be read by every user of the machine
    #[arg(long = "secret-file", value_name = "NAME=FILE", value_parser = secret_file)]
    secret_files: Vec<(String, PathBuf)>,
}

fn secret_file(text: &str) -> Result<(String, PathBuf), String> {
    match text.split_once('=') {
        Some((name, path)) if !name.trim().is_empty() && !path.is_empty() => {
            Ok((name.trim().to_owned(), path.into()))
        }
        _ => Err("write NAME=FILE, or NAME=- for stdin".to_owned()),
    }
}

impl Consent {
    /// Makes a request ready to be sent. `permit` is what it may have besides what was agreed to.
    pub(super) fn ready(
        &self,
        to_send: ToSend<'_>,
        permit: Permit,
        home: &Home,
    ) -> Result<Prepared, CliError> {
        // Also one that no environment names: a login that was typed once, in a replay.
        let mut given = self.given()?;
        given.extend_from_slice(to_send.given);
        let to_send = ToSend { given: &given, ..to_send };
        let vault = Vault::default();
        let mut permit = permit;
        let mut why = None;
        for _ in 0..ROUNDS {
            let not_ready = match http::ready(to_send, &vault, &permit, &|| false) {
                Ok(prepared) => return Ok(prepared),
                Err(not_ready) => not_ready,
            };
            match &not_ready {
                NotReady::Untrusted(asked) if self.trust => agree(asked, to_send, &mut permit, home)?,
                NotReady::Unanswered(questions) if asking::can_ask() => {
                    answer(questions, to_send, &vault)?;
                }
                _ => return Err(PrepareError::from(not_ready).into()),
            }
            why = Some(not_ready);
        }
        Err(why.map_or_else(
            || CliError::usage("the request cannot be made ready"),
            |why| PrepareError::from(why).into(),
        ))
    }

    fn given(&self) -> Result<Vec<(String, SecretValue)>, CliError> {
        let read = |(name, path): &(String, PathBuf)| {
            let failed = |error| CliError::io(&format!("cannot read the secret {name} from"), path, &error);
            let mut text = String::new();
            if path.as_os_str() == "-" {
                std::io::stdin().read_to_string(&mut text).map_err(failed)?;
            } else {
                text = std::fs::read_to_string(path).map_err(failed)?;
            }
            let value = text.strip_suffix('\n').unwrap_or(&text);
            match value.strip_suffix('\r').unwrap_or(value) {
                "" => Err(CliError::usage(format!("the secret {name} is empty in {}", path.display()))),
                value => Ok((name.clone(), SecretValue::Value(Secret::new(value)))),
            }
        };
        self.secret_files.iter().map(read).collect()
    }
}

/// Asks for the password of that user on the terminal; `None` when they would rather not.
///
/// # Errors
/// There is no terminal.
pub(super) fn ask_for_password(user: &str) -> std::io::Result<Option<Secret>> {
    asking::ask(&Question { name: "password".to_owned(), text: format!("the password of {user}") })
}

/// Agrees to what is asked for, and says so: what runs from now on is on the record.
fn agree(asked: &[Asked], to_send: ToSend<'_>, permit: &mut Permit, home: &Home) -> Result<(), CliError> {
    let mut text = format!("agreed, for the collection in {}:\n", to_send.folder.display());
    let mut record = Vec::new();
    for Asked { ask, what, by } in asked {
        permit.allow(ask);
        let _ = writeln!(text, "  {}  (by {})", visible(what), visible(by));
        record.push((ask.clone(), what.clone()));
    }
    Output::stderr().tell(&text);
    Trust::of(&home.places)
        .agree(to_send.folder, &record, Timestamp::now())
        .map_err(|error| CliError::because(&error))
}

/// Asks for secrets on the terminal.
fn answer(questions: &[Question], to_send: ToSend<'_>, vault: &Vault) -> Result<(), CliError> {
    for question in questions {
        let asked = asking::ask(question);
        let asked = asked.map_err(|error| {
            CliError::usage(format!("cannot ask for {} on the terminal: {error}", question.name))
        })?;
        let Some(value) = asked else {
            let message = format!("{} was not given", question.name);
            return Err(CliError { exit: Exit::Interrupted, ..CliError::usage(message) });
        };
        http::answer(to_send, vault, &question.name, &value);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_file_has_a_name() {
        assert_eq!(secret_file("otp=-"), Ok(("otp".to_owned(), "-".into())));
        assert_eq!(secret_file("a=b=c"), Ok(("a".to_owned(), "b=c".into())));
        for bad in ["otp", "=x", "otp="] {
            assert!(secret_file(bad).is_err(), "{bad}");
        }
    }
}
