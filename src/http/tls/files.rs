//! Files of certificates and keys: roots to trust, and the identity that a client shows.
//!
//! PEM (RFC 7468), PKCS#12 (RFC 7292), and a bare DER certificate among the roots; told apart by what is in them, not
//! by their names. Nothing is verified here.

use std::path::Path;

use p12_keystore::{KeyStore, Pkcs12ImportPolicy};
use pkcs8::EncryptedPrivateKeyInfoRef;
use rustls::pki_types::{
    CertificateDer, PrivateKeyDer, PrivatePkcs1KeyDer, PrivatePkcs8KeyDer, PrivateSec1KeyDer,
};
use x509_parser::pem::Pem;

use super::certificate;
use crate::model::{Failure, FailureKind};

/// Where PEM begins; files of other forms do not hold it.
const BEGIN: &[u8] = b"-----BEGIN ";

/// A certificate with what leads up from it to its root, and its key.
pub(super) struct Identity {
    pub chain: Vec<CertificateDer<'static>>,
    pub key: PrivateKeyDer<'static>,
}

/// The certificates of a file, at least one.
pub(super) fn roots(path: &Path) -> Result<Vec<CertificateDer<'static>>, Failure> {
    let problem = |cause: &str, hint: &str| unusable("ca", path, cause, hint);
    let bytes = std::fs::read(path).map_err(|error| missing("ca", path, &error))?;
    if !holds_pem(&bytes) {
        if certificate::read(&bytes).is_some() {
            return Ok(vec![CertificateDer::from(bytes)]);
        }
        return Err(problem("it is neither PEM nor a certificate", FORMS));
    }
    let Contents { certificates, .. } =
        Contents::of(&bytes).map_err(|(cause, hint)| problem(&cause, hint))?;
    if certificates.is_empty() {
        return Err(problem("it holds no certificate", FORMS));
    }
    if let Some(index) = certificates.iter().position(|der| certificate::read(der).is_none()) {
        return Err(problem(
            &format!("what stands there as certificate {} is no certificate", index + 1),
            FORMS,
        ));
    }
    Ok(certificates)
}

const FORMS: &str = "it has to hold certificates: -----BEGIN CERTIFICATE-----";

/// The certificate that a client shows, with its key. `password` opens PKCS#12 and encrypted keys.
pub(super) fn identity(path: &Path, password: Option<&str>) -> Result<Identity, Failure> {
    let bytes = std::fs::read(path).map_err(|error| missing("cert", path, &error))?;
    let found = if holds_pem(&bytes) { from_pem(&bytes, password) } else { from_pkcs12(&bytes, password) };
    found.map_err(|(cause, hint)| unusable("cert", path, &cause, hint))
}

/// What is wrong with a file, and what to do.
type Fault = (String, &'static str);

const NEEDS_PASSWORD: &str = "give it under [http]: cert_password = \"{{ name_of_a_secret }}\"";
const WRONG_PASSWORD: &str = "cert_password under [http] has to be the one that the file was written with";
const BOTH: &str = "`cert` names one file with both: -----BEGIN CERTIFICATE----- and -----BEGIN PRIVATE KEY-----, in \
                    either order, or PKCS#12";

fn from_pem(bytes: &[u8], password: Option<&str>) -> Result<Identity, Fault> {
    let contents = Contents::of(bytes)?;
    let key = match (contents.key, contents.encrypted_key) {
        (Some(key), _) => key,
        (None, Some(encrypted)) => decrypted(&encrypted, password)?,
        (None, None) => return Err(("it holds no private key".into(), BOTH)),
    };
    if contents.certificates.is_empty() {
        return Err(("it holds no certificate".into(), BOTH));
    }
    Ok(Identity { chain: contents.certificates, key })
}

fn decrypted(der: &[u8], password: Option<&str>) -> Result<PrivateKeyDer<'static>, Fault> {
    let password = password.ok_or_else(|| ("its key is encrypted".to_owned(), NEEDS_PASSWORD))?;
    let info = EncryptedPrivateKeyInfoRef::try_from(der)
        .map_err(|error| (format!("its encrypted key cannot be read: {error}"), RECODE))?;
    let key = info.decrypt(password).map_err(|error| match error {
        pkcs8::Error::EncryptedPrivateKey(pkcs8::pkcs5::Error::DecryptFailed) => {
            ("its key does not open with that password".to_owned(), WRONG_PASSWORD)
        }
        other => (format!("its encrypted key cannot be read: {other}"), RECODE),
    })?;
    Ok(PrivatePkcs8KeyDer::from(key.as_bytes().to_vec()).into())
}

const RECODE: &str =
    "write the key anew in a form that is read: openssl pkcs8 -topk8 -v2 aes-256-cbc -in old.pem";

