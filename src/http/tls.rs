//! TLS: what is trusted, what was agreed on, and what a failed handshake means.
//!
//! ```text
//! Settings ── Terms ──► Configs ──► Handshake ──► Secured { stream, TlsSummary }
//!             the key    files and     │
//!                        roots read    └─ Witness: what was seen, to explain a failure by
//! ```

use std::{io, sync::Arc};

use rustls::{ClientConfig, ClientConnection, HandshakeKind, ProtocolVersion, pki_types::ServerName};
use tokio_rustls::{TlsConnector, client::TlsStream};

use super::wire::Stream;
use crate::model::{Failure, FailureKind, TlsSummary};

mod certificate;
mod config;
mod explain;
mod files;
mod trust;
mod witness;

pub(super) use config::{Configs, Terms};
pub(super) use witness::Witness;

/// A handshake that can begin.
pub(super) struct Handshake {
    config: Arc<ClientConfig>,
    name: ServerName<'static>,
    witness: Witness,
    verify: bool,
}

/// A connection whose handshake is through.
pub(super) struct Secured {
    pub stream: TlsStream<Box<dyn Stream>>,
    pub summary: TlsSummary,
    pub witness: Witness,
}

impl Handshake {
    /// With a server of that host name or address, without brackets. Failures speak of it as `peer`.
    ///
    /// # Errors
    /// The files of the settings cannot be used.
    pub(super) async fn prepare(
        configs: &Configs,
        terms: &Terms,
        host: &str,
        peer: &str,
    ) -> Result<Self, Failure> {
        let name = ServerName::try_from(host.to_owned()).map_err(|error| {
            let mut failure = setup_failure(&error.to_string());
            failure.message = format!("no certificate can be for {host}");
            failure.hint = Some("use a host name of letters, digits, - and dots, or an address".into());
            failure
        })?;
        let witness = Witness::new(host, peer, terms);
        Ok(Self { config: configs.get(terms).await?, name, witness, verify: terms.verify })
    }

    pub(super) async fn run(self, stream: Box<dyn Stream>) -> Result<Secured, Failure> {
        let Self { config, name, witness, verify } = self;
        let secured = witness.watch(TlsConnector::from(config).connect(name, stream)).await;
        let stream = secured.map_err(|error: io::Error| witness.explain(&error))?;
        let summary = summary(stream.get_ref().1, verify);
        Ok(Secured { stream, summary, witness })
    }
}

/// What a handshake settled.
fn summary(connection: &ClientConnection, verified: bool) -> TlsSummary {
    let protocol = match connection.protocol_version() {
        Some(ProtocolVersion::TLSv1_3) => "TLS 1.3".to_owned(),
        Some(ProtocolVersion::TLSv1_2) => "TLS 1.2".to_owned(),
        other => format!("{other:?}"),
    };
    let cipher = connection.negotiated_cipher_suite().map_or_else(String::new, |suite| {
        let name = format!("{:?}", suite.suite());
        // IANA's names of the TLS 1.3 suites have no "13".
        name.replacen("TLS13_", "TLS_", 1)
    });
    TlsSummary {
        protocol,
        cipher,
        alpn: connection.alpn_protocol().map(|name| String::from_utf8_lossy(name).into_owned()),
        verified,
        resumed: connection.handshake_kind() == Some(HandshakeKind::Resumed),
        // rustls keeps them with the session: they are at hand when it is resumed, too.
        certificates: certificate::read_all(connection.peer_certificates().unwrap_or_default()),
    }
}

fn setup_failure(cause: &str) -> Failure {
    Failure {
        kind: FailureKind::Tls,
        message: "TLS cannot be set up".into(),
        causes: vec![cause.to_owned()],
        hint: None,
    }
}
