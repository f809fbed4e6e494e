//! Heads of answers: those before the final one, trailers behind the body, and heads that break the rules.

use super::*;
use crate::model::{FailureKind, Field, ResponseHead};

fn fields(fields: &[Field]) -> Vec<(&str, &str)> {
    fields.iter().map(|field| (field.name.as_str(), field.value.as_str())).collect()
}

async fn answer(answer: &str) -> Exchange {
    let server = Server::start(&[answer]).await;
    send(&client(), get(server.url("/"))).await
}

#[tokio::test]
async fn heads_before_the_final_one_are_kept() {
    let exchange = answer(
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\nLink: </b.js>\r\n\r\n\
         HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
    )
    .await;
    assert_eq!(text(&exchange), "ok");
    let hop = exchange.last_hop().unwrap();
    let statuses: Vec<_> = hop.interim.iter().map(|head| (head.status, head.reason.as_str())).collect();
    assert_eq!(statuses, [(100, "Continue"), (103, "Early Hints")]);
    assert_eq!(fields(&hop.interim[1].fields), [("Link", "</a.css>"), ("Link", "</b.js>")]);
    assert_eq!(hop.response.as_ref().unwrap().status, 200);
}

/// Nobody asked for another protocol: the answer is shown as it is, and its connection is not used again.
#[tokio::test]
async fn switching_protocols_ends_the_connection() {
    let server = Server::start(&[
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nbytes of it",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
    ])
    .await;
    let client = client();
    let exchange = send(&client, get(server.url("/"))).await;
    assert_eq!(exchange.response().unwrap().status, 101);
    assert_eq!(text(&exchange), "");
    let exchange = send(&client, get(server.url("/"))).await;
    assert_eq!(text(&exchange), "ok");
    assert!(!exchange.last_hop().unwrap().connection.as_ref().unwrap().reused);
}

#[tokio::test]
async fn trailers_come_after_the_body() {
    let server = Server::start(&[
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: Digest, X-Time\r\n\r\n\
         4;note=1\r\nwith\r\n0\r\nDigest: abc\r\nX-Time: 7\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
    ])
    .await;
    let client = client();
    let mut request = get(server.url("/"));
    request.headers = vec![row("TE", "trailers"), row("Connection", "TE")];
    let exchange = send(&client, request).await;
    assert_eq!(text(&exchange), "with");
    assert!(server.got()[0].contains("TE: trailers\r\nConnection: TE\r\n"));
    let hop = exchange.last_hop().unwrap();
    assert_eq!(fields(&hop.trailers), [("digest", "abc"), ("x-time", "7")]);
    let exchange = send(&client, get(server.url("/"))).await;
    assert!(exchange.last_hop().unwrap().connection.as_ref().unwrap().reused);
    assert!(exchange.last_hop().unwrap().trailers.is_empty());
}

#[tokio::test]
async fn no_content_means_no_content() {
    for status in ["204 No Content", "304 Not Modified", "205 Reset Content"] {
        let server = Server::start(&[
            &format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nETag: \"x\"\r\n\r\n"),
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
        ])
        .await;
        let client = client();
        let exchange = send(&client, get(server.url("/"))).await;
        assert_eq!(text(&exchange), "", "{status}");
        let exchange = send(&client, get(server.url("/"))).await;
        assert_eq!(text(&exchange), "ok", "{status}");
        assert!(exchange.last_hop().unwrap().connection.as_ref().unwrap().reused, "{status}");
    }
}

/// What is odd and yet understood: each with the field lines that are shown of it.
#[tokio::test]
async fn odd_heads_are_understood() {
    let many = "X-Many: 1\r\n".repeat(900);
    let long = "x".repeat(200 << 10);
    let cases = [
        ("HTTP/1.1 200 OK\nX-A: 1\nContent-Length: 2\n\nok".to_owned(), "x-a", "1"),
        ("HTTP/1.1 200\r\nX-A: 1\r\nContent-Length: 2\r\n\r\nok".into(), "X-A", "1"),
        ("HTTP/1.1 200 OK\r\nX-A: one\r\n  two\r\n\tthree\r\nContent-Length: 2\r\n\r\nok".into(), "X-A", "one two three"),
        ("HTTP/1.1 200 OK\r\nX-A:\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok".into(), "X-A", ""),
        ("HTTP/1.1 200 OK\r\nX-A: d\u{e9}j\u{e0}\r\nContent-Length: 2\r\n\r\nok".into(), "X-A", "d\u{e9}j\u{e0}"),
        ("HTTP/1.0 200 OK\r\nX-A: 1\r\nConnection: close\r\n\r\nok".into(), "X-A", "1"),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 99\r\nX-A: 1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"
                .into(),
            "X-A",
            "1",
        ),
        (format!("HTTP/1.1 200 OK\r\n{many}X-A: 1\r\nContent-Length: 2\r\n\r\nok"), "X-A", "1"),
        (format!("HTTP/1.1 200 OK\r\nX-A: {long}\r\nContent-Length: 2\r\n\r\nok"), "X-A", &long),
    ];
    for (head, name, value) in cases {
        let shown = &head[..head.len().min(90)];
        let exchange = answer(&head).await;
        assert_eq!(text(&exchange), "ok", "{shown}");
        let got: &ResponseHead = exchange.response().unwrap();
        let found = got.fields.iter().find(|field| field.name == name);
        assert_eq!(found.map(|field| field.value.as_str()), Some(value), "{shown}");
    }
}

#[tokio::test]
async fn heads_that_break_the_rules() {
    let many = "X-Many: 1\r\n".repeat(1100);
    let long = "x".repeat(900 << 10);
    let cases = [
        ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok".to_owned(), "not valid HTTP"),
        ("HTTP/1.1 200 OK\r\nContent-Length: two\r\n\r\nok".into(), "not valid HTTP"),
        ("HTTP/1.1 200 OK\r\nno colon\r\n\r\n".into(), "not valid HTTP"),
        ("HTTP/1.1 200 OK\r\nX-A : 1\r\n\r\n".into(), "not valid HTTP"),
        ("HTTP/1.1 9 OK\r\n\r\n".into(), "not valid HTTP"),
        ("HTTP/3.0 200 OK\r\n\r\n".into(), "not valid HTTP"),
        ("\u{0}\u{1}\u{2}garbage\r\n\r\n".into(), "not valid HTTP"),
        ("<html>no head at all</html>\r\n\r\n".into(), "not valid HTTP"),
        (format!("HTTP/1.1 200 OK\r\n{many}\r\n"), "too large"),
        (format!("HTTP/1.1 200 OK\r\nX-A: {long}\r\n\r\n"), "too large"),
    ];
    for (head, message) in cases {
        let exchange = answer(&head).await;
        let shown = &head[..head.len().min(60)];
        let failure = failure(&exchange);
        assert_eq!(failure.kind, FailureKind::Protocol, "{shown}: {failure:?}");
        assert!(failure.message.contains(message), "{shown}: {failure:?}");
        assert!(failure.hint.is_some() && !failure.causes.is_empty(), "{failure:?}");
    }
}

/// A head that breaks off is no head.
#[tokio::test]
async fn half_a_head() {
    let exchange = answer("HTTP/1.1 200 OK\r\nConnection: close\r\nX-").await;
    let failure = failure(&exchange);
    assert_eq!(failure.kind, FailureKind::Reset, "{failure:?}");
    assert!(exchange.response().is_none());
}
