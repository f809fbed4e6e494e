//! Uploads over HTTP/2 that nobody waits for any more: the connection lives on for others, and the body does not go on.

use std::convert::Infallible;

use ::http::Response;
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{body::Incoming, service::service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::sync::mpsc;

use super::*;
use crate::{
    http::Progress,
    model::{Body, HttpVersion},
};

/// Bytes of the file that is sent; it has no blocks on disk.
const SIZE: u64 = 1 << 30;

/// A server that answers at once, or never, and tells how many bytes came before the body ended in an error or as it should.
async fn serve(answers: bool) -> (String, mpsc::UnboundedReceiver<Result<u64, u64>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let (told, tells) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let service = service_fn(move |mut request: ::http::Request<Incoming>| {
            let told = told.clone();
            tokio::spawn(async move {
                let mut count = 0;
                while let Some(frame) = request.frame().await {
                    let Ok(frame) = frame else { return told.send(Err(count)) };
                    count += frame.data_ref().map_or(0, |data| data.len() as u64);
                }
                told.send(Ok(count))
            });
            async move {
                if !answers {
                    std::future::pending::<()>().await;
                }
                let mut answer = Response::new(Full::new(Bytes::from_static(b"large")));
                *answer.status_mut() = ::http::StatusCode::PAYLOAD_TOO_LARGE;
                Ok::<_, Infallible>(answer)
            }
        });
        let builder = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
        let _ = builder.serve_connection(TokioIo::new(stream), service).await;
    });
    (url, tells)
}

fn upload(folder: &std::path::Path, url: &str) -> Prepared {
    std::fs::File::create(folder.join("large")).unwrap().set_len(SIZE).unwrap();
    let mut request = Request { method: "POST".into(), body: Some(Body::File("large".into())), ..get(url) };
    request.http.version = Some(HttpVersion::Http2);
    prepared_in(folder.to_owned(), request)
}

#[tokio::test]
async fn an_answer_before_its_end_ends_the_upload() {
    let (url, mut tells) = serve(true).await;
    let folder = tempfile::tempdir().unwrap();
    let client = client();
    let exchange = client.send(upload(folder.path(), &url), |_| (), CancellationToken::new()).await;
    assert_eq!(text(&exchange), "large");
    let ended = tells.recv().await.unwrap();
    assert!(ended.is_err_and(|count| count < SIZE), "{ended:?}");
}

#[tokio::test]
async fn cancelling_ends_the_upload() {
    let (url, mut tells) = serve(false).await;
    let folder = tempfile::tempdir().unwrap();
    let client = client();
    let cancel = CancellationToken::new();
    let note = |progress| {
        if matches!(progress, Progress::Uploaded { .. }) {
            cancel.cancel();
        }
    };
    client.send(upload(folder.path(), &url), note, cancel.clone()).await;
    let ended = tells.recv().await.unwrap();
    assert!(ended.is_err_and(|count| count < SIZE), "{ended:?}");
}
