//! Digest authentication (RFC 7616): a challenge read, and answered.

use std::fmt::Write;

use md5::Md5;
use sha2::{Digest, Sha256, Sha512_256};

/// A server's challenge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Challenge {
    realm: String,
    nonce: String,
    opaque: Option<String>,
    algorithm: Option<String>,
    has_qop_auth: bool,
    hashes_username: bool,
}

/// What the answer is for.
pub(super) struct Request<'a> {
    pub method: &'a str,
    /// The request target, with its query.
    pub target: &'a str,
    pub username: &'a str,
    pub password: &'a str,
    pub client_nonce: &'a str,
    /// How often this nonce was used, from 1.
    pub count: u32,
}

impl Challenge {
    /// The strongest challenge of `WWW-Authenticate`'s values that can be answered.
    pub(super) fn strongest<'a>(values: impl Iterator<Item = &'a str>) -> Option<Self> {
        let challenges = values.flat_map(challenges).filter_map(|parameters| Self::read(&parameters));
        challenges.filter(|challenge| challenge.strength() > 0).max_by_key(Self::strength)
    }

    fn read(parameters: &[(String, String)]) -> Option<Self> {
        let get = |name: &str| {
            parameters.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.clone())
        };
        let qop = get("qop");
        Some(Self {
            realm: get("realm").unwrap_or_default(),
            nonce: get("nonce")?,
            opaque: get("opaque"),
            algorithm: get("algorithm"),
            has_qop_auth: qop
                .is_some_and(|qop| qop.split(',').any(|qop| qop.trim().eq_ignore_ascii_case("auth"))),
            hashes_username: get("userhash").is_some_and(|value| value.eq_ignore_ascii_case("true")),
        })
    }

    fn name(&self) -> String {
        self.algorithm.as_deref().unwrap_or("MD5").to_ascii_uppercase()
    }

    fn strength(&self) -> u8 {
        match self.name().trim_end_matches("-SESS") {
            "SHA-512-256" => 3,
            "SHA-256" => 2,
            "MD5" => 1,
            _ => 0,
        }
    }

    fn hash(&self, text: &str) -> String {
        match self.strength() {
            3 => hex(&Sha512_256::digest(text)),
            2 => hex(&Sha256::digest(text)),
            _ => hex(&Md5::digest(text)),
        }
    }

    /// The value of `Authorization` (RFC 7616, section 3.4).
    pub(super) fn answer(&self, request: &Request<'_>) -> String {
        let Request { method, target, username, password, client_nonce, count } = request;
        let Self { realm, nonce, .. } = self;
        let count = format!("{count:08x}");
        let mut secret = self.hash(&format!("{username}:{realm}:{password}"));
        if self.name().ends_with("-SESS") {
            secret = self.hash(&format!("{secret}:{nonce}:{client_nonce}"));
        }
        let what = self.hash(&format!("{method}:{target}"));
        let response = if self.has_qop_auth {
            self.hash(&format!("{secret}:{nonce}:{count}:{client_nonce}:auth:{what}"))
        } else {
            self.hash(&format!("{secret}:{nonce}:{what}"))
        };
        let username = if self.hashes_username {
            self.hash(&format!("{username}:{realm}"))
        } else {
            (*username).to_owned()
        };
        let mut out = format!(
            "Digest username={}, realm={}, nonce={}, uri={}, response={}",
            quoted(&username),
            quoted(realm),
            quoted(nonce),
            quoted(target),
            quoted(&response)
        );
        if let Some(algorithm) = &self.algorithm {
            let _ = write!(out, ", algorithm={algorithm}");
        }
        if let Some(opaque) = &self.opaque {
            let _ = write!(out, ", opaque={}", quoted(opaque));
        }
        if self.has_qop_auth {
            let _ = write!(out, ", qop=auth, nc={count}, cnonce={}", quoted(client_nonce));
        }
        if self.hashes_username {
            out.push_str(", userhash=true");
        }
        out
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
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

    /// RFC 7616, section 3.9.1.
    #[test]
    fn the_rfcs_first_example() {
        let field = "Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm=ALGORITHM, \
                     nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", \
                     opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"";
        let request = Request {
            method: "GET",
            target: "/dir/index.html",
            username: "Mufasa",
            password: "Circle of Life",
            client_nonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
            count: 1,
        };
        let cases = [
            ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
            ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
        ];
        for (algorithm, response) in cases {
            let field = field.replace("ALGORITHM", algorithm);
            let answer = Challenge::strongest([field.as_str()].into_iter()).unwrap().answer(&request);
            assert!(answer.contains(&format!("response=\"{response}\"")), "{answer}");
            assert!(answer.contains("qop=auth, nc=00000001"), "{answer}");
        }
    }

    /// RFC 7616, section 3.9.2: SHA-512-256 and a hashed name. The figures printed there are of another digest (erratum
    /// 4897); these are SHA-512/256's (FIPS 180-4).
    #[test]
    fn the_rfcs_second_example() {
        let field = "Digest realm=\"api@example.org\", qop=\"auth\", algorithm=SHA-512-256, \
                     nonce=\"5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK\", \
                     opaque=\"HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDssOS\", charset=UTF-8, userhash=true";
        let request = Request {
            method: "GET",
            target: "/doe.json",
            username: "J\u{e4}s\u{f8}n Doe",
            password: "Secret, or not?",
            client_nonce: "NTg6RKcb9boFIAS3KrFK9BGeh+niz/sm",
            count: 1,
        };
        let answer = Challenge::strongest([field].into_iter()).unwrap().answer(&request);
        assert!(
            answer.contains("username=\"793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b\""),
            "{answer}"
        );
        assert!(
            answer.contains("response=\"7a4e1192babbba02e91182d2895bfdbf7adafc6e48d4e517ca301974843d840c\""),
            "{answer}"
        );
    }

    #[test]
    fn the_strongest_known_challenge_is_taken() {
        let field = "Basic realm=\"a, b\", Digest nonce=\"1\", realm=\"x\", algorithm=MD5, \
                     Digest nonce=\"2\", algorithm=SHA-256, Digest nonce=\"3\", algorithm=FUTURE";
        assert_eq!(Challenge::strongest([field].into_iter()).unwrap().nonce, "2");
        assert_eq!(Challenge::strongest(["Bearer realm=\"x\""].into_iter()), None);
    }
}
