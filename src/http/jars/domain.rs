//! Which hosts and paths a cookie is for (RFC 6265bis, sections 5.1.2 to 5.1.4).

use std::net::IpAddr;

use url::{Host, Url};

/// A URL's host as cookies compare it: lower case, IDN in its ASCII form, an IPv6 address without brackets.
pub(super) fn host_of(url: &Url) -> Option<String> {
    url.host_str().map(|host| host.trim_matches(['[', ']']).to_ascii_lowercase())
}

/// A domain that somebody typed, as cookies compare it; `None` when it is no host.
pub fn canonical(domain: &str) -> Option<String> {
    let domain = domain.trim().trim_start_matches('.').trim_matches(['[', ']']);
    if let Ok(address) = domain.parse::<IpAddr>() {
        return Some(address.to_string());
    }
    match Host::parse(domain).ok()? {
        Host::Domain(name) if !name.is_empty() => Some(name),
        Host::Ipv4(address) => Some(address.to_string()),
        _ => None,
    }
}

/// Whether a host is that domain, or a name below it. An address is itself alone.
pub(super) fn is_within(host: &str, domain: &str) -> bool {
    if host == domain {
        return true;
    }
    let is_below = host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'));
    is_below && !domain.is_empty() && !is_address(host)
}

fn is_address(host: &str) -> bool {
    host.parse::<IpAddr>().is_ok()
}

/// Whether anyone may register names below that domain, so that a cookie for all of it would go to strangers. A name
/// of one label that is on no list counts as one.
pub(super) fn is_public_suffix(domain: &str) -> bool {
    !is_address(domain) && psl::suffix_str(domain) == Some(domain)
}

/// Whether what a host says cannot have been changed on the way: TLS, or this very machine. RFC 6265bis leaves the
/// second to the client; browsers and curl take it so.
pub(super) fn is_secure(url: &Url) -> bool {
    if matches!(url.scheme(), "https" | "wss") {
        return true;
    }
    match url.host() {
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            name == "localhost" || name.ends_with(".localhost")
        }
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// The folder that a URL's path is in.
pub(super) fn default_path(url: &Url) -> &str {
    match url.path().rfind('/') {
        None | Some(0) => "/",
        Some(end) => &url.path()[..end],
    }
}

/// Whether a request's path is a cookie's path, or stands below it.
pub(super) fn covers(cookie_path: &str, path: &str) -> bool {
    path.strip_prefix(cookie_path)
        .is_some_and(|rest| rest.is_empty() || cookie_path.ends_with('/') || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        text.parse().unwrap()
    }

    #[test]
    fn a_domain_covers_what_stands_below_it() {
        let cases = [
            ("shop.example", "shop.example", true),
            ("api.shop.example", "shop.example", true),
            ("myshop.example", "shop.example", false),
            ("shop.example", "api.shop.example", false),
            ("127.0.0.1", "127.0.0.1", true),
            ("127.0.0.1", "0.0.1", false),
            ("127.0.0.1", "1", false),
            ("::1", "::1", true),
            ("shop.example", "", false),
        ];
        for (host, domain, expected) in cases {
            assert_eq!(is_within(host, domain), expected, "{host} {domain}");
        }
    }

    #[test]
    fn public_suffixes_are_known() {
        for suffix in ["com", "co.uk", "github.io", "xn--p1ai", "example", "localhost", "x.kawasaki.jp"] {
            assert!(is_public_suffix(suffix), "{suffix}");
        }
        for name in ["shop.com", "bbc.co.uk", "someone.github.io", "city.kawasaki.jp", "127.0.0.1", "::1"] {
            assert!(!is_public_suffix(name), "{name}");
        }
    }

    #[test]
    fn this_machine_is_as_good_as_tls() {
        for text in [
            "https://a.example",
            "http://localhost:1",
            "http://a.localhost",
            "http://127.8.0.1",
            "http://[::1]",
        ] {
            assert!(is_secure(&url(text)), "{text}");
        }
        for text in ["http://a.example", "http://localhost.example", "http://10.0.0.1", "http://[::2]"] {
            assert!(!is_secure(&url(text)), "{text}");
        }
    }

    #[test]
    fn paths_are_folders() {
        for (text, path) in
            [("http://a", "/"), ("http://a/b", "/"), ("http://a/b/", "/b"), ("http://a/b/c?d=/e/", "/b")]
        {
            assert_eq!(default_path(&url(text)), path, "{text}");
        }
        let cases = [
            ("/", "/", true),
            ("/", "/a", true),
            ("/a", "/a", true),
            ("/a", "/a/b", true),
            ("/a/", "/a/b", true),
            ("/a", "/ab", false),
            ("/a/", "/a", false),
            ("/A", "/a", false),
        ];
        for (own, path, expected) in cases {
            assert_eq!(covers(own, path), expected, "{own} {path}");
        }
    }

    #[test]
    fn what_is_typed_becomes_a_host() {
        let cases = [
            ("Shop.Example", Some("shop.example")),
            (".shop.example", Some("shop.example")),
            ("münchen.example", Some("xn--mnchen-3ya.example")),
            ("[::1]", Some("::1")),
            ("127.1", Some("127.0.0.1")),
            ("a b", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(canonical(text).as_deref(), expected, "{text}");
        }
    }
}
