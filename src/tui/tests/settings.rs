//! The settings tab: what is off is seen, and what can be set is found.

use super::*;
use crate::{model::Settings, tui::app::overlay::Overlay};

fn opened(width: u16, height: u16) -> Bench {
    let mut bench = Bench::new(width, height);
    bench.press("alt+r alt+6");
    bench
}

fn settings(bench: &Bench) -> Settings {
    bench.app.shown_request().unwrap().http.clone()
}

/// The colour of a text on the screen.
fn colour(bench: &Bench, wanted: &str) -> ratatui::style::Color {
    let text = bench.text();
    let (y, line) = text.lines().enumerate().find(|(_, line)| line.contains(wanted)).unwrap();
    let x = line[..line.find(wanted).unwrap()].chars().count();
    bench.draw().backend().buffer()[(x as u16, y as u16)].fg
}

#[test]
fn the_row_that_turns_verification_off_is_red() {
    let mut bench = opened(140, 40);
    let red = bench.app.theme().notice_error.fg.unwrap();
    assert_ne!(colour(&bench, "verify"), red);
    bench.press("alt+k 'verify enter backspace backspace backspace backspace 'false enter");
    assert_eq!(settings(&bench).verify, Some(false));
    bench.press("end");
    assert_eq!(colour(&bench, "verify"), red, "{}", bench.text());
    assert!(bench.text().contains("certificates not verified"));
}

#[test]
fn a_setting_is_chosen_from_a_list_that_says_what_it_takes() {
    for (width, height) in [(80, 24), (140, 40)] {
        let mut bench = opened(width, height);
        bench.press("end");
        assert!(bench.text().contains("alt+k adds one of: ca"), "{}", bench.text());
        bench.press("alt+k");
        assert!(matches!(bench.app.overlays.last(), Some(Overlay::Picker(_))));
        assert!(bench.text().contains("1.2 or 1.3"), "{}", bench.text());
        bench.press("'min_tls enter");
        assert!(bench.text().contains("min_tls: 1.2 or 1.3"), "{}", bench.text());
        bench.press("'1.3 enter");
        assert_eq!(settings(&bench).min_tls.as_deref(), Some("1.3"));
    }
}

#[test]
fn a_setting_that_was_chosen_and_not_given_is_not_set() {
    let mut bench = opened(140, 40);
    bench.press("alt+k 'min_tls enter esc");
    assert_eq!(settings(&bench), Settings::default());
    bench.press("alt+k 'rate enter '10/s enter");
    assert_eq!(settings(&bench), Settings { rate: Some("10/s".into()), ..Settings::default() });
}

#[test]
fn a_secret_without_a_value_says_so() {
    let mut bench = Bench::new(100, 30);
    bench.press("alt+e");
    let [Effect::FindMissingSecrets { sources, .. }] = &bench.effects[..] else {
        panic!("{:?}", bench.effects)
    };
    assert_eq!(sources[0].0, "token");
    assert!(bench.text().contains(crate::model::MASK));
    bench.event(Event::SecretsMissing { names: vec!["token".into()] });
    let text = bench.text();
    assert!(text.contains("not set") && !text.contains(crate::model::MASK), "{text}");
}

#[test]
fn the_footer_names_what_the_tab_is_for() {
    let mut bench = Bench::new(140, 40);
    bench.press("alt+r");
    let footer = |bench: &Bench| bench.text().lines().last().unwrap().to_owned();
    for (keys, shown) in [("alt+3", "alt+k kind"), ("alt+6", "alt+k add a setting")] {
        bench.press(keys);
        assert!(footer(&bench).contains(shown), "{}", footer(&bench));
    }
    bench.press("ctrl+j");
    assert!(footer(&bench).contains("esc cancel"), "{}", footer(&bench));
    bench.answer(BODY).press("alt+a");
    for (keys, shown) in [("1", "s save body"), ("3", "alt+j edit jar")] {
        bench.press(keys);
        assert!(footer(&bench).contains(shown), "{}", footer(&bench));
    }
}
