//! `[http]` as rows of a table, and back.

use std::path::Path;

use crate::{
    format::{duration, parse_request, size},
    model::{CookieUse, HttpVersion, Proxy, Row, Rows, Settings},
};

/// The settings that are given, each as a row.
pub(super) fn of(settings: &Settings) -> Rows {
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
    add("version", settings.version.map(|version| version_name(version).to_owned()));
    add("proxy", settings.proxy.as_ref().map(proxy_name));
    add("max_body", settings.max_body.map(size::format));
    add("cookies", settings.cookies.as_ref().map(cookies_name));
    add("compress", settings.compress.clone());
    add("unix_socket", settings.unix_socket.clone());
    add("https_only", settings.https_only.map(|only| only.to_string()));
    add("rate", settings.rate.clone());
    add("idempotent", settings.idempotent.map(|idempotent| idempotent.to_string()));
    rows
}

fn version_name(version: HttpVersion) -> &'static str {
    match version {
        HttpVersion::Auto => "auto",
        HttpVersion::Http11 => "1.1",
        HttpVersion::Http2 => "2",
    }
}

fn proxy_name(proxy: &Proxy) -> String {
    match proxy {
        Proxy::System => "system".into(),
        Proxy::None => "none".into(),
        Proxy::Url(url) => url.clone(),
    }
}

fn cookies_name(cookies: &CookieUse) -> String {
    match cookies {
        CookieUse::On => "true".into(),
        CookieUse::Off => "false".into(),
        CookieUse::Jar(name) => name.clone(),
    }
}

/// The settings that the rows say, over those of `before` that rows cannot say. The error is a sentence.
pub(super) fn to(rows: &Rows, before: &Settings) -> Result<Settings, String> {
    let mut text = "url = \"\"\n[http]\n".to_owned();
    for row in rows.iter().filter(|row| !row.name.is_empty()) {
        let name = row.name.trim();
        if !name.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '.')) {
            return Err(format!("`{name}` is not a setting"));
        }
        text.extend([name, " = ", &literal(name, &row.value), "\n"]);
    }
    let request = parse_request(&text, Path::new("")).map_err(|problems| {
        let problem = problems.into_iter().next();
        problem.map_or_else(String::new, |problem| match problem.hint {
            Some(hint) => format!("{}; {hint}", problem.message),
            None => problem.message,
        })
    })?;
    Ok(Settings { no_proxy: before.no_proxy.clone(), resolve: before.resolve.clone(), ..request.http })
}

/// A value as TOML: what looks like a number or a truth is one, but for versions.
fn literal(name: &str, value: &str) -> String {
    let value = value.trim();
    let is_text = matches!(name, "version" | "min_tls" | "rate" | "ca" | "cert" | "cert_password");
    if !is_text && (value.parse::<i64>().is_ok() || matches!(value, "true" | "false")) {
        return value.to_owned();
    }
    toml_edit::Value::from(value).to_string()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::model::Timeouts;

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
            resolve: Some(vec![("a:1".into(), "127.0.0.1".into())]),
            ..Settings::default()
        };
        assert_eq!(to(&of(&settings), &settings), Ok(settings));
    }

    #[test]
    fn a_wrong_setting_says_what_is_right() {
        let error = to(&vec![Row::new("redirect", "3")], &Settings::default()).unwrap_err();
        assert!(error.contains("redirects"), "{error}");
        let error = to(&vec![Row::new("timeout.read", "soon")], &Settings::default()).unwrap_err();
        assert!(!error.is_empty());
    }
}
