//! nginx in HTTP/2: shared connections, leave taken of them, uploads under flow control.

use std::{
    collections::BTreeSet,
    fs,
    path::PathBuf,
    process::Command,
    time::{Duration, Instant},
};

use antiphon::{
    config::Config,
    http::{Client, ClientOptions, prepare, scope},
    model::{Content, Effective, Exchange, HttpVersion, Request, Settings},
};
use futures_util::future::join_all;
use tokio_util::sync::CancellationToken;

use super::{answer, asking, certificate, file, hops, plain, secure, statuses, told};

/// Nothing here takes this long.
const DEADLINE: Duration = Duration::from_secs(20);

/// What the workbench sends with: it outlives its requests, which share its connections.
fn client() -> Client {
    let ca = Some(certificate("authority.pem"));
    let defaults = Settings { ca, version: Some(HttpVersion::Http2), ..Settings::default() };
    Client::new(ClientOptions { defaults, retry: Config::load(None).0.retry, ..ClientOptions::default() })
}

async fn get(client: &Client, url: &str) -> Exchange {
    let request = Request { method: "GET".into(), url: url.to_owned(), ..Request::default() };
    let effective = Effective { request, vars: Vec::new(), base: PathBuf::from("/") };
    let scope = scope(&effective, None, Vec::new(), &Vec::new());
    let prepared = prepare(None, None, &effective, &scope).unwrap();
    client.send(prepared, |_| (), CancellationToken::new()).await
}

/// The body of an answer that has to be good.
#[track_caller]
fn said(exchange: &Exchange) -> String {
    let Some(Content::Memory(bytes)) = exchange.payload().map(|payload| &payload.content) else {
        panic!("{:#?}", exchange.outcome)
    };
    let status = exchange.response().unwrap().status;
    let text = String::from_utf8_lossy(bytes).trim().to_owned();
    assert_eq!(status, 200, "{text}");
    text
}

async fn all(client: &Client, url: &str, count: usize) -> Vec<String> {
    let exchanges = join_all((0..count).map(|_| get(client, url))).await;
    exchanges.iter().map(said).collect()
}

#[test]
#[ignore = "needs the peers of tests/peers/run"]
fn without_tls_it_is_spoken_at_once_where_one_asks_for_it() {
    let request = |version| format!("url = {:?}\n[http]\nversion = {version:?}", plain("H2C", "/connection"));
    assert!(answer(&request("2")).starts_with("HTTP/2.0 "));
    let run = super::send(&request("1.1"), &[]).1;
    assert!(run.code != 0 && run.err.contains("HTTP/2"), "{run:?}");
    let other = format!("url = {:?}\n[http]\nversion = \"2\"", plain("HTTP", "/from"));
    let run = super::send(&other, &[]).1.ended(3);
    assert!(run.err.contains("HTTP/2"), "{run:?}");
}

/// More than the 128 streams that nginx lets be open at a time.
#[tokio::test]
#[ignore = "needs the peers of tests/peers/run"]
async fn hundreds_at_once_share_one_connection() {
    let client = client();
    let url = secure("TLS", "/connection");
    let first = said(&get(&client, &url).await);
    assert!(first.starts_with("HTTP/2.0 "), "{first}");
    let answers = all(&client, &url, 300).await;
    assert!(answers.iter().all(|answer| *answer == first), "{answers:?}");
    assert!(get(&client, &url).await.last_hop().unwrap().connection.as_ref().unwrap().reused);
}

/// It takes leave after ten requests; what it did not look at any more goes over the next connection.
#[tokio::test]
#[ignore = "needs the peers of tests/peers/run"]
async fn a_server_that_takes_leave_loses_no_request() {
    let client = client();
    let url = plain("H2C", "/connection");
    let mut connections = BTreeSet::new();
    for _ in 0..25 {
        connections.insert(said(&get(&client, &url).await));
    }
    assert_eq!(connections.len(), 3, "{connections:?}");
    let answers = all(&client, &url, 60).await;
    connections.extend(answers);
    assert!(connections.len() >= 8, "{connections:?}");
}

#[tokio::test]
#[ignore = "needs the peers of tests/peers/run"]
async fn a_server_that_is_reloaded_loses_no_request() {
    let client = client();
    let url = plain("RELOADED", "/");
    let worker = |answer: &str| answer.split(' ').next().unwrap().to_owned();
    let first = said(&get(&client, &url).await);
    let status = Command::new("kill").args(["-HUP", &told("PEER_RELOADED_PID")]).status().unwrap();
    assert!(status.success());
    let end = Instant::now() + DEADLINE;
    loop {
        let answers = all(&client, &url, 20).await;
        if answers.iter().all(|answer| worker(answer) != worker(&first)) {
            break;
        }
        assert!(Instant::now() < end, "the worker {first} stays");
    }
}

#[test]
#[ignore = "needs the peers of tests/peers/run"]
fn large_uploads_arrive_whole() {
    let cases = [("h2c.bin", plain("H2C", "/upload/h2c.bin")), ("h2.bin", secure("TLS", "/upload/h2.bin"))];
    for (name, url) in cases {
        let sandbox = asking(&format!(
            "method = \"PUT\"\nurl = {url:?}\n[body]\nfile = \"upload.bin\"\n[http]\nversion = \"2\"\nca = {:?}",
            certificate("authority.pem")
        ));
        let bytes = fs::read(file("files/blob.bin")).unwrap().repeat(6);
        sandbox.write("upload.bin", &bytes);
        sandbox.run(&["send", "it", "--trust"]).ended(0);
        assert_eq!(statuses(&hops(&sandbox)), [201], "{name}");
        assert!(fs::read(file("received").join(name)).unwrap() == bytes, "{name}");
    }
}

#[test]
#[ignore = "needs the peers of tests/peers/run"]
fn an_upload_that_is_too_large_gets_its_answer() {
    let sandbox = asking(&format!(
        "method = \"PUT\"\nurl = {:?}\n[body]\nfile = \"upload.bin\"\n[http]\nca = {:?}",
        secure("TLS", "/upload/large.bin"),
        certificate("authority.pem")
    ));
    sandbox.write("upload.bin", vec![b'x'; 30_000_000]);
    sandbox.run(&["send", "it", "--trust", "--fail"]).ended(1);
    assert_eq!(statuses(&hops(&sandbox)), [413]);
}
