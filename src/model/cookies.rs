//! What became of the cookies of one hop: which were sent, and what each `Set-Cookie` came to.
//!
//! Their values are not repeated here: they stand in the fields of the hop's request and response, once.

use serde::{Deserialize, Serialize};

/// The cookies of one hop.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct HopCookies {
    /// The jar that was used, as people read it; `None` when cookies were off.
    pub jar: Option<String>,
    /// What the jar added to `Cookie`, in order: the last pairs of that field.
    pub sent: Vec<SentCookie>,
    /// One for each `Set-Cookie` field of the response, in order.
    pub received: Vec<ReceivedCookie>,
    /// What was wrong with the jar, each a sentence.
    pub problems: Vec<String>,
}

/// A cookie that a jar added to a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentCookie {
    pub name: String,
    pub domain: String,
    pub path: String,
}

/// What became of one `Set-Cookie`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceivedCookie {
    /// Empty for a cookie that is a value alone.
    pub name: String,
    pub verdict: CookieVerdict,
    /// What else there is to say of a cookie that was taken, each a sentence.
    #[serde(default)]
    pub notes: Vec<String>,
}

/// What a jar did with a `Set-Cookie`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CookieVerdict {
    Kept,
    /// It took the place of the one that had its name, domain and path.
    Replaced,
    /// It has expired already, and so took away the one that had its name, domain and path.
    Deleted,
    /// It has expired already, and there was none to take away.
    Expired,
    /// Why, as in "Domain=co.uk is a public suffix".
    Refused(String),
    /// Cookies are off.
    Off,
}

impl CookieVerdict {
    pub fn is_refused(&self) -> bool {
        matches!(self, Self::Refused(_))
    }

    /// In a word.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Replaced => "replaced",
            Self::Deleted => "deleted",
            Self::Expired => "expired",
            Self::Refused(_) => "refused",
            Self::Off => "not kept",
        }
    }
}
