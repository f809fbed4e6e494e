//! Tokens as a user has them: sent, kept between runs, listed, got anew, forgotten; and a sign-in on a terminal and in
//! the workbench.

#![allow(clippy::unwrap_used, reason = "functions that only tests call say what they expect, as tests do")]

use std::net::TcpStream;

mod support;

use support::{
    browser::{browse, page},
    program::{Practice, Sandbox},
    terminal::Terminal,
};

const PASSWORD: &str = r#"
url = "{{ base_url }}/oauth/resource"

[auth.oauth2]
grant = "password"
token_url = "{{ base_url }}/oauth/token"
client_id = "practice-client"
client_secret = "practice-secret"
username = "demo"
password = "practice"
"#;

const BROWSER: &str = r#"
url = "{{ base_url }}/oauth/resource"

[auth.oauth2]
grant = "authorization_code"
auth_url = "{{ base_url }}/oauth/authorize"
token_url = "{{ base_url }}/oauth/token"
client_id = "practice-app"
"#;

fn sandbox(practice: &Practice) -> Sandbox {
    Sandbox::with_collection(&practice.url(), &[("password.toml", PASSWORD), ("browser.toml", BROWSER)])
}

#[test]
fn a_token_lasts_from_one_run_to_the_next() {
    let practice = Practice::start();
    let sandbox = sandbox(&practice);
    let requests = |run: serde_json::Value| run["attempts"][0]["token_requests"].as_array().unwrap().len();
    let first = sandbox.json(&["send", "password", "--json"]);
    let asked = &first["attempts"][0]["token_requests"][0];
    assert_eq!((&asked["purpose"], &asked["response"]["status"]), (&"password".into(), &200.into()));
    assert!(!first.to_string().contains("practice-secret"), "{first}");
    assert_eq!(requests(first), 1);
    assert_eq!(requests(sandbox.json(&["send", "password", "--json"])), 0, "kept");
    let told = sandbox.run(&["auth", "fetch", "password"]).ended(0);
    assert!(told.err.contains("can be refreshed") && told.out.is_empty(), "{told:?}");
    let listed = sandbox.run(&["auth", "list"]).ended(0).out;
    assert!(listed.contains("password  practice-client demo") && listed.contains("expires in"), "{listed}");
    let token = sandbox.json(&["auth", "list", "--json", "--reveal"])[0]["access_token"].clone();
    let token = token.as_str().unwrap();
    assert!(!listed.contains(token));
    let shown = sandbox.run(&["history", "show", "1"]).ended(0);
    assert!(!shown.out.contains(token) && !shown.err.contains(token), "{shown:?}");
    assert!(sandbox.run(&["auth", "forget", "password"]).ended(0).out.contains("forgotten"));
    assert!(sandbox.run(&["auth", "forget", "password"]).ended(0).out.contains("no token was kept"));
    let verbose = sandbox.run(&["send", "password", "-v"]).ended(0).err;
    assert!(verbose.contains("* token request (password) POST http://"), "{verbose}");
}

#[test]
fn without_a_terminal_nobody_is_waited_for() {
    let practice = Practice::start();
    let run = sandbox(&practice).run(&["send", "browser"]).ended(2);
    assert!(run.err.contains("needs somebody to sign in, and there is no terminal"), "{run:?}");
    assert!(run.err.contains("antiphon auth fetch"), "{run:?}");
    let other =
        Sandbox::with_collection(&practice.url(), &[("plain.toml", "url = \"{{ base_url }}/echo\"\n")]);
    let run = other.run(&["auth", "fetch", "plain"]).ended(2);
    assert!(run.err.contains("is not sent with a token of OAuth 2"), "{run:?}");
}

#[test]
fn on_a_terminal_one_signs_in() {
    let practice = Practice::start();
    let sandbox = sandbox(&practice);
    let args = ["send", "browser", "--no-browser"];
    let mut terminal = Terminal::spawn(&args, 240, 30, &sandbox.variables(), &sandbox.work());
    let screen = terminal.wait_for(|screen| page(screen).is_some());
    assert!(browse(&format!("{}&answer=allow", page(&screen).unwrap())).contains("Signed in"));
    terminal.wait_for_text("\"authenticated\": true");
    assert_eq!(terminal.wait_exit(), 0);
    let kept = sandbox.run(&["send", "browser"]).ended(0);
    assert!(kept.out.contains("authorization_code"), "without a terminal the kept token is good: {kept:?}");
}

#[test]
fn in_the_workbench_one_signs_in_or_gives_up() {
    let practice = Practice::start();
    let sandbox = sandbox(&practice);
    let mut variables = sandbox.variables();
    // No browser of whoever runs the tests is opened.
    variables.extend(
        ["DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME"].map(|name| (name.to_owned(), String::new())),
    );
    let mut terminal = Terminal::spawn(&[], 140, 40, &variables, &sandbox.work());
    terminal.wait_for_text("GET   browser");
    terminal.keys("ctrl+j");
    let first = page(&terminal.wait_for(|screen| page(screen).is_some())).unwrap();
    terminal.keys("esc");
    terminal.wait_for_text("cancelled");
    let port = first.split("127.0.0.1%3A").nth(1).and_then(|rest| rest.split('%').next()).unwrap();
    assert!(TcpStream::connect(format!("127.0.0.1:{port}")).is_err(), "the port is free again");
    terminal.keys("ctrl+j");
    let screen = terminal.wait_for(|screen| page(screen).is_some_and(|page| page != first));
    assert!(browse(&format!("{}&answer=allow", page(&screen).unwrap())).contains("Signed in"));
    terminal.wait_for_text("200 OK");
    terminal.keys("ctrl+q");
    assert_eq!(terminal.wait_exit(), 0);
}
