//! What is not the shop: HTTP, well and badly behaved.

use async_compression::tokio::bufread::{BrotliDecoder, GzipDecoder, ZlibDecoder, ZstdDecoder};
use serde_json::json;
use tokio::io::{AsyncRead, AsyncReadExt};

use super::*;

#[test]
fn echo_tells_the_wire() {
    with_server(|server| {
        // Two requests on one connection, the first with a chunked body that looks like a request.
        let request =
            b"PUT /echo/a%20b?x=1&x=2 HTTP/1.1\r\nhOsT: shop\r\nX-B: 1\r\nx-a:  2 \r\nX-B: caf\xe9\r\n\
            Transfer-Encoding: chunked\r\n\r\n7\r\nGET / H\r\n0\r\n\r\n\
            POST /raw HTTP/1.1\r\nHOST: two\r\ncontent-length: 2\r\nConnection: close\r\n\r\n\xff\xfe";
        let (all, _) = exchange(server, request);
        let text = String::from_utf8_lossy(&all);
        let (first, second) = text.split_at(text.rfind("HTTP/1.1 200").unwrap());
        let body: Value = serde_json::from_str(first.split_once("\r\n\r\n").unwrap().1).unwrap();
        assert_eq!(body["line"], "PUT /echo/a%20b?x=1&x=2 HTTP/1.1");
        assert_eq!(body["query"], json!([["x", "1"], ["x", "2"]]));
        let expected = json!([
            { "value": "shop", "name": "hOsT" },
            { "value": "1", "name": "X-B" },
            { "value": "2", "name": "x-a" },
            { "base64": "Y2Fm6Q==", "name": "X-B" },
            { "value": "chunked", "name": "Transfer-Encoding" },
        ]);
        assert_eq!(body["fields"], expected);
        assert_eq!(body["body"], json!({ "text": "GET / H", "size": 7 }));
        assert!(second.contains("\r\n\r\nPOST /raw HTTP/1.1\r\nHOST: two\r\n"), "{second}");
        assert!(all.ends_with(b"\r\n\r\n\xff\xfe"));
    });
}

#[test]
fn statuses_are_as_asked() {
    with_server(|server| {
        for (code, body) in [(200, true), (204, false), (299, true), (404, true), (503, true), (999, true)] {
            let answer = get(server, &format!("/status/{code}"));
            assert_eq!((answer.status(), !answer.body.is_empty()), (code, body));
        }
        assert!(get(server, "/status/200?reason=Fine%20by%20me").head.starts_with("HTTP/1.1 200 Fine by me"));
        let early = get(server, "/status/103");
        assert_eq!(early.status(), 103);
        assert!(early.body.starts_with(b"HTTP/1.1 200 "));
        assert_eq!(get(server, "/status/1000").status(), 400);
        assert_eq!(get(server, "/status/x").status(), 400);
    });
}

#[test]
fn redirects_lead_where_they_say() {
    with_server(|server| {
        let cases = [
            ("/redirect/308?to=/v1/products", 308, Some("/v1/products")),
            ("/redirect/303", 303, Some("/echo")),
            ("/redirect/chain/3", 302, Some("/redirect/chain/2")),
            ("/redirect/chain/1", 302, Some("/echo")),
            ("/redirect/loop/a", 302, Some("/redirect/loop/b")),
            ("/redirect/loop/b", 302, Some("/redirect/loop/a")),
            ("/redirect/missing", 302, None),
            ("/redirect/304", 400, None),
        ];
        for (target, status, location) in cases {
            let answer = get(server, target);
            assert_eq!((answer.status(), answer.field("location")), (status, location), "{target}");
        }
        let absolute = get(server, "/redirect/chain/2?style=absolute");
        let expected = format!("{}/redirect/chain/1?style=absolute", server.url());
        assert_eq!(absolute.field("location"), Some(&expected[..]));
        let other = get(server, "/redirect/cross-origin").field("location").unwrap().to_owned();
        assert!(!other.starts_with(&server.url()), "{other}");
        let other = other.strip_prefix("http://").unwrap().strip_suffix("/echo").unwrap();
        TcpStream::connect(other).unwrap();
    });
}

