//! Bodies out, and bodies in.

use async_compression::tokio::write::{BrotliEncoder, DeflateEncoder, GzipEncoder, ZlibEncoder, ZstdEncoder};

use super::*;
use crate::model::{Body, Part, PartContent};

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

fn part(name: &str, content: PartContent) -> Part {
    Part { name: name.into(), content, media_type: None, filename: None, enabled: true, doc: String::new() }
}

#[tokio::test]
async fn each_kind_of_body_says_what_it_is() {
    let cases = [
        (Body::Json("{ \"a\": 1 }".into()), "application/json", "{ \"a\": 1 }"),
        (Body::Text("é".into()), "text/plain; charset=utf-8", "é"),
        (Body::Xml("<a/>".into()), "application/xml", "<a/>"),
        (
            Body::Form(vec![row("a b", "c&d"), row("a b", "")]),
            "application/x-www-form-urlencoded",
            "a+b=c%26d&a+b=",
        ),
        (Body::Base64("aGk=\n".into()), "application/octet-stream", "hi"),
        (
            Body::Graphql { query: "{ a }".into(), variables: "{\"b\":1}".into(), operation: String::new() },
            "application/json",
            "{\"query\":\"{ a }\",\"variables\":{\"b\":1}}",
        ),
    ];
    for (body, media_type, bytes) in cases {
        // GET: any method may carry a body.
        let server = Server::start(&[OK]).await;
        let exchange = send(&client(), Request { body: Some(body), ..get(server.url("/")) }).await;
        let got = &server.got()[0];
        assert!(got.contains(&format!("Content-Type: {media_type}\r\n")), "{got}");
        assert!(got.contains(&format!("Content-Length: {}\r\n", bytes.len())), "{got}");
        assert!(got.ends_with(&format!("\r\n\r\n{bytes}")), "{got}");
        assert_eq!(exchange.last_hop().unwrap().request.body_size, bytes.len() as u64);
    }
}

#[tokio::test]
async fn a_field_of_the_users_wins() {
    let server = Server::start(&[OK]).await;
    let request = Request {
        headers: vec![row("content-type", "application/vnd.x+json")],
        body: Some(Body::Json("1".into())),
        ..get(server.url("/"))
    };
    send(&client(), request).await;
    let got = &server.got()[0];
    assert!(
        got.contains("content-type: application/vnd.x+json\r\n") && !got.contains("Content-Type"),
        "{got}"
    );
}

#[tokio::test]
async fn files_are_streamed_with_their_length() {
    let folder = tempfile::tempdir().unwrap();
    let large = "0123456789".repeat(30_000);
    std::fs::write(folder.path().join("a.txt"), &large).unwrap();
    let server = Server::start(&[OK, OK]).await;
    let client = client();
    let file =
        Request { method: "PUT".into(), body: Some(Body::File("a.txt".into())), ..get(server.url("/")) };
    client.send(prepared_in(folder.path().into(), file), |_| (), CancellationToken::new()).await;
    let parts = vec![
        part("plain", PartContent::Text("x".into())),
        part("file", PartContent::File("a.txt".into())),
        Part { enabled: false, ..part("off", PartContent::Text("y".into())) },
        Part {
            media_type: Some("image/png".into()),
            filename: Some("b.png".into()),
            ..part("file", PartContent::Text("z".into()))
        },
    ];
    let multipart =
        Request { method: "POST".into(), body: Some(Body::Multipart(parts)), ..get(server.url("/")) };
    client.send(prepared_in(folder.path().into(), multipart), |_| (), CancellationToken::new()).await;
    let got = server.got();
    assert!(got[0].contains("Content-Type: text/plain\r\n") && got[0].ends_with(&large));
    // The server reads by Content-Length: with a wrong one, the last boundary would not be the end.
    assert!(got[1].trim_end().ends_with("--"), "{}", &got[1][got[1].len() - 80..]);
    for piece in [
        "name=\"plain\"\r\n\r\nx\r\n",
        "name=\"file\"; filename=\"a.txt\"\r\nContent-Type: text/plain\r\n\r\n0123",
        "name=\"file\"; filename=\"b.png\"\r\nContent-Type: image/png\r\n\r\nz\r\n",
    ] {
        assert!(got[1].contains(piece), "{piece}");
    }
    assert!(!got[1].contains("name=\"off\""));
}

