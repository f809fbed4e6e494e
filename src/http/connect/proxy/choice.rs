//! Which proxy serves a request: the settings', the environment's, or none.

use std::net::IpAddr;

use super::{Origin, Via, spared::Spared};
use crate::model::{Failure, FailureKind, Proxy, Secret, Settings};

/// The variables that name a proxy.
const VARIABLES: [&str; 6] =
    ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];

/// The proxy for a request to `origin`, if the settings give it one.
///
/// # Errors
/// The settings or the environment name something that is not a proxy.
pub(in crate::http) fn choose(settings: &Settings, origin: &Origin) -> Result<Option<Via>, Failure> {
    among(settings, origin, &|name| std::env::var(name).ok())
}

/// Whether the proxy and `no_proxy` of rendered settings can be used at all.
pub(in crate::http) fn check(settings: &Settings) -> Result<(), Failure> {
    spared(settings)?;
    match &settings.proxy {
        Some(Proxy::Url(url)) => Via::parse(url, "`proxy` under [http]").map(drop),
        _ => Ok(()),
    }
}

/// The passwords of the proxies that these settings may lead to, whatever is asked for: a redirect may need another proxy.
pub(in crate::http) fn passwords(settings: &Settings) -> Vec<Secret> {
    let urls: Vec<String> = match &settings.proxy {
        Some(Proxy::None) => Vec::new(),
        Some(Proxy::Url(url)) => vec![url.clone()],
        None | Some(Proxy::System) => VARIABLES.iter().filter_map(|name| std::env::var(name).ok()).collect(),
    };
    let vias = urls.iter().filter_map(|url| Via::parse(url.trim(), "").ok());
    vias.filter_map(|via| via.credentials).map(|(_, password)| Secret::new(password)).collect()
}

fn spared(settings: &Settings) -> Result<Spared, Failure> {
    let list = settings.no_proxy.iter().flatten().map(String::as_str);
    Spared::of(list).map_err(|entry| Failure {
        kind: FailureKind::Invalid,
        message: format!("`{entry}` in `no_proxy` under [http] is not a host"),
        causes: Vec::new(),
        hint: Some(
            "names, suffixes, addresses and blocks, with or without a port: \"example.com\", \".corp\", \
             \"10.0.0.0/8\", \"localhost:8080\", or \"*\""
                .into(),
        ),
    })
}

type Variables<'a> = &'a dyn Fn(&str) -> Option<String>;

fn among(settings: &Settings, origin: &Origin, variable: Variables<'_>) -> Result<Option<Via>, Failure> {
    if settings.unix_socket.is_some() || spared(settings)?.holds(origin) {
        return Ok(None);
    }
    match &settings.proxy {
        Some(Proxy::None) => Ok(None),
        Some(Proxy::Url(url)) => Via::parse(url, "`proxy` under [http]").map(Some),
        None | Some(Proxy::System) => of_environment(origin, variable),
    }
}

