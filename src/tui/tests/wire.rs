//! What came over the wire as the screens show it: HTTP/2 as it was, charsets, and what is worth a note.

use tokio_util::sync::CancellationToken;

use super::*;
use crate::{
    http::{Client, ClientOptions, prepare},
    model::{Effective, HttpVersion, Request},
    template::Scope,
};

/// Sends what is open, and lets it be answered by that body.
fn answered(bench: &mut Bench, bytes: &'static [u8], media_type: &str, change: impl FnOnce(&mut Exchange)) {
    bench.press("ctrl+j");
    let outgoing = bench.sent().clone();
    let size = bytes.len() as u64;
    let content = Content::Memory(Bytes::from_static(bytes));
    let media_type = Some(media_type.to_owned());
    let document = Some(Document::new(Bytes::from_static(bytes), media_type.as_deref()));
    let outcome = Outcome::Answered(Payload { media_type, wire_size: size, size, content });
    let mut exchange = exchange(&outgoing, outcome);
    change(&mut exchange);
    bench.event(Event::ExchangeEnded { send: outgoing.send, exchange: Box::new(exchange), document });
}

#[track_caller]
fn assert_shows(bench: &Bench, wanted: &[&str]) {
    let text = bench.text();
    for wanted in wanted {
        assert!(text.contains(wanted), "{wanted}:\n{text}");
    }
}

#[test]
fn text_is_shown_in_its_charset() {
    let cases: [(&[u8], &str, &str); 6] = [
        (b"caf\xe9", "text/plain; charset=ISO-8859-1", "café"),
        (b"\x82\xa0\x82\xa2", "text/plain; charset=Shift_JIS", "あ"),
        (b"\xff\xfeg\0r\0\xf6\0\xdf\0e\0", "text/plain", "größe"),
        (b"\xfe\xff\0g\0r\0\xf6\0\xdf\0e", "text/plain", "größe"),
        (b"<meta charset=\"windows-1251\"><p>\xc4\xe0</p>", "text/html", "Да"),
        (b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>\xfc</a>", "application/xml", "<a>ü</a>"),
    ];
    for (bytes, media_type, shown) in cases {
        let mut bench = Bench::new(100, 30);
        answered(&mut bench, bytes, media_type, |_| ());
        assert_shows(&bench, &[shown]);
    }
}

#[test]
fn a_coding_that_is_not_known_is_told_above_the_body() {
    let mut bench = Bench::new(100, 30);
    answered(&mut bench, b"as it came", "text/plain", |exchange| {
        let head = exchange.attempts[0].hops[0].response.as_mut().unwrap();
        head.fields.push(Field { name: "Content-Encoding".into(), value: "x-unheard-of".into() });
    });
    assert_shows(&bench, &["the body is shown as it came: the", "x-unheard-of"]);
    assert_eq!(bench.text().matches("as it came").count(), 2, "the note, and the body");
}

#[test]
fn that_a_request_went_out_twice_is_told() {
    let mut bench = Bench::new(140, 40);
    answered(&mut bench, b"done", "text/plain", |exchange| {
        exchange.attempts[0].hops[0].repeated = Some(Failure {
            kind: FailureKind::Reset,
            message: "shop.test:80 reset the connection".into(),
            causes: Vec::new(),
            hint: None,
        });
    });
    let note = "sent twice: the kept connection was closed";
    assert_shows(&bench, &[note, "shop.test:80 reset the", "done"]);
    bench.press("alt+a 4");
    assert_shows(&bench, &[note]);
}

/// The body on the screen is what is saved: its temporary file, without a way through the history, which may keep none.
#[test]
fn what_is_on_the_screen_is_saved() {
    let mut bench = Bench::new(100, 30);
    let mut file = tempfile::NamedTempFile::new().unwrap();
    std::io::Write::write_all(&mut file, b"spilled").unwrap();
    let kept = crate::model::BodyFile::temporary(file.into_temp_path());
    let content = Content::File(kept);
    let shown = content.clone();
    answered(&mut bench, b"spilled", "text/plain", |exchange| {
        exchange.payload_mut().unwrap().content = shown;
    });
    bench.press("alt+a s 'x enter");
    let [Effect::SaveBody { body, .. }] = bench.effects.as_slice() else { panic!("{:?}", bench.effects) };
    assert!(body.is_whole && body.content == content, "{body:?}");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("saved");
    crate::http::save(&body.content, &path).unwrap();
    assert_eq!(fs::read(path).unwrap(), b"spilled");
}

/// A server of HTTP/2 without TLS whose answers have a trailer.
async fn http2() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/two", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut connection = h2::server::handshake(stream).await.unwrap();
        while let Some(Ok((_, mut respond))) = connection.accept().await {
            let head = ::http::Response::builder().header("content-type", "text/plain").body(()).unwrap();
            let mut stream = respond.send_response(head, false).unwrap();
            stream.send_data(Bytes::from_static(b"by streams"), false).unwrap();
            let mut trailers = ::http::HeaderMap::new();
            trailers.insert("grpc-status", ::http::HeaderValue::from_static("0"));
            stream.send_trailers(trailers).unwrap();
        }
    });
    url
}

#[tokio::test]
async fn http2_is_shown_as_it_was() {
    let url = http2().await;
    let client = Client::new(ClientOptions::default());
    let mut request = Request { url: url.clone(), ..Request::default() };
    request.http.version = Some(HttpVersion::Http2);
    let effective = Effective { request, vars: Vec::new(), base: "/".into() };
    let mut bench = Bench::new(200, 40);
    for carried in ["new connection", "reused connection"] {
        let prepared = prepare(None, None, &effective, &Scope::default()).unwrap();
        let exchange = client.send(prepared, |_| (), CancellationToken::new()).await;
        let Content::Memory(bytes) = exchange.payload().expect("a body").content.clone() else { panic!() };
        bench.press("ctrl+j");
        let send = bench.sent().send;
        let document = Some(Document::new(bytes, Some("text/plain")));
        bench.event(Event::ExchangeEnded { send, exchange: Box::new(exchange), document });
        assert_shows(&bench, &["200 OK", "HTTP/2", carried, "by streams"]);
        bench.press("alt+a 2");
        assert_shows(&bench, &["HTTP/2 200", "content-type: text/plain", "Trailers", "grpc-status: 0"]);
        bench.press("4");
        let (remote, is_reused) = (url.split('/').nth(2).unwrap(), carried.starts_with("reused"));
        assert_shows(&bench, &["wait", "receive", if is_reused { ", reused" } else { ", new" }, remote]);
        // What did not happen this time has no time.
        let connect = bench.text().lines().find(|line| line.contains("connect   ")).unwrap().to_owned();
        assert_eq!(connect.contains('—'), is_reused, "{connect}");
        bench.press("5");
        assert_shows(&bench, &["/two HTTP/2", ":authority", "user-agent"]);
        bench.press("1");
    }
}

#[test]
fn variables_that_are_no_json_are_told_with_their_place() {
    let mut bench = Bench::new(140, 40);
    let path = bench.folder.path().join("shop/find.toml");
    let text = "method = \"POST\"\nurl = \"http://h/\"\n[body.graphql]\nquery = \"{ a }\"\nvariables = '''\n{\n  \"a\": ,\n}'''\n";
    fs::write(&path, text).unwrap();
    let workspace = workspace::load(&bench.folder.path().join("shop")).unwrap();
    bench.event(Event::WorkspaceLoaded { workspace: Box::new(workspace) });
    bench.press("alt+c end enter alt+r alt+4");
    assert_shows(&bench, &["variables, line 2, column 8: "]);
}
