//! Real requests over loopback, written and read byte by byte: the truth is on the wire.

mod protocol;
mod shop;

use std::{
    io::{Read, Write},
    net::{Shutdown, TcpStream},
};

use serde_json::Value;

use super::*;

/// What came back.
#[derive(Debug)]
struct Answer {
    /// Status line and fields, without the empty line.
    head: String,
    body: Vec<u8>,
}

impl Answer {
    fn status(&self) -> u16 {
        self.head.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or_default()
    }

    fn field(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (found, value) = line.split_once(": ")?;
            found.eq_ignore_ascii_case(name).then_some(value)
        })
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// Sends exactly `request`, and reads until the server closes. What was read before an error counts.
fn exchange(server: &Server, request: &[u8]) -> (Vec<u8>, std::io::Result<()>) {
    let mut stream = TcpStream::connect(server.address()).unwrap();
    // A bound, not a wait: a server that never closes fails the test instead of hanging it.
    stream.set_read_timeout(Some(std::time::Duration::from_secs(30))).unwrap();
    stream.write_all(request).unwrap();
    let mut all = Vec::new();
    let end = stream.read_to_end(&mut all).map(drop);
    let _ = stream.shutdown(Shutdown::Both);
    (all, end)
}

/// One request with these fields (each with its line end) and this body.
fn send(server: &Server, line: &str, fields: &str, body: &str) -> Answer {
    let length = if body.is_empty() { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
    let request = format!("{line} HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n{fields}{length}\r\n{body}");
    let (all, _) = exchange(server, request.as_bytes());
    let split =
        all.windows(4).position(|four| four == b"\r\n\r\n").unwrap_or_else(|| panic!("no head for {line}"));
    let head = String::from_utf8_lossy(&all[..split]).into_owned();
    let mut body = all[split + 4..].to_vec();
    if head.contains("transfer-encoding: chunked") {
        body = unchunked(&body);
    }
    Answer { head, body }
}

fn get(server: &Server, target: &str) -> Answer {
    send(server, &format!("GET {target}"), "", "")
}

fn unchunked(mut bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    while let Some(end) = bytes.windows(2).position(|two| two == b"\r\n") {
        let size = usize::from_str_radix(std::str::from_utf8(&bytes[..end]).unwrap(), 16).unwrap();
        out.extend(&bytes[end + 2..end + 2 + size]);
        bytes = &bytes[end + 4 + size..];
    }
    out
}

/// Runs `test` against a server of its own; the server runs on threads of its own.
fn with_server(test: impl FnOnce(&Server)) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let server = runtime.block_on(Server::start(0)).unwrap();
    test(&server);
}

#[test]
fn every_row_of_the_table_answers() {
    let names = [
        ("/v1/products/{id}", "/v1/products/prd_001"),
        ("/v1/customers/{id}", "/v1/customers/cus_001"),
        ("/v1/orders/{id}", "/v1/orders/ord_001"),
        ("{user}/{password}", "a/b"),
        ("{algorithm}", "md5"),
        ("{name}", "theme"),
        ("{*rest}", "a/b"),
        ("{code}", "301"),
        ("{hops}", "2"),
        ("{place}", "a"),
        ("{ms}", "1"),
        ("{key}", "k"),
        ("{bytes}", "100"),
        ("{coding}", "br"),
        ("{how}", "bad-field"),
        ("/stall", "/stall?ms=0"),
    ];
    with_server(|server| {
        for route in routes::GROUPS.iter().flat_map(|group| group.routes) {
            let target =
                names.iter().fold(route.path.to_owned(), |path, (name, value)| path.replace(name, value));
            let method = if route.method == "ANY" { "POST" } else { route.method };
            let request = format!("{method} {target} HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n");
            let (answer, _) = exchange(server, request.as_bytes());
            let answer = String::from_utf8_lossy(&answer);
            if route.path == "/stall" {
                assert_eq!(answer, "");
                continue;
            }
            assert!(answer.starts_with("HTTP/1.1 "), "{method} {target}: {answer:?}");
            for status in ["404", "405", "500"] {
                assert!(!answer.starts_with(&format!("HTTP/1.1 {status}")), "{method} {target}: {answer}");
            }
        }
    });
}

/// To write the page anew, run this test with `UPDATE_DOCS=1`.
#[test]
fn the_page_in_docs_is_the_table() {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/practice-api.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&file, routes::markdown()).unwrap();
    }
    assert_eq!(std::fs::read_to_string(file).unwrap(), routes::markdown());
}

#[test]
fn stops_with_its_connections() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let server = runtime.block_on(Server::start(0)).unwrap();
    let mut stalled = TcpStream::connect(server.address()).unwrap();
    stalled.write_all(b"GET /stall HTTP/1.1\r\nHost: shop\r\n\r\n").unwrap();
    server.stop();
    let mut left = Vec::new();
    // Closed or reset, but not left open.
    let _ = stalled.read_to_end(&mut left);
    assert_eq!(left, b"");
}

#[test]
fn a_taken_port_is_named() {
    with_server(|server| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let error = runtime.block_on(Server::start(server.address().port())).unwrap_err();
        assert!(error.to_string().contains(&server.address().to_string()), "{error}");
        assert!(error.to_string().contains("choose another port"), "{error}");
    });
}
