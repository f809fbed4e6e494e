//! Settings, logins, bodies and forms of printing, as flags.

use std::{io::Write, process::Stdio};

use serde_json::Value;

use crate::support::program::{Practice, Run, Sandbox};

#[test]
fn settings_stand_over_those_of_the_file() {
    let practice = Practice::start();
    let request = "url = \"{{ base_url }}/redirect/302\"\n[http]\nredirects = false\n";
    let sandbox = Sandbox::with_collection(&practice.url(), &[("hop.toml", request)]);
    let status = |args: &[&str]| {
        let all: Vec<&str> = ["send", "hop", "--json"].iter().chain(args).copied().collect();
        sandbox.json(&all)["response"]["status"].clone()
    };
    assert_eq!(status(&[]), 302);
    assert_eq!(status(&["-L"]), 200);
    assert_eq!(status(&["--redirects", "3"]), 200);
    let run = sandbox.run(&["send", "hop", "--https-only"]).ended(2);
    assert!(run.err.contains("https_only"), "{run:?}");
    let run = sandbox.run(&["send", &(practice.url() + "/delay/30000"), "--timeout", "50ms"]).ended(3);
    assert!(run.err.contains("longer than 50ms"), "{run:?}");
    let resolved = format!("http://api.test:{}/echo", practice.port());
    let pair = format!("api.test:{}:127.0.0.1", practice.port());
    sandbox.run(&["send", &resolved, "--resolve", &pair]).ended(0);
    sandbox.run(&["send", "hop", "--resolve", "nothing"]).ended(2);
    sandbox.run(&["send", "hop", "--timeout", "soon"]).ended(2);
}

#[test]
fn retries_are_asked_for_by_flags() {
    let practice = Practice::start();
    let sandbox = Sandbox::new(&[]);
    let url = practice.url() + "/status/503";
    let args = ["send", &url, "--json", "--retry", "2", "--retry-on", "5xx", "--backoff", "1ms"];
    assert_eq!(sandbox.json(&args)["attempts"].as_array().unwrap().len(), 3);
    let post: Vec<&str> = args.iter().chain(&["-X", "POST"]).copied().collect();
    assert_eq!(sandbox.json(&post)["attempts"].as_array().unwrap().len(), 1, "it may not be repeated");
    let said: Vec<&str> = post.iter().chain(&["--idempotent"]).copied().collect();
    assert_eq!(sandbox.json(&said)["attempts"].as_array().unwrap().len(), 3);
}

#[test]
fn a_login_that_is_typed_is_sent_and_nowhere_kept() {
    let practice = Practice::start();
    let sandbox = Sandbox::new(&[]);
    let url = practice.url() + "/echo";
    let run = sandbox.run(&["send", &url, "--bearer", "hunter22", "-v"]).ended(0);
    assert!(run.out.contains("Bearer hunter22") && run.err.contains("Bearer ••••••"), "{run:?}");
    assert!(!run.err.contains("hunter22"), "{run:?}");
    let shown = sandbox.json(&["history", "show", "1", "--json"]);
    assert!(!shown["request"].to_string().contains("hunter22"), "{shown:#}");
    sandbox.write("word", "hunter22\n");
    let again = sandbox.run(&["history", "replay", "1", "--secret-file", "bearer_token=word"]).ended(0);
    assert!(again.out.contains("Bearer hunter22"), "{again:?}");
    let mut command = sandbox.command(&["send", &url, "--secret", "t=MY_T", "-p", "k={{ t }}", "--json"]);
    let run = Run::from(command.env("MY_T", "swordfish").output().unwrap()).ended(0);
    let sent: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(sent["request"]["url"], format!("{url}?k=••••••"));
    let run = sandbox.run(&["send", &url, "--secret", "t=NOT_SET"]).ended(2);
    assert!(run.err.contains("NOT_SET is not set"), "{run:?}");
}

#[test]
fn a_password_within_a_url_is_sent_and_nowhere_kept() {
    let practice = Practice::start();
    let sandbox = Sandbox::new(&[]);
    let url = format!("http://me:pass%40word@127.0.0.1:{}/echo", practice.port());
    let proxy = format!("http://me:swordfish@127.0.0.1:{}", practice.port());
    let run = sandbox.run(&["send", &url, "-x", &proxy, "-v"]).ended(0);
    // "me:pass@word" and "me:swordfish" in base64.
    assert!(run.out.contains("bWU6cGFzc0B3b3Jk") && run.out.contains("bWU6c3dvcmRmaXNo"), "{run:?}");
    sandbox.run(&["send", &url.replace("http:", "ftp:"), "-v"]).ended(2);
    sandbox.run(&["history", "show", "1", "--json"]).ended(0);
    let mut folders = vec![sandbox.home()];
    let mut looked_at = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            looked_at += 1;
            let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
            for told in ["pass%40word", "pass@word", "swordfish", "cGFzc0B3b3Jk", "c3dvcmRmaXNo"] {
                assert!(!text.contains(told), "{told} is in {}", path.display());
            }
        }
    }
    assert!(looked_at > 1, "there is a history");
}

