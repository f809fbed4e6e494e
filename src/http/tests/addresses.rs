//! Hosts of every kind: addresses of IPv6, names beyond ASCII, names with addresses of one's own, sockets of unix; and
//! redirects from one to another.

use super::{
    pki::{BOTH, Identity, issuer, serve, server},
    *,
};
use crate::model::FailureKind;

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

fn to(location: &str) -> Vec<u8> {
    format!("HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 3\r\n\r\n...").into_bytes()
}

/// The `Host` of each request so far.
fn hosts(got: &[String]) -> Vec<String> {
    let host = |request: &String| {
        let line = request.lines().find_map(|line| line.strip_prefix("Host: "));
        line.unwrap_or_else(|| panic!("{request}")).to_owned()
    };
    got.iter().map(host).collect()
}

fn pinned(url: &str, names: &[(&str, String)]) -> Request {
    let mut request = get(url);
    request.http.resolve =
        Some(names.iter().map(|(name, address)| ((*name).to_owned(), address.clone())).collect());
    request
}

#[tokio::test]
async fn an_address_of_ipv6() {
    let listener = match TcpListener::bind("[::1]:0").await {
        Ok(listener) => listener,
        Err(error) => return eprintln!("skipped: this machine has no ::1 ({error})"),
    };
    let port = listener.local_addr().unwrap().port();
    let got = Arc::new(Mutex::new(Vec::new()));
    let answers = vec![to(&format!("http://[::1]:{port}/there")), OK.into(), OK.into()];
    let answers = Arc::new(Mutex::new(answers.into_iter()));
    let kept = Arc::clone(&got);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(talk(stream, Arc::clone(&answers), Arc::clone(&kept)));
        }
    });
    let client = client();
    let exchange = send(&client, get(format!("http://[0:0::1]:{port}/here"))).await;
    assert_eq!(text(&exchange), "ok");
    let hops = &exchange.attempts[0].hops;
    assert_eq!(hops.len(), 2);
    for hop in hops {
        assert_eq!(hop.connection.as_ref().unwrap().remote, format!("[::1]:{port}"));
    }
    // A name may lead there as well, with brackets and without.
    for address in ["::1", "[::1]"] {
        let request = pinned(&format!("http://six.test:{port}/"), &[("six.test", address.into())]);
        let exchange = send(&client, request).await;
        let reached = exchange.last_hop().unwrap().connection.as_ref().map(|to| to.remote.clone());
        assert_eq!(reached, Some(format!("[::1]:{port}")), "{:?}", exchange.outcome);
    }
    let own = format!("[::1]:{port}");
    assert_eq!(
        hosts(&got.lock().unwrap()),
        [own.clone(), own, format!("six.test:{port}"), format!("six.test:{port}")]
    );
}

/// The user writes names as people do, in the URL and in `resolve`; the wire has them in ASCII (RFC 5891).
#[tokio::test]
async fn a_name_beyond_ascii() {
    let server = Server::start_knowing(|address| {
        vec![to(&format!("http://straße.example:{}/", address.port())), OK.into()]
    })
    .await;
    let port = server.address.port();
    let names =
        [("Bücher.example", "127.0.0.1".to_owned()), ("xn--strae-oqa.example", "127.0.0.1".to_owned())];
    let exchange = send(&client(), pinned(&format!("http://bücher.example:{port}/"), &names)).await;
    assert_eq!(text(&exchange), "ok", "{:?}", exchange.outcome);
    let wanted = [format!("xn--bcher-kva.example:{port}"), format!("xn--strae-oqa.example:{port}")];
    assert_eq!(hosts(&server.got()), wanted);
}

/// `resolve` says where a name leads, and nothing else: the server is asked by its name.
#[tokio::test]
async fn names_with_addresses_of_their_own() {
    let two = Server::start(&[OK]).await;
    let one = Server::start_bytes(vec![to("/next"), to("http://two.test:81/there"), OK.into()]).await;
    let names = [
        ("one.test", one.address.to_string()),
        ("two.test:81", two.address.to_string()),
        ("two.test", one.address.to_string()),
    ];
    let exchange = send(&client(), pinned("http://ONE.test/", &names)).await;
    assert_eq!(text(&exchange), "ok", "{:?}", exchange.outcome);
    assert_eq!(hosts(&one.got()), ["one.test", "one.test"]);
    assert_eq!(hosts(&two.got()), ["two.test:81"]);
    let remotes: Vec<String> =
        exchange.attempts[0].hops.iter().map(|hop| hop.connection.as_ref().unwrap().remote.clone()).collect();
    assert_eq!(remotes, [one.address.to_string(), one.address.to_string(), two.address.to_string()]);
    // Another port of that name leads elsewhere.
    let exchange = send(&client(), pinned("http://two.test/", &names)).await;
    assert_eq!((text(&exchange), hosts(&one.got())[2].as_str()), ("ok".into(), "two.test"));
}

