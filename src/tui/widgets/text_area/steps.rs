//! Steps of undo. The engine takes back one edit at a time, a letter or the removal before a paste; a step is
//! how many of them a user means.

use crate::tui::widgets::edit::Edit;

#[derive(Debug, Clone, Default)]
pub(super) struct Steps {
    past: Vec<usize>,
    future: Vec<usize>,
    /// The kind of the step that is still growing.
    open: Option<Edit>,
}

impl Steps {
    pub(super) fn record(&mut self, edit: Edit, edits: usize) {
        let continues = self.open.is_some_and(|last| edit.continues(last));
        self.open = Some(edit);
        self.future.clear();
        match self.past.last_mut().filter(|_| continues) {
            Some(step) => *step += edits,
            None => self.past.push(edits),
        }
    }

    pub(super) fn seal(&mut self) {
        self.open = None;
    }

    /// How many edits to take back.
    pub(super) fn undo(&mut self) -> usize {
        self.seal();
        let step = self.past.pop();
        self.future.extend(step);
        step.unwrap_or_default()
    }

    /// How many edits to make again.
    pub(super) fn redo(&mut self) -> usize {
        self.seal();
        let step = self.future.pop();
        self.past.extend(step);
        step.unwrap_or_default()
    }
}
