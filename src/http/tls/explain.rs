//! A failed handshake in words: what was wrong, and what to do about it.

use std::io;

use rustls::{Error, PeerIncompatible};

use super::{certificate, setup_failure, witness::Witness};
use crate::model::{Failure, FailureKind};

mod alerts;
mod certificates;

/// What to say, and what to try.
struct Words {
    message: String,
    hint: Option<String>,
}

impl Words {
    fn new(message: impl Into<String>, hint: &str) -> Self {
        Self { message: message.into(), hint: Some(hint.to_owned()) }
    }
}

impl Witness {
    /// What an error means that ended this handshake or, as servers judge a client's certificate late in TLS 1.3, came
    /// after it.
    pub(in crate::http) fn explain(&self, error: &io::Error) -> Failure {
        let Some(inner) = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) else {
            return self.broke_off(error);
        };
        let Words { message, hint } = self.words(inner);
        Failure { message, hint, ..setup_failure(&inner.to_string()) }
    }

    fn words(&self, error: &Error) -> Words {
        let (peer, seen) = (&self.peer, self.seen());
        match error {
            Error::InvalidCertificate(problem) => {
                certificates::words(peer, &self.host, problem, &certificate::read_all(&seen.presented))
            }
            Error::NoCertificatesPresented => Words::new(
                format!("{peer} showed no certificate"),
                "its TLS is not set up to be used with https",
            ),
            Error::AlertReceived(alert) => alerts::words(peer, *alert, &seen, self.is_only_13),
            Error::InvalidMessage(_) if seen.presented.is_empty() => Words::new(
                format!("{peer} does not speak TLS on this port"),
                "try http:// instead of https://",
            ),
            Error::PeerIncompatible(
                PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig
                | PeerIncompatible::ServerDoesNotSupportTls12Or13
                | PeerIncompatible::SupportedVersionsExtensionRequired,
            ) => alerts::no_version(peer, self.is_only_13),
            Error::PeerIncompatible(_) => alerts::nothing_in_common(peer),
            Error::PeerMisbehaved(_) => Words::new(
                format!("{peer} breaks the rules of TLS"),
                "something between here and the server may tamper with the connection",
            ),
            _ => Words::new(
                format!("the TLS handshake with {peer} failed"),
                "is this the port of an HTTPS server?",
            ),
        }
    }

    /// The connection went before the handshake was through, without a word of TLS.
    fn broke_off(&self, error: &io::Error) -> Failure {
        let seen = self.seen();
        let hint = if seen.asked.is_some() && seen.shown.is_none() {
            alerts::NAME_ONE
        } else {
            "the server may not speak TLS on this port, or not serve this host name"
        };
        Failure {
            kind: FailureKind::Reset,
            message: format!("{} broke off the TLS handshake", self.peer),
            causes: vec![error.to_string()],
            hint: Some(hint.to_owned()),
        }
    }
}
