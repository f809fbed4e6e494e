//! The bytes of a connection as they pass: what hyper hides.
//!
//! hyper sends field names in lower case and gives a response's fields by name, without their order, case or reason.
//! On HTTP/1.1 this wrapper replaces the head that hyper writes by the one that was asked for, which says the same,
//! and keeps the heads that come back. It also notes when the last byte went out and the first came in.

use std::{
    io,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, ready},
    time::Instant,
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

const END: &[u8] = b"\r\n\r\n";
/// Heads before the final one that are kept; more of them tell nothing new, and could fill the memory.
const MOST_INTERIM: usize = 100;
/// hyper refuses larger heads before this matters.
const LARGEST_HEAD: usize = 1 << 20;

/// Anything that carries bytes both ways.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// What was seen of the exchange in progress on a connection.
#[derive(Debug, Default)]
pub(super) struct Tape {
    /// The head to send instead of the next one that is written.
    replacement: Option<Vec<u8>>,
    /// How much of [`END`] the head being swallowed ends with.
    matched: usize,
    is_swallowing: bool,
    /// The response's heads: any interim ones (1xx), then the final one.
    heads: Vec<Vec<u8>>,
    partial: Vec<u8>,
    is_head_whole: bool,
    pub last_write: Option<Instant>,
    pub first_read: Option<Instant>,
    last_read: Option<Instant>,
}

/// The tape of a connection, which both its owner and its wrapper hold.
#[derive(Debug, Clone, Default)]
pub(super) struct SharedTape(Arc<Mutex<Tape>>);

impl SharedTape {
    pub(super) fn lock(&self) -> MutexGuard<'_, Tape> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An exchange begins; `head` goes out instead of hyper's own.
    pub(super) fn begin(&self, head: Vec<u8>) {
        *self.lock() = Tape { is_swallowing: true, replacement: Some(head), ..Tape::default() };
    }

    /// The heads as they came: any interim ones, and then the final one. None where that did not end its lines by
    /// CR LF.
    pub(super) fn heads(&self) -> Vec<Vec<u8>> {
        let mut tape = self.lock();
        if tape.is_head_whole { std::mem::take(&mut tape.heads) } else { Vec::new() }
    }
}

impl Tape {
    /// The interim head (1xx) of that number, once it is there.
    pub fn interim(&self, index: usize) -> Option<&[u8]> {
        let is_final = self.is_head_whole && index + 1 >= self.heads.len();
        self.heads.get(index).filter(|_| !is_final).map(Vec::as_slice)
    }

    /// How many bytes of `written` are hyper's head, and the head to send once it has ended.
    fn swallow(&mut self, written: &[u8]) -> (usize, Option<Vec<u8>>) {
        for (index, byte) in written.iter().enumerate() {
            self.matched = match self.matched {
                matched if END[matched] == *byte => matched + 1,
                _ => usize::from(*byte == b'\r'),
            };
            if self.matched == END.len() {
                self.is_swallowing = false;
                return (index + 1, self.replacement.take());
            }
        }
        (written.len(), None)
    }

    /// How far the answer's head is, as one says where a wait ended.
    pub(super) fn place(&self) -> String {
        let interim = self.heads.last().and_then(|head| status_of(head));
        match interim {
            _ if self.first_read.is_none() => "before the answer began".into(),
            Some(status) if self.partial.is_empty() => {
                format!("before the final answer began, after {status}")
            }
            _ => "in the middle of the answer's head".into(),
        }
    }

    /// When a byte last went either way.
    pub(super) fn last_move(&self) -> Option<Instant> {
        self.last_write.max(self.last_read)
    }

    /// # Errors
    /// There is no end of interim heads.
    fn capture(&mut self, read: &[u8]) -> io::Result<()> {
        if read.is_empty() || self.is_head_whole {
            return Ok(());
        }
        self.last_read = Some(Instant::now());
        self.first_read = self.first_read.or(self.last_read);
        if self.partial.len() > LARGEST_HEAD {
            return Ok(());
        }
        self.partial.extend_from_slice(read);
        while let Some(end) = memchr::memmem::find(&self.partial, END) {
            let rest = self.partial.split_off(end + END.len());
            let head = std::mem::replace(&mut self.partial, rest);
            let is_interim =
                status_of(&head).is_some_and(|status| (100..200).contains(&status) && status != 101);
            self.heads.push(head);
            if !is_interim {
                self.is_head_whole = true;
                self.partial = Vec::new();
                return Ok(());
            }
            if self.heads.len() > MOST_INTERIM {
                let message =
                    format!("more than {MOST_INTERIM} interim answers (1xx) came before the final one");
                return Err(io::Error::new(io::ErrorKind::InvalidData, message));
            }
        }
        Ok(())
    }
}

