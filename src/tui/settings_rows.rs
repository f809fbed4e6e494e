//! `[http]` and `[retry]` as rows of a table, and back.
//!
//! A list is written with commas, a table as `name = value` with commas: `localhost, 10.0.0.0/8`.

use std::path::Path;

use crate::{
    format::{duration, parse_request, size},
    model::{CookieUse, Retry, Row, Rows, SETTINGS, Settings},
};

/// The settings that are given, each as a row.
pub(super) fn of(settings: &Settings, retry: &Retry) -> Rows {
    let mut rows = Rows::new();
    let mut add = |name: &str, value: Option<String>| rows.extend(value.map(|value| Row::new(name, value)));
    add("timeout.connect", settings.timeout.connect.map(duration::format));
    add("timeout.read", settings.timeout.read.map(duration::format));
    add("timeout.total", settings.timeout.total.map(duration::format));
    add(
        "redirects",
        settings.redirects.map(|most| if most == 0 { "false".to_owned() } else { most.to_string() }),
    );
    add("verify", settings.verify.map(|verify| verify.to_string()));
    add("ca", settings.ca.clone());
    add("cert", settings.cert.clone());
    add("cert_password", settings.cert_password.clone());
    add("min_tls", settings.min_tls.clone());
    add("version", settings.version.map(|version| version.word().to_owned()));
    add("proxy", settings.proxy.as_ref().map(|proxy| proxy.word().to_owned()));
    add("no_proxy", settings.no_proxy.as_ref().map(|hosts| hosts.join(", ")));
    add("max_body", settings.max_body.map(size::format));
    add("cookies", settings.cookies.as_ref().map(cookies_name));
    add("compress", settings.compress.clone());
    add("expect_continue", settings.expect_continue.map(|expect| expect.to_string()));
    add("resolve", settings.resolve.as_deref().map(pairs));
    add("unix_socket", settings.unix_socket.clone());
    add("https_only", settings.https_only.map(|only| only.to_string()));
    add("rate", settings.rate.clone());
    add("idempotent", settings.idempotent.map(|idempotent| idempotent.to_string()));
    add("retry.max", retry.max.map(|count| count.to_string()));
    add("retry.on", retry.on.as_ref().map(|on| on.join(", ")));
    add("retry.backoff", retry.backoff.map(Retry::write_backoff));
    rows
}

/// The settings that none of the rows is about, each with what it takes.
pub(super) fn others<'a>(
    rows: impl Iterator<Item = &'a Row>,
) -> impl Iterator<Item = (&'static str, &'static str)> {
    let given: Vec<&str> = rows.map(|row| row.name.trim()).collect();
    SETTINGS.into_iter().filter(move |(name, _)| !given.contains(name))
}

/// What a setting takes.
pub(super) fn takes(name: &str) -> Option<&'static str> {
    SETTINGS.iter().find(|(known, _)| *known == name.trim()).map(|(_, takes)| *takes)
}

fn pairs(pairs: &[(String, String)]) -> String {
    let pairs: Vec<String> = pairs.iter().map(|(name, value)| format!("{name} = {value}")).collect();
    pairs.join(", ")
}

fn cookies_name(cookies: &CookieUse) -> String {
    match cookies {
        CookieUse::On => "true".into(),
        CookieUse::Off => "false".into(),
        CookieUse::Jar(name) => name.clone(),
    }
}

/// Lists, which may be empty.
const LISTS: [&str; 3] = ["no_proxy", "resolve", "retry.on"];

/// The settings that the rows say; one without a value says nothing yet. The error is a sentence.
pub(super) fn to(rows: &Rows) -> Result<(Settings, Retry), String> {
    let (mut http, mut retry) = ("[http]\n".to_owned(), "[retry]\n".to_owned());
    for row in rows.iter().filter(|row| !row.name.is_empty()) {
        let name = row.name.trim();
        if row.value.trim().is_empty() && takes(name).is_some() && !LISTS.contains(&name) {
            continue;
        }
        if !name.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '.')) {
            return Err(format!("`{name}` is not a setting"));
        }
        let (table, key) = match name.strip_prefix("retry.") {
            Some(key) => (&mut retry, key),
            None => (&mut http, name),
        };
        table.extend([key, " = ", &literal(name, &row.value)?, "\n"]);
    }
    let request =
        parse_request(&format!("url = \"\"\n{http}{retry}"), Path::new("")).map_err(|problems| {
            let problem = problems.into_iter().next();
            problem.map_or_else(String::new, |problem| match problem.hint {
                Some(hint) => format!("{}; {hint}", problem.message),
                None => problem.message,
            })
        })?;
    Ok((request.http, request.retry))
}

