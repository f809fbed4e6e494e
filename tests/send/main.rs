//! `antiphon send` and `antiphon history`, as a user runs them.

#![allow(clippy::unwrap_used, reason = "functions that only tests call say what they expect, as tests do")]

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
    process::Stdio,
};

mod archive;
mod download;
mod flags;
mod json;
mod log;
mod login;
#[cfg(unix)]
mod progress;
mod proxies;
mod streams;
#[path = "../support/mod.rs"]
mod support;
mod wire;

use support::program::{Practice, Run, Sandbox};
#[cfg(unix)]
use support::terminal::Terminal;

const ECHO: &str = "method = \"POST\"\nurl = \"{{ base_url }}/echo/{{ who }}\"\n[headers]\nX-Mine = \"1\"\n\
    X-Off = { value = \"2\", enabled = false }\n[body]\njson = '{\"a\": {{ n }}}'\n[vars]\nwho = \"me\"\nn = \"1\"\n";

fn field<'a>(echo: &'a serde_json::Value, name: &str) -> Vec<&'a str> {
    let fields = echo["fields"].as_array().unwrap();
    let named = fields.iter().filter(|field| field["name"].as_str().unwrap().eq_ignore_ascii_case(name));
    named.map(|field| field["value"].as_str().unwrap()).collect()
}

