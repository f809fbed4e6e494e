//! Errors that wait until what came before them is decoded.
//!
//! A decoder that asks for more input in the middle of a read gives up what it has decoded in that read when it gets an
//! error instead. When it is told to wait, it first hands out what it has; then it asks again, and gets the error.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use tokio::io::{AsyncRead, ReadBuf};

/// A reader whose errors come one poll late.
pub(super) struct LateErrors<R> {
    inner: R,
    error: Option<io::Error>,
}

impl<R> LateErrors<R> {
    pub(super) fn over(inner: R) -> Self {
        Self { inner, error: None }
    }
}

impl<R: AsyncRead + Unpin> AsyncRead for LateErrors<R> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if let Some(error) = self.error.take() {
            return Poll::Ready(Err(error));
        }
        match ready!(Pin::new(&mut self.inner).poll_read(cx, buffer)) {
            Ok(()) => Poll::Ready(Ok(())),
            Err(error) => {
                self.error = Some(error);
                cx.waker().wake_by_ref();
                Poll::Pending
            }
        }
    }
}
