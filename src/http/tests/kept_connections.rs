//! Connections that are kept, and servers that have closed them when they are used again.

use tokio::net::TcpStream;

use super::*;
use crate::model::{Body, FailureKind};

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// A server whose first connection ends with its second request: that is read, and no byte of an answer comes. It is
/// how a request looks that crosses a server's farewell. It counts connections and keeps the requests.
async fn leaving(last_words: &'static str) -> (String, Arc<Mutex<Vec<(usize, String)>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let got = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&got);
    tokio::spawn(async move {
        for connection in 1.. {
            let Ok((stream, _)) = listener.accept().await else { return };
            tokio::spawn(serve(stream, connection, last_words, Arc::clone(&kept)));
        }
    });
    (url, got)
}

async fn serve(
    mut stream: TcpStream,
    connection: usize,
    last_words: &'static str,
    got: Arc<Mutex<Vec<(usize, String)>>>,
) {
    let mut count = 0;
    while let Some(request) = read_request(&mut stream).await {
        got.lock().unwrap().push((connection, request));
        count += 1;
        if connection == 1 && count == 2 {
            let _ = stream.write_all(last_words.as_bytes()).await;
            return;
        }
        stream.write_all(OK.as_bytes()).await.unwrap();
    }
}

fn post(url: &str) -> Request {
    Request { method: "POST".into(), body: Some(Body::Text("once".into())), ..get(url) }
}

/// RFC 9110, section 9.2.2: what an idle connection loses before any part of an answer may be asked again. curl and
/// browsers do so whatever the method; and that it went out twice is said.
#[tokio::test]
async fn what_a_kept_connection_lost_is_asked_again() {
    for request in [get, |url| post(&url)] as [fn(String) -> Request; 2] {
        let (url, got) = leaving("").await;
        let client = client();
        let first = send(&client, request(url.clone())).await;
        assert!(first.last_hop().unwrap().repeated.is_none());
        let second = send(&client, request(url)).await;
        assert_eq!(text(&second), "ok");
        let hop = second.last_hop().unwrap();
        assert!(!hop.connection.as_ref().unwrap().reused, "{:?}", hop.connection);
        let repeated = hop.repeated.as_ref().expect("it is said");
        assert_eq!(repeated.kind, FailureKind::Reset);
        assert!(repeated.message.contains("connection"), "{repeated:?}");
        assert_eq!(second.attempts.len(), 1);
        let got = got.lock().unwrap();
        let connections: Vec<usize> = got.iter().map(|(connection, _)| *connection).collect();
        assert_eq!(connections, [1, 1, 2]);
        assert_eq!(got[1].1, got[2].1, "the same request, body and all");
    }
}

/// A POST that a redirect made the second request of its connection is no other.
#[tokio::test]
async fn a_redirected_post_is_asked_again_too() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let got = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&got);
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let request = read_request(&mut stream).await;
        kept.lock().unwrap().extend(request);
        let moved = "HTTP/1.1 307 Temporary Redirect\r\nLocation: /there\r\nContent-Length: 0\r\n\r\n";
        stream.write_all(moved.as_bytes()).await.unwrap();
        let request = read_request(&mut stream).await;
        kept.lock().unwrap().extend(request);
        drop(stream);
        let (mut stream, _) = listener.accept().await.unwrap();
        let request = read_request(&mut stream).await;
        kept.lock().unwrap().extend(request);
        stream.write_all(OK.as_bytes()).await.unwrap();
    });
    let exchange = send(&client(), post(&url)).await;
    assert_eq!(text(&exchange), "ok");
    let [first, second] = exchange.attempts[0].hops.as_slice() else { panic!("{:?}", exchange.attempts) };
    assert!(first.repeated.is_none() && second.repeated.is_some());
    let got = got.lock().unwrap();
    assert!(got[1].starts_with("POST /there ") && got[1].ends_with("once"), "{got:?}");
    assert_eq!(got[1], got[2]);
}

