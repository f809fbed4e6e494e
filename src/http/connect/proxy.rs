//! Proxies: what one is, and how a connection through it is opened.
//!
//! A request for http goes to an HTTP proxy as it is; everything else gets a tunnel.

use std::{fmt, io};

use url::Url;

use super::{Origin, Stream};
use crate::{
    http::auth::basic,
    model::{Failure, FailureKind},
};

mod choice;
mod socks;
mod spared;
mod tunnel;

pub(in crate::http) use choice::{check, choose, passwords};

/// A proxy that serves a request.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(in crate::http) struct Via {
    kind: Kind,
    host: String,
    port: u16,
    credentials: Option<(String, String)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Http,
    Https,
    /// Names are resolved here.
    Socks5,
    /// Names are resolved by the proxy.
    Socks5h,
}

/// Credentials stay out of it.
impl fmt::Debug for Via {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Via({self})")
    }
}

impl fmt::Display for Via {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = match self.kind {
            Kind::Http => "http",
            Kind::Https => "https",
            Kind::Socks5 => "socks5",
            Kind::Socks5h => "socks5h",
        };
        if self.host.contains(':') {
            return write!(f, "{scheme}://[{}]:{}", self.host, self.port);
        }
        write!(f, "{scheme}://{}:{}", self.host, self.port)
    }
}

impl Via {
    /// The proxy of a URL; without a scheme it is an HTTP proxy. `place` says where the URL stands.
    fn parse(text: &str, place: &str) -> Result<Self, Failure> {
        let no_proxy = |cause: &str| no_proxy(place, cause);
        let absolute = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
        let url = Url::parse(&absolute).map_err(|error| no_proxy(&error.to_string()))?;
        let (kind, usual) = match url.scheme() {
            "http" => (Kind::Http, 80),
            "https" => (Kind::Https, 443),
            "socks5" => (Kind::Socks5, 1080),
            "socks5h" => (Kind::Socks5h, 1080),
            other => {
                return Err(no_proxy(&format!("`{other}` is not a scheme of proxies that are spoken to")));
            }
        };
        let host =
            url.host_str().filter(|host| !host.is_empty()).ok_or_else(|| no_proxy("it names no host"))?;
        let plain = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
        let credentials = (!url.username().is_empty() || url.password().is_some())
            .then(|| (plain(url.username()), plain(url.password().unwrap_or_default())));
        Ok(Self {
            kind,
            host: host.trim_matches(['[', ']']).to_owned(),
            port: url.port().unwrap_or(usual),
            credentials,
        })
    }

    /// Where the proxy itself is.
    pub(in crate::http) fn origin(&self) -> Origin {
        Origin { host: self.host.clone(), port: self.port, is_tls: self.kind == Kind::Https }
    }

    /// Whether requests to `origin` go to the proxy as they are, rather than through a tunnel.
    pub(in crate::http) fn forwards(&self, origin: &Origin) -> bool {
        !origin.is_tls && matches!(self.kind, Kind::Http | Kind::Https)
    }

    /// Whether a tunnel is opened to an address that is found here.
    pub(super) fn wants_address(&self) -> bool {
        self.kind == Kind::Socks5
    }

    /// The value of `Proxy-Authorization`, where there are credentials for it.
    pub(in crate::http) fn authorization(&self) -> Option<String> {
        let (name, word) = self.credentials.as_ref()?;
        Some(format!("Basic {}", basic(name, word)))
    }

    /// Opens a tunnel to `host`, which is an address where [`Via::wants_address`] says so.
    pub(super) async fn tunnel(&self, stream: &mut dyn Stream, host: &str, port: u16) -> Result<(), Failure> {
        let opened = match self.kind {
            Kind::Http | Kind::Https => {
                tunnel::open(stream, self.authorization().as_deref(), host, port).await
            }
            Kind::Socks5 | Kind::Socks5h => socks::open(stream, self.credentials.as_ref(), host, port).await,
        };
        opened.map_err(|Refusal { cause, hint }| Failure {
            kind: FailureKind::Proxy,
            message: format!("the proxy {self} did not open a tunnel to {host}:{port}"),
            causes: vec![cause],
            hint: Some(hint.to_owned()),
        })
    }
}

/// Why there is no tunnel, and what to do.
#[derive(Debug)]
struct Refusal {
    cause: String,
    hint: &'static str,
}

impl Refusal {
    fn new(cause: impl Into<String>, hint: &'static str) -> Self {
        Self { cause: cause.into(), hint }
    }

    fn credentials(cause: impl Into<String>) -> Self {
        let hint = "give them in the proxy's URL under [http], before its host: user:{{ password }}@";
        Self::new(cause, hint)
    }
}

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Self {
        let cause = match error.kind() {
            io::ErrorKind::UnexpectedEof => "it closed the connection without an answer".to_owned(),
            io::ErrorKind::ConnectionReset => "it reset the connection".to_owned(),
            _ => error.to_string(),
        };
        Self::new(cause, "is this the address of a proxy of that kind, and may it be used from here?")
    }
}

fn no_proxy(place: &str, cause: &str) -> Failure {
    Failure {
        kind: FailureKind::Invalid,
        message: format!("{place} is not a proxy's URL"),
        causes: vec![cause.to_owned()],
        hint: Some("as in http://user:password@host:8080; also https://, socks5:// and socks5h://".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(url: &str) -> Result<Via, Failure> {
        Via::parse(url, "`proxy`")
    }

    #[test]
    fn proxies_by_url() {
        let https = Origin { host: "h".into(), port: 443, is_tls: true };
        let cases = [
            ("p:3128", "http://p:3128"),
            ("http://p", "http://p:80"),
            ("https://p", "https://p:443"),
            ("socks5://[::1]", "socks5://[::1]:1080"),
            ("socks5h://u:p@p:9", "socks5h://p:9"),
        ];
        for (url, shown) in cases {
            let via = parse(url).unwrap();
            assert_eq!(via.to_string(), shown);
            assert!(!via.forwards(&https));
        }
        for url in ["ftp://p", "socks4://p", "http://", "http://p:port", ""] {
            assert_eq!(parse(url).unwrap_err().kind, FailureKind::Invalid, "{url}");
        }
    }

    #[test]
    fn credentials_are_decoded_and_never_printed() {
        let via = parse("http://a%40b:p%3Aw@p:1").unwrap();
        assert_eq!(via.authorization().unwrap(), format!("Basic {}", basic("a@b", "p:w")));
        assert!(!format!("{via:?} {via}").contains("p:w"));
        assert!(!format!("{:?}", parse("ftp://a:hidden@p").unwrap_err()).contains("hidden"));
        let only_password = parse("http://:word@p").unwrap();
        assert_eq!(only_password.authorization().unwrap(), format!("Basic {}", basic("", "word")));
    }
}
