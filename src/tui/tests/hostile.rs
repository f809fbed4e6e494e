//! An answer that means harm, or only too much: whatever it holds, it is shown and scrolled, and never acted on.

use super::*;
use crate::model::{CookieVerdict, ReceivedCookie};

/// Clears a screen, sets a title, rings, turns the direction around, moves the cursor, and ends a line.
const NASTY: &str = "\u{1b}[2J\u{1b}]2owned\u{7}\u{202e}\u{9b}1m\r\n\u{8}\u{0}x";

/// An exchange of many hops, each with many fields and cookies, all of them long and nasty.
fn too_much(exchange: &mut Exchange, hops: usize) {
    let attempt = exchange.attempts.last_mut().unwrap();
    let mut hop = attempt.hops[0].clone();
    let long = format!("{NASTY}{}", "v".repeat(70_000));
    let cookie = format!("{NASTY}{}", "v".repeat(2_000));
    hop.request.url = format!("http://127.0.0.1:4280/{}", "u".repeat(9_000)).into();
    hop.request.fields.push(("X-Long".into(), long.as_str().into()));
    hop.request.fields.push(("Cookie".into(), "a=1; b=2".into()));
    let head = hop.response.as_mut().unwrap();
    head.reason = NASTY.into();
    head.fields.push(Field { name: format!("X-{NASTY}"), value: long.clone() });
    for number in 0..200 {
        let value = format!("c{number}{NASTY}={cookie}; Path=/{NASTY}; {NASTY}");
        head.fields.push(Field { name: "Set-Cookie".into(), value });
        let verdict =
            CookieVerdict::Refused(format!("it has {NASTY} in it, and much is said of that at length"));
        let (name, notes) = (format!("c{number}{NASTY}"), vec![NASTY.to_owned()]);
        hop.cookies.received.push(ReceivedCookie { name, verdict, notes });
    }
    hop.cookies.problems = vec![NASTY.into()];
    hop.trailers = vec![Field { name: "X-Trailer".into(), value: long }];
    let light = |number: usize| {
        let mut hop = attempt.hops[0].clone();
        hop.request.url = format!("http://127.0.0.1:4280/{number}").into();
        hop
    };
    let mut all: Vec<Hop> = (1..hops).map(light).collect();
    all.push(hop);
    attempt.hops = all;
}

fn answered(bench: &mut Bench, hops: usize) {
    bench.press("ctrl+j");
    let outgoing = bench.sent().clone();
    let mut exchange = exchange(&outgoing, Outcome::Answered(payload(BODY)));
    too_much(&mut exchange, hops);
    let document = Some(Document::new(Bytes::from_static(NASTY.as_bytes()), Some("text/plain")));
    bench.event(Event::ExchangeEnded { send: outgoing.send, exchange: Box::new(exchange), document });
}

/// No cell holds what a terminal would take for a command.
fn assert_harmless(bench: &Bench) {
    let text = bench.text();
    let is_command = |letter: char| (letter.is_control() && letter != '\n') || letter == '\u{202e}';
    assert!(!text.contains(is_command), "{text:?}");
}

#[test]
fn nothing_of_an_answer_reaches_the_terminal_as_a_command() {
    for (width, height) in [(40, 10), (80, 24), (140, 40)] {
        let mut bench = Bench::new(width, height);
        answered(&mut bench, 2);
        bench.press("alt+a");
        for tab in ["1", "2", "3", "4", "5"] {
            for keys in [tab, "end", "right", "home", "F4"] {
                bench.press(keys);
                assert_harmless(&bench);
            }
        }
    }
}

#[test]
fn three_hundred_hops_are_scrolled_to_their_end() {
    let mut bench = Bench::new(100, 30);
    answered(&mut bench, 300);
    bench.press("alt+a 5");
    assert!(bench.text().contains("http://127.0.0.1:4280/1"), "{}", bench.text());
    for tab in ["2", "3", "4", "5"] {
        bench.press(tab).press("end");
        assert_harmless(&bench);
        let last = crate::tui::view::response_text(&bench.app).pop().unwrap();
        let shown: String = last.trim().chars().take(10).collect();
        assert!(bench.text().contains(&shown), "{shown:?} in\n{}", bench.text());
    }
}

#[test]
fn a_verdict_and_its_reason_are_in_sight_however_long_the_cookie_is() {
    for (width, height) in [(80, 24), (140, 40)] {
        let mut bench = Bench::new(width, height);
        answered(&mut bench, 1);
        bench.press("alt+a 3 F4");
        let text = bench.text();
        for shown in ["refused", "characters)", "is said of that"] {
            assert!(text.contains(shown), "{shown} in\n{text}");
        }
    }
}
