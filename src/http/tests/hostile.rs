//! Servers that mean harm, or do not know better: nothing that they say makes the program stop, wait or grow without end.

use super::*;
use crate::model::{Auth, Body, FailureKind, Retry};

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

#[tokio::test]
async fn a_wait_beyond_all_clocks_is_not_waited_for() {
    let later = format!("HTTP/1.1 429 Slow\r\nRetry-After: {}\r\nContent-Length: 4\r\n\r\nslow", u64::MAX);
    let server = Server::start(&[&later, OK]).await;
    let retry = Retry { max: Some(3), ..Retry::default() };
    let exchange = send(&client(), Request { retry, ..get(server.url("/")) }).await;
    assert_eq!((exchange.attempts.len(), text(&exchange).as_str()), (1, "slow"));
}

#[tokio::test]
async fn a_limit_beyond_all_clocks_is_none() {
    let server = Server::start(&[OK]).await;
    let mut request = get(server.url("/"));
    let limit = Some(Duration::MAX);
    request.http.timeout = Timeouts { connect: limit, read: limit, total: limit };
    assert_eq!(text(&send(&client(), request).await), "ok");
}

/// Answers before it has read the body, and reads no more of it: a connection that is still at it would keep the next
/// request waiting.
#[tokio::test]
async fn an_upload_that_goes_on_keeps_its_connection_for_itself() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let mut kept = Vec::new();
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(stream.read_u8().await.unwrap());
            }
            let large = "HTTP/1.1 413 Too Large\r\nContent-Length: 5\r\n\r\nlarge";
            let answer = if head.starts_with(b"POST") { large } else { OK };
            stream.write_all(answer.as_bytes()).await.unwrap();
            kept.push(stream);
        }
    });
    let folder = tempfile::tempdir().unwrap();
    let mut noise = vec![0; 32 << 20];
    noise.chunks_mut(8).for_each(|chunk| chunk.copy_from_slice(&fastrand::u64(..).to_le_bytes()));
    std::fs::write(folder.path().join("large"), noise).unwrap();
    for compress in [None, Some("gzip".to_owned())] {
        let client = client();
        let mut upload = Request { method: "POST".into(), ..get(&url) };
        upload.body = Some(Body::File("large".into()));
        upload.http.compress = compress;
        let upload = prepared_in(folder.path().to_owned(), upload);
        let refused = client.send(upload, |_| (), CancellationToken::new()).await;
        assert_eq!(text(&refused), "large");
        let next = send(&client, get(&url)).await;
        assert_eq!(text(&next), "ok");
        assert!(!next.last_hop().unwrap().connection.as_ref().unwrap().reused);
    }
}

#[tokio::test]
async fn interim_answers_come_to_an_end() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        read_request(&mut stream).await;
        let flood = "HTTP/1.1 102 Processing\r\n\r\n".repeat(1000);
        while stream.write_all(flood.as_bytes()).await.is_ok() {}
    });
    let exchange = send(&client(), get(url)).await;
    let failure = failure(&exchange);
    assert_eq!(failure.kind, FailureKind::Protocol);
    assert!(failure.causes.iter().any(|cause| cause.contains("1xx")), "{failure:?}");
}

#[tokio::test]
async fn codings_within_codings_come_to_an_end() {
    for coding in ["gzip", "unheard-of"] {
        let codings = vec![coding; 10_000].join(", ");
        let answer = format!("HTTP/1.1 200 OK\r\nContent-Encoding: {codings}\r\nContent-Length: 2\r\n\r\nok");
        let server = Server::start(&[&answer]).await;
        let exchange = send(&client(), get(server.url("/"))).await;
        assert_eq!(failure(&exchange).kind, FailureKind::Decode);
    }
}

/// Who asks for digest does not want the password sent as it is.
#[tokio::test]
async fn the_user_of_a_url_does_not_get_around_digest() {
    let server = Server::start(&[OK]).await;
    let auth = Some(Auth::Digest { username: "u".into(), password: "p".into() });
    let url = format!("http://me:word@{}/", server.address);
    send(&client(), Request { auth, ..get(url) }).await;
    assert!(!server.got()[0].contains("Authorization"), "{:?}", server.got());
}

#[tokio::test]
async fn what_is_no_chunk_is_not_called_cut_short() {
    for chunk in ["fffffffffffffffff\r\nabc", "xyz\r\nabc", "2\r\nokay\r\n0\r\n\r\n"] {
        let answer = format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{chunk}");
        let server = Server::start(&[&answer]).await;
        let exchange = send(&client(), get(server.url("/"))).await;
        assert_eq!(failure(&exchange).kind, FailureKind::Protocol, "{chunk} {:?}", failure(&exchange));
    }
}

/// Bytes behind an answer that has no body, or a shorter one, are nobody's answer.
#[tokio::test]
async fn an_answer_that_nobody_asked_for_is_not_the_next_ones() {
    let planted = "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nplanted";
    for answer in ["HTTP/1.1 204 No Content\r\n\r\n", OK] {
        let server = Server::start(&[&format!("{answer}{planted}"), OK]).await;
        let client = client();
        send(&client, get(server.url("/"))).await;
        assert_eq!(text(&send(&client, get(server.url("/"))).await), "ok", "{answer}");
    }
}