#[test]
fn codings_decode_to_the_same_text() {
    with_server(|server| {
        for name in ["gzip", "br", "zstd", "deflate"] {
            let answer = get(server, &format!("/compressed/{name}"));
            assert_eq!(answer.field("content-encoding"), Some(name));
            let text = decode(name, &answer.body).unwrap();
            assert_eq!(serde_json::from_slice::<Value>(&text).unwrap()["coding"], name);
            let asked = send(server, "GET /compressed", &format!("Accept-Encoding: {name}\r\n"), "");
            assert_eq!(asked.field("content-encoding"), Some(name));
        }
        let refused = send(server, "GET /compressed", "Accept-Encoding: zstd;q=0, br;q=0.0, gzip\r\n", "");
        assert_eq!(refused.field("content-encoding"), Some("gzip"));
        assert_eq!(get(server, "/compressed").field("content-encoding"), None);
        let broken = get(server, "/broken/gzip");
        assert!(decode("gzip", &broken.body).is_err());
    });
}

fn decode(coding: &str, bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut decoder: Box<dyn AsyncRead + Unpin + '_> = match coding {
        "gzip" => Box::new(GzipDecoder::new(bytes)),
        "br" => Box::new(BrotliDecoder::new(bytes)),
        "zstd" => Box::new(ZstdDecoder::new(bytes)),
        _ => Box::new(ZlibDecoder::new(bytes)),
    };
    let mut out = Vec::new();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(decoder.read_to_end(&mut out)).map(|_| out)
}

#[test]
fn downloads_come_whole_and_in_ranges() {
    with_server(|server| {
        let whole = get(server, "/download/200000");
        assert_eq!((whole.status(), whole.body.len()), (200, 200_000));
        let tag = whole.field("etag").unwrap();
        let cases = [
            ("Range: bytes=10-19\r\n".to_owned(), 206, &whole.body[10..20]),
            ("Range: bytes=-7\r\n".to_owned(), 206, &whole.body[199_993..]),
            ("Range: bytes=70000-\r\n".to_owned(), 206, &whole.body[70_000..]),
            (format!("Range: bytes=0-0\r\nIf-Range: {tag}\r\n"), 206, &whole.body[..1]),
            ("Range: bytes=0-0\r\nIf-Range: \"other\"\r\n".to_owned(), 200, &whole.body[..]),
        ];
        for (fields, status, expected) in cases {
            let part = send(server, "GET /download/200000", &fields, "");
            assert_eq!(part.status(), status, "{fields}");
            assert!(part.body == expected, "{fields}");
            let length = expected.len().to_string();
            assert_eq!(part.field("content-length"), Some(&length[..]));
        }
        let outside = send(server, "GET /download/10", "Range: bytes=10-\r\n", "");
        assert_eq!((outside.status(), outside.field("content-range")), (416, Some("bytes */10")));
        let head = send(server, "HEAD /download/5000000000", "", "");
        assert_eq!((head.field("content-length"), head.body.len()), (Some("5000000000"), 0));
        assert_eq!(get(server, "/json/70000").body.len(), 70_000);
    });
}

#[test]
fn broken_answers_are_broken_on_the_wire() {
    with_server(|server| {
        let ask =
            |how: &str| exchange(server, format!("GET {how} HTTP/1.1\r\nHost: shop\r\n\r\n").as_bytes());
        let (cut, end) = ask("/broken/cut-short");
        assert!(
            end.is_ok() && cut.ends_with(b"{\"cut\": \"sh") && cut.windows(4).any(|four| four == b"1000")
        );
        assert_eq!(ask("/broken/reset").1.unwrap_err().kind(), io::ErrorKind::ConnectionReset);
        assert_eq!(ask("/broken/reset-midway").1.unwrap_err().kind(), io::ErrorKind::ConnectionReset);
        let (nothing, end) = ask("/broken/close");
        assert!(end.is_ok() && nothing.is_empty());
        assert!(ask("/broken/not-http").0.starts_with(b"220 "));
        assert_eq!(get(server, "/broken/anything").status(), 404);
        let json = get(server, "/broken/json");
        assert!(serde_json::from_slice::<Value>(&json.body).is_err());
    });
}

#[test]
fn flaky_routes_fail_and_recover() {
    with_server(|server| {
        let statuses: Vec<_> = (0..4).map(|_| get(server, "/flaky/a?fails=2&status=500").status()).collect();
        assert_eq!(statuses, [500, 500, 200, 500]);
        let reset = exchange(server, b"GET /flaky/b?how=reset HTTP/1.1\r\nHost: shop\r\n\r\n").1;
        assert_eq!(reset.unwrap_err().kind(), io::ErrorKind::ConnectionReset);
        let limited = get(server, "/limited/a?after=9");
        assert_eq!((limited.status(), limited.field("retry-after")), (429, Some("9")));
        assert_eq!(get(server, "/limited/a?after=9").status(), 200);
        let dated = get(server, "/limited/b?as=date");
        assert!(dated.field("retry-after").unwrap().ends_with(" GMT"));
    });
}

