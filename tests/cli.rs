//! The other commands, as a user runs them.

use std::{
    io::{BufRead, BufReader},
    process::Stdio,
};

mod support;

use support::program::Sandbox;
#[cfg(unix)]
use support::terminal::Terminal;

#[test]
fn a_sound_workspace_takes_one_line() {
    let files =
        [("a.toml", "url = \"{{ base_url }}/{{ uuid() }}\"\n"), ("b/c.toml", "url = \"{{ base_url }}\"\n")];
    let sandbox = Sandbox::with_collection("http://localhost", &files);
    let run = sandbox.run(&["check"]).ended(0);
    assert_eq!(run.out, "2 requests, 1 environment: no problems\n");
    sandbox.run(&["check", "b"]).ended(0);
}

#[test]
fn every_error_is_told_with_its_place_and_a_hint() {
    let files = [
        ("syntax.toml", "url = \"x\n"),
        ("key.toml", "url = \"{{ base_url }}\"\nmetod = \"GET\"\n"),
        ("undefined.toml", "url = \"{{ base_url }}\"\n[headers]\nAccept = \"{{ base_ulr }}\"\n"),
        ("circle.toml", "url = \"{{ a }}\"\n[vars]\na = \"{{ b }}\"\nb = \"{{ a }}\"\n"),
        ("function.toml", "url = \"{{ base_url | uper }}\"\n"),
        ("upload.toml", "url = \"{{ base_url }}\"\n[body.multipart]\nphoto = { file = \"no.png\" }\n"),
        (
            "off.toml",
            "url = \"{{ base_url }}\"\n[headers]\nAccept = { value = \"{{ no }}\", enabled = false }\n",
        ),
        ("one.toml", "url = \"{{ only_here }}\"\n"),
        ("under/folder.toml", "[headers]\nX-Tenant = \"{{ tenant }}\"\n"),
        ("under/none.toml", "url = \"{{ base_url }}\"\n"),
        ("under/own.toml", "url = \"{{ base_url }}\"\n[headers]\nx-tenant = \"1\"\n"),
        ("environments/other.toml", "[vars]\nbase_url = \"http://h\"\nonly_here = \"{{ nofunction() }}\"\n"),
    ];
    let sandbox = Sandbox::with_collection("http://localhost", &files);
    let run = sandbox.run(&["check"]).ended(1);
    let expected = [
        "syntax.toml:1:",
        "key.toml:2:1: ",
        "undefined.toml:3:14: ",
        "circle.toml:3:9: ",
        "function.toml:1:",
        "upload.toml:3:18: ",
        "under/folder.toml:2:16: ",
        "environments/other.toml:3:",
    ];
    for place in expected {
        assert!(run.out.lines().any(|line| line.starts_with(place)), "{place} in\n{}", run.out);
    }
    for hint in ["did you mean `method`?", "base_url", "did you mean `upper`?"] {
        assert!(
            run.out.lines().any(|line| line.starts_with("  hint: ") && line.contains(hint)),
            "{hint}:\n{}",
            run.out
        );
    }
    for silent in ["off.toml", "one.toml", "under/none.toml", "under/own.toml", "local.toml"] {
        assert!(!run.out.contains(silent), "{silent} in\n{}", run.out);
    }
    assert!(run.out.lines().last().unwrap().contains("problems"), "{}", run.out);
}

#[test]
fn what_cannot_be_checked_is_a_usage_error() {
    let sandbox = Sandbox::new(&[]);
    let run = sandbox.run(&["check"]).ended(2);
    assert!(run.err.contains("no collection") && run.err.contains("hint: "), "{run:?}");
    sandbox.run(&["check", "nowhere"]).ended(2);
}

#[test]
fn environments_are_listed_without_secret_values() {
    let environment = "doc = \"Live\"\n[vars]\nhost = \"h\"\n[secrets]\ntoken = { env = \"T\" }\nkey = { env = \"NONE\" }\n";
    let sandbox = Sandbox::with_collection(
        "http://x",
        &[("environments/live.toml", environment), (".env", "T=hunter2\n")],
    );
    let run = sandbox.run(&["env", "list"]).ended(0);
    for part in [
        "work/live",
        "Live",
        "host = h",
        "token: secret, variable T\n",
        "NONE is not set",
        "base_url = http://x",
    ] {
        assert!(run.out.contains(part), "{part} in {}", run.out);
    }
    assert!(!run.out.contains("hunter2"));
    let json = sandbox.json(&["env", "list", "--json"]);
    assert_eq!(json[0]["name"], "live");
    assert_eq!(json[0]["secrets"]["token"]["missing"], serde_json::Value::Null);
    assert!(!json.to_string().contains("hunter2"));
}

#[test]
fn completions_and_the_manual_name_the_commands() {
    let sandbox = Sandbox::new(&[]);
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let run = sandbox.run(&["completions", shell]).ended(0);
        assert!(run.out.contains("antiphon") && run.out.contains("history"), "{shell}");
    }
    let page = sandbox.run(&["man"]).ended(0);
    assert!(page.out.contains(".TH antiphon") && page.out.contains("130"), "{}", page.out);
}

