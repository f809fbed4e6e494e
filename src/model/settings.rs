//! `[http]` and `[retry]`: how a request is sent. Every key is optional, and inherited one by one.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::duration;

mod keys;

pub use keys::{SETTINGS, http_keys, keys_in};

/// `[http]`. `None` means: what the folder above says, and at last what default.toml says.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    pub timeout: Timeouts,
    /// How many redirects to follow; 0 (`redirects = false` in a file) shows the redirect itself.
    pub redirects: Option<u32>,
    /// Whether the server's certificate is verified.
    pub verify: Option<bool>,
    /// File with more roots (PEM, or one certificate in DER), relative to the collection's folder. A template.
    pub ca: Option<String>,
    /// Client certificate with its key (PEM or PKCS#12), relative to the collection's folder. A template.
    pub cert: Option<String>,
    /// What opens `cert`, where it is encrypted. A template.
    pub cert_password: Option<String>,
    /// "1.2" or "1.3".
    pub min_tls: Option<String>,
    pub version: Option<HttpVersion>,
    pub proxy: Option<Proxy>,
    /// Hosts that are reached without the proxy: names, suffixes, addresses, CIDR blocks.
    pub no_proxy: Option<Vec<String>>,
    /// Bytes of decoded body that are accepted.
    pub max_body: Option<u64>,
    pub cookies: Option<CookieUse>,
    /// Content coding of the request's body: gzip, br, zstd, deflate.
    pub compress: Option<String>,
    /// Whether the body waits for `100 Continue` (RFC 9110, section 10.1.1).
    pub expect_continue: Option<bool>,
    /// `host:port` to an address, as in curl's `--resolve`.
    pub resolve: Option<Vec<(String, String)>>,
    pub unix_socket: Option<String>,
    pub https_only: Option<bool>,
    /// As in "10/s".
    pub rate: Option<String>,
    /// Whether repeating the request is safe although its method says it is not.
    pub idempotent: Option<bool>,
}

/// `timeout = { connect = "3s", read = "10s", total = "30s" }`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Timeouts {
    /// Until the connection stands: DNS, TCP and TLS.
    pub connect: Option<Duration>,
    /// Between two pieces of the answer, and until its first.
    pub read: Option<Duration>,
    /// The whole exchange, redirects and retries included.
    pub total: Option<Duration>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum HttpVersion {
    #[default]
    #[serde(rename = "auto")]
    Auto,
    #[serde(rename = "1.1")]
    Http11,
    #[serde(rename = "2")]
    Http2,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proxy {
    /// The environment's variables: `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY`.
    System,
    None,
    /// A URL, with templates: http, https, socks5, socks5h.
    Url(String),
}

impl HttpVersion {
    const ALL: [Self; 3] = [Self::Auto, Self::Http11, Self::Http2];

    /// As a file says it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Http11 => "1.1",
            Self::Http2 => "2",
        }
    }

    /// The version of that word.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|version| version.word() == word)
    }
}

impl Proxy {
    /// As a file says it, with the URL's credentials.
    pub fn word(&self) -> &str {
        match self {
            Self::System => "system",
            Self::None => "none",
            Self::Url(url) => url,
        }
    }

    /// What a value can be, for the messages of those who read one.
    pub const EXPECTED: &str = "\"system\", \"none\" or a URL: http://, https://, socks5:// or socks5h://";

