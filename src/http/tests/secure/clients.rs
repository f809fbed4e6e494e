//! Servers that want to know who asks.

use p12_keystore::{
    Certificate as StoredCertificate, EncryptionAlgorithm, KeyStore, KeyStoreEntry, MacAlgorithm, PrivateKey,
    PrivateKeyChain,
};

use super::*;

/// A server that takes clients of an authority, a folder that trusts the server's, and the two authorities.
struct Guarded {
    address: SocketAddr,
    folder: tempfile::TempDir,
    clients: Issuer,
}

async fn guarded(versions: &[&'static SupportedProtocolVersion]) -> Guarded {
    let (servers, clients) = (issuer("servers"), issuer("clients"));
    let identity = Identity::of(&servers, "localhost");
    let address = serve(server(&identity, Some(&clients), versions), &[OK; 9]).await;
    Guarded { address, folder: trusting(&servers), clients }
}

impl Guarded {
    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.folder.path().join(name), bytes).unwrap();
    }

    async fn ask(&self, cert: &str, password: Option<&str>) -> Exchange {
        ask(self.folder.path(), self.address, |http| {
            http.cert = Some(cert.into());
            http.cert_password = password.map(str::to_owned);
        })
        .await
    }
}

fn store(identity: &Identity, password: &str, old: bool) -> Vec<u8> {
    let key = PrivateKey::from_der(&identity.key.serialize_der()).unwrap();
    let certificates = identity.chain.iter().map(|der| StoredCertificate::from_der(der).unwrap());
    let mut store = KeyStore::new();
    store.add_entry("me", KeyStoreEntry::PrivateKeyChain(PrivateKeyChain::new("1", key, certificates)));
    let (cipher, mac) = if old {
        (EncryptionAlgorithm::PbeWithShaAnd3KeyTripleDesCbc, MacAlgorithm::HmacSha1)
    } else {
        (EncryptionAlgorithm::PbeWithHmacSha256AndAes256, MacAlgorithm::HmacSha256)
    };
    let writer = store.writer(password).encryption_algorithm(cipher).mac_algorithm(mac);
    writer.encryption_iterations(100).mac_iterations(100).write().unwrap()
}

#[tokio::test]
async fn a_client_certificate_is_shown_in_every_form() {
    for version in BOTH {
        let guarded = guarded(&[version]).await;
        let me = Identity::of(&guarded.clients, "me");
        let (certificate, key) = (pem(&me.chain[0]), me.key.serialize_pem());
        guarded.write("me.pem", format!("{certificate}{key}"));
        guarded.write("key-first.pem", format!("{key}{certificate}"));
        guarded.write("root-first.pem", format!("{}{certificate}{key}", guarded.clients.pem()));
        guarded.write("me.p12", store(&me, "word", false));
        guarded.write("old.pfx", store(&me, "word", true));
        guarded.write("open.p12", store(&me, "", false));
        let cases = [
            ("me.pem", None),
            ("key-first.pem", None),
            ("root-first.pem", None),
            ("me.p12", Some("word")),
            ("old.pfx", Some("word")),
            ("open.p12", None),
        ];
        for (cert, password) in cases {
            assert_eq!(text(&guarded.ask(cert, password).await), "ok", "{cert}");
        }
    }
}

#[tokio::test]
async fn a_server_that_wants_a_client_certificate_says_whose() {
    for version in BOTH {
        let guarded = guarded(&[version]).await;
        let exchange = ask(guarded.folder.path(), guarded.address, |_| ()).await;
        assert_failed(&exchange, FailureKind::Tls, "wants a client certificate from CN=clients", "cert = ");
        // An empty name takes back what a folder says.
        assert_failed(
            &guarded.ask("", None).await,
            FailureKind::Tls,
            "wants a client certificate",
            "cert = ",
        );
    }
}

#[tokio::test]
async fn a_client_certificate_that_is_refused_is_told_why() {
    for version in BOTH {
        let guarded = guarded(&[version]).await;
        let write = |name: &str, me: &Identity| {
            guarded.write(name, format!("{}{}", pem(&me.chain[0]), me.key.serialize_pem()));
        };
        write("foreign.pem", &Identity::of(&issuer("others"), "stranger"));
        write("old.pem", &Identity::with(&guarded.clients, "veteran", old));
        let exchange = guarded.ask("foreign.pem", None).await;
        let message = "refused the client certificate stranger: it is from CN=others, and the server takes those \
                       from CN=clients";
        assert_failed(&exchange, FailureKind::Tls, message, "the one for this server");
        let exchange = guarded.ask("old.pem", None).await;
        let message = "refused the client certificate veteran: it expired on 2002-03-04";
        assert_failed(&exchange, FailureKind::Tls, message, "renewed");
    }
}

#[tokio::test]
async fn a_file_that_is_no_client_certificate_is_told() {
    let guarded = guarded(BOTH).await;
    let (me, other) = (Identity::of(&guarded.clients, "me"), KeyPair::generate().unwrap());
    let (certificate, key) = (pem(&me.chain[0]), me.key.serialize_pem());
    guarded.write("bare.pem", &certificate);
    guarded.write("key.pem", &key);
    guarded.write("mixed.pem", format!("{certificate}{}", other.serialize_pem()));
    guarded.write("me.p12", store(&me, "word", false));
    guarded.write("noise.p12", [0x30, 0x82, 0xff, 0xff, 1, 2, 3]);
    let old = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAAAA\n";
    guarded.write("old.pem", format!("{certificate}{old}-----END RSA PRIVATE KEY-----\n"));
    let cases = [
        ("none.pem", None, "none.pem", "collection's folder"),
        ("bare.pem", None, "no private key", "PRIVATE KEY"),
        ("key.pem", None, "no certificate", "BEGIN CERTIFICATE"),
        ("mixed.pem", None, "not the key of its certificate", "into one file"),
        ("me.p12", None, "needs a password", "cert_password"),
        ("me.p12", Some("wrong"), "does not open with that password", "cert_password"),
        ("noise.p12", None, "neither PEM nor PKCS#12", "one file"),
        ("old.pem", None, "OpenSSL's old form", "openssl pkcs8"),
    ];
    for (cert, password, message, hint) in cases {
        let exchange = guarded.ask(cert, password).await;
        assert_failed(&exchange, FailureKind::Invalid, message, hint);
        assert!(!format!("{:?}", failure(&exchange)).contains("wrong\""));
    }
}
