//! Hosts that are reached without the proxy: `no_proxy` of the settings, and `NO_PROXY` of the environment.

use std::net::IpAddr;

use ipnet::IpNet;

use super::Origin;

/// What `no_proxy` lists.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Spared(Vec<Rule>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Rule {
    hosts: Hosts,
    /// On all ports where none is named.
    port: Option<u16>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Hosts {
    All,
    /// A name and all below it, in small letters, without dots around it.
    Domain(String),
    Block(IpNet),
}

impl Spared {
    /// # Errors
    /// The entry that is none.
    pub(super) fn of<'a>(entries: impl IntoIterator<Item = &'a str>) -> Result<Self, String> {
        let entries = entries.into_iter().map(str::trim).filter(|entry| !entry.is_empty());
        entries.map(|entry| rule(entry).ok_or_else(|| entry.to_owned())).collect::<Result<_, _>>().map(Self)
    }

    /// The list of an environment variable: separated by commas or spaces, and what cannot be read in it is passed
    /// over, as everyone does who reads it.
    pub(super) fn of_variable(text: &str) -> Self {
        Self(text.split([',', ' ', '\t']).map(str::trim).filter_map(rule).collect())
    }

    pub(super) fn holds(&self, origin: &Origin) -> bool {
        let address = origin.host.parse::<IpAddr>().ok();
        let host = origin.host.trim_end_matches('.').to_ascii_lowercase();
        self.0.iter().filter(|rule| rule.port.is_none_or(|port| port == origin.port)).any(|rule| {
            match (&rule.hosts, address) {
                (Hosts::All, _) => true,
                (Hosts::Block(block), Some(address)) => block.contains(&address),
                (Hosts::Domain(domain), None) => {
                    let above = host.strip_suffix(domain.as_str());
                    above.is_some_and(|above| above.is_empty() || above.ends_with('.'))
                }
                _ => false,
            }
        })
    }
}

/// `*`, `example.com`, `.example.com`, `*.example.com`, `10.0.0.0/8`, `::1`; those that are hosts also with a port.
fn rule(entry: &str) -> Option<Rule> {
    if entry == "*" {
        return Some(Rule { hosts: Hosts::All, port: None });
    }
    if let Some(block) = block(entry) {
        return Some(Rule { hosts: Hosts::Block(block), port: None });
    }
    let (host, port) = match entry.rsplit_once(':') {
        Some((host, port)) => (host, Some(port.parse().ok()?)),
        None => (entry, None),
    };
    let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    if let Some(block) = block(host) {
        return Some(Rule { hosts: Hosts::Block(block), port });
    }
    let domain = host.strip_prefix('*').unwrap_or(host).trim_matches('.').to_ascii_lowercase();
    let is_name =
        |letter: char| !letter.is_ascii() || letter.is_ascii_alphanumeric() || "-_.".contains(letter);
    (!domain.is_empty() && domain.chars().all(is_name)).then_some(Rule { hosts: Hosts::Domain(domain), port })
}

/// A block of addresses, or the block of a single one.
fn block(text: &str) -> Option<IpNet> {
    text.parse::<IpNet>().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(host: &str, port: u16) -> Origin {
        Origin { host: host.into(), port, is_tls: false }
    }

    #[test]
    fn names_suffixes_blocks_and_ports() {
        let list = [
            "internal.example",
            ".corp",
            "*.lan",
            "10.0.0.0/8",
            "::1",
            "fd00::/8",
            "192.168.1.7",
            "shop.test:8443",
            "[2001:db8::1]:443",
            "172.16.0.1:80",
        ];
        let spared = Spared::of(list).unwrap();
        let cases = [
            ("internal.example", 80, true),
            ("INTERNAL.example.", 80, true),
            ("a.internal.example", 443, true),
            ("notinternal.example", 80, false),
            ("example", 80, false),
            ("x.corp", 80, true),
            ("corp", 80, true),
            ("printer.lan", 80, true),
            ("10.1.2.3", 80, true),
            ("11.1.2.3", 80, false),
            ("10.1.2.3.example", 80, false),
            ("::1", 80, true),
            ("::2", 80, false),
            ("fd12:3456::1", 80, true),
            ("fe80::1", 80, false),
            ("192.168.1.7", 80, true),
            ("192.168.1.70", 80, false),
            ("shop.test", 8443, true),
            ("shop.test", 443, false),
            ("2001:db8::1", 443, true),
            ("2001:db8::1", 80, false),
            ("172.16.0.1", 80, true),
            ("172.16.0.1", 81, false),
        ];
        for (host, port, is_spared) in cases {
            assert_eq!(spared.holds(&origin(host, port)), is_spared, "{host}:{port}");
        }
        assert!(Spared::of(["*"]).unwrap().holds(&origin("anything", 1)));
        assert!(!Spared::of([""]).unwrap().holds(&origin("anything", 1)));
    }

    #[test]
    fn what_is_no_host_is_told_or_passed_over() {
        for entry in ["10.0.0.0/40", "host:port", "http://host", "a b", "host:99999"] {
            assert_eq!(Spared::of(["good", entry]), Err(entry.to_owned()));
        }
        let spared = Spared::of_variable("good, 10.0.0.0/40 http://x,,other");
        assert_eq!(spared, Spared::of(["good", "other"]).unwrap());
    }
}
