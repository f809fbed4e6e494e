//! What proves who asks, on its way: nonces that are used again, entries of a netrc file, and redirects that get none.

use super::*;
use crate::model::{ApiKeyPlace, Auth, Aws, Body};

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

fn challenge(parameters: &str) -> String {
    format!(
        "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest realm=\"r\", qop=\"auth\", {parameters}\r\n\
         Content-Length: 0\r\n\r\n"
    )
}

fn digest(url: String) -> Request {
    Request { auth: Some(Auth::Digest { username: "u".into(), password: "p".into() }), ..get(url) }
}

fn to(location: &str) -> String {
    format!("HTTP/1.1 307 Go\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n")
}

#[tokio::test]
async fn a_nonce_serves_the_next_sends_too() {
    let renewed =
        "HTTP/1.1 200 OK\r\nAuthentication-Info: qop=auth, nextnonce=\"n2\"\r\nContent-Length: 0\r\n\r\n";
    let server = Server::start(&[&challenge("nonce=\"n1\""), OK, renewed, OK, OK]).await;
    let client = client();
    for path in ["/a", "/b", "/c", "/d"] {
        let exchange = send(&client, digest(server.url(path))).await;
        assert_eq!(exchange.response().unwrap().status, 200, "{path}");
    }
    let got = server.got();
    assert_eq!(got.len(), 5, "one challenge for all");
    for (request, nonce, count) in [(1, "n1", 1), (2, "n1", 2), (3, "n2", 1), (4, "n2", 2)] {
        assert!(got[request].contains(&format!("nonce=\"{nonce}\"")), "{}", got[request]);
        assert!(got[request].contains(&format!("nc={count:08x}")), "{}", got[request]);
    }
}

#[tokio::test]
async fn a_stale_nonce_costs_one_more_hop() {
    let server =
        Server::start(&[&challenge("nonce=\"n1\""), OK, &challenge("nonce=\"n2\", stale=true"), OK]).await;
    let client = client();
    send(&client, digest(server.url("/"))).await;
    let exchange = send(&client, digest(server.url("/"))).await;
    assert_eq!(exchange.response().unwrap().status, 200);
    assert_eq!(exchange.attempts[0].hops.len(), 2);
    assert!(server.got()[3].contains("nonce=\"n2\""));
}

#[tokio::test]
async fn a_server_that_is_never_content_is_not_asked_for_ever() {
    let stale = challenge("nonce=\"n\", stale=true");
    let server = Server::start(&[stale.as_str(); 9]).await;
    let exchange = send(&client(), digest(server.url("/"))).await;
    assert_eq!(exchange.response().unwrap().status, 401);
    assert_eq!(server.got().len(), 3);
}

#[tokio::test]
async fn a_file_is_sent_again_with_the_answer_that_covers_it() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("up.txt"), "contents").unwrap();
    let only = challenge("nonce=\"n\"").replace("qop=\"auth\"", "qop=\"auth-int\"");
    let server = Server::start(&[&only, OK]).await;
    let request = Request {
        method: "PUT".into(),
        body: Some(Body::File(folder.path().join("up.txt").display().to_string())),
        ..digest(server.url("/"))
    };
    let exchange = send(&client(), request).await;
    assert_eq!(exchange.response().unwrap().status, 200);
    let got = server.got();
    assert!(got.iter().all(|request| request.ends_with("contents")), "{got:?}");
    assert!(got[1].contains("qop=auth-int"));
}

#[tokio::test]
async fn no_kind_follows_to_another_origin() {
    let aws = Aws {
        access_key: "a".into(),
        secret_key: "s".into(),
        region: "eu-west-1".into(),
        service: "execute-api".into(),
        ..Aws::default()
    };
    let api_key = |place: &str| {
        let usual = ApiKeyPlace::default();
        let mut auth = Auth::ApiKey { name: "X-Key".into(), value: "v1".into(), place: usual };
        auth.choose("in", place);
        auth
    };
    let kinds = [
        Auth::Bearer("v1".into()),
        Auth::Basic { username: "v1".into(), password: "p".into() },
        api_key("header"),
        api_key("query"),
        api_key("cookie"),
        Auth::Aws(aws),
    ];
    for auth in kinds {
        let name = auth.kind();
        let other = Server::start(&[OK]).await;
        let server = Server::start(&[&to(&other.url("/x"))]).await;
        let mut request = Request { auth: Some(auth), ..get(server.url("/")) };
        request.headers = vec![row("X-Plain", "1")];
        send(&client(), request).await;
        let (first, second) = (&server.got()[0], &other.got()[0]);
        assert!(
            first.contains("Authorization: ") || first.contains("X-Key"),
            "{name} proves the first hop: {first}"
        );
        for gone in ["Authorization", "X-Key", "v1", "X-Amz", "Cookie"] {
            assert!(!second.contains(gone), "{name} does not leave: {second}");
        }
        assert!(second.contains("X-Plain: 1"));
    }
}

#[tokio::test]
async fn digest_is_not_answered_elsewhere() {
    let other = Server::start(&[&challenge("nonce=\"n\""), OK]).await;
    let server = Server::start(&[&to(&other.url("/x"))]).await;
    let exchange = send(&client(), digest(server.url("/"))).await;
    assert_eq!(exchange.response().unwrap().status, 401);
    assert!(!other.got()[0].contains("Authorization"));
}