/// A value as TOML: what looks like a number or a truth is one, but for what is always text.
fn literal(name: &str, value: &str) -> Result<String, String> {
    let value = value.trim();
    match name {
        "no_proxy" | "retry.on" => {
            let items: toml_edit::Array = listed(value).collect();
            Ok(items.to_string())
        }
        "resolve" => {
            let mut table = toml_edit::InlineTable::new();
            for pair in listed(value) {
                let (host, address) = pair
                    .split_once('=')
                    .ok_or("`resolve` is written host:port = address, with commas between several")?;
                table.insert(host.trim(), address.trim().into());
            }
            Ok(table.to_string())
        }
        "version" | "min_tls" | "rate" | "ca" | "cert" | "cert_password" => {
            Ok(toml_edit::Value::from(value).to_string())
        }
        _ if value.parse::<i64>().is_ok() || matches!(value, "true" | "false") => Ok(value.to_owned()),
        _ => Ok(toml_edit::Value::from(value).to_string()),
    }
}

fn listed(value: &str) -> impl Iterator<Item = &str> {
    value.split(',').map(str::trim).filter(|item| !item.is_empty())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::model::{HttpVersion, Proxy, Timeouts};

    #[test]
    fn settings_come_back_from_their_rows() {
        let settings = Settings {
            timeout: Timeouts { connect: Some(Duration::from_millis(1500)), ..Timeouts::default() },
            redirects: Some(0),
            verify: Some(false),
            version: Some(HttpVersion::Http11),
            max_body: Some(10 << 20),
            proxy: Some(Proxy::Url("http://p:1".into())),
            cookies: Some(CookieUse::Jar("mine".into())),
            no_proxy: Some(vec!["localhost".into(), "10.0.0.0/8".into()]),
            resolve: Some(vec![("a:1".into(), "127.0.0.1".into()), ("b:2".into(), "[::1]:3".into())]),
            ..Settings::default()
        };
        let retry = Retry {
            max: Some(4),
            on: Some(vec!["connect".into(), "5xx".into()]),
            backoff: Some((Duration::from_millis(200), Duration::from_secs(5))),
        };
        let rows = of(&settings, &retry);
        assert_eq!(to(&rows), Ok((settings, retry)), "{rows:#?}");
    }

    #[test]
    fn every_setting_has_a_row_in_the_order_of_the_table() {
        let time = Some(Duration::from_secs(1));
        let text = || Some("x".to_owned());
        let settings = Settings {
            timeout: Timeouts { connect: time, read: time, total: time },
            redirects: Some(3),
            verify: Some(true),
            ca: text(),
            cert: text(),
            cert_password: text(),
            min_tls: text(),
            version: Some(HttpVersion::Http11),
            proxy: Some(Proxy::None),
            no_proxy: Some(Vec::new()),
            max_body: Some(1),
            cookies: Some(CookieUse::On),
            compress: text(),
            expect_continue: Some(true),
            resolve: Some(Vec::new()),
            unix_socket: text(),
            https_only: Some(true),
            rate: text(),
            idempotent: Some(true),
        };
        let retry = Retry {
            max: Some(1),
            on: Some(Vec::new()),
            backoff: Some((Duration::from_millis(1), Duration::from_secs(1))),
        };
        let rows = of(&settings, &retry);
        let names: Vec<&str> = rows.iter().map(|row| row.name.as_str()).collect();
        assert_eq!(names, SETTINGS.map(|(name, _)| name));
        assert_eq!(others(rows.iter()).count(), 0);
        assert_eq!(others(rows.iter().skip(2)).map(|(name, _)| name).collect::<Vec<_>>(), names[..2]);
    }

    #[test]
    fn a_wrong_setting_says_what_is_right() {
        let cases = [
            ("redirect", "3", "redirects"),
            ("timeout.read", "soon", "1.5s"),
            ("retry.max", "often", "a whole number"),
            ("retry.on", "often", "5xx"),
            ("retry.most", "3", "max"),
            ("resolve", "example.com", "host:port = address"),
            ("a b", "c", "not a setting"),
        ];
        for (name, value, expected) in cases {
            let error = to(&vec![Row::new(name, value)]).unwrap_err();
            assert!(error.contains(expected), "{name}: {error}");
        }
    }
}
