//! Which token a request wants: `[auth] oauth2` with its texts rendered and its URLs checked.

use std::{fmt, path::Path};

use serde_json::json;
use sha2::{Digest, Sha256};
use url::Url;

use crate::{
    http::{PrepareError, prepare::Writing},
    model::{ClientAuth, Grant, Marked, NodeId, Oauth2, Secret, TokenKind, TokenOwner, hex},
    secret::Redactor,
};

/// The token that a request wants, and how it is obtained. A text that was left out is empty.
#[derive(Clone)]
pub(in crate::http) struct WantedToken {
    /// Whose it is, and what it is kept under.
    pub(in crate::http) owner: TokenOwner,
    pub(super) grant: Grant,
    pub(super) token_url: Endpoint,
    pub(super) auth_url: Option<Endpoint>,
    pub(super) device_url: Option<Endpoint>,
    pub(super) redirect_url: Option<Url>,
    pub(super) client_id: Marked,
    pub(super) client_secret: Marked,
    pub(super) scope: Marked,
    pub(super) audience: Marked,
    pub(super) username: Marked,
    pub(super) password: Marked,
    pub(super) refresh_token: Marked,
    pub(super) params: Vec<(String, Marked)>,
    pub(super) client_auth: ClientAuth,
    pub(super) token: TokenKind,
    pub(super) pkce: bool,
    pub(super) header_prefix: String,
}

/// A URL of the authorization server, and how it is shown.
#[derive(Clone)]
pub(super) struct Endpoint {
    pub url: Url,
    pub shown: Marked,
}

/// Where a request stands: a token belongs there, and is not given to another collection that asks for the same.
#[derive(Debug, Clone, Copy)]
pub(in crate::http) struct Place<'a> {
    pub source: Option<&'a NodeId>,
    pub environment: Option<&'a str>,
    pub folder: &'a Path,
}

impl fmt::Debug for WantedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WantedToken({} of {})", self.owner.grant, self.owner.token_url)
    }
}

impl WantedToken {
    /// Renders what was written.
    ///
    /// # Errors
    /// A text that does not render, a URL that is none, a key that the grant needs and that is empty.
    pub(in crate::http) fn new(
        written: &Oauth2,
        place: Place<'_>,
        writing: &mut Writing<'_>,
    ) -> Result<Self, PrepareError> {
        let mut text = |key: &str, text: &str| -> Result<Marked, PrepareError> {
            let rendered = if written.grant.uses(key) { writing.render("auth", text)? } else { "".into() };
            if rendered.reveal().is_empty() && written.grant.required().contains(&key) {
                let message = format!("{key} under [auth.oauth2] is empty");
                let hint = format!("the grant {} needs it", written.grant.word());
                return Err(PrepareError::new("auth", message, Some(hint)));
            }
            Ok(rendered)
        };
        let secret = |value: Marked, key: &str| {
            let is_marked = value.has_secret() || value.reveal().is_empty();
            if is_marked { value } else { Marked::secret(value.reveal(), key) }
        };
        let token_url = endpoint("token_url", text("token_url", &written.token_url)?)?;
        let auth_url = optional("auth_url", text("auth_url", &written.auth_url)?)?;
        let device_url = optional("device_url", text("device_url", &written.device_url)?)?;
        let redirect_url = optional("redirect_url", text("redirect_url", &written.redirect_url)?)?;
        let mut wanted = Self {
            owner: TokenOwner::default(),
            grant: written.grant,
            token_url: token_url.ok_or_else(|| no_url("token_url"))?,
            auth_url,
            device_url,
            redirect_url: redirect_url.map(|endpoint| endpoint.url),
            client_id: text("client_id", &written.client_id)?,
            client_secret: secret(text("client_secret", &written.client_secret)?, "client_secret"),
            scope: text("scope", &written.scope)?,
            audience: text("audience", &written.audience)?,
            username: text("username", &written.username)?,
            password: secret(text("password", &written.password)?, "password"),
            refresh_token: secret(text("refresh_token", &written.refresh_token)?, "refresh_token"),
            params: Vec::new(),
            client_auth: written.client_auth,
            token: written.token,
            pkce: written.pkce,
            header_prefix: text("header_prefix", &written.header_prefix)?.reveal().trim().to_owned(),
        };
        for (name, value) in &written.params {
            wanted.params.push((name.clone(), text("params", value)?));
        }
        wanted.owner = wanted.owner(place);
        Ok(wanted)
    }

