//! Undo and redo of a field. A run of typing or of deleting is one step; a move of the cursor ends it.

use crate::tui::widgets::edit::Edit;

/// More steps than anybody takes back one by one.
const LIMIT: usize = 200;

/// A text and its cursor, at one moment.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Snapshot {
    pub(super) text: String,
    pub(super) cursor: usize,
}

#[derive(Clone, Default)]
pub(super) struct History {
    past: Vec<Snapshot>,
    future: Vec<Snapshot>,
    /// The kind of the step that is still growing.
    open: Option<Edit>,
}

impl History {
    /// Keeps what was before an edit, unless the edit continues the last step.
    pub(super) fn record(&mut self, edit: Edit, before: Snapshot) {
        let continues = self.open.is_some_and(|last| edit.continues(last));
        self.open = Some(edit);
        self.future.clear();
        if continues {
            return;
        }
        if self.past.len() == LIMIT {
            self.past.remove(0);
        }
        self.past.push(before);
    }

    /// The next edit begins a step of its own.
    pub(super) fn seal(&mut self) {
        self.open = None;
    }

    pub(super) fn undo(&mut self, now: Snapshot) -> Option<Snapshot> {
        self.seal();
        let before = self.past.pop()?;
        self.future.push(now);
        Some(before)
    }

    pub(super) fn redo(&mut self, now: Snapshot) -> Option<Snapshot> {
        self.seal();
        let after = self.future.pop()?;
        self.past.push(now);
        Some(after)
    }
}
