//! A server's challenge, read from `WWW-Authenticate` (RFC 9110, section 11.6.1).

use md5::Md5;
use sha2::{Digest, Sha256, Sha512_256};

use crate::model::hex;

/// A challenge to answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Challenge {
    pub realm: String,
    pub nonce: String,
    pub opaque: Option<String>,
    /// As written; MD5 where it is left out.
    pub algorithm: Option<String>,
    pub protection: Protection,
    pub hashes_username: bool,
    pub is_utf8: bool,
    /// Whether only the nonce was wrong.
    pub is_stale: bool,
    /// URIs that the credentials are for, as written; empty for all of the server.
    pub domain: Vec<String>,
}

/// What the answer covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Protection {
    /// As in RFC 2069: no count, no client's nonce.
    None,
    Auth,
    /// The body too; only where the server offers nothing else.
    AuthInt,
}

/// A digest algorithm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in super::super) enum Algorithm {
    Md5,
    Sha256,
    Sha512256,
}

impl Algorithm {
    pub(in super::super) fn hash(self, text: &str) -> String {
        match self {
            Self::Md5 => hex(&Md5::digest(text)),
            Self::Sha256 => hex(&Sha256::digest(text)),
            Self::Sha512256 => hex(&Sha512_256::digest(text)),
        }
    }
}

impl Challenge {
    /// The strongest challenge of `WWW-Authenticate`'s values that can be answered.
    pub(in super::super) fn strongest<'a>(values: impl Iterator<Item = &'a str>) -> Option<Self> {
        let challenges = values.flat_map(challenges).filter_map(|parameters| Self::read(&parameters));
        challenges.filter(|challenge| challenge.algorithm().is_some()).max_by_key(Self::algorithm)
    }

    fn read(parameters: &[(String, String)]) -> Option<Self> {
        let get = |name: &str| {
            parameters.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.clone())
        };
        let is = |name: &str, wanted: &str| get(name).is_some_and(|value| value.eq_ignore_ascii_case(wanted));
        let qop = get("qop").unwrap_or_default().to_ascii_lowercase();
        let offers = |wanted: &str| qop.split(',').any(|qop| qop.trim() == wanted);
        let protection = match () {
            () if offers("auth") => Protection::Auth,
            () if offers("auth-int") => Protection::AuthInt,
            () if qop.trim().is_empty() => Protection::None,
            // One that is not known yet.
            () => return None,
        };
        Some(Self {
            realm: get("realm").unwrap_or_default(),
            nonce: get("nonce")?,
            opaque: get("opaque"),
            algorithm: get("algorithm"),
            protection,
            hashes_username: is("userhash", "true"),
            is_utf8: is("charset", "utf-8"),
            is_stale: is("stale", "true"),
            domain: get("domain").unwrap_or_default().split_whitespace().map(str::to_owned).collect(),
        })
    }

    fn name(&self) -> String {
        self.algorithm.as_deref().unwrap_or("MD5").to_ascii_uppercase()
    }

    /// `None` for one that is not known.
    pub(in super::super) fn algorithm(&self) -> Option<Algorithm> {
        let name = self.name();
        match name.strip_suffix("-SESS").unwrap_or(&name) {
            "MD5" => Some(Algorithm::Md5),
            "SHA-256" => Some(Algorithm::Sha256),
            "SHA-512-256" => Some(Algorithm::Sha512256),
            _ => None,
        }
    }

    /// Whether the key is that of a session, made once of its first nonces.
    pub(in super::super) fn is_session(&self) -> bool {
        self.name().ends_with("-SESS")
    }
}

/// The nonce to use next, in a value of `Authentication-Info` (RFC 7616, section 3.5).
pub(in super::super) fn next_nonce(value: &str) -> Option<String> {
    items(value).into_iter().find_map(|item| {
        let (name, nonce) = item.split_once('=')?;
        name.trim().eq_ignore_ascii_case("nextnonce").then(|| unquoted(nonce.trim()))
    })
}

/// The parameters of each Digest challenge in a field value (RFC 9110, section 11.6.1), in which challenges of other
/// schemes may stand too.
fn challenges(value: &str) -> Vec<Vec<(String, String)>> {
    let mut out: Vec<Vec<(String, String)>> = Vec::new();
    let mut is_digest = false;
    for item in items(value) {
        let (before, rest) = item.split_once('=').unwrap_or((item, ""));
        let before = before.trim();
        // "Scheme name" begins a challenge; "name" goes on with it.
        let name = match before.rsplit_once(' ') {
            Some((scheme, name)) => {
                is_digest = scheme.trim().eq_ignore_ascii_case("digest");
                if is_digest {
                    out.push(Vec::new());
                }
                name
            }
            None => before,
        };
        if is_digest && let Some(parameters) = out.last_mut() {
            parameters.push((name.to_owned(), unquoted(rest.trim())));
        }
    }
    out
}

/// The parts between commas that do not stand in quotes.
fn items(value: &str) -> Vec<&str> {
    let (mut items, mut start, mut is_quoted, mut is_escaped) = (Vec::new(), 0, false, false);
    for (at, byte) in value.bytes().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_quoted => is_escaped = true,
            b'"' => is_quoted = !is_quoted,
            b',' if !is_quoted => {
                items.push(value[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    items.push(value[start..].trim());
    items
}

fn unquoted(text: &str) -> String {
    let Some(inside) = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) else {
        return text.to_owned();
    };
    let mut out = String::new();
    let mut letters = inside.chars();
    while let Some(letter) = letters.next() {
        out.extend(if letter == '\\' { letters.next() } else { Some(letter) });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_strongest_known_challenge_is_taken() {
        let field = "Basic realm=\"a, b\", Digest nonce=\"1\", realm=\"x\", algorithm=MD5, \
                     Digest nonce=\"2\", algorithm=SHA-256, Digest nonce=\"3\", algorithm=FUTURE";
        assert_eq!(Challenge::strongest([field].into_iter()).unwrap().nonce, "2");
        assert_eq!(Challenge::strongest(["Bearer realm=\"x\""].into_iter()), None);
    }

    #[test]
    fn parameters_are_read_whatever_their_case_and_order() {
        let field = "DIGEST Nonce=\"n\", STALE=TRUE, qop=\"auth-int\", domain=\"/a  http://b.test/\", \
                     charset=utf-8, algorithm=sha-256-sess";
        let challenge = Challenge::strongest([field].into_iter()).unwrap();
        assert!(challenge.is_stale && challenge.is_utf8 && challenge.is_session());
        assert_eq!(challenge.protection, Protection::AuthInt);
        assert_eq!(challenge.algorithm(), Some(Algorithm::Sha256));
        assert_eq!(challenge.domain, ["/a", "http://b.test/"]);
    }

    #[test]
    fn challenges_may_stand_in_several_fields() {
        let fields = ["Basic realm=\"x\"", "Digest nonce=\"1\"", "Digest nonce=\"2\", algorithm=SHA-256"];
        assert_eq!(Challenge::strongest(fields.into_iter()).unwrap().nonce, "2");
    }
}
