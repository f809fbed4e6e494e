//! Digests that a server sends with what it sends (RFC 9530).

use std::io::{self, Read};

use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256, Sha512};

use crate::model::ResponseHead;

/// The digest of a whole representation, as the server has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Expected {
    Sha256(Vec<u8>),
    Sha512(Vec<u8>),
}

impl Expected {
    /// `Repr-Digest`, which holds for the whole also where only its rest is sent; else `Content-Digest` of an answer
    /// that is the whole.
    pub(super) fn of(head: &ResponseHead) -> Option<Self> {
        let whole = head.field("content-digest").filter(|_| head.status != 206);
        head.field("repr-digest").and_then(parse).or_else(|| whole.and_then(parse))
    }

    /// Whether the bytes have this digest.
    pub(super) fn fits(&self, reader: impl Read) -> io::Result<bool> {
        Ok(match self {
            Self::Sha256(expected) => digest::<Sha256>(reader)? == *expected,
            Self::Sha512(expected) => digest::<Sha512>(reader)? == *expected,
        })
    }
}

fn digest<D: Digest>(mut reader: impl Read) -> io::Result<Vec<u8>> {
    let mut hasher = D::new();
    let mut chunk = vec![0; 256 << 10];
    loop {
        match reader.read(&mut chunk)? {
            0 => return Ok(hasher.finalize().to_vec()),
            count => hasher.update(chunk.get(..count).unwrap_or_default()),
        }
    }
}

/// The strongest that is known: a dictionary of byte sequences (RFC 9651), `sha-256=:…:, sha-512=:…:`.
fn parse(value: &str) -> Option<Expected> {
    let find = |name: &str| {
        value.split(',').find_map(|member| {
            let encoded = member.trim().strip_prefix(name)?.strip_prefix("=:")?.split(':').next()?;
            STANDARD.decode(encoded).ok()
        })
    };
    find("sha-512")
        .filter(|digest| digest.len() == 64)
        .map(Expected::Sha512)
        .or_else(|| find("sha-256").filter(|digest| digest.len() == 32).map(Expected::Sha256))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_rfc() {
        // RFC 9530, appendix B.1.
        let field = "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:";
        let expected = parse(field).unwrap();
        assert!(expected.fits(&b"{\"hello\": \"world\"}\n"[..]).unwrap());
        assert!(!expected.fits(&b"{\"hello\": \"word\"}\n"[..]).unwrap());
        assert_eq!(parse(&format!("md5=:AAAA:, {field}")), Some(expected));
        assert_eq!(parse("unixsum=30637"), None);
        assert_eq!(parse("sha-256=:AAAA:"), None);
    }
}
