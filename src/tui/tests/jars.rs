//! The editor of a cookie jar: what keys ask for, and what is shown.

use super::*;
use crate::{
    http::jars::{Cookie, Edit, JarName},
    tui::app::overlay::Overlay,
};

fn cookies() -> Vec<Cookie> {
    let lines = [
        "basket=b-4711; Host=127.0.0.1; Path=/; HttpOnly; SameSite=Lax",
        "session=e3b0c44298fc1c149afbf4c8996fb924; Domain=shop.example; Path=/; Secure; Expires=2027-01-01T00:00:00Z",
        "old=1; Host=api.shop.example; Path=/v1; Expires=2026-01-01T00:00:00Z",
    ];
    lines.map(|line| Cookie::parse_line(line, now()).unwrap()).into()
}

fn now() -> jiff::Timestamp {
    "2026-03-01T12:00:00Z".parse().unwrap()
}

/// A bench with the jar open and read.
pub(super) fn opened(width: u16, height: u16) -> (Bench, JarName) {
    let mut bench = Bench::new(width, height);
    bench.press("alt+j");
    let [Effect::ReadJar { jar }] = &bench.effects[..] else { panic!("{:?}", bench.effects) };
    let jar = jar.clone();
    bench.event(read(&jar, cookies()));
    (bench, jar)
}

fn read(jar: &JarName, cookies: Vec<Cookie>) -> Event {
    Event::JarRead { jar: jar.clone(), cookies, named: vec!["staff".into()], now: now() }
}

/// The one change that the last keys asked for.
fn edit(bench: &Bench) -> Edit {
    let [Effect::ChangeJar { edit, .. }] = &bench.effects[..] else { panic!("{:?}", bench.effects) };
    edit.clone()
}

#[test]
fn the_jar_of_the_environment_is_read_and_filtered() {
    let (mut bench, jar) = opened(80, 24);
    assert_eq!(jar.to_string(), "shop, local");
    assert!(bench.text().contains("basket") && bench.text().contains("old"));
    bench.press("'SESS");
    assert!(!bench.text().contains("basket") && bench.text().contains("shop.example"));
    bench.press("esc");
    assert!(bench.text().contains("basket"));
    bench.press("esc");
    assert!(bench.app.overlays.is_empty());
}

#[test]
fn values_are_shown_when_asked_for() {
    let (mut bench, _) = opened(140, 40);
    assert!(!bench.text().contains("b-4711"));
    bench.press("alt+s");
    assert!(bench.text().contains("b-4711"));
}

#[test]
fn a_cookie_is_edited_on_its_line() {
    let (mut bench, _) = opened(80, 24);
    bench.press("enter");
    bench.press("'; enter");
    let key = cookies()[0].key();
    let Edit::Set { cookie, instead_of } = edit(&bench) else { panic!("{:?}", bench.effects) };
    assert_eq!((*cookie, instead_of), (cookies()[0].clone(), Some(key)));
    bench.press("enter '; 'Colour=red enter");
    assert!(bench.text().contains("`Colour` is not an attribute of a cookie"), "{}", bench.text());
    assert!(matches!(bench.app.overlays.last(), Some(Overlay::Prompt(_))));
}

#[test]
fn a_new_cookie_begins_with_the_place_of_the_one_under_the_cursor() {
    let (mut bench, _) = opened(80, 24);
    bench.press("ctrl+n enter");
    let Edit::Set { cookie, instead_of: None } = edit(&bench) else { panic!("{:?}", bench.effects) };
    assert_eq!(cookie.line(), "name=value; Host=127.0.0.1; Path=/");
}

#[test]
fn deleting_asks_where_more_than_one_goes() {
    let (mut bench, jar) = opened(80, 24);
    bench.press("delete");
    assert_eq!(edit(&bench), Edit::Delete(cookies()[0].key()));
    bench.press("alt+x");
    assert_eq!(edit(&bench), Edit::DeleteExpired);
    bench.press("down alt+d");
    assert!(bench.effects.is_empty());
    bench.press("'d");
    assert_eq!(edit(&bench), Edit::DeleteDomain("api.shop.example".into()));
    bench.press("alt+delete enter");
    assert!(bench.effects.is_empty(), "enter keeps them");
    bench.press("alt+delete 'd");
    assert_eq!(bench.effects, [Effect::ChangeJar { jar, edit: Edit::Clear }]);
}

#[test]
fn files_are_asked_for_by_their_path() {
    let (mut bench, jar) = opened(80, 24);
    bench.press("alt+i enter");
    assert_eq!(bench.effects, [Effect::ImportCookies { jar: jar.clone(), path: "cookies.txt".into() }]);
    bench.press("alt+o '.bak enter");
    assert_eq!(bench.effects, [Effect::ExportCookies { jar, path: "cookies.txt.bak".into() }]);
}

#[test]
fn another_jar_is_chosen_and_a_late_reading_is_dropped() {
    let (mut bench, jar) = opened(80, 24);
    bench.press("alt+j 'staff enter");
    assert_eq!(bench.effects, [Effect::ReadJar { jar: JarName::Named("staff".into()) }]);
    bench.event(read(&jar, cookies()));
    assert!(bench.text().contains("reading …"));
    bench.event(read(&JarName::Named("staff".into()), Vec::new()));
    assert!(bench.text().contains("no cookies yet"));
}

#[test]
fn an_answer_reads_the_open_jar_again_and_the_cursor_stays() {
    let mut bench = Bench::new(80, 24);
    bench.press("ctrl+j");
    let outgoing = bench.sent().clone();
    bench.press("alt+j");
    let [Effect::ReadJar { jar }] = &bench.effects[..] else { panic!("{:?}", bench.effects) };
    let jar = jar.clone();
    bench.event(read(&jar, cookies()));
    bench.press("down");
    let exchange = exchange(&outgoing, Outcome::Answered(payload("{}")));
    bench.event(Event::ExchangeEnded { send: outgoing.send, exchange: Box::new(exchange), document: None });
    assert_eq!(bench.effects, [Effect::ReadJar { jar: jar.clone() }]);
    bench.event(read(&jar, cookies()[1..].to_vec()));
    let Some(Overlay::Jar(editor)) = bench.app.overlays.last() else { panic!() };
    assert_eq!(editor.current().unwrap().name, "old");
}
