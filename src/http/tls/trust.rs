//! Which certificates are accepted: those that lead to a root that the system or the settings trust, and, where
//! verification is off, any.

use std::sync::Arc;

use rustls::{
    CertificateError, DigitallySignedStruct, Error, SignatureScheme,
    client::{
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
        verify_server_name,
    },
    crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime},
    server::ParsedCertificate,
};
use rustls_platform_verifier::Verifier;

use super::{certificate, config::provider, setup_failure};
use crate::model::Failure;

/// Trusts the system's roots and one's own.
#[derive(Debug)]
pub(super) struct Trust {
    verifier: Verifier,
    own: Vec<CertificateDer<'static>>,
}

impl Trust {
    /// # Errors
    /// There are no roots at all, or one's own cannot be roots.
    pub(super) fn new(own: Vec<CertificateDer<'static>>) -> Result<Self, Failure> {
        let verifier = Verifier::new_with_extra_roots(own.iter().cloned(), provider());
        let verifier = verifier.map_err(|error| {
            let mut failure = setup_failure(&error.to_string());
            if matches!(error, Error::InvalidCertificate(_)) {
                failure.message = "one of the certificates in `ca` under [http] cannot be a root".into();
                return failure;
            }
            failure.message = "there are no roots to trust servers by".into();
            failure.hint = Some(
                "install the system's (on Debian: ca-certificates), set SSL_CERT_FILE, or name your own under \
                 [http]: ca = \"root.pem\""
                    .into(),
            );
            failure
        })?;
        Ok(Self { verifier, own })
    }

    /// A certificate that is itself among one's own is trusted as a server's too: `openssl req -x509` makes such, and
    /// people name them as their `ca`. A path from it to a root, which rustls wants, there is none: what is left to
    /// ask is whether it is for this host and still good.
    fn is_own(
        &self,
        end_entity: &CertificateDer<'_>,
        name: &ServerName<'_>,
        now: UnixTime,
    ) -> Result<bool, Error> {
        if !self.own.iter().any(|own| own == end_entity) {
            return Ok(false);
        }
        let Some(read) = certificate::read(end_entity) else { return Ok(false) };
        let moment = |time: jiff::Timestamp| {
            UnixTime::since_unix_epoch(std::time::Duration::from_secs(
                time.as_second().try_into().unwrap_or(0),
            ))
        };
        let (not_before, not_after) = (moment(read.not_before), moment(read.not_after));
        if now > not_after {
            return Err(CertificateError::ExpiredContext { time: now, not_after }.into());
        }
        if now < not_before {
            return Err(CertificateError::NotValidYetContext { time: now, not_before }.into());
        }
        verify_server_name(&ParsedCertificate::try_from(end_entity)?, name)?;
        Ok(true)
    }
}

impl ServerCertVerifier for Trust {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verified = self.verifier.verify_server_cert(end_entity, intermediates, name, ocsp_response, now);
        match verified {
            Err(_) if self.is_own(end_entity, name, now)? => Ok(ServerCertVerified::assertion()),
            verified => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verifier.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verifier.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.verifier.supported_verify_schemes()
    }
}

/// Accepts any certificate, for `verify = false`; signatures still have to be right.
#[derive(Debug)]
pub(super) struct Anything(pub Arc<CryptoProvider>);

impl ServerCertVerifier for Anything {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signature, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signature, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
