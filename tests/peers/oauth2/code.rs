//! The authorization code grant: the program prints where to sign in, and a browser goes there.

use super::{plain, signing_in};
use crate::support::{
    browser::{browse, leads_to, page},
    program::Sandbox,
    terminal::Terminal,
};

fn sandbox(scope: &str) -> Sandbox {
    signing_in("authorization_code", &format!("auth_url = {:?}", plain("OAUTH2", "/authorize")), scope)
}

/// With the page where one signs in.
fn begin(sandbox: &Sandbox) -> (Terminal, String) {
    super::begin(sandbox, page)
}

#[test]
#[ignore = "needs the peers of tests/peers/run"]
fn a_browser_signs_in_and_the_token_is_kept() {
    let sandbox = sandbox("read");
    let (mut terminal, page) = begin(&sandbox);
    assert!(browse(&page).contains("Signed in"));
    terminal.wait_for_text("alice");
    assert_eq!(terminal.wait_exit(), 0);
    let kept = sandbox.json(&["send", "it"]);
    assert_eq!(
        (&kept["user"], &kept["scope"], &kept["refreshed"]),
        (&"alice".into(), &"read".into(), &0.into())
    );
}

/// The server gives a new refresh token with each new token, and takes none twice.
#[test]
#[ignore = "needs the peers of tests/peers/run"]
fn a_token_is_refreshed_and_so_is_what_refreshes_it() {
    let sandbox = sandbox("read brief");
    let (mut terminal, page) = begin(&sandbox);
    browse(&page);
    assert_eq!(terminal.wait_exit(), 0);
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    let mut refreshed = 0;
    while refreshed < 2 {
        assert!(std::time::Instant::now() < deadline, "refreshed {refreshed} times");
        let owner = sandbox.json(&["send", "it"]);
        assert_eq!(owner["user"], "alice", "{owner}");
        refreshed = owner["refreshed"].as_u64().unwrap();
    }
}

#[test]
#[ignore = "needs the peers of tests/peers/run"]
fn an_answer_with_another_state_is_refused() {
    let (mut terminal, page) = begin(&sandbox("read"));
    let callback = leads_to(&page);
    let (before, state) = callback.split_once("state=").unwrap();
    let rest = state.split_once('&').map(|(_, rest)| format!("&{rest}")).unwrap_or_default();
    assert!(browse(&format!("{before}state=guessed{rest}")).contains("does not belong to the sign-in"));
    terminal.wait_for_text("its state is another");
    assert_ne!(terminal.wait_exit(), 0);
    assert!(!terminal.screen().contains("alice"));
}

#[test]
#[ignore = "needs the peers of tests/peers/run"]
fn a_no_is_told() {
    let (mut terminal, page) = begin(&sandbox("read"));
    assert!(browse(&format!("{page}&answer=deny")).contains("Not signed in"));
    terminal.wait_for_text("whoever was asked said no");
    terminal.wait_for_text("hint: send again, and agree in the browser");
    assert_ne!(terminal.wait_exit(), 0);
}

#[test]
#[ignore = "needs the peers of tests/peers/run"]
fn the_port_is_free_when_the_browser_was_there() {
    let (mut terminal, page) = begin(&sandbox("read"));
    let callback = leads_to(&page);
    browse(&callback);
    assert_eq!(terminal.wait_exit(), 0);
    assert!(std::net::TcpStream::connect(host(&callback)).is_err(), "the port is free again");
}

fn host(url: &str) -> &str {
    url.strip_prefix("http://").unwrap().split('/').next().unwrap()
}
