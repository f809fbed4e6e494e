//! What a TLS handshake settled, and the certificates that were shown in it.

use jiff::Timestamp;
use ratatui::{
    style::Style,
    text::{Line, Span},
};

use super::super::super::widgets::glyphs::sanitize;
use crate::{
    config::Theme,
    model::{Certificate, TlsSummary, Validity},
};

/// Days before its end from which on a certificate is worth a warning.
const SOON: i64 = 14;

/// As lines of facts; dates are seen from `now`, when the exchange was made.
pub(super) fn lines(theme: &Theme, tls: &TlsSummary, now: Timestamp) -> Vec<Line<'static>> {
    let mut settled = format!("{}, {}", tls.protocol, tls.cipher);
    if let Some(alpn) = &tls.alpn {
        settled.extend([", ", alpn]);
    }
    if tls.resumed {
        settled.push_str(", session resumed");
    }
    let mut lines = vec![line(theme, "TLS", &settled, theme.text)];
    if !tls.verified {
        lines.push(line(theme, "", "the certificate was not verified", theme.insecure));
    }
    let Some((leaf, above)) = tls.certificates.split_first() else { return lines };
    let names = if leaf.names.is_empty() { leaf.subject.clone() } else { leaf.names.join(", ") };
    let bits = leaf.key_bits.filter(|_| leaf.key == "RSA").map(|bits| format!(" {bits}")).unwrap_or_default();
    lines.extend([
        line(theme, "for", &names, theme.text),
        until(theme, "until", "", leaf, now),
        line(theme, "issuer", &leaf.issuer, theme.text),
        line(theme, "key", &format!("{}{bits}, signed by {}", leaf.key, leaf.signature), theme.text),
        line(theme, "serial", &leaf.serial, theme.text),
        line(theme, "SHA-256", &leaf.fingerprint, theme.text),
    ]);
    let above = above.iter().enumerate();
    lines.extend(above.map(|(index, one)| {
        until(theme, if index == 0 { "above it" } else { "" }, &format!("{}, until ", one.name()), one, now)
    }));
    lines
}

fn until(theme: &Theme, name: &str, before: &str, one: &Certificate, now: Timestamp) -> Line<'static> {
    let validity = one.validity(now);
    let style = match validity {
        Validity::Expired(_) | Validity::NotYet(_) => theme.insecure,
        Validity::Left(days) if days <= SOON => theme.notice_warning,
        Validity::Left(_) => theme.text,
    };
    let mut line = line(theme, name, before, theme.text);
    line.push_span(Span::styled(format!("{}, {validity}", one.not_after.strftime("%Y-%m-%d")), style));
    line
}

fn line(theme: &Theme, name: &str, value: &str, style: Style) -> Line<'static> {
    Line::from(vec![
        Span::styled(format!("{name:<11}"), theme.dim),
        Span::styled(sanitize(value).into_owned(), style),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn certificate(name: &str, not_after: &str) -> Certificate {
        Certificate {
            subject: format!("CN={name}"),
            issuer: "CN=root".into(),
            names: vec![name.into(), format!("*.{name}")],
            not_before: Timestamp::UNIX_EPOCH,
            not_after: not_after.parse().unwrap(),
            serial: "0a".into(),
            key: "RSA".into(),
            key_bits: Some(2048),
            signature: "sha256WithRSAEncryption".into(),
            fingerprint: "ff".repeat(32),
        }
    }

    #[test]
    fn ends_that_are_near_or_past_stand_out() {
        let theme = Theme::default();
        let now: Timestamp = "2026-12-01T00:00:00Z".parse().unwrap();
        let cases = [
            ("2027-03-01T00:00:00Z", "2027-03-01, expires in 90 days", theme.text),
            ("2026-12-15T00:00:00Z", "2026-12-15, expires in 14 days", theme.notice_warning),
            ("2026-12-01T08:00:00Z", "2026-12-01, expires today", theme.notice_warning),
            ("2026-11-30T00:00:00Z", "2026-11-30, expired yesterday", theme.insecure),
        ];
        for (end, expected, style) in cases {
            let line = until(&theme, "until", "", &certificate("shop.test", end), now);
            let last = line.spans.last().unwrap();
            assert_eq!((last.content.as_ref(), last.style), (expected, style));
        }
    }

    #[test]
    fn a_chain_is_told_from_the_server_up() {
        let end = "2027-03-01T00:00:00Z";
        let tls = TlsSummary {
            protocol: "TLS 1.3".into(),
            cipher: "TLS_AES_128_GCM_SHA256".into(),
            alpn: Some("h2".into()),
            verified: false,
            resumed: true,
            certificates: vec![certificate("shop.test", end), certificate("middle", end)],
        };
        let lines = lines(&Theme::default(), &tls, "2026-12-01T00:00:00Z".parse().unwrap());
        let text: Vec<String> = lines.iter().map(ToString::to_string).collect();
        assert_eq!(text[0], "TLS        TLS 1.3, TLS_AES_128_GCM_SHA256, h2, session resumed");
        assert!(text[1].ends_with("the certificate was not verified"));
        assert_eq!(text[2], "for        shop.test, *.shop.test");
        assert_eq!(text[5], "key        RSA 2048, signed by sha256WithRSAEncryption");
        assert_eq!(text[8], "above it   middle, until 2027-03-01, expires in 90 days");
    }
}
