//! Which key does what in a table: one set while a cell is open, one while it is not.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use super::{Column, Inherited, Table, Target};
use crate::{
    model::Rows,
    tui::widgets::{Handled, viewport::Step},
};

impl Table {
    /// Takes a key. [`Handled::Changed`] says that the rows are others; typing in an open cell changes nothing
    /// before it is committed.
    pub fn handle(&mut self, key: KeyEvent, inherited: &[Inherited], rows: &mut Rows) -> Handled {
        if key.kind == KeyEventKind::Release {
            return Handled::Ignored;
        }
        self.sync(inherited.len(), rows.len());
        if self.edit.is_some() { self.in_cell(key, rows) } else { self.between_cells(key, inherited, rows) }
    }

    fn in_cell(&mut self, key: KeyEvent, rows: &mut Rows) -> Handled {
        let typed = self.edit.as_mut().map_or(Handled::Ignored, |field| field.handle(key));
        if !typed.is_ignored() {
            return Handled::Moved;
        }
        match key.code {
            KeyCode::Esc => self.cancel(),
            KeyCode::Enter if key.modifiers.is_empty() => self.enter(rows),
            KeyCode::Tab => self.tab(rows, true),
            KeyCode::BackTab => self.tab(rows, false),
            KeyCode::Up if key.modifiers.is_empty() => self.go(Step::Up, rows),
            KeyCode::Down if key.modifiers.is_empty() => self.go(Step::Down, rows),
            _ => Handled::Ignored,
        }
    }

    fn between_cells(&mut self, key: KeyEvent, inherited: &[Inherited], rows: &mut Rows) -> Handled {
        let alt = key.modifiers == KeyModifiers::ALT;
        let ctrl = key.modifiers == KeyModifiers::CONTROL;
        let plain = key.modifiers.is_empty();
        match key.code {
            KeyCode::Up if alt => self.shift(rows, false),
            KeyCode::Down if alt => self.shift(rows, true),
            KeyCode::Left if plain => self.sideways(false),
            KeyCode::Right if plain => self.sideways(true),
            KeyCode::Enter | KeyCode::F(2) if plain => self.begin(inherited, rows, None),
            KeyCode::Insert if plain => self.insert_below(rows),
            KeyCode::Delete | KeyCode::Backspace if plain => self.delete(rows),
            KeyCode::Char(' ') if plain => self.toggle(rows),
            KeyCode::Char('z') if ctrl => self.undo(rows),
            KeyCode::Char('y') if ctrl => self.redo(rows),
            KeyCode::Char(c) if plain || key.modifiers == KeyModifiers::SHIFT => {
                self.begin(inherited, rows, Some(c))
            }
            _ => match Step::from_key(key) {
                Some(step) => self.go(step, rows),
                None => Handled::Ignored,
            },
        }
    }

    fn sideways(&mut self, right: bool) -> Handled {
        self.column = match (self.column, right) {
            (Column::Name, true) | (Column::Doc, false) => Column::Value,
            (Column::Value, true) if self.columns.get().shows_doc() => Column::Doc,
            (Column::Value, false) => Column::Name,
            (column, _) => column,
        };
        Handled::Moved
    }

    /// Keeps the text. After a name the value is next; after a value, the row below.
    fn enter(&mut self, rows: &mut Rows) -> Handled {
        let was_new = self.target(rows.len()) == Target::New;
        let handled = self.commit(rows);
        match (self.column, self.target(rows.len())) {
            (Column::Name, Target::Row(index)) => {
                self.column = Column::Value;
                if was_new || rows.get(index).is_some_and(|row| row.value.is_empty()) {
                    self.begin(&[], rows, None);
                }
            }
            (Column::Value, Target::Row(_)) => {
                self.list.go(Step::Down);
                self.column =
                    if self.target(rows.len()) == Target::New { Column::Name } else { Column::Value };
            }
            _ => {}
        }
        handled
    }

    /// Keeps the text and opens the next cell, or the one before.
    fn tab(&mut self, rows: &mut Rows, forward: bool) -> Handled {
        let handled = self.commit(rows);
        let selected = self.list.selected().unwrap_or_default();
        let last = if self.columns.get().shows_doc() { Column::Doc } else { Column::Value };
        match (self.column, forward) {
            (Column::Name, false) if selected <= self.inherited => {}
            (Column::Name, false) => {
                self.list.go(Step::Up);
                self.column = last;
            }
            (column, true) if column == last => {
                self.list.go(Step::Down);
                self.column = Column::Name;
            }
            (_, forward) => {
                self.sideways(forward);
            }
        }
        self.begin(&[], rows, None);
        handled
    }
}
