//! TLS configurations, made of settings and used again while these and their files stay as they are.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    time::SystemTime,
};

use rustls::{
    ClientConfig, Error, InconsistentKeys, SupportedProtocolVersion,
    crypto::{CryptoProvider, ring},
    sign::CertifiedKey,
    version::{TLS12, TLS13},
};

use super::{
    files, setup_failure,
    trust::{Anything, Trust},
    witness::{WatchedIdentity, WatchedVerifier},
};
use crate::model::{Failure, FailureKind, HttpVersion, Secret, Settings};

/// What the settings want of TLS: two connections that agree in it are as good as each other.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(in crate::http) struct Terms {
    pub verify: bool,
    ca: Option<File>,
    cert: Option<File>,
    cert_password: Option<Secret>,
    pub(super) is_only_13: bool,
    version: HttpVersion,
}

/// A file as it was: one that was changed is read anew.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct File {
    path: PathBuf,
    changed: Option<SystemTime>,
}

impl File {
    /// An empty name is none: so a request takes back what its folder says.
    fn named(name: Option<&str>, base: &Path) -> Option<Self> {
        let path = base.join(name.filter(|name| !name.is_empty())?);
        let changed = std::fs::metadata(&path).and_then(|found| found.modified()).ok();
        Some(Self { path, changed })
    }
}

impl Terms {
    /// With rendered settings; file names start at `base`.
    pub(in crate::http) fn of(settings: &Settings, base: &Path) -> Self {
        let verify = settings.verify != Some(false);
        Self {
            verify,
            ca: File::named(settings.ca.as_deref(), base).filter(|_| verify),
            cert: File::named(settings.cert.as_deref(), base),
            cert_password: settings.cert_password.as_deref().filter(|word| !word.is_empty()).map(Secret::new),
            is_only_13: settings.min_tls.as_deref() == Some("1.3"),
            version: settings.version.unwrap_or_default(),
        }
    }

    /// The terms for a proxy that is reached by TLS: it is no server to show a client's certificate to, and what is
    /// said to it is HTTP/1.1.
    pub(in crate::http) fn of_proxy(settings: &Settings, base: &Path) -> Self {
        Self { cert: None, cert_password: None, version: HttpVersion::Http11, ..Self::of(settings, base) }
    }
}

/// Configurations by their terms. To make one costs milliseconds, as the system's roots are read; and the sessions
/// that a server lets resume are kept in it.
#[derive(Debug, Default)]
pub(in crate::http) struct Configs(Mutex<HashMap<Terms, Arc<ClientConfig>>>);

impl Configs {
    /// # Errors
    /// A file cannot be read or does not hold what it should.
    pub(super) async fn get(&self, terms: &Terms) -> Result<Arc<ClientConfig>, Failure> {
        if let Some(config) = self.lock().get(terms) {
            return Ok(Arc::clone(config));
        }
        let wanted = terms.clone();
        let made = tokio::task::spawn_blocking(move || config(&wanted)).await;
        let made = made.map_err(|error| setup_failure(&error.to_string()))??;
        Ok(Arc::clone(self.lock().entry(terms.clone()).or_insert(Arc::new(made))))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Terms, Arc<ClientConfig>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// ring rather than aws-lc: its first random number costs microseconds, not 40 milliseconds.
pub(super) fn provider() -> Arc<CryptoProvider> {
    static PROVIDER: OnceLock<Arc<CryptoProvider>> = OnceLock::new();
    Arc::clone(PROVIDER.get_or_init(|| Arc::new(ring::default_provider())))
}

/// Reads the system's roots, and files: not for the screen's thread.
fn config(terms: &Terms) -> Result<ClientConfig, Failure> {
    let versions: &[&SupportedProtocolVersion] = if terms.is_only_13 { &[&TLS13] } else { &[&TLS12, &TLS13] };
    let builder = ClientConfig::builder_with_provider(provider()).with_protocol_versions(versions);
    let builder = builder.map_err(|error| setup_failure(&error.to_string()))?;
    let verifier = if terms.verify {
        let own = terms.ca.as_ref().map(|file| files::roots(&file.path)).transpose()?;
        WatchedVerifier(Arc::new(Trust::new(own.unwrap_or_default())?))
    } else {
        WatchedVerifier(Arc::new(Anything(provider())))
    };
    let identity = match &terms.cert {
        None => None,
        Some(file) => Some(identity(file, terms.cert_password.as_ref())?),
    };
    let builder = builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier));
    let mut config = builder.with_client_cert_resolver(Arc::new(WatchedIdentity(identity)));
    let protocols: &[&[u8]] = match terms.version {
        HttpVersion::Http11 => &[b"http/1.1"],
        HttpVersion::Http2 => &[b"h2"],
        HttpVersion::Auto => &[b"h2", b"http/1.1"],
    };
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
    Ok(config)
}

fn identity(file: &File, password: Option<&Secret>) -> Result<Arc<CertifiedKey>, Failure> {
    let unusable = |cause: String, hint: &str| Failure {
        kind: FailureKind::Invalid,
        message: format!("the client certificate in {} cannot be used", file.path.display()),
        causes: vec![cause],
        hint: Some(hint.to_owned()),
    };
    let files::Identity { mut chain, key } = files::identity(&file.path, password.map(Secret::reveal))?;
    let provider = provider();
    let key = provider.key_provider.load_private_key(key).map_err(|error| {
        unusable(format!("its key: {error}"), "keys of RSA, ECDSA (P-256, P-384) and Ed25519 can be used")
    })?;
    // Some bundles begin with the root. The client's own certificate is the one that the key belongs to.
    for index in 0..chain.len() {
        let mut turned = chain.clone();
        turned.swap(0, index);
        let certified = CertifiedKey::new(turned, Arc::clone(&key));
        match certified.keys_match() {
            Ok(()) | Err(Error::InconsistentKeys(InconsistentKeys::Unknown)) => {
                return Ok(Arc::new(certified));
            }
            Err(_) => {}
        }
    }
    chain.clear();
    Err(unusable(
        "its key is not the key of its certificate".into(),
        "put the certificate and the private key that it was made for into one file",
    ))
}
