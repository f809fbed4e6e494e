//! Answers without an end, and small ones that decode to one: what ends them, and what is kept.

use async_compression::tokio::write::{BrotliEncoder, DeflateEncoder, GzipEncoder, ZlibEncoder, ZstdEncoder};
use tokio::net::TcpStream;

use super::*;
use crate::{http::Progress, model::FailureKind};

const CHUNKED: &str = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
const UNTIL_CLOSE: &str = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n";
const LIMIT: u64 = 1 << 20;

/// A server for one connection, which does as `serve` says with it once the request is in. It is over when the task is.
async fn once<F, R>(serve: F) -> (String, tokio::task::JoinHandle<()>)
where
    F: FnOnce(TcpStream) -> R + Send + 'static,
    R: Future<Output = ()> + Send,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let serving = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        read_request(&mut stream).await;
        serve(stream).await;
    });
    (url, serving)
}

/// Sends pieces of a body for as long as somebody takes them.
async fn without_end(mut stream: TcpStream, head: &'static str) {
    let piece = "0123456789abcdef".repeat(256);
    let piece = if head == CHUNKED { format!("{:x}\r\n{piece}\r\n", piece.len()) } else { piece };
    if stream.write_all(head.as_bytes()).await.is_ok() {
        while stream.write_all(piece.as_bytes()).await.is_ok() {}
    }
}

fn size_and_text(exchange: &Exchange) -> (u64, String) {
    (exchange.payload().unwrap().size, text(exchange))
}

#[tokio::test]
async fn max_body_ends_a_body_without_end() {
    for head in [CHUNKED, UNTIL_CLOSE] {
        let (url, serving) = once(move |stream| without_end(stream, head)).await;
        let mut request = get(url);
        request.http.max_body = Some(LIMIT);
        let exchange = send(&client(), request).await;
        let failure = failure(&exchange);
        assert_eq!(failure.kind, FailureKind::TooLarge, "{failure:?}");
        assert!(failure.hint.as_ref().unwrap().contains("max_body"), "{failure:?}");
        // Kept to the last byte that the limit allows, and the server is let go.
        let (size, kept) = size_and_text(&exchange);
        assert_eq!((size, kept.len() as u64), (LIMIT, LIMIT));
        assert!(kept.starts_with("0123456789abcdef0123"));
        serving.await.unwrap();
    }
}

#[tokio::test]
async fn the_total_timeout_ends_a_body_without_end() {
    for head in [CHUNKED, UNTIL_CLOSE] {
        let (url, serving) = once(move |stream| without_end(stream, head)).await;
        let mut request = get(url);
        request.http.timeout.total = Some(Duration::from_millis(300));
        let exchange = send(&client(), request).await;
        assert_eq!(failure(&exchange).kind, FailureKind::TotalTimeout);
        let (size, kept) = size_and_text(&exchange);
        assert_eq!(size, kept.len() as u64);
        assert!(kept.starts_with("0123456789abcdef0123"));
        serving.await.unwrap();
    }
}

#[tokio::test]
async fn cancelling_ends_a_body_without_end() {
    for head in [CHUNKED, UNTIL_CLOSE] {
        let (url, serving) = once(move |stream| without_end(stream, head)).await;
        let cancel = CancellationToken::new();
        let note = |progress| {
            if matches!(progress, Progress::Received { bytes, .. } if bytes > 100_000) {
                cancel.cancel();
            }
        };
        let exchange = client().send(prepared(get(url)), note, cancel.clone()).await;
        assert_eq!(failure(&exchange).kind, FailureKind::Cancelled);
        let (size, kept) = size_and_text(&exchange);
        assert_eq!(size, kept.len() as u64);
        assert!(size > 100_000 && kept.starts_with("0123456789abcdef0123"));
        serving.await.unwrap();
    }
}

