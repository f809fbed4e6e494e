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
};

/// Bytes that are reported piece by piece: a stream of events is shown as it comes.
const AT_ONCE: u64 = 256 << 10;
/// After those, the time between two reports; a fast download would otherwise flood the loop.
const REPORT_EVERY: Duration = Duration::from_millis(30);
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
    /// When bytes were reported last.
    reported: Duration,
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
        let wants = bytes <= AT_ONCE || now.saturating_sub(state.reported) >= REPORT_EVERY;
        if wants {
            state.reported = now;
        }
        wants
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Indexes a document that grows, on a thread of its own, until it is whole.
fn index(shared: &Shared, document: &Document) {
    let mut before = None;
    let mut told = Duration::ZERO;
    loop {
        let progress = document.index_more(documents::INDEX_STEP);
        if progress.done {
            return shared.tell(Event::DocumentIndexed);
        }
        let now = shared.now();
        let is_behind = before.replace(progress) != Some(progress);
        if is_behind && now.saturating_sub(told) >= REPORT_EVERY {
            told = now;
            shared.tell(Event::DocumentIndexed);
        }
        if !is_behind {
            // What came since the last word is on the screen before the wait.
            if told < now {
                told = now;
                shared.tell(Event::DocumentIndexed);
            }
            thread::park_timeout(PATIENCE);
        }
    }
}
