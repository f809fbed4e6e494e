//! Connections that are kept between exchanges, and the one that carries this one.

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use ::http::{Request, Response};
use hyper::{
    body::Incoming,
    client::conn::{http1, http2},
};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::task::AbortHandle;

use crate::model::{Connection, Failure, FailureKind, HttpVersion, Settings};

use super::{
    connect::{Link, Origin, proxy::Via},
    hop::Upload,
    tls::{Configs, Terms, Witness},
    wire::{SharedTape, Wire},
};

/// Most servers close what is idle for longer; few sooner.
const IDLE: Duration = Duration::from_mins(1);

/// What a connection has to agree in to be used again.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Key {
    origin: Origin,
    via: Option<Via>,
    terms: Terms,
    unix_socket: Option<PathBuf>,
    resolve: Vec<(String, String)>,
}

impl Key {
    pub(super) fn new(
        origin: &Origin,
        via: Option<&Via>,
        settings: &Settings,
        base: &std::path::Path,
    ) -> Self {
        Self {
            origin: origin.clone(),
            via: via.cloned(),
            terms: Terms::of(settings, base),
            unix_socket: settings.unix_socket.as_ref().map(|name| base.join(name)),
            resolve: settings.resolve.clone().unwrap_or_default(),
        }
    }
}

impl Key {
    pub(super) fn terms(&self) -> &Terms {
        &self.terms
    }
}

/// A connection, ready for an exchange. Dropping it closes it.
pub(super) struct Live {
    /// The proxy that requests are sent to as they are.
    pub forwarder: Option<Via>,
    sender: Sender,
    task: AbortHandle,
    pub tape: SharedTape,
    pub facts: Connection,
    /// Of a connection by TLS: what was seen in its handshake.
    witness: Option<Witness>,
}

enum Sender {
    Http1(http1::SendRequest<Upload>),
    Http2(http2::SendRequest<Upload>),
}

impl Live {
    /// Speaks HTTP over a link, in the version that was agreed on.
    pub(super) async fn open(
        link: Link,
        origin: &Origin,
        via: Option<&Via>,
        settings: &Settings,
    ) -> Result<Self, Failure> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let (tls, witness) = link.tls.unzip();
        let agreed = tls.as_ref().and_then(|tls| tls.alpn.as_deref());
        let is_http2 = match settings.version {
            Some(HttpVersion::Http2) => true,
            Some(HttpVersion::Http11) => false,
            None | Some(HttpVersion::Auto) => agreed == Some("h2"),
        };
        if is_http2 && tls.is_some() && agreed != Some("h2") {
            return Err(no_http2(origin));
        }
        let tape = SharedTape::default();
        let io = TokioIo::new(Wire::new(link.stream, tape.clone()));
        let (sender, task) = if is_http2 {
            let (sender, connection) = http2::handshake(TokioExecutor::new(), io)
                .await
                .map_err(|error| explain(origin, witness.as_ref(), &error))?;
            (Sender::Http2(sender), tokio::spawn(log_end(connection)).abort_handle())
        } else {
            let (sender, connection) = http1::Builder::new()
                .max_headers(1000)
                .handshake(io)
                .await
                .map_err(|error| explain(origin, witness.as_ref(), &error))?;
            (Sender::Http1(sender), tokio::spawn(log_end(connection)).abort_handle())
        };
        let facts = Connection {
            id: COUNT.fetch_add(1, Ordering::Relaxed) + 1,
            reused: false,
            remote: link.remote,
            local: link.local,
            tls,
            proxy: via.map(ToString::to_string),
        };
        let forwarder = via.filter(|via| via.forwards(origin)).cloned();
        Ok(Self { forwarder, sender, task, tape, facts, witness })
    }

    pub(super) fn is_http2(&self) -> bool {
        matches!(self.sender, Sender::Http2(_))
    }

    pub(super) async fn send(
        &mut self,
        request: Request<Upload>,
    ) -> Result<Response<Incoming>, hyper::Error> {
        match &mut self.sender {
            Sender::Http1(sender) => sender.send_request(request).await,
            Sender::Http2(sender) => sender.send_request(request).await,
        }
    }

    /// What went wrong on this connection.
    pub(super) fn explain(&self, origin: &Origin, error: &hyper::Error) -> Failure {
        explain(origin, self.witness.as_ref(), error)
    }

    /// Waits until the last exchange is through; `false` when the connection is of no more use.
    async fn is_ready(&mut self) -> bool {
        let ready = match &mut self.sender {
            Sender::Http1(sender) => sender.ready().await,
            Sender::Http2(sender) => sender.ready().await,
        };
        ready.is_ok()
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl std::fmt::Debug for Live {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Live").field("facts", &self.facts).finish_non_exhaustive()
    }
}

