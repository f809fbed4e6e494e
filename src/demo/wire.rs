//! What really went over a connection: the request heads as they were read, and answers that no HTTP library
//! would give.
//!
//! hyper lower-cases field names and forgets their order between names, so [`Tap`] looks at the bytes as they
//! pass. A route that must break the protocol hands its bytes to [`Wire::take_over`], and they replace whatever
//! hyper was going to write.

pub(super) mod framing;

use std::{
    collections::VecDeque,
    io,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, ready},
};

use bytes::{Buf, Bytes};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};

use framing::Framing;

/// A connection, as its routes see it.
#[derive(Debug, Clone, Default)]
pub(super) struct Wire(Arc<Mutex<Seen>>);

/// A request's head exactly as received, with the empty line that ends it.
#[derive(Debug, Clone)]
pub(super) struct Head(pub(super) Bytes);

#[derive(Debug, Default)]
struct Seen {
    framing: Framing,
    /// Heads whose request has not been asked for yet, oldest first.
    heads: VecDeque<Bytes>,
    takeover: Option<Takeover>,
}

/// Bytes that go out in place of an answer, and how the connection ends after them.
#[derive(Debug, Clone)]
pub(super) struct Takeover {
    pub(super) bytes: Bytes,
    pub(super) end: End,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// FIN: everything sent arrives.
    Close,
    /// RST.
    Reset,
}

impl Wire {
    /// The head of the next request to be answered. hyper gives requests in their order, so that taking exactly
    /// one head for each keeps the two together.
    pub(super) fn next_head(&self) -> Head {
        Head(self.seen().heads.pop_front().unwrap_or_default())
    }

    /// Sends `bytes` in place of the answer, then ends the connection.
    pub(super) fn take_over(&self, bytes: impl Into<Bytes>, end: End) {
        self.seen().takeover = Some(Takeover { bytes: bytes.into(), end });
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The stream under hyper.
#[derive(Debug)]
pub(super) struct Tap {
    stream: TcpStream,
    wire: Wire,
}

impl Tap {
    pub(super) fn new(stream: TcpStream, wire: Wire) -> Self {
        Self { stream, wire }
    }

    /// Writes what a route wants sent, and ends the connection; the error makes hyper let go of it.
    fn poll_takeover(&mut self, cx: &mut Context<'_>) -> Poll<io::Error> {
        loop {
            let Some(Takeover { bytes, end }) = self.wire.seen().takeover.clone() else { break };
            if bytes.is_empty() {
                let ended = match end {
                    End::Close => ready!(Pin::new(&mut self.stream).poll_shutdown(cx)),
                    End::Reset => self.stream.set_zero_linger(),
                };
                return Poll::Ready(ended.err().unwrap_or_else(|| io::ErrorKind::ConnectionAborted.into()));
            }
            match ready!(Pin::new(&mut self.stream).poll_write(cx, &bytes)) {
                Ok(0) => break,
                Ok(written) => {
                    if let Some(takeover) = &mut self.wire.seen().takeover {
                        takeover.bytes.advance(written);
                    }
                }
                Err(error) => return Poll::Ready(error),
            }
        }
        Poll::Ready(io::ErrorKind::WriteZero.into())
    }

    fn is_taken_over(&self) -> bool {
        self.wire.seen().takeover.is_some()
    }
}

impl AsyncRead for Tap {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let start = buf.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buf))?;
        let mut seen = self.wire.seen();
        let Seen { framing, heads, .. } = &mut *seen;
        framing.read(buf.filled().get(start..).unwrap_or_default(), |head| heads.push_back(head));
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Tap {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        if self.is_taken_over() {
            return self.poll_takeover(cx).map(Err);
        }
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