/// As curl reads the environment: small letters first, and an empty variable is none.
fn of_environment(origin: &Origin, variable: Variables<'_>) -> Result<Option<Via>, Failure> {
    let first = |names: &[&'static str]| {
        names.iter().find_map(|name| Some((*name, variable(name).filter(|value| !value.trim().is_empty())?)))
    };
    // What listens on this machine is not behind the network's proxy.
    if is_loopback(&origin.host) {
        return Ok(None);
    }
    if let Some((_, list)) = first(&["no_proxy", "NO_PROXY"])
        && Spared::of_variable(&list).holds(origin)
    {
        return Ok(None);
    }
    let names: &[&str] = if origin.is_tls {
        &["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]
    } else if variable("REQUEST_METHOD").is_some() {
        // In a CGI program, whoever asks it sets HTTP_PROXY: by a field named Proxy.
        &["http_proxy", "all_proxy", "ALL_PROXY"]
    } else {
        &["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"]
    };
    first(names).map(|(name, url)| Via::parse(url.trim(), &format!("the variable {name}"))).transpose()
}

fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host.to_ascii_lowercase().ends_with(".localhost")
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(host: &str, is_tls: bool) -> Origin {
        Origin { host: host.into(), port: if is_tls { 443 } else { 80 }, is_tls }
    }

    fn of(proxy: Option<Proxy>, spared: &[&str]) -> Settings {
        let no_proxy = Some(spared.iter().map(|&host| host.to_owned()).collect());
        Settings { proxy, no_proxy, ..Settings::default() }
    }

    #[test]
    fn settings_choose_before_the_environment() {
        let env = |name: &str| (name == "ALL_PROXY").then(|| "http://all:1".to_owned());
        let named = Some(Proxy::Url("socks5h://own:2".into()));
        let cases = [
            (of(None, &[]), "shop.test", Some("http://all:1")),
            (of(Some(Proxy::System), &[]), "shop.test", Some("http://all:1")),
            (of(Some(Proxy::None), &[]), "shop.test", None),
            (of(named.clone(), &[]), "shop.test", Some("socks5h://own:2")),
            (of(named.clone(), &["shop.test"]), "shop.test", None),
            (of(None, &[".test"]), "shop.test", None),
            // A proxy that is named serves this machine too: who names one wants to see what passes.
            (of(named, &[]), "localhost", Some("socks5h://own:2")),
            (of(None, &[]), "localhost", None),
            (of(None, &[]), "127.0.0.5", None),
            (of(None, &[]), "::1", None),
            (Settings { unix_socket: Some("s".into()), ..of(None, &[]) }, "shop.test", None),
        ];
        for (settings, host, expected) in cases {
            let via = among(&settings, &origin(host, true), &env).unwrap();
            assert_eq!(via.map(|via| via.to_string()).as_deref(), expected, "{settings:?} {host}");
        }
    }

    #[test]
    fn the_environment_as_curl_reads_it() {
        type Variables = &'static [(&'static str, &'static str)];
        let cases: [(Variables, bool, Option<&str>); 9] = [
            (&[("HTTP_PROXY", "http://a:1"), ("HTTPS_PROXY", "http://b:2")], false, Some("http://a:1")),
            (&[("HTTP_PROXY", "http://a:1"), ("HTTPS_PROXY", "http://b:2")], true, Some("http://b:2")),
            (&[("HTTP_PROXY", "http://a:1")], true, None),
            (&[("http_proxy", "a:1"), ("HTTP_PROXY", "http://b:2")], false, Some("http://a:1")),
            (&[("https_proxy", ""), ("ALL_PROXY", "socks5://c:3")], true, Some("socks5://c:3")),
            (&[("HTTP_PROXY", "http://a:1"), ("REQUEST_METHOD", "GET")], false, None),
            (&[("HTTP_PROXY", "http://a:1"), ("NO_PROXY", "other, .shop.test")], false, None),
            (&[("HTTP_PROXY", "http://a:1"), ("NO_PROXY", "shop.test:8080")], false, Some("http://a:1")),
            (&[("HTTP_PROXY", "http://a:1"), ("no_proxy", "*")], false, None),
        ];
        for (variables, is_tls, expected) in cases {
            let env = |name: &str| {
                variables.iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned())
            };
            let via = among(&Settings::default(), &origin("api.shop.test", is_tls), &env).unwrap();
            assert_eq!(via.map(|via| via.to_string()).as_deref(), expected, "{variables:?}");
        }
    }

    #[test]
    fn what_is_no_proxy_is_told_with_where_it_stands() {
        let env = |name: &str| (name == "HTTPS_PROXY").then(|| "ftp://p".to_owned());
        let failure = among(&Settings::default(), &origin("h", true), &env).unwrap_err();
        assert!(failure.message.contains("HTTPS_PROXY"), "{failure:?}");
        let failure = check(&of(Some(Proxy::Url("socks4://p".into())), &[])).unwrap_err();
        assert!(failure.message.contains("[http]") && failure.kind == FailureKind::Invalid, "{failure:?}");
        let failure = check(&of(None, &["10.0.0.0/99"])).unwrap_err();
        assert!(failure.message.contains("10.0.0.0/99"), "{failure:?}");
    }
}
