//! Undo and redo of whole rows. A step holds the rows before and after it, and is taken back only when the rows
//! are those after it: a reload or another pane may have changed them meanwhile, and their work is not undone.

use crate::model::Rows;

const LIMIT: usize = 100;

#[derive(Debug, Clone)]
struct Change {
    before: Rows,
    after: Rows,
}

#[derive(Debug, Clone, Default)]
pub(super) struct History {
    past: Vec<Change>,
    future: Vec<Change>,
}

impl History {
    pub(super) fn record(&mut self, before: Rows, after: Rows) {
        self.future.clear();
        if self.past.len() == LIMIT {
            self.past.remove(0);
        }
        self.past.push(Change { before, after });
    }

    /// Returns the row at which the change was.
    pub(super) fn undo(&mut self, rows: &mut Rows) -> Option<usize> {
        let change = self.past.pop_if(|change| change.after == *rows)?;
        rows.clone_from(&change.before);
        let row = first_difference(&change);
        self.future.push(change);
        Some(row)
    }

    pub(super) fn redo(&mut self, rows: &mut Rows) -> Option<usize> {
        let change = self.future.pop_if(|change| change.before == *rows)?;
        rows.clone_from(&change.after);
        let row = first_difference(&change);
        self.past.push(change);
        Some(row)
    }
}

fn first_difference(change: &Change) -> usize {
    change.before.iter().zip(&change.after).take_while(|(before, after)| before == after).count()
}
