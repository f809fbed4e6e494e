//! A request's body on its way out.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    task::{Context, Poll, Waker},
    time::Instant,
};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

/// What is known of a body on its way out, for whoever watches it.
#[derive(Debug, Default)]
pub(in crate::http) struct Meter {
    sent: AtomicU64,
    /// When the connection took the last piece, or the end.
    moved: Mutex<Option<Instant>>,
    /// Why the body could not be read to its end.
    trouble: Mutex<Option<String>>,
    gate: Mutex<Gate>,
    /// Whether the connection is through with it.
    is_through: AtomicBool,
    /// Whether nobody waits for it any more.
    is_given_up: AtomicBool,
}

/// Whether a body may go out by now.
#[derive(Debug, Default)]
enum Gate {
    #[default]
    Open,
    /// Who is told when it opens.
    Held(Option<Waker>),
}

impl Meter {
    /// Bytes that the connection took.
    pub(super) fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// The rest of the body is not sent: a stream of HTTP/2 would go on with it for as long as its connection lives.
    pub(super) fn give_up(&self) {
        self.is_given_up.store(true, Ordering::Relaxed);
    }

    /// Whether the connection has taken all of it, or wants no more.
    pub(super) fn is_through(&self) -> bool {
        self.is_through.load(Ordering::Relaxed)
    }

    pub(super) fn moved(&self) -> Option<Instant> {
        *self.moved.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn trouble(&self) -> Option<String> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The body waits until it is let go.
    pub(super) fn hold(&self) {
        *self.gate.lock().unwrap_or_else(PoisonError::into_inner) = Gate::Held(None);
    }

    pub(super) fn open(&self) {
        let mut gate = self.gate.lock().unwrap_or_else(PoisonError::into_inner);
        if let Gate::Held(Some(waker)) = std::mem::take(&mut *gate) {
            waker.wake();
        }
    }

    pub(super) fn is_open(&self) -> bool {
        matches!(*self.gate.lock().unwrap_or_else(PoisonError::into_inner), Gate::Open)
    }

    fn poll_open(&self, cx: &Context<'_>) -> Poll<()> {
        match &mut *self.gate.lock().unwrap_or_else(PoisonError::into_inner) {
            Gate::Open => Poll::Ready(()),
            Gate::Held(waker) => {
                *waker = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }

    fn note_move(&self) {
        *self.moved.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    fn note_trouble(&self, trouble: String) {
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = Some(trouble);
    }
}

/// A body on its way out, measured. The connection drops it once it has taken all of it.
#[derive(Debug)]
pub(in crate::http) struct Upload {
    inner: Option<reqwest::Body>,
    /// Bytes that are still to come, where that is known.
    left: Option<u64>,
    meter: Arc<Meter>,
}

impl Upload {
    /// A body of that many bytes, where that is known.
    pub(super) fn new(inner: Option<reqwest::Body>, length: Option<u64>, meter: &Arc<Meter>) -> Self {
        Self { inner, left: length, meter: Arc::clone(meter) }
    }

    fn count(&mut self, data: &Bytes) {
        let length = data.len() as u64;
        self.meter.sent.fetch_add(length, Ordering::Relaxed);
        self.meter.note_move();
        self.left = self.left.map(|left| left.saturating_sub(length));
    }
}

impl Body for Upload {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if self.meter.is_given_up.load(Ordering::Relaxed) {
            return Poll::Ready(Some(Err(io::Error::other("nobody waits for the answer any more"))));
        }
        std::task::ready!(self.meter.poll_open(cx));
        let Some(inner) = &mut self.inner else { return Poll::Ready(None) };
        let frame = std::task::ready!(Pin::new(inner).poll_frame(cx));
        match &frame {
            Some(Ok(frame)) => {
                if let Some(data) = frame.data_ref() {
                    self.count(data);
                }
            }
            Some(Err(error)) => self.meter.note_trouble(words(error)),
            None => {}
        }
        Poll::Ready(frame.map(|frame| frame.map_err(io::Error::other)))
    }

    fn is_end_stream(&self) -> bool {
        self.inner.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        match (&self.inner, self.left) {
            (None, _) => SizeHint::with_exact(0),
            (Some(_), Some(left)) => SizeHint::with_exact(left),
            (Some(inner), None) => inner.size_hint(),
        }
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        self.meter.is_through.store(true, Ordering::Relaxed);
        self.meter.note_move();
    }
}

/// The innermost cause says what happened; those around it only that it did.
fn words(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
