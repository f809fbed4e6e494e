//! Unsaved edits on their way to disk: put off for a moment, so that fast typing writes once.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use crate::{
    model::{NodeId, Request},
    store::drafts::Draft,
};

use super::{super::app::notices::Notice, Shared};

/// How long typing has to pause before a draft is written. A crash loses no more than this.
const PAUSE: Duration = Duration::from_millis(250);

/// What is to be written, newest state only: a draft, or (`None`) its absence.
type Waiting = HashMap<NodeId, Option<Draft>>;

/// Where drafts lie until they are written.
#[derive(Debug, Clone)]
pub(super) struct Desk {
    shared: Shared,
    waiting: Arc<Mutex<Waiting>>,
}

impl Desk {
    pub(super) fn new(shared: Shared) -> Self {
        Self { shared, waiting: Arc::default() }
    }

    pub(super) fn keep(&self, id: NodeId, request: Request, base: Option<Request>) {
        self.put(id.clone(), Some(Draft { id, request, base }));
    }

    pub(super) fn discard(&self, id: &NodeId) {
        self.put(id.clone(), None);
    }

    fn put(&self, id: NodeId, draft: Option<Draft>) {
        let is_first = {
            let mut waiting = self.waiting();
            waiting.insert(id, draft);
            waiting.len() == 1
        };
        if is_first {
            let desk = self.clone();
            tokio::spawn(async move {
                tokio::time::sleep(PAUSE).await;
                desk.flush().await;
            });
        }
    }

    /// Writes what is waiting.
    pub(super) async fn flush(&self) {
        let waiting = std::mem::take(&mut *self.waiting());
        let shared = self.shared.clone();
        let written = tokio::task::spawn_blocking(move || write(&shared, waiting)).await;
        if let Err(panic) = written {
            tracing::error!("writing drafts: {panic}");
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn write(shared: &Shared, waiting: Waiting) {
    let drafts = shared.drafts();
    for (id, draft) in waiting {
        let done = match draft {
            Some(draft) => drafts.save(&draft),
            None => drafts.discard(&id),
        };
        if let Err(error) = done {
            shared.report(Notice::from_error(format!("The edit of {} is not kept", id.within()), &error));
        }
    }
}
