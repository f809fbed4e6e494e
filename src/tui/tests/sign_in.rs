//! Tokens of OAuth 2: a send that waits for somebody to sign in, tokens got anew and forgotten.

use super::*;
use crate::{
    http::{Authorizing, Progress},
    model::{Auth, Grant, Oauth2, TokenOwner, TokenRequest},
    tui::{app::tokens::KeptToken, effect::Errand, event::SendId},
};

const PAGE: &str =
    "http://127.0.0.1:4280/oauth/authorize?response_type=code&client_id=practice-app&state=x7f";

fn waits(bench: &mut Bench, authorizing: Authorizing) -> SendId {
    bench.press("ctrl+j");
    let send = bench.sent().send;
    let now = Duration::from_secs(3);
    bench.event(Event::SendProgressed { send, now, progress: Progress::Authorizing(authorizing) });
    send
}

/// Sends, and waits for somebody at a browser.
pub(super) fn at_a_browser(bench: &mut Bench) -> SendId {
    waits(bench, Authorizing::Browser { url: PAGE.into(), patience: Duration::from_mins(5) })
}

/// Sends, and waits for somebody with a code.
pub(super) fn with_a_code(bench: &mut Bench) {
    let url = "http://127.0.0.1:4280/oauth/device".to_owned();
    let complete = Some(format!("{url}?user_code=WDJB-MJHT"));
    waits(
        bench,
        Authorizing::Device { code: "WDJB-MJHT".into(), url, complete, patience: Duration::from_mins(10) },
    );
}

/// An answer with the token request before it.
pub(super) fn with_a_new_token(bench: &mut Bench) {
    bench.press("ctrl+j");
    let outgoing = bench.sent().clone();
    let mut exchange = exchange(&outgoing, Outcome::Answered(payload(BODY)));
    let mut hop = exchange.attempts[0].hops[0].clone();
    "POST".clone_into(&mut hop.request.method);
    hop.request.url = Marked::plain("http://127.0.0.1:4280/oauth/token");
    exchange.attempts[0].token_requests = vec![TokenRequest {
        purpose: "password".into(),
        form: vec![
            ("grant_type".into(), Marked::plain("password")),
            ("username".into(), Marked::plain("demo")),
            ("password".into(), Marked::secret("hunter2", "password")),
        ],
        hop,
        outcome: "a token for 1 h 0 min; it can be refreshed".into(),
        times: 1,
    }];
    bench.event(Event::ExchangeEnded { send: outgoing.send, exchange: Box::new(exchange), document: None });
    bench.press("alt+a 5");
}

/// The open request is sent with a token, which is kept.
fn a_kept_token(bench: &mut Bench) {
    let wanted = Oauth2 {
        grant: Grant::Password,
        token_url: "{{ base_url }}/oauth/token".into(),
        client_id: "practice-app".into(),
        username: "demo".into(),
        ..Oauth2::default()
    };
    let _ = bench.app.edit_request(|request| request.auth = Some(Auth::Oauth2(Box::new(wanted))));
    bench.press("ctrl+s alt+r alt+3");
    let owner = TokenOwner {
        collection: "shop".into(),
        environment: Some("local".into()),
        grant: "password".into(),
        token_url: "http://127.0.0.1:4280/oauth/token".into(),
        client_id: "practice-app".into(),
        username: "demo".into(),
        digest: "d1".into(),
        ..TokenOwner::default()
    };
    let expires = Some("2026-01-02T03:04:05Z".parse().unwrap());
    let other = KeptToken {
        owner: TokenOwner { username: "other".into(), digest: "d0".into(), ..owner.clone() },
        expires: None,
        is_refreshable: false,
    };
    bench.event(Event::TokensListed {
        tokens: vec![other, KeptToken { owner, expires, is_refreshable: true }],
    });
}

#[test]
fn the_page_opens_at_once_and_again_and_its_url_can_be_copied() {
    let mut bench = Bench::new(100, 30);
    at_a_browser(&mut bench);
    assert_eq!(bench.effects, [Effect::OpenPage { url: PAGE.into() }]);
    assert!(bench.text().contains("sign in: your browser opens at"), "{}", bench.text());
    bench.press("alt+b");
    assert_eq!(bench.effects, [Effect::OpenPage { url: PAGE.into() }]);
    bench.press("alt+y");
    assert_eq!(bench.effects, [Effect::CopyText { text: PAGE.into(), what: "the URL".into() }]);
    bench.press("esc");
    assert!(matches!(bench.effects[..], [Effect::CancelSend(_)]), "{:?}", bench.effects);
}

#[test]
fn a_device_is_given_its_code_and_opens_nothing_unasked() {
    let mut bench = Bench::new(100, 30);
    with_a_code(&mut bench);
    assert_eq!(bench.effects, []);
    assert!(bench.text().contains("W D J B - M J H T"), "{}", bench.text());
    bench.press("alt+y");
    assert_eq!(bench.effects, [Effect::CopyText { text: "WDJB-MJHT".into(), what: "the code".into() }]);
    bench.press("alt+b");
    let url = "http://127.0.0.1:4280/oauth/device?user_code=WDJB-MJHT";
    assert_eq!(bench.effects, [Effect::OpenPage { url: url.into() }]);
}

#[test]
fn the_send_goes_on_when_somebody_has_signed_in() {
    let mut bench = Bench::new(100, 30);
    let send = at_a_browser(&mut bench);
    let now = Duration::from_secs(9);
    bench.event(Event::SendProgressed { send, now, progress: Progress::Phase(crate::model::Phase::Wait) });
    assert!(bench.text().contains("waiting for the answer"), "{}", bench.text());
    bench.press("alt+y");
    assert_eq!(bench.effects, []);
}

#[test]
fn a_token_is_got_anew_without_the_request() {
    let mut bench = Bench::new(100, 30);
    a_kept_token(&mut bench);
    assert!(bench.text().contains("a token is kept until 2026-01-02 03:04"), "{}", bench.text());
    bench.press("alt+t");
    let outgoing = bench.sent().clone();
    assert_eq!(outgoing.errand, Errand::Token);
    bench.event(Event::TokenFetched { send: outgoing.send, result: Ok(()) });
    let request = outgoing.source.clone().unwrap();
    assert_eq!(bench.effects, [Effect::ListTokens, Effect::FindLatest { request }]);

    bench.press("alt+t");
    let send = bench.sent().send;
    let failure = Failure {
        kind: FailureKind::Authorization,
        message: "invalid_client: who is that?".into(),
        causes: Vec::new(),
        hint: None,
    };
    bench.event(Event::TokenFetched { send, result: Err(failure) });
    assert!(bench.text().contains("invalid_client: who is that?"), "{}", bench.text());
}

#[test]
fn the_requests_own_token_is_forgotten_and_no_other() {
    let mut bench = Bench::new(100, 30);
    a_kept_token(&mut bench);
    bench.press("ctrl+p 'forgetoauth enter");
    assert_eq!(bench.effects, [Effect::ForgetToken { digest: "d1".into() }]);
    bench.event(Event::TokensListed { tokens: Vec::new() });
    assert!(bench.text().contains("no token yet"), "{}", bench.text());
}
