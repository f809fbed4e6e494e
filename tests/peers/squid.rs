//! squid: spoken to with TLS and without, with basic credentials; and one that knows only Windows' ways to sign in. Both
//! leave from 127.0.0.4, so that a server sees who came through them.

use super::{answer, certificate, exchange, hops, plain, port, secure, send, statuses};

fn through(url: &str, proxy: &str) -> String {
    format!("url = {url:?}\n[http]\nproxy = {proxy:?}\nca = {:?}", certificate("authority.pem"))
}

#[test]
#[ignore = "needs the peers of tests/peers/run"]
fn both_ways_to_the_proxy_lead_to_both_kinds_of_servers() {
    let ways = [("http", port("SQUID")), ("https", port("TLS_SQUID"))];
    for (scheme, port) in ways {
        let proxy = format!("{scheme}://keeper:s3cret@localhost:{port}");
        let forwarded = answer(&through(&plain("HTTP", "/from"), &proxy));
        assert!(forwarded.starts_with("127.0.0.4 ") && forwarded.contains("squid.test"), "{forwarded}");
        let (sandbox, run) = send(&through(&secure("TLS", "/from"), &proxy), &["-v"]);
        let run = run.ended(0);
        assert_eq!(run.out, "127.0.0.4 HTTP/2.0\n", "{scheme}");
        let connection = hops(&sandbox)[0]["connection"].to_string();
        for told in [&connection, &run.err] {
            assert!(told.contains(&port.to_string()) && !told.contains("s3cret"), "{told}");
        }
    }
}

#[test]
#[ignore = "needs the peers of tests/peers/run"]
fn credentials_that_are_missing_or_wrong_are_told_apart() {
    for (user, told) in [("", "wants a user and a password"), ("keeper:wrong@", "did not take the user")] {
        let proxy = format!("https://{user}localhost:{}", port("TLS_SQUID"));
        let run = send(&through(&secure("TLS", "/from"), &proxy), &[]).1.ended(3);
        assert!(run.err.contains(told) && !run.err.contains("wrong@"), "{run:?}");
    }
}

#[test]
#[ignore = "needs the peers of tests/peers/run"]
fn a_proxy_whose_certificate_is_not_trusted_is_not_spoken_to() {
    let proxy = format!("https://keeper:s3cret@localhost:{}", port("TLS_SQUID"));
    let run = send(&format!("url = {:?}\n[http]\nproxy = {proxy:?}", plain("HTTP", "/from")), &[]).1.ended(3);
    assert!(run.err.contains("CN=Peers authority") && run.err.contains("ca = "), "{run:?}");
}

#[test]
#[ignore = "needs the peers of tests/peers/run"]
fn ways_to_sign_in_that_are_not_spoken_are_named() {
    for (scheme, port) in [("http", port("WINDOWS")), ("https", port("TLS_WINDOWS"))] {
        for user in ["", "keeper:s3cret@"] {
            let proxy = format!("{scheme}://{user}localhost:{port}");
            let run = send(&through(&secure("TLS", "/from"), &proxy), &[]).1.ended(3);
            assert!(run.err.contains("Negotiate or NTLM"), "{run:?}");
            assert!(run.err.contains("only basic authentication is spoken to proxies"), "{run:?}");
            // What is forwarded is not tunnelled: the proxy's refusal is the answer, with the field that says why.
            let (sandbox, run) = send(&through(&plain("HTTP", "/from"), &proxy), &["--fail"]);
            run.ended(1);
            assert_eq!(statuses(&hops(&sandbox)), [407]);
            assert!(exchange(&sandbox)["response"]["headers"].to_string().contains("NTLM"));
        }
    }
}

#[test]
#[ignore = "needs the peers of tests/peers/run"]
fn a_server_that_is_not_there_is_the_proxys_word() {
    let proxy = format!("https://keeper:s3cret@localhost:{}", port("TLS_SQUID"));
    let run = send(&through("https://127.0.0.1:1/", &proxy), &[]).1.ended(3);
    assert!(run.err.contains("503") && run.err.contains("could not reach the host"), "{run:?}");
}
