//! nginx with certificates of every kind, and wanting one itself: what is told of each, and what to do about it.

use super::{Run, answer, certificate, exchange, hops, plain, port, secure, send};

/// A request to the server that shows the certificate of that name.
fn shown_by(name: &str, settings: &str) -> String {
    let port = port("CERTIFICATES");
    format!(
        "url = \"https://{name}:{port}/\"\n[http]\nresolve = {{ \"{name}:{port}\" = \"127.0.0.1\" }}\n{settings}"
    )
}

fn trusting(name: &str) -> String {
    format!("ca = {:?}", certificate(name))
}

/// A request to the server that wants a client's certificate, with settings more.
fn as_client(settings: &str) -> String {
    format!("url = {:?}\n[http]\n{}\n{settings}", secure("CLIENT_CERT", "/"), trusting("authority.pem"))
}

#[track_caller]
fn tells(request: &str, words: &[&str]) -> Run {
    let run = send(request, &[]).1;
    assert_ne!(run.code, 0, "{run:?}");
    for word in words {
        assert!(run.err.contains(word), "no `{word}` in {run:?}");
    }
    run
}

#[test]
#[ignore = "needs the peers of tests/peers/run"]
fn a_bad_certificate_is_told_with_its_cause_and_the_remedy() {
    let cases: [(&str, &[&str]); 5] = [
        ("expired.test", &["expired on 2020-03-01", "days ago", "renewed on the server"]),
        ("future.test", &["not valid yet: it begins on 2090-01-01", "check the clock"]),
        ("self-signed.test", &["is self-signed", "ca = \"server.pem\""]),
        (
            "stranger.test",
            &["issued by CN=An authority of strangers, which is not trusted", "ca = \"root.pem\""],
        ),
        ("alone.test", &["issued by CN=Peers intermediate", "the server should send it along"]),
    ];
    for (name, words) in cases {
        tells(&shown_by(name, &trusting("authority.pem")), words);
        // Off is off, and it is said.
        let (_, run) = send(&shown_by(name, "verify = false"), &["-v"]);
        let run = run.ended(0);
        assert_eq!(run.out.trim(), name);
        assert!(run.err.contains("not verified") || run.err.contains("verification is off"), "{run:?}");
    }
}

#[test]
#[ignore = "needs the peers of tests/peers/run"]
fn a_certificate_for_other_hosts_is_told_with_their_names() {
    let port = port("TLS");
    let settings =
        format!("resolve = {{ \"other.test:{port}\" = \"127.0.0.1\" }}\n{}", trusting("authority.pem"));
    tells(
        &format!("url = \"https://other.test:{port}/protocol\"\n[http]\n{settings}"),
        &["is for localhost and 127.0.0.1 and not for other.test", "use a name that it is for"],
    );
}

#[test]
#[ignore = "needs the peers of tests/peers/run"]
fn what_one_trusts_oneself_is_trusted() {
    for (name, file) in [("self-signed.test", "self-signed.test.pem"), ("stranger.test", "stranger.pem")] {
        assert_eq!(answer(&shown_by(name, &trusting(file))).trim(), name);
    }
}

#[test]
#[ignore = "needs the peers of tests/peers/run"]
fn the_chain_is_shown_from_the_server_upwards() {
    let (sandbox, run) = send(&shown_by("chain.test", &trusting("authority.pem")), &["-v"]);
    let run = run.ended(0);
    assert!(run.err.contains("CN=Peers intermediate"), "{run:?}");
    let connection = &hops(&sandbox)[0]["connection"];
    let chain = connection["tls"]["certificates"].as_array().unwrap_or_else(|| panic!("{connection:#}"));
    let of = |index: usize, key: &str| chain[index][key].as_str().unwrap().to_owned();
    assert_eq!(chain.len(), 2, "{connection:#}");
    assert_eq!((of(0, "subject"), of(0, "issuer")), ("CN=chain.test".into(), "CN=Peers intermediate".into()));
    assert_eq!(
        (of(1, "subject"), of(1, "issuer")),
        ("CN=Peers intermediate".into(), "CN=Peers authority".into())
    );
    assert_eq!(chain[0]["names"][0], "chain.test");
}

#[test]
#[ignore = "needs the peers of tests/peers/run"]
fn versions_that_do_not_meet_are_told() {
    let at = |peer, settings: &str| {
        format!("url = {:?}\n[http]\n{}\n{settings}", secure(peer, "/"), trusting("authority.pem"))
    };
    for minimum in ["", "min_tls = \"1.2\"", "min_tls = \"1.3\""] {
        assert_eq!(answer(&at("TLS13", minimum)), "HTTP/1.1 TLSv1.3\n");
    }
    assert_eq!(answer(&at("TLS12", "min_tls = \"1.2\"")), "HTTP/1.1 TLSv1.2\n");
    tells(&at("TLS12", "min_tls = \"1.3\""), &["does not speak TLS 1.3", "min_tls = \"1.2\""]);
}

#[test]
#[ignore = "needs the peers of tests/peers/run"]
fn a_port_without_tls_is_told() {
    let url = plain("HTTP", "/").replace("http:", "https:");
    tells(&format!("url = {url:?}"), &["does not speak TLS on this port", "try http://"]);
}

#[test]
#[ignore = "needs the peers of tests/peers/run"]
fn a_client_is_known_by_each_form_of_its_certificate() {
    let forms =
        ["client.p12", "client-legacy.p12", "client-3des.p12", "client-pbkdf2.pem", "client-scrypt.pem"];
    for name in forms {
        let settings = format!("cert = {:?}\ncert_password = \"pk12pass\"", certificate(name));
        assert_eq!(answer(&as_client(&settings)).trim(), "CN=alice,O=Antiphon", "{name}");
        let wrong = tells(&as_client(&settings.replace("pk12pass", "guessed")), &["password", name]);
        assert!(!wrong.err.contains("guessed"), "{name}: {wrong:?}");
        let (request, _) = settings.split_once('\n').unwrap();
        tells(&as_client(request), &["cert_password", name]);
    }
}

#[test]
#[ignore = "needs the peers of tests/peers/run"]
fn a_key_in_the_old_form_is_told_with_the_way_out() {
    let settings = format!("cert = {:?}\ncert_password = \"pk12pass\"", certificate("client-old.pem"));
    tells(&as_client(&settings), &["client-old.pem", "openssl pkcs8 -topk8"]);
}

/// nginx finishes the handshake and answers 400 itself, with what it misses.
#[test]
#[ignore = "needs the peers of tests/peers/run"]
fn a_certificate_that_is_missing_or_not_accepted_is_told() {
    let (sandbox, run) = send(&as_client(""), &["--fail"]);
    assert!(run.ended(1).out.contains("No required SSL certificate was sent"));
    assert_eq!(exchange(&sandbox)["response"]["status"], 400);
    let settings = format!("cert = {:?}", certificate("foreign-with-key.pem"));
    let run = send(&as_client(&settings), &["--fail"]).1.ended(1);
    assert!(run.out.contains("The SSL certificate error"), "{run:?}");
}
