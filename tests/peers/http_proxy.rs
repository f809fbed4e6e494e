//! tinyproxy, which wants credentials and leaves from 127.0.0.3, so that a server sees who came through it.

use super::{answer, certificate, failure, hops, plain, port, secure, send, statuses};

fn through(url: &str, proxy: &str) -> String {
    format!("url = {url:?}\n[http]\nproxy = {proxy:?}\nca = {:?}", certificate("authority.pem"))
}

#[test]
#[ignore = "needs the peers of tests/peers/run"]
fn plain_http_is_forwarded() {
    let proxy = format!("http://keeper:s3cret@127.0.0.1:{}", port("PROXY"));
    let out = answer(&through(&plain("HTTP", "/from"), &proxy));
    assert!(out.starts_with("127.0.0.3 ") && out.contains("tinyproxy"), "{out}");
}

#[test]
#[ignore = "needs the peers of tests/peers/run"]
fn https_is_tunnelled_with_http_2_inside() {
    let proxy = format!("http://keeper:s3cret@127.0.0.1:{}", port("PROXY"));
    let (sandbox, run) = send(&through(&secure("TLS", "/from"), &proxy), &[]);
    assert_eq!(run.ended(0).out, "127.0.0.3 HTTP/2.0\n");
    let connection = hops(&sandbox)[0]["connection"].to_string();
    assert!(connection.contains(&port("PROXY").to_string()), "{connection}");
    assert!(!connection.contains("s3cret"), "{connection}");
}

#[test]
#[ignore = "needs the peers of tests/peers/run"]
fn the_way_to_the_proxy_can_be_tls() {
    let proxy = format!("https://keeper:s3cret@localhost:{}", port("TLS_PROXY"));
    assert_eq!(answer(&through(&secure("TLS", "/from"), &proxy)), "127.0.0.3 HTTP/2.0\n");
    assert!(answer(&through(&plain("HTTP", "/from"), &proxy)).starts_with("127.0.0.3 "));
}

#[test]
#[ignore = "needs the peers of tests/peers/run"]
fn without_credentials_there_is_no_way_through() {
    let proxy = format!("http://127.0.0.1:{}", port("PROXY"));
    assert_eq!(failure(&through(&secure("TLS", "/from"), &proxy)), "proxy");
    let (sandbox, run) = send(&through(&plain("HTTP", "/from"), &proxy), &["--fail"]);
    run.ended(1);
    assert_eq!(statuses(&hops(&sandbox)), [407]);
}

#[test]
#[ignore = "needs the peers of tests/peers/run"]
fn a_host_that_needs_no_proxy_is_reached_directly() {
    let proxy = format!("http://keeper:s3cret@127.0.0.1:{}", port("PROXY"));
    let request = through(&secure("TLS", "/from"), &proxy) + "\nno_proxy = [\"localhost\"]";
    assert_eq!(answer(&request), "127.0.0.1 HTTP/2.0\n");
}
