//! The cookie file of Netscape, which curl, wget and browsers' add-ons read and write.
//!
//! A line is a cookie: domain, whether names below it are meant, path, secure, when it expires (seconds since 1970,
//! 0 for a session), name, value; a tab between two. `#HttpOnly_` before the domain is curl's way to say so. The
//! format knows no `SameSite` and no age: these are lost.

use std::{fmt::Write as _, io, path::Path};

use jiff::Timestamp;

use crate::store::private;

use super::{cookie::Cookie, domain};

const HEAD: &str = "# Netscape HTTP Cookie File\n";
const HTTP_ONLY: &str = "#HttpOnly_";

/// A line that is no cookie.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct BadLine {
    /// From 1.
    pub line: usize,
    pub reason: String,
}

/// Writes all cookies that are given, in their order.
pub fn write<'a>(cookies: impl IntoIterator<Item = &'a Cookie>) -> String {
    let mut text = HEAD.to_owned();
    for cookie in cookies {
        let marker = if cookie.http_only { HTTP_ONLY } else { "" };
        // The dot is how older readers see that names below are meant; curl ignores it.
        let dot = if cookie.host_only { "" } else { "." };
        let expires = cookie.expires.map_or(0, |at| at.as_second().max(1));
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "{marker}{dot}{}\t{}\t{}\t{}\t{expires}\t{}\t{}",
            cookie.domain,
            flag(!cookie.host_only),
            cookie.path,
            flag(cookie.secure),
            cookie.name,
            cookie.value,
        );
    }
    text
}

/// Writes such a file for its owner alone: what is in it is as good as passwords.
pub fn save(file: &Path, text: &str) -> io::Result<()> {
    // A pipe or a device is written to, and not replaced.
    if std::fs::metadata(file).is_ok_and(|facts| !facts.is_file()) {
        return std::fs::write(file, text);
    }
    private::write(&std::path::absolute(file)?, text.as_bytes())
}

fn flag(is_set: bool) -> &'static str {
    if is_set { "TRUE" } else { "FALSE" }
}

/// Reads such a file. Each line that is neither a cookie nor a comment is told, and the others count.
pub fn read(text: &str, now: Timestamp) -> (Vec<Cookie>, Vec<BadLine>) {
    let (mut cookies, mut bad) = (Vec::new(), Vec::new());
    for (index, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        match read_line(line, now) {
            Ok(cookie) => cookies.extend(cookie),
            Err(reason) => bad.push(BadLine { line: index + 1, reason }),
        }
    }
    (cookies, bad)
}

/// `None` for a comment and for an empty line.
fn read_line(line: &str, now: Timestamp) -> Result<Option<Cookie>, String> {
    let (line, http_only) = match line.strip_prefix(HTTP_ONLY) {
        Some(rest) => (rest, true),
        None => (line, false),
    };
    if line.trim().is_empty() || (line.starts_with('#') && !http_only) {
        return Ok(None);
    }
    let fields: Vec<&str> = line.splitn(7, '\t').collect();
    // An empty value may have lost its tab to an editor.
    let (host, below, path, secure, expires, name, value) = match fields[..] {
        [host, below, path, secure, expires, name, value] => {
            (host, below, path, secure, expires, name, value)
        }
        [host, below, path, secure, expires, name] => (host, below, path, secure, expires, name, ""),
        _ => return Err(format!("{} fields between tabs where 7 are needed", fields.len())),
    };
    let domain = domain::canonical(host).ok_or_else(|| format!("`{host}` is not a domain"))?;
    let cookie = Cookie {
        name: name.to_owned(),
        value: value.to_owned(),
        domain,
        host_only: !read_flag("the second field", below)?,
        path: if path.is_empty() { "/".to_owned() } else { path.to_owned() },
        secure: read_flag("the fourth field", secure)?,
        http_only,
        same_site: None,
        expires: read_expires(expires)?,
        created: now,
    };
    cookie.check()?;
    Ok(Some(cookie))
}

fn read_flag(what: &str, text: &str) -> Result<bool, String> {
    match text.trim().to_ascii_uppercase().as_str() {
        "TRUE" => Ok(true),
        "FALSE" => Ok(false),
        _ => Err(format!("{what} is `{text}`, not TRUE or FALSE")),
    }
}

/// Browsers' add-ons write fractions of a second, and -1 for a session.
fn read_expires(text: &str) -> Result<Option<Timestamp>, String> {
    let whole = text.trim().split('.').next().unwrap_or_default();
    let seconds: i64 =
        whole.parse().map_err(|_| format!("the time of expiry is `{text}`, not seconds since 1970"))?;
    match seconds {
        ..=0 => Ok(None),
        seconds => Ok(Some(Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX))),
    }
}
