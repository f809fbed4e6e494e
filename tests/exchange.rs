//! One exchange from a request as written to all that came of it, against the practice API.

#![allow(clippy::unwrap_used, reason = "functions that only tests call say what they expect, as tests do")]

use std::{path::PathBuf, time::Duration};

use antiphon::{
    demo::Server,
    http::{Client, ClientOptions, prepare, scope},
    model::{
        ApiKeyPlace, Auth, Body, Content, Effective, Environment, Exchange, FailureKind, Outcome, Part,
        PartContent, Request, Retry, Row, Secret, SecretValue, Settings, Timeouts, VarOrigin,
    },
};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

fn request(method: &str, url: &str) -> Request {
    Request { method: method.into(), url: format!("{{{{ base_url }}}}{url}"), ..Request::default() }
}

/// Sends in an environment with the server's address and a secret, `token`.
async fn send_with(client: &Client, server: &Server, base: PathBuf, request: Request) -> Exchange {
    let vars = vec![("base_url".into(), server.url().trim_end_matches('/').to_owned())];
    let environment = Environment { name: "local".into(), vars, ..Environment::default() };
    let secrets = vec![("token".into(), SecretValue::Value(Secret::new("practice-token")))];
    let request_vars = vec![(VarOrigin::Request, request.vars.clone())];
    let effective = Effective { request, vars: request_vars, base };
    let scope = scope(&effective, Some(&environment), secrets, &Vec::new());
    let prepared = prepare(None, Some("local"), &effective, &scope).unwrap();
    client.send(prepared, |_| (), CancellationToken::new()).await
}

async fn send(client: &Client, server: &Server, request: Request) -> Exchange {
    send_with(client, server, PathBuf::from("/"), request).await
}

fn client() -> Client {
    let limit = Some(Duration::from_secs(20));
    let timeout = Timeouts { connect: limit, read: limit, total: limit };
    Client::new(ClientOptions {
        defaults: Settings { timeout, ..Settings::default() },
        retry: antiphon::config::Config::load(None).0.retry,
        ..ClientOptions::default()
    })
}

fn bytes(exchange: &Exchange) -> Vec<u8> {
    match &exchange.payload().unwrap_or_else(|| panic!("no body: {:?}", exchange.outcome)).content {
        Content::Memory(bytes) => bytes.to_vec(),
        Content::File(file) => std::fs::read(file.path()).unwrap(),
        Content::Elsewhere => panic!("the body is elsewhere"),
    }
}

fn answer(exchange: &Exchange) -> Value {
    serde_json::from_slice(&bytes(exchange)).unwrap()
}

#[tokio::test]
async fn the_server_gets_exactly_what_was_written() {
    let server = Server::start(0).await.unwrap();
    let mut request = request("PURGE", "/echo/:id?own=1");
    request.path = vec![Row::new("id", "ü/1")];
    request.params = vec![Row::new("q", "a b&c"), Row::new("q", "+%")];
    request.vars = vec![("who".into(), "me".into())];
    request.headers = vec![
        Row::new("X-Zeta", "1"),
        Row::new("x-alpha", "{{ who }}"),
        Row::new("X-ZETA", "2"),
        Row { enabled: false, ..Row::new("X-Off", "1") },
        Row::new("Content-TYPE", "text/x"),
    ];
    request.body = Some(Body::Text("{{ who }} é".into()));
    let exchange = send(&client(), &server, request).await;
    let got = answer(&exchange);
    assert_eq!(got["line"], "PURGE /echo/%C3%BC%2F1?own=1&q=a%20b%26c&q=%2B%25 HTTP/1.1");
    assert_eq!(got["query"], json!([["own", "1"], ["q", "a b&c"], ["q", "+%"]]));
    let fields: Vec<(&str, &str)> = got["fields"]
        .as_array()
        .unwrap()
        .iter()
        .map(|field| (field["name"].as_str().unwrap(), field["value"].as_str().unwrap()))
        .collect();
    let host = server.address().to_string();
    let written = [
        ("Host", host.as_str()),
        ("X-Zeta", "1"),
        ("x-alpha", "me"),
        ("X-ZETA", "2"),
        ("Content-TYPE", "text/x"),
    ];
    assert_eq!(fields[..5], written);
    assert_eq!(fields.last(), Some(&("Content-Length", "5")));
    assert_eq!(got["body"]["text"], "me é");
    // What is recorded as sent is what arrived.
    let sent = &exchange.last_hop().unwrap().request.fields;
    let sent: Vec<(&str, &str)> = sent.iter().map(|(name, value)| (name.as_str(), value.reveal())).collect();
    assert_eq!(sent, fields);
}

