//! A cookie as a jar keeps it (RFC 6265bis, section 5.7).

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::model::MASK;

use super::domain;

/// A cookie in a jar. Its value is as good as a password: `Debug` does not show it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cookie {
    /// Empty for one that is a value alone.
    pub name: String,
    pub value: String,
    /// Lower case, IDN in its ASCII form, or an address without brackets.
    pub domain: String,
    /// For that host alone, and not for the names below it.
    pub host_only: bool,
    /// Starts with `/`.
    pub path: String,
    #[serde(default)]
    pub secure: bool,
    #[serde(default)]
    pub http_only: bool,
    /// `None` when the server says nothing of it.
    #[serde(default)]
    pub same_site: Option<SameSite>,
    /// `None` for one of a session: kept until it is forgotten.
    #[serde(default)]
    pub expires: Option<Timestamp>,
    /// When a cookie of this identity was first set.
    pub created: Timestamp,
}

/// `SameSite`. A client has no page that it stands on, so each send counts as coming from the cookie's own site, and
/// this is kept to be seen and exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SameSite {
    Strict,
    Lax,
    None,
}

impl SameSite {
    pub fn name(self) -> &'static str {
        match self {
            Self::Strict => "Strict",
            Self::Lax => "Lax",
            Self::None => "None",
        }
    }

    /// The one of that name, compared without case.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Strict, Self::Lax, Self::None]
            .into_iter()
            .find(|known| known.name().eq_ignore_ascii_case(name))
    }
}

/// What tells a cookie from the others of its jar.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CookieKey {
    pub name: String,
    pub domain: String,
    pub host_only: bool,
    pub path: String,
}

impl Cookie {
    pub fn key(&self) -> CookieKey {
        CookieKey {
            name: self.name.clone(),
            domain: self.domain.clone(),
            host_only: self.host_only,
            path: self.path.clone(),
        }
    }

    pub(super) fn is_same(&self, other: &Self) -> bool {
        (&self.name, &self.domain, self.host_only, &self.path)
            == (&other.name, &other.domain, other.host_only, &other.path)
    }

    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expires.is_some_and(|at| at <= now)
    }

    /// As it stands in a request's `Cookie`.
    pub fn pair(&self) -> String {
        match (self.name.as_str(), self.value.as_str()) {
            ("", value) => value.to_owned(),
            (name, value) => format!("{name}={value}"),
        }
    }

    /// Whether a request to that URL takes it along.
    pub(super) fn is_for(&self, url: &Url, host: &str, now: Timestamp) -> bool {
        let is_of_host =
            if self.host_only { host == self.domain } else { domain::is_within(host, &self.domain) };
        is_of_host
            && domain::covers(&self.path, url.path())
            && (!self.secure || domain::is_secure(url))
            && !self.is_expired(now)
    }

    /// Whether a jar may hold it, whoever put it there: text that can be sent, a host, a path, the promises of its
    /// name. The reason otherwise.
    pub fn check(&self) -> Result<(), String> {
        if self.name.is_empty() && self.value.is_empty() {
            return Err("it has neither a name nor a value".into());
        }
        for (what, text, separators) in [("name", &self.name, ";="), ("value", &self.value, ";")] {
            check_text(what, text, separators)?;
        }
        check_size(&self.name, &self.value)?;
        if domain::canonical(&self.domain).as_ref() != Some(&self.domain) {
            return Err(format!("`{}` is not a domain", self.domain));
        }
        check_text("path", &self.path, ";")?;
        if !self.path.starts_with('/') {
            return Err(format!("the path `{}` does not begin with /", self.path));
        }
        self.check_prefix()
    }

    /// What `__Secure-` and `__Host-` promise (section 4.1.3), compared without case as section 5.7 wants it.
    pub(super) fn check_prefix(&self) -> Result<(), String> {
        let begins = |prefix: &str| {
            let label = if self.name.is_empty() { &self.value } else { &self.name };
            label.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
        };
        let prefix = match (begins("__Host-"), begins("__Secure-")) {
            (true, _) => "__Host-",
            (_, true) => "__Secure-",
            _ => return Ok(()),
        };
        if self.name.is_empty() {
            return Err(format!("a cookie without a name must not begin with {prefix}"));
        }
        if !self.secure {
            return Err(format!("the {prefix} prefix needs Secure"));
        }
        if prefix == "__Host-" && !self.host_only {
            return Err("the __Host- prefix forbids Domain".into());
        }
        if prefix == "__Host-" && self.path != "/" {
            return Err("the __Host- prefix needs Path=/".into());
        }
        Ok(())
    }
}

/// Section 5.6, step 6.
pub(super) fn check_size(name: &str, value: &str) -> Result<(), String> {
    let size = name.len() + value.len();
    if size > LARGEST {
        return Err(format!("name and value have {size} bytes; {LARGEST} are allowed"));
    }
    Ok(())
}

/// Bytes of name and value together.
const LARGEST: usize = 4096;

fn check_text(what: &str, text: &str, separators: &str) -> Result<(), String> {
    let may_have_tab = what == "value";
    let is_bad = |c: char| c.is_ascii_control() && !(may_have_tab && c == '\t');
    if let Some(control) = text.chars().find(|c| is_bad(*c)) {
        return Err(format!("the {what} has a control character (U+{:04X})", u32::from(control)));
    }
    if let Some(separator) = text.chars().find(|c| separators.contains(*c)) {
        return Err(format!("the {what} has a `{separator}`"));
    }
    if text.trim_matches([' ', '\t']) != text {
        return Err(format!("the {what} begins or ends with a space"));
    }
    Ok(())
}

impl fmt::Debug for Cookie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, domain, path, expires, .. } = self;
        write!(f, "Cookie({name}={MASK}; Domain={domain}; Path={path}; Expires={expires:?})")
    }
}