async fn log_end(connection: impl Future<Output = Result<(), hyper::Error>>) {
    if let Err(error) = connection.await {
        tracing::debug!("connection ended: {error}");
    }
}

/// Idle connections.
#[derive(Debug, Default)]
pub(super) struct Pool {
    idle: Mutex<HashMap<Key, Vec<(Live, Instant)>>>,
    configs: Configs,
}

impl Pool {
    /// The TLS configurations of the connections that are opened for it.
    pub(super) fn configs(&self) -> &Configs {
        &self.configs
    }

    /// A connection that is idle and still stands.
    pub(super) async fn take(&self, key: &Key) -> Option<Live> {
        loop {
            let (mut live, since) = self.lock().get_mut(key)?.pop()?;
            if since.elapsed() < IDLE && live.is_ready().await {
                live.facts.reused = true;
                return Some(live);
            }
        }
    }

    /// Keeps a connection whose exchange is through. HTTP/1 learns by itself whether it may be used again.
    pub(super) fn put(&self, key: Key, live: Live) {
        let mut idle = self.lock();
        for connections in idle.values_mut() {
            connections.retain(|(_, since)| since.elapsed() < IDLE);
        }
        idle.entry(key).or_default().push((live, Instant::now()));
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Key, Vec<(Live, Instant)>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_reset_kind(kind: std::io::ErrorKind) -> bool {
    use std::io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset};
    matches!(kind, ConnectionReset | ConnectionAborted | BrokenPipe)
}

fn no_http2(origin: &Origin) -> Failure {
    Failure {
        kind: FailureKind::Protocol,
        message: format!("{} does not speak HTTP/2", origin.host),
        causes: Vec::new(),
        hint: Some("`version` under [http] asks for it; \"auto\" takes what the server offers".into()),
    }
}

/// What went wrong on a connection that stood.
fn explain(origin: &Origin, witness: Option<&Witness>, error: &(dyn std::error::Error + 'static)) -> Failure {
    let Origin { host, port, .. } = origin;
    let mut causes = Vec::new();
    let mut cause = Some(error);
    let (mut is_reset, mut is_parse, mut is_incomplete) = (false, false, false);
    let (mut is_upload, mut is_too_large) = (false, false);
    while let Some(error) = cause {
        causes.push(error.to_string());
        if let Some(hyper) = error.downcast_ref::<hyper::Error>() {
            is_parse |= hyper.is_parse();
            is_incomplete |= hyper.is_incomplete_message();
            is_upload |= hyper.is_user();
            is_too_large |= hyper.is_parse_too_large();
        }
        if let Some(io) = error.downcast_ref::<std::io::Error>() {
            // In TLS 1.3 a server judges a client's certificate after the handshake.
            if let Some(witness) = witness
                && io.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<rustls::Error>)
            {
                return witness.explain(io);
            }
            is_reset |= is_reset_kind(io.kind());
        }
        cause = error.source();
    }
    let (kind, message, hint) = match (is_reset, is_parse, is_incomplete) {
        _ if is_upload => (
            FailureKind::Io,
            "the body could not be read to its end".to_owned(),
            "a file that is sent may have changed or gone meanwhile",
        ),
        _ if is_too_large => (
            FailureKind::Protocol,
            format!("the head of {host}:{port}'s answer is too large"),
            "a head holds a few kilobytes; this server sends more than can be read",
        ),
        (true, ..) => (
            FailureKind::Reset,
            format!("{host}:{port} reset the connection"),
            "the server or something before it broke off; its log may say why",
        ),
        (_, true, _) => (
            FailureKind::Protocol,
            format!("what {host}:{port} answered is not HTTP"),
            "is this the port of an HTTP server, and https where it wants that?",
        ),
        (_, _, true) => (
            FailureKind::Reset,
            format!("{host}:{port} closed the connection without an answer"),
            "the server may have crashed, or want https",
        ),
        _ => (FailureKind::Protocol, format!("the exchange with {host}:{port} broke off"), "try again"),
    };
    Failure { kind, message, causes, hint: Some(hint.to_owned()) }
}