#[tokio::test]
async fn every_way_to_prove_who_asks() {
    let server = Server::start(0).await.unwrap();
    let client = client();
    let word = |name: &str| name.to_owned();
    let digest = || Auth::Digest { username: word("demo"), password: word("practice") };
    let key = |place| Auth::ApiKey {
        name: word(if place == ApiKeyPlace::Header { "X-Api-Key" } else { "api_key" }),
        value: word("practice-key"),
        place,
    };
    let cases = [
        ("/auth/bearer", Auth::Bearer("{{ token }}".into())),
        ("/auth/basic/a%20b/c", Auth::Basic { username: word("a b"), password: word("c") }),
        ("/auth/digest", digest()),
        ("/auth/digest/md5", digest()),
        ("/auth/digest/sha-256", digest()),
        ("/auth/api-key", key(ApiKeyPlace::Header)),
        ("/auth/api-key", key(ApiKeyPlace::Query)),
        ("/auth/api-key", key(ApiKeyPlace::Cookie)),
    ];
    for (url, auth) in cases {
        let without = send(&client, &server, request("GET", url)).await;
        assert!(matches!(without.response().unwrap().status, 401 | 403), "{url}");
        let with = send(&client, &server, Request { auth: Some(auth), ..request("GET", url) }).await;
        assert_eq!(with.response().unwrap().status, 200, "{url}: {}", answer(&with));
    }
}

#[tokio::test]
async fn a_secret_leaves_for_the_server_alone() {
    let server = Server::start(0).await.unwrap();
    let mut request = request("POST", "/status/204");
    request.auth = Some(Auth::Bearer("{{ token }}".into()));
    request.params = vec![Row::new("t", "{{ token }}")];
    request.body = Some(Body::Json("{\"t\": \"{{ token }}\", \"braces\": \"{{ '{{' }}\"}".into()));
    let exchange = send(&client(), &server, request).await;
    assert_eq!(exchange.response().unwrap().status, 204);
    for text in [serde_json::to_string(&exchange).unwrap(), format!("{exchange:?}")] {
        assert!(!text.contains("practice-token"), "{text}");
    }
    let Some(Body::Json(body)) = exchange.sent.body else { panic!() };
    assert!(body.contains("{{ token }}"), "a replay looks the secret up again: {body}");
    assert_eq!(exchange.sent.auth, Some(Auth::Bearer("{{ token }}".into())));
}

#[tokio::test]
async fn each_failure_has_its_kind() {
    let server = Server::start(0).await.unwrap();
    let client = client();
    let cases = [
        ("/broken/cut-short", FailureKind::Truncated),
        ("/broken/cut-chunk", FailureKind::Truncated),
        ("/broken/close", FailureKind::Reset),
        ("/broken/reset", FailureKind::Reset),
        ("/broken/not-http", FailureKind::Protocol),
        ("/broken/bad-field", FailureKind::Protocol),
        ("/broken/gzip", FailureKind::Decode),
        ("/redirect/loop/a", FailureKind::RedirectLoop),
        ("/redirect/chain/11", FailureKind::TooManyRedirects),
        ("/redirect/invalid", FailureKind::BadRedirect),
    ];
    for (url, kind) in cases {
        let exchange = send(&client, &server, request("GET", url)).await;
        let Outcome::Failed { failure, .. } = &exchange.outcome else {
            panic!("{url}: answered {:?}", exchange.response());
        };
        assert_eq!(failure.kind, kind, "{url}: {failure:?}");
        assert!(failure.hint.is_some() || kind == FailureKind::BadRedirect, "{url}: {failure:?}");
    }
}

