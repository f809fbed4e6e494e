//! Bodies that break off: on the wire, under TLS, and in what they are packed in.

use async_compression::tokio::write::{BrotliEncoder, GzipEncoder, ZlibEncoder, ZstdEncoder};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use super::{
    pki::{BOTH, Identity, issuer, server},
    *,
};
use crate::model::FailureKind;

/// A server that answers each connection's first request so, and closes it without TLS's own farewell.
async fn without_farewell(answer: &'static str) -> (tempfile::TempDir, Request) {
    let issuer = issuer("one");
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("root.pem"), issuer.pem()).unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(server(&Identity::of(&issuer, "localhost"), None, BOTH)));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut request = get(format!("https://localhost:{}/", listener.local_addr().unwrap().port()));
    request.http.resolve = Some(vec![("localhost".into(), "127.0.0.1".into())]);
    request.http.ca = Some("root.pem".into());
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut stream = acceptor.accept(stream).await.unwrap();
        read_request(&mut stream).await;
        stream.write_all(answer.as_bytes()).await.unwrap();
        stream.flush().await.unwrap();
        // The socket alone: `shutdown` on the stream would say `close_notify`.
        stream.into_inner().0.shutdown().await.unwrap();
    });
    (folder, request)
}

async fn ask(folder: &tempfile::TempDir, request: Request) -> Exchange {
    client().send(prepared_in(folder.path().into(), request), |_| (), CancellationToken::new()).await
}

/// RFC 9112, section 9.8: where the length is known, the end of the connection says nothing.
#[tokio::test]
async fn tls_without_a_farewell_after_a_whole_body() {
    for answer in [
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 4\r\n\r\nbody",
        "HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n",
    ] {
        let (folder, request) = without_farewell(answer).await;
        let exchange = ask(&folder, request).await;
        assert!(matches!(exchange.outcome, Outcome::Answered(_)), "{:?}", exchange.outcome);
        assert_eq!(text(&exchange), "body");
    }
}

/// Where the end of the connection is the end of the body, anybody on the way can have made it.
#[tokio::test]
async fn tls_without_a_farewell_where_the_end_is_the_body_s() {
    for (answer, kept) in [
        ("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhalf", "half"),
        ("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 9\r\n\r\nhalf", "half"),
        ("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", ""),
    ] {
        let (folder, request) = without_farewell(answer).await;
        let exchange = ask(&folder, request).await;
        let failure = failure(&exchange);
        assert_eq!(failure.kind, FailureKind::Truncated, "{failure:?}");
        assert!(failure.message.contains("close_notify"), "{failure:?}");
        assert!(failure.hint.as_ref().unwrap().contains("kept"), "{failure:?}");
        assert_eq!(text(&exchange), kept);
    }
}

/// A server for one connection that resets it once its answer has been taken.
async fn resetting(answer: Vec<u8>) -> (String, tokio::sync::oneshot::Sender<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let (go, wait) = tokio::sync::oneshot::channel::<()>();
    tokio::spawn(async move {
        let (mut stream, _): (TcpStream, _) = listener.accept().await.unwrap();
        read_request(&mut stream).await;
        stream.write_all(&answer).await.unwrap();
        wait.await.unwrap();
        // Without lingering, the end of a socket is a reset.
        stream.set_zero_linger().unwrap();
    });
    (url, go)
}

/// Sends, and has the server reset the connection when that much has arrived.
async fn reset_after(answer: Vec<u8>, bytes: u64) -> Exchange {
    let (url, go) = resetting(answer).await;
    let go = Mutex::new(Some(go));
    let note = |progress| {
        if matches!(progress, super::super::Progress::Received { bytes: so_far, .. } if so_far >= bytes)
            && let Some(go) = go.lock().unwrap().take()
        {
            go.send(()).unwrap();
        }
    };
    client().send(prepared(get(url)), note, CancellationToken::new()).await
}

