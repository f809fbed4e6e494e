//! microsocks, which wants credentials and leaves from 127.0.0.2, so that a server sees who came through it.

use super::{answer, certificate, failure, hops, plain, port, secure, send};

fn through(url: &str, proxy: &str) -> String {
    let proxy = format!("{proxy}@127.0.0.1:{}", port("SOCKS"));
    format!("url = {url:?}\n[http]\nproxy = {proxy:?}\nca = {:?}", certificate("authority.pem"))
}

#[test]
#[ignore = "needs the peers of tests/peers/run"]
fn both_kinds_of_names_reach_the_server() {
    for scheme in ["socks5", "socks5h"] {
        let proxy = format!("{scheme}://keeper:s3cret");
        assert!(answer(&through(&plain("HTTP", "/from"), &proxy)).starts_with("127.0.0.2 "), "{scheme}");
        let (sandbox, run) = send(&through(&secure("TLS", "/from"), &proxy), &[]);
        assert_eq!(run.ended(0).out, "127.0.0.2 HTTP/2.0\n", "{scheme}");
        let connection = hops(&sandbox)[0]["connection"].to_string();
        assert!(
            connection.contains(&port("SOCKS").to_string()) && !connection.contains("s3cret"),
            "{connection}"
        );
    }
}

#[test]
#[ignore = "needs the peers of tests/peers/run"]
fn wrong_credentials_and_closed_ports_are_told_apart() {
    assert_eq!(failure(&through(&plain("HTTP", "/from"), "socks5://keeper:wrong")), "proxy");
    let run = send(&through("http://127.0.0.1:1/", "socks5://keeper:s3cret"), &[]).1.ended(3);
    assert!(run.err.to_lowercase().contains("refused"), "{run:?}");
}
