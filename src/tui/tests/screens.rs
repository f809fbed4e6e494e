//! Each pane and overlay as it looks, at both sizes.

use super::*;
use crate::{
    model::{CookieVerdict, ReceivedCookie, SentCookie},
    tui::app::viewer::Pattern,
};

/// Takes the picture of a scene at 80x24 and at 140x40.
macro_rules! scene {
    ($name:ident, $bench:ident => $act:block) => {
        #[test]
        fn $name() {
            for (width, height) in [(80, 24), (140, 40)] {
                let mut $bench = Bench::new(width, height);
                $act
                let name = format!("{}_{width}x{height}", stringify!($name));
                insta::with_settings!({ prepend_module_to_snapshot => false, snapshot_path => "../snapshots" }, {
                    insta::assert_snapshot!(name, $bench.picture());
                });
            }
        }
    };
}

scene!(opened, bench => { bench.press(""); });

scene!(answered, bench => {
    bench.answer(BODY);
    let query = bench.app.history.query;
    bench.event(Event::HistoryListed { query, entries: entries() });
    bench.press("alt+a j j j");
});

scene!(response_headers, bench => { bench.answer(BODY).press("alt+a 2"); });
scene!(response_cookies, bench => { bench.answer(BODY).press("alt+a 3"); });
scene!(response_cookies_judged, bench => {
    bench.press("ctrl+j");
    let outgoing = bench.sent().clone();
    let mut exchange = exchange(&outgoing, Outcome::Answered(payload(BODY)));
    judge(&mut exchange);
    bench.event(Event::ExchangeEnded { send: outgoing.send, exchange: Box::new(exchange), document: None });
    bench.press("alt+a 3");
});
scene!(response_timing, bench => { bench.answer(BODY).press("alt+a 4"); });
scene!(request_as_sent, bench => { bench.answer(BODY).press("alt+a 5"); });
scene!(token_request_as_sent, bench => { sign_in::with_a_new_token(&mut bench); });
scene!(searched, bench => {
    bench.answer(BODY).press("alt+a / 'chair");
    let document = bench.app.response.viewer.as_ref().unwrap().document().clone();
    let at = Ok(document.find_next(&crate::document::Search::literal("chair"), 0));
    let pattern = Pattern { text: "chair".into(), is_regex: false };
    bench.event(Event::MatchFound { document: document.clone(), pattern: pattern.clone(), at });
    bench.event(Event::MatchesCounted { document, pattern, count: 1, is_all: true });
});

scene!(failed, bench => {
    bench.press("ctrl+j");
    let outgoing = bench.sent().clone();
    let exchange = exchange(&outgoing, refused());
    bench.event(Event::ExchangeEnded { send: outgoing.send, exchange: Box::new(exchange), document: None });
});

scene!(editing_a_header, bench => { bench.press("alt+r alt+2 'X-New tab '{{ base_url"); });
scene!(body_with_an_error, bench => {
    bench.press("alt+c down enter alt+r alt+4 down down end ',");
});
scene!(auth, bench => { bench.press("alt+c down enter alt+r alt+3 down"); });
scene!(auth_of_oauth2, bench => {
    bench.press("alt+r alt+3 alt+k 'oauth enter down right right right down 'https://id.test/token down down down 'hunter2");
});
scene!(settings, bench => { bench.press("alt+r alt+6 'verify tab 'perhaps enter"); });
scene!(docs, bench => { bench.press("alt+r alt+7"); });
scene!(a_broken_file, bench => { bench.press("alt+c end enter"); });
scene!(filtered, bench => { bench.press("alt+c / 'del"); });
scene!(history, bench => {
    let query = bench.app.history.query;
    bench.event(Event::HistoryListed { query, entries: entries() });
    bench.press("alt+h down");
});

scene!(palette, bench => { bench.press("ctrl+p 'env"); });
scene!(environments, bench => { bench.press("ctrl+e"); });
scene!(environment_editor, bench => { bench.press("alt+e"); });
scene!(help, bench => { bench.press("alt+a F1"); });
scene!(jump, bench => { bench.press("ctrl+o"); });
scene!(asking_before_quitting, bench => { bench.press("ctrl+l end 'x ctrl+q"); });
scene!(naming_a_request, bench => { bench.press("alt+c n 'List backorders"); });
scene!(asking_for_trust, bench => { consent::trust_wanted(&mut bench); });
scene!(asking_for_a_secret, bench => { consent::secrets_wanted(&mut bench); bench.press("'1234"); });
scene!(a_stream_that_arrives, bench => { let _arriving = arriving::events_arrive(&mut bench); });
scene!(signing_in_at_a_browser, bench => { sign_in::at_a_browser(&mut bench); });
scene!(signing_in_with_a_code, bench => { sign_in::with_a_code(&mut bench); });
scene!(maximised, bench => { bench.answer(BODY).press("alt+a F4"); });

