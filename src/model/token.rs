//! A token that a server gave, and for whom.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Secret;

/// A token is renewed this long before it expires, so that none does on its way.
const LEEWAY: Duration = Duration::from_secs(30);

/// What a token endpoint gave (RFC 6749, section 5.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    pub owner: TokenOwner,
    pub access_token: Secret,
    /// "Bearer", most likely.
    pub token_type: String,
    pub refresh_token: Option<Secret>,
    /// Of `OpenID` Connect, where one came along.
    pub id_token: Option<Secret>,
    /// The scopes that were granted; empty where the server did not say, which means those that were asked for.
    pub scope: String,
    pub obtained: Timestamp,
    /// `None` where the server did not say.
    pub expires: Option<Timestamp>,
}

/// Whose token it is: what people tell tokens apart by, and the name of its file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TokenOwner {
    pub collection: String,
    pub environment: Option<String>,
    /// As written under `[auth]`: `client_credentials`.
    pub grant: String,
    pub token_url: String,
    pub client_id: String,
    pub scope: String,
    pub username: String,
    /// Hexadecimal digits of everything that makes it another token: the above, the collection's folder, the audience
    /// and the further parameters. Never of the client's secret.
    pub digest: String,
}

impl Token {
    /// Whether it can be sent at `now`: it does not expire within half a minute, or within half of its life where
    /// that is shorter.
    pub fn is_fresh(&self, now: Timestamp) -> bool {
        let Some(left) = self.expires_in(now) else { return true };
        let life = self.expires_in(self.obtained).unwrap_or_default();
        left > LEEWAY.min(life / 2)
    }

    /// The time from `now` to its end; zero when that is past, `None` when it is not known.
    pub fn expires_in(&self, now: Timestamp) -> Option<Duration> {
        let left = self.expires?.duration_since(now);
        Some(Duration::try_from(left).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(expires: Option<&str>) -> Token {
        Token {
            owner: TokenOwner::default(),
            access_token: Secret::new("hunter2"),
            token_type: "Bearer".into(),
            refresh_token: None,
            id_token: None,
            scope: String::new(),
            obtained: "2026-01-02T03:00:00Z".parse().unwrap(),
            expires: expires.map(|at| at.parse().unwrap()),
        }
    }

    #[test]
    fn a_token_is_renewed_before_it_expires() {
        let hour = token(Some("2026-01-02T04:00:00Z"));
        let brief = token(Some("2026-01-02T03:00:10Z"));
        let cases = [
            (&hour, "2026-01-02T03:00:00Z", true),
            (&hour, "2026-01-02T03:59:29Z", true),
            (&hour, "2026-01-02T03:59:30Z", false),
            (&hour, "2026-01-02T05:00:00Z", false),
            (&brief, "2026-01-02T03:00:04Z", true),
            (&brief, "2026-01-02T03:00:05Z", false),
            (&token(None), "2099-01-01T00:00:00Z", true),
        ];
        for (token, now, expected) in cases {
            assert_eq!(token.is_fresh(now.parse().unwrap()), expected, "{now}");
        }
    }

    #[test]
    fn the_time_left_is_never_less_than_none() {
        let token = token(Some("2026-01-02T04:00:00Z"));
        assert_eq!(token.expires_in("2026-01-02T03:48:00Z".parse().unwrap()), Some(Duration::from_mins(12)));
        assert_eq!(token.expires_in("2026-01-03T00:00:00Z".parse().unwrap()), Some(Duration::ZERO));
        assert!(!format!("{token:?}").contains("hunter2"));
    }
}
