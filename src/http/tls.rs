//! TLS: what is trusted, what was agreed on, and what a failed handshake means.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    time::SystemTime,
};

use rustls::{
    AlertDescription, CertificateError, ClientConfig, DigitallySignedStruct, Error, SignatureScheme,
    SupportedProtocolVersion,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime, pem::PemObject},
    version::{TLS12, TLS13},
};
use rustls_platform_verifier::Verifier;

use crate::model::{Failure, FailureKind, HttpVersion, Settings, TlsSummary};

/// ring rather than aws-lc: its first random number costs microseconds, not 40 milliseconds.
fn provider() -> Arc<CryptoProvider> {
    static PROVIDER: OnceLock<Arc<CryptoProvider>> = OnceLock::new();
    Arc::clone(PROVIDER.get_or_init(|| Arc::new(ring::default_provider())))
}

/// What has to be the same for a configuration to be used again: a file that was changed is read anew.
type ConfigKey = (bool, [Option<(PathBuf, Option<SystemTime>)>; 2], Option<String>, Option<HttpVersion>);

/// TLS configurations by the settings that they come from. To make one costs milliseconds, as the system's roots are
/// read; and the sessions that a server lets resume are kept in it.
#[derive(Debug, Default)]
pub(super) struct Configs(Mutex<HashMap<ConfigKey, Arc<ClientConfig>>>);

