//! A body that is handed on as it arrives, beside the exchange that keeps it: for whoever reads along.
//!
//! What was handed on cannot be taken back: an answer that would be asked for again is not, and once a byte has gone
//! out no other attempt follows.

use std::{
    borrow::Cow,
    fmt,
    io::{self, Write},
};

use crate::model::ResponseHead;

/// What is handed on, and in which form.
pub trait Layout: Send {
    /// Whether the body of that answer is handed on as it arrives, and not when it is whole.
    fn begin(&mut self, head: &ResponseHead) -> bool;

    /// What is written now that these bytes are there. What cannot be laid out yet is held.
    fn lay_out<'a>(&mut self, bytes: &'a [u8]) -> Cow<'a, [u8]>;

    /// What is still held.
    fn rest(&mut self) -> Vec<u8>;
}

/// Hands on the body of one exchange.
pub struct Relay {
    layout: Box<dyn Layout>,
    /// Away while it writes.
    output: Option<Box<dyn Write + Send>>,
    has_begun: bool,
}

impl fmt::Debug for Relay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Relay").field("has_begun", &self.has_begun).finish_non_exhaustive()
    }
}

impl Relay {
    pub fn new(layout: impl Layout + 'static, output: impl Write + Send + 'static) -> Self {
        Self { layout: Box::new(layout), output: Some(Box::new(output)), has_begun: false }
    }

    /// Whether the body is the relay's: nobody else needs to print it.
    pub fn has_begun(&self) -> bool {
        self.has_begun
    }

    /// What the layout still holds of a body that has ended, or was broken off.
    pub fn rest(&mut self) -> Vec<u8> {
        self.layout.rest()
    }

    pub(super) fn begin(&mut self, head: &ResponseHead) {
        self.has_begun = self.layout.begin(head);
    }

    /// Hands bytes on, and waits until they are taken. A reader that is slow holds up nothing else: Ctrl-C ends the wait.
    ///
    /// # Errors
    /// The reader is gone, or the output cannot be written.
    pub(super) async fn hand_on(&mut self, bytes: &[u8]) -> io::Result<()> {
        if !self.has_begun {
            return Ok(());
        }
        let text = self.layout.lay_out(bytes);
        if text.is_empty() {
            return Ok(());
        }
        let Some(mut output) = self.output.take() else { return Err(io::ErrorKind::BrokenPipe.into()) };
        let text = text.into_owned();
        let writing = tokio::task::spawn_blocking(move || {
            let written = output.write_all(&text).and_then(|()| output.flush());
            (output, written)
        });
        let (output, written) = writing.await.map_err(io::Error::other)?;
        self.output = Some(output);
        written
    }
}
