//! `antiphon cookies`, and cookies from one run to the next, as a user has them.

use std::{io::Write as _, process::Stdio};

mod support;

use support::program::{Practice, Sandbox};

#[test]
fn a_login_lasts_from_one_run_to_the_next() {
    let practice = Practice::start();
    let files = [
        ("log-in.toml", "url = \"{{ base_url }}/cookies/set?session=abc\"\n"),
        ("who.toml", "url = \"{{ base_url }}/cookies\"\n"),
        ("alone.toml", "url = \"{{ base_url }}/cookies\"\nhttp.cookies = \"staff\"\n"),
    ];
    let sandbox = Sandbox::with_collection(&practice.url(), &files);
    sandbox.run(&["send", "log-in"]).ended(0);
    assert!(sandbox.run(&["send", "who"]).ended(0).out.contains("abc"));
    assert!(!sandbox.run(&["send", "alone"]).ended(0).out.contains("abc"));
    let listed = sandbox.run(&["cookies", "list"]).ended(0).out;
    assert_eq!(listed, "127.0.0.1\n  session=••••••  /  session, HttpOnly, Lax\n");
    assert!(sandbox.run(&["cookies", "list", "--reveal"]).ended(0).out.contains("session=abc"));
    let list = sandbox.json(&["cookies", "list", "--json", "--reveal"]);
    assert_eq!((&list[0]["name"], &list[0]["value"]), (&"session".into(), &"abc".into()));
    assert_eq!(sandbox.json(&["cookies", "list", "--json"])[0]["value"], serde_json::Value::Null);
    assert_eq!(sandbox.run(&["cookies", "clear"]).ended(0).out, "1 cookie deleted\n");
    assert!(!sandbox.run(&["send", "who"]).ended(0).out.contains("abc"));
}

#[test]
fn a_cookie_that_is_set_is_sent() {
    let practice = Practice::start();
    let files = [("who.toml", "url = \"{{ base_url }}/cookies\"\n")];
    let sandbox = Sandbox::with_collection(&practice.url(), &files);
    sandbox.run(&["cookies", "set", "id=7", "--domain", "127.0.0.1"]).ended(0);
    sandbox.run(&["cookies", "set", "deep=1", "-d", "127.0.0.1", "-p", "/elsewhere", "--secure"]).ended(0);
    let mut child = sandbox
        .command(&["cookies", "set", "quiet", "--domain", "127.0.0.1"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"hush\n").unwrap();
    assert!(child.wait().unwrap().success());
    let shown = sandbox.run(&["send", "who"]).ended(0).out;
    assert!(shown.contains("\"7\"") && shown.contains("hush") && !shown.contains("deep"), "{shown}");
    sandbox.run(&["cookies", "delete", "id"]).ended(0);
    let run = sandbox.run(&["cookies", "delete", "id"]).ended(2);
    assert!(run.err.contains("there is no such cookie"), "{}", run.err);
    let run = sandbox.run(&["cookies", "set", "__Host-a=1", "--domain", "h"]).ended(2);
    assert!(run.err.contains("the __Host- prefix needs Secure"), "{}", run.err);
    let left = sandbox.run(&["cookies", "delete", "--domain", "127.0.0.1"]).ended(0).out;
    assert_eq!(left, "2 cookies deleted\n");
}

#[test]
fn cookies_go_out_to_a_file_and_come_in_again() {
    let sandbox = Sandbox::with_collection("http://localhost", &[]);
    let file = "# Netscape HTTP Cookie File\n\
        #HttpOnly_.shop.example\tTRUE\t/\tTRUE\t4102444800\tid\t7\n\
        shop.example\tFALSE\t/a\tFALSE\t0\tx\ty\n";
    sandbox.write("in.txt", file);
    assert_eq!(sandbox.run(&["cookies", "import", "in.txt"]).ended(0).out, "2 cookies put in\n");
    assert_eq!(sandbox.run(&["cookies", "export"]).ended(0).out, file);
    sandbox.run(&["cookies", "export", "out.txt"]).ended(0);
    assert_eq!(std::fs::read_to_string(sandbox.work().join("out.txt")).unwrap(), file);
    sandbox.run(&["cookies", "import", "in.txt", "--jar", "staff"]).ended(0);
    let path = sandbox.run(&["cookies", "path", "--jar", "staff"]).ended(0).out;
    assert!(std::path::Path::new(path.trim()).is_file(), "{path}");
    sandbox.write("bad.txt", "shop.example\tFALSE\t/\n");
    let run = sandbox.run(&["cookies", "import", "bad.txt"]).ended(2);
    assert!(run.err.contains("line 1: 3 fields between tabs where 7 are needed"), "{}", run.err);
    assert_eq!(sandbox.run(&["cookies", "export", "--env", "local"]).ended(0).out, file);
    let run = sandbox.run(&["cookies", "list", "--env", "no"]).ended(2);
    assert!(run.err.contains("there is no environment `no`"), "{}", run.err);
}

#[test]
fn a_damaged_jar_is_told_and_stops_nothing() {
    let practice = Practice::start();
    let sandbox =
        Sandbox::with_collection(&practice.url(), &[("who.toml", "url = \"{{ base_url }}/cookies\"\n")]);
    sandbox.run(&["cookies", "set", "id=7", "--domain", "127.0.0.1"]).ended(0);
    let path = sandbox.run(&["cookies", "path"]).ended(0).out;
    std::fs::write(path.trim(), "{").unwrap();
    let run = sandbox.run(&["send", "who"]).ended(0);
    assert!(run.err.contains("warning: the cookie jar was damaged"), "{}", run.err);
    assert_eq!(sandbox.run(&["send", "who"]).ended(0).err.matches("damaged").count(), 0);
}
