//! Proxies that do not do what is asked of them.

use super::{
    super::pki::{issuer, old},
    *,
};

#[track_caller]
fn assert_refused(exchange: &Exchange, cause: &str, hint: &str) {
    let failure = failure(exchange);
    assert_eq!(failure.kind, FailureKind::Proxy, "{failure:?}");
    assert!(failure.message.contains("the proxy "), "{failure:?}");
    let said = format!("{}: {}", failure.message, failure.causes.concat());
    assert!(said.contains(cause), "{failure:?}");
    assert!(failure.hint.as_ref().is_some_and(|said| said.contains(hint)), "{failure:?}");
    assert!(!format!("{failure:?}").contains("nope"), "{failure:?}");
}

#[tokio::test]
async fn a_proxy_that_refuses_is_named() {
    let socks = Counting::socks().await.address;
    let http = Counting::http(None).await.address;
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    // Longer than a label can be: nobody has to be asked to know that there is no such host.
    let unknown = "a".repeat(64);
    let dead = format!("https://{nobody}/");
    let cases = [
        (format!("socks5h://{socks}"), "http://h.test/", "wants a user", "in the proxy's URL"),
        (format!("socks5h://user:nope@{socks}"), "http://h.test/", "did not take", "in the proxy's URL"),
        (format!("socks5h://user:word@{socks}"), &dead, "the host refused the connection", "port"),
        (format!("http://{http}"), "https://h.test/", "wants a user", "in the proxy's URL"),
        (format!("http://user:nope@{http}"), "https://h.test/", "did not take", "in the proxy's URL"),
        (format!("http://user:word@{http}"), &dead, "could not reach the host", "reachable from the proxy"),
        (format!("http://{nobody}"), "http://h.test/", "cannot be reached", "none"),
        (format!("http://{unknown}:1"), "http://h.test/", ":1 was not found", "none"),
    ];
    for (proxy, url, cause, hint) in cases {
        assert_refused(&send(&client(), through(proxy, url)).await, cause, hint);
    }
}

/// Says that to whoever connects, after a few bytes of theirs, and closes the connection.
async fn saying(bytes: &'static [u8]) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut greeting = [0; 3];
            stream.read_exact(&mut greeting).await.unwrap();
            stream.write_all(bytes).await.unwrap();
            stream.shutdown().await.unwrap();
            let _ = tokio::io::copy(&mut stream, &mut tokio::io::sink()).await;
        }
    });
    address
}

#[tokio::test]
async fn what_is_no_proxy_is_told() {
    let cases: [(&str, &[u8], &str, &str); 9] = [
        ("http", b"SSH-2.0-OpenSSH_9.2\r\n", "not HTTP: SSH-2.0-OpenSSH_9.2", "HTTP proxy"),
        ("http", b"\x05\x00", "closed the connection without an answer", "of that kind"),
        ("http", b"", "closed the connection without an answer", "of that kind"),
        ("http", b"HTTP/1.1 nonsense\r\n\r\n", "not HTTP", "HTTP proxy"),
        ("https", b"HTTP/1.1 400 Bad\r\n\r\n", "does not speak TLS", "http://"),
        ("socks5h", b"HTTP/1.1 400 Bad\r\n\r\n", "answers in HTTP", "http://"),
        ("socks5h", b"\x00\x5b\0\0\0\0\0\0", "SOCKS 4", "SOCKS 5"),
        ("socks5h", b"hello", "not SOCKS 5", "port of a SOCKS proxy"),
        ("socks5h", b"", "closed the connection without an answer", "of that kind"),
    ];
    for (scheme, bytes, cause, hint) in cases {
        let proxy = saying(bytes).await;
        let exchange = send(&client(), through(format!("{scheme}://{proxy}"), "https://h.test/")).await;
        assert_refused(&exchange, cause, hint);
    }
}

#[tokio::test]
async fn codes_of_socks_are_words() {
    let cases: [(&[u8], &str); 10] = [
        (b"\x05\x00\x05\x01", "failed without saying why"),
        (b"\x05\x00\x05\x02", "rules do not allow"),
        (b"\x05\x00\x05\x03", "network is unreachable"),
        (b"\x05\x00\x05\x04", "host is unreachable"),
        (b"\x05\x00\x05\x05\x00\x01\0\0\0\0\0\0", "host refused"),
        (b"\x05\x00\x05\x06", "took too long"),
        (b"\x05\x00\x05\x07", "does not know the command"),
        (b"\x05\x00\x05\x08", "kind of address"),
        (b"\x05\x00\x05\xff", "failed without saying why"),
        (b"\x05\x01", "wants a user"),
    ];
    for (bytes, cause) in cases {
        let proxy = saying(bytes).await;
        let exchange = send(&client(), through(format!("socks5h://{proxy}"), "https://h.test/")).await;
        assert_refused(&exchange, cause, "");
    }
}

#[tokio::test]
async fn a_proxy_by_tls_has_to_be_trusted() {
    let issuer = issuer("one");
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("root.pem"), issuer.pem()).unwrap();
    let cases = [
        (Identity::with(&issuer, "127.0.0.1", old), "the certificate of the proxy https://127.0.0.1:"),
        (Identity::of(&issuer, "other.test"), "is for other.test and not for 127.0.0.1"),
    ];
    for (identity, cause) in cases {
        let proxy = Counting::http(Some(&identity)).await;
        let mut request = through(format!("https://user:word@{}", proxy.address), "https://h.test/");
        request.http.ca = Some("root.pem".into());
        let prepared = prepared_in(folder.path().into(), request);
        let exchange = client().send(prepared, |_| (), CancellationToken::new()).await;
        assert_refused(&exchange, cause, "");
        assert_eq!(proxy.tunnels(), 0);
    }
}

#[test]
fn what_is_no_proxys_url_stops_the_request_before_it_is_sent() {
    for url in ["ftp://h", "socks4://h", "http://", "http://h:port"] {
        let effective =
            Effective { request: through(url, "http://h.test"), vars: Vec::new(), base: PathBuf::from("/") };
        let error = prepare(None, None, &effective, &Scope::default()).unwrap_err();
        assert_eq!(error.part.as_deref(), Some("proxy"));
        assert!(error.failure.message.contains("not a proxy's URL"), "{error:?}");
        assert!(error.failure.hint.is_some());
    }
}