#[test]
fn help_lists_the_exit_codes() {
    let sandbox = Sandbox::new(&[]);
    let run = sandbox.run(&["--help"]).ended(0);
    for code in ["0 ", "1 ", "2 ", "3 ", "130 "] {
        assert!(run.out.lines().any(|line| line.trim_start().starts_with(code)), "{code}: {}", run.out);
    }
    sandbox.run(&["send"]).ended(2);
}

#[test]
fn the_practice_api_prints_its_address_first() {
    let sandbox = Sandbox::new(&[]);
    let mut command = sandbox.command(&["demo", "--serve-only", "--port", "0"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    let run = sandbox.run(&["send", &format!("{}/v1/products/prd_001", line.trim_end())]);
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(run.ended(0).out.contains("prd_001"));
}

#[test]
fn a_mistake_in_the_settings_is_told_and_stops_nothing() {
    let sandbox =
        Sandbox::with_collection("http://x", &[("../home/config/config.toml", "[ui]\nteme = \"dark\"\n")]);
    let run = sandbox.run(&["env", "list"]).ended(0);
    assert!(run.err.contains("config.toml:2:1: ") && run.err.contains("theme"), "{run:?}");
}

#[test]
fn the_workbench_says_that_it_needs_a_terminal() {
    let sandbox = Sandbox::with_collection("http://x", &[]);
    for args in [&[][..], &["."]] {
        let run = sandbox.run(args).ended(2);
        assert!(run.err.contains("needs a terminal") && run.out.is_empty(), "{run:?}");
    }
}

#[cfg(unix)]
#[test]
fn the_workbench_opens_on_a_folder_and_tells_what_is_none() {
    let sandbox = Sandbox::with_collection("http://x", &[("list.toml", "url = \"{{ base_url }}\"\n")]);
    let envs = sandbox.variables();
    let mut terminal = Terminal::spawn(&[], 100, 30, &envs, &sandbox.work());
    terminal.wait_for_text("list");
    terminal.keys("ctrl+q");
    assert_eq!(terminal.wait_exit(), 0);
    assert!(!terminal.is_alternate(), "the terminal is as it was");
    let mut terminal = Terminal::spawn(&["nowhere"], 100, 30, &envs, &sandbox.work());
    assert_eq!(terminal.wait_exit(), 2);
    assert!(terminal.screen().contains("cannot open nowhere"), "{}", terminal.screen());
}

#[cfg(unix)]
#[test]
fn the_demo_unpacks_its_sample_and_serves_it() {
    let sandbox = Sandbox::new(&[]);
    let mut terminal =
        Terminal::spawn(&["demo", "--port", "0"], 120, 40, &sandbox.variables(), &sandbox.work());
    terminal.wait_for_text("list-products");
    assert!(sandbox.home().join("data/sample/collections/shop/collection.toml").is_file());
    terminal.keys("f5");
    terminal.wait_for_text("200 OK");
    terminal.keys("ctrl+q");
    assert_eq!(terminal.wait_exit(), 0);
}

/// JSON that is none as it is written has its place in the file, and `send` names the same one.
#[test]
fn json_that_is_none_has_its_place() {
    let variables = "method = \"POST\"\nurl = \"{{ base_url }}\"\n[body.graphql]\nquery = \"{ a }\"\nvariables = '''\n\
                     {\n  \"id\": {{ n }},\n  \"a\": ,\n}'''\n[vars]\nn = \"1\"\n";
    let files = [
        ("graphql.toml", variables),
        ("escaped.toml", "url = \"{{ base_url }}\"\n[body]\njson = \"{\\\"a\\\": \\\"b\\\", oops}\"\n"),
        ("cut.toml", "url = \"{{ base_url }}\"\n[body]\njson = '{\"a\": '\n"),
        // What the templates stand for makes it whole.
        (
            "whole.toml",
            "url = \"{{ base_url }}\"\n[body]\njson = '{\"a\": 1 {{ more }}'\n[vars]\nmore = \", \\\"b\\\": 2}\"\n",
        ),
        ("empty.toml", "url = \"{{ base_url }}\"\n[body.graphql]\nquery = \"{ a }\"\nvariables = \" \"\n"),
    ];
    let sandbox = Sandbox::with_collection("http://127.0.0.1:1", &files);
    let run = sandbox.run(&["check"]).ended(1);
    for told in [
        "graphql.toml:8:8: the GraphQL variables are not JSON: ",
        "escaped.toml:3:",
        "cut.toml:3:15: the body is not JSON: ",
    ] {
        assert!(run.out.lines().any(|line| line.starts_with(told)), "{told} in\n{}", run.out);
    }
    for silent in ["whole.toml", "empty.toml"] {
        assert!(!run.out.contains(silent), "{silent} in\n{}", run.out);
    }
    let run = sandbox.run(&["send", "graphql"]).ended(2);
    assert!(run.err.contains("the GraphQL variables are not JSON: line 3, column 8: "), "{run:?}");
    assert!(run.err.contains("(graphql.toml:8:8)"), "{run:?}");
}
