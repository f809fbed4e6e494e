//! What a server means by ending a handshake with an alert (RFC 8446, section 6.2).

use jiff::Timestamp;
use rustls::AlertDescription as Alert;

use super::{super::witness::Seen, Words, certificates::day};
use crate::model::{Certificate, Validity};

pub(super) const NAME_ONE: &str =
    "name one under [http]: cert = \"client.pem\", with its key in the same file, or cert = \"client.p12\"";

pub(super) fn words(peer: &str, alert: Alert, seen: &Seen, is_only_13: bool) -> Words {
    match (alert, seen) {
        (Alert::CertificateRequired, _) => wanted(peer, seen),
        (alert, Seen { shown: Some(shown), .. }) if is_of_certificates(alert) => {
            refused(peer, alert, shown, seen.asked.as_deref().unwrap_or_default())
        }
        (alert, Seen { asked: Some(_), shown: None, .. }) if is_of_certificates(alert) => wanted(peer, seen),
        (Alert::ProtocolVersion, _) => no_version(peer, is_only_13),
        (Alert::HandshakeFailure | Alert::InsufficientSecurity, _) => nothing_in_common(peer),
        (Alert::UnrecognisedName, _) => Words::new(
            format!("{peer} is not a host that the server at this address serves"),
            "check the name, and the address that it resolves to",
        ),
        (Alert::NoApplicationProtocol, _) => Words::new(
            format!("{peer} does not speak the version of HTTP that is asked for"),
            "`version` under [http] asks for it; \"auto\" takes what the server offers",
        ),
        (alert, _) => Words::new(
            format!("{peer} ended the TLS handshake: {}", spaced(alert)),
            "the server's log may say why",
        ),
    }
}

/// Those that a server sends when the client's certificate, or its absence, is what it does not like.
fn is_of_certificates(alert: Alert) -> bool {
    matches!(
        alert,
        Alert::NoCertificate
            | Alert::BadCertificate
            | Alert::UnsupportedCertificate
            | Alert::CertificateRevoked
            | Alert::CertificateExpired
            | Alert::CertificateUnknown
            | Alert::UnknownCA
            | Alert::AccessDenied
            | Alert::DecryptError
            | Alert::HandshakeFailure
    )
}

fn wanted(peer: &str, seen: &Seen) -> Words {
    let takes = seen.asked.as_deref().map(takes).unwrap_or_default();
    Words::new(format!("{peer} wants a client certificate{takes}"), NAME_ONE)
}

/// " from A or B", where the server says whose it takes.
fn takes(issuers: &[String]) -> String {
    match issuers {
        [] => String::new(),
        [one] => format!(" from {one}"),
        [one, other] => format!(" from {one} or {other}"),
        [one, other, rest @ ..] => format!(" from {one}, {other} or {} others", rest.len()),
    }
}

fn refused(peer: &str, alert: Alert, shown: &Certificate, issuers: &[String]) -> Words {
    let name = shown.name();
    let message = |why: String| format!("{peer} refused the client certificate {name}: {why}");
    match shown.validity(Timestamp::now()) {
        Validity::Expired(_) => {
            return Words::new(
                message(format!("it expired on {}", day(shown.not_after))),
                "`cert` under [http] names it; have it renewed",
            );
        }
        Validity::NotYet(_) => {
            return Words::new(
                message(format!("it is not valid before {}", day(shown.not_before))),
                "check the clock of this machine",
            );
        }
        Validity::Left(_) => {}
    }
    let is_foreign = !issuers.is_empty() && !issuers.contains(&shown.issuer);
    if is_foreign || alert == Alert::UnknownCA {
        let takes = takes(issuers);
        let takes = if takes.is_empty() { "others".to_owned() } else { format!("those{takes}") };
        return Words::new(
            message(format!("it is from {}, and the server takes {takes}", shown.issuer)),
            "`cert` under [http] names it; is it the one for this server?",
        );
    }
    let why = match alert {
        Alert::CertificateExpired => "the server's clock says that it has expired",
        Alert::CertificateRevoked => "it was revoked",
        Alert::UnsupportedCertificate => "the server does not take its kind",
        Alert::AccessDenied => "it does not give access",
        Alert::DecryptError => "its signature does not fit",
        _ => "the server does not say why",
    };
    Words::new(message(why.to_owned()), "`cert` under [http] names it; the server's log may say more")
}

pub(super) fn no_version(peer: &str, is_only_13: bool) -> Words {
    if is_only_13 {
        return Words::new(
            format!("{peer} does not speak TLS 1.3"),
            "`min_tls` under [http] asks for it; with min_tls = \"1.2\" an older server is reached",
        );
    }
    Words::new(
        format!("{peer} speaks no TLS version that is safe to use"),
        "TLS 1.2 and 1.3 are spoken here; the server has to be brought up to date",
    )
}

pub(super) fn nothing_in_common(peer: &str) -> Words {
    Words::new(
        format!("{peer} and this client have no TLS cipher or key exchange in common"),
        "old ciphers are not spoken here; the server has to offer one with AES-GCM or ChaCha20 and ECDHE",
    )
}

/// "internal error".
fn spaced(alert: Alert) -> String {
    let mut out = String::new();
    for letter in format!("{alert:?}").chars() {
        if letter.is_ascii_uppercase() && !out.is_empty() {
            out.push(' ');
        }
        out.push(letter.to_ascii_lowercase());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alerts_in_words() {
        let none = Seen::default();
        let asked = Seen { asked: Some(vec!["CN=one".into()]), ..Seen::default() };
        let cases = [
            (Alert::CertificateRequired, &none, false, "h wants a client certificate"),
            (Alert::HandshakeFailure, &asked, false, "h wants a client certificate from CN=one"),
            (Alert::HandshakeFailure, &none, false, "no TLS cipher"),
            (Alert::ProtocolVersion, &none, true, "does not speak TLS 1.3"),
            (Alert::ProtocolVersion, &none, false, "no TLS version that is safe"),
            (Alert::UnrecognisedName, &none, false, "not a host"),
            (Alert::NoApplicationProtocol, &none, false, "version of HTTP"),
            (Alert::InternalError, &none, false, "ended the TLS handshake: internal error"),
        ];
        for (alert, seen, is_only_13, expected) in cases {
            let Words { message, hint } = words("h", alert, seen, is_only_13);
            assert!(message.contains(expected) && hint.is_some(), "{alert:?}: {message}");
        }
    }
}