    fn owner(&self, place: Place<'_>) -> TokenOwner {
        let folder = place.folder.canonicalize().unwrap_or_else(|_| place.folder.to_owned());
        let params: Vec<_> = self.params.iter().map(|(name, value)| json!([name, value.reveal()])).collect();
        let identity = json!([
            folder.to_string_lossy(),
            place.source.map(NodeId::collection),
            place.environment,
            self.grant.word(),
            self.token_url.url.as_str(),
            self.auth_url.as_ref().map(|endpoint| endpoint.url.as_str()),
            self.client_id.reveal(),
            self.scope.reveal(),
            self.username.reveal(),
            self.audience.reveal(),
            params,
        ]);
        let digest = Sha256::digest(identity.to_string().as_bytes());
        TokenOwner {
            collection: place.source.map(NodeId::collection).unwrap_or_default().to_owned(),
            environment: place.environment.map(str::to_owned),
            grant: self.grant.word().to_owned(),
            token_url: self.token_url.shown.masked(),
            client_id: self.client_id.masked(),
            scope: self.scope.masked(),
            username: self.username.masked(),
            digest: hex(&digest[..16]),
        }
    }

    /// Whether another who wants this token asks for it by the same proof: then what a server says to one it says to both.
    pub(super) fn proves_as(&self, other: &Self) -> bool {
        let proof = |wanted: &Self| {
            let secrets = [&wanted.client_secret, &wanted.password, &wanted.refresh_token];
            (wanted.client_auth, secrets.map(|secret| secret.reveal().to_owned()))
        };
        proof(self) == proof(other)
    }

    /// Whether somebody has to agree in a browser.
    pub(super) fn needs_person(&self) -> bool {
        matches!(self.grant, Grant::AuthorizationCode | Grant::DeviceCode)
    }

    /// Takes what may not be shown out of a server's words, which may repeat it.
    pub(super) fn redacted(&self, text: &str) -> String {
        let marked =
            [&self.client_id, &self.client_secret, &self.username, &self.password, &self.refresh_token];
        let params = self.params.iter().map(|(_, value)| value);
        let secrets = marked.into_iter().chain(params).flat_map(|value| {
            value.secrets().map(|(range, _)| &value.reveal()[range.clone()]).collect::<Vec<_>>()
        });
        Redactor::new(secrets.map(|secret| ("oauth2", secret))).redact(text).into_owned()
    }

    /// The field that carries a token.
    pub(in crate::http) fn authorization(&self, token: &Secret) -> Marked {
        let mut value = match self.header_prefix.as_str() {
            "" => Marked::default(),
            prefix => Marked::plain(format!("{prefix} ")),
        };
        value.push_secret(token.reveal(), "oauth2");
        value
    }
}

fn no_url(key: &str) -> PrepareError {
    let hint = "write the server's URL, as in https://id.example.org/token";
    PrepareError::new("auth", format!("{key} under [auth.oauth2] is empty"), Some(hint.into()))
}

fn optional(key: &str, text: Marked) -> Result<Option<Endpoint>, PrepareError> {
    if text.reveal().is_empty() { Ok(None) } else { endpoint(key, text) }
}

fn endpoint(key: &str, shown: Marked) -> Result<Option<Endpoint>, PrepareError> {
    if shown.reveal().is_empty() {
        return Ok(None);
    }
    let url = Url::parse(shown.reveal()).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    let url = url.filter(Url::has_host).ok_or_else(|| {
        let message = format!("{key} under [auth.oauth2] is not an http or https URL: {shown}");
        PrepareError::new("auth", message, Some("write it whole, with its scheme and host".into()))
    })?;
    if url.fragment().is_some() {
        let message = format!("{key} under [auth.oauth2] has a fragment (#…), which is not sent");
        return Err(PrepareError::new("auth", message, Some("leave it out".into())));
    }
    Ok(Some(Endpoint { url, shown }))
}
