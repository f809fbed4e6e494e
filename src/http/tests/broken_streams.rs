//! HTTP/2 servers that break off: one exchange, or the connection.

use std::sync::atomic::{AtomicUsize, Ordering};

use ::http::Response;
use bytes::Bytes;
use h2::{Reason, server::SendResponse};

use super::*;
use crate::model::{FailureKind, HttpVersion};

type Connection = h2::server::Connection<tokio::net::TcpStream, Bytes>;

/// What a server does with a request: on its connection, or to its stream.
type Act = fn(usize, &mut Connection, SendResponse<Bytes>);

/// A server of HTTP/2 without TLS that does so with each of its requests, which it counts from 0; and its URL, and how
/// many connections it has had.
async fn start(act: Act) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let (requests, connections) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let counted = Arc::clone(&connections);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::Relaxed);
            let requests = Arc::clone(&requests);
            tokio::spawn(async move {
                let Ok(mut connection) = h2::server::handshake(stream).await else { return };
                while let Some(Ok((_, respond))) = connection.accept().await {
                    act(requests.fetch_add(1, Ordering::Relaxed), &mut connection, respond);
                }
            });
        }
    });
    (url, connections)
}

fn http2(url: &str) -> Request {
    let mut request = get(url);
    request.http.version = Some(HttpVersion::Http2);
    request
}

fn answer(mut respond: SendResponse<Bytes>) {
    let mut stream = respond.send_response(Response::new(()), false).unwrap();
    stream.send_data("ok".into(), true).unwrap();
}

fn half(mut respond: SendResponse<Bytes>, length: &str) -> h2::SendStream<Bytes> {
    let head = Response::builder().header("content-length", length).body(()).unwrap();
    let mut stream = respond.send_response(head, false).unwrap();
    stream.send_data("half".into(), false).unwrap();
    stream
}

#[tokio::test]
async fn a_stream_that_is_reset_says_why() {
    let acts: [(Act, FailureKind, &str, &str, Option<&str>); 4] = [
        (
            |_, _, mut respond| respond.send_reset(Reason::INTERNAL_ERROR),
            FailureKind::Reset,
            "broke off this exchange: INTERNAL_ERROR",
            "log",
            None,
        ),
        (
            |_, _, mut respond| respond.send_reset(Reason::HTTP_1_1_REQUIRED),
            FailureKind::Reset,
            "HTTP_1_1_REQUIRED",
            "version = \"1.1\"",
            None,
        ),
        (
            |_, connection, _| connection.abrupt_shutdown(Reason::ENHANCE_YOUR_CALM),
            FailureKind::Reset,
            "reset the connection",
            "broke off",
            None,
        ),
        (
            |_, _, respond| {
                let mut stream = half(respond, "9");
                stream.send_data(Bytes::new(), true).unwrap();
            },
            FailureKind::Truncated,
            "not as long as its Content-Length",
            "kept",
            Some("half"),
        ),
    ];
    for (act, kind, message, hint, partial) in acts {
        let (url, _) = start(act).await;
        let exchange = send(&client(), http2(&url)).await;
        let failure = failure(&exchange);
        assert_eq!(failure.kind, kind, "{failure:?}");
        assert!(failure.message.contains(message), "{failure:?}");
        assert!(failure.hint.as_ref().unwrap().contains(hint), "{failure:?}");
        if let Some(partial) = partial {
            assert_eq!(text(&exchange), partial);
        }
    }
}

/// A stream that was refused on a connection that was used before was not looked at: it is asked again on a new one,
/// whatever its method.
#[tokio::test]
async fn what_was_not_looked_at_is_asked_again() {
    let acts: [Act; 2] = [
        |count, _, mut respond| match count {
            1 => respond.send_reset(Reason::REFUSED_STREAM),
            _ => answer(respond),
        },
        // The first answer is followed by a farewell: what comes after it goes elsewhere.
        |count, connection, respond| {
            if count == 0 {
                connection.graceful_shutdown();
            }
            answer(respond);
        },
    ];
    for act in acts {
        let (url, connections) = start(act).await;
        let client = client();
        for _ in 0..2 {
            let exchange = send(&client, Request { method: "POST".into(), ..http2(&url) }).await;
            assert_eq!(text(&exchange), "ok");
            assert_eq!(exchange.attempts[0].hops.len(), 1);
        }
        assert_eq!(connections.load(Ordering::Relaxed), 2);
    }
}

#[tokio::test]
async fn a_connection_that_ended_is_replaced() {
    let (url, connections) = start(|count, connection, respond| {
        answer(respond);
        if count == 0 {
            connection.abrupt_shutdown(Reason::NO_ERROR);
        }
    })
    .await;
    let client = client();
    let first = send(&client, http2(&url)).await;
    let second = send(&client, http2(&url)).await;
    assert_eq!(text(&second), "ok", "{first:?}");
    assert_eq!(connections.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn trailers_and_a_refusal_on_the_first_connection() {
    let (url, connections) = start(|_, _, mut respond| {
        let mut stream = respond.send_response(Response::new(()), false).unwrap();
        stream.send_data("ok".into(), false).unwrap();
        let mut trailers = ::http::HeaderMap::new();
        trailers.insert("grpc-status", ::http::HeaderValue::from_static("0"));
        stream.send_trailers(trailers).unwrap();
    })
    .await;
    let exchange = send(&client(), http2(&url)).await;
    assert_eq!(text(&exchange), "ok");
    let trailers = &exchange.last_hop().unwrap().trailers;
    assert_eq!((trailers[0].name.as_str(), trailers[0].value.as_str()), ("grpc-status", "0"));
    assert_eq!(connections.load(Ordering::Relaxed), 1);
    // Refused at once on a connection of its own: that is the server's answer, and not asked for ever.
    let (url, _) = start(|_, _, mut respond| respond.send_reset(Reason::REFUSED_STREAM)).await;
    let exchange = send(&client(), http2(&url)).await;
    assert_eq!(failure(&exchange).kind, FailureKind::Reset);
}
