//! Proxies: which one serves a request, and how a connection through it is opened.
//!
//! A request for http goes to an HTTP proxy as it is; everything else gets a tunnel, by CONNECT (RFC 9110, section
//! 9.3.6) or SOCKS 5 (RFC 1928).

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use hyper_util::client::proxy::matcher::Matcher;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use url::Url;

use super::{Origin, Stream};
use crate::{
    http::auth::basic,
    model::{Failure, FailureKind, Proxy, Settings},
};

/// Longest head of an answer to CONNECT that is read.
const LARGEST_HEAD: usize = 64 << 10;

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
impl std::fmt::Debug for Via {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Via({self})")
    }
}

impl std::fmt::Display for Via {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
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

/// The proxy for a request to `origin`, if the settings give it one.
///
/// # Errors
/// The settings name something that is not a proxy.
pub(in crate::http) fn choose(settings: &Settings, origin: &Origin) -> Result<Option<Via>, Failure> {
    if settings.unix_socket.is_some() {
        return Ok(None);
    }
    let scheme = if origin.is_tls { "https" } else { "http" };
    let host = if origin.host.contains(':') { format!("[{}]", origin.host) } else { origin.host.clone() };
    let Ok(target) = format!("{scheme}://{host}:{}/", origin.port).parse() else { return Ok(None) };
    let spared = settings.no_proxy.as_ref().map(|hosts| hosts.join(",")).unwrap_or_default();
    let is_spared = Matcher::builder().all("http://proxy").no(spared).build().intercept(&target).is_none();
    match &settings.proxy {
        Some(Proxy::None) => Ok(None),
        _ if is_spared => Ok(None),
        Some(Proxy::Url(url)) => Via::parse(url).map(Some),
        // What listens on this machine is not behind the network's proxy.
        None | Some(Proxy::System) if is_loopback(&origin.host) => Ok(None),
        None | Some(Proxy::System) => {
            let Some(found) = Matcher::from_system().intercept(&target) else { return Ok(None) };
            let mut via = Via::parse(&found.uri().to_string())?;
            via.credentials = found.raw_auth().map(|(name, word)| (name.to_owned(), word.to_owned()));
            if let Some(value) = found.basic_auth().and_then(|value| value.to_str().ok()) {
                via.credentials = unbasic(value);
            }
            Ok(Some(via))
        }
    }
}

fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host.to_ascii_lowercase().ends_with(".localhost")
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// User and password of a `Basic` field value.
fn unbasic(value: &str) -> Option<(String, String)> {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let text = String::from_utf8(STANDARD.decode(value.strip_prefix("Basic ")?).ok()?).ok()?;
    text.split_once(':').map(|(name, word)| (name.to_owned(), word.to_owned()))
}

impl Via {
    fn parse(text: &str) -> Result<Self, Failure> {
        let absolute = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
        let url = Url::parse(&absolute).map_err(|error| no_proxy(&error.to_string()))?;
        let (kind, usual) = match url.scheme() {
            "http" => (Kind::Http, 80),
            "https" => (Kind::Https, 443),
            "socks5" => (Kind::Socks5, 1080),
            "socks5h" => (Kind::Socks5h, 1080),
            other => return Err(no_proxy(&format!("`{other}` is not a scheme of proxies"))),
        };
        let host =
            url.host_str().filter(|host| !host.is_empty()).ok_or_else(|| no_proxy("it names no host"))?;
        let plain = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
        let credentials = (!url.username().is_empty())
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
            Kind::Http | Kind::Https => self.connect(stream, host, port).await,
            Kind::Socks5 | Kind::Socks5h => self.socks(stream, host, port).await,
        };
        opened.map_err(|error| self.refused(host, port, error))
    }

    async fn connect(&self, stream: &mut dyn Stream, host: &str, port: u16) -> Result<(), Refusal> {
        let host = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
        let mut head = format!("CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n");
        if let Some(value) = self.authorization() {
            head.push_str("Proxy-Authorization: ");
            head.push_str(&value);
            head.push_str("\r\n");
        }
        head.push_str("\r\n");
        stream.write_all(head.as_bytes()).await?;
        stream.flush().await?;
        let answer = read_head(stream).await?;
        let line = answer.lines().next().unwrap_or_default();
        match line.split(' ').nth(1).and_then(|code| code.parse::<u16>().ok()) {
            Some(200..300) => Ok(()),
            Some(407) => Err(Refusal::Credentials(line.to_owned())),
            _ => Err(Refusal::Said(line.to_owned())),
        }
    }

