//! Authentication as flags, and secrets that are typed or come from the process's environment.
//!
//! What is typed as a credential is a secret from here on: history and every print have its name in its place. It still
//! stands in the shell's history and in the list of processes, which `--secret` and a template keep it out of.

use clap::Args;
use percent_encoding::percent_decode_str;

use crate::model::{ApiKeyPlace, Auth, Secret, SecretValue};

use super::super::CliError;

/// `[auth]`.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Authentication")]
pub(super) struct LoginArgs {
    /// A bearer token; '{{ token }}' takes a secret or variable
    #[arg(long, value_name = "TOKEN", group = "login")]
    bearer: Option<String>,
    /// Name and password, sent with the request
    #[arg(short = 'u', long, value_name = "USER:PASSWORD", group = "login", value_parser = pair, visible_alias = "user")]
    basic: Option<(String, String)>,
    /// Name and password, which answer a challenge without being sent
    #[arg(long, value_name = "USER:PASSWORD", group = "login", value_parser = pair)]
    digest: Option<(String, String)>,
    /// An API key as a header; `?NAME=KEY` as a query parameter
    #[arg(long, value_name = "NAME=KEY", group = "login", value_parser = key)]
    api_key: Option<(String, String)>,
    /// Send no credentials, whatever the request's file says
    #[arg(long, group = "login")]
    no_auth: bool,
    /// A secret from an environment variable, used as {{ NAME }}: it is masked wherever it would be shown
    #[arg(long = "secret", value_name = "NAME=VARIABLE", value_parser = named)]
    secrets: Vec<(String, String)>,
}

/// The authentication that was asked for, and the secrets it needs.
#[derive(Debug, Default)]
pub(super) struct Login {
    /// `None`: what the request says.
    pub(super) auth: Option<Auth>,
    pub(super) secrets: Vec<(String, SecretValue)>,
}

impl LoginArgs {
    /// # Errors
    /// A variable that is not set.
    pub(super) fn read(&self) -> Result<Login, CliError> {
        let mut login = Login::default();
        for (name, variable) in &self.secrets {
            let value = std::env::var(variable).map_err(|_| {
                CliError::usage(format!("the environment variable {variable} is not set"))
                    .hint(format!("--secret {name}={variable} takes the secret {name} from it"))
            })?;
            login.secrets.push((name.clone(), SecretValue::Value(Secret::new(value))));
        }
        login.auth = if let Some(token) = &self.bearer {
            Some(Auth::Bearer(login.hidden("bearer_token", token)))
        } else if let Some((username, password)) = &self.basic {
            let password = login.hidden("basic_password", password);
            Some(Auth::Basic { username: username.clone(), password })
        } else if let Some((username, password)) = &self.digest {
            let password = login.hidden("digest_password", password);
            Some(Auth::Digest { username: username.clone(), password })
        } else if let Some((name, value)) = &self.api_key {
            let (name, place) = match name.strip_prefix('?') {
                Some(name) => (name, ApiKeyPlace::Query),
                None => (name.as_str(), ApiKeyPlace::Header),
            };
            let value = login.hidden("api_key", value);
            Some(Auth::ApiKey { name: name.to_owned(), value, place })
        } else {
            self.no_auth.then_some(Auth::None)
        };
        Ok(login)
    }
}

impl Login {
    /// The template of a credential: its own, or one that names the secret which it now is.
    pub(super) fn hidden(&mut self, name: &str, typed: &str) -> String {
        if typed.contains("{{") {
            return typed.to_owned();
        }
        self.secrets.push((name.to_owned(), SecretValue::Value(Secret::new(typed.to_owned()))));
        format!("{{{{ {name} }}}}")
    }

    /// A URL that was typed, with the password before its host made a secret.
    pub(super) fn hidden_in(&mut self, name: &str, url: &str) -> String {
        let Some(password) = password_in(url) else { return url.to_owned() };
        let (before, after) = (&url[..password.start], &url[password.end..]);
        let plain = percent_decode_str(&url[password]).decode_utf8_lossy();
        self.secrets.push((name.to_owned(), SecretValue::Value(Secret::new(plain))));
        format!("{before}{{{{ {name} | url }}}}{after}")
    }
}

/// Where the password stands in a URL such as `http://user:password@host`, if it is one that no template makes.
fn password_in(url: &str) -> Option<std::ops::Range<usize>> {
    let start = url.find("://").map_or(0, |at| at + 3);
    let end = url[start..].find(['/', '?', '#']).map_or(url.len(), |at| start + at);
    let host = start + url[start..end].rfind('@')?;
    let password = start + url[start..host].find(':')? + 1..host;
    (!password.is_empty() && !url[start..host].contains("{{")).then_some(password)
}

/// `user:password`; a password may be empty and may hold colons.
fn pair(text: &str) -> Result<(String, String), String> {
    let (user, password) = text.split_once(':').ok_or("write USER:PASSWORD; the password may be empty")?;
    Ok((user.to_owned(), password.to_owned()))
}

fn key(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim_start_matches('?').is_empty() => {
            Ok((name.to_owned(), value.to_owned()))
        }
        _ => Err("write NAME=KEY, or ?NAME=KEY for a query parameter".to_owned()),
    }
}

/// `NAME=VARIABLE`, or the same name for both.
fn named(text: &str) -> Result<(String, String), String> {
    let (name, variable) = text.split_once('=').unwrap_or((text, text));
    let is_named = !name.is_empty() && !variable.is_empty();
    is_named.then(|| (name.to_owned(), variable.to_owned())).ok_or_else(|| "write NAME=VARIABLE".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_of_urls() {
        let cases = [
            ("http://me:word@h:1/x?a=b@c", Some("word")),
            ("http://me:a:b@c@h", Some("a:b@c")),
            ("me:word@h:1", Some("word")),
            ("http://me@h:1/:x@y", None),
            ("http://me:@h", None),
            ("http://me:{{ word }}@h", None),
            ("{{ base }}/a:b@c", None),
            ("system", None),
        ];
        for (url, expected) in cases {
            assert_eq!(password_in(url).and_then(|at| url.get(at)), expected, "{url}");
        }
    }
}
