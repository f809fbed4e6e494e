//! The answer to a challenge: the value of `Authorization` (RFC 7616, section 3.4).

use std::fmt::Write;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::challenge::{Algorithm, Challenge, Protection};

/// What the answer is for.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Request<'a> {
    pub method: &'a str,
    /// The request target, with its query.
    pub target: &'a str,
    pub username: &'a str,
    pub password: &'a str,
    pub client_nonce: &'a str,
    /// The nonces that the key of a session is made of, server's and client's; the present ones where it begins.
    pub session: Option<(&'a str, &'a str)>,
    /// How often this nonce was used, from 1.
    pub count: u32,
    /// Of the body, for [`Protection::AuthInt`].
    pub body_hash: Option<&'a str>,
}

pub(in super::super) fn answer(challenge: &Challenge, request: &Request<'_>) -> String {
    let Request { method, target, username, client_nonce, count, .. } = request;
    let Challenge { realm, nonce, protection, .. } = challenge;
    let algorithm = challenge.algorithm().unwrap_or(Algorithm::Md5);
    let (key, count) = (key(challenge, algorithm, request), format!("{count:08x}"));
    let (qop, what) = match protection {
        Protection::AuthInt => {
            ("auth-int", format!("{method}:{target}:{}", request.body_hash.unwrap_or_default()))
        }
        _ => ("auth", format!("{method}:{target}")),
    };
    let what = algorithm.hash(&what);
    let response = match protection {
        Protection::None => algorithm.hash(&format!("{key}:{nonce}:{what}")),
        _ => algorithm.hash(&format!("{key}:{nonce}:{count}:{client_nonce}:{qop}:{what}")),
    };
    let mut out = format!(
        "Digest {}, realm={}, nonce={}, uri={}, response={}",
        named(challenge, algorithm, username),
        quoted(realm),
        quoted(nonce),
        quoted(target),
        quoted(&response)
    );
    if let Some(algorithm) = &challenge.algorithm {
        let _ = write!(out, ", algorithm={algorithm}");
    }
    if let Some(opaque) = &challenge.opaque {
        let _ = write!(out, ", opaque={}", quoted(opaque));
    }
    if *protection != Protection::None {
        let _ = write!(out, ", qop={qop}, nc={count}, cnonce={}", quoted(client_nonce));
    }
    if challenge.hashes_username {
        out.push_str(", userhash=true");
    }
    out
}

/// The hash of A1.
fn key(challenge: &Challenge, algorithm: Algorithm, request: &Request<'_>) -> String {
    let Request { username, password, client_nonce, session, .. } = request;
    let key = algorithm.hash(&format!("{username}:{}:{password}", challenge.realm));
    if !challenge.is_session() {
        return key;
    }
    let (nonce, client_nonce) = session.unwrap_or((&challenge.nonce, client_nonce));
    algorithm.hash(&format!("{key}:{nonce}:{client_nonce}"))
}

/// The parameter with the name. One that is no ASCII goes as RFC 8187 writes it, to a server that says it knows UTF-8.
fn named(challenge: &Challenge, algorithm: Algorithm, username: &str) -> String {
    if challenge.hashes_username {
        let hashed = algorithm.hash(&format!("{username}:{}", challenge.realm));
        return format!("username={}", quoted(&hashed));
    }
    if challenge.is_utf8 && !username.is_ascii() {
        return format!("username*=UTF-8''{}", utf8_percent_encode(username, NON_ALPHANUMERIC));
    }
    format!("username={}", quoted(username))
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Request<'_> = Request {
        method: "GET",
        target: "/",
        username: "",
        password: "",
        client_nonce: "",
        session: None,
        count: 1,
        body_hash: None,
    };

    fn challenge(field: &str) -> Challenge {
        Challenge::strongest([field].into_iter()).unwrap()
    }

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
            ..PLAIN
        };
        let cases = [
            ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
            ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
        ];
        for (algorithm, response) in cases {
            let field = field.replace("ALGORITHM", algorithm);
            let answer = answer(&challenge(&field), &request);
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
            ..PLAIN
        };
        let answer = answer(&challenge(field), &request);
        assert!(
            answer.contains("username=\"793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b\""),
            "{answer}"
        );
        assert!(
            answer.contains("response=\"7a4e1192babbba02e91182d2895bfdbf7adafc6e48d4e517ca301974843d840c\""),
            "{answer}"
        );
    }

    /// RFC 2069's form, as errata 749 of RFC 2617 corrects its example.
    #[test]
    fn without_a_quality_of_protection() {
        let field = "Digest realm=\"testrealm@host.com\", nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", \
                     opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"";
        let request =
            Request { target: "/dir/index.html", username: "Mufasa", password: "Circle Of Life", ..PLAIN };
        let answer = answer(&challenge(field), &request);
        assert!(answer.contains("response=\"670fd8c2df070c60b045671b8b24ff02\""), "{answer}");
        assert!(!answer.contains("cnonce") && !answer.contains("qop"), "{answer}");
    }

    #[test]
    fn the_key_of_a_session_is_made_of_its_first_nonces() {
        let first = challenge("Digest realm=\"r\", nonce=\"n1\", qop=\"auth\", algorithm=MD5-sess");
        let request = Request { username: "u", password: "p", client_nonce: "c1", ..PLAIN };
        // H(H(u:r:p):n1:c1) and so on, by hand.
        let hash = |text: &str| Algorithm::Md5.hash(text);
        let key = hash(&format!("{}:n1:c1", hash("u:r:p")));
        let expected = |nonce: &str, client: &str| {
            format!(
                "response=\"{}\"",
                hash(&format!("{key}:{nonce}:00000001:{client}:auth:{}", hash("GET:/")))
            )
        };
        assert!(answer(&first, &request).contains(&expected("n1", "c1")));
        let next = Challenge { nonce: "n2".into(), ..first };
        let later = Request { client_nonce: "c2", session: Some(("n1", "c1")), ..request };
        assert!(answer(&next, &later).contains(&expected("n2", "c2")));
    }

    #[test]
    fn the_body_is_covered_where_nothing_else_is_offered() {
        let only = challenge("Digest realm=\"r\", nonce=\"n\", qop=auth-int");
        let request = Request { method: "PUT", username: "u", password: "p", client_nonce: "c", ..PLAIN };
        let hash = |text: &str| Algorithm::Md5.hash(text);
        let what = hash(&format!("PUT:/:{}", hash("body")));
        let response = hash(&format!("{}:n:00000001:c:auth-int:{what}", hash("u:r:p")));
        let body_hash = hash("body");
        let answer = answer(&only, &Request { body_hash: Some(&body_hash), ..request });
        assert!(answer.contains(&response) && answer.contains("qop=auth-int"), "{answer}");
    }

    #[test]
    fn a_name_that_is_no_ascii() {
        let request = Request { username: "J\u{e4}s\u{f8}n Doe", ..PLAIN };
        let plain = "Digest realm=\"r\", nonce=\"n\"";
        let named = answer(&challenge(&format!("{plain}, charset=UTF-8")), &request);
        assert!(named.contains("username*=UTF-8''J%C3%A4s%C3%B8n%20Doe"), "{named}");
        assert!(answer(&challenge(plain), &request).contains("username=\"J\u{e4}s\u{f8}n Doe\""));
    }
}
