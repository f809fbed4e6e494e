//! A connection to an origin, measured: DNS, TCP, TLS.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::{StreamExt, stream::FuturesUnordered};
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::model::{Failure, FailureKind, Phase, Settings, Timing, TlsSummary};

use super::{Progress, tls, wire::Stream};

/// Between two addresses of one name, unless the first has answered (RFC 8305, section 5).
const STAGGER: Duration = Duration::from_millis(250);

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
    pub tls: Option<TlsSummary>,
}

/// Connects. What took how long is written to `timing` as it happens, so that a failure keeps what came before it.
pub(super) async fn connect(
    origin: &Origin,
    settings: &Settings,
    base: &Path,
    timing: &mut Timing,
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<Link, Failure> {
    if let Some(path) = &settings.unix_socket {
        return unix(&base.join(path), origin, settings, base, timing, progress).await;
    }
    let addresses = resolve(origin, settings, timing, progress).await?;
    progress(Progress::Phase(Phase::Connect));
    let started = Instant::now();
    let stream = race(&addresses).await;
    timing.connect = Some(started.elapsed());
    let stream = stream.map_err(|error| refused(origin, &error))?;
    // Small requests must not wait for acknowledgements.
    let _ = stream.set_nodelay(true);
    let name =
        |address: io::Result<SocketAddr>| address.map(|address| address.to_string()).unwrap_or_default();
    let (remote, local) = (name(stream.peer_addr()), name(stream.local_addr()));
    secure(Box::new(stream), origin, settings, base, timing, progress, remote, local).await
}

#[allow(clippy::too_many_arguments)] // The parts of a link in the making; a struct would be made for this call alone.
async fn secure(
    stream: Box<dyn Stream>,
    origin: &Origin,
    settings: &Settings,
    base: &Path,
    timing: &mut Timing,
    progress: &(dyn Fn(Progress) + Send + Sync),
    remote: String,
    local: String,
) -> Result<Link, Failure> {
    if !origin.is_tls {
        return Ok(Link { stream, remote, local, tls: None });
    }
    progress(Progress::Phase(Phase::Tls));
    let (settings_, base) = (settings.clone(), base.to_owned());
    let config = tokio::task::spawn_blocking(move || tls::config(&settings_, &base)).await;
    let config = config.map_err(|error| io_failure("TLS cannot be set up", &io::Error::other(error)))??;
    let name = ServerName::try_from(origin.host.clone())
        .map_err(|error| io_failure("the host cannot be in a certificate", &io::Error::other(error)))?;
    let started = Instant::now();
    let secured = TlsConnector::from(Arc::new(config)).connect(name, stream).await;
    timing.tls = Some(started.elapsed());
    let stream = secured.map_err(|error| tls::explain(&origin.host, &error))?;
    let summary = tls::summary(stream.get_ref().1, settings.verify != Some(false));
    Ok(Link { stream: Box::new(stream), remote, local, tls: Some(summary) })
}

#[cfg(unix)]
async fn unix(
    path: &Path,
    origin: &Origin,
    settings: &Settings,
    base: &Path,
    timing: &mut Timing,
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<Link, Failure> {
    progress(Progress::Phase(Phase::Connect));
    let started = Instant::now();
    let stream = tokio::net::UnixStream::connect(path).await;
    timing.connect = Some(started.elapsed());
    let stream = stream.map_err(|error| {
        let mut failure = io_failure(&format!("cannot connect to the socket {}", path.display()), &error);
        failure.kind = FailureKind::Refused;
        failure
    })?;
    let remote = path.display().to_string();
    secure(Box::new(stream), origin, settings, base, timing, progress, remote, String::new()).await
}

#[cfg(not(unix))]
async fn unix(
    path: &Path,
    _: &Origin,
    _: &Settings,
    _: &Path,
    _: &mut Timing,
    _: &(dyn Fn(Progress) + Send + Sync),
) -> Result<Link, Failure> {
    let error = io::Error::from(io::ErrorKind::Unsupported);
    Err(io_failure(
        &format!("unix sockets such as {} are not available on this system", path.display()),
        &error,
    ))
}

/// The addresses of a host: as the settings say, as it is written, or by DNS.
async fn resolve(
    origin: &Origin,
    settings: &Settings,
    timing: &mut Timing,
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<Vec<SocketAddr>, Failure> {
    let Origin { host, port, .. } = origin;
    let pinned = settings.resolve.iter().flatten().find(|(name, _)| {
        name.eq_ignore_ascii_case(host) || name.eq_ignore_ascii_case(&format!("{host}:{port}"))
    });
    let host = pinned.map_or(host, |(_, address)| address);
    if let Ok(address) = host.parse::<SocketAddr>() {
        return Ok(vec![address]);
    }
    if let Ok(address) = host.trim_matches(['[', ']']).parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(address, *port)]);
    }
    progress(Progress::Phase(Phase::Dns));
    let started = Instant::now();
    let found = tokio::net::lookup_host((host.as_str(), *port)).await;
    timing.dns = Some(started.elapsed());
    let found: Vec<SocketAddr> = found.map_err(|error| unknown_host(host, &error))?.collect();
    if found.is_empty() {
        return Err(unknown_host(host, &io::Error::other("it has no addresses")));
    }
    Ok(interleaved(found))
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
        hint: Some("check the spelling, the network, and the environment that base_url comes from".into()),
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