#[test]
fn a_request_of_the_workspace_is_sent_as_its_file_says() {
    let practice = Practice::start();
    let sandbox = Sandbox::with_collection(&practice.url(), &[("things/echo.toml", ECHO)]);
    let echo = sandbox.json(&["send", "things/echo"]);
    assert_eq!(echo["method"], "POST", "{echo:#}");
    assert!(echo.to_string().contains("/echo/me"), "{echo:#}");
    assert_eq!(field(&echo, "x-mine"), ["1"]);
    assert!(field(&echo, "x-off").is_empty());
    assert!(echo.to_string().contains(r#"{\"a\": 1}"#), "{echo:#}");
}

#[test]
fn what_is_typed_stands_over_what_is_written() {
    let practice = Practice::start();
    let sandbox = Sandbox::with_collection(&practice.url(), &[("things/echo.toml", ECHO)]);
    let echo = sandbox.json(&[
        "send",
        "work/things/echo",
        "-X",
        "PUT",
        "-H",
        "X-Mine: a",
        "-H",
        "x-mine: b",
        "-H",
        "User-Agent: t",
        "-d",
        "p=1&q=2",
        "--var",
        "who=you",
    ]);
    assert_eq!(echo["method"], "PUT");
    assert!(echo.to_string().contains("/echo/you"));
    assert_eq!(field(&echo, "x-mine"), ["a", "b"]);
    assert_eq!(field(&echo, "user-agent"), ["t"]);
    assert_eq!(field(&echo, "content-type"), ["application/x-www-form-urlencoded"]);
}

#[test]
fn a_url_needs_no_workspace() {
    let practice = Practice::start();
    let sandbox = Sandbox::new(&[("data.bin", "from a file")]);
    let port = practice.port();
    for target in [format!(":{port}/echo/x"), format!("127.0.0.1:{port}/echo/x"), practice.url() + "/echo/x"]
    {
        let echo = sandbox.json(&["send", &target]);
        assert_eq!(echo["method"], "GET", "{target}");
        assert!(echo.to_string().contains("/echo/x"), "{target}");
    }
    let url = practice.url() + "/echo";
    let echo = sandbox.json(&["send", &url, "-d", r#"{"a": "{{ v }}"}"#, "--var", "v=ü"]);
    assert_eq!(
        (echo["method"].as_str(), field(&echo, "content-type")),
        (Some("POST"), vec!["application/json"])
    );
    assert!(echo.to_string().contains("ü"));
    let echo = sandbox.json(&["send", &url, "-X", "put", "-d", "@data.bin"]);
    assert!(echo.to_string().contains("from a file"), "{echo:#}");
    assert!(!sandbox.home().join("data/my-requests").exists(), "a URL makes no workspace");
}

#[test]
fn data_comes_from_standard_input_untouched() {
    let practice = Practice::start();
    let sandbox = Sandbox::new(&[]);
    let url = practice.url() + "/echo";
    let mut command = sandbox.command(&["send", &url, "-d", "@-"]);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"no {{ template }} here").unwrap();
    let run = Run::from(child.wait_with_output().unwrap()).ended(0);
    assert!(run.out.contains("no {{ template }} here"), "{run:?}");
}

#[test]
fn a_pipe_gets_the_bytes_that_came() {
    let practice = Practice::start();
    let sandbox = Sandbox::new(&[]);
    let run = sandbox.run(&["send", &(practice.url() + "/content/latin-1")]).ended(0);
    assert!(std::str::from_utf8(&run.bytes).is_err(), "not translated");
    assert_eq!(run.err, "", "nothing but the body");
    let run = sandbox.run(&["send", &(practice.url() + "/download/3000000")]).ended(0);
    assert_eq!(run.bytes.len(), 3_000_000);
    let run = sandbox.run(&["send", &(practice.url() + "/compressed/zstd")]).ended(0);
    assert!(serde_json::from_str::<serde_json::Value>(&run.out).is_ok(), "decoded: {run:?}");
}

#[test]
fn verbose_tells_every_hop_and_masks_secrets() {
    let practice = Practice::start();
    let request = "url = \"{{ base_url }}/redirect/302\"\n[auth]\nbearer = \"{{ token }}\"\n";
    let sandbox =
        Sandbox::with_collection(&practice.url(), &[("hop.toml", request), (".env", "T=hunter2\n")]);
    let environment =
        format!("[vars]\nbase_url = \"{}\"\n[secrets]\ntoken = {{ env = \"T\" }}\n", practice.url());
    sandbox.write("environments/local.toml", environment);
    let run = sandbox.run(&["send", "hop", "--verbose"]).ended(0);
    for part in [
        "> GET /redirect/302 HTTP/1.1",
        "< HTTP/1.1 302 Found",
        "hop 2",
        "/echo",
        "< HTTP/1.1 200 OK",
        "connection 1 (new)",
        "connection 1 (reused)",
        "connect ",
        "wait ",
        "Authorization: Bearer ••••••",
    ] {
        assert!(run.err.contains(part), "{part} in {}", run.err);
    }
    assert!(!run.err.contains("hunter2"));
    assert!(run.out.contains("Bearer hunter2"), "it was sent: {}", run.out);
    let shown = sandbox.run(&["history", "show", "1", "--json"]).ended(0);
    let sent = serde_json::from_str::<serde_json::Value>(&shown.out).unwrap()["request"].to_string();
    assert!(sent.contains("••••••") && !sent.contains("hunter2"), "{sent}");
    // A replay as it was sent finds the secret anew.
    sandbox.write(".env", "T=hunter3\n");
    let run = sandbox.run(&["history", "replay", "1"]).ended(0);
    assert!(run.out.contains("Bearer hunter3"), "{run:?}");
}

#[test]
fn the_exit_code_says_how_it_ended() {
    let practice = Practice::start();
    let url = |path: &str| practice.url() + path;
    let sandbox =
        Sandbox::with_collection(&practice.url(), &[("undefined.toml", "url = \"{{ base_ulr }}/x\"\n")]);
    sandbox.run(&["send", &url("/status/404")]).ended(0);
    sandbox.run(&["send", &url("/status/404"), "--fail"]).ended(1);
    sandbox.run(&["send", &url("/status/302"), "--fail"]).ended(0);
    let run = sandbox.run(&["send", &url("/broken/cut-short")]).ended(3);
    assert!(run.err.starts_with("error: "), "{run:?}");
    let run = sandbox.run(&["send", "undefined"]).ended(2);
    assert!(run.err.contains("undefined: URL: ") && run.err.contains("base_url"), "{run:?}");
    let run = sandbox.run(&["send", "undefinde"]).ended(2);
    assert!(run.err.contains("did you mean `undefined`?"), "{run:?}");
    let run = sandbox.run(&["send", "undefined", "--env", "production"]).ended(2);
    assert!(run.err.contains("hint: there are: local"), "{run:?}");
    sandbox.run(&["send", "undefined", "--var", "novalue"]).ended(2);
    sandbox.run(&["send", &url("/echo"), "-d", "@nothing.bin"]).ended(2);
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let run = sandbox.run(&["send", &format!("http://{closed}/")]).ended(3);
    assert!(run.err.contains("refused") && run.err.contains("hint: "), "{run:?}");
}

#[cfg(unix)]
#[test]
fn ctrl_c_closes_the_connection_and_exits_with_130() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let sandbox = Sandbox::new(&[]);
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let mut command = sandbox.command(&["send", &url]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (mut stream, _) = listener.accept().unwrap();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut line = String::new();
    while line != "\r\n" {
        line.clear();
        reader.read_line(&mut line).unwrap();
    }
    let interrupt =
        std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(interrupt.success());
    assert_eq!(stream.read(&mut [0; 16]).unwrap(), 0, "the socket is closed");
    let run = Run::from(child.wait_with_output().unwrap()).ended(130);
    assert!(run.err.contains("error: cancelled"), "{run:?}");
    assert_eq!(sandbox.json(&["history", "list", "--json"]).as_array().unwrap().len(), 1, "it is in history");
}

#[test]
fn a_closed_pipe_is_no_error() {
    let practice = Practice::start();
    let sandbox = Sandbox::new(&[]);
    let url = practice.url() + "/download/3000000";
    let mut child =
        sandbox.command(&["send", &url]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let run = Run::from(child.wait_with_output().unwrap()).ended(0);
    assert_eq!(run.err, "");
}

#[test]
fn history_lists_shows_and_replays() {
    let practice = Practice::start();
    let sandbox = Sandbox::with_collection(&practice.url(), &[("echo.toml", ECHO)]);
    sandbox.run(&["send", "echo"]).ended(0);
    sandbox.run(&["send", &(practice.url() + "/status/418")]).ended(0);
    let list = sandbox.run(&["history", "list"]).ended(0);
    let lines: Vec<&str> = list.out.lines().collect();
    assert!(
        lines[0].contains("418") && lines[1].contains("POST") && lines[1].contains("echo [local]"),
        "{list:?}"
    );
    let json = sandbox.json(&["history", "list", "echo", "--json"]);
    let id = json[0]["id"].as_str().unwrap();
    assert_eq!((json.as_array().unwrap().len(), json[0]["status"].as_u64()), (1, Some(200)));

    let shown = sandbox.run(&["history", "show", id]).ended(0);
    assert!(shown.out.contains("> POST ") && shown.out.contains("< HTTP/1.1 200 OK"), "{shown:?}");
    let body = sandbox.run(&["history", "show", id, "--body"]).ended(0);
    assert!(serde_json::from_str::<serde_json::Value>(&body.out).is_ok(), "{body:?}");

    let changed = ECHO.replace("who = \"me\"", "who = \"her\"");
    sandbox.write("echo.toml", changed);
    let run = sandbox.run(&["history", "replay", id]).ended(0);
    assert!(run.out.contains("/echo/me"), "as it was sent: {run:?}");
    assert!(run.err.contains("before: 200 OK") && run.err.contains("now:    200 OK"), "{run:?}");
    let both = sandbox.json(&["history", "replay", id, "--today", "--json"]);
    assert!(both["now"]["response"]["body"].as_str().unwrap().contains("/echo/her"), "{both:#}");
    assert_eq!(sandbox.json(&["history", "list", "--json"]).as_array().unwrap().len(), 4);

    sandbox.run(&["history", "show", "99"]).ended(2);
    let path = sandbox.run(&["history", "path"]).ended(0);
    assert!(std::path::Path::new(path.out.trim_end()).is_file(), "{path:?}");
}

#[test]
fn the_settings_may_say_that_nothing_is_kept() {
    let practice = Practice::start();
    let sandbox = Sandbox::new(&[("../home/config/config.toml", "[history]\nkeep = false\n")]);
    sandbox.run(&["send", &(practice.url() + "/echo")]).ended(0);
    assert_eq!(sandbox.json(&["history", "list", "--json"]).as_array().unwrap().len(), 0);
}

#[cfg(unix)]
#[test]
fn a_terminal_gets_the_body_laid_out_in_colour() {
    let practice = Practice::start();
    let sandbox = Sandbox::new(&[]);
    let url = practice.url() + "/v1/products/prd_001";
    let mut envs = sandbox.variables();
    let mut terminal = Terminal::spawn(&["send", &url], 100, 40, &envs, &sandbox.work());
    assert_eq!(terminal.wait_exit(), 0);
    let screen = terminal.screen();
    assert!(screen.starts_with("200 OK · ") && screen.contains("\n{\n  \"id\": \"prd_001\","), "{screen}");
    assert!(terminal.raw().contains("\u{1b}[34m\"id\"\u{1b}[0m"), "{:?}", terminal.raw());

    envs.push(("NO_COLOR".to_owned(), "1".to_owned()));
    let mut terminal = Terminal::spawn(&["send", &url], 100, 40, &envs, &sandbox.work());
    assert_eq!(terminal.wait_exit(), 0);
    assert!(terminal.screen().contains("\n  \"id\": \"prd_001\","), "{}", terminal.screen());
    assert!(!terminal.raw().contains('\u{1b}'), "{:?}", terminal.raw());

    let url = practice.url() + "/content/png";
    let mut terminal = Terminal::spawn(&["send", &url], 100, 40, &envs, &sandbox.work());
    assert_eq!(terminal.wait_exit(), 0);
    assert!(terminal.screen().contains("89 50 4e 47"), "hex: {}", terminal.screen());
}