#[test]
fn streams_end() {
    with_server(|server| {
        let trickle = get(server, "/trickle?bytes=41&every_ms=0");
        assert_eq!((trickle.body.len(), trickle.field("transfer-encoding")), (41, Some("chunked")));
        let events = send(server, "GET /events?count=5&every_ms=0", "Last-Event-ID: 3\r\n", "");
        let text = String::from_utf8(events.body).unwrap();
        let ids: Vec<_> = text.lines().filter_map(|line| line.strip_prefix("id: ")).collect();
        assert_eq!(ids, ["4", "5"]);
        let lines = get(server, "/ndjson?count=3").body;
        assert_eq!(lines.split_inclusive(|byte| *byte == b'\n').count(), 3);
    });
}

#[test]
fn uploads_are_described() {
    with_server(|server| {
        let form = "--x\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhello\r\n--x\r\n\
            Content-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\nContent-Type: text/plain\r\n\r\n\
            abc\r\n--x--\r\n";
        let fields = "Content-Type: multipart/form-data; boundary=x\r\n";
        let parts = send(server, "POST /upload/multipart", fields, form).json();
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let expected =
            json!({ "name": "file", "filename": "a.txt", "type": "text/plain", "size": 3, "sha256": abc });
        assert_eq!(parts["parts"][1], expected);
        assert_eq!(parts["parts"][0]["name"], "note");
        let raw = send(server, "PUT /upload/raw", "Content-Type: x/y\r\n", "abc").json();
        assert_eq!(raw, json!({ "size": 3, "sha256": abc, "type": "x/y" }));
        assert_eq!(send(server, "POST /upload/multipart", "", "abc").status(), 400);
    });
}

#[test]
fn credentials_are_checked() {
    with_server(|server| {
        let basic = |value: &str| {
            send(server, "GET /auth/basic/ann/s%3Ae", &format!("Authorization: {value}\r\n"), "").status()
        };
        assert_eq!(basic("Basic YW5uOnM6ZQ=="), 200);
        assert_eq!(basic("Basic YW5uOng="), 401);
        let challenge = get(server, "/auth/digest");
        let offers: Vec<_> =
            challenge.head.lines().filter(|line| line.starts_with("www-authenticate")).collect();
        assert!(offers[0].contains("SHA-256") && offers[1].contains("MD5"));
        let forged =
            "Authorization: Digest username=\"demo\", uri=\"/auth/digest\", nonce=\"x\", response=\"y\"\r\n";
        assert_eq!(send(server, "GET /auth/digest", forged, "").status(), 401);
        assert_eq!(get(server, "/auth/api-key?api_key=practice-key").json()["place"], "query");
        assert_eq!(
            send(server, "GET /auth/api-key", "Cookie: a=b; api_key=practice-key\r\n", "").status(),
            200
        );
        assert_eq!(get(server, "/auth/api-key").status(), 403);
    });
}

#[test]
fn cookies_are_shown_set_and_deleted() {
    with_server(|server| {
        let shown = send(server, "GET /cookies", "Cookie: a=1; b=x=y\r\n", "").json();
        assert_eq!(shown["cookies"], json!({ "a": "1", "b": "x=y" }));
        let set = get(server, "/cookies/set?theme=dark");
        assert_eq!(set.field("set-cookie"), Some("theme=dark; Path=/; HttpOnly; SameSite=Lax"));
        assert!(
            send(server, "DELETE /cookies/theme", "", "").field("set-cookie").unwrap().contains("Max-Age=0")
        );
        assert_eq!(get(server, "/cookies/set?a=b%0d%0ac").status(), 400);
        assert_eq!(get(server, "/response-fields?x-a=1&content-length=5").status(), 400);
    });
}

#[test]
fn bodies_that_are_too_long_are_refused() {
    with_server(|server| {
        let long = "x".repeat(super::params::LARGEST_BODY + 1);
        let request = format!("POST /echo HTTP/1.1\r\nHost: shop\r\nContent-Length: {}\r\n\r\n", long.len());
        let (answer, _) = exchange(server, request.as_bytes());
        assert!(answer.starts_with(b"HTTP/1.1 413"), "{}", String::from_utf8_lossy(&answer));
    });
}
