//! The rules by table, jars on disk, the Netscape file.

use jiff::{SignedDuration, Timestamp};

use super::*;
use crate::model::CookieVerdict;

mod disk;
mod files;
mod rules;

fn now() -> Timestamp {
    "2026-03-01T12:00:00Z".parse().unwrap()
}

fn later(seconds: i64) -> Timestamp {
    now() + SignedDuration::from_secs(seconds)
}

fn url(text: &str) -> url::Url {
    text.parse().unwrap()
}

/// A jar that got these, each `(Set-Cookie, URL)`, a second apart.
fn jar(set: &[(&str, &str)]) -> Jar {
    let mut jar = Jar::default();
    for ((field, from), second) in set.iter().zip(0..) {
        let received = jar.receive(field, &url(from), later(second));
        assert!(!received.verdict.is_refused(), "{field}: {received:?}");
    }
    jar
}

/// What is sent to `to`.
fn sent(jar: &Jar, to: &str) -> String {
    jar.select(&url(to), later(60)).iter().map(|cookie| cookie.pair()).collect::<Vec<_>>().join("; ")
}

fn verdict(field: &str, from: &str) -> CookieVerdict {
    Jar::default().receive(field, &url(from), now()).verdict
}