#[tokio::test]
async fn codings_are_undone_and_both_sizes_told() {
    let plain = "all work and no play ".repeat(5_000);
    macro_rules! encoded {
        ($encoder:ident) => {{
            let mut encoder = $encoder::new(Vec::new());
            encoder.write_all(plain.as_bytes()).await.unwrap();
            encoder.shutdown().await.unwrap();
            encoder.into_inner()
        }};
    }
    let cases = [
        ("gzip", encoded!(GzipEncoder)),
        ("br", encoded!(BrotliEncoder)),
        ("zstd", encoded!(ZstdEncoder)),
        ("deflate", encoded!(ZlibEncoder)),
        ("Deflate", encoded!(DeflateEncoder)),
        ("identity", plain.clone().into_bytes()),
    ];
    for (coding, bytes) in cases {
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\nContent-Length: {}\r\n\r\n",
            bytes.len()
        );
        let server = Server::start_bytes(vec![[head.as_bytes(), &bytes].concat()]).await;
        let exchange = send(&client(), get(server.url("/"))).await;
        assert_eq!(text(&exchange), plain, "{coding}");
        let payload = exchange.payload().unwrap();
        assert_eq!((payload.size, payload.wire_size), (plain.len() as u64, bytes.len() as u64), "{coding}");
        assert!(server.got()[0].contains("Accept-Encoding: gzip, br, zstd, deflate\r\n"));
    }
}

#[tokio::test]
async fn a_large_body_goes_to_a_file_that_goes_with_its_last_holder() {
    let large = "x".repeat(17 << 20);
    let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{large}", large.len());
    let server = Server::start(&[&answer]).await;
    let exchange = send(&client(), get(server.url("/"))).await;
    let Content::File(file) = &exchange.payload().unwrap().content else { panic!("in memory") };
    let path = file.path().to_owned();
    assert_eq!(std::fs::metadata(&path).unwrap().len(), large.len() as u64);
    let kept = exchange.clone();
    drop(exchange);
    assert!(path.exists());
    drop(kept);
    assert!(!path.exists());
}

/// As browsers write them: UTF-8 as it is, and nothing that could end the name before its end.
#[tokio::test]
async fn names_of_parts_are_written_as_browsers_do() {
    let names = [("größe", "größe"), ("a\"b", "a%22b"), ("a\r\nb", "a%0D%0Ab"), (r"c:\x%;", r"c:\x%;")];
    let parts = names.map(|(name, _)| Part {
        filename: Some(name.into()),
        media_type: Some("text/plain".into()),
        ..part(name, PartContent::Text("x".into()))
    });
    let server = Server::start(&[OK]).await;
    let body = Some(Body::Multipart(parts.to_vec()));
    send(&client(), Request { method: "POST".into(), body, ..get(server.url("/")) }).await;
    let got = &server.got()[0];
    for (_, shown) in names {
        let head = format!("name=\"{shown}\"; filename=\"{shown}\"\r\nContent-Type: text/plain\r\n\r\nx\r\n");
        assert!(got.contains(&head), "{got}");
    }
}

/// A type of the user's own without a boundary is completed; the body has the boundary that the type names.
#[tokio::test]
async fn a_multipart_type_and_its_body_agree() {
    let cases = [
        ("multipart/form-data", None),
        ("Multipart/Mixed; charset=utf-8", None),
        ("multipart/form-data; boundary=mine", Some("mine")),
        ("multipart/related; boundary=\"my own\"; type=\"text/xml\"", Some("my own")),
    ];
    for (written, own) in cases {
        let server = Server::start(&[OK]).await;
        let body = Some(Body::Multipart(vec![part("a", PartContent::Text("x".into()))]));
        let headers = vec![row("content-TYPE", written)];
        send(&client(), Request { method: "POST".into(), headers, body, ..get(server.url("/")) }).await;
        let got = &server.got()[0];
        let sent = got.lines().find_map(|line| line.strip_prefix("content-TYPE: ")).unwrap();
        let boundary = match own {
            Some(own) => {
                assert_eq!(sent, written);
                own
            }
            None => sent.strip_prefix(&format!("{written}; boundary=")).unwrap_or_else(|| panic!("{sent}")),
        };
        let parts = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n--{boundary}--\r\n"
        );
        assert!(got.ends_with(&format!("\r\n\r\n{parts}")), "{got}");
        assert!(got.contains(&format!("Content-Length: {}\r\n", parts.len())), "{got}");
        assert_eq!(got.matches("boundary=").count(), 1, "{got}");
    }
}

