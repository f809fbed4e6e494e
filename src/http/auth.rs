//! Authentication: what a request sends to say who asks.
//!
//! Some schemes are settled when the request is prepared ([`begin`]); what the others need on the way is kept as
//! [`Credentials`], and given to each hop by a [`Proof`].

use url::Url;

use crate::model::{ApiKeyPlace, Auth, Marked, Secret};

use super::{PrepareError, fields, prepare::Writing};

mod aws;
mod digest;
mod netrc;
mod oauth2;
mod payload;
mod proof;
mod surroundings;

pub(super) use digest::Memory;
pub(super) use oauth2::{Authorizer, Obtained, Place, WantedToken};
pub(super) use proof::Proof;
pub use surroundings::{Outside, outside};

use surroundings::Surroundings;

/// What authentication has still to do when a request is on its way.
#[derive(Debug, Clone, Default)]
pub(super) enum Credentials {
    /// Nothing: what was wanted stands in the request.
    #[default]
    Settled,
    Digest {
        username: Marked,
        password: Marked,
    },
    Netrc(netrc::Netrc),
    Aws(Box<aws::Signer>),
    /// A token has to be had first.
    Oauth2(Box<WantedToken>),
}

impl Credentials {
    /// What was looked up for it outside of the collection, each with a name: as secret as what the collection names.
    pub(super) fn secrets(&self) -> Vec<(&'static str, Secret)> {
        match self {
            Self::Netrc(netrc) => netrc.passwords().map(|password| ("netrc", password.clone())).collect(),
            Self::Aws(signer) => signer.secrets().collect(),
            Self::Settled | Self::Digest { .. } | Self::Oauth2(_) => Vec::new(),
        }
    }

    /// Whether there is something to prove the request with, now that its URL is known.
    pub(super) fn check(&self, url: &Url, fields: &[(String, Marked)]) -> Result<(), PrepareError> {
        match self {
            Self::Aws(signer) => signer.check(url),
            // The URL may have named a user.
            Self::Netrc(_) if fields::has(fields, "authorization") => Ok(()),
            Self::Netrc(netrc) => {
                let host = url.host_str().unwrap_or_default();
                let Some(entry) = netrc.entry(host, true) else {
                    let message = format!("{} has no entry for {host}", netrc.path.display());
                    let hint = format!(
                        "add `machine {host} login NAME password PASSWORD`, or write auth = \"none\" to send nothing"
                    );
                    return Err(PrepareError::new("auth", message, Some(hint)));
                };
                check_name(&entry.login)
            }
            Self::Settled | Self::Digest { .. } | Self::Oauth2(_) => Ok(()),
        }
    }
}

/// Adds what authentication sends with the first request; what is left to do on the way is in the answer.
pub(super) fn begin(
    auth: Option<&Auth>,
    place: Place<'_>,
    params: &mut Vec<(String, Marked)>,
    fields: &mut Vec<(String, Marked)>,
    writing: &mut Writing<'_>,
) -> Result<Credentials, PrepareError> {
    let has_own = fields::has(fields, "authorization");
    match auth {
        Some(Auth::ApiKey { name, value, place }) => {
            let name = writing.render("auth", name)?.reveal().to_owned();
            let value = secret(writing.render("auth", value)?, "api_key");
            match place {
                ApiKeyPlace::Header => fields.push((name, value)),
                ApiKeyPlace::Query => params.push((name, value)),
                ApiKeyPlace::Cookie => add_cookie(fields, &name, &value)?,
            }
        }
        // The user wrote the field: what they wrote is what they mean to send.
        _ if has_own => {}
        Some(Auth::Bearer(token)) => {
            let mut value = Marked::plain("Bearer ");
            value.append(&secret(writing.render("auth", token)?, "bearer"));
            fields.push(("Authorization".into(), value));
        }
        Some(Auth::Basic { username, password }) => {
            let (username, password) = (writing.render("auth", username)?, writing.render("auth", password)?);
            check_name(username.reveal())?;
            let mut value = Marked::plain("Basic ");
            value.push_secret(&basic(username.reveal(), password.reveal()), "basic");
            fields.push(("Authorization".into(), value));
        }
        Some(Auth::Digest { username, password }) => {
            let (username, password) = (writing.render("auth", username)?, writing.render("auth", password)?);
            return Ok(Credentials::Digest { username, password });
        }
        Some(Auth::Netrc(path)) => {
            let path = writing.render("auth", path)?;
            permitted(&Auth::Netrc(path.reveal().to_owned()), place.folder, writing)?;
            let netrc = netrc::Netrc::read(path.reveal(), place.folder, &Surroundings::of_process())?;
            return Ok(Credentials::Netrc(netrc));
        }
        Some(Auth::Aws(aws)) => {
            let signer = aws::Signer::new(aws, &Surroundings::of_process(), writing)?;
            return Ok(Credentials::Aws(Box::new(signer)));
        }
        Some(Auth::Oauth2(written)) => {
            return Ok(Credentials::Oauth2(Box::new(WantedToken::new(written, place, writing)?)));
        }
        None | Some(Auth::None) => {}
    }
    Ok(Credentials::Settled)
}