    async fn socks(&self, stream: &mut dyn Stream, host: &str, port: u16) -> Result<(), Refusal> {
        let greeting: &[u8] = if self.credentials.is_some() { &[5, 2, 0, 2] } else { &[5, 1, 0] };
        stream.write_all(greeting).await?;
        let mut chosen = [0; 2];
        stream.read_exact(&mut chosen).await?;
        match (chosen, &self.credentials) {
            ([5, 0], _) => {}
            ([5, 2], Some((name, word))) => {
                let mut message = vec![1];
                message.extend(counted(name)?);
                message.extend(counted(word)?);
                stream.write_all(&message).await?;
                let mut answer = [0; 2];
                stream.read_exact(&mut answer).await?;
                if answer[1] != 0 {
                    return Err(Refusal::Credentials("the user or the password is wrong".into()));
                }
            }
            ([5, _], _) => return Err(Refusal::Credentials("it wants authentication".into())),
            _ => return Err(Refusal::Said("its answer is not SOCKS 5".into())),
        }
        let mut message = vec![5, 1, 0];
        match host.parse::<IpAddr>() {
            Ok(IpAddr::V4(address)) => {
                message.push(1);
                message.extend(address.octets());
            }
            Ok(IpAddr::V6(address)) => {
                message.push(4);
                message.extend(address.octets());
            }
            Err(_) => {
                message.push(3);
                message.extend(counted(host)?);
            }
        }
        message.extend(port.to_be_bytes());
        stream.write_all(&message).await?;
        let mut answer = [0; 4];
        stream.read_exact(&mut answer).await?;
        if answer[1] != 0 {
            return Err(Refusal::Said(socks_reason(answer[1]).to_owned()));
        }
        // The address that the proxy bound, which nobody needs, stands before the tunnel.
        let length = match answer[3] {
            1 => size_of::<Ipv4Addr>(),
            4 => size_of::<Ipv6Addr>(),
            _ => usize::from(stream.read_u8().await?),
        };
        let mut bound = vec![0; length + 2];
        stream.read_exact(&mut bound).await?;
        Ok(())
    }

    fn refused(&self, host: &str, port: u16, refusal: Refusal) -> Failure {
        let (cause, hint) = match refusal {
            Refusal::Io(error) => (error.to_string(), "is this the address of a proxy of that kind?"),
            Refusal::Credentials(said) => {
                (said, "give the proxy's user and password in its URL: http://user:password@host:port")
            }
            Refusal::Said(said) => (said, "the proxy may not allow this host or port, or not reach it"),
        };
        Failure {
            kind: FailureKind::Proxy,
            message: format!("the proxy {self} did not open a tunnel to {host}:{port}"),
            causes: vec![cause],
            hint: Some(hint.to_owned()),
        }
    }
}

/// Why there is no tunnel.
enum Refusal {
    Io(io::Error),
    Credentials(String),
    Said(String),
}

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Text with its length before it, as SOCKS writes it.
fn counted(text: &str) -> Result<Vec<u8>, Refusal> {
    let length =
        u8::try_from(text.len()).map_err(|_| Refusal::Said("a name is longer than 255 bytes".into()))?;
    Ok([&[length], text.as_bytes()].concat())
}

/// RFC 1928, section 6.
fn socks_reason(code: u8) -> &'static str {
    match code {
        2 => "its rules do not allow the connection",
        3 => "the network is unreachable from it",
        4 => "the host is unreachable from it",
        5 => "the host refused the connection",
        6 => "the connection took too long",
        7 => "it does not know the command",
        8 => "it does not know this kind of address",
        _ => "it failed",
    }
}

/// A head up to its empty line, byte by byte: what follows belongs to the tunnel.
async fn read_head(stream: &mut dyn Stream) -> Result<String, Refusal> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() > LARGEST_HEAD {
            return Err(Refusal::Said("its answer is not HTTP".into()));
        }
        head.push(stream.read_u8().await?);
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}

fn no_proxy(cause: &str) -> Failure {
    Failure {
        kind: FailureKind::Proxy,
        message: "`proxy` under [http] is not a proxy's URL".into(),
        causes: vec![cause.to_owned()],
        hint: Some(
            "\"system\", \"none\", or a URL such as http://user:password@host:8080 or socks5h://host:1080"
                .into(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(host: &str, is_tls: bool) -> Origin {
        Origin { host: host.into(), port: if is_tls { 443 } else { 80 }, is_tls }
    }

    fn settings(proxy: &str, spared: &[&str]) -> Settings {
        Settings {
            proxy: Some(Proxy::Url(proxy.into())),
            no_proxy: Some(spared.iter().map(|&host| host.to_owned()).collect()),
            ..Settings::default()
        }
    }

    #[test]
    fn no_proxy_spares_names_suffixes_and_blocks() {
        let settings = settings("http://p:3128", &["internal.example", ".corp", "10.0.0.0/8", "::1"]);
        let cases = [
            ("internal.example", false),
            ("a.internal.example", false),
            ("notinternal.example", true),
            ("x.corp", false),
            ("10.1.2.3", false),
            ("11.1.2.3", true),
            ("::1", false),
        ];
        for (host, is_proxied) in cases {
            let via = choose(&settings, &origin(host, false)).unwrap();
            assert_eq!(via.is_some(), is_proxied, "{host}");
        }
    }

    #[test]
    fn proxies_by_url() {
        let cases = [
            ("p:3128", "http://p:3128"),
            ("http://p", "http://p:80"),
            ("https://p", "https://p:443"),
            ("socks5://[::1]", "socks5://[::1]:1080"),
            ("socks5h://u:p@p:9", "socks5h://p:9"),
        ];
        for (url, shown) in cases {
            let via = choose(&settings(url, &[]), &origin("h", true)).unwrap().unwrap();
            assert_eq!(via.to_string(), shown);
            assert!(!via.forwards(&origin("h", true)));
        }
        for url in ["ftp://p", "socks4://p", "http://"] {
            assert_eq!(
                choose(&settings(url, &[]), &origin("h", false)).unwrap_err().kind,
                FailureKind::Proxy
            );
        }
        let via = choose(&settings("http://a%40b:p%3Aw@p:1", &[]), &origin("h", false)).unwrap().unwrap();
        assert_eq!(via.authorization().unwrap(), format!("Basic {}", basic("a@b", "p:w")));
        assert!(!format!("{via:?} {via}").contains("p:w"));
    }
}
