//! An editor for rows of name and value: parameters, headers, form fields, variables.
//!
//! The rows belong to the caller and are handed to each operation, so that the request stays the one truth; the
//! table holds the cursor, the cell that is being edited, and what to undo. Rows inherited from a folder stand
//! above, dim and read-only; editing one makes a row of one's own with its name. Below the last row an empty one
//! waits for a name.

pub mod bulk;
mod history;
mod keys;
mod layout;
mod view;

#[cfg(test)]
mod tests;

use std::cell::Cell;

use ratatui::layout::Position;

use self::{history::History, layout::Columns};
use super::{
    Handled,
    list::List,
    text_field::{Paste, TextField},
    viewport::Step,
};
use crate::model::{Row, Rows};

pub use self::view::{Colour, TableStyle, TableView};

/// A row that applies without standing here, and the name of where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inherited {
    pub row: Row,
    pub origin: String,
}

/// The cells of a row that hold text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Column {
    #[default]
    Name,
    Value,
    Doc,
}

impl Column {
    fn of(self, row: &Row) -> &str {
        match self {
            Self::Name => &row.name,
            Self::Value => &row.value,
            Self::Doc => &row.doc,
        }
    }

    fn of_mut(self, row: &mut Row) -> &mut String {
        match self {
            Self::Name => &mut row.name,
            Self::Value => &mut row.value,
            Self::Doc => &mut row.doc,
        }
    }
}

/// What is under the cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    Inherited(usize),
    Row(usize),
    /// The empty row at the end.
    New,
}

/// The state of a table.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// Over the inherited rows, the own ones and the empty one.
    list: List,
    inherited: usize,
    column: Column,
    /// The cell under the cursor while it is being edited.
    edit: Option<TextField>,
    history: History,
    /// Where the columns were drawn, for clicks.
    columns: Cell<Columns>,
}

impl Table {
    /// Tells how many rows there are; call it when rows changed outside. An edit of a cell that is gone ends.
    pub fn sync(&mut self, inherited: usize, rows: usize) {
        let before = self.list.len();
        if self.inherited != inherited && before > 0 {
            // Stay on the same row of one's own while rows above come and go.
            let row = self.list.selected().unwrap_or_default().saturating_sub(self.inherited);
            self.list.set_len(inherited + rows + 1);
            self.list.select(inherited + row);
        } else if before == 0 {
            self.list.set_len(inherited + rows + 1);
            self.list.select(inherited);
        }
        self.list.set_len(inherited + rows + 1);
        self.inherited = inherited;
        if before != self.list.len() {
            self.edit = None;
        }
    }

    /// What is under the cursor, among so many rows of one's own.
    pub fn target(&self, rows: usize) -> Target {
        match self.list.selected().unwrap_or_default() {
            index if index < self.inherited => Target::Inherited(index),
            index if index - self.inherited < rows => Target::Row(index - self.inherited),
            _ => Target::New,
        }
    }

    pub fn column(&self) -> Column {
        self.column
    }

    /// The cell that is being edited: for completion, and to show the variable under its cursor.
    pub fn editing(&self) -> Option<&TextField> {
        self.edit.as_ref()
    }

    pub fn editing_mut(&mut self) -> Option<&mut TextField> {
        self.edit.as_mut()
    }

    /// Moves through the rows; an edit is committed first.
    pub fn go(&mut self, step: Step, rows: &mut Rows) -> Handled {
        let committed = self.commit(rows);
        self.list.go(step);
        committed
    }

    /// Puts the cursor on a row of one's own.
    pub fn select(&mut self, row: usize, column: Column) {
        self.list.select(self.inherited + row);
        self.column = column;
    }

    pub fn set_column(&mut self, column: Column) {
        self.column = column;
    }

    /// Opens the cell under the cursor. With `replacing`, the new text begins with that character in the place
    /// of the old one. An inherited row gets a row of one's own, so that it is overridden.
    pub fn begin(&mut self, inherited: &[Inherited], rows: &mut Rows, replacing: Option<char>) -> Handled {
        let mut handled = Handled::Moved;
        if let Target::Inherited(index) = self.target(rows.len()) {
            let Some(above) = inherited.get(index) else { return Handled::Moved };
            let own = above.row.clone();
            handled = self.change(rows, |rows| rows.push(own));
            self.select(rows.len() - 1, Column::Value);
        }
        let text = match self.target(rows.len()) {
            Target::Row(index) => rows.get(index).map(|row| self.column.of(row)).unwrap_or_default(),
            _ => "",
        };
        let mut field = TextField::new(text).with_paste(Paste::Spaces);
        if let Some(c) = replacing {
            field.select_all();
            field.paste(c.encode_utf8(&mut [0; 4]));
        }
        self.edit = Some(field);
        handled
    }

    /// Closes the cell and keeps its text. Text in the empty row makes a new one. Call it before the rows are
    /// sent or saved.
    pub fn commit(&mut self, rows: &mut Rows) -> Handled {
        let Some(field) = self.edit.take() else { return Handled::Moved };
        let (target, column) = (self.target(rows.len()), self.column);
        let text = field.text();
        let unchanged = match target {
            Target::Row(index) => rows.get(index).is_none_or(|row| column.of(row) == text),
            Target::New => text.is_empty(),
            Target::Inherited(_) => true,
        };
        if unchanged {
            return Handled::Moved;
        }
        self.change(rows, |rows| {
            if target == Target::New {
                rows.push(Row::new("", ""));
            }
            let row = if let Target::Row(index) = target { rows.get_mut(index) } else { rows.last_mut() };
            if let Some(row) = row {
                text.clone_into(column.of_mut(row));
            }
        })
    }