/// What the user says must not go out twice does not.
#[tokio::test]
async fn what_is_not_idempotent_by_its_settings_is_not_repeated() {
    let (url, got) = leaving("").await;
    let client = client();
    send(&client, post(&url)).await;
    let mut request = post(&url);
    request.http.idempotent = Some(false);
    let exchange = send(&client, request).await;
    let failure = failure(&exchange);
    assert_eq!(failure.kind, FailureKind::Reset, "{failure:?}");
    assert_eq!(got.lock().unwrap().len(), 2);
}

/// A server that began to answer has seen the request, and says so by what it sends.
#[tokio::test]
async fn what_was_answered_in_part_is_not_repeated() {
    for words in ["HTTP/1.1 200 OK\r\nContent-", "nonsense\r\n\r\n"] {
        for request in [get, |url| post(&url)] as [fn(String) -> Request; 2] {
            let (url, got) = leaving(words).await;
            let client = client();
            send(&client, request(url.clone())).await;
            let exchange = send(&client, request(url)).await;
            assert!(matches!(failure(&exchange).kind, FailureKind::Reset | FailureKind::Protocol));
            assert_eq!(got.lock().unwrap().len(), 2, "{words}");
        }
    }
}

/// On a connection of its own nothing was idle: a server that closes it has said what it has to say.
#[tokio::test]
async fn what_a_new_connection_lost_is_not_repeated() {
    let server = Server::start(&[]).await;
    for request in [get(server.url("/")), post(&server.url("/"))] {
        let exchange = send(&client(), request).await;
        assert_eq!(failure(&exchange).kind, FailureKind::Reset);
        assert!(exchange.last_hop().unwrap().repeated.is_none());
    }
    assert_eq!(server.got().len(), 2);
}

/// Serves one request on each of two connections. The first is closed when the test says so, which is told when it is done.
fn closing_when_told() -> (String, std::sync::mpsc::Sender<()>, std::sync::mpsc::Receiver<()>) {
    use std::io::{Read, Write};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let (close, when) = std::sync::mpsc::channel();
    let (done, is_closed) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for _ in 0..2 {
            let (mut stream, _) = listener.accept().unwrap();
            let mut got = Vec::new();
            while !got.ends_with(b"once") {
                let mut byte = [0];
                stream.read_exact(&mut byte).unwrap();
                got.extend(byte);
            }
            stream.write_all(OK.as_bytes()).unwrap();
            if when.recv().is_ok() {
                drop(stream);
                done.send(()).unwrap();
            }
        }
    });
    (url, close, is_closed)
}

/// The server closes the idle connection exactly between two requests, while nothing of this program runs that could
/// see it: the second one goes out on it, and meets a socket that is no more.
#[tokio::test]
async fn a_connection_that_is_closed_between_two_requests() {
    let (url, close, is_closed) = closing_when_told();
    let client = client();
    let first = send(&client, post(&url)).await;
    close.send(()).unwrap();
    is_closed.recv().unwrap();
    let second = send(&client, post(&url)).await;
    assert_eq!((text(&first), text(&second)), ("ok".into(), "ok".into()));
    let hop = second.last_hop().unwrap();
    assert!(hop.repeated.is_some() && !hop.connection.as_ref().unwrap().reused);
}

/// The server has closed the connection, and that is known before the next request goes out: nothing is lost, and
/// there is nothing to say.
#[tokio::test]
async fn a_connection_that_is_known_to_be_closed_is_not_used() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let (seen, is_seen) = tokio::sync::oneshot::channel();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        read_request(&mut stream).await;
        stream.write_all(OK.as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
        // The client closes its end when it has read ours.
        stream.read_u8().await.unwrap_err();
        seen.send(()).unwrap();
        let (mut stream, _) = listener.accept().await.unwrap();
        read_request(&mut stream).await;
        stream.write_all(OK.as_bytes()).await.unwrap();
    });
    let client = client();
    send(&client, post(&url)).await;
    is_seen.await.unwrap();
    let second = send(&client, post(&url)).await;
    assert_eq!(text(&second), "ok");
    let hop = second.last_hop().unwrap();
    assert!(hop.repeated.is_none() && !hop.connection.as_ref().unwrap().reused);
}
