//! `Set-Cookie` taken apart, and judged by who sent it (RFC 6265bis, sections 5.6 and 5.7).

use jiff::{SignedDuration, Timestamp};
use url::Url;

use super::{
    cookie::{Cookie, SameSite, check_size},
    date, domain,
};

/// The longest that a cookie lives, section 5.5.
const LONGEST: SignedDuration = SignedDuration::from_hours(400 * 24);
/// Bytes of an attribute's value; a longer one counts as not written.
const LONGEST_ATTRIBUTE: usize = 1024;

/// A `Set-Cookie` that a jar may keep.
#[derive(Debug)]
pub(super) struct Received {
    pub cookie: Cookie,
    /// What a user may want to know of it.
    pub notes: Vec<String>,
}

/// A `Set-Cookie` that no jar may keep.
#[derive(Debug)]
pub(super) struct Refusal {
    pub name: String,
    pub reason: String,
}

/// What is written in a `Set-Cookie`, before it is held against the URL.
#[derive(Debug, Default)]
struct Written<'a> {
    name: &'a str,
    value: &'a str,
    domain: Option<&'a str>,
    path: Option<&'a str>,
    secure: bool,
    http_only: bool,
    same_site: Option<SameSite>,
    expires: Option<Timestamp>,
    max_age: Option<Timestamp>,
    notes: Vec<String>,
}

/// Reads a `Set-Cookie` that a response from `url` had.
pub(super) fn receive(field: &str, url: &Url, now: Timestamp) -> Result<Received, Refusal> {
    let written = Written::parse(field, now);
    written.judge(field, url, now).map_err(|reason| Refusal { name: written.name.to_owned(), reason })
}

impl<'a> Written<'a> {
    fn parse(field: &'a str, now: Timestamp) -> Self {
        let mut parts = field.split(';');
        let pair = parts.next().unwrap_or_default();
        let (name, value) = pair.split_once('=').unwrap_or(("", pair));
        let mut written = Self { name: trim(name), value: trim(value), ..Self::default() };
        for part in parts {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            written.attribute(trim(name), trim(value), now);
        }
        written
    }

    /// The last of its name holds.
    fn attribute(&mut self, name: &str, value: &'a str, now: Timestamp) {
        if value.len() > LONGEST_ATTRIBUTE {
            self.notes.push(format!("{name} is longer than {LONGEST_ATTRIBUTE} bytes, and ignored"));
            return;
        }
        match name.to_ascii_lowercase().as_str() {
            "domain" => self.domain = Some(value.strip_prefix('.').unwrap_or(value)),
            "path" => self.path = Some(value),
            "secure" => self.secure = true,
            "httponly" => self.http_only = true,
            "samesite" => match SameSite::named(value) {
                Some(same_site) => self.same_site = Some(same_site),
                None => self.notes.push(format!("SameSite={value} is not known, and ignored")),
            },
            "expires" => match date::parse(value) {
                Some(at) => self.expires = Some(at),
                None => self.notes.push(format!("Expires={value} is not a date, and ignored")),
            },
            "max-age" => match seconds(value) {
                Some(seconds) if seconds <= 0 => self.max_age = Some(Timestamp::UNIX_EPOCH),
                Some(seconds) => {
                    let after = SignedDuration::from_secs(seconds);
                    self.max_age = Some(now.checked_add(after).unwrap_or(Timestamp::MAX));
                }
                None => self.notes.push(format!("Max-Age={value} is not a number, and ignored")),
            },
            _ => {}
        }
    }

    fn judge(&self, field: &str, url: &Url, now: Timestamp) -> Result<Received, String> {
        // Section 5.6, step 1: a tab alone is let through.
        if let Some(control) = field.chars().find(|c| c.is_ascii_control() && *c != '\t') {
            return Err(format!("there is a control character (U+{:04X}) in it", u32::from(control)));
        }
        if self.name.is_empty() && self.value.is_empty() {
            return Err("it has neither a name nor a value".into());
        }
        check_size(self.name, self.value)?;
        let host = domain::host_of(url).ok_or("the URL has no host")?;
        let (own_domain, host_only) = self.domain(&host)?;
        if self.secure && !domain::is_secure(url) {
            return Err("Secure, and it came over http".into());
        }
        let mut notes = self.notes.clone();
        if self.same_site == Some(SameSite::None) && !self.secure {
            notes.push("browsers refuse SameSite=None without Secure".into());
        }
        let written_end = self.max_age.or(self.expires);
        let latest = now.checked_add(LONGEST).unwrap_or(Timestamp::MAX);
        if written_end.is_some_and(|at| at > latest) {
            notes.push("it is kept for 400 days, the longest there is".into());
        }
        let cookie = Cookie {
            name: self.name.to_owned(),
            value: self.value.to_owned(),
            domain: own_domain,
            host_only,
            path: self
                .path
                .filter(|path| path.starts_with('/'))
                .unwrap_or_else(|| domain::default_path(url))
                .to_owned(),
            secure: self.secure,
            http_only: self.http_only,
            same_site: self.same_site,
            expires: written_end.map(|at| at.min(latest)),
            created: now,
        };
        cookie.check_prefix()?;
        Ok(Received { cookie, notes })
    }

    /// The cookie's domain, and whether it is for that host alone (section 5.7, steps 8 to 12).
    fn domain(&self, host: &str) -> Result<(String, bool), String> {
        let Some(written) = self.domain.filter(|domain| !domain.is_empty()) else {
            return Ok((host.to_owned(), true));
        };
        if !written.is_ascii() {
            let ascii = domain::canonical(written).map(|name| format!("; write {name}")).unwrap_or_default();
            return Err(format!("Domain={written} is not ASCII{ascii}"));
        }
        let domain = domain::canonical(written).unwrap_or_else(|| written.to_ascii_lowercase());
        if domain::is_public_suffix(&domain) {
            if domain == host {
                return Ok((domain, true));
            }
            return Err(format!("Domain={written} is a public suffix"));
        }
        if !domain::is_within(host, &domain) {
            return Err(format!("Domain={written} does not cover {host}"));
        }
        Ok((domain, false))
    }
}

fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t'])
}

/// `Max-Age` (section 5.6.2): a number out of all bounds is the largest there is.
fn seconds(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(text.parse().unwrap_or(if text.starts_with('-') { i64::MIN } else { i64::MAX }))
}
