//! The device grant: the program shows a code, and its user gives it to the server elsewhere.

use super::{plain, signing_in};
use crate::support::{browser::browse, program::Sandbox, terminal::Terminal};

fn sandbox(scope: &str) -> Sandbox {
    let url = plain("OAUTH2", "/device_authorization");
    signing_in("device_code", &format!("device_url = {url:?}"), scope)
}

/// With the page that takes the code, and with the code.
fn begin(sandbox: &Sandbox) -> (Terminal, String) {
    super::begin(sandbox, page)
}

/// The page where the code is given already.
fn page(screen: &str) -> Option<String> {
    let words = screen.split_whitespace();
    words.into_iter().find(|word| word.contains("/device?user_code=")).map(str::to_owned)
}

#[test]
#[ignore = "needs the peers of tests/peers/run"]
fn the_device_waits_until_its_user_agrees() {
    let sandbox = sandbox("read");
    let (mut terminal, page) = begin(&sandbox);
    let said = browse(&format!("{page}&until=authorization_pending&answer=allow"));
    assert!(said.contains("200 OK"), "{said}");
    terminal.wait_for_text("alice");
    assert_eq!(terminal.wait_exit(), 0);
    assert_eq!(sandbox.json(&["send", "it"])["user"], "alice");
}

#[test]
#[ignore = "needs the peers of tests/peers/run"]
fn a_device_that_is_too_fast_slows_down() {
    let (mut terminal, page) = begin(&sandbox("read hasty"));
    let said = browse(&format!("{page}&until=slow_down&answer=allow"));
    assert!(said.contains("200 OK"), "{said}");
    terminal.wait_for_text("alice");
    assert_eq!(terminal.wait_exit(), 0);
    // Authlib was asked twice more at the most: once with the answer, and not before five more seconds.
    let said = browse(&page);
    assert_eq!(
        (said.matches("authorization_pending").count(), said.matches("slow_down").count()),
        (1, 1),
        "{said}"
    );
}

#[test]
#[ignore = "needs the peers of tests/peers/run"]
fn a_no_is_told() {
    let (mut terminal, page) = begin(&sandbox("read"));
    browse(&format!("{page}&answer=deny"));
    terminal.wait_for_text("whoever was asked said no");
    assert_ne!(terminal.wait_exit(), 0);
}

#[test]
#[ignore = "needs the peers of tests/peers/run"]
fn a_code_that_expired_is_told() {
    let (mut terminal, _) = begin(&sandbox("read brief"));
    terminal.wait_for_text("nobody agreed in time, and the code expired");
    terminal.wait_for_text("hint: send again");
    assert_ne!(terminal.wait_exit(), 0);
}
