//! nginx with TLS and HTTP/2: versions, verification, client certificates.

use super::{answer, certificate, exchange, failure, hops, plain, port, secure, send};

fn request(url: &str, settings: &str) -> String {
    format!("url = {url:?}\n[http]\nca = {:?}\n{settings}", certificate("authority.pem"))
}

/// The server under a name that its certificate does not have, and the setting that leads there.
fn elsewhere() -> (String, String) {
    let port = port("TLS");
    let resolve = format!("resolve = {{ \"peer.invalid:{port}\" = \"127.0.0.1\" }}");
    (format!("https://peer.invalid:{port}/protocol"), resolve)
}

#[test]
#[ignore = "needs the peers of tests/peers/run"]
fn http_2_is_negotiated_and_1_1_can_be_forced() {
    let url = secure("TLS", "/protocol");
    let (sandbox, run) = send(&request(&url, ""), &[]);
    let out = run.ended(0).out;
    assert!(out.starts_with("HTTP/2.0 TLSv1.3 TLS_AES_"), "{out}");
    assert!(out.contains(" localhost ["), "the server's name was sent: {out}");
    assert_eq!(hops(&sandbox)[0]["connection"]["tls"]["alpn"], "h2");
    assert_eq!(hops(&sandbox)[0]["response"]["version"], "HTTP/2");

    assert!(answer(&request(&url, "version = \"1.1\"")).starts_with("HTTP/1.1 TLSv1.3"));
    assert!(answer(&request(&url, "version = \"2\"")).starts_with("HTTP/2.0 "));
    assert!(answer(&request(&secure("TLS12", "/"), "")).starts_with("HTTP/1.1 TLSv1.2"));
}

#[test]
#[ignore = "needs the peers of tests/peers/run"]
fn a_server_below_the_minimum_is_refused() {
    assert_eq!(failure(&request(&secure("TLS12", "/"), "min_tls = \"1.3\"")), "tls");
}

#[test]
#[ignore = "needs the peers of tests/peers/run"]
fn an_unknown_authority_and_a_wrong_name_are_refused_unless_verification_is_off() {
    let url = secure("TLS", "/protocol");
    assert_eq!(failure(&format!("url = {url:?}")), "tls");
    assert!(answer(&format!("url = {url:?}\n[http]\nverify = false")).starts_with("HTTP/2.0 "));
    let (named, resolve) = elsewhere();
    assert_eq!(failure(&request(&named, &resolve)), "tls");
    assert!(answer(&request(&named, &format!("verify = false\n{resolve}"))).contains(" peer.invalid ["));
}

#[test]
#[ignore = "needs the peers of tests/peers/run"]
fn a_client_certificate_says_who_asks() {
    let url = secure("CLIENT_CERT", "/");
    let pair = certificate("client-with-key.pem");
    assert_eq!(answer(&request(&url, &format!("cert = {pair:?}"))).trim(), "CN=alice,O=Antiphon");
    let archive = format!("cert = {:?}\ncert_password = \"pk12pass\"", certificate("client.p12"));
    assert_eq!(answer(&request(&url, &archive)).trim(), "CN=alice,O=Antiphon");
    let run = send(&request(&url, &archive.replace("pk12pass", "guessed")), &[]).1;
    assert!(run.code != 0 && run.err.contains("password") && !run.err.contains("guessed"), "{run:?}");
    let run = send(&request(&url, ""), &["--fail"]).1;
    assert!(run.code != 0 && !run.out.contains("alice"), "{run:?}");
}

#[test]
#[ignore = "needs the peers of tests/peers/run"]
fn plain_http_is_refused_where_https_is_asked_for() {
    let run = send(&request(&plain("HTTP", "/numbers.txt"), "https_only = true"), &[]).1;
    assert!(run.code != 0 && run.out.is_empty(), "{run:?}");
}

#[test]
#[ignore = "needs the peers of tests/peers/run"]
fn a_secure_cookie_is_kept_for_the_next_request() {
    let (sandbox, run) = send(&request(&secure("TLS", "/protocol"), ""), &[]);
    assert!(run.ended(0).out.ends_with("[]\n"));
    assert!(sandbox.run(&["send", "it", "--trust"]).ended(0).out.ends_with("[seen=yes]\n"));
    assert!(exchange(&sandbox)["attempts"][0]["hops"][0]["request"].to_string().contains("seen=yes"));
}
