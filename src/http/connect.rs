//! A connection to an origin, measured: DNS, TCP, the proxy's tunnel, TLS.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    path::Path,
    time::{Duration, Instant},
};

use futures_util::{StreamExt, stream::FuturesUnordered};
use tokio::net::TcpStream;

use crate::model::{Failure, FailureKind, Phase, Settings, Timing, TlsSummary};

use super::{
    Progress,
    tls::{Configs, Handshake, Secured, Terms, Witness},
    wire::Stream,
};

pub(super) mod proxy;

use proxy::Via;

/// Between two addresses of one name, unless the first has answered (RFC 8305, section 5).
const STAGGER: Duration = Duration::from_millis(250);

/// Also the environment's proxies are taken because `proxy` says so, or does not say "none".
const PROXY_HINT: &str =
    "`proxy` under [http] names it, or a variable such as HTTPS_PROXY; \"none\" goes without";

/// Where to connect to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Origin {
    /// Without brackets.
    pub host: String,
    pub port: u16,
    pub is_tls: bool,
}

/// A connection that stands.
pub(super) struct Link {
    pub stream: Box<dyn Stream>,
    pub remote: String,
    pub local: String,
    /// What the handshake settled, and what was seen in it.
    pub tls: Option<(TlsSummary, Witness)>,
}

/// A connection in the making. What took how long is written to `timing` as it happens, so that a failure keeps what
/// came before it.
pub(super) struct Connecting<'a> {
    pub origin: &'a Origin,
    pub via: Option<&'a Via>,
    pub settings: &'a Settings,
    pub base: &'a Path,
    pub terms: &'a Terms,
    pub configs: &'a Configs,
    pub timing: &'a mut Timing,
    pub progress: &'a (dyn Fn(Progress) + Send + Sync),
}

/// Bytes both ways, and the addresses of their ends.
struct Pipe {
    stream: Box<dyn Stream>,
    remote: String,
    local: String,
}

impl Connecting<'_> {
    pub(super) async fn run(mut self) -> Result<Link, Failure> {
        let Pipe { stream, remote, local } = match &self.settings.unix_socket {
            Some(path) => self.unix(&self.base.join(path)).await?,
            None => self.reach().await?,
        };
        if !self.origin.is_tls {
            return Ok(Link { stream, remote, local, tls: None });
        }
        (self.progress)(Progress::Phase(Phase::Tls));
        let host = &self.origin.host;
        let handshake = Handshake::prepare(self.configs, self.terms, host, host).await?;
        let started = Instant::now();
        let secured = handshake.run(stream).await;
        self.timing.tls = Some(started.elapsed());
        let Secured { stream, summary, witness } = secured?;
        Ok(Link { stream: Box::new(stream), remote, local, tls: Some((summary, witness)) })
    }

    /// Bytes both ways to the origin, or to the proxy that forwards to it.
    async fn reach(&mut self) -> Result<Pipe, Failure> {
        if let Some(via) = self.via {
            return self.reach_through(via).await;
        }
        let addresses = self.resolve(self.origin).await?;
        self.tcp(self.origin, &addresses).await
    }

    /// The time to set up a tunnel, and TLS to the proxy, count as connecting.
    async fn reach_through(&mut self, via: &Via) -> Result<Pipe, Failure> {
        let proxy = via.origin();
        let addresses = self.resolve(&proxy).await.map_err(|failure| Failure {
            kind: FailureKind::Proxy,
            message: format!("the proxy {via} was not found"),
            hint: Some(PROXY_HINT.into()),
            ..failure
        })?;
        let Origin { host, port, .. } = self.origin;
        let (host, port) = if via.wants_address() {
            let found = self.resolve(self.origin).await?;
            found
                .first()
                .map_or_else(|| (host.clone(), *port), |found| (found.ip().to_string(), found.port()))
        } else {
            (host.clone(), *port)
        };
        let started = Instant::now();
        let mut pipe = self.tcp(&proxy, &addresses).await?;
        if proxy.is_tls {
            let terms = Terms::of_proxy(self.settings, self.base);
            let peer = format!("the proxy {via}");
            let handshake = Handshake::prepare(self.configs, &terms, &proxy.host, &peer).await?;
            let secured = handshake.run(pipe.stream).await;
            let secured = secured.map_err(|failure| Failure { kind: FailureKind::Proxy, ..failure })?;
            pipe.stream = Box::new(secured.stream);
        }
        if !via.forwards(self.origin) {
            via.tunnel(&mut *pipe.stream, &host, port).await?;
        }
        self.timing.connect = Some(started.elapsed());
        Ok(pipe)
    }

    async fn tcp(&mut self, to: &Origin, addresses: &[SocketAddr]) -> Result<Pipe, Failure> {
        (self.progress)(Progress::Phase(Phase::Connect));
        let started = Instant::now();
        let stream = race(addresses).await;
        self.timing.connect = Some(started.elapsed());
        let stream = stream.map_err(|error| self.refused(to, &error))?;
        // Small requests must not wait for acknowledgements.
        let _ = stream.set_nodelay(true);
        let name =
            |address: io::Result<SocketAddr>| address.map(|address| address.to_string()).unwrap_or_default();
        let (remote, local) = (name(stream.peer_addr()), name(stream.local_addr()));
        Ok(Pipe { stream: Box::new(stream), remote, local })
    }

    #[cfg(unix)]
    async fn unix(&mut self, path: &Path) -> Result<Pipe, Failure> {
        (self.progress)(Progress::Phase(Phase::Connect));
        let started = Instant::now();
        let stream = tokio::net::UnixStream::connect(path).await;
        self.timing.connect = Some(started.elapsed());
        let stream = stream.map_err(|error| {
            let mut failure = io_failure(&format!("cannot connect to the socket {}", path.display()), &error);
            failure.kind = FailureKind::Refused;
            failure
        })?;
        Ok(Pipe { stream: Box::new(stream), remote: path.display().to_string(), local: String::new() })
    }

    #[cfg(not(unix))]
    async fn unix(&mut self, path: &Path) -> Result<Pipe, Failure> {
        let error = io::Error::from(io::ErrorKind::Unsupported);
        let message = format!("unix sockets such as {} are not available on this system", path.display());
        Err(io_failure(&message, &error))
    }

    /// The addresses of a host: as the settings say, as it is written, or by DNS.
    async fn resolve(&mut self, origin: &Origin) -> Result<Vec<SocketAddr>, Failure> {
        let Origin { host, port, .. } = origin;
        let pinned = self.settings.resolve.iter().flatten().find(|(name, _)| names(name, host, *port));
        let host = pinned.map_or(host, |(_, address)| address);
        if let Ok(address) = host.parse::<SocketAddr>() {
            return Ok(vec![address]);
        }
        if let Ok(address) = host.trim_matches(['[', ']']).parse::<IpAddr>() {
            return Ok(vec![SocketAddr::new(address, *port)]);
        }
        (self.progress)(Progress::Phase(Phase::Dns));
        let started = Instant::now();
        let found = tokio::net::lookup_host((host.as_str(), *port)).await;
        // Through a proxy, there may be two names to look up.
        *self.timing.dns.get_or_insert_default() += started.elapsed();
        let found: Vec<SocketAddr> = found.map_err(|error| unknown_host(host, &error))?.collect();
        if found.is_empty() {
            return Err(unknown_host(host, &io::Error::other("it has no addresses")));
        }
        Ok(interleaved(found))
    }

    fn refused(&self, to: &Origin, error: &io::Error) -> Failure {
        let mut failure = refused(to, error);
        if let Some(via) = self.via {
            failure.message = format!("the proxy {via} cannot be reached");
            failure.hint = Some(PROXY_HINT.into());
            failure.kind = FailureKind::Proxy;
        }
        failure
    }
}

