//! A request's body on its way out.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

/// A body on its way out, counted.
#[derive(Debug)]
pub(in crate::http) struct Upload {
    inner: Option<reqwest::Body>,
    /// Bytes that are still to come, where that is known.
    left: Option<u64>,
    sent: Arc<AtomicU64>,
}

impl Upload {
    /// A body of that many bytes, where that is known. What goes out is added to `sent`.
    pub(super) fn new(inner: Option<reqwest::Body>, length: Option<u64>, sent: &Arc<AtomicU64>) -> Self {
        Self { inner, left: length, sent: Arc::clone(sent) }
    }
}

impl Body for Upload {
    type Data = Bytes;
    type Error = reqwest::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, reqwest::Error>>> {
        let Some(inner) = &mut self.inner else { return Poll::Ready(None) };
        let frame = std::task::ready!(Pin::new(inner).poll_frame(cx));
        if let Some(Ok(frame)) = &frame
            && let Some(data) = frame.data_ref()
        {
            let length = data.len() as u64;
            self.sent.fetch_add(length, Ordering::Relaxed);
            self.left = self.left.map(|left| left.saturating_sub(length));
        }
        Poll::Ready(frame)
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
