//! An OAuth 2 server that keeps to Authlib's rules (oauth2.py).

mod code;
mod device;

use super::{asking, json, plain, send};
use crate::support::{program::Sandbox, terminal::Terminal};

/// A request for what the server tells to the owner of a token.
fn me(auth: &str) -> String {
    let (url, token_url) = (plain("OAUTH2", "/me"), plain("OAUTH2", "/token"));
    format!("url = {url:?}\n[auth.oauth2]\ntoken_url = {token_url:?}\nscope = \"read\"\n{auth}")
}

/// A collection whose request wants a token that somebody has to agree to. `asked` says where that is done.
fn signing_in(grant: &str, asked: &str, scope: &str) -> Sandbox {
    let grant = format!("grant = {grant:?}\n{asked}\n{PUBLIC}");
    asking(&me(&grant).replace("\"read\"", &format!("{scope:?}")))
}

/// Sends on a terminal, and answers it with the page that it shows.
fn begin(sandbox: &Sandbox, page: fn(&str) -> Option<String>) -> (Terminal, String) {
    let args = ["send", "it", "--no-browser"];
    let terminal = Terminal::spawn(&args, 240, 30, &sandbox.variables(), &sandbox.work());
    let page = page(&terminal.wait_for(|screen| page(screen).is_some())).unwrap();
    (terminal, page)
}

const CONFIDENTIAL: &str = "client_id = \"in-field\"\nclient_secret = \"s3cret-in.field\"";
const IN_BODY: &str = "client_id = \"in-body\"\nclient_secret = \"s3cret\"\nclient_auth = \"body\"";
const PUBLIC: &str = "client_id = \"public\"";

#[test]
#[ignore = "needs the peers of tests/peers/run"]
fn a_client_has_its_own_token_either_way() {
    for (client, name) in [(CONFIDENTIAL, "client in-field"), (IN_BODY, "client in-body")] {
        let owner = json(&me(&format!("grant = \"client_credentials\"\n{client}")));
        assert_eq!((&owner["user"], &owner["scope"]), (&name.into(), &"read".into()));
    }
}

#[test]
#[ignore = "needs the peers of tests/peers/run"]
fn a_password_gets_a_token() {
    let grant = "grant = \"password\"\nusername = \"alice\"\npassword = \"wonder land\"";
    assert_eq!(json(&me(&format!("{grant}\n{CONFIDENTIAL}")))["user"], "alice");
}

#[test]
#[ignore = "needs the peers of tests/peers/run"]
fn what_the_server_refuses_is_said_and_nothing_is_sent() {
    let wrong = CONFIDENTIAL.replace("s3cret", "guessed");
    let (_, run) = send(&me(&format!("grant = \"client_credentials\"\n{wrong}")), &[]);
    assert!(run.code != 0 && run.err.contains("invalid_client"), "{run:?}");
    assert!(!run.err.contains("guessed") && run.out.is_empty(), "{run:?}");
    // Authlib calls this one invalid_request.
    let grant = "grant = \"password\"\nusername = \"alice\"\npassword = \"guessed\"";
    let (_, run) = send(&me(&format!("{grant}\n{CONFIDENTIAL}")), &[]);
    assert!(run.code != 0 && run.err.contains("authorization server"), "{run:?}");
    assert!(!run.err.contains("guessed") && run.out.is_empty(), "{run:?}");
}

#[test]
#[ignore = "needs the peers of tests/peers/run"]
fn a_token_is_kept_from_one_send_to_the_next() {
    let sandbox = asking(&me(&format!("grant = \"client_credentials\"\n{CONFIDENTIAL}")));
    let first = sandbox.json(&["send", "it"]);
    assert_eq!(sandbox.json(&["send", "it"])["token"], first["token"]);
    let files: Vec<_> = std::fs::read_dir(sandbox.work()).unwrap().collect();
    assert_eq!(files.len(), 2, "nothing is kept in the collection");
    // A token that the server no longer takes is replaced.
    sandbox
        .run(&[
            "send",
            &plain("OAUTH2", "/revoke"),
            "-H",
            &format!("Token: {}", first["token"].as_str().unwrap()),
        ])
        .ended(0);
    let next = sandbox.json(&["send", "it"]);
    assert!(next["token"] != first["token"] && next["user"] == first["user"], "{next}");
}

/// What a file names as its refresh token is the first of a chain, which the program follows.
#[test]
#[ignore = "needs the peers of tests/peers/run"]
fn a_refresh_token_of_ones_own_begins_a_chain() {
    let issued = json(&format!(
        "method = \"POST\"\nurl = {:?}\nauth.basic = {{ username = \"in-field\", password = \"s3cret-in.field\" }}\n\
         [body.form]\ngrant_type = \"password\"\nusername = \"alice\"\npassword = \"wonder land\"\nscope = \"read\"",
        plain("OAUTH2", "/token")
    ));
    let refresh = issued["refresh_token"].as_str().unwrap();
    let sandbox =
        asking(&me(&format!("grant = \"refresh_token\"\nrefresh_token = {refresh:?}\n{CONFIDENTIAL}")));
    let first = sandbox.json(&["send", "it"]);
    assert_eq!((&first["user"], &first["refreshed"]), (&"alice".into(), &1.into()));
    sandbox.run(&["auth", "fetch", "it"]).ended(0);
    assert_eq!(sandbox.json(&["send", "it"])["refreshed"], 2);
    // The server takes the file's own no longer.
    sandbox.run(&["auth", "forget", "it"]).ended(0);
    let run = sandbox.run(&["send", "it"]);
    assert!(run.code != 0 && run.err.contains("invalid_grant"), "{run:?}");
    assert!(run.err.contains("get a new refresh_token") && !run.err.contains(refresh), "{run:?}");
}