/// `max_body` counts what comes out, whatever it was packed in, and no more than that comes out.
#[tokio::test]
async fn a_small_answer_may_decode_to_a_large_one() {
    let zeros = vec![b'0'; 8 << 20];
    macro_rules! packed {
        ($encoder:ident) => {{
            let mut encoder = $encoder::new(Vec::new());
            encoder.write_all(&zeros).await.unwrap();
            encoder.shutdown().await.unwrap();
            encoder.into_inner()
        }};
    }
    let bombs = [
        ("gzip", packed!(GzipEncoder)),
        ("br", packed!(BrotliEncoder)),
        ("zstd", packed!(ZstdEncoder)),
        ("deflate", packed!(ZlibEncoder)),
        ("deflate", packed!(DeflateEncoder)),
    ];
    for (coding, bomb) in bombs {
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\nContent-Length: {}\r\n\r\n",
            bomb.len()
        );
        let server = Server::start_bytes(vec![[head.as_bytes(), &bomb].concat()]).await;
        let mut request = get(server.url("/"));
        request.http.max_body = Some(LIMIT);
        let most = Mutex::new(0);
        let note = |progress| {
            if let Progress::Received { bytes, .. } = progress {
                *most.lock().unwrap() = bytes;
            }
        };
        let exchange = client().send(prepared(request), note, CancellationToken::new()).await;
        let failure = failure(&exchange);
        assert_eq!(failure.kind, FailureKind::TooLarge, "{coding}: {failure:?}");
        assert!(failure.message.contains(&LIMIT.to_string()), "{failure:?}");
        let (size, kept) = size_and_text(&exchange);
        assert_eq!((size, kept.len() as u64), (LIMIT, LIMIT), "{coding}");
        assert!(kept.bytes().all(|byte| byte == b'0'), "{coding}");
        assert!(exchange.payload().unwrap().wire_size <= bomb.len() as u64);
        assert_eq!(most.into_inner().unwrap(), LIMIT, "{coding}");
    }
}

/// A bomb in a bomb is as bounded as one.
#[tokio::test]
async fn a_bomb_in_a_bomb() {
    let mut inner = GzipEncoder::new(Vec::new());
    inner.write_all(&vec![0; 8 << 20]).await.unwrap();
    inner.shutdown().await.unwrap();
    let mut outer = ZstdEncoder::new(Vec::new());
    outer.write_all(&inner.into_inner()).await.unwrap();
    outer.shutdown().await.unwrap();
    let bomb = outer.into_inner();
    let head =
        format!("HTTP/1.1 200 OK\r\nContent-Encoding: gzip, zstd\r\nContent-Length: {}\r\n\r\n", bomb.len());
    let server = Server::start_bytes(vec![[head.as_bytes(), &bomb].concat()]).await;
    let mut request = get(server.url("/"));
    request.http.max_body = Some(LIMIT);
    let exchange = send(&client(), request).await;
    assert_eq!(failure(&exchange).kind, FailureKind::TooLarge);
    assert_eq!(exchange.payload().unwrap().size, LIMIT);
}

/// The time in which nothing moves is told with where it was: a head that has begun is not an answer that has not.
#[tokio::test]
async fn a_stall_says_what_was_waited_for() {
    let cases = [
        ("", "before the answer began"),
        ("HTT", "in the middle of the answer's head"),
        ("HTTP/1.1 200 OK\r\nX-Half: ", "in the middle of the answer's head"),
        ("HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n", "before the final answer began, after 103"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", "while the body arrived"),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n0\r\nX-Trai",
            "while the body arrived",
        ),
    ];
    for (answer, place) in cases {
        let (url, serving) = once(move |mut stream| async move {
            stream.write_all(answer.as_bytes()).await.unwrap();
            stream.read_u8().await.unwrap_err();
        })
        .await;
        let mut request = get(url);
        request.http.timeout.read = Some(Duration::from_millis(150));
        let exchange = send(&client(), request).await;
        let failure = failure(&exchange);
        assert_eq!(failure.kind, FailureKind::ReadTimeout, "{answer}: {failure:?}");
        assert!(failure.message.contains(place), "{answer}: {failure:?}");
        serving.await.unwrap();
    }
}

/// `timeout.read` is about silence: a head that comes slowly is no silence.
#[tokio::test]
async fn a_head_that_comes_byte_by_byte_is_waited_for() {
    let (url, _) = once(|mut stream| async move {
        for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok" {
            stream.write_all(&[*byte]).await.unwrap();
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
    let mut request = get(url);
    // Less than the forty bytes take, and many times what one does.
    request.http.timeout.read = Some(Duration::from_millis(400));
    let exchange = send(&client(), request).await;
    assert_eq!(text(&exchange), "ok");
    assert!(exchange.duration > Duration::from_millis(400));
}
