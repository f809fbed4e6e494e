//! `[auth]`: how a request proves who sends it.

use serde::{Deserialize, Serialize};

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
}

/// Where an API key travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApiKeyPlace {
    #[default]
    Header,
    Query,
    Cookie,
}

impl Auth {
    /// The key under `[auth]`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Bearer(_) => "bearer",
            Self::Basic { .. } => "basic",
            Self::Digest { .. } => "digest",
            Self::ApiKey { .. } => "api_key",
        }
    }
}
