//! OAuth 2 as flags: a grant, and what it needs.

use clap::Args;

use crate::model::{ClientAuth, Grant, Oauth2};

use super::{super::CliError, login::Login};

/// `[auth.oauth2]`.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "OAuth 2")]
pub(super) struct Oauth2Args {
    /// Get a token by this grant, and send it; `password` takes -u USER:PASSWORD
    #[arg(long, value_name = "GRANT", group = "login", value_parser = ["client_credentials", "password", "refresh_token", "authorization_code", "device_code"])]
    pub(super) oauth2: Option<String>,
    /// Where tokens are given
    #[arg(long, value_name = "URL", requires = "oauth2")]
    token_url: Option<String>,
    /// Where one signs in, for `authorization_code`
    #[arg(long, value_name = "URL", requires = "oauth2")]
    auth_url: Option<String>,
    /// Where a device gets its code, for `device_code`
    #[arg(long, value_name = "URL", requires = "oauth2")]
    device_url: Option<String>,
    /// The client's name
    #[arg(long, value_name = "ID", requires = "oauth2")]
    client_id: Option<String>,
    /// Its secret; '{{ name }}' takes one that --secret names
    #[arg(long, value_name = "SECRET", requires = "oauth2")]
    client_secret: Option<String>,
    /// How the client's secret is sent: basic (a header) or body
    #[arg(long, value_name = "PLACE", requires = "oauth2", value_parser = ["basic", "body"])]
    client_auth: Option<String>,
    /// What to redeem, for `refresh_token`
    #[arg(long, value_name = "TOKEN", requires = "oauth2")]
    refresh_token: Option<String>,
    /// Scopes, with spaces between them
    #[arg(long, value_name = "SCOPES", requires = "oauth2")]
    scope: Option<String>,
    /// Whom the token is for, where the server asks for it
    #[arg(long, value_name = "NAME", requires = "oauth2")]
    audience: Option<String>,
}

impl Oauth2Args {
    /// `None` where no grant is named. `user` is what -u says.
    ///
    /// # Errors
    /// What the grant needs and is not there.
    pub(super) fn read(
        &self,
        user: Option<(String, String)>,
        login: &mut Login,
    ) -> Result<Option<Oauth2>, CliError> {
        let Some(grant) = self.oauth2.as_deref().and_then(Grant::of_word) else { return Ok(None) };
        let text = |typed: &Option<String>| typed.clone().unwrap_or_default();
        let mut hidden = |name: &str, typed: &Option<String>| {
            typed.as_ref().map(|typed| login.hidden(name, typed)).unwrap_or_default()
        };
        let (username, password) = user.unwrap_or_default();
        let oauth2 = Oauth2 {
            grant,
            token_url: text(&self.token_url),
            auth_url: text(&self.auth_url),
            device_url: text(&self.device_url),
            client_id: text(&self.client_id),
            client_secret: hidden("client_secret", &self.client_secret),
            client_auth: self.client_auth.as_deref().and_then(ClientAuth::of_word).unwrap_or_default(),
            refresh_token: hidden("refresh_token", &self.refresh_token),
            scope: text(&self.scope),
            audience: text(&self.audience),
            username,
            password,
            ..Oauth2::default()
        };
        let missing = missing(&oauth2);
        if missing.is_empty() {
            return Ok(Some(oauth2));
        }
        let error = CliError::usage(format!("--oauth2 {} needs {}", grant.word(), missing.join(", ")));
        Err(error.hint("antiphon send --help lists the flags of OAuth 2"))
    }
}

/// The flags that the grant needs and that were not written.
fn missing(oauth2: &Oauth2) -> Vec<String> {
    let texts = crate::model::Auth::Oauth2(Box::new(oauth2.clone())).texts();
    let is_empty = |key: &&str| texts.iter().any(|(own, text)| own == key && text.is_empty());
    let keys = oauth2.grant.required().iter().copied().filter(is_empty);
    let mut flags: Vec<String> = keys
        .map(|key| match key {
            "username" | "password" => "-u USER:PASSWORD".to_owned(),
            key => format!("--{}", key.replace('_', "-")),
        })
        .collect();
    flags.dedup();
    flags
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_grant_needs_is_named_by_its_flags() {
        let of = |grant| missing(&Oauth2 { grant, ..Oauth2::default() });
        assert_eq!(of(Grant::Password), ["--token-url", "-u USER:PASSWORD"]);
        assert_eq!(of(Grant::ClientCredentials), ["--token-url", "--client-id", "--client-secret"]);
        assert_eq!(of(Grant::DeviceCode), ["--token-url", "--device-url", "--client-id"]);
    }
}
