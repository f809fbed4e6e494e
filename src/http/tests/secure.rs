//! TLS, with certificates made for the test.

use std::{path::Path, sync::Arc};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};
use rustls::{
    RootCertStore, ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer},
    server::WebPkiClientVerifier,
};
use tokio_rustls::TlsAcceptor;

use super::*;
use crate::model::{FailureKind, HttpVersion};

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

type Issuer = CertifiedIssuer<'static, KeyPair>;

fn issuer(name: &str) -> Issuer {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

fn certificate(
    issuer: &Issuer,
    name: &str,
    change: impl FnOnce(&mut CertificateParams),
) -> (String, KeyPair) {
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    change(&mut params);
    let key = KeyPair::generate().unwrap();
    (params.signed_by(&key, issuer).unwrap().pem(), key)
}

/// A server with that certificate; with `clients`, one that wants a certificate of theirs.
async fn serve((pem, key): (String, KeyPair), clients: Option<&Issuer>, answers: &[&str]) -> SocketAddr {
    use rustls::pki_types::pem::PemObject;
    let chain = vec![CertificateDer::from_pem_slice(pem.as_bytes()).unwrap()];
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(ring::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .unwrap();
    let builder = match clients {
        None => builder.with_no_client_auth(),
        Some(issuer) => {
            let mut roots = RootCertStore::empty();
            roots.add(issuer.der().clone()).unwrap();
            let verifier =
                WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build().unwrap();
            builder.with_client_cert_verifier(verifier)
        }
    };
    let mut config = builder.with_single_cert(chain, key).unwrap();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let answers: Vec<Vec<u8>> = answers.iter().map(|answer| answer.as_bytes().to_vec()).collect();
    let answers = Arc::new(Mutex::new(answers.into_iter()));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            if let Ok(stream) = acceptor.accept(stream).await {
                tokio::spawn(talk(stream, Arc::clone(&answers), Arc::default()));
            }
        }
    });
    address
}

/// Sends to that server, trusting the root in `folder`.
async fn ask(folder: &Path, address: SocketAddr, change: impl FnOnce(&mut Settings)) -> Exchange {
    let mut request = get(format!("https://localhost:{}/", address.port()));
    request.http.resolve = Some(vec![("localhost".into(), "127.0.0.1".into())]);
    request.http.ca = Some("root.pem".into());
    change(&mut request.http);
    client().send(prepared_in(folder.into(), request), |_| (), CancellationToken::new()).await
}

fn trusting(issuer: &Issuer) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("root.pem"), issuer.pem()).unwrap();
    folder
}

#[tokio::test]
async fn a_trusted_server_is_reached_and_described() {
    let issuer = issuer("one");
    let folder = trusting(&issuer);
    let address = serve(certificate(&issuer, "localhost", |_| ()), None, &[OK]).await;
    let exchange = ask(folder.path(), address, |_| ()).await;
    assert_eq!(text(&exchange), "ok");
    let hop = exchange.last_hop().unwrap();
    let tls = hop.connection.as_ref().unwrap().tls.as_ref().unwrap();
    assert_eq!(tls.protocol, "TLS 1.3");
    assert_eq!(tls.alpn.as_deref(), Some("http/1.1"));
    assert!(tls.verified && tls.cipher.starts_with("TLS_"));
    assert!(hop.timing.tls.is_some());
}

#[tokio::test]
async fn what_is_wrong_with_a_certificate_is_named() {
    let (issuer, stranger, twin) = (issuer("one"), issuer("two"), issuer("one"));
    let folder = trusting(&issuer);
    let old = |params: &mut CertificateParams| {
        params.not_before = date_time_ymd(2001, 1, 1);
        params.not_after = date_time_ymd(2002, 1, 1);
    };
    let early = |params: &mut CertificateParams| params.not_before = date_time_ymd(3000, 1, 1);
    let cases = [
        (certificate(&twin, "localhost", |_| ()), "not signed by the issuer it names"),
        (certificate(&issuer, "localhost", old), "has expired"),
        (certificate(&issuer, "localhost", early), "is not valid yet"),
        (certificate(&issuer, "other.test", |_| ()), "is not for localhost"),
        (certificate(&stranger, "localhost", |_| ()), "from an issuer that is not trusted"),
    ];
    for (certificate, message) in cases {
        let address = serve(certificate, None, &[OK]).await;
        let exchange = ask(folder.path(), address, |_| ()).await;
        let failure = failure(&exchange);
        assert_eq!(failure.kind, FailureKind::Tls);
        assert!(failure.message.contains(message), "{failure:?}");
        assert!(failure.hint.is_some());
        // Turned off, verification is seen to be.
        let exchange = ask(folder.path(), address, |http| http.verify = Some(false)).await;
        assert_eq!(text(&exchange), "ok");
        let connection = exchange.last_hop().unwrap().connection.clone().unwrap();
        assert!(!connection.tls.unwrap().verified);
    }
}

#[tokio::test]
async fn a_client_certificate_is_shown_where_one_is_named() {
    let issuer = issuer("one");
    let folder = trusting(&issuer);
    let (pem, key) = certificate(&issuer, "me", |_| ());
    std::fs::write(folder.path().join("me.pem"), format!("{pem}{}", key.serialize_pem())).unwrap();
    let address = serve(certificate(&issuer, "localhost", |_| ()), Some(&issuer), &[OK]).await;
    let exchange = ask(folder.path(), address, |http| http.cert = Some("me.pem".into())).await;
    assert_eq!(text(&exchange), "ok");
    let exchange = ask(folder.path(), address, |_| ()).await;
    let failure = failure(&exchange);
    assert_eq!(failure.kind, FailureKind::Tls, "{failure:?}");
    assert!(failure.hint.as_ref().unwrap().contains("cert"), "{failure:?}");
}

#[tokio::test]
async fn https_to_a_server_without_it() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let plain = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.unwrap();
        let _ = stream.read_u8().await;
    });
    let folder = tempfile::tempdir().unwrap();
    let off = |http: &mut Settings| {
        http.ca = None;
        http.verify = Some(false);
    };
    let exchange = ask(folder.path(), plain, off).await;
    assert_eq!(failure(&exchange).kind, FailureKind::Tls);
    assert!(failure(&exchange).hint.as_ref().unwrap().contains("http://"));
}

#[tokio::test]
async fn http2_is_not_pretended() {
    let issuer = issuer("one");
    let folder = trusting(&issuer);
    let address = serve(certificate(&issuer, "localhost", |_| ()), None, &[OK]).await;
    let exchange = ask(folder.path(), address, |http| http.version = Some(HttpVersion::Http2)).await;
    let failure = failure(&exchange);
    assert!(
        failure.message.contains("does not speak HTTP/2") || failure.kind == FailureKind::Tls,
        "{failure:?}"
    );
}

#[tokio::test]
async fn a_missing_root_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let exchange = ask(folder.path(), listener.local_addr().unwrap(), |_| ()).await;
    let failure = failure(&exchange);
    assert_eq!(failure.kind, FailureKind::Tls);
    assert!(failure.message.contains("root.pem"));
}
