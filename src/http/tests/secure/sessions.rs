//! What a handshake settles, and what is known of it later.

use super::*;

#[tokio::test]
async fn a_trusted_server_is_reached_and_described() {
    let issuer = issuer("one");
    let folder = trusting(&issuer);
    let address = serve_plainly(&Identity::of(&issuer, "localhost")).await;
    let exchange = ask(folder.path(), address, |_| ()).await;
    assert_eq!(text(&exchange), "ok");
    let tls = tls(&exchange);
    assert_eq!(tls.protocol, "TLS 1.3");
    assert_eq!(tls.alpn.as_deref(), Some("http/1.1"));
    assert!(tls.verified && !tls.resumed && tls.cipher.starts_with("TLS_"));
    let [leaf] = tls.certificates.as_slice() else { panic!("{tls:?}") };
    assert_eq!((leaf.name(), leaf.issuer_name()), ("localhost", "one"));
    assert_eq!(leaf.names, ["localhost"]);
    assert!(exchange.last_hop().unwrap().timing.tls.is_some());
}

#[tokio::test]
async fn an_intermediate_is_followed_and_shown() {
    let root = issuer("root");
    let folder = trusting(&root);
    let key = KeyPair::generate().unwrap();
    let middle = CertifiedIssuer::signed_by(authority("middle"), key, &root).unwrap();
    let mut identity = Identity::of(&middle, "localhost");
    let alone = serve_plainly(&identity).await;
    identity.chain.push(middle.der().clone());
    let address = serve_plainly(&identity).await;
    let exchange = ask(folder.path(), address, |_| ()).await;
    assert_eq!(text(&exchange), "ok");
    let names: Vec<&str> = tls(&exchange).certificates.iter().map(crate::model::Certificate::name).collect();
    assert_eq!(names, ["localhost", "middle"]);
    // A server that leaves it out is told from one whose authority is unknown.
    let exchange = ask(folder.path(), alone, |_| ()).await;
    assert_failed(&exchange, FailureKind::Tls, "issued by CN=middle", "should send it along");
}

/// Each connection serves one request, so that the next one has a handshake of its own.
async fn resumed(version: &'static SupportedProtocolVersion) {
    let issuer = issuer("one");
    let folder = trusting(&issuer);
    let once = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok";
    let config = server(&Identity::of(&issuer, "localhost"), None, &[version]);
    let address = serve(config, &[once, once]).await;
    let client = client();
    let first = ask_with(&client, folder.path(), address, |_| ()).await;
    let second = ask_with(&client, folder.path(), address, |_| ()).await;
    assert_eq!(text(&second), "ok");
    assert!(!second.last_hop().unwrap().connection.as_ref().unwrap().reused);
    assert!(!tls(&first).resumed && tls(&second).resumed, "{:?}", tls(&second));
    assert_eq!(tls(&first).certificates.len(), 1);
    assert_eq!(tls(&first).certificates, tls(&second).certificates);
}

#[tokio::test]
async fn a_session_that_is_taken_up_again_keeps_its_certificates() {
    resumed(&TLS12).await;
    resumed(&TLS13).await;
}

#[tokio::test]
async fn http2_is_not_pretended() {
    let issuer = issuer("one");
    let folder = trusting(&issuer);
    let address = serve_plainly(&Identity::of(&issuer, "localhost")).await;
    let exchange = ask(folder.path(), address, |http| http.version = Some(HttpVersion::Http2)).await;
    assert_failed(&exchange, FailureKind::Tls, "version of HTTP", "auto");
}

#[tokio::test]
async fn the_least_version_is_kept_to() {
    let issuer = issuer("one");
    let folder = trusting(&issuer);
    let identity = Identity::of(&issuer, "localhost");
    let address = serve(server(&identity, None, &[&TLS12]), &[OK]).await;
    let only_13 = |http: &mut Settings| http.min_tls = Some("1.3".into());
    let exchange = ask(folder.path(), address, only_13).await;
    assert_failed(&exchange, FailureKind::Tls, "does not speak TLS 1.3", "min_tls");
    let exchange = ask(folder.path(), address, |_| ()).await;
    assert_eq!((text(&exchange), tls(&exchange).protocol.as_str()), ("ok".into(), "TLS 1.2"));
}
