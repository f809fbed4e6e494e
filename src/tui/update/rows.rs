//! A table of rows under keys and actions: the same in the request pane and in the environment's editor.

use crossterm::event::KeyEvent;

use crate::model::Rows;

use super::super::{
    action::Action,
    widgets::{
        Handled,
        table::{Column, Inherited, Table},
    },
};

/// Does what an action means for a table; `None` where it means nothing there.
pub(super) fn act(
    table: &mut Table,
    inherited: &[Inherited],
    rows: &mut Rows,
    action: Action,
) -> Option<Handled> {
    table.sync(inherited.len(), rows.len());
    Some(match action {
        Action::AddRow => table.insert_below(rows),
        Action::DeleteRow => table.delete(rows),
        Action::ToggleRow => table.toggle(rows),
        Action::MoveRowUp => table.shift(rows, false),
        Action::MoveRowDown => table.shift(rows, true),
        Action::UndoEdit => table.undo(rows),
        Action::RedoEdit => table.redo(rows),
        Action::Activate => table.begin(inherited, rows, None),
        Action::EditRowDoc => {
            table.set_column(Column::Doc);
            table.begin(inherited, rows, None)
        }
        _ => return None,
    })
}

/// Gives a key to a table.
pub(super) fn press(table: &mut Table, inherited: &[Inherited], rows: &mut Rows, key: KeyEvent) -> Handled {
    table.handle(key, inherited, rows)
}
