//! A cookie from arguments.

use std::io::Read as _;

use clap::Args;
use jiff::{SignedDuration, Timestamp};

use crate::http::jars::{Cookie, SameSite, canonical_domain};

use super::super::CliError;

/// Put in a cookie, in the place of the one that has its name, domain and path
#[derive(Debug, Args)]
pub(super) struct SetArgs {
    /// NAME=VALUE; a NAME alone takes the value from standard input
    #[arg(value_name = "NAME[=VALUE]")]
    pair: String,
    /// The host that it is sent to
    #[arg(short, long)]
    domain: String,
    /// To the names below the domain, too
    #[arg(long)]
    subdomains: bool,
    /// Where it is sent to
    #[arg(short, long, default_value = "/")]
    path: String,
    /// Over TLS alone, and to this machine
    #[arg(long)]
    secure: bool,
    /// Hidden from scripts in browsers
    #[arg(long)]
    http_only: bool,
    /// strict, lax or none
    #[arg(long, value_parser = same_site, value_name = "SITE")]
    same_site: Option<SameSite>,
    /// Until then, as in 2027-01-31T12:00:00Z [default: until it is deleted]
    #[arg(long, value_name = "TIME")]
    expires: Option<Timestamp>,
    /// For so many seconds
    #[arg(long, value_name = "SECONDS", conflicts_with = "expires")]
    max_age: Option<u32>,
}

fn same_site(text: &str) -> Result<SameSite, String> {
    SameSite::named(text).ok_or_else(|| "write strict, lax or none".to_owned())
}

impl SetArgs {
    pub(super) fn cookie(&self, now: Timestamp) -> Result<Cookie, CliError> {
        let (name, value) = match self.pair.split_once('=') {
            Some((name, value)) => (name.to_owned(), value.to_owned()),
            None => (self.pair.clone(), value_of_stdin()?),
        };
        let max_age = self.max_age.map(|seconds| now + SignedDuration::from_secs(seconds.into()));
        let cookie = Cookie {
            name,
            value,
            domain: canonical_domain(&self.domain).unwrap_or_else(|| self.domain.clone()),
            host_only: !self.subdomains,
            path: self.path.clone(),
            secure: self.secure,
            http_only: self.http_only,
            same_site: self.same_site,
            expires: self.expires.or(max_age),
            created: now,
        };
        cookie.check().map_err(|reason| CliError::usage(format!("this cookie cannot be kept: {reason}")))?;
        Ok(cookie)
    }
}

/// What is in an argument can be seen by other users of the machine; here it cannot.
fn value_of_stdin() -> Result<String, CliError> {
    let mut text = String::new();
    let read = std::io::stdin().read_to_string(&mut text);
    read.map_err(|error| CliError::because(&error))?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}