#[test]
fn rows_that_are_typed_replace_empty_or_take_away() {
    let practice = Practice::start();
    let request = "url = \"{{ base_url }}/echo\"\n[params]\na = \"1\"\nb = \"2\"\nc = \"3\"\n\
                   [headers]\nX-A = \"1\"\nX-B = \"2\"\nX-C = \"3\"\n";
    let sandbox = Sandbox::with_collection(&practice.url(), &[("it.toml", request)]);
    let echo =
        sandbox.json(&["send", "it", "-p", "a", "-p", "b=", "-p", "d=x=y", "-H", "x-a:", "-H", "X-B;"]);
    assert_eq!(echo["query"], serde_json::json!([["c", "3"], ["b", ""], ["d", "x=y"]]));
    let fields = echo["fields"].as_array().unwrap().iter();
    let own: Vec<_> = fields
        .map(|field| (field["name"].as_str().unwrap(), field["value"].as_str().unwrap()))
        .filter(|(name, _)| name.to_lowercase().starts_with("x-"))
        .collect();
    assert_eq!(own, [("X-C", "3"), ("X-B", "")]);
    for wrong in [["-p", "=1"], ["-H", ": 1"], ["-H", "name"]] {
        sandbox.run(&["send", "it", wrong[0], wrong[1]]).ended(2);
    }
}

#[test]
fn bodies_as_flags() {
    let practice = Practice::start();
    let sandbox = Sandbox::new(&[("a.txt", "from a file")]);
    let url = practice.url() + "/echo";
    let echo = |args: &[&str]| {
        let all: Vec<&str> = ["send", url.as_str()].iter().chain(args).copied().collect();
        sandbox.json(&all)
    };
    assert_eq!(echo(&["--form", "a b=1&2", "--form", "c=3"])["body"]["text"], "a+b=1%262&c=3");
    assert_eq!(echo(&["--text", "{"])["body"]["text"], "{");
    let parts = echo(&["-F", "note=hello", "-F", "file=@a.txt;type=text/csv"])["body"]["text"].to_string();
    for part in ["hello", "from a file", "text/csv", "filename=\\\"a.txt"] {
        assert!(parts.contains(part), "{part}: {parts}");
    }
    sandbox.run(&["send", &url, "--json-body", "{oops"]).ended(2);
    sandbox.run(&["send", &url, "--text", "a", "--stdin"]).ended(2);
}

#[test]
fn large_bodies_of_standard_input_arrive_byte_for_byte() {
    let practice = Practice::start();
    let sandbox = Sandbox::new(&[]);
    let url = practice.url() + "/echo";
    let body: Vec<u8> = (0..3_000_000_u32).map(|at| (at % 251) as u8).collect();
    let mut child = sandbox
        .command(&["send", &url, "--stdin", "--json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(&body).unwrap();
    let run = Run::from(child.wait_with_output().unwrap());
    let sent: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(sent["attempts"][0]["hops"][0]["request"]["body_size"], 3_000_000, "{}", run.err);
}

#[test]
fn a_dry_run_sends_nothing_and_shows_no_secret() {
    let sandbox = Sandbox::new(&[]);
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let url = format!("http://{closed}/orders?a=1");
    let args = ["send", &url, "--dry-run", "--bearer", "hunter22", "-d", r#"{"key": "hunter22"}"#];
    let run = sandbox.run(&args).ended(0);
    assert!(run.out.starts_with("POST /orders?a=1 HTTP/1.1\nHost: 127.0.0.1:"), "{run:?}");
    assert!(run.out.ends_with("\n\n{\"key\": \"••••••\"}\n"), "{run:?}");
    assert!(run.out.contains("Authorization: Bearer ••••••\n"), "{run:?}");
    let json: Vec<&str> = args.iter().chain(&["--json"]).copied().collect();
    let request = sandbox.json(&json);
    assert_eq!((&request["method"], &request["url"]), (&"POST".into(), &url.clone().into()));
    assert_eq!(sandbox.json(&["history", "list", "--json"]).as_array().unwrap().len(), 0);
}

#[test]
fn the_exit_code_tells_the_class_of_the_status() {
    let practice = Practice::start();
    let sandbox = Sandbox::new(&[]);
    for (status, code) in [(200, 0), (302, 0), (404, 4), (503, 5)] {
        sandbox.run(&["send", &format!("{}/status/{status}", practice.url()), "--check-status"]).ended(code);
    }
}