impl Configs {
    pub(super) async fn get(&self, settings: &Settings, base: &Path) -> Result<Arc<ClientConfig>, Failure> {
        let file = |name: &Option<String>| {
            let path = base.join(name.as_ref()?);
            let changed = std::fs::metadata(&path).and_then(|found| found.modified()).ok();
            Some((path, changed))
        };
        let files = [file(&settings.ca), file(&settings.cert)];
        let key = (settings.verify != Some(false), files, settings.min_tls.clone(), settings.version);
        if let Some(config) = self.lock().get(&key) {
            return Ok(Arc::clone(config));
        }
        let (settings, base) = (settings.clone(), base.to_owned());
        let made = tokio::task::spawn_blocking(move || config(&settings, &base)).await;
        let made = made.map_err(|error| failure("TLS cannot be set up", &error.to_string(), None))??;
        Ok(Arc::clone(self.lock().entry(key).or_insert(Arc::new(made))))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ConfigKey, Arc<ClientConfig>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The TLS settings of requests with these settings. Reads the system's roots, and files: not for the screen's thread.
fn config(settings: &Settings, base: &Path) -> Result<ClientConfig, Failure> {
    let versions: &[&SupportedProtocolVersion] = match settings.min_tls.as_deref() {
        Some("1.3") => &[&TLS13],
        _ => &[&TLS12, &TLS13],
    };
    let builder = ClientConfig::builder_with_provider(provider()).with_protocol_versions(versions);
    let builder = builder.map_err(|error| failure("TLS cannot be set up", &error.to_string(), None))?;
    let verifier: Arc<dyn ServerCertVerifier> = if settings.verify == Some(false) {
        Arc::new(Anything(provider()))
    } else {
        let roots =
            settings.ca.iter().map(|ca| certificates(&base.join(ca))).collect::<Result<Vec<_>, _>>()?;
        let verifier = Verifier::new_with_extra_roots(roots.into_iter().flatten(), provider());
        Arc::new(
            verifier
                .map_err(|error| failure("the trusted roots cannot be read", &error.to_string(), None))?,
        )
    };
    let builder = builder.dangerous().with_custom_certificate_verifier(verifier);
    let mut config = match &settings.cert {
        None => builder.with_no_client_auth(),
        Some(file) => {
            let path = base.join(file);
            let key =
                PrivateKeyDer::from_pem_file(&path).map_err(|error| unreadable(&path, &error.to_string()))?;
            builder
                .with_client_auth_cert(certificates(&path)?, key)
                .map_err(|error| unreadable(&path, &error.to_string()))?
        }
    };
    let protocols: &[&[u8]] = match settings.version {
        Some(HttpVersion::Http11) => &[b"http/1.1"],
        Some(HttpVersion::Http2) => &[b"h2"],
        None | Some(HttpVersion::Auto) => &[b"h2", b"http/1.1"],
    };
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
    Ok(config)
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, Failure> {
    let read = CertificateDer::pem_file_iter(path).map_err(|error| unreadable(path, &error.to_string()))?;
    let read: Result<Vec<_>, _> = read.collect();
    let read = read.map_err(|error| unreadable(path, &error.to_string()))?;
    if read.is_empty() {
        return Err(unreadable(path, "it holds no certificate"));
    }
    Ok(read)
}

fn unreadable(path: &Path, cause: &str) -> Failure {
    let hint =
        "a PEM file with the certificate (and for `cert` its key); paths start at the collection's folder";
    failure(&format!("{} cannot be used", path.display()), cause, Some(hint))
}

fn failure(message: &str, cause: &str, hint: Option<&str>) -> Failure {
    Failure {
        kind: FailureKind::Tls,
        message: message.to_owned(),
        causes: vec![cause.to_owned()],
        hint: hint.map(str::to_owned),
    }
}

/// What a handshake settled.
pub(super) fn summary(connection: &rustls::ClientConnection, verified: bool) -> TlsSummary {
    let protocol = match connection.protocol_version() {
        Some(rustls::ProtocolVersion::TLSv1_3) => "TLS 1.3".to_owned(),
        Some(rustls::ProtocolVersion::TLSv1_2) => "TLS 1.2".to_owned(),
        other => format!("{other:?}"),
    };
    let cipher = connection.negotiated_cipher_suite().map_or_else(String::new, |suite| {
        let name = format!("{:?}", suite.suite());
        // IANA's names of the TLS 1.3 suites have no "13".
        name.replacen("TLS13_", "TLS_", 1)
    });
    let alpn = connection.alpn_protocol().map(|name| String::from_utf8_lossy(name).into_owned());
    TlsSummary { protocol, cipher, alpn, verified }
}

/// A failed handshake in words, with what to do about it.
pub(super) fn explain(host: &str, error: &std::io::Error) -> Failure {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>());
    let (message, hint) = match inner {
        Some(Error::InvalidCertificate(problem)) => certificate(host, problem),
        Some(Error::NoCertificatesPresented) => (format!("{host} presented no certificate"), None),
        Some(Error::AlertReceived(AlertDescription::CertificateRequired)) => (
            format!("{host} wants a client certificate"),
            Some("name one under [http]: cert = \"client.pem\", with its key in the same file"),
        ),
        Some(Error::AlertReceived(alert)) => (
            format!("{host} ended the TLS handshake: {alert:?}"),
            Some("it may want a client certificate (`cert`) or another TLS version (`min_tls`)"),
        ),
        Some(Error::InvalidMessage(_)) => {
            (format!("{host} does not speak TLS on this port"), Some("try http:// instead of https://"))
        }
        Some(Error::PeerIncompatible(_)) => {
            (format!("{host} and this client have no TLS version or cipher in common"), None)
        }
        _ => (format!("the TLS handshake with {host} failed"), None),
    };
    let cause = inner.map_or_else(|| error.to_string(), ToString::to_string);
    failure(&message, &cause, hint)
}

fn certificate(host: &str, problem: &CertificateError) -> (String, Option<&'static str>) {
    const CA: &str =
        "if you trust it, name its root under [http]: ca = \"root.pem\"; for a trial only: verify = false";
    match problem {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => (
            format!("the certificate of {host} has expired"),
            Some("check the clock of this machine, or renew the certificate"),
        ),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            (format!("the certificate of {host} is not valid yet"), Some("check the clock of this machine"))
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => (
            format!("the certificate that was presented is not for {host}"),
            Some("use the name that the certificate is for"),
        ),
        CertificateError::UnknownIssuer => (
            format!("the certificate of {host} is self-signed or from an issuer that is not trusted"),
            Some(CA),
        ),
        CertificateError::BadSignature => (
            format!("the certificate of {host} was not signed by the issuer it names"),
            Some(
                "a root of the same name is trusted, but another one was used; name the right one: ca = \"root.pem\"",
            ),
        ),
        CertificateError::Revoked => (format!("the certificate of {host} was revoked"), None),
        _ => (format!("the certificate of {host} is not accepted"), Some(CA)),
    }
}

/// Accepts any certificate, for `verify = false`; signatures still have to be right.
#[derive(Debug)]
struct Anything(Arc<CryptoProvider>);

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
