//! `Expect: 100-continue`: the body waits until the server wants it.

use super::*;
use crate::model::Body;

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// A head without the body that belongs to it.
async fn read_head(stream: &mut (impl AsyncRead + Unpin)) -> Option<String> {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n\r\n") {
        bytes.push(stream.read_u8().await.ok()?);
    }
    Some(String::from_utf8(bytes).unwrap())
}

/// A server that, once a head has come, sends something, waits for the body, and answers. Without anything to send it
/// answers after the body alone; one that does not wait answers at once.
async fn serve(turns: &'static [(&'static str, bool, &'static str)]) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let got = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&got);
    tokio::spawn(async move {
        let mut turns = turns.iter();
        while let Ok((mut stream, _)) = listener.accept().await {
            while let Some(mut head) = read_head(&mut stream).await {
                let Some((first, waits, answer)) = turns.next() else { return };
                stream.write_all(first.as_bytes()).await.unwrap();
                if *waits {
                    let mut body = [0; 4];
                    stream.read_exact(&mut body).await.unwrap();
                    head.push_str(std::str::from_utf8(&body).unwrap());
                }
                kept.lock().unwrap().push(head);
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        }
    });
    (url, got)
}

fn expecting(url: &str) -> Request {
    let mut request = Request { method: "POST".into(), body: Some(Body::Text("four".into())), ..get(url) };
    request.http.expect_continue = Some(true);
    request
}

#[tokio::test]
async fn the_body_goes_once_the_server_wants_it() {
    let (url, got) = serve(&[
        ("HTTP/1.1 100 Continue\r\nX-Note: go on\r\n\r\n", true, OK),
        ("HTTP/1.1 100 Continue\r\n\r\n", true, OK),
    ])
    .await;
    let client = client();
    let exchange = send(&client, expecting(&url)).await;
    assert_eq!(text(&exchange), "ok");
    let hop = exchange.last_hop().unwrap();
    assert_eq!((hop.interim[0].status, hop.request.body_size), (100, 4));
    // A field that the user wrote means the same.
    let mut request = expecting(&url);
    request.http.expect_continue = None;
    request.headers = vec![row("expect", "100-Continue")];
    let exchange = send(&client, request).await;
    assert_eq!(text(&exchange), "ok");
    assert!(exchange.last_hop().unwrap().connection.as_ref().unwrap().reused);
    let got = got.lock().unwrap();
    assert!(got[0].contains("Expect: 100-continue\r\n") && got[0].ends_with("four"), "{got:?}");
    assert!(got[1].contains("expect: 100-Continue\r\n") && got[1].ends_with("four"), "{got:?}");
}

/// The body never goes out, and the connection, on which the server may still wait for it, is not used again.
#[tokio::test]
async fn a_final_answer_saves_the_body() {
    let (url, _) = serve(&[
        ("", false, "HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\n\r\nbig"),
        ("", true, OK),
    ])
    .await;
    let client = client();
    let exchange = send(&client, expecting(&url)).await;
    assert_eq!((exchange.response().unwrap().status, text(&exchange).as_str()), (413, "big"));
    assert_eq!(exchange.last_hop().unwrap().request.body_size, 0);
    let mut plain = expecting(&url);
    plain.http.expect_continue = None;
    let exchange = send(&client, plain).await;
    assert!(!exchange.last_hop().unwrap().connection.as_ref().unwrap().reused);
}

#[tokio::test]
async fn a_server_that_does_not_know_it_is_asked_without() {
    let (url, got) =
        serve(&[("", false, "HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n"), ("", true, OK)])
            .await;
    let exchange = send(&client(), expecting(&url)).await;
    assert_eq!(text(&exchange), "ok");
    assert_eq!(exchange.attempts[0].hops.len(), 2);
    let got = got.lock().unwrap();
    assert!(!got[1].contains("Expect") && got[1].ends_with("four"), "{got:?}");
}

#[tokio::test]
async fn a_server_that_says_nothing_gets_the_body_all_the_same() {
    let (url, got) = serve(&[("", true, OK)]).await;
    let mut request = expecting(&url);
    // Half of it is waited, where that is less than a second.
    request.http.timeout.read = Some(Duration::from_millis(900));
    let exchange = send(&client(), request).await;
    assert_eq!(text(&exchange), "ok");
    assert!(got.lock().unwrap()[0].ends_with("four"));
}

#[tokio::test]
async fn without_a_body_nothing_is_expected() {
    let (url, got) = serve(&[("", false, OK)]).await;
    let exchange = send(&client(), Request { body: None, ..expecting(&url) }).await;
    assert_eq!(text(&exchange), "ok");
    assert!(!got.lock().unwrap()[0].contains("Expect"));
}