#[tokio::test]
async fn a_reset_in_the_middle_keeps_what_had_arrived() {
    for answer in [
        "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
        "HTTP/1.1 200 OK\r\n\r\nhalf",
    ] {
        let exchange = reset_after(answer.into(), 4).await;
        let failure = failure(&exchange);
        assert_eq!(failure.kind, FailureKind::Reset, "{failure:?}");
        assert!(failure.message.contains("while the body arrived"), "{failure:?}");
        assert_eq!(text(&exchange), "half");
        assert_eq!(exchange.response().unwrap().status, 200);
        assert!(exchange.last_hop().unwrap().timing.receive.is_some());
    }
}

/// Text of which no two lines are the same, so that each part of it says how far it goes.
fn lines() -> String {
    (0..40_000).fold(String::new(), |text, line| text + &format!("line {line}\n"))
}

macro_rules! packed {
    ($encoder:ident, $plain:expr) => {{
        let mut encoder = $encoder::new(Vec::new());
        encoder.write_all($plain).await.unwrap();
        encoder.shutdown().await.unwrap();
        encoder.into_inner()
    }};
}

async fn in_every_coding(plain: &str) -> [(&'static str, Vec<u8>); 4] {
    let plain = plain.as_bytes();
    [
        ("gzip", packed!(GzipEncoder, plain)),
        ("deflate", packed!(ZlibEncoder, plain)),
        ("br", packed!(BrotliEncoder, plain)),
        ("zstd", packed!(ZstdEncoder, plain)),
    ]
}

/// The connection ends in the middle of a coding: what could be decoded until there is kept.
#[tokio::test]
async fn a_coding_that_is_cut_short_keeps_what_was_decoded() {
    let plain = lines();
    for (coding, bytes) in in_every_coding(&plain).await {
        let half = &bytes[..bytes.len() / 2];
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
            bytes.len()
        );
        let server = Server::start_bytes(vec![[head.as_bytes(), half].concat()]).await;
        let exchange = send(&client(), get(server.url("/"))).await;
        assert_eq!(failure(&exchange).kind, FailureKind::Truncated, "{coding}");
        let kept = text(&exchange);
        assert!(plain.starts_with(&kept), "{coding}");
        assert!(kept.len() > plain.len() / 4, "{coding}: {} of {}", kept.len(), plain.len());
        assert_eq!(exchange.payload().unwrap().wire_size, half.len() as u64, "{coding}");
    }
}

/// The bytes stop being what the coding says: what came out before that is kept.
#[tokio::test]
async fn what_turns_out_wrong_keeps_what_was_decoded() {
    let plain = lines();
    for (coding, mut bytes) in in_every_coding(&plain).await {
        let half = bytes.len() / 2;
        bytes[half..].fill(0xff);
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\nContent-Length: {}\r\n\r\n",
            bytes.len()
        );
        let server = Server::start_bytes(vec![[head.as_bytes(), &bytes].concat()]).await;
        let exchange = send(&client(), get(server.url("/"))).await;
        let failure = failure(&exchange);
        assert_eq!(failure.kind, FailureKind::Decode, "{coding}: {failure:?}");
        assert!(failure.message.contains(coding), "{failure:?}");
        // Where a coding has no checks within, its last symbols may have come out wrong.
        let kept = text(&exchange);
        let right = plain.bytes().zip(kept.bytes()).take_while(|(one, other)| one == other).count();
        assert!(right > plain.len() / 4, "{coding}: {right} of {}", plain.len());
        assert_eq!(exchange.payload().unwrap().size, kept.len() as u64, "{coding}");
    }
}

/// A checksum at the end that does not fit: all that was decoded is there to be looked at.
#[tokio::test]
async fn a_wrong_checksum_keeps_the_whole() {
    let mut bytes = packed!(GzipEncoder, b"all of it");
    let end = bytes.len();
    bytes[end - 8..].fill(0);
    let head = format!("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {end}\r\n\r\n");
    let server = Server::start_bytes(vec![[head.as_bytes(), &bytes].concat()]).await;
    let exchange = send(&client(), get(server.url("/"))).await;
    assert_eq!(failure(&exchange).kind, FailureKind::Decode);
    assert_eq!(text(&exchange), "all of it");
}
