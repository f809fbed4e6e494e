//! OAuth 2 (RFC 6749): how a token is obtained.

use serde::{Deserialize, Serialize};

use super::choice::words;
use crate::model::Vars;

/// How a token is obtained and sent. A text that is empty is left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Oauth2 {
    pub grant: Grant,
    pub token_url: String,
    /// Where the user agrees, for an authorization code.
    pub auth_url: String,
    /// Where a device asks for its code (RFC 8628).
    pub device_url: String,
    pub client_id: String,
    pub client_secret: String,
    /// Scopes with spaces between them.
    pub scope: String,
    pub audience: String,
    pub username: String,
    pub password: String,
    pub refresh_token: String,
    /// On the loopback interface; otherwise any free port of it.
    pub redirect_url: String,
    /// What stands before the token in `Authorization`.
    pub header_prefix: String,
    pub client_auth: ClientAuth,
    pub token: TokenKind,
    /// RFC 7636.
    pub pkce: bool,
    /// Further parameters of the token request, and of the authorization request.
    pub params: Vars,
}

/// What stands before a token unless the file says otherwise (RFC 6750).
pub(super) const PREFIX: &str = "Bearer";

impl Default for Oauth2 {
    fn default() -> Self {
        Self {
            grant: Grant::default(),
            token_url: String::new(),
            auth_url: String::new(),
            device_url: String::new(),
            client_id: String::new(),
            client_secret: String::new(),
            scope: String::new(),
            audience: String::new(),
            username: String::new(),
            password: String::new(),
            refresh_token: String::new(),
            redirect_url: String::new(),
            header_prefix: PREFIX.to_owned(),
            client_auth: ClientAuth::default(),
            token: TokenKind::default(),
            pkce: true,
            params: Vars::new(),
        }
    }
}

words! {
    /// RFC 6749, section 1.3, and RFC 8628.
    Grant {
        #[default]
        ClientCredentials = "client_credentials",
        Password = "password",
        RefreshToken = "refresh_token",
        AuthorizationCode = "authorization_code",
        DeviceCode = "device_code",
    }
}

words! {
    /// How the client proves who it is (RFC 6749, section 2.3.1).
    ClientAuth {
        #[default]
        Basic = "basic",
        Body = "body",
    }
}

words! {
    /// Which token of the answer is sent.
    TokenKind {
        #[default]
        AccessToken = "access_token",
        IdToken = "id_token",
    }
}

impl Grant {
    /// The keys that a file has to have.
    pub fn required(self) -> &'static [&'static str] {
        match self {
            Self::ClientCredentials => &["token_url", "client_id", "client_secret"],
            Self::Password => &["token_url", "username", "password"],
            Self::RefreshToken => &["token_url", "refresh_token"],
            Self::AuthorizationCode => &["token_url", "auth_url", "client_id"],
            Self::DeviceCode => &["token_url", "device_url", "client_id"],
        }
    }

    /// Whether a key says anything with this grant.
    pub fn uses(self, key: &str) -> bool {
        match key {
            "auth_url" | "redirect_url" | "pkce" => self == Self::AuthorizationCode,
            "device_url" => self == Self::DeviceCode,
            "username" | "password" => self == Self::Password,
            "refresh_token" => self == Self::RefreshToken,
            _ => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_grant_requires_it_uses() {
        for word in Grant::WORDS {
            let grant = Grant::of_word(word).unwrap();
            assert_eq!(grant.word(), *word);
            assert!(grant.required().iter().all(|key| grant.uses(key)), "{word}");
        }
    }
}
