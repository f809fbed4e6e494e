//! What a user does to a jar, as data: the workbench asks for it in one place and it is done in another.

use jiff::Timestamp;

use super::{Cookie, CookieKey, Jar};

/// A change to a jar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// Puts a cookie in, in the place of the one that has its identity; `instead_of` goes when it has another.
    Set {
        cookie: Box<Cookie>,
        instead_of: Option<CookieKey>,
    },
    /// Puts in all of a file.
    Import(Vec<Cookie>),
    Delete(CookieKey),
    /// All of that domain, and not those of the names below it.
    DeleteDomain(String),
    DeleteExpired,
    Clear,
}

impl Edit {
    /// Does it; the number of cookies that it put in or took out.
    pub fn apply(self, jar: &mut Jar, now: Timestamp) -> usize {
        match self {
            Self::Set { cookie, instead_of } => {
                if let Some(old) = instead_of.filter(|old| *old != cookie.key()) {
                    jar.remove(&old);
                }
                jar.set(*cookie);
                1
            }
            Self::Import(cookies) => {
                let count = cookies.len();
                for cookie in cookies {
                    jar.set(cookie);
                }
                count
            }
            Self::Delete(key) => usize::from(jar.remove(&key).is_some()),
            Self::DeleteDomain(domain) => jar.remove_all(|cookie| cookie.domain == domain),
            Self::DeleteExpired => jar.remove_all(|cookie| cookie.is_expired(now)),
            Self::Clear => jar.remove_all(|_| true),
        }
    }
}
