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

#[cfg(test)]
mod tests {
    use async_compression::tokio::{bufread::GzipDecoder, write::GzipEncoder};
    use bytes::Bytes;
    use futures_util::stream;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
    use tokio_util::io::StreamReader;

    use super::*;

    /// The connection breaks in the same moment in which the last bytes arrive.
    #[tokio::test]
    async fn what_came_before_an_error_is_decoded_first() {
        let mut encoder = GzipEncoder::new(Vec::new());
        encoder.write_all(b"all of it").await.unwrap();
        encoder.flush().await.unwrap();
        // Without the end of the format.
        let arrived = Bytes::from(encoder.into_inner());
        let pieces = stream::iter([Ok(arrived), Err(io::Error::from(io::ErrorKind::ConnectionReset))]);
        let reader = BufReader::new(LateErrors::over(StreamReader::new(pieces)));
        let mut decoder = GzipDecoder::new(reader);
        let mut buffer = [0; 64];
        let count = decoder.read(&mut buffer).await.unwrap();
        assert_eq!(&buffer[..count], b"all of it");
        let error = decoder.read(&mut buffer).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
    }
}
