//! `[retry]` over a connection.

use super::*;
use crate::{
    http::Progress,
    model::{FailureKind, Retry},
};

const BUSY: &str = "HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy";
const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

fn retry(max: u32) -> Retry {
    Retry { max: Some(max), backoff: Some((Duration::from_millis(1), Duration::from_millis(2))), on: None }
}

#[tokio::test]
async fn every_attempt_is_kept() {
    let server = Server::start(&[BUSY, BUSY, OK]).await;
    let exchange = send(&client(), Request { retry: retry(2), ..get(server.url("/")) }).await;
    assert_eq!(text(&exchange), "ok");
    let statuses: Vec<_> =
        exchange.attempts.iter().map(|attempt| attempt.hops[0].response.as_ref().unwrap().status).collect();
    assert_eq!(statuses, [503, 503, 200]);
    assert_eq!(exchange.attempts[0].waited, Duration::ZERO);
    assert!(exchange.attempts[1].waited >= Duration::from_micros(500));
}

#[tokio::test]
async fn the_last_answer_stands() {
    let server = Server::start(&[BUSY, BUSY, OK]).await;
    let exchange = send(&client(), Request { retry: retry(1), ..get(server.url("/")) }).await;
    assert_eq!(text(&exchange), "busy");
    assert_eq!(exchange.attempts.len(), 2);
}

#[tokio::test]
async fn a_post_is_not_repeated_unasked() {
    let server = Server::start(&[BUSY, OK]).await;
    let mut request = Request { method: "POST".into(), retry: retry(1), ..get(server.url("/")) };
    let exchange = send(&client(), request.clone()).await;
    assert_eq!(exchange.attempts.len(), 1);
    request.http.idempotent = Some(true);
    let server = Server::start(&[BUSY, OK]).await;
    request.url = server.url("/");
    assert_eq!(text(&send(&client(), request).await), "ok");
}

#[tokio::test]
async fn a_wait_can_be_cancelled() {
    let later = "HTTP/1.1 429 Slow\r\nRetry-After: 15\r\nContent-Length: 4\r\n\r\nslow";
    let server = Server::start(&[later, OK]).await;
    let cancel = CancellationToken::new();
    let note = |progress| {
        if let Progress::Waiting { made, wait } = progress {
            assert_eq!((made, wait), (1, Duration::from_secs(15)));
            cancel.cancel();
        }
    };
    let request = Request { retry: retry(3), ..get(server.url("/")) };
    let exchange = client().send(prepared(request), note, cancel.clone()).await;
    assert_eq!(failure(&exchange).kind, FailureKind::Cancelled);
    assert_eq!(text(&exchange), "slow", "what had come is kept");
}

#[tokio::test]
async fn a_wait_beyond_the_total_timeout_is_not_begun() {
    let later = "HTTP/1.1 429 Slow\r\nRetry-After: 3600\r\nContent-Length: 4\r\n\r\nslow";
    let server = Server::start(&[later, OK]).await;
    let exchange = send(&client(), Request { retry: retry(3), ..get(server.url("/")) }).await;
    assert_eq!(text(&exchange), "slow");
    assert_eq!(exchange.attempts.len(), 1);
}
