//! Proxies that the environment of the process names.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener},
    thread::JoinHandle,
};

use super::{
    support::program::{Run, Sandbox},
    wire::answer,
};

/// A proxy that answers one request by itself, with that body, and gives its head back.
fn proxy(body: &'static str) -> (SocketAddr, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let serving = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            head.push(byte[0]);
        }
        stream.write_all(&answer("", body.as_bytes())).unwrap();
        String::from_utf8(head).unwrap()
    });
    (address, serving)
}

fn sandbox(settings: &str) -> Sandbox {
    let file = format!("url = \"http://shop.test/x\"\n[http]\ntimeout = {{ total = \"20s\" }}\n{settings}");
    Sandbox::with_collection("http://unused", &[("it.toml", &file)])
}

fn send(variables: &[(&str, &str)], settings: &str) -> Run {
    let sandbox = sandbox(settings);
    let mut command = sandbox.command(&["send", "it", "-v"]);
    command.envs(variables.iter().copied());
    Run::from(command.output().unwrap())
}

#[test]
fn the_environments_proxy_is_used_and_shown_without_its_password() {
    let (address, serving) = proxy("proxied");
    let run = send(&[("HTTP_PROXY", &format!("http://me:hidden@{address}"))], "").ended(0);
    assert_eq!(run.out, "proxied");
    assert!(run.err.contains(&address.to_string()), "{run:?}");
    assert!(!run.err.contains("hidden") && !run.err.contains("bWU6aGlkZGVu"), "{run:?}");
    let head = serving.join().unwrap();
    assert!(head.starts_with("GET http://shop.test/x HTTP/1.1\r\n"), "{head}");
    assert!(head.contains("Proxy-Authorization: Basic bWU6aGlkZGVu\r\n"), "{head}");
}

#[test]
fn a_proxy_that_repeats_its_password_does_not_bring_it_into_the_history() {
    let said = "me, hidden, bWU6aGlkZGVu";
    let (address, serving) = proxy(said);
    let sandbox = sandbox("");
    let mut command = sandbox.command(&["send", "it"]);
    command.env("HTTP_PROXY", format!("http://me:hidden@{address}"));
    let run = Run::from(command.output().unwrap()).ended(0);
    assert_eq!(run.out, said, "as it came");
    let shown = sandbox.json(&["history", "show", "1", "--json"]);
    assert_eq!(shown["response"]["body"], "me, ••••••, bWU6••••••");
    serving.join().unwrap();
}

#[test]
fn a_request_says_no_to_the_environments_proxy() {
    let direct = "resolve = { \"shop.test\" = \"127.0.0.1:1\" }\n";
    for (variables, setting) in [
        (&[("HTTP_PROXY", "http://127.0.0.1:2")][..], "proxy = \"none\"\n"),
        (&[("HTTP_PROXY", "http://127.0.0.1:2")], "no_proxy = [\"shop.test\"]\n"),
        (&[("HTTP_PROXY", "http://127.0.0.1:2"), ("NO_PROXY", "10.0.0.0/8,.test")], ""),
    ] {
        let run = send(variables, &format!("{setting}{direct}")).ended(3);
        assert!(run.err.contains("shop.test refuses") && !run.err.contains("proxy http"), "{run:?}");
    }
    let run = send(&[("HTTP_PROXY", "http://127.0.0.1:2")], direct).ended(3);
    assert!(run.err.contains("the proxy http://127.0.0.1:2 cannot be reached"), "{run:?}");
    let run = send(&[("HTTP_PROXY", "ftp://127.0.0.1:2")], direct);
    assert!(run.code != 0 && run.err.contains("HTTP_PROXY is not a proxy's URL"), "{run:?}");
}
