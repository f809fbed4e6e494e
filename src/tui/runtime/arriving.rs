//! A send as it goes on: what is told of it, and the document of its body, which is indexed while it arrives.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    thread::{self, Thread},
    time::Duration,
};

use crate::{document::Document, http::Progress};

use super::{
    super::event::{Event, SendId},
    Shared, documents,
    pace::Pace,
};

/// Bytes that are reported piece by piece: a stream of events is shown as it comes. After those, a fast download would
/// flood the loop.
const AT_ONCE: u64 = 256 << 10;
/// How long the index waits for more, should nobody wake it.
const PATIENCE: Duration = Duration::from_millis(100);

/// Who tells of one send.
pub(super) struct Watch<'a> {
    shared: &'a Shared,
    send: SendId,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    reports: Pace,
    shown: Option<(Document, Thread)>,
}

impl<'a> Watch<'a> {
    pub(super) fn new(shared: &'a Shared, send: SendId) -> Self {
        Self { shared, send, state: Mutex::default() }
    }

    pub(super) fn tell(&self, progress: Progress) {
        match &progress {
            Progress::Shown(document) => self.begin(document),
            // Of another attempt: what arrived before it was another body.
            Progress::Head(_) => self.state().shown = None,
            Progress::Received { bytes, .. } if !self.received(*bytes) => return,
            _ => {}
        }
        self.shared.tell(Event::SendProgressed { send: self.send, now: self.shared.now(), progress });
    }

    /// The document that was shown while the body arrived, if there was enough of it to begin one.
    pub(super) fn document(&self) -> Option<Document> {
        let state = self.state();
        let (document, indexing) = state.shown.as_ref()?;
        indexing.unpark();
        Some(document.clone())
    }

    fn begin(&self, document: &Document) {
        let (shared, growing) = (self.shared.clone(), document.clone());
        let indexing = thread::spawn(move || index(&shared, &growing));
        self.state().shown = Some((document.clone(), indexing.thread().clone()));
    }

    /// More came. Whether that is worth a report.
    fn received(&self, bytes: u64) -> bool {
        let now = self.shared.now();
        let mut state = self.state();
        if let Some((_, indexing)) = &state.shown {
            indexing.unpark();
        }
        state.reports.is_time(now) || bytes <= AT_ONCE
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Indexes a document that grows, on a thread of its own, until it is whole. While nothing comes, nothing is told.
fn index(shared: &Shared, document: &Document) {
    let mut pace = Pace::default();
    let (mut before, mut is_untold) = (None, false);
    loop {
        let progress = document.index_more(documents::INDEX_STEP);
        if progress.done {
            return shared.tell(Event::DocumentIndexed);
        }
        let has_caught_up = before.replace(progress) == Some(progress);
        is_untold |= !has_caught_up;
        // What came since the last word is on the screen before the wait.
        if is_untold && (has_caught_up || pace.is_time(shared.now())) {
            is_untold = false;
            shared.tell(Event::DocumentIndexed);
        }
        if has_caught_up {
            thread::park_timeout(PATIENCE);
        }
    }
}
