//! What is known of an exchange so far.

use std::time::Duration;

use crate::model::{Attempt, Hop};

use super::payload::Sink;

/// What is known of an exchange so far: it outlives a send that is cancelled or runs out of time.
#[derive(Default)]
pub(super) struct Record {
    pub attempts: Vec<Attempt>,
    pub sink: Sink,
    pub has_body: bool,
}

impl Record {
    /// The next attempt begins, after a wait.
    pub(super) fn begin(&mut self, waited: Duration) {
        self.attempts.push(Attempt { waited, ..Attempt::default() });
        (self.sink, self.has_body) = (Sink::default(), false);
    }

    /// Adds a hop to the attempt in progress.
    pub(super) fn push(&mut self, hop: Hop) -> Option<&mut Hop> {
        let hops = &mut self.attempts.last_mut()?.hops;
        hops.push(hop);
        hops.last_mut()
    }

    pub(super) fn last_hop(&mut self) -> Option<&mut Hop> {
        self.attempts.last_mut()?.hops.last_mut()
    }
}