/// Whether a name of `resolve` is that host, or that host with that port. It is written as people write names, and a
/// host is in ASCII (RFC 5891).
fn names(name: &str, host: &str, port: u16) -> bool {
    let is_host = |name: &str| {
        name.eq_ignore_ascii_case(host)
            || url::Host::parse(name).is_ok_and(|name| name.to_string().trim_matches(['[', ']']) == host)
    };
    let with_port = name.rsplit_once(':').filter(|(_, own)| own.parse() == Ok(port));
    is_host(name) || with_port.is_some_and(|(name, _)| is_host(name))
}

/// The families in turn, beginning with the first address's (RFC 8305, section 4).
fn interleaved(addresses: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let first_is_v6 = addresses.first().is_some_and(SocketAddr::is_ipv6);
    let (mut one, mut other): (Vec<_>, Vec<_>) =
        addresses.into_iter().partition(|a| a.is_ipv6() == first_is_v6);
    one.reverse();
    other.reverse();
    let mut out = Vec::new();
    while !(one.is_empty() && other.is_empty()) {
        out.extend(one.pop());
        out.extend(other.pop());
    }
    out
}

/// The first address to answer; each is given a start before the next is tried too.
async fn race(addresses: &[SocketAddr]) -> io::Result<TcpStream> {
    let mut attempts = FuturesUnordered::new();
    let mut waiting = addresses.iter();
    let mut last = io::Error::from(io::ErrorKind::AddrNotAvailable);
    loop {
        if attempts.is_empty() {
            match waiting.next() {
                Some(address) => attempts.push(TcpStream::connect(*address)),
                None => return Err(last),
            }
        }
        tokio::select! {
            Some(attempt) = attempts.next() => match attempt {
                Ok(stream) => return Ok(stream),
                Err(error) => last = error,
            },
            () = tokio::time::sleep(STAGGER), if waiting.len() > 0 => {
                attempts.extend(waiting.next().map(|address| TcpStream::connect(*address)));
            }
        }
    }
}

fn unknown_host(host: &str, error: &io::Error) -> Failure {
    Failure {
        kind: FailureKind::Dns,
        message: format!("the host {host} was not found"),
        causes: vec![error.to_string()],
        hint: Some(
            "check the spelling and the network; where the host comes from a variable, check the environment"
                .into(),
        ),
    }
}

fn refused(origin: &Origin, error: &io::Error) -> Failure {
    let Origin { host, port, .. } = origin;
    let (kind, message, hint) = match error.kind() {
        io::ErrorKind::ConnectionRefused => (
            FailureKind::Refused,
            format!("{host} refuses connections on port {port}"),
            format!("is the server running, and is {port} its port?"),
        ),
        io::ErrorKind::TimedOut => (
            FailureKind::ConnectTimeout,
            format!("{host} did not answer on port {port}"),
            "a firewall may drop what is sent there".to_owned(),
        ),
        _ => (
            FailureKind::Unreachable,
            format!("{host} cannot be reached on port {port}"),
            "check the network, a VPN, and the address".to_owned(),
        ),
    };
    Failure { kind, message, causes: vec![error.to_string()], hint: Some(hint) }
}

pub(super) fn io_failure(message: &str, error: &io::Error) -> Failure {
    Failure {
        kind: FailureKind::Io,
        message: message.to_owned(),
        causes: vec![error.to_string()],
        hint: None,
    }
}
