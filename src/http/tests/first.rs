//! What goes over the wire and comes back, and what is told of it.

use super::*;
use crate::{
    http::Progress,
    model::{Auth, FailureKind, Phase},
};

const OK: &str = "HTTP/1.1 200 Fine\r\nX-Mixed-Case: 1\r\nset-Cookie: a=1\r\nX-mixed-case: 2\r\nContent-Length: 2\r\n\r\nhi";

#[tokio::test]
async fn heads_go_and_come_as_they_are() {
    let server = Server::start(&[OK]).await;
    let mut request = get(server.url("/a/:id?x=1#part"));
    request.path = vec![row("id", "b/c")];
    request.params = vec![row("q", "d e"), Row { enabled: false, ..row("off", "1") }, row("q", "f")];
    request.headers = vec![
        row("X-UPPER", "1"),
        row("x-lower", "2"),
        row("X-Upper", "3"),
        row("accept-ENCODING", "identity"),
    ];
    let exchange = send(&client(), request).await;
    let host = server.address;
    let agent = concat!("antiphon/", env!("CARGO_PKG_VERSION"));
    assert_eq!(
        server.got(),
        [format!(
            "GET /a/b%2Fc?x=1&q=d%20e&q=f HTTP/1.1\r\nHost: {host}\r\nX-UPPER: 1\r\nx-lower: 2\r\nX-Upper: 3\r\n\
             accept-ENCODING: identity\r\nUser-Agent: {agent}\r\nAccept: */*\r\n\r\n"
        )]
    );
    let head = exchange.response().unwrap();
    assert_eq!((head.status, head.reason.as_str()), (200, "Fine"));
    let names: Vec<_> = head.fields.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(names, ["X-Mixed-Case", "set-Cookie", "X-mixed-case", "Content-Length"]);
    assert_eq!(text(&exchange), "hi");
    let sent: Vec<_> =
        exchange.last_hop().unwrap().request.fields.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(sent, ["Host", "X-UPPER", "x-lower", "X-Upper", "accept-ENCODING", "User-Agent", "Accept"]);
}

#[tokio::test]
async fn a_connection_is_used_again_and_says_so() {
    let server = Server::start(&[OK, OK]).await;
    let client = client();
    let first = send(&client, get(server.url("/"))).await;
    let second = send(&client, get(server.url("/"))).await;
    let (first, second) = (first.last_hop().unwrap(), second.last_hop().unwrap());
    let (one, two) = (first.connection.as_ref().unwrap(), second.connection.as_ref().unwrap());
    assert_eq!(one.id, two.id);
    assert!(!one.reused && two.reused);
    assert!(first.timing.connect.is_some() && second.timing.connect.is_none());
    assert!(second.timing.send.is_some() && second.timing.wait.is_some() && second.timing.receive.is_some());
    assert_eq!(one.remote, server.address.to_string());
}

/// A server that closes a connection after its answer, without saying so.
#[tokio::test]
async fn a_connection_that_went_stale_costs_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            read_request(&mut stream).await;
            stream.write_all(OK.as_bytes()).await.unwrap();
        }
    });
    let client = client();
    for _ in 0..5 {
        let exchange = send(&client, get(format!("http://{address}/"))).await;
        assert_eq!(text(&exchange), "hi");
        assert_eq!(exchange.attempts[0].hops.len(), 1);
    }
}

#[tokio::test]
async fn progress_is_told_in_order() {
    let server = Server::start(&[OK]).await;
    let seen = Mutex::new(Vec::new());
    let note = |progress| seen.lock().unwrap().push(progress);
    client().send(prepared(get(server.url("/"))), note, CancellationToken::new()).await;
    let seen = seen.into_inner().unwrap();
    let phases: Vec<Phase> = seen
        .iter()
        .filter_map(|progress| match progress {
            Progress::Phase(phase) if *phase != Phase::Wait => Some(*phase),
            _ => None,
        })
        .collect();
    assert_eq!(phases, [Phase::Connect, Phase::Send, Phase::Receive]);
    assert!(seen.iter().any(|progress| matches!(progress, Progress::Head(head) if head.status == 200)));
    assert_eq!(seen.last(), Some(&Progress::Received { bytes: 2, wire: 2 }));
}

#[tokio::test]
async fn answers_without_a_body() {
    let cases = [
        ("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 99\r\nContent-Encoding: gzip\r\n\r\n"),
        ("GET", "HTTP/1.1 204 No Content\r\n\r\n"),
        ("GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\n"),
        ("GET", "HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 0\r\n\r\n"),
        ("GET", "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 204 No Content\r\nX: 1\r\n\r\n"),
    ];
    for (method, answer) in cases {
        let server = Server::start(&[answer]).await;
        let request = Request { method: method.into(), ..get(server.url("/")) };
        let exchange = send(&client(), request).await;
        assert_eq!(text(&exchange), "", "{answer}");
        assert_eq!(exchange.payload().unwrap().wire_size, 0);
    }
}

#[tokio::test]
async fn digest_answers_a_challenge() {
    let challenge = "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"x\", Digest realm=\"r\", \
                     nonce=\"n\", qop=\"auth\", algorithm=SHA-256\r\nContent-Length: 0\r\n\r\n";
    let server = Server::start(&[challenge, OK, challenge, challenge]).await;
    let auth = Some(Auth::Digest { username: "u".into(), password: "p".into() });
    let request = Request { auth, ..get(server.url("/x")) };
    let client = client();
    let exchange = send(&client, request.clone()).await;
    assert_eq!(exchange.response().unwrap().status, 200);
    assert_eq!(exchange.attempts[0].hops.len(), 2);
    let got = server.got();
    assert!(!got[0].contains("Authorization"));
    assert!(got[1].contains("Authorization: Digest username=\"u\", realm=\"r\", nonce=\"n\", uri=\"/x\""));
    assert!(!serde_json::to_string(&exchange).unwrap().contains("response=\\\""), "the answer is masked");
    let refused = send(&client, request).await;
    assert_eq!(refused.response().unwrap().status, 401, "asked once more, not for ever");
}

#[tokio::test]
async fn the_user_of_a_url_is_sent_as_a_field() {
    let server = Server::start(&[OK]).await;
    let exchange = send(&client(), get(format!("http://me:p%40ss@{}/x", server.address))).await;
    assert!(
        server.got()[0]
            .contains(&format!("Authorization: Basic {}\r\n", crate::http::auth::basic("me", "p@ss")))
    );
    assert_eq!(exchange.last_hop().unwrap().request.url.reveal(), format!("http://{}/x", server.address));
}

#[tokio::test]
async fn what_is_frozen_is_what_was_sent() {
    let server = Server::start(&[OK]).await;
    let request = Request {
        method: "POST".into(),
        body: Some(crate::model::Body::Text("{{ uuid() }}".into())),
        ..get(server.url("/"))
    };
    let exchange = send(&client(), request).await;
    let got = server.got();
    let body = got[0].split("\r\n\r\n").nth(1).unwrap();
    assert_eq!(exchange.sent.body, Some(crate::model::Body::Text(body.into())));
}

#[tokio::test]
async fn https_only_holds_for_the_first_request_too() {
    let settings = Settings { https_only: Some(true), ..quick() };
    let client = Client::new(ClientOptions { defaults: settings, ..ClientOptions::default() });
    let exchange = send(&client, get("http://127.0.0.1:1/")).await;
    assert_eq!(failure(&exchange).kind, FailureKind::Invalid);
}
