//! `[http]` of a settings file: the keys of a collection's `[http]`, each read by itself, so that a mistake in one
//! leaves the others standing.

use std::time::Duration;

use toml_edit::{Item, Table, TableLike, Value};

use super::reading::Reading;
use crate::model::{CookieUse, HttpVersion, Proxy, Settings, Timeouts, duration, http_keys, keys_in, size};

/// What the table says; `None` where it says nothing or nothing right.
pub(super) fn read(reading: &mut Reading<'_>, table: &Table) -> Settings {
    let mut settings = Settings::default();
    let known = http_keys();
    for (key, item) in table {
        if known.contains(&key) {
            if let Err(expected) = take(&mut settings, reading, key, item) {
                reading.problem(item.span(), format!("`{key}` is {expected}"), None);
            }
        } else {
            reading.unknown(Reading::key_span(table, key), "setting", key, &known);
        }
    }
    settings
}

/// Reads one key; the error is what its value has to be.
fn take(
    settings: &mut Settings,
    reading: &mut Reading<'_>,
    key: &str,
    item: &Item,
) -> Result<(), &'static str> {
    match key {
        "timeout" => settings.timeout = timeouts(reading, item)?,
        "redirects" => settings.redirects = Some(redirects(item)?),
        "verify" => settings.verify = Some(boolean(item)?),
        "ca" => settings.ca = Some(plain(item, "the path of a PEM file, without templates")?),
        "cert" => settings.cert = Some(plain(item, "the path of a PEM or PKCS#12 file, without templates")?),
        "cert_password" => {
            settings.cert_password = Some(plain(item, "the password of `cert`, without templates")?);
        }
        "min_tls" => settings.min_tls = Some(one_of(item, &["1.2", "1.3"], "\"1.2\" or \"1.3\"")?),
        "version" => settings.version = Some(version(item)?),
        "proxy" => settings.proxy = Some(proxy(item)?),
        "no_proxy" => settings.no_proxy = Some(hosts(item)?),
        "max_body" => settings.max_body = Some(bytes(item)?),
        "cookies" => settings.cookies = Some(cookies(item)?),
        "compress" => {
            settings.compress = Some(one_of(item, CODINGS, "\"gzip\", \"br\", \"zstd\" or \"deflate\"")?);
        }
        "resolve" => settings.resolve = Some(resolve(item)?),
        "unix_socket" => settings.unix_socket = Some(text(item, "the path of a socket")?),
        "expect_continue" => settings.expect_continue = Some(boolean(item)?),
        "https_only" => settings.https_only = Some(boolean(item)?),
        "rate" => settings.rate = Some(text(item, "a rate such as \"10/s\"")?),
        "idempotent" => settings.idempotent = Some(boolean(item)?),
        // `read` lets no other key through.
        _ => {}
    }
    Ok(())
}

const CODINGS: &[&str] = &["gzip", "br", "zstd", "deflate"];

fn timeouts(reading: &mut Reading<'_>, item: &Item) -> Result<Timeouts, &'static str> {
    let table = item.as_table_like().ok_or("a table with `connect`, `read` and `total`")?;
    let mut timeouts = Timeouts::default();
    for (key, item) in table.iter() {
        let limit = match key {
            "connect" => &mut timeouts.connect,
            "read" => &mut timeouts.read,
            "total" => &mut timeouts.total,
            _ => {
                reading.unknown(Reading::key_span(table, key), "setting", key, &keys_in("timeout"));
                continue;
            }
        };
        match time(item) {
            Some(time) => *limit = Some(time),
            None => reading.problem(item.span(), format!("`{key}` is {}", duration::EXPECTED), None),
        }
    }
    Ok(timeouts)
}

/// More than none: a limit of nothing would let nothing through.
fn time(item: &Item) -> Option<Duration> {
    item.as_str().and_then(duration::parse).filter(|time| !time.is_zero())
}

fn redirects(item: &Item) -> Result<u32, &'static str> {
    match item.as_bool() {
        Some(false) => Some(0),
        _ => item.as_integer().and_then(|count| u32::try_from(count).ok()),
    }
    .ok_or("how many to follow, or false")
}

fn boolean(item: &Item) -> Result<bool, &'static str> {
    item.as_bool().ok_or("true or false")
}

fn text(item: &Item, expected: &'static str) -> Result<String, &'static str> {
    item.as_str().map(str::to_owned).ok_or(expected)
}

/// A text that is a template in the files of a collection.
fn plain(item: &Item, expected: &'static str) -> Result<String, &'static str> {
    text(item, expected).and_then(|text| if text.contains("{{") { Err(expected) } else { Ok(text) })
}

fn one_of(item: &Item, words: &[&str], expected: &'static str) -> Result<String, &'static str> {
    item.as_str().filter(|text| words.contains(text)).map(str::to_owned).ok_or(expected)
}

fn version(item: &Item) -> Result<HttpVersion, &'static str> {
    item.as_str().and_then(HttpVersion::of_word).ok_or("\"auto\", \"1.1\" or \"2\"")
}

fn proxy(item: &Item) -> Result<Proxy, &'static str> {
    item.as_str().filter(|text| !text.contains("{{")).and_then(Proxy::read).ok_or(PROXY)
}

/// Templates are rendered in the files of a collection; these settings stand outside of any.
const PROXY: &str =
    "\"system\", \"none\" or a URL without templates: http://, https://, socks5:// or socks5h://";

fn hosts(item: &Item) -> Result<Vec<String>, &'static str> {
    let hosts =
        item.as_array().and_then(|list| list.iter().map(|host| Some(host.as_str()?.to_owned())).collect());
    hosts.ok_or("a list of hosts")
}

