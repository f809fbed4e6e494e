//! One at a time: who wants a token waits while another send gets it, and shares what comes of that, a failure too. An
//! authorization server that says no to one is not asked again by each who waited.

use std::sync::Mutex;

use tokio::sync::MutexGuard;

use crate::{
    http::{Authorizing, Progress, hop::Manner},
    model::Failure,
};

use super::{lock, wanted::WantedToken};

/// The gate of one token.
#[derive(Debug, Default)]
pub(super) struct Gate {
    turn: tokio::sync::Mutex<()>,
    last: Mutex<Last>,
}

/// The failure that is known, and how many there were.
#[derive(Debug, Default)]
struct Last {
    failures: u64,
    failed: Option<(WantedToken, Failure)>,
}

impl Gate {
    /// Waits for its turn. With it comes the failure of one who had a turn meanwhile and wanted just this.
    pub(super) async fn enter(
        &self,
        wanted: &WantedToken,
        manner: &Manner<'_>,
    ) -> (MutexGuard<'_, ()>, Option<Failure>) {
        if let Ok(turn) = self.turn.try_lock() {
            return (turn, None);
        }
        let before = lock(&self.last).failures;
        (manner.progress)(Progress::Authorizing(Authorizing::Sharing));
        let turn = self.turn.lock().await;
        let last = lock(&self.last);
        let failed =
            last.failed.as_ref().filter(|(failed, _)| last.failures > before && failed.proves_as(wanted));
        (turn, failed.map(|(_, failure)| failure.clone()))
    }

    /// Says that there is no token, to those who wait.
    pub(super) fn fail(&self, wanted: &WantedToken, failure: &Failure) {
        let mut last = lock(&self.last);
        last.failures += 1;
        last.failed = Some((wanted.clone(), failure.clone()));
    }
}