    /// Closes the cell and forgets its text.
    pub fn cancel(&mut self) -> Handled {
        if self.edit.take().is_some() { Handled::Moved } else { Handled::Ignored }
    }

    /// A row below the cursor, with its name open for typing.
    pub fn insert_below(&mut self, rows: &mut Rows) -> Handled {
        self.commit(rows);
        let at = match self.target(rows.len()) {
            Target::Row(index) => index + 1,
            Target::Inherited(_) => 0,
            Target::New => rows.len(),
        };
        let handled = self.change(rows, |rows| rows.insert(at.min(rows.len()), Row::new("", "")));
        self.select(at, Column::Name);
        self.edit = Some(TextField::default());
        handled
    }

    /// Takes the row under the cursor out; [`Table::undo`] brings it back.
    pub fn delete(&mut self, rows: &mut Rows) -> Handled {
        self.edit = None;
        match self.target(rows.len()) {
            Target::Row(index) => self.change(rows, |rows| {
                rows.remove(index);
            }),
            _ => Handled::Moved,
        }
    }

    /// Sends the row under the cursor, or no longer. An inherited row is not one's own to switch off.
    pub fn toggle(&mut self, rows: &mut Rows) -> Handled {
        let Target::Row(index) = self.target(rows.len()) else { return Handled::Moved };
        self.change(rows, |rows| {
            if let Some(row) = rows.get_mut(index) {
                row.enabled = !row.enabled;
            }
        })
    }

    /// Moves the row under the cursor among its neighbours, and the cursor with it.
    pub fn shift(&mut self, rows: &mut Rows, down: bool) -> Handled {
        self.commit(rows);
        let Target::Row(index) = self.target(rows.len()) else { return Handled::Moved };
        let other = if down { Some(index + 1) } else { index.checked_sub(1) };
        let Some(other) = other.filter(|other| *other < rows.len()) else { return Handled::Moved };
        let handled = self.change(rows, |rows| rows.swap(index, other));
        self.list.select(self.inherited + other);
        handled
    }

    /// Takes back the last change, unless the rows were changed elsewhere since.
    pub fn undo(&mut self, rows: &mut Rows) -> Handled {
        self.edit = None;
        let row = self.history.undo(rows);
        self.after_history(rows, row)
    }

    pub fn redo(&mut self, rows: &mut Rows) -> Handled {
        self.edit = None;
        let row = self.history.redo(rows);
        self.after_history(rows, row)
    }

    /// Text from the clipboard: into the open cell; otherwise lines of `Name: value` become rows below the
    /// cursor, and anything else opens the cell with it.
    pub fn paste(&mut self, text: &str, inherited: &[Inherited], rows: &mut Rows) -> Handled {
        if self.edit.is_none() {
            let parsed = bulk::parse(text);
            let for_name = self.target(rows.len()) == Target::New && self.column == Column::Name;
            let many = text.trim().lines().count() > 1;
            if (many || for_name) && !parsed.is_empty() && parsed.iter().all(|row| !row.value.is_empty()) {
                return self.insert_rows(parsed, rows);
            }
            self.begin(inherited, rows, None);
        }
        self.edit.as_mut().map_or(Handled::Ignored, |field| {
            field.paste(text);
            Handled::Moved
        })
    }

    /// The wheel.
    pub fn scroll(&mut self, rows: isize) {
        self.list.scroll(rows);
    }

    /// The scroll bar was pressed, or dragged along; false when the position is not on it.
    pub fn press_bar(&mut self, position: Position) -> bool {
        self.list.press_bar(position)
    }

    /// A press of the mouse: on a box it switches the row, on a cell it puts the cursor there, in the open cell
    /// it moves the text's cursor. A press on the cell under the cursor opens it.
    pub fn click(&mut self, position: Position, inherited: &[Inherited], rows: &mut Rows) -> Handled {
        let Some(index) = self.list.at(position) else { return Handled::Ignored };
        if let Some(field) = &mut self.edit
            && !field.click(position).is_ignored()
        {
            return Handled::Moved;
        }
        let committed = self.commit(rows);
        let was = (self.list.selected(), self.column);
        self.list.click(position);
        match self.columns.get().at(position.x) {
            None => {
                let toggled = self.toggle(rows);
                if toggled.is_changed() { toggled } else { committed }
            }
            Some(column) => {
                self.column = column;
                let again = was == (Some(index), column);
                if again && !committed.is_changed() { self.begin(inherited, rows, None) } else { committed }
            }
        }
    }

    /// The mouse moved with its button held: selects in the open cell.
    pub fn drag(&mut self, position: Position) -> Handled {
        self.edit.as_mut().map_or(Handled::Ignored, |field| field.drag(position))
    }

    fn insert_rows(&mut self, new: Rows, rows: &mut Rows) -> Handled {
        let at = match self.target(rows.len()) {
            Target::Row(index) => index + 1,
            Target::Inherited(_) | Target::New => rows.len(),
        };
        let last = at + new.len() - 1;
        let handled = self.change(rows, |rows| {
            rows.splice(at..at, new);
        });
        self.select(last, Column::Value);
        handled
    }

    fn after_history(&mut self, rows: &Rows, row: Option<usize>) -> Handled {
        let Some(row) = row else { return Handled::Moved };
        self.list.set_len(self.inherited + rows.len() + 1);
        self.list.select(self.inherited + row);
        Handled::Changed
    }

    fn change(&mut self, rows: &mut Rows, change: impl FnOnce(&mut Rows)) -> Handled {
        let before = rows.clone();
        change(rows);
        let changed = before != *rows;
        self.list.set_len(self.inherited + rows.len() + 1);
        if !changed {
            return Handled::Moved;
        }
        self.history.record(before, rows.clone());
        Handled::Changed
    }
}
