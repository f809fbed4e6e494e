//! Servers that misbehave, and what is said about it.

use super::*;
use crate::{http::Progress, model::FailureKind};

fn with(change: impl FnOnce(&mut Settings), url: String) -> Request {
    let mut request = get(url);
    change(&mut request.http);
    request
}

#[tokio::test]
async fn a_port_where_nobody_listens() {
    let address = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let exchange = send(&client(), get(format!("http://{address}/"))).await;
    let failure = failure(&exchange);
    assert_eq!(failure.kind, FailureKind::Refused);
    assert!(failure.hint.as_ref().unwrap().contains(&address.port().to_string()));
    assert_eq!(exchange.attempts[0].hops.len(), 1);
    assert_eq!(exchange.last_hop().unwrap().connection, None);
}

#[tokio::test]
async fn broken_answers() {
    let cases: [(&str, FailureKind, &str); 6] = [
        ("", FailureKind::Reset, ""),
        ("SSH-2.0-Open\r\n\r\n", FailureKind::Protocol, ""),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 9\r\nConnection: close\r\n\r\nhalf",
            FailureKind::Truncated,
            "half",
        ),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n4\r\nhalf\r\n",
            FailureKind::Truncated,
            "half",
        ),
        (
            "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 9\r\n\r\nnot gzip!",
            FailureKind::Decode,
            "",
        ),
        (
            "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 9\r\nConnection: close\r\n\r\n",
            FailureKind::Truncated,
            "",
        ),
    ];
    for (answer, kind, partial) in cases {
        let closing = format!("{answer}{}", if answer.is_empty() { "\0" } else { "" });
        let answers: &[&str] = if answer.is_empty() { &[] } else { &[&closing] };
        let server = Server::start(answers).await;
        let exchange = send(&client(), get(server.url("/"))).await;
        assert_eq!(failure(&exchange).kind, kind, "{answer}: {:?}", failure(&exchange));
        if !partial.is_empty() {
            assert_eq!(text(&exchange), partial);
        }
    }
}

/// Which of the three timeouts ended it is said by the kind, and the setting by the hint.
#[tokio::test]
async fn timeouts() {
    const HALF: &str = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf";
    let short = Some(Duration::from_millis(60));
    for (answer, is_total) in [(None, false), (Some(HALF), false), (None, true), (Some(HALF), true)] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let serving = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            read_request(&mut stream).await;
            stream.write_all(answer.unwrap_or_default().as_bytes()).await.unwrap();
            // Until the client has had enough.
            stream.read_u8().await.unwrap_err()
        });
        let set = |http: &mut Settings| {
            let limit = if is_total { &mut http.timeout.total } else { &mut http.timeout.read };
            *limit = short;
        };
        let exchange = send(&client(), with(set, url)).await;
        let (kind, setting) = if is_total {
            (FailureKind::TotalTimeout, "timeout.total")
        } else {
            (FailureKind::ReadTimeout, "timeout.read")
        };
        assert_eq!(failure(&exchange).kind, kind);
        assert!(failure(&exchange).hint.as_ref().unwrap().contains(setting));
        assert_eq!(exchange.payload().is_some(), answer.is_some());
        if answer.is_some() {
            assert_eq!(text(&exchange), "half");
        }
        serving.await.unwrap();
    }
}

/// A listener that answers nobody: a TLS handshake waits for it.
#[tokio::test]
async fn the_connect_timeout_covers_the_handshake() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}/", listener.local_addr().unwrap());
    let set = |http: &mut Settings| {
        http.timeout.connect = Some(Duration::from_millis(60));
        http.verify = Some(false);
    };
    let exchange = send(&client(), with(set, url)).await;
    assert_eq!(failure(&exchange).kind, FailureKind::ConnectTimeout);
    assert!(failure(&exchange).hint.as_ref().unwrap().contains("timeout.connect"));
    assert!(exchange.last_hop().unwrap().timing.connect.is_some());
}

/// The server sees its connection end, whatever the client was waiting for.
#[tokio::test]
async fn cancelling_closes_the_connection() {
    for answer in ["", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let cancel = CancellationToken::new();
        let by_server = (cancel.clone(), answer.is_empty());
        let serving = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            read_request(&mut stream).await;
            stream.write_all(answer.as_bytes()).await.unwrap();
            if by_server.1 {
                by_server.0.cancel();
            }
            stream.read_u8().await.unwrap_err()
        });
        let note = |progress| {
            if matches!(progress, Progress::Received { .. }) {
                cancel.cancel();
            }
        };
        let exchange = client().send(prepared(get(url)), note, cancel.clone()).await;
        assert_eq!(failure(&exchange).kind, FailureKind::Cancelled);
        assert_eq!(exchange.payload().is_some(), !answer.is_empty());
        serving.await.unwrap();
    }
}

#[test]
fn what_cannot_be_sent_says_which_part() {
    use crate::model::{Body, Effective};
    let cases = [
        (get("http://h/{{ nothing }}"), "URL", "nothing"),
        (get("http://"), "URL", "is not a URL"),
        (Request { method: "G ET".into(), ..get("http://h/") }, "method", "is not a method"),
        (
            Request { headers: vec![row("bad name", "1")], ..get("http://h/") },
            "header bad name",
            "not a header name",
        ),
        (Request { headers: vec![row("X", "a\nb")], ..get("http://h/") }, "header X", "cannot be sent"),
        (
            Request { body: Some(Body::File("/no/such/file".into())), ..get("http://h/") },
            "body",
            "cannot be read",
        ),
        (Request { body: Some(Body::Json("{".into())), ..get("http://h/") }, "body", "not JSON"),
        (Request { body: Some(Body::Base64("?".into())), ..get("http://h/") }, "body", "not base64"),
    ];
    for (request, part, message) in cases {
        let effective = Effective { request, vars: Vec::new(), base: "/".into() };
        let error = prepare(None, None, &effective, &Scope::default()).unwrap_err();
        assert_eq!(error.part.as_deref(), Some(part), "{error}");
        assert_eq!(error.failure.kind, FailureKind::Invalid);
        assert!(error.to_string().contains(message), "{error}");
    }
}
