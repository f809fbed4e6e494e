//! The cookies of one jar: what a response adds, what a request takes along, what a user changes.

use jiff::Timestamp;
use url::Url;

use crate::model::{CookieVerdict, ReceivedCookie};

use super::{
    cookie::{Cookie, CookieKey},
    domain,
    received::{Received, Refusal, receive},
};

/// The most cookies of one domain, as in browsers: no server fills the disk.
const MOST_OF_DOMAIN: usize = 180;
const MOST: usize = 3000;

/// The cookies of a jar, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Jar {
    cookies: Vec<Cookie>,
}

impl From<Vec<Cookie>> for Jar {
    fn from(mut cookies: Vec<Cookie>) -> Self {
        cookies.sort_by_key(|cookie| cookie.created);
        Self { cookies }
    }
}

impl Jar {
    /// All of them, oldest first, with those that have expired.
    pub fn cookies(&self) -> &[Cookie] {
        &self.cookies
    }

    /// What a request to `url` takes along: the longest path first, then the oldest (RFC 6265bis, section 5.8.3).
    pub fn select(&self, url: &Url, now: Timestamp) -> Vec<&Cookie> {
        let Some(host) = domain::host_of(url) else { return Vec::new() };
        let mut found: Vec<&Cookie> =
            self.cookies.iter().filter(|cookie| cookie.is_for(url, &host, now)).collect();
        found.sort_by_key(|cookie| (std::cmp::Reverse(cookie.path.len()), cookie.created));
        found
    }

    /// Takes a `Set-Cookie` of a response from `url`, and says what became of it.
    pub fn receive(&mut self, field: &str, url: &Url, now: Timestamp) -> ReceivedCookie {
        match receive(field, url, now) {
            Ok(Received { cookie, notes }) => {
                let name = cookie.name.clone();
                ReceivedCookie { name, verdict: self.take(cookie, url, now), notes }
            }
            Err(Refusal { name, reason }) => {
                ReceivedCookie { name, verdict: CookieVerdict::Refused(reason), notes: Vec::new() }
            }
        }
    }

    /// Section 5.7, from step 16 on.
    fn take(&mut self, cookie: Cookie, url: &Url, now: Timestamp) -> CookieVerdict {
        if !cookie.secure && !domain::is_secure(url) && self.is_guarded(&cookie) {
            let reason = "a Secure cookie of that name is there, and http must not replace it";
            return CookieVerdict::Refused(reason.into());
        }
        if cookie.is_expired(now) {
            let verdict = match self.remove(&cookie.key()) {
                Some(old) if !old.is_expired(now) => CookieVerdict::Deleted,
                _ => CookieVerdict::Expired,
            };
            return verdict;
        }
        match self.set(cookie) {
            Some(old) if !old.is_expired(now) => CookieVerdict::Replaced,
            _ => {
                self.make_room(now);
                CookieVerdict::Kept
            }
        }
    }

    /// Whether a secure cookie stands where this one would hide it.
    fn is_guarded(&self, cookie: &Cookie) -> bool {
        self.cookies.iter().any(|own| {
            own.secure
                && own.name == cookie.name
                && (domain::is_within(&own.domain, &cookie.domain)
                    || domain::is_within(&cookie.domain, &own.domain))
                && domain::covers(&own.path, &cookie.path)
        })
    }

    /// Puts a cookie in, and gives back the one that had its identity. Its place in the order is that one's.
    pub fn set(&mut self, mut cookie: Cookie) -> Option<Cookie> {
        let Some(old) = self.cookies.iter_mut().find(|own| own.is_same(&cookie)) else {
            self.cookies.push(cookie);
            return None;
        };
        cookie.created = old.created;
        Some(std::mem::replace(old, cookie))
    }

    pub fn remove(&mut self, key: &CookieKey) -> Option<Cookie> {
        let index = self.cookies.iter().position(|cookie| cookie.key() == *key)?;
        Some(self.cookies.remove(index))
    }

    /// Takes out all that `is_unwanted`, and says how many those were.
    pub fn remove_all(&mut self, is_unwanted: impl Fn(&Cookie) -> bool) -> usize {
        let before = self.cookies.len();
        self.cookies.retain(|cookie| !is_unwanted(cookie));
        before - self.cookies.len()
    }

    /// After a cookie came in at the end: what has expired goes first, then the oldest that is not secure, then the
    /// oldest (section 5.7, "Remove excess cookies").
    fn make_room(&mut self, now: Timestamp) {
        let Some(domain) = self.cookies.last().map(|cookie| cookie.domain.clone()) else { return };
        let is_over = |jar: &Self| {
            jar.cookies.len() > MOST
                || jar.cookies.iter().filter(|cookie| cookie.domain == domain).count() > MOST_OF_DOMAIN
        };
        if is_over(self) {
            self.cookies.retain(|cookie| !cookie.is_expired(now));
        }
        while is_over(self) {
            let is_own = |cookie: &Cookie| self.cookies.len() > MOST || cookie.domain == domain;
            let older = &self.cookies[..self.cookies.len() - 1];
            let plain = older.iter().position(|cookie| is_own(cookie) && !cookie.secure);
            let Some(index) = plain.or_else(|| older.iter().position(is_own)) else { return };
            self.cookies.remove(index);
        }
    }
}
