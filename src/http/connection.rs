//! A connection that speaks HTTP, and what has to agree for another exchange to go over it.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use ::http::{Request, Response};
use hyper::{
    body::Incoming,
    client::conn::{http1, http2},
};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio_util::task::AbortOnDropHandle;

use crate::model::{Connection, Failure, HttpVersion, Settings};

use super::{
    connect::{Link, Origin, proxy::Via},
    hop::Upload,
    tls::{Terms, Witness},
    wire::{SharedTape, Stream, Wire},
};

mod trouble;

use trouble::explain;
pub(super) use trouble::{may_be_repeated, while_receiving};

/// Bytes that may be on their way to us on one stream of HTTP/2, and on all of a connection. A window that is smaller
/// than what fits into a long and fast line would slow it down; memory is used only where we read slower than it comes.
const STREAM_WINDOW: u32 = 16 << 20;
const CONNECTION_WINDOW: u32 = 64 << 20;
/// Fields of a response in HTTP/2, in bytes; hyper's own limit is less than some servers send.
const HEAD_LIMIT: u32 = 256 << 10;
/// Fields of a response in HTTP/1.1.
const MOST_FIELDS: usize = 1000;

/// What a connection has to agree in to be used again.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Key {
    origin: Origin,
    via: Option<Via>,
    terms: Terms,
    unix_socket: Option<PathBuf>,
    version: HttpVersion,
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
            version: settings.version.unwrap_or_default(),
            resolve: settings.resolve.clone().unwrap_or_default(),
        }
    }

    pub(super) fn terms(&self) -> &Terms {
        &self.terms
    }

    /// Whether the server may be one that speaks HTTP/2 to us.
    pub(super) fn may_be_shared(&self) -> bool {
        match self.version {
            HttpVersion::Http11 => false,
            HttpVersion::Auto => self.origin.is_tls,
            HttpVersion::Http2 => true,
        }
    }
}

/// A connection, ready for an exchange. It closes when the last one that holds it is dropped; a stream of HTTP/2 ends
/// alone.
pub(super) struct Live {
    /// The proxy that requests are sent to as they are.
    pub forwarder: Option<Via>,
    pub facts: Connection,
    sender: Sender,
    task: Arc<AbortOnDropHandle<()>>,
    /// Of a connection by TLS: what was seen in its handshake.
    witness: Option<Witness>,
}

enum Sender {
    Http1(http1::SendRequest<Upload>, SharedTape),
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
            return Err(trouble::no_http2(origin));
        }
        let opened = if is_http2 { http2(link.stream).await } else { http1(link.stream).await };
        let (sender, task) = opened.map_err(|error| explain(origin, witness.as_ref(), &error))?;
        let facts = Connection {
            id: COUNT.fetch_add(1, Ordering::Relaxed) + 1,
            reused: false,
            remote: link.remote,
            local: link.local,
            tls,
            proxy: via.map(ToString::to_string),
        };
        let forwarder = via.filter(|via| via.forwards(origin)).cloned();
        Ok(Self { forwarder, facts, sender, task: Arc::new(task), witness })
    }

    /// The same connection for one more exchange; only HTTP/2 carries several at a time.
    pub(super) fn lend(&self) -> Option<Self> {
        let Sender::Http2(sender) = &self.sender else { return None };
        Some(Self {
            forwarder: self.forwarder.clone(),
            facts: self.facts.clone(),
            sender: Sender::Http2(sender.clone()),
            task: Arc::clone(&self.task),
            witness: self.witness.clone(),
        })
    }

    pub(super) fn is_http2(&self) -> bool {
        matches!(self.sender, Sender::Http2(_))
    }

    /// What passes over the wire, as far as it belongs to one exchange alone: not in HTTP/2.
    pub(super) fn tape(&self) -> Option<SharedTape> {
        match &self.sender {
            Sender::Http1(_, tape) => Some(tape.clone()),
            Sender::Http2(_) => None,
        }
    }

    pub(super) async fn send(
        &mut self,
        request: Request<Upload>,
    ) -> Result<Response<Incoming>, hyper::Error> {
        match &mut self.sender {
            Sender::Http1(sender, _) => sender.send_request(request).await,
            Sender::Http2(sender) => sender.send_request(request).await,
        }
    }

    /// What went wrong on this connection.
    pub(super) fn explain(&self, origin: &Origin, error: &hyper::Error) -> Failure {
        explain(origin, self.witness.as_ref(), error)
    }

    /// Waits until the last exchange is through; `false` when the connection is of no more use.
    pub(super) async fn is_ready(&mut self) -> bool {
        let ready = match &mut self.sender {
            Sender::Http1(sender, _) => sender.ready().await,
            Sender::Http2(sender) => sender.ready().await,
        };
        ready.is_ok()
    }
}

async fn http1(stream: Box<dyn Stream>) -> Result<(Sender, AbortOnDropHandle<()>), hyper::Error> {
    let tape = SharedTape::default();
    let io = TokioIo::new(Wire::new(stream, tape.clone()));
    let (sender, connection) = http1::Builder::new()
        .max_headers(MOST_FIELDS)
        // RFC 9112, section 5.2: a user agent reads them as one line.
        .allow_obsolete_multiline_headers_in_responses(true)
        .handshake(io)
        .await?;
    Ok((Sender::Http1(sender, tape), AbortOnDropHandle::new(tokio::spawn(log_end(connection)))))
}

async fn http2(stream: Box<dyn Stream>) -> Result<(Sender, AbortOnDropHandle<()>), hyper::Error> {
    let (sender, connection) = http2::Builder::new(TokioExecutor::new())
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .max_header_list_size(HEAD_LIMIT)
        .handshake(TokioIo::new(stream))
        .await?;
    Ok((Sender::Http2(sender), AbortOnDropHandle::new(tokio::spawn(log_end(connection)))))
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