#[tokio::test]
async fn redirects_keep_what_they_may() {
    let server = Server::start(0).await.unwrap();
    let client = client();
    let auth = || Some(Auth::Bearer("{{ token }}".into()));
    for (url, hops, has_token) in [
        ("/redirect/chain/3", 4, true),
        ("/redirect/cross-origin", 2, false),
        ("/redirect/relative", 2, true),
    ] {
        let exchange = send(&client, &server, Request { auth: auth(), ..request("GET", url) }).await;
        assert_eq!(exchange.attempts[0].hops.len(), hops, "{url}");
        let got = answer(&exchange).to_string();
        assert_eq!(got.contains("practice-token"), has_token, "{url}: {got}");
    }
    let missing = send(&client, &server, request("GET", "/redirect/missing")).await;
    assert_eq!(missing.response().unwrap().status, 302);
}

#[tokio::test]
async fn codings_sizes_and_cookies() {
    let server = Server::start(0).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let options = || ClientOptions { jars: Some(folder.path().into()), ..ClientOptions::default() };
    let client = Client::new(options());
    let plain = answer(&send(&client, &server, request("GET", "/compressed")).await);
    for coding in ["gzip", "br", "zstd", "deflate"] {
        let exchange = send(&client, &server, request("GET", &format!("/compressed/{coding}"))).await;
        assert!(answer(&exchange).is_object() && plain.is_object(), "{coding}");
        let payload = exchange.payload().unwrap();
        assert!(payload.wire_size > 0 && payload.wire_size != payload.size, "{coding}");
    }
    let large = send(&client, &server, request("GET", "/json/20000000")).await;
    assert!(matches!(large.payload().unwrap().content, Content::File(_)));
    assert_eq!(bytes(&large).len(), 20_000_000);
    send(&client, &server, request("GET", "/cookies/set?a=1&b=2")).await;
    // Another client, as in another run of the program, finds them on disk.
    let shown = send(&Client::new(options()), &server, request("GET", "/cookies")).await;
    let shown = answer(&shown).to_string();
    assert!(shown.contains("\"a\"") && shown.contains("\"b\""), "{shown}");
}

#[tokio::test]
async fn uploads_arrive_whole() {
    let server = Server::start(0).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let large: Vec<u8> = (0..3_000_000_u32).map(|n| (n % 251) as u8).collect();
    std::fs::write(folder.path().join("large.bin"), &large).unwrap();
    let part = |name: &str, content| Part {
        name: name.into(),
        content,
        media_type: None,
        filename: None,
        enabled: true,
        doc: String::new(),
    };
    let parts = vec![
        part("note", PartContent::Text("hi".into())),
        part("file", PartContent::File("large.bin".into())),
    ];
    let client = client();
    let multipart = Request { body: Some(Body::Multipart(parts)), ..request("POST", "/upload/multipart") };
    let raw = Request { body: Some(Body::File("large.bin".into())), ..request("PUT", "/upload/raw") };
    for request in [multipart, raw] {
        let exchange = send_with(&client, &server, folder.path().into(), request).await;
        let got = answer(&exchange).to_string();
        assert!(got.contains("3000000"), "{got}");
        assert!(exchange.last_hop().unwrap().request.body_size >= 3_000_000);
    }
}

#[tokio::test]
async fn what_fails_for_a_while_is_tried_again() {
    let server = Server::start(0).await.unwrap();
    let backoff = Some((Duration::from_millis(1), Duration::from_millis(2)));
    let retry = Retry { max: Some(3), backoff, ..Retry::default() };
    for url in ["/flaky/a?fails=2&status=503", "/flaky/b?fails=2&how=close", "/limited/c?fails=1&after=0"] {
        let exchange =
            send(&client(), &server, Request { retry: retry.clone(), ..request("GET", url) }).await;
        assert_eq!(exchange.response().unwrap().status, 200, "{url}");
        assert!(exchange.attempts.len() > 1, "{url}");
    }
}