#[test]
fn a_small_terminal_is_asked_to_grow() {
    let bench = Bench::new(30, 8);
    assert!(bench.text().contains("antiphon needs 40x10"), "{}", bench.text());
}

#[test]
fn one_pane_at_a_time_where_there_is_no_room_for_more() {
    let mut bench = Bench::new(50, 15);
    assert!(bench.text().contains("list-products"));
    bench.press("alt+a");
    assert!(bench.text().contains("not sent yet"), "{}", bench.text());
}

#[test]
fn any_size_can_be_drawn() {
    for width in (0..160).step_by(7) {
        for height in (0..50).step_by(3) {
            let mut bench = Bench::new(140, 40);
            bench.answer(BODY).press("ctrl+p");
            bench.tell(Message::Resized { width, height });
            bench.press("esc alt+e");
        }
    }
}

#[test]
fn the_cookies_of_a_jar() {
    for (width, height) in [(80, 24), (140, 40)] {
        let (mut bench, _) = jars::opened(width, height);
        for (scene, keys) in [("jar", "down"), ("jar_revealed", "alt+s"), ("jar_editing", "enter")] {
            bench.press(keys);
            insta::with_settings!({ prepend_module_to_snapshot => false, snapshot_path => "../snapshots" }, {
                insta::assert_snapshot!(format!("{scene}_{width}x{height}"), bench.picture());
            });
        }
    }
}

/// Two hops with cookies of every verdict.
fn judge(exchange: &mut Exchange) {
    let hops = &mut exchange.attempts.last_mut().unwrap().hops;
    let mut last = hops[0].clone();
    let set = |value: &str| Field { name: "Set-Cookie".into(), value: value.into() };
    let received = |name: &str, verdict, notes: &[&str]| ReceivedCookie {
        name: name.into(),
        verdict,
        notes: notes.iter().copied().map(str::to_owned).collect(),
    };
    hops[0].cookies = HopCookies {
        jar: Some("shop, local".into()),
        received: vec![received("seen", CookieVerdict::Kept, &[])],
        ..HopCookies::default()
    };
    last.request.fields.push(("Cookie".into(), "mine=1; seen=1".into()));
    last.response.as_mut().unwrap().fields.extend([
        set("suffix=1; Path=/; Domain=co.uk"),
        set("none=1; SameSite=None"),
        set("gone=; Max-Age=0"),
    ]);
    last.cookies = HopCookies {
        jar: Some("shop, local".into()),
        sent: vec![SentCookie { name: "seen".into(), domain: "127.0.0.1".into(), path: "/".into() }],
        received: vec![
            received("seen", CookieVerdict::Replaced, &[]),
            received("suffix", CookieVerdict::Refused("Domain=co.uk is a public suffix".into()), &[]),
            received("none", CookieVerdict::Kept, &["browsers refuse SameSite=None without Secure"]),
            received("gone", CookieVerdict::Deleted, &[]),
        ],
        problems: vec!["the cookie jar was damaged: it is now /x, and a new one begins".into()],
    };
    hops.push(last);
}

scene!(folded, bench => { bench.answer(BODY).press("alt+a down z 2"); });
scene!(queried, bench => {
    bench.answer(BODY).press("alt+a f '.items[*].name");
    bench.run_query();
});
scene!(malformed_query, bench => {
    bench.answer(BODY).press("alt+a f '.items[");
    bench.run_query();
});
scene!(place_to_go_to, bench => { bench.answer(BODY).press("alt+a :"); });
scene!(malformed_pattern, bench => {
    bench.answer(BODY).press("alt+a / alt+x '[a");
    let document = bench.app.response.viewer.as_ref().unwrap().document().clone();
    let pattern = Pattern { text: "[a".into(), is_regex: true };
    let at = pattern.compiled().map(|_| None);
    bench.event(Event::MatchFound { document, pattern, at });
});
