//! `[auth]`: how a request proves who sends it.
//!
//! Its texts and choices go by the keys of the file ([`Auth::texts_mut`], [`Auth::choices`]), so that reading, writing,
//! rendering and editing need not know each kind.

use serde::{Deserialize, Serialize};

use super::Vars;

mod aws;
mod choice;
mod oauth2;

pub use aws::{Aws, AwsPayload, AwsPlace};
pub use choice::Choice;
pub use oauth2::{ClientAuth, Grant, Oauth2, TokenKind};

/// Authentication as written; every text is a template. A request without one inherits its folder's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Auth {
    /// `auth = "none"`: nothing is sent, whatever the folders above say.
    None,
    /// RFC 6750.
    Bearer(String),
    /// RFC 7617.
    Basic { username: String, password: String },
    /// RFC 7616.
    Digest { username: String, password: String },
    /// A key in a field, a query parameter or a cookie.
    ApiKey { name: String, value: String, place: ApiKeyPlace },
    /// Signature Version 4.
    Aws(Aws),
    /// RFC 6749.
    Oauth2(Box<Oauth2>),
    /// A name and password for the host, from this file; from the user's own where the path is empty.
    Netrc(String),
}

choice::words! {
    /// Where an API key travels.
    ApiKeyPlace {
        #[default]
        Header = "header",
        Query = "query",
        Cookie = "cookie",
    }
}

