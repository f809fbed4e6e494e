//! Redirects, hop by hop.

use super::*;
use crate::model::{Auth, Body, FailureKind};

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

fn to(status: u16, location: &str, more: &str) -> String {
    format!("HTTP/1.1 {status} Go\r\nLocation: {location}\r\n{more}Content-Length: 3\r\n\r\n...")
}

#[tokio::test]
async fn every_hop_is_kept() {
    let server =
        Server::start(&[&to(302, "b?x=1", "Set-Cookie: seen=1; Path=/\r\n"), &to(307, "/c", ""), OK]).await;
    let exchange = send(&client(), get(server.url("/a/1"))).await;
    let hops = &exchange.attempts[0].hops;
    let urls: Vec<_> = hops.iter().map(|hop| hop.request.url.reveal().to_owned()).collect();
    assert_eq!(urls, [server.url("/a/1"), server.url("/a/b?x=1"), server.url("/c")]);
    let statuses: Vec<_> = hops.iter().map(|hop| hop.response.as_ref().unwrap().status).collect();
    assert_eq!(statuses, [302, 307, 200]);
    assert!(hops[1].connection.as_ref().unwrap().reused, "a small body does not cost the connection");
    assert!(!server.got()[0].contains("Cookie: "));
    assert!(server.got()[1].contains("Cookie: seen=1\r\n"));
}

#[tokio::test]
async fn methods_and_bodies_follow_the_status() {
    for (status, method, keeps_body) in [(303, "GET", false), (301, "GET", false), (308, "POST", true)] {
        let server = Server::start(&[&to(status, "/next", ""), OK]).await;
        let request =
            Request { method: "POST".into(), body: Some(Body::Json("{}".into())), ..get(server.url("/")) };
        send(&client(), request).await;
        let got = server.got();
        assert!(got[1].starts_with(&format!("{method} /next ")), "{status}");
        assert_eq!(got[1].ends_with("{}"), keeps_body, "{status}");
        assert_eq!(got[1].contains("Content-Type"), keeps_body, "{status}");
    }
}

#[tokio::test]
async fn credentials_do_not_leave_their_origin() {
    let other = Server::start(&[OK]).await;
    let server =
        Server::start(&[&to(302, &other.url("/x").replace("http://", "http://evil:word@"), "")]).await;
    let mut request = Request { auth: Some(Auth::Bearer("token".into())), ..get(server.url("/")) };
    request.headers = vec![row("Cookie", "a=1"), row("X-Plain", "1")];
    let exchange = send(&client(), request).await;
    assert_eq!(text(&exchange), "ok");
    assert!(server.got()[0].contains("Authorization: Bearer token\r\n"));
    let got = &other.got()[0];
    assert!(!got.contains("Authorization") && !got.contains("Cookie"), "{got}");
    assert!(got.contains("X-Plain: 1\r\n"));
}

#[tokio::test]
async fn a_circle_is_told_and_a_login_is_not_one() {
    let server = Server::start(&[&to(302, "/b", ""), &to(302, "/a", "")]).await;
    let exchange = send(&client(), get(server.url("/a"))).await;
    assert_eq!(failure(&exchange).kind, FailureKind::RedirectLoop);
    assert_eq!(exchange.attempts[0].hops.len(), 2);
    assert_eq!(text(&exchange), "...", "the redirect that was not followed is shown");

    let server = Server::start(&[&to(302, "/a", "Set-Cookie: in=1\r\n"), OK]).await;
    let exchange = send(&client(), get(server.url("/a"))).await;
    assert_eq!(text(&exchange), "ok");
}

#[tokio::test]
async fn redirects_end() {
    let cases = [
        (Some(2), to(302, "/3", ""), FailureKind::TooManyRedirects),
        (None, to(302, "ftp://h/", ""), FailureKind::BadRedirect),
        (None, to(302, "http://[", ""), FailureKind::BadRedirect),
    ];
    for (redirects, last, kind) in cases {
        let server = Server::start(&[&to(302, "/1", ""), &to(302, "/2", ""), &last]).await;
        let mut request = get(server.url("/"));
        request.http.redirects = redirects;
        let exchange = send(&client(), request).await;
        assert_eq!(failure(&exchange).kind, kind, "{last}");
    }
    let server = Server::start(&[&to(302, "/1", "")]).await;
    let mut request = get(server.url("/"));
    request.http.redirects = Some(0);
    let exchange = send(&client(), request).await;
    assert_eq!(exchange.response().unwrap().status, 302);
    assert_eq!(text(&exchange), "...");
}

/// Where `Location` leads, as RFC 9110, section 10.2.2 has it; HEAD stays HEAD.
#[tokio::test]
async fn locations_are_read_as_references() {
    let cases = [
        ("b", "/dir/b#part"),
        ("../up?x=1", "/up?x=1#part"),
        ("?only=query", "/dir/a?only=query#part"),
        ("#own", "/dir/a?q=1#own"),
        ("/root#own", "/root#own"),
        ("/sp ace", "/sp%20ace#part"),
    ];
    for (location, expected) in cases {
        // The fragment alone would be the same request again.
        let more = "Set-Cookie: seen=1; Path=/\r\n";
        let server = Server::start(&[&to(303, location, more), OK]).await;
        let request = Request { method: "HEAD".into(), ..get(server.url("/dir/a?q=1#part")) };
        let exchange = send(&client(), request).await;
        let hop = exchange.last_hop().unwrap();
        assert_eq!(hop.request.url.reveal(), server.url(expected), "{location}");
        assert_eq!(hop.request.method, "HEAD");
    }
}

#[tokio::test]
async fn a_redirect_without_a_place_is_an_answer() {
    let server = Server::start(&["HTTP/1.1 302 Found\r\nContent-Length: 2\r\n\r\nhm"]).await;
    let exchange = send(&client(), get(server.url("/"))).await;
    assert_eq!((exchange.response().unwrap().status, text(&exchange).as_str()), (302, "hm"));
}

/// The file is opened anew, and no Referer tells where one came from.
#[tokio::test]
async fn a_file_is_streamed_again() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.txt"), "from disk").unwrap();
    let server = Server::start(&[&to(307, "/next", ""), OK]).await;
    let body = Some(Body::File("a.txt".into()));
    let request = Request { method: "PUT".into(), body, ..get(server.url("/")) };
    let exchange =
        client().send(prepared_in(folder.path().into(), request), |_| (), CancellationToken::new()).await;
    assert_eq!(text(&exchange), "ok");
    let got = server.got();
    assert!(got.iter().all(|got| got.starts_with("PUT ") && got.ends_with("from disk")), "{got:?}");
    assert!(!got[1].contains("Referer"));
}