    /// What a text of a file says: a word, or a URL, whose scheme has to be one of proxies. The rest of it is looked at
    /// when its templates are rendered. `None` for another scheme.
    pub fn read(text: &str) -> Option<Self> {
        match text {
            "system" => return Some(Self::System),
            "none" => return Some(Self::None),
            _ => {}
        }
        let scheme = text.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
        let is_known = scheme.is_none_or(|scheme| {
            matches!(scheme.as_str(), "http" | "https" | "socks5" | "socks5h") || scheme.contains("{{")
        });
        is_known.then(|| Self::Url(text.to_owned()))
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CookieUse {
    /// The environment's jar.
    On,
    Off,
    /// A jar of that name.
    Jar(String),
}

/// `[retry]`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Retry {
    /// Repetitions after the first attempt.
    pub max: Option<u32>,
    /// Of: connect, timeout, a status (429), a class (5xx).
    pub on: Option<Vec<String>>,
    /// First and longest wait.
    pub backoff: Option<(Duration, Duration)>,
}

impl Settings {
    /// These settings, with what they leave open taken from `outer`.
    #[must_use]
    pub fn over(self, outer: &Self) -> Self {
        let outer = outer.clone();
        Self {
            timeout: self.timeout.over(outer.timeout),
            redirects: self.redirects.or(outer.redirects),
            verify: self.verify.or(outer.verify),
            ca: self.ca.or(outer.ca),
            cert: self.cert.or(outer.cert),
            cert_password: self.cert_password.or(outer.cert_password),
            min_tls: self.min_tls.or(outer.min_tls),
            version: self.version.or(outer.version),
            proxy: self.proxy.or(outer.proxy),
            no_proxy: self.no_proxy.or(outer.no_proxy),
            max_body: self.max_body.or(outer.max_body),
            cookies: self.cookies.or(outer.cookies),
            compress: self.compress.or(outer.compress),
            expect_continue: self.expect_continue.or(outer.expect_continue),
            resolve: self.resolve.or(outer.resolve),
            unix_socket: self.unix_socket.or(outer.unix_socket),
            https_only: self.https_only.or(outer.https_only),
            rate: self.rate.or(outer.rate),
            idempotent: self.idempotent.or(outer.idempotent),
        }
    }
}

impl Timeouts {
    #[must_use]
    fn over(self, outer: Self) -> Self {
        Self {
            connect: self.connect.or(outer.connect),
            read: self.read.or(outer.read),
            total: self.total.or(outer.total),
        }
    }
}

impl Retry {
    /// What may stand in `on`: "connect", "timeout", a status ("429") or a class ("5xx").
    pub fn is_condition(text: &str) -> bool {
        let is_status = matches!(text.as_bytes(), [b'1'..=b'9', rest @ ..]
            if rest == b"xx" || (rest.len() == 2 && rest.iter().all(u8::is_ascii_digit)));
        is_status || matches!(text, "connect" | "timeout")
    }

    /// What `backoff` can be, for the messages of those who read one.
    pub const BACKOFF: &str = "the first and longest wait, as in \"200ms..5s\"";

    /// What each of `on` can be.
    pub const CONDITIONS: &str = "\"connect\", \"timeout\", a status (\"429\") or a class (\"5xx\")";

    /// The first and longest wait of a text such as "200ms..5s", or of one duration that is both.
    pub fn read_backoff(text: &str) -> Option<(Duration, Duration)> {
        let (first, longest) = text.split_once("..").unwrap_or((text, text));
        duration::parse(first).zip(duration::parse(longest)).filter(|(first, longest)| first <= longest)
    }

    /// The same as a file says it.
    pub fn write_backoff((first, longest): (Duration, Duration)) -> String {
        format!("{}..{}", duration::format(first), duration::format(longest))
    }

    /// This policy, with what it leaves open taken from `outer`.
    #[must_use]
    pub fn over(self, outer: &Self) -> Self {
        let outer = outer.clone();
        Self {
            max: self.max.or(outer.max),
            on: self.on.or(outer.on),
            backoff: self.backoff.or(outer.backoff),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_is_told_by_its_scheme() {
        for text in ["p:3128", "HTTP://p", "socks5h://u:p@p", "{{ scheme }}://p", "{{ proxy }}"] {
            assert_eq!(Proxy::read(text), Some(Proxy::Url(text.into())));
        }
        for text in ["socks4://p", "ftp://p", "://p"] {
            assert_eq!(Proxy::read(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_retried_and_after_how_long_is_read_and_written() {
        for text in ["connect", "timeout", "429", "5xx"] {
            assert!(Retry::is_condition(text), "{text}");
        }
        for text in ["", "4x", "42", "0xx", "4xxx", "often"] {
            assert!(!Retry::is_condition(text), "{text}");
        }
        let wait = (Duration::from_millis(200), Duration::from_secs(5));
        assert_eq!(Retry::read_backoff("200ms..5s"), Some(wait));
        assert_eq!(Retry::read_backoff(&Retry::write_backoff(wait)), Some(wait));
        assert_eq!(Retry::read_backoff("5s..200ms"), None);
    }

    #[test]
    fn each_key_is_inherited_by_itself() {
        let folder = Settings {
            timeout: Timeouts { read: Some(Duration::from_secs(9)), ..Timeouts::default() },
            verify: Some(false),
            ..Settings::default()
        };
        let request = Settings {
            timeout: Timeouts { total: Some(Duration::from_secs(1)), ..Timeouts::default() },
            verify: Some(true),
            ..Settings::default()
        };
        let both = request.over(&folder);
        assert_eq!(both.timeout.read, Some(Duration::from_secs(9)));
        assert_eq!(both.timeout.total, Some(Duration::from_secs(1)));
        assert_eq!(both.verify, Some(true));
    }
}
