//! From what a user wants to send to what can be sent: what the collection asks for is agreed to, the user has answered
//! what is asked, the secrets that the request uses are looked up, and the request is rendered.
//!
//! The order matters. Nothing is run, read or unlocked before it was agreed to, and nothing is looked up that the request
//! does not name.

use std::path::Path;

use crate::{
    model::{Asked, Effective, Environment, NodeId, Permit, Secret, SecretSource, SecretValue, Vars},
    secret::{Question, Vault, Wanted, learn},
    template::Scope,
};

use super::{
    PrepareError, Prepared, asks,
    confine::ask_of,
    prepare::{needed_secrets, prepare_within},
    scope::{scope, scope_without_secrets},
};

/// A request that is to be sent, with all that its templates may name.
#[derive(Debug, Clone, Copy)]
pub struct ToSend<'a> {
    pub source: Option<&'a NodeId>,
    pub effective: &'a Effective,
    pub environment: Option<&'a Environment>,
    /// The folder of the collection that the environment is of: where its commands run and its `.env` is. Not the
    /// request's own for one that was typed.
    pub folder: &'a Path,
    /// From the command line: stronger than all else.
    pub overrides: &'a Vars,
    /// Secrets that the command line gave: stronger still.
    pub given: &'a [(String, SecretValue)],
}

/// Why a request cannot be sent yet, or at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotReady {
    /// It has a mistake.
    Refused(PrepareError),
    /// Its collection asks for what the user has not agreed to.
    Untrusted(Vec<Asked>),
    /// It uses secrets that the user has to be asked for.
    Unanswered(Vec<Question>),
}

/// Makes a request ready. May run programs: not for the screen's thread.
///
/// # Errors
/// What stands in the way. After an agreement or an answer it is tried again.
pub fn ready(
    to_send: ToSend<'_>,
    vault: &Vault,
    permit: &Permit,
    is_cancelled: &dyn Fn() -> bool,
) -> Result<Prepared, NotReady> {
    let scope = settle(to_send, vault, permit, is_cancelled)?;
    let environment = to_send.environment.map(|environment| environment.name.as_str());
    let source = to_send.source.cloned();
    prepare_within(source, environment, to_send.effective, &scope, permit).map_err(|error| {
        if error.asked.is_empty() {
            NotReady::Refused(error)
        } else {
            NotReady::Untrusted(error.asked.into_vec())
        }
    })
}

/// The scope of a request with the secrets that it uses, once these may be looked up: [`ready`] without the rendering.
///
/// # Errors
/// As those of [`ready`].
pub fn settle(
    to_send: ToSend<'_>,
    vault: &Vault,
    permit: &Permit,
    is_cancelled: &dyn Fn() -> bool,
) -> Result<Scope, NotReady> {
    let ToSend { source, effective, environment, folder, overrides, given } = to_send;
    let mut unresolved = scope_without_secrets(Some(effective), environment, overrides);
    unresolved.put_secrets_first(given.to_vec());
    let used = used(to_send, &unresolved);
    let name = environment.map_or("", |environment| environment.name.as_str());
    let asked = of_sources(&used, folder, name);
    let mut asked: Vec<Asked> = asked.into_iter().map(|(_, asked)| asked).collect();
    asked.extend(asks::of_paths(source, effective, &unresolved));
    asked.retain(|asked| !permit.allows(&asked.ask));
    if !asked.is_empty() {
        return Err(NotReady::Untrusted(asks::each_once(asked)));
    }
    let wanted = Wanted { base: folder, environment: name, sources: &used };
    let questions = vault.questions(wanted);
    if !questions.is_empty() {
        return Err(NotReady::Unanswered(questions));
    }
    Ok(with_secrets(to_send, vault.look_up(wanted, is_cancelled)))
}

/// Keeps the answer to a question that [`ready`] asked.
pub fn answer(to_send: ToSend<'_>, vault: &Vault, name: &str, value: &Secret) {
    let Some(environment) = to_send.environment else { return };
    let wanted =
        Wanted { base: to_send.folder, environment: &environment.name, sources: &environment.secrets };
    vault.answer(wanted, name, value);
}

/// The secrets of the environment that the request uses.
fn used(to_send: ToSend<'_>, unresolved: &Scope) -> Vec<(String, SecretSource)> {
    let names = needed_secrets(&to_send.effective.request, unresolved);
    let secrets = to_send.environment.into_iter().flat_map(|environment| &environment.secrets);
    let is_given = |name: &String| to_send.given.iter().any(|(own, _)| own == name);
    secrets.filter(|(name, _)| names.contains(name) && !is_given(name)).cloned().collect()
}

/// What the sources of secrets ask for, each with the secret's name.
pub(super) fn of_sources(
    sources: &[(String, SecretSource)],
    base: &Path,
    environment: &str,
) -> Vec<(String, Asked)> {
    let asked = sources.iter().filter_map(|(name, source)| {
        let by = format!("environments/{environment}.toml: secret {name}");
        Some((name.clone(), asks::asked(ask_of(source, base)?, by)))
    });
    asked.collect()
}

/// The scope with what was looked up; what was not stays known by name.
fn with_secrets(to_send: ToSend<'_>, mut found: Vec<(String, SecretValue)>) -> Scope {
    let all = to_send.environment.into_iter().flat_map(|environment| &environment.secrets);
    for (name, _) in all {
        if !found.iter().any(|(own, _)| own == name) {
            found.push((name.clone(), SecretValue::Unresolved));
        }
    }
    let mut scope = scope(to_send.effective, to_send.environment, found, to_send.overrides);
    for (name, value) in to_send.given {
        if let SecretValue::Value(secret) = value {
            learn(name, secret);
        }
    }
    scope.put_secrets_first(to_send.given.to_vec());
    scope
}

impl From<NotReady> for PrepareError {
    /// The words for where nobody can be asked.
    fn from(not_ready: NotReady) -> Self {
        match not_ready {
            NotReady::Refused(error) => error,
            NotReady::Untrusted(asked) => Self::untrusted(asked),
            NotReady::Unanswered(questions) => {
                let names: Vec<&str> = questions.iter().map(|question| question.name.as_str()).collect();
                let hint = format!(
                    "give it with --secret-file {}=FILE (- for stdin), or send from a terminal",
                    names.first().unwrap_or(&"NAME")
                );
                let message = format!(
                    "{} has to be asked for, and there is no terminal to ask on",
                    names.join(" and ")
                );
                Self::new("secrets", message, Some(hint))
            }
        }
    }
}
