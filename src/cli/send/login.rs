//! Authentication as flags, and secrets that are typed or come from the process's environment.
//!
//! What is typed as a credential is a secret from here on: history and every print have its name in its place. It still
//! stands in the shell's history and in the list of processes, which `--secret` and a template keep it out of.

use clap::Args;
use percent_encoding::percent_decode_str;

use crate::model::{ApiKeyPlace, Auth, Aws, Secret, SecretValue};

use super::{
    super::{CliError, Exit, consent},
    oauth2::Oauth2Args,
    settings::absolute_template,
};

/// `[auth]`.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Authentication")]
pub(super) struct LoginArgs {
    /// A bearer token; '{{ token }}' takes a secret or variable
    #[arg(long, value_name = "TOKEN", group = "login", visible_alias = "oauth2-bearer")]
    bearer: Option<String>,
    /// Name and password, sent with the request; without :PASSWORD it is asked for on the terminal
    #[arg(short = 'u', long, value_name = "USER:PASSWORD", conflicts_with_all = BESIDE, visible_alias = "user")]
    basic: Option<String>,
    /// Name and password, which answer a challenge without being sent
    #[arg(long, value_name = "USER:PASSWORD", group = "login")]
    digest: Option<String>,
    /// An API key as a header; `?NAME=KEY` as a query parameter
    #[arg(long, value_name = "NAME=KEY", group = "login", value_parser = key)]
    api_key: Option<(String, String)>,
    /// Name and password from ~/.netrc, by the host
    #[arg(short = 'n', long, group = "login")]
    netrc: bool,
    /// The same, from another file
    #[arg(long, value_name = "FILE", group = "login")]
    netrc_file: Option<String>,
    /// Sign for AWS (SigV4): aws:amz:REGION:SERVICE. The keys are those of -u ACCESS:SECRET, else of --aws-profile, else
    /// of the environment (`AWS_ACCESS_KEY_ID` …)
    #[arg(long, value_name = "aws:amz[:REGION[:SERVICE]]", group = "login", value_parser = scope)]
    aws_sigv4: Option<(String, String)>,
    /// A section of ~/.aws/credentials to sign with
    #[arg(long, value_name = "NAME", requires = "aws_sigv4", conflicts_with = "basic")]
    aws_profile: Option<String>,
    /// The session token of temporary AWS keys
    #[arg(long, value_name = "TOKEN", requires = "aws_sigv4", requires = "basic")]
    aws_session_token: Option<String>,
    /// Send no credentials, whatever the request's file says
    #[arg(long, group = "login")]
    no_auth: bool,
    /// A secret from an environment variable, used as {{ NAME }}: it is masked wherever it would be shown
    #[arg(long = "secret", value_name = "NAME=VARIABLE", value_parser = named)]
    secrets: Vec<(String, String)>,
    #[command(flatten)]
    oauth2: Oauth2Args,
}

/// The ways that take no name and password.
const BESIDE: [&str; 6] = ["bearer", "digest", "netrc", "netrc_file", "api_key", "no_auth"];

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
        let user = self.basic.as_deref().map(|typed| login.user("basic_password", typed)).transpose()?;
        login.auth = if let Some(token) = &self.bearer {
            Some(Auth::Bearer(login.hidden("bearer_token", token)))
        } else if let Some((region, service)) = self.aws_sigv4.clone() {
            let (access_key, secret_key) = user.unwrap_or_default();
            let profile = self.aws_profile.clone().unwrap_or_default();
            let token = self.aws_session_token.as_deref();
            let session_token = token.map(|token| login.hidden("session_token", token)).unwrap_or_default();
            let aws =
                Aws { access_key, secret_key, session_token, profile, region, service, ..Aws::default() };
            Some(Auth::Aws(aws))
        } else if self.oauth2.oauth2.is_some() {
            self.oauth2.read(user, &mut login)?.map(|oauth2| Auth::Oauth2(Box::new(oauth2)))
        } else if let Some((username, password)) = user {
            Some(Auth::Basic { username, password })
        } else if let Some(typed) = &self.digest {
            let (username, password) = login.user("digest_password", typed)?;
            Some(Auth::Digest { username, password })
        } else if let Some(file) = &self.netrc_file {
            Some(Auth::Netrc(absolute_template(file)?))
        } else if self.netrc {
            Some(Auth::Netrc(String::new()))
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
    /// `user:password`, the password hidden; it may be empty and may hold colons. Who writes no colon is asked for it.
    fn user(&mut self, name: &str, typed: &str) -> Result<(String, String), CliError> {
        if let Some((user, password)) = split(typed) {
            return Ok((user.to_owned(), self.hidden(name, password)));
        }
        match consent::ask_for_password(typed) {
            Ok(Some(password)) => {
                self.secrets.push((name.to_owned(), SecretValue::Value(password)));
                Ok((typed.to_owned(), format!("{{{{ {name} }}}}")))
            }
            Ok(None) => {
                let message = format!("the password of {typed} was not given");
                Err(CliError { exit: Exit::Interrupted, ..CliError::usage(message) })
            }
            Err(_) => {
                Err(CliError::usage(format!("{typed} has no password, and there is no terminal to ask on"))
                    .hint("write USER:PASSWORD; the password may be empty, or a template: USER:{{ name }}"))
            }
        }
    }

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

/// `aws:amz:region:service`, as curl has it; what is left out the host's name says.
fn scope(text: &str) -> Result<(String, String), String> {
    let mut parts = text.split(':');
    let (aws, amz) = (parts.next(), parts.next());
    let (region, service) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let is_known = aws == Some("aws") && amz.is_none_or(|amz| amz == "amz") && parts.next().is_none();
    is_known
        .then(|| (region.to_owned(), service.to_owned()))
        .ok_or_else(|| "write aws:amz:REGION:SERVICE, as in aws:amz:eu-west-1:s3".to_owned())
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

/// At the first colon that no template has.
fn split(typed: &str) -> Option<(&str, &str)> {
    let start = typed.find("}}").filter(|_| typed.starts_with("{{")).map_or(0, |end| end + 2);
    let colon = typed.get(start..)?.find(':')? + start;
    Some((typed.get(..colon)?, typed.get(colon + 1..)?))
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

    #[test]
    fn a_scope_of_aws_may_leave_to_the_host_what_it_says() {
        let pair = |region: &str, service: &str| Ok((region.to_owned(), service.to_owned()));
        assert_eq!(scope("aws:amz:eu-west-1:s3"), pair("eu-west-1", "s3"));
        assert_eq!(scope("aws:amz:eu-west-1"), pair("eu-west-1", ""));
        assert_eq!(scope("aws"), pair("", ""));
        for wrong in ["osc", "aws:osc:r:s", "aws:amz:r:s:x", ""] {
            assert!(scope(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_password_may_hold_colons_and_templates() {
        assert_eq!(split("u:p:q"), Some(("u", "p:q")));
        assert_eq!(split("u:"), Some(("u", "")));
        assert_eq!(split("{{ env('A:B') }}:{{ p }}"), Some(("{{ env('A:B') }}", "{{ p }}")));
        assert_eq!(split("u"), None);
    }
}
