//! What a TLS handshake settled, and the certificates that were shown in it.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What a TLS handshake settled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TlsSummary {
    /// "TLS 1.3".
    pub protocol: String,
    /// IANA's name.
    pub cipher: String,
    /// "h2" or "http/1.1".
    pub alpn: Option<String>,
    /// Whether the certificate was verified; `false` is shown in red wherever it stands.
    pub verified: bool,
    /// Whether an earlier session was taken up again: no certificate was shown then, and `certificates` are those of
    /// the first handshake.
    #[serde(default)]
    pub resumed: bool,
    /// The chain that the server showed, its own certificate first. One that cannot be read is left out.
    #[serde(default)]
    pub certificates: Vec<Certificate>,
}

/// A certificate (RFC 5280), as far as people look at one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// "O=Example, CN=api.example.com": in the certificate's order, escaped as in RFC 4514, section 2.4.
    pub subject: String,
    pub issuer: String,
    /// The hosts and addresses that it is for, in its order.
    pub names: Vec<String>,
    pub not_before: Timestamp,
    pub not_after: Timestamp,
    /// Hexadecimal, without separators.
    pub serial: String,
    /// "RSA" or "ECDSA P-256", and the like.
    pub key: String,
    /// Bits of the key, where its kind leaves that open or is known.
    pub key_bits: Option<u32>,
    /// What the issuer signed with: "ecdsa-with-SHA256".
    pub signature: String,
    /// SHA-256 of the whole certificate: 64 hexadecimal digits.
    pub fingerprint: String,
}

/// How long a certificate has been or will be good, seen from one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Validity {
    /// Whole days that are left.
    Left(i64),
    /// Whole days since it ended.
    Expired(i64),
    /// Whole days until it begins.
    NotYet(i64),
}

/// "expires in 83 days", "expired yesterday".
impl fmt::Display for Validity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Left(0) => f.write_str("expires today"),
            Self::Left(1) => f.write_str("expires tomorrow"),
            Self::Left(days) => write!(f, "expires in {days} days"),
            Self::Expired(0) => f.write_str("expired today"),
            Self::Expired(1) => f.write_str("expired yesterday"),
            Self::Expired(days) => write!(f, "expired {days} days ago"),
            Self::NotYet(days) => write!(
                f,
                "not valid for another {}",
                if days == 1 { "day".into() } else { format!("{days} days") }
            ),
        }
    }
}

impl Certificate {
    /// The common name where there is one, else the whole subject.
    pub fn name(&self) -> &str {
        common_name(&self.subject)
    }

    /// The issuer's common name where there is one, else its whole name.
    pub fn issuer_name(&self) -> &str {
        common_name(&self.issuer)
    }

    /// Whether it names itself as its issuer.
    pub fn is_self_issued(&self) -> bool {
        self.subject == self.issuer
    }

    pub fn validity(&self, now: Timestamp) -> Validity {
        let days = |from: Timestamp, to: Timestamp| (to.as_second() - from.as_second()) / (24 * 60 * 60);
        if now < self.not_before {
            Validity::NotYet(days(now, self.not_before))
        } else if now > self.not_after {
            Validity::Expired(days(self.not_after, now))
        } else {
            Validity::Left(days(now, self.not_after))
        }
    }
}

fn common_name(name: &str) -> &str {
    let mut is_escaped = false;
    let mut parts = name.split(|letter| {
        let is_end = letter == ',' && !is_escaped;
        is_escaped = letter == '\\' && !is_escaped;
        is_end
    });
    parts.find_map(|part| part.trim_start().strip_prefix("CN=")).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn certificate(from: &str, to: &str) -> Certificate {
        Certificate {
            subject: "O=Shop, CN=shop.test".into(),
            issuer: "O=Shop".into(),
            names: vec!["shop.test".into()],
            not_before: from.parse().unwrap(),
            not_after: to.parse().unwrap(),
            serial: "01".into(),
            key: "RSA".into(),
            key_bits: Some(2048),
            signature: "sha256WithRSAEncryption".into(),
            fingerprint: "00".repeat(32),
        }
    }

    #[test]
    fn days_of_a_certificate() {
        let one = certificate("2026-01-01T00:00:00Z", "2026-03-01T00:00:00Z");
        let cases = [
            ("2026-02-27T23:00:00Z", Validity::Left(1)),
            ("2026-03-01T00:00:00Z", Validity::Left(0)),
            ("2026-03-01T00:00:01Z", Validity::Expired(0)),
            ("2027-03-01T00:00:00Z", Validity::Expired(365)),
            ("2025-12-30T00:00:00Z", Validity::NotYet(2)),
        ];
        for (now, expected) in cases {
            assert_eq!(one.validity(now.parse().unwrap()), expected, "{now}");
        }
        // What "never" is written as is as late as can be told.
        let one = certificate("2026-01-01T00:00:00Z", &Timestamp::MAX.to_string());
        assert!(matches!(one.validity("2026-02-01T00:00:00Z".parse().unwrap()), Validity::Left(2_900_000..)));
    }

    #[test]
    fn the_shortest_name_that_says_who() {
        let one = certificate("2026-01-01T00:00:00Z", "2026-03-01T00:00:00Z");
        assert_eq!((one.name(), one.issuer_name(), one.is_self_issued()), ("shop.test", "O=Shop", false));
        assert_eq!(common_name(r"O=a\, CN=not.this, CN=b\\, C=DE"), r"b\\");
    }

    #[test]
    fn what_was_written_before_there_were_chains_is_read() {
        let old = r#"{"protocol":"TLS 1.3","cipher":"TLS_AES_128_GCM_SHA256","alpn":null,"verified":true}"#;
        let read: TlsSummary = serde_json::from_str(old).unwrap();
        assert!(!read.resumed && read.certificates.is_empty());
    }
}
