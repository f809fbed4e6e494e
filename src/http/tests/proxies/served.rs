//! What proxies carry, and what they get to know.

use super::{
    super::pki::{BOTH, issuer, serve, server},
    *,
};

#[tokio::test]
async fn an_http_proxy_gets_requests_for_http_as_they_are() {
    let proxy = Server::start(&[OK, OK]).await;
    let client = client();
    let url = format!("http://user:word@{}", proxy.address);
    let exchange = send(&client, through(url.clone(), "http://shop.test/x?y")).await;
    assert_eq!(text(&exchange), "ok");
    let got = &proxy.got()[0];
    assert!(got.starts_with("GET http://shop.test/x?y HTTP/1.1\r\nHost: shop.test\r\n"), "{got}");
    assert!(got.contains(&format!("Proxy-Authorization: {BASIC}\r\n")), "{got}");
    assert_eq!(connection(&exchange).proxy, Some(format!("http://{}", proxy.address)));
    // Another origin through the same proxy has its own connection; the same origin uses its again.
    let again = send(&client, through(url, "http://shop.test/z")).await;
    assert!(connection(&again).reused);
}

/// A server of https for `inside.test`, and a folder with a `root.pem` that trusts it and proxies.
async fn secure_server() -> (SocketAddr, Identity, tempfile::TempDir) {
    let issuer = issuer("one");
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("root.pem"), issuer.pem()).unwrap();
    let identity = Identity::of(&issuer, "inside.test");
    let address = serve(server(&identity, None, BOTH), &[OK; 9]).await;
    (address, Identity::of(&issuer, "127.0.0.1"), folder)
}

#[tokio::test]
async fn https_passes_through_every_kind_of_proxy() {
    let (address, of_proxy, folder) = secure_server().await;
    let port = address.port();
    let cases = [
        ("http", Counting::http(None).await, "inside.test"),
        ("https", Counting::http(Some(&of_proxy)).await, "inside.test"),
        ("socks5h", Counting::socks().await, "inside.test"),
        // The client finds the address, and the proxy never hears the name.
        ("socks5", Counting::socks().await, "127.0.0.1"),
    ];
    for (scheme, proxy, target) in cases {
        let client = client();
        let mut request = through(
            format!("{scheme}://user:word@{}", proxy.address),
            format!("https://inside.test:{port}/hidden"),
        );
        request.http.ca = Some("root.pem".into());
        if scheme == "socks5" {
            request.http.resolve = Some(vec![("inside.test".into(), "127.0.0.1".into())]);
        }
        for is_second in [false, true] {
            let prepared = prepared_in(folder.path().into(), request.clone());
            let exchange = client.send(prepared, |_| (), CancellationToken::new()).await;
            assert_eq!(text(&exchange), "ok", "{scheme}");
            let connection = connection(&exchange);
            assert_eq!(connection.reused, is_second);
            assert_eq!(connection.proxy, Some(format!("{scheme}://{}", proxy.address)));
            // The TLS that is told is the server's, not the proxy's.
            assert_eq!(connection.tls.as_ref().unwrap().certificates[0].name(), "inside.test");
            assert!(!format!("{exchange:?}").contains("dXNlcjp3b3Jk"), "{scheme}");
        }
        assert_eq!((proxy.tunnels(), proxy.targets()), (1, vec![format!("{target}:{port}")]), "{scheme}");
        assert!(proxy.passed.up.load(Ordering::SeqCst) > 100);
        assert!(proxy.passed.down.load(Ordering::SeqCst) > 100);
    }
}

#[tokio::test]
async fn plain_http_passes_through_socks_and_through_a_proxy_by_tls() {
    let server = Server::start(&[OK, OK]).await;
    let proxy = Counting::socks().await;
    for (scheme, host) in [("socks5", "127.0.0.1"), ("socks5h", "inside.test")] {
        let url = format!("http://{host}:{}/", server.address.port());
        let request = through(format!("{scheme}://user:word@{}", proxy.address), url);
        assert_eq!(text(&send(&client(), request).await), "ok", "{scheme}");
    }
    assert_eq!(proxy.tunnels(), 2);
    // A proxy by TLS is sent the whole request, and nobody on the way to it sees that.
    let (_, of_proxy, folder) = secure_server().await;
    let proxy = serve(super::super::pki::server(&of_proxy, None, BOTH), &[OK]).await;
    let mut request = through(format!("https://{proxy}"), "http://shop.test/");
    request.http.ca = Some("root.pem".into());
    let prepared = prepared_in(folder.path().into(), request);
    let exchange = client().send(prepared, |_| (), CancellationToken::new()).await;
    assert_eq!(text(&exchange), "ok");
    assert_eq!(connection(&exchange).proxy, Some(format!("https://{proxy}")));
    assert_eq!(connection(&exchange).tls, None);
}

#[tokio::test]
async fn credentials_come_from_secrets_and_are_not_shown() {
    let server = Server::start(&[OK]).await;
    let proxy = Counting::socks().await;
    let mut scope = Scope::default();
    let word = crate::model::SecretValue::Value(crate::model::Secret::new("word"));
    scope.push_secrets("staging", vec![("proxy_word".into(), word)]);
    let request = through(
        format!("socks5h://user:{{{{ proxy_word }}}}@{}", proxy.address),
        format!("http://inside.test:{}/", server.address.port()),
    );
    let effective = Effective { request, vars: Vec::new(), base: PathBuf::from("/") };
    let prepared = prepare(None, None, &effective, &scope).unwrap();
    assert!(!format!("{prepared:?}").contains("word"));
    let exchange = client().send(prepared, |_| (), CancellationToken::new()).await;
    assert_eq!((text(&exchange).as_str(), proxy.tunnels()), ("ok", 1));
    let kept = serde_json::to_string(&exchange).unwrap();
    assert!(kept.contains("{{ proxy_word }}") && !kept.contains("user:word"), "{kept}");
}

#[tokio::test]
async fn a_redirect_leaves_the_proxy_for_a_host_that_is_spared() {
    let target = Server::start(&[OK]).await;
    let moved =
        format!("HTTP/1.1 302 Found\r\nLocation: {}\r\nContent-Length: 0\r\n\r\n", target.url("/there"));
    let proxy = Server::start(&[&moved]).await;
    let mut request = through(format!("http://user:word@{}", proxy.address), "http://shop.test/here");
    request.http.no_proxy = Some(vec!["10.0.0.0/8".into(), target.address.to_string()]);
    let exchange = send(&client(), request).await;
    assert_eq!(text(&exchange), "ok");
    let proxies: Vec<bool> = exchange.attempts[0]
        .hops
        .iter()
        .map(|hop| hop.connection.as_ref().unwrap().proxy.is_some())
        .collect();
    assert_eq!(proxies, [true, false]);
    assert_eq!((proxy.got().len(), target.got().len()), (1, 1));
    assert!(target.got()[0].starts_with("GET /there HTTP/1.1\r\n"));
    assert!(!target.got()[0].contains("Proxy-Authorization"));
}