#[tokio::test]
async fn each_host_gets_its_own_entry_of_netrc() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("netrc");
    std::fs::write(
        &path,
        "machine 127.0.0.1 login ann password one\nmachine localhost login bob password two\n\
         default login d password any\n",
    )
    .unwrap();
    let basic = |login: &str, password: &str| {
        format!("Authorization: Basic {}\r\n", crate::http::auth::basic(login, password))
    };
    let server = Server::start(&[OK, OK]).await;
    let here = server.url("/x");
    let there = here.replace("127.0.0.1", "localhost");
    let first = Server::start(&[&to(&there)]).await;
    let netrc = |url: String| Request { auth: Some(Auth::Netrc(path.display().to_string())), ..get(url) };
    let exchange = send(&client(), netrc(first.url("/"))).await;
    assert_eq!(exchange.response().unwrap().status, 200);
    assert!(first.got()[0].contains(&basic("ann", "one")));
    assert!(server.got()[0].contains(&basic("bob", "two")));
    assert!(!format!("{exchange:?}").contains(&crate::http::auth::basic("bob", "two")));

    // `default` serves the host that the user names, and none that a server names.
    std::fs::write(&path, "default login d password any").unwrap();
    let last = Server::start(&[&to(&there)]).await;
    send(&client(), netrc(last.url("/"))).await;
    assert!(last.got()[0].contains(&basic("d", "any")));
    assert!(!server.got()[1].contains("Authorization"), "{}", server.got()[1]);
}

#[tokio::test]
async fn what_proves_a_request_is_seen_before_it_is_sent() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("netrc"), "machine h.test login ann password hunter2").unwrap();
    let aws = Aws { access_key: "a".into(), secret_key: "s".into(), ..Aws::default() };
    for (auth, url) in [
        (Auth::Netrc("netrc".into()), "http://h.test/"),
        (Auth::Aws(aws), "https://sqs.eu-west-1.amazonaws.com/"),
    ] {
        let prepared = prepared_in(folder.path().to_owned(), Request { auth: Some(auth), ..get(url) });
        let preview = client().preview(&prepared).await.unwrap();
        let own: Vec<_> = preview
            .head
            .fields
            .iter()
            .filter(|(name, _)| name.eq_ignore_ascii_case("authorization"))
            .collect();
        assert!(own.len() == 1 && own[0].1.has_secret(), "{url} {own:?}");
    }
}

/// What was looked up outside of the collection is as secret as what it names itself.
#[tokio::test]
async fn what_a_server_repeats_of_netrc_is_hidden() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("netrc"), "machine 127.0.0.1 login ann password hunter2").unwrap();
    let sent = crate::http::auth::basic("ann", "hunter2");
    let body = format!("hunter2 Basic {sent}");
    let server = Server::start(&[&format!(
        "HTTP/1.1 200 OK\r\nX: {body}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )])
    .await;
    let request = Request { auth: Some(Auth::Netrc("netrc".into())), ..get(server.url("/")) };
    let prepared = prepared_in(folder.path().to_owned(), request);
    let exchange = client().send(prepared, |_| (), CancellationToken::new()).await;
    assert!(server.got()[0].contains(&sent));
    let kept = exchange.redacted();
    let told = format!("{} {:?}", text(&kept), kept.response());
    assert!(!told.contains("hunter2") && !told.contains(&sent[4..]), "{told}");
}

#[tokio::test]
async fn what_cannot_prove_anything_is_told_before_anything_is_sent() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("netrc");
    std::fs::write(&path, "machine other.test login a password b").unwrap();
    let cookie = Auth::ApiKey { name: "k".into(), value: "a;b".into(), place: ApiKeyPlace::Cookie };
    let both = Aws { access_key: "a".into(), secret_key: "b".into(), profile: "p".into(), ..Aws::default() };
    let nowhere = Aws { access_key: "a".into(), secret_key: "b".into(), ..Aws::default() };
    let cases = [
        (Auth::Basic { username: "a:b".into(), password: String::new() }, "has a colon"),
        (cookie, "the cookie k of api_key cannot be sent"),
        (Auth::Netrc(path.display().to_string()), "has no entry for 127.0.0.1"),
        (Auth::Netrc("no/such/file".into()), "cannot be read"),
        (Auth::Aws(both), "both keys and a profile"),
        (Auth::Aws(nowhere), "does not say which AWS service"),
    ];
    for (auth, expected) in cases {
        let request = Request { auth: Some(auth), ..get("http://127.0.0.1:1/") };
        let effective = Effective { request, vars: Vec::new(), base: folder.path().to_owned() };
        let error = prepare(None, None, &effective, &Scope::default()).unwrap_err();
        assert!(error.failure.message.contains(expected), "{}", error.failure.message);
        assert_eq!(error.part.as_deref(), Some("auth"));
    }
}

#[tokio::test]
async fn a_wrong_clock_signs_once_more() {
    let refused =
        "HTTP/1.1 403 Forbidden\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Length: 0\r\n\r\n";
    let server = Server::start(&[refused, OK]).await;
    let aws = Aws {
        access_key: "a".into(),
        secret_key: "s".into(),
        region: "eu-west-1".into(),
        service: "execute-api".into(),
        ..Aws::default()
    };
    let exchange = send(&client(), Request { auth: Some(Auth::Aws(aws)), ..get(server.url("/")) }).await;
    assert_eq!(exchange.response().unwrap().status, 200);
    assert!(server.got()[1].contains("X-Amz-Date: 19941106T08"), "{}", server.got()[1]);
}
