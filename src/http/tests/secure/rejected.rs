//! Servers that are not trusted, and those that do not speak TLS at all.

use super::*;

#[tokio::test]
async fn what_is_wrong_with_a_certificate_is_named() {
    let (known, stranger, twin) = (issuer("one"), issuer("two"), issuer("one"));
    let folder = trusting(&known);
    let early = |params: &mut CertificateParams| params.not_before = date_time_ymd(3000, 1, 2);
    let ca = |params: &mut CertificateParams| params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let mut under_stranger = Identity::of(&stranger, "localhost");
    under_stranger.chain.push(stranger.der().clone());
    let cases = [
        (Identity::of(&twin, "localhost"), "not signed by CN=one", "another key"),
        (Identity::with(&known, "localhost", old), "expired on 2002-03-04", "renewed"),
        (Identity::with(&known, "localhost", early), "not valid yet: it begins on 3000-01-02", "clock"),
        (Identity::of(&known, "other.test"), "is for other.test and not for localhost", "https://other.test"),
        (Identity::of(&stranger, "localhost"), "issued by CN=two, which is not trusted", "ca = "),
        (under_stranger, "leads to CN=two, which is not trusted", "ca = "),
        (Identity::self_signed("localhost", |_| ()), "self-signed", "ca = "),
        (Identity::self_signed("localhost", ca), "self-signed", "ca = "),
    ];
    for (identity, message, hint) in cases {
        let address = serve_plainly(&identity).await;
        let exchange = ask(folder.path(), address, |_| ()).await;
        assert_failed(&exchange, FailureKind::Tls, message, hint);
        // Turned off, verification is seen to be; what the server showed is seen all the same.
        let exchange = ask(folder.path(), address, |http| http.verify = Some(false)).await;
        assert_eq!(text(&exchange), "ok");
        assert!(!tls(&exchange).verified);
        assert_eq!(tls(&exchange).certificates.len(), identity.chain.len());
    }
}

#[tokio::test]
async fn an_expired_intermediate_is_told_from_an_expired_server() {
    let root = issuer("root");
    let folder = trusting(&root);
    let mut params = authority("middle");
    old(&mut params);
    let middle = CertifiedIssuer::signed_by(params, KeyPair::generate().unwrap(), &root).unwrap();
    let mut identity = Identity::of(&middle, "localhost");
    identity.chain.push(middle.der().clone());
    let exchange = ask(folder.path(), serve_plainly(&identity).await, |_| ()).await;
    assert_failed(&exchange, FailureKind::Tls, "leads over middle, which expired on 2002-03-04", "renewed");
}

/// What `openssl req -x509` makes is an authority's certificate and a server's in one.
#[tokio::test]
async fn a_self_signed_certificate_can_be_trusted_by_itself() {
    let ca = |params: &mut CertificateParams| params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    for change in [ca, |_: &mut CertificateParams| ()] {
        let identity = Identity::self_signed("localhost", change);
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("root.pem"), pem(&identity.chain[0])).unwrap();
        let exchange = ask(folder.path(), serve_plainly(&identity).await, |_| ()).await;
        assert_eq!(text(&exchange), "ok");
        assert!(tls(&exchange).verified);
    }
    // That does not make it good for other hosts, nor for other times.
    let cases = [
        (Identity::self_signed("other.test", ca), "not for localhost"),
        (Identity::self_signed("localhost", |params| (ca(params), old(params)).1), "expired on 2002-03-04"),
    ];
    for (identity, message) in cases {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("root.pem"), pem(&identity.chain[0])).unwrap();
        let exchange = ask(folder.path(), serve_plainly(&identity).await, |_| ()).await;
        assert_failed(&exchange, FailureKind::Tls, message, "");
    }
}

#[tokio::test]
async fn a_file_of_roots_holds_as_many_as_one_likes() {
    let (one, two) = (issuer("one"), issuer("two"));
    let folder = tempfile::tempdir().unwrap();
    let both = format!("The first:\n{}\nand the second:\n{}", one.pem(), two.pem());
    std::fs::write(folder.path().join("root.pem"), both).unwrap();
    std::fs::write(folder.path().join("two.der"), two.der()).unwrap();
    for issuer in [&one, &two] {
        let address = serve_plainly(&Identity::of(issuer, "localhost")).await;
        assert_eq!(text(&ask(folder.path(), address, |_| ()).await), "ok");
    }
    let address = serve_plainly(&Identity::of(&two, "localhost")).await;
    let exchange = ask(folder.path(), address, |http| http.ca = Some("two.der".into())).await;
    assert_eq!(text(&exchange), "ok");
}

#[tokio::test]
async fn a_file_of_roots_that_is_none_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    std::fs::write(folder.path().join("empty.pem"), "").unwrap();
    std::fs::write(folder.path().join("key.pem"), KeyPair::generate().unwrap().serialize_pem()).unwrap();
    std::fs::write(folder.path().join("cut.pem"), "-----BEGIN CERTIFICATE-----\nMIIB").unwrap();
    std::fs::write(folder.path().join("not.pem"), pem(b"no certificate")).unwrap();
    let cases = [
        ("root.pem", "root.pem", "collection's folder"),
        ("empty.pem", "neither PEM nor", "BEGIN CERTIFICATE"),
        ("key.pem", "no certificate", "BEGIN CERTIFICATE"),
        ("cut.pem", "broken PEM", "cut short"),
        ("not.pem", "is no certificate", "BEGIN CERTIFICATE"),
    ];
    for (name, message, hint) in cases {
        let exchange = ask(folder.path(), address, |http| http.ca = Some(name.into())).await;
        assert_failed(&exchange, FailureKind::Invalid, message, hint);
    }
}

/// Answers whatever comes with those bytes, and stays.
async fn answering(bytes: &'static [u8]) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut hello = [0; 16];
        stream.read_exact(&mut hello).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        let _ = tokio::io::copy(&mut stream, &mut tokio::io::sink()).await;
    });
    address
}

#[tokio::test]
async fn https_to_a_server_without_it() {
    let folder = trusting(&issuer("one"));
    for bytes in [&b"HTTP/1.1 400 Bad Request\r\n\r\n"[..], b"SSH-2.0-OpenSSH_9.2\r\n"] {
        let exchange = ask(folder.path(), answering(bytes).await, |_| ()).await;
        assert_failed(&exchange, FailureKind::Tls, "does not speak TLS", "http://");
    }
    // As a server of TLS 1.0 says it.
    let exchange = ask(folder.path(), answering(&[21, 3, 1, 0, 2, 2, 70]).await, |_| ()).await;
    assert_failed(&exchange, FailureKind::Tls, "no TLS version that is safe", "1.2 and 1.3");
    let exchange = ask(folder.path(), answering(&[21, 3, 1, 0, 2, 2, 40]).await, |_| ()).await;
    assert_failed(&exchange, FailureKind::Tls, "no TLS cipher", "");
}

#[tokio::test]
async fn a_server_that_hangs_up_in_the_handshake() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut hello = vec![0; 5];
        stream.read_exact(&mut hello).await.unwrap();
        let mut rest = vec![0; usize::from(u16::from_be_bytes([hello[3], hello[4]]))];
        stream.read_exact(&mut rest).await.unwrap();
    });
    let folder = trusting(&issuer("one"));
    let exchange = ask(folder.path(), address, |_| ()).await;
    assert_failed(&exchange, FailureKind::Reset, "broke off the TLS handshake", "not speak TLS");
}