/// The status code in a head's first line.
fn status_of(head: &[u8]) -> Option<u16> {
    let line = head.split(|byte| *byte == b'\r').next()?;
    let code = line.split(|byte| *byte == b' ').nth(1)?;
    std::str::from_utf8(code).ok()?.parse().ok()
}

/// A connection whose bytes are watched.
pub(super) struct Wire<T> {
    inner: T,
    tape: SharedTape,
    /// A head on its way out.
    pending: Vec<u8>,
}

impl<T> Wire<T> {
    pub(super) fn new(inner: T, tape: SharedTape) -> Self {
        Self { inner, tape, pending: Vec::new() }
    }
}

impl<T: AsyncWrite + Unpin> Wire<T> {
    fn poll_pending(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.pending.is_empty() {
            let written = ready!(Pin::new(&mut self.inner).poll_write(cx, &self.pending))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.pending.drain(..written);
        }
        Poll::Ready(Ok(()))
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Wire<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.inner).poll_read(cx, buffer))?;
        Poll::Ready(self.tape.lock().capture(&buffer.filled()[before..]))
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Wire<T> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        ready!(self.poll_pending(cx))?;
        let swallowed = {
            let mut tape = self.tape.lock();
            tape.is_swallowing.then(|| tape.swallow(bytes))
        };
        if let Some((consumed, head)) = swallowed {
            self.pending = head.unwrap_or_default();
            return Poll::Ready(Ok(consumed));
        }
        let written = ready!(Pin::new(&mut self.inner).poll_write(cx, bytes))?;
        self.tape.lock().last_write = Some(Instant::now());
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let had_head = !self.pending.is_empty();
        ready!(self.poll_pending(cx))?;
        ready!(Pin::new(&mut self.inner).poll_flush(cx))?;
        if had_head {
            self.tape.lock().last_write = Some(Instant::now());
        }
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_pending(cx))?;
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    #[tokio::test]
    async fn the_head_is_replaced_and_the_body_is_not() {
        let (near, mut far) = tokio::io::duplex(7);
        let tape = SharedTape::default();
        let mut wire = Wire::new(near, tape.clone());
        tape.begin(b"GET / HTTP/1.1\r\nX-Case: Kept\r\n\r\n".to_vec());
        let writing = async {
            wire.write_all(b"GET / HTTP/1.1\r\nx-case: Kept\r\n\r\nbody\r\n\r\n").await.unwrap();
            wire.flush().await.unwrap();
            drop(wire);
        };
        let mut out = Vec::new();
        let ((), read) = tokio::join!(writing, far.read_to_end(&mut out));
        read.unwrap();
        assert_eq!(out, b"GET / HTTP/1.1\r\nX-Case: Kept\r\n\r\nbody\r\n\r\n");
    }

    #[test]
    fn what_comes_before_the_final_head_is_a_move_too() {
        let mut tape = Tape::default();
        tape.capture(b"").unwrap();
        assert_eq!(tape.last_move(), None);
        tape.capture(b"HTTP/1.1 102 Processing\r\n\r\n").unwrap();
        let first = tape.last_move().unwrap();
        tape.capture(b"HTTP/1.1 200").unwrap();
        assert!(tape.last_move().unwrap() > first);
        assert_eq!(tape.first_read, Some(first));
    }

    proptest! {
        #[test]
        fn heads_are_kept_however_they_arrive(cuts in proptest::collection::vec(1usize..20, 0..20)) {
            let answer = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 Fine\r\nX-A: 1\r\n\r\nbody\r\n\r\n";
            let mut tape = Tape::default();
            let mut rest = &answer[..];
            for cut in cuts.into_iter().chain([answer.len()]) {
                let (now, later) = rest.split_at(cut.min(rest.len()));
                tape.capture(now).unwrap();
                rest = later;
            }
            prop_assert_eq!(tape.heads.len(), 2);
            prop_assert_eq!(&tape.heads[1][..], b"HTTP/1.1 200 Fine\r\nX-A: 1\r\n\r\n");
            prop_assert!(tape.is_head_whole);
        }
    }
}