/// A socket stands for every host, as with curl: a redirect stays on it, and asks by the new name.
#[cfg(unix)]
#[tokio::test]
async fn a_unix_socket_and_a_redirect() {
    let folder = tempfile::tempdir().unwrap();
    let listener = tokio::net::UnixListener::bind(folder.path().join("s")).unwrap();
    let got = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&got);
    let answers = Arc::new(Mutex::new(vec![to("http://two.test:81/b"), OK.into()].into_iter()));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(talk(stream, Arc::clone(&answers), Arc::clone(&kept)));
        }
    });
    let mut request = get("http://one.test/a");
    request.http.unix_socket = Some("s".into());
    let prepared = prepared_in(folder.path().into(), request);
    let exchange = client().send(prepared, |_| (), CancellationToken::new()).await;
    assert_eq!(text(&exchange), "ok", "{:?}", exchange.outcome);
    let got = got.lock().unwrap();
    assert_eq!(hosts(&got), ["one.test", "two.test:81"]);
    assert!(got[1].starts_with("GET /b HTTP/1.1\r\n"));
    let socket = folder.path().join("s").display().to_string();
    assert_eq!(exchange.last_hop().unwrap().connection.as_ref().unwrap().remote, socket);
}

/// `https_only` holds for where a redirect leads: it is not asked, and what came of the redirect is kept.
#[tokio::test]
async fn a_redirect_out_of_tls() {
    let issuer = issuer("one");
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("root.pem"), issuer.pem()).unwrap();
    let plain = Server::start(&[OK]).await;
    let moved = String::from_utf8(to(&plain.url("/"))).unwrap();
    let config = server(&Identity::of(&issuer, "localhost"), None, BOTH);
    let address = serve(config, &[&moved, &moved]).await;
    let url = format!("https://localhost:{}/", address.port());
    let client = client();
    for https_only in [true, false] {
        let mut request = pinned(&url, &[("localhost", "127.0.0.1".into())]);
        request.http.ca = Some("root.pem".into());
        request.http.https_only = Some(https_only);
        let prepared = prepared_in(folder.path().into(), request);
        let exchange = client.send(prepared, |_| (), CancellationToken::new()).await;
        if https_only {
            let failure = failure(&exchange);
            assert_eq!(failure.kind, FailureKind::BadRedirect, "{failure:?}");
            assert!(failure.message.contains(&plain.url("/")), "{failure:?}");
            assert!(failure.hint.as_ref().unwrap().contains("https_only"), "{failure:?}");
            assert_eq!(text(&exchange), "...");
            assert_eq!(exchange.response().unwrap().status, 302);
            assert!(plain.got().is_empty());
        } else {
            assert_eq!(text(&exchange), "ok");
        }
    }
}

/// A start without TLS is no better than a way out of it: it is told before anything is connected.
#[tokio::test]
async fn a_start_without_tls() {
    let server = Server::start(&[OK]).await;
    let mut request = get(server.url("/"));
    request.http.https_only = Some(true);
    let effective = Effective { request, vars: Vec::new(), base: "/".into() };
    let error = prepare(None, None, &effective, &Scope::default()).unwrap_err();
    assert_eq!((error.failure.kind, error.part.as_deref()), (FailureKind::Invalid, Some("URL")));
    assert!(error.failure.hint.as_ref().unwrap().contains("https_only"), "{error}");
    // By the settings of the user rather than the request's.
    let settings = Settings { https_only: Some(true), ..quick() };
    let client = Client::new(ClientOptions { defaults: settings, ..ClientOptions::default() });
    let exchange = send(&client, get(server.url("/"))).await;
    assert_eq!(failure(&exchange).kind, FailureKind::Invalid);
    assert!(failure(&exchange).hint.as_ref().unwrap().contains("https_only"));
    assert!(server.got().is_empty());
}