fn from_pkcs12(bytes: &[u8], password: Option<&str>) -> Result<Identity, Fault> {
    use p12_keystore::error::Error;
    let store = KeyStore::from_pkcs12(bytes, password.unwrap_or_default(), Pkcs12ImportPolicy::Relaxed);
    let store = store.map_err(|error| match (error, password) {
        (Error::DerError(_) | Error::InvalidVersion | Error::UnsupportedContentType, _) => {
            ("it is neither PEM nor PKCS#12".to_owned(), BOTH)
        }
        // A wrong password shows in the digest over all, or, where there is none, in what is deciphered.
        (Error::MacError(_) | Error::Pkcs5Error(_) | Error::UnpadError, None) => {
            ("it needs a password".to_owned(), NEEDS_PASSWORD)
        }
        (Error::MacError(_) | Error::Pkcs5Error(_) | Error::UnpadError, Some(_)) => {
            ("it does not open with that password".to_owned(), WRONG_PASSWORD)
        }
        (other, _) => {
            (format!("its PKCS#12 cannot be read: {other}"), "openssl pkcs12 -export writes one that can")
        }
    })?;
    let (_, chain) = store.private_key_chain().ok_or_else(|| {
        ("it holds no private key".to_owned(), "export the certificate together with its key")
    })?;
    if chain.certs().is_empty() {
        return Err((
            "it holds no certificate of its key".into(),
            "export the certificate together with its key",
        ));
    }
    Ok(Identity {
        chain: chain.certs().iter().map(|one| CertificateDer::from(one.as_der().to_vec())).collect(),
        key: PrivatePkcs8KeyDer::from(chain.key().as_der().to_vec()).into(),
    })
}

fn holds_pem(bytes: &[u8]) -> bool {
    memchr::memmem::find(bytes, BEGIN).is_some()
}

/// What matters of a PEM file; of its keys the first.
#[derive(Default)]
struct Contents {
    certificates: Vec<CertificateDer<'static>>,
    key: Option<PrivateKeyDer<'static>>,
    /// PKCS#8, encrypted.
    encrypted_key: Option<Vec<u8>>,
}

impl Contents {
    fn of(bytes: &[u8]) -> Result<Self, Fault> {
        // OpenSSL's own encryption of keys stands in lines before the base64, which no reader of PEM looks at.
        if memchr::memmem::find(bytes, b"Proc-Type: 4,ENCRYPTED").is_some() {
            return Err(("its key is encrypted in OpenSSL's old form, which is not read".into(), RECODE));
        }
        let mut found = Self::default();
        for section in Pem::iter_from_buffer(bytes) {
            let section = section
                .map_err(|error| (format!("it is broken PEM: {error}"), "the file may be cut short"))?;
            found.take(&section.label, section.contents);
        }
        Ok(found)
    }

    fn take(&mut self, label: &str, der: Vec<u8>) {
        let key: PrivateKeyDer<'static> = match label {
            "CERTIFICATE" | "X509 CERTIFICATE" => return self.certificates.push(CertificateDer::from(der)),
            "ENCRYPTED PRIVATE KEY" => {
                self.encrypted_key.get_or_insert(der);
                return;
            }
            "PRIVATE KEY" => PrivatePkcs8KeyDer::from(der).into(),
            "RSA PRIVATE KEY" => PrivatePkcs1KeyDer::from(der).into(),
            "EC PRIVATE KEY" => PrivateSec1KeyDer::from(der).into(),
            // Parameters of a curve, comments, lists of what was revoked.
            _ => return,
        };
        self.key.get_or_insert(key);
    }
}

fn missing(key: &str, path: &Path, error: &std::io::Error) -> Failure {
    unusable(key, path, &error.to_string(), "paths start at the collection's folder")
}

fn unusable(key: &str, path: &Path, cause: &str, hint: &str) -> Failure {
    let what = if key == "ca" { "roots" } else { "client certificate" };
    Failure {
        kind: FailureKind::Invalid,
        message: format!("the {what} in {} cannot be used (`{key}` under [http])", path.display()),
        causes: vec![cause.to_owned()],
        hint: Some(hint.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    /// Keys and certificates that `openssl` and `keytool` wrote: passwords `word` and `wordword`.
    fn sample(name: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/tls").join(name)
    }

    #[test]
    fn what_other_tools_write_is_read() {
        let cases = [
            ("aes256.pem", Some("word")),
            ("des3.pem", Some("word")),
            ("scrypt.pem", Some("word")),
            ("sec1.pem", None),
            ("pkcs1.pem", None),
            ("openssl3.p12", Some("word")),
            ("legacy.p12", Some("word")),
            ("empty-password.p12", None),
            ("keytool.p12", Some("wordword")),
        ];
        for (name, password) in cases {
            let read = identity(&sample(name), password);
            let Ok(Identity { chain, key }) = read else { panic!("{name}: {:?}", read.err()) };
            assert_eq!(chain.len(), 1, "{name}");
            assert!(rustls::crypto::ring::sign::any_supported_type(&key).is_ok(), "{name}");
        }
    }

    #[test]
    fn passwords_that_do_not_fit() {
        for name in ["aes256.pem", "des3.pem", "scrypt.pem", "openssl3.p12", "legacy.p12", "keytool.p12"] {
            for (password, said) in [(None, "cert_password = "), (Some("wrong"), "has to be the one")] {
                let failure = identity(&sample(name), password).err().unwrap();
                assert!(failure.hint.unwrap().contains(said), "{name}: {:?}", failure.causes);
            }
        }
    }
}
