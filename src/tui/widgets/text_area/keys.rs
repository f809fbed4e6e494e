//! Which key does what in the editor: those of a line, and those for many.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use super::{
    TextArea,
    place::{self, Place},
};
use crate::tui::widgets::{
    Handled,
    edit::Edit,
    text_field::keys::{self as line_keys, Command, Motion},
    viewport::Step,
};

impl TextArea {
    /// Takes a key: printable ones, enter, tab, the cursor's, and the usual ones for words, deletion, selection
    /// and undo. Shift+tab, escape and the function keys are the caller's. A text that is not edited scrolls.
    pub fn handle(&mut self, key: KeyEvent) -> Handled {
        if key.kind == KeyEventKind::Release || self.limit().is_some() {
            return Handled::Ignored;
        }
        let shift = key.modifiers.contains(KeyModifiers::SHIFT);
        let others = key.modifiers - KeyModifiers::SHIFT;
        let ctrl = others == KeyModifiers::CONTROL;
        let plain = others.is_empty();
        match key.code {
            KeyCode::Enter if key.modifiers.is_empty() => {
                let text = format!("\n{}", self.indent());
                self.put(&text, Edit::Other)
            }
            KeyCode::Tab if key.modifiers.is_empty() => self.put(&self.tab(), Edit::Typed),
            KeyCode::Up if plain => self.vertical(Step::Up, shift),
            KeyCode::Down if plain => self.vertical(Step::Down, shift),
            KeyCode::PageUp if plain => self.vertical(Step::PageUp, shift),
            KeyCode::PageDown if plain => self.vertical(Step::PageDown, shift),
            KeyCode::Home if ctrl => self.moved(Place::default(), shift),
            KeyCode::End if ctrl => self.moved(self.last_place(), shift),
            _ => self.in_line(key),
        }
    }

    fn in_line(&mut self, key: KeyEvent) -> Handled {
        match line_keys::command(key) {
            Some(Command::Insert(c)) => self.put(c.encode_utf8(&mut [0; 4]), Edit::typed(c)),
            Some(Command::Delete(motion)) => self.delete(motion),
            Some(Command::Move(motion, extend)) => {
                let place = match (self.selection(), motion) {
                    (Some((start, _)), Motion::Left) if !extend => start,
                    (Some((_, end)), Motion::Right) if !extend => end,
                    _ => self.target(motion),
                };
                self.moved(place, extend)
            }
            Some(Command::SelectAll) => {
                self.select_all();
                Handled::Moved
            }
            Some(Command::Undo) => self.undo(),
            Some(Command::Redo) => self.redo(),
            None => Handled::Ignored,
        }
    }

    /// What does not fit is not put in; a key gives no other answer.
    fn put(&mut self, text: &str, edit: Edit) -> Handled {
        self.insert(text, edit).unwrap_or(Handled::Moved)
    }

    fn moved(&mut self, place: Place, extend: bool) -> Handled {
        self.go(place, extend);
        Handled::Moved
    }

    fn delete(&mut self, motion: Motion) -> Handled {
        if self.selection().is_none() {
            let here = self.place();
            let there = match motion {
                // Up to the start, not to the first letter; at an end, the line break.
                Motion::Start if here.byte > 0 => Place { byte: 0, ..here },
                Motion::Start => self.before(here),
                Motion::End if here.byte == self.line(here.row).len() => self.after(here),
                motion => self.target(motion),
            };
            self.select_unsealed(there);
        }
        self.remove_selection(Edit::Deleted)
    }

    /// Selects without ending the step of undo that is growing.
    fn select_unsealed(&mut self, place: Place) {
        let super::Content::Edited(editor) = &mut self.content else { return };
        editor.start_selection();
        self.jump(place);
    }

    fn target(&self, motion: Motion) -> Place {
        let here = self.place();
        match motion {
            Motion::Left => self.before(here),
            Motion::Right => self.after(here),
            Motion::WordLeft => self.word_before(here),
            Motion::WordRight => self.word_after(here),
            Motion::Start => self.line_start(here),
            Motion::End => Place { byte: self.line(here.row).len(), ..here },
        }
    }

    /// Moves over lines and keeps the column as far as each line has it.
    fn vertical(&mut self, step: Step, extend: bool) -> Handled {
        let here = self.place();
        let goal = self.goal.unwrap_or_else(|| place::column_of(self.line(here.row), here.byte));
        let row = step.apply(here.row, self.lines().len(), self.viewport.page());
        let place = if row == here.row {
            // On the first and the last line there is nothing but their ends to go to.
            if matches!(step, Step::Up | Step::PageUp) { Place::default() } else { self.last_place() }
        } else {
            self.place_at(row, goal)
        };
        self.go(place, extend);
        self.goal = Some(goal);
        Handled::Moved
    }
}