impl Auth {
    /// The keys under `[auth]`.
    pub const KINDS: [&'static str; 7] = ["bearer", "basic", "digest", "api_key", "aws", "oauth2", "netrc"];

    /// The key under `[auth]`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Bearer(_) => "bearer",
            Self::Basic { .. } => "basic",
            Self::Digest { .. } => "digest",
            Self::ApiKey { .. } => "api_key",
            Self::Aws(_) => "aws",
            Self::Oauth2(_) => "oauth2",
            Self::Netrc(_) => "netrc",
        }
    }

    /// An authentication of that kind, with empty texts.
    pub fn of_kind(kind: &str) -> Option<Self> {
        let empty = String::new;
        Some(match kind {
            "none" => Self::None,
            "bearer" => Self::Bearer(empty()),
            "basic" => Self::Basic { username: empty(), password: empty() },
            "digest" => Self::Digest { username: empty(), password: empty() },
            "api_key" => Self::ApiKey { name: empty(), value: empty(), place: ApiKeyPlace::default() },
            "aws" => Self::Aws(Aws::default()),
            "oauth2" => Self::Oauth2(Box::default()),
            "netrc" => Self::Netrc(empty()),
            _ => return None,
        })
    }

    /// Its texts, each with its key, in the order in which a file has them. The key of a kind that is one text is the
    /// kind's own.
    pub fn texts_mut(&mut self) -> Vec<(&'static str, &mut String)> {
        match self {
            Self::None => Vec::new(),
            Self::Bearer(token) => vec![("bearer", token)],
            Self::Netrc(path) => vec![("netrc", path)],
            Self::Basic { username, password } | Self::Digest { username, password } => {
                vec![("username", username), ("password", password)]
            }
            Self::ApiKey { name, value, .. } => vec![("name", name), ("value", value)],
            Self::Aws(aws) => vec![
                ("access_key", &mut aws.access_key),
                ("secret_key", &mut aws.secret_key),
                ("session_token", &mut aws.session_token),
                ("profile", &mut aws.profile),
                ("region", &mut aws.region),
                ("service", &mut aws.service),
            ],
            Self::Oauth2(oauth2) => vec![
                ("token_url", &mut oauth2.token_url),
                ("auth_url", &mut oauth2.auth_url),
                ("device_url", &mut oauth2.device_url),
                ("client_id", &mut oauth2.client_id),
                ("client_secret", &mut oauth2.client_secret),
                ("scope", &mut oauth2.scope),
                ("audience", &mut oauth2.audience),
                ("username", &mut oauth2.username),
                ("password", &mut oauth2.password),
                ("refresh_token", &mut oauth2.refresh_token),
                ("redirect_url", &mut oauth2.redirect_url),
                ("header_prefix", &mut oauth2.header_prefix),
            ],
        }
    }

    /// Copies of its texts, as in [`Auth::texts_mut`].
    pub fn texts(&self) -> Vec<(&'static str, String)> {
        self.clone().texts_mut().into_iter().map(|(key, text)| (key, std::mem::take(text))).collect()
    }

    /// What is chosen from a few words, in the order in which a file has it.
    pub fn choices(&self) -> Vec<Choice> {
        let of = |key, words, chosen, default| Choice { key, words, chosen, default: Some(default) };
        match self {
            Self::ApiKey { place, .. } => {
                vec![of("in", ApiKeyPlace::WORDS, place.word(), ApiKeyPlace::default().word())]
            }
            Self::Aws(Aws { place, payload, .. }) => vec![
                of("in", AwsPlace::WORDS, place.word(), AwsPlace::default().word()),
                of("payload", AwsPayload::WORDS, payload.word(), AwsPayload::default().word()),
            ],
            Self::Oauth2(oauth2) => {
                let Oauth2 { grant, client_auth, token, pkce, .. } = **oauth2;
                let pkce = if pkce { "true" } else { "false" };
                vec![
                    Choice { key: "grant", words: Grant::WORDS, chosen: grant.word(), default: None },
                    of("client_auth", ClientAuth::WORDS, client_auth.word(), ClientAuth::default().word()),
                    of("token", TokenKind::WORDS, token.word(), TokenKind::default().word()),
                    of("pkce", &["true", "false"], pkce, "true"),
                ]
            }
            Self::None | Self::Bearer(_) | Self::Basic { .. } | Self::Digest { .. } | Self::Netrc(_) => {
                Vec::new()
            }
        }
    }

    /// Makes one of the [`Auth::choices`] another of its words. Any other key or word changes nothing.
    pub fn choose(&mut self, key: &str, word: &str) {
        fn set<T>(place: &mut T, word: Option<T>) {
            if let Some(word) = word {
                *place = word;
            }
        }
        match (self, key) {
            (Self::ApiKey { place, .. }, "in") => set(place, ApiKeyPlace::of_word(word)),
            (Self::Aws(aws), "in") => set(&mut aws.place, AwsPlace::of_word(word)),
            (Self::Aws(aws), "payload") => set(&mut aws.payload, AwsPayload::of_word(word)),
            (Self::Oauth2(oauth2), "grant") => set(&mut oauth2.grant, Grant::of_word(word)),
            (Self::Oauth2(oauth2), "client_auth") => set(&mut oauth2.client_auth, ClientAuth::of_word(word)),
            (Self::Oauth2(oauth2), "token") => set(&mut oauth2.token, TokenKind::of_word(word)),
            (Self::Oauth2(oauth2), "pkce") => set(&mut oauth2.pkce, word.parse().ok()),
            _ => {}
        }
    }

    /// The keys that a file of this kind has to have.
    pub fn required(&self) -> &'static [&'static str] {
        match self {
            Self::None | Self::Netrc(_) => &[],
            Self::Bearer(_) => &["bearer"],
            Self::Basic { .. } | Self::Digest { .. } => &["username", "password"],
            Self::ApiKey { .. } => &["name", "value"],
            // Either without the other is a mistake; without both they are found elsewhere.
            Self::Aws(Aws { access_key, secret_key, .. }) => {
                if access_key.is_empty() && secret_key.is_empty() {
                    &[]
                } else {
                    &["access_key", "secret_key"]
                }
            }
            Self::Oauth2(oauth2) => oauth2.grant.required(),
        }
    }

    /// Further parameters by name, where the kind has any.
    pub fn params_mut(&mut self) -> Option<&mut Vars> {
        match self {
            Self::Oauth2(oauth2) => Some(&mut oauth2.params),
            _ => None,
        }
    }

    /// What a text is where its key is left out.
    pub fn default_text(key: &str) -> &'static str {
        if key == "header_prefix" { oauth2::PREFIX } else { "" }
    }

    /// Whether the text under a key is a secret by what it is for.
    pub fn is_secret(key: &str) -> bool {
        matches!(
            key,
            "bearer"
                | "password"
                | "value"
                | "secret_key"
                | "session_token"
                | "client_secret"
                | "refresh_token"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_made_and_changed_by_its_keys() {
        for kind in Auth::KINDS {
            let mut auth = Auth::of_kind(kind).unwrap();
            assert_eq!(auth.kind(), kind);
            let keys: Vec<_> = auth.texts().into_iter().map(|(key, _)| key).collect();
            assert!(auth.required().iter().all(|key| keys.contains(key)), "{kind}");
            for (key, text) in auth.texts_mut() {
                assert_eq!(text, Auth::default_text(key), "{kind} {key}");
                *text = format!("a {key}");
            }
            assert!(auth.texts().iter().all(|(key, text)| *text == format!("a {key}")), "{kind}");
            for choice in auth.choices() {
                for word in choice.words {
                    auth.choose(choice.key, word);
                    let now = auth.choices().into_iter().find(|now| now.key == choice.key).unwrap();
                    assert_eq!(now.chosen, *word);
                }
            }
        }
    }
}
