//! What is seen in a handshake, also in one that fails: the certificates of the server, and whether it asked for one
//! of the client's.
//!
//! A rustls verifier is shared by all connections of a configuration and says only why it refuses; what it refused is
//! left here, in a place that belongs to the task of the handshake. A verifier for each connection would do as well,
//! if rustls did not tie the sessions that can be resumed to the verifier.

use std::sync::{Arc, Mutex, PoisonError};

use rustls::{
    DigitallySignedStruct, Error, SignatureScheme,
    client::{
        ResolvesClientCert,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    pki_types::{CertificateDer, ServerName, UnixTime},
    sign::CertifiedKey,
};

use super::{certificate, config::Terms};
use crate::model::Certificate;

/// Looks on at one handshake.
#[derive(Debug, Clone)]
pub(in crate::http) struct Witness {
    /// Whom the certificate has to be for.
    pub(super) host: String,
    /// What failures call the other side.
    pub(super) peer: String,
    pub(super) is_only_13: bool,
    seen: Arc<Mutex<Seen>>,
}

/// What was seen in one handshake.
#[derive(Debug, Clone, Default)]
pub(super) struct Seen {
    /// As the server showed them, its own first.
    pub presented: Vec<CertificateDer<'static>>,
    /// The server asked for a certificate of the client; the issuers that it takes, which may be none.
    pub asked: Option<Vec<String>>,
    /// The client's certificate that was shown.
    pub shown: Option<Certificate>,
}

tokio::task_local! {
    static WITNESS: Witness;
}

impl Witness {
    pub(super) fn new(host: &str, peer: &str, terms: &Terms) -> Self {
        Self {
            host: host.to_owned(),
            peer: peer.to_owned(),
            is_only_13: terms.is_only_13,
            seen: Arc::default(),
        }
    }

    /// Runs a handshake with this witness looking on.
    pub(super) async fn watch<F: Future>(&self, handshake: F) -> F::Output {
        WITNESS.scope(self.clone(), handshake).await
    }

    pub(super) fn seen(&self) -> Seen {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Notes something in the handshake that is going on in this task. In a connection that stands already, as where
    /// a server asks for a certificate later, there is nobody to tell.
    fn note(change: impl FnOnce(&mut Seen)) {
        let _ = WITNESS
            .try_with(|witness| change(&mut witness.seen.lock().unwrap_or_else(PoisonError::into_inner)));
    }
}

/// A verifier whose handshakes are seen.
#[derive(Debug)]
pub(super) struct WatchedVerifier(pub Arc<dyn ServerCertVerifier>);

impl ServerCertVerifier for WatchedVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Witness::note(|seen| {
            let chain = std::iter::once(end_entity).chain(intermediates);
            seen.presented = chain.map(|der| der.clone().into_owned()).collect();
        });
        self.0.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.0.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.0.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_verify_schemes()
    }
}

/// The client's certificate, or that there is none; whoever asks for it is seen.
#[derive(Debug)]
pub(super) struct WatchedIdentity(pub Option<Arc<CertifiedKey>>);

impl ResolvesClientCert for WatchedIdentity {
    fn resolve(
        &self,
        root_hint_subjects: &[&[u8]],
        _sigschemes: &[SignatureScheme],
    ) -> Option<Arc<CertifiedKey>> {
        Witness::note(|seen| {
            seen.asked =
                Some(root_hint_subjects.iter().filter_map(|der| certificate::read_name(der)).collect());
            let leaf = self.0.as_ref().and_then(|identity| identity.cert.first());
            seen.shown = leaf.and_then(|der| certificate::read(der));
        });
        self.0.clone()
    }

    fn has_certs(&self) -> bool {
        self.0.is_some()
    }
}