#[test]
fn a_boundary_that_is_none() {
    for written in ["multipart/form-data; boundary=\"a b \"", "multipart/form-data; boundary=\"\""] {
        let headers = vec![row("Content-Type", written)];
        let body = Some(Body::Multipart(Vec::new()));
        let request = Request { method: "POST".into(), headers, body, ..get("http://h/") };
        let effective = Effective { request, vars: Vec::new(), base: "/".into() };
        let error = prepare(None, None, &effective, &Scope::default()).unwrap_err();
        assert_eq!(error.part.as_deref(), Some("header Content-Type"), "{error}");
        assert!(error.to_string().contains("boundary"), "{error}");
    }
}

/// RFC 9110, section 8.6: a method that usually has content says that there is none.
#[tokio::test]
async fn no_body_is_told_where_one_is_usual() {
    for (method, told) in [("POST", true), ("PUT", true), ("PATCH", true), ("GET", false), ("DELETE", false)]
    {
        let server = Server::start(&[OK]).await;
        send(&client(), Request { method: method.into(), ..get(server.url("/")) }).await;
        assert_eq!(server.got()[0].contains("Content-Length: 0\r\n"), told, "{method}");
    }
}

/// Nobody reads what is sent: the wait for the peer is a wait like any other, and is told apart.
#[tokio::test]
async fn an_upload_that_nobody_reads_times_out() {
    use crate::model::FailureKind;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let serving = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        stream
    });
    // More than the sockets' buffers hold, and no byte of it on disk.
    let file = tempfile::NamedTempFile::new().unwrap();
    file.as_file().set_len(64 << 20).unwrap();
    let mut request = get(url);
    request.method = "POST".into();
    request.body = Some(Body::File(file.path().display().to_string()));
    request.http.timeout.read = Some(Duration::from_millis(200));
    let exchange = send(&client(), request).await;
    let failure = failure(&exchange);
    assert_eq!(failure.kind, FailureKind::ReadTimeout);
    assert!(failure.message.contains("while the body was sent"), "{failure:?}");
    drop(serving.await.unwrap());
}

#[tokio::test]
async fn what_is_unknown_or_stacked_among_codings() {
    let plain = "stacked ".repeat(1000);
    let mut inner = GzipEncoder::new(Vec::new());
    inner.write_all(plain.as_bytes()).await.unwrap();
    inner.shutdown().await.unwrap();
    let mut outer = BrotliEncoder::new(Vec::new());
    outer.write_all(&inner.into_inner()).await.unwrap();
    outer.shutdown().await.unwrap();
    let stacked = outer.into_inner();
    let cases = [
        ("Content-Encoding: gzip, br\r\n", stacked.clone(), plain.as_str()),
        ("Content-Encoding: gzip\r\nContent-Encoding: br\r\n", stacked, &plain),
        ("Content-Encoding: x-unheard-of\r\n", b"as it came".to_vec(), "as it came"),
    ];
    for (field, bytes, expected) in cases {
        let head = format!("HTTP/1.1 200 OK\r\n{field}Content-Length: {}\r\n\r\n", bytes.len());
        let server = Server::start_bytes(vec![[head.as_bytes(), &bytes].concat()]).await;
        let exchange = send(&client(), get(server.url("/"))).await;
        assert_eq!(text(&exchange), expected, "{field}");
    }
}

#[tokio::test]
async fn max_body_is_the_largest_that_is_taken() {
    use crate::model::FailureKind;
    for (limit, is_taken) in [(100, true), (99, false)] {
        let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}", "x".repeat(100));
        let server = Server::start(&[&answer]).await;
        let mut request = get(server.url("/"));
        request.http.max_body = Some(limit);
        let exchange = send(&client(), request).await;
        assert_eq!(matches!(exchange.outcome, Outcome::Answered(_)), is_taken, "{limit}");
        if !is_taken {
            assert_eq!(failure(&exchange).kind, FailureKind::TooLarge);
        }
    }
}
