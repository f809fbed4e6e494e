//! A cookie as one line of text, to be edited: a `Set-Cookie`, with `Host` where there is none that sent it.

use jiff::{SignedDuration, Timestamp};

use super::{
    cookie::{Cookie, SameSite},
    date, domain,
};

impl Cookie {
    /// The cookie on one line: `id=7; Host=shop.example; Path=/; Secure`.
    pub fn line(&self) -> String {
        let place = if self.host_only { "Host" } else { "Domain" };
        let mut parts = vec![format!("{}={}", self.name, self.value), format!("{place}={}", self.domain)];
        parts.push(format!("Path={}", self.path));
        parts.extend(self.expires.map(|at| format!("Expires={}", at.strftime("%Y-%m-%dT%H:%M:%SZ"))));
        parts.extend(self.secure.then(|| "Secure".to_owned()));
        parts.extend(self.http_only.then(|| "HttpOnly".to_owned()));
        parts.extend(self.same_site.map(|same_site| format!("SameSite={}", same_site.name())));
        parts.join("; ")
    }

    /// Reads such a line. `Domain` means the names below it, too; `Host` that host alone.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn parse_line(line: &str, now: Timestamp) -> Result<Self, String> {
        let mut parts = line.split(';').map(str::trim);
        let pair = parts.next().unwrap_or_default();
        let (name, value) = pair.split_once('=').ok_or("begin with NAME=VALUE")?;
        let mut cookie = Self {
            name: name.trim().to_owned(),
            value: value.trim().to_owned(),
            domain: String::new(),
            host_only: true,
            path: "/".into(),
            secure: false,
            http_only: false,
            same_site: None,
            expires: None,
            created: now,
        };
        for part in parts.filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            cookie.set_attribute(name.trim(), value.trim(), now)?;
        }
        if cookie.domain.is_empty() {
            return Err("say where it is sent: Host=… or Domain=…".into());
        }
        cookie.check()?;
        Ok(cookie)
    }

    fn set_attribute(&mut self, name: &str, value: &str, now: Timestamp) -> Result<(), String> {
        match name.to_ascii_lowercase().as_str() {
            place @ ("host" | "domain") => {
                self.domain = domain::canonical(value).ok_or_else(|| format!("`{value}` is not a domain"))?;
                self.host_only = place == "host";
            }
            "path" => value.clone_into(&mut self.path),
            "secure" => self.secure = true,
            "httponly" => self.http_only = true,
            "samesite" => {
                let same_site = SameSite::named(value);
                self.same_site = Some(same_site.ok_or("SameSite is Strict, Lax or None")?);
            }
            "expires" => {
                let at = value.parse().ok().or_else(|| date::parse(value));
                self.expires = Some(at.ok_or("Expires is a time, as in 2027-01-31T12:00:00Z")?);
            }
            "max-age" => {
                let seconds: i64 = value.parse().map_err(|_| "Max-Age is a number of seconds")?;
                let at = now.checked_add(SignedDuration::from_secs(seconds));
                self.expires = Some(at.unwrap_or(Timestamp::MAX));
            }
            _ => return Err(format!("`{name}` is not an attribute of a cookie")),
        }
        Ok(())
    }
}
