//! Requests through proxies that count what passes.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::net::TcpStream;

use super::*;
use crate::model::{FailureKind, Proxy};

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

fn through(proxy: String, url: String) -> Request {
    let mut request = get(url);
    request.http.proxy = Some(Proxy::Url(proxy));
    request
}

/// A SOCKS 5 proxy that wants `user` and `word`, and counts its tunnels.
async fn socks() -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let counted = Arc::clone(&counted);
            tokio::spawn(async move { socks_tunnel(stream, &counted).await });
        }
    });
    (address, count)
}

async fn socks_tunnel(mut stream: TcpStream, count: &AtomicUsize) -> Option<()> {
    let mut greeting = [0; 2];
    stream.read_exact(&mut greeting).await.ok()?;
    let mut methods = vec![0; usize::from(greeting[1])];
    stream.read_exact(&mut methods).await.ok()?;
    if !methods.contains(&2) {
        return stream.write_all(&[5, 0xff]).await.ok();
    }
    stream.write_all(&[5, 2]).await.ok()?;
    let mut credentials = [0; 11];
    stream.read_exact(&mut credentials).await.ok()?;
    let is_known = &credentials == b"\x01\x04user\x04word";
    stream.write_all(&[1, u8::from(!is_known)]).await.ok()?;
    let mut request = [0; 4];
    stream.read_exact(&mut request).await.ok()?;
    let host = match request[3] {
        1 => std::net::Ipv4Addr::from(stream.read_u32().await.ok()?).to_string(),
        3 => {
            let mut name = vec![0; usize::from(stream.read_u8().await.ok()?)];
            stream.read_exact(&mut name).await.ok()?;
            // Only this proxy knows the name.
            String::from_utf8(name).unwrap().replace("inside.test", "127.0.0.1")
        }
        _ => return None,
    };
    let port = stream.read_u16().await.ok()?;
    let Ok(mut target) = TcpStream::connect((host, port)).await else {
        return stream.write_all(&[5, 5, 0, 1, 0, 0, 0, 0, 0, 0]).await.ok();
    };
    count.fetch_add(1, Ordering::SeqCst);
    stream.write_all(&[5, 0, 0, 3, 1, b'x', 0, 0]).await.ok()?;
    tokio::io::copy_bidirectional(&mut stream, &mut target).await.ok().map(drop)
}

#[tokio::test]
async fn an_http_proxy_gets_requests_for_http_as_they_are() {
    let proxy = Server::start(&[OK, OK]).await;
    let client = client();
    let url = format!("http://a:b@{}", proxy.address);
    let exchange = send(&client, through(url.clone(), "http://shop.test/x?y".into())).await;
    assert_eq!(text(&exchange), "ok");
    let got = &proxy.got()[0];
    assert!(got.starts_with("GET http://shop.test/x?y HTTP/1.1\r\nHost: shop.test\r\n"), "{got}");
    assert!(got.contains("Proxy-Authorization: Basic YTpi\r\n"), "{got}");
    let connection = exchange.last_hop().unwrap().connection.as_ref().unwrap();
    assert_eq!(connection.proxy, Some(format!("http://{}", proxy.address)));
    assert!(!serde_json::to_string(&exchange.attempts).unwrap().contains("YTpi"));
    // Another origin through the same proxy has its own connection; the same origin uses its again.
    let again = send(&client, through(url, "http://shop.test/z".into())).await;
    assert!(again.last_hop().unwrap().connection.as_ref().unwrap().reused);
}

#[tokio::test]
async fn socks_tunnels_with_and_without_its_own_names() {
    let server = Server::start(&[OK, OK]).await;
    let (proxy, count) = socks().await;
    let port = server.address.port();
    for (scheme, host) in [("socks5", "127.0.0.1"), ("socks5h", "inside.test")] {
        let request = through(format!("{scheme}://user:word@{proxy}"), format!("http://{host}:{port}/"));
        assert_eq!(text(&send(&client(), request).await), "ok", "{scheme}");
    }
    assert_eq!(count.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_proxy_that_refuses_is_named() {
    let (socks, _) = socks().await;
    let https = Server::start(&["HTTP/1.1 407 Who are you\r\nContent-Length: 0\r\n\r\n"]).await;
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let cases = [
        (format!("socks5h://{socks}"), "http://h.test/", "authentication"),
        (format!("socks5h://user:nope@{socks}"), "http://h.test/", "wrong"),
        (format!("http://{}", https.address), "https://h.test/", "407"),
        (format!("http://{nobody}"), "http://h.test/", "refused"),
    ];
    for (proxy, url, cause) in cases {
        let exchange = send(&client(), through(proxy, url.into())).await;
        let failure = failure(&exchange);
        assert_eq!(failure.kind, FailureKind::Proxy, "{failure:?}");
        assert!(failure.causes.concat().contains(cause), "{failure:?}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_unix_socket_takes_the_place_of_the_network() {
    let folder = tempfile::tempdir().unwrap();
    let listener = tokio::net::UnixListener::bind(folder.path().join("s")).unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        read_request(&mut stream).await;
        stream.write_all(OK.as_bytes()).await.unwrap();
    });
    let mut request = get("http://docker/info");
    request.http.unix_socket = Some("s".into());
    let prepared = prepared_in(folder.path().into(), request);
    let exchange = client().send(prepared, |_| (), CancellationToken::new()).await;
    assert_eq!(text(&exchange), "ok");
}

#[tokio::test]
async fn a_name_can_be_given_an_address() {
    let server = Server::start(&[OK]).await;
    let mut request = get(format!("http://shop.test:{}/", server.address.port()));
    request.http.resolve = Some(vec![("shop.test".into(), "127.0.0.1".into())]);
    let exchange = send(&client(), request).await;
    assert_eq!(text(&exchange), "ok");
    assert!(server.got()[0].contains("Host: shop.test:"));
}