fn bytes(item: &Item) -> Result<u64, &'static str> {
    let number = || item.as_integer().and_then(|bytes| u64::try_from(bytes).ok());
    item.as_str().map_or_else(number, size::parse).ok_or(size::EXPECTED)
}

fn cookies(item: &Item) -> Result<CookieUse, &'static str> {
    match item.as_value() {
        Some(Value::Boolean(on)) if *on.value() => Ok(CookieUse::On),
        Some(Value::Boolean(_)) => Ok(CookieUse::Off),
        Some(Value::String(jar)) => Ok(CookieUse::Jar(jar.value().clone())),
        _ => Err("true, false or a jar's name"),
    }
}

fn resolve(item: &Item) -> Result<Vec<(String, String)>, &'static str> {
    let pairs = |table: &dyn TableLike| {
        table.iter().map(|(name, address)| Some((name.to_owned(), address.as_str()?.to_owned()))).collect()
    };
    item.as_table_like().and_then(pairs).ok_or("a table of \"host:port\" = \"address\"")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::{
        config::Config,
        model::{CookieUse, HttpVersion, Proxy, Settings, Timeouts},
    };
    use std::time::Duration;

    fn read(http: &str) -> (Settings, Vec<String>) {
        let (config, problems) = Config::load(Some((Path::new("config.toml"), http)));
        (config.http, problems.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn every_key_is_read() {
        let text = r#"
            [http]
            timeout = { connect = "1s", read = "2s", total = "3s" }
            redirects = false
            verify = false
            ca = "ca.pem"
            cert = "me.pem"
            cert_password = "word"
            min_tls = "1.3"
            version = "2"
            proxy = "socks5h://localhost:1080"
            no_proxy = ["localhost", "10.0.0.0/8"]
            max_body = "1 MiB"
            cookies = "shared"
            compress = "gzip"
            expect_continue = true
            resolve = { "example.com:443" = "127.0.0.1:8443" }
            unix_socket = "/run/api.sock"
            https_only = true
            rate = "10/s"
            idempotent = true
        "#;
        let (http, problems) = read(text);
        assert_eq!(problems, [""; 0]);
        let seconds = |seconds| Some(Duration::from_secs(seconds));
        let expected = Settings {
            timeout: Timeouts { connect: seconds(1), read: seconds(2), total: seconds(3) },
            redirects: Some(0),
            verify: Some(false),
            ca: Some("ca.pem".into()),
            cert: Some("me.pem".into()),
            cert_password: Some("word".into()),
            min_tls: Some("1.3".into()),
            version: Some(HttpVersion::Http2),
            proxy: Some(Proxy::Url("socks5h://localhost:1080".into())),
            no_proxy: Some(vec!["localhost".into(), "10.0.0.0/8".into()]),
            max_body: Some(1 << 20),
            cookies: Some(CookieUse::Jar("shared".into())),
            compress: Some("gzip".into()),
            expect_continue: Some(true),
            resolve: Some(vec![("example.com:443".into(), "127.0.0.1:8443".into())]),
            unix_socket: Some("/run/api.sock".into()),
            https_only: Some(true),
            rate: Some("10/s".into()),
            idempotent: Some(true),
        };
        assert_eq!(http, expected);
    }

    #[test]
    fn a_mistake_leaves_the_other_keys_and_the_defaults_standing() {
        let text = "[http]\nredirects = true\nverfy = false\nversion = \"2\"\ntimeout = { read = \"0s\", total = \"1m\", conect = \"1s\" }\n";
        let (http, problems) = read(text);
        assert_eq!(http.redirects, Some(10));
        assert_eq!(http.version, Some(HttpVersion::Http2));
        assert_eq!(http.timeout.read, Some(Duration::from_mins(1)));
        assert_eq!(http.timeout.total, Some(Duration::from_mins(1)));
        let starts = [
            "config.toml:2:13: `redirects` is how many to follow, or false",
            "config.toml:3:1: unknown setting `verfy`\n  hint: did you mean `verify`?",
            "config.toml:5:20: `read` is a duration",
            "config.toml:5:40: unknown setting `conect`\n  hint: did you mean `connect`?",
        ];
        assert_eq!(problems.len(), starts.len(), "{problems:#?}");
        for (problem, start) in problems.iter().zip(starts) {
            assert!(problem.starts_with(start), "{problem}");
        }
    }

    #[test]
    fn dotted_keys_and_inline_tables_are_the_same() {
        for text in [
            "http.redirects = 3\n",
            "http = { redirects = 3 }\n",
            "[http]\nredirects = 3\n",
            "[\"http\"]\nredirects = 3\n",
        ] {
            let (http, problems) = read(text);
            assert_eq!((http.redirects, problems.len()), (Some(3), 0), "{text}");
            assert_eq!(http.timeout.connect, Some(Duration::from_secs(10)), "{text}");
        }
    }

    #[test]
    fn the_defaults_limit_everything() {
        let (http, _) = read("");
        assert!(
            http.timeout.connect.is_some() && http.timeout.read.is_some() && http.timeout.total.is_some()
        );
        assert!(http.redirects.is_some() && http.max_body.is_some() && http.verify == Some(true));
    }
}
