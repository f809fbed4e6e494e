//! Authentication: what a request sends to say who asks.
//!
//! Some schemes are settled when the request is prepared ([`begin`]); what the others need on the way is kept as
//! [`Credentials`], which answer a challenge.

use url::Url;

use crate::model::{ApiKeyPlace, Auth, Marked, ResponseHead};

use super::{PrepareError, prepare::Writing};

mod digest;
mod oauth2;

use digest::Challenge;

pub(super) use oauth2::{Authorizer, Obtained, Place, WantedToken};

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
    /// A token has to be had first.
    Oauth2(Box<WantedToken>),
}

/// A request that was refused with a challenge (RFC 9110, section 11.6.1).
pub(super) struct Challenged<'a> {
    pub method: &'a str,
    pub url: &'a Url,
    pub head: &'a ResponseHead,
    /// How often this exchange has answered one already.
    pub answered: u8,
}

impl Credentials {
    /// The `Authorization` that answers a challenge: once, and once more where only the nonce was stale.
    pub(super) fn answer(&self, challenged: &Challenged<'_>) -> Option<Marked> {
        let Challenged { method, url, head, answered } = challenged;
        let Self::Digest { username, password } = self else { return None };
        if head.status != 401 {
            return None;
        }
        let is_stale =
            head.fields("www-authenticate").any(|value| value.to_ascii_lowercase().contains("stale=true"));
        if *answered > u8::from(is_stale) {
            return None;
        }
        let challenge = Challenge::strongest(head.fields("www-authenticate"))?;
        let answer = challenge.answer(&digest::Request {
            method,
            target: &url[url::Position::BeforePath..url::Position::AfterQuery],
            username: username.reveal(),
            password: password.reveal(),
            client_nonce: &uuid::Uuid::new_v4().simple().to_string(),
            count: 1,
        });
        Some(Marked::secret(answer, "digest"))
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
    let has_own = fields.iter().any(|(name, _)| name.eq_ignore_ascii_case("authorization"));
    match auth {
        Some(Auth::Bearer(token)) if !has_own => {
            let mut value = Marked::plain("Bearer ");
            value.append(&secret(writing.render("auth", token)?, "bearer"));
            fields.push(("Authorization".into(), value));
        }
        Some(Auth::Basic { username, password }) if !has_own => {
            let (username, password) = (writing.render("auth", username)?, writing.render("auth", password)?);
            let mut value = Marked::plain("Basic ");
            value.push_secret(&basic(username.reveal(), password.reveal()), "basic");
            fields.push(("Authorization".into(), value));
        }
        Some(Auth::Digest { username, password }) if !has_own => {
            let (username, password) = (writing.render("auth", username)?, writing.render("auth", password)?);
            return Ok(Credentials::Digest { username, password });
        }
        Some(Auth::Oauth2(written)) if !has_own => {
            return Ok(Credentials::Oauth2(Box::new(WantedToken::new(written, place, writing)?)));
        }
        Some(Auth::ApiKey { name, value, place }) => {
            let name = writing.render("auth", name)?.reveal().to_owned();
            let value = secret(writing.render("auth", value)?, "api_key");
            match place {
                ApiKeyPlace::Header => fields.push((name, value)),
                ApiKeyPlace::Query => params.push((name, value)),
                ApiKeyPlace::Cookie => {
                    let mut pair = Marked::plain(format!("{name}="));
                    pair.append(&value);
                    match fields.iter_mut().find(|(own, _)| own.eq_ignore_ascii_case("cookie")) {
                        // RFC 6265, section 5.4: a request has one such field.
                        Some((_, own)) => {
                            own.push("; ");
                            own.append(&pair);
                        }
                        None => fields.push(("Cookie".into(), pair)),
                    }
                }
            }
        }
        // Nothing is wanted, or the user wrote the field: what they wrote is what they mean to send.
        _ => {}
    }
    Ok(Credentials::Settled)
}

/// Takes `user:password@` out of a URL, where it must not travel (RFC 9110, section 4.2.4), and sends it as basic
/// authentication unless the request has its own.
pub(super) fn of_url(mut url: Url, shown: Marked, fields: &mut Vec<(String, Marked)>) -> (Url, Marked) {
    if url.username().is_empty() && url.password().is_none() {
        return (url, shown);
    }
    let (username, password) = (decoded(url.username()), decoded(url.password().unwrap_or_default()));
    if !fields.iter().any(|(name, _)| name.eq_ignore_ascii_case("authorization")) {
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

pub(super) fn basic(username: &str, password: &str) -> String {
    use base64::{Engine, engine::general_purpose::STANDARD};
    STANDARD.encode(format!("{username}:{password}"))
}