/// Whether a request may read the files of its user that an authentication is kept in.
fn permitted(auth: &Auth, folder: &std::path::Path, writing: &Writing<'_>) -> Result<(), PrepareError> {
    for outside in outside(auth, folder) {
        if let Outside::File(path) = outside {
            writing.file("auth", &Marked::plain(path.to_string_lossy()))?;
        }
    }
    Ok(())
}

/// RFC 7617, section 2: the first colon ends the name.
fn check_name(username: &str) -> Result<(), PrepareError> {
    if !username.contains(':') {
        return Ok(());
    }
    let hint = "the server would take what stands before the colon for the name";
    Err(PrepareError::new("auth", "the username of basic authentication has a colon", Some(hint.into())))
}

/// Adds a pair to the one `Cookie` field that a request has (RFC 6265, section 5.4).
fn add_cookie(fields: &mut Vec<(String, Marked)>, name: &str, value: &Marked) -> Result<(), PrepareError> {
    // RFC 6265, section 4.1.1.
    let is_whole =
        |text: &str| !text.contains(|c: char| c.is_control() || matches!(c, ' ' | '"' | ',' | ';' | '\\'));
    if name.is_empty() || name.contains('=') || !is_whole(name) || !is_whole(value.reveal()) {
        let hint = "a cookie has no spaces, quotes, commas, semicolons or backslashes; encode what has";
        return Err(PrepareError::new(
            "auth",
            format!("the cookie {name} of api_key cannot be sent"),
            Some(hint.into()),
        ));
    }
    let mut pair = Marked::plain(format!("{name}="));
    pair.append(value);
    fields::add_cookies(fields, &pair);
    Ok(())
}

/// Takes `user:password@` out of a URL, where it must not travel (RFC 9110, section 4.2.4), and sends it as basic
/// authentication unless the request has its own, which may still be to come.
pub(super) fn of_url(
    mut url: Url,
    shown: Marked,
    credentials: &Credentials,
    fields: &mut Vec<(String, Marked)>,
) -> (Url, Marked) {
    if url.username().is_empty() && url.password().is_none() {
        return (url, shown);
    }
    let (username, password) = (decoded(url.username()), decoded(url.password().unwrap_or_default()));
    let is_wanted = matches!(credentials, Credentials::Settled | Credentials::Netrc(_));
    if is_wanted && !fields::has(fields, "authorization") {
        let mut value = Marked::plain("Basic ");
        value.push_secret(&basic(&username, &password), "basic");
        fields.push(("Authorization".into(), value));
    }
    // Neither fails for a URL that has a host.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    let text = shown.reveal();
    let start = text.find("://").map_or(0, |at| at + 3);
    let end = text[start..].find(['/', '?', '#']).map_or(text.len(), |at| start + at);
    let host = text[start..end].rfind('@').map_or(start, |at| start + at + 1);
    let mut without = shown.slice(0..start);
    without.append(&shown.slice(host..text.len()));
    (url, without)
}

/// The text that stands percent-encoded in a URL.
fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// A credential is secret whether or not its text came from one.
fn secret(value: Marked, reference: &str) -> Marked {
    if value.has_secret() { value } else { Marked::secret(value.reveal(), reference) }
}

/// The credentials of basic authentication, in UTF-8.
pub(super) fn basic(username: &str, password: &str) -> String {
    use base64::{Engine, engine::general_purpose::STANDARD};
    STANDARD.encode(format!("{username}:{password}"))
}
