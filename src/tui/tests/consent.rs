//! A send that waits for its user: an agreement, or the answer to a question.

use super::*;
use crate::{
    model::{Ask, Asked, Secret},
    secret::Question,
    tui::effect::Consent,
};

fn asked(ask: Ask, by: &str) -> Asked {
    Asked { what: ask.to_string(), ask, by: by.to_owned() }
}

fn command() -> Asked {
    let argv = ["pass", "show", "shop/key"].map(str::to_owned);
    asked(Ask::Command { argv: argv.into(), scripts: Vec::new() }, "environments/local.toml: secret token")
}

fn keyring() -> Asked {
    asked(Ask::Keyring("shop/production".into()), "environments/production.toml: secret password")
}

/// Sends, and lets the send wait for an agreement.
pub(super) fn trust_wanted(bench: &mut Bench) {
    bench.press("ctrl+j");
    let mut outgoing = bench.sent().clone();
    outgoing.effective.base = "/home/me/shop".into();
    let (asked, also) = (vec![command()], vec![keyring()]);
    bench.event(Event::TrustWanted { outgoing: Box::new(outgoing), asked, also });
}

pub(super) fn secrets_wanted(bench: &mut Bench) {
    bench.press("ctrl+j");
    let outgoing = Box::new(bench.sent().clone());
    let question = |name: &str, text: &str| Question { name: name.into(), text: text.into() };
    let questions = vec![question("otp", "One-time code"), question("pin", "PIN of the card")];
    bench.event(Event::SecretsWanted { outgoing, questions });
}

#[test]
fn an_agreement_sends_again_with_what_was_agreed_to() {
    let mut bench = Bench::new(100, 30);
    trust_wanted(&mut bench);
    let text = bench.text();
    for shown in
        ["run pass show shop/key", "secret token", "read shop/production from the keyring", "Send this once"]
    {
        assert!(text.contains(shown), "{shown}:\n{text}");
    }
    let Consent { agreed, is_kept, .. } = bench.press("t").sent().consent.clone();
    assert_eq!((agreed, is_kept), (vec![command(), keyring()], true));
    assert!(bench.app.overlays.is_empty());

    trust_wanted(&mut bench);
    let Consent { agreed, is_kept, .. } = bench.press("o").sent().consent.clone();
    assert_eq!((agreed, is_kept), (vec![command()], false));
}

#[test]
fn enter_pressed_without_reading_agrees_to_nothing() {
    for keys in ["enter", "esc", "n"] {
        let mut bench = Bench::new(100, 30);
        trust_wanted(&mut bench);
        assert_eq!(bench.press(keys).effects, [], "{keys}");
        assert!(bench.app.overlays.is_empty());
        assert!(bench.text().contains("asks for more than its own folder"), "{}", bench.text());
    }
    let mut bench = Bench::new(100, 30);
    trust_wanted(&mut bench);
    assert!(!bench.press("left enter").sent().consent.is_kept);
    trust_wanted(&mut bench);
    assert!(bench.press("left left enter").sent().consent.is_kept);
}

#[test]
fn what_has_no_room_can_be_scrolled_to() {
    let mut bench = Bench::new(80, 24);
    bench.press("ctrl+j");
    let outgoing = Box::new(bench.sent().clone());
    let entry = |n: usize| asked(Ask::Keyring(format!("shop/entry-{n}")), "environments/local.toml");
    bench.event(Event::TrustWanted { outgoing, asked: (0..30).map(entry).collect(), also: Vec::new() });
    assert!(!bench.text().contains("entry-29"));
    bench.press("end");
    assert!(bench.text().contains("entry-29"), "{}", bench.text());
    bench.press("home pagedown down up");
    assert!(bench.text().contains("Not now"), "{}", bench.text());
    assert!(bench.press("t").sent().consent.is_kept);
}

#[test]
fn questions_are_asked_one_after_the_other_and_nothing_is_shown() {
    let mut bench = Bench::new(100, 30);
    secrets_wanted(&mut bench);
    assert!(bench.text().contains("One-time code"), "{}", bench.text());
    bench.press("'hunter2");
    assert!(!bench.text().contains("hunter2") && bench.text().contains("•••••••"), "{}", bench.text());
    assert_eq!(bench.press("enter").effects, []);
    assert!(bench.text().contains("PIN of the card"), "{}", bench.text());
    assert_eq!(bench.press("enter").effects, [], "an empty field is no answer");
    let answers = bench.press("'0000 enter").sent().consent.answers.clone();
    let expected = [("otp", "hunter2"), ("pin", "0000")];
    assert_eq!(answers, expected.map(|(name, value)| (name.to_owned(), Secret::new(value))));
    assert!(!format!("{:?}", bench.effects).contains("hunter2"));
}

#[test]
fn a_question_that_is_not_answered_sends_nothing() {
    let mut bench = Bench::new(100, 30);
    secrets_wanted(&mut bench);
    assert_eq!(bench.press("'hunter2 esc").effects, []);
    assert!(bench.app.overlays.is_empty());
    assert!(bench.text().contains("a secret was not given"), "{}", bench.text());
}

#[test]
fn a_late_question_of_a_send_that_was_replaced_is_not_asked() {
    let mut bench = Bench::new(100, 30);
    bench.press("ctrl+j");
    let late = Box::new(bench.sent().clone());
    bench.press("ctrl+j");
    bench.event(Event::TrustWanted { outgoing: late, asked: vec![command()], also: Vec::new() });
    assert!(bench.app.overlays.is_empty());
}
