//! A text of one line: URLs, names, values, filters, passwords.
//!
//! The cursor stands between graphemes, never inside one. Copying hands the text out, for the clipboard is an
//! effect and not known here. Completion and validation are the caller's, through [`TextField::replace`].

mod history;
pub(super) mod keys;
mod view;

#[cfg(test)]
mod tests;

use std::{fmt, ops::Range};

use ratatui::{
    crossterm::event::{KeyEvent, KeyEventKind},
    layout::Position,
};

use self::{
    history::{History, Snapshot},
    keys::{Command, Motion},
};
use super::{
    Handled,
    edit::Edit,
    glyphs::{self, Glyph},
    viewport::Viewport,
    words,
};

pub use self::view::{Segment, TextFieldStyle, TextFieldView};

/// What becomes of line breaks in a pasted text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Paste {
    /// One space for each run of them.
    #[default]
    Spaces,
    /// Nothing: a URL that a mail wrapped becomes whole again. Spaces around the paste go as well.
    Joined,
}

/// The state of a field.
#[derive(Clone, Default)]
pub struct TextField {
    text: String,
    /// A byte on a grapheme boundary.
    cursor: usize,
    /// Where the selection began, on a grapheme boundary; it reaches to the cursor.
    anchor: Option<usize>,
    paste: Paste,
    masked: bool,
    history: History,
    viewport: Viewport,
}

impl TextField {
    /// A field with the cursor at the end of a text.
    pub fn new(text: impl Into<String>) -> Self {
        let mut field = Self::default();
        field.set_text(text);
        field
    }

    /// The same field, treating line breaks of a paste in another way.
    #[must_use]
    pub fn with_paste(self, paste: Paste) -> Self {
        Self { paste, ..self }
    }

    /// The same field as a password: drawn as dots, not copied, and passed by words as a whole.
    #[must_use]
    pub fn masked(self) -> Self {
        Self { masked: true, ..self }
    }

    pub fn set_masked(&mut self, masked: bool) {
        self.masked = masked;
    }

    pub fn is_masked(&self) -> bool {
        self.masked
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Another text from outside: the cursor goes to its end, and there is nothing to undo.
    pub fn set_text(&mut self, text: impl Into<String>) {
        self.text = text.into();
        self.cursor = self.text.len();
        self.anchor = None;
        self.history = History::default();
    }

    /// The cursor's byte.
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// Moves the cursor to the grapheme boundary at or after a byte.
    pub fn set_cursor(&mut self, byte: usize) {
        self.go(glyphs::snap(&self.text, byte), false);
    }

    /// Where the cursor was drawn last, for a list that opens under it.
    pub fn cursor_position(&self) -> Option<Position> {
        let before = glyphs::glyphs(self.text.get(..self.cursor)?).map(|glyph| self.width_of(&glyph));
        let column = before.sum::<usize>().checked_sub(self.viewport.first())?;
        let area = self.viewport.area();
        let x = area.x.checked_add(u16::try_from(column).ok()?)?;
        Some(Position::new(x, area.y)).filter(|position| area.contains(*position))
    }

    /// The selected bytes; never an empty range.
    pub fn selection(&self) -> Option<Range<usize>> {
        let anchor = self.anchor.filter(|anchor| *anchor != self.cursor)?;
        Some(anchor.min(self.cursor)..anchor.max(self.cursor))
    }

    pub fn select_all(&mut self) {
        self.anchor = Some(0);
        self.cursor = self.text.len();
        self.history.seal();
    }

    /// The selected text, for the clipboard; a password is not handed out.
    pub fn copy(&self) -> Option<String> {
        let range = self.selection().filter(|_| !self.masked)?;
        self.text.get(range).map(str::to_owned)
    }

    /// Takes the selected text out of the field.
    pub fn cut(&mut self) -> Option<String> {
        let text = self.copy()?;
        self.edit(self.selection()?, "", Edit::Other);
        Some(text)
    }

    /// Puts a text in the place of the selection, as one step of undo.
    pub fn paste(&mut self, text: &str) -> Handled {
        let line = self.one_line(text);
        if line.is_empty() {
            return Handled::Moved;
        }
        let range = self.selection().unwrap_or(self.cursor..self.cursor);
        self.edit(range, &line, Edit::Other)
    }

    /// Puts a text in the place of some bytes, as one step of undo, with the cursor after it. A range that does
    /// not fit the text is taken to mean the nearest one that does.
    pub fn replace(&mut self, range: Range<usize>, text: &str) -> Handled {
        let start = glyphs::snap(&self.text, range.start);
        let end = glyphs::snap(&self.text, range.end).max(start);
        let line = self.one_line(text);
        self.edit(start..end, &line, Edit::Other)
    }

    pub fn undo(&mut self) -> Handled {
        let now = self.snapshot();
        let back = self.history.undo(now);
        self.restore(back)
    }

    pub fn redo(&mut self) -> Handled {
        let now = self.snapshot();
        let forward = self.history.redo(now);
        self.restore(forward)
    }

    /// Takes a key: printable ones, the cursor's, and the usual ones for words, deletion, selection and undo.
    /// Enter, tab, escape, up and down are the caller's.
    pub fn handle(&mut self, key: KeyEvent) -> Handled {
        if key.kind == KeyEventKind::Release {
            return Handled::Ignored;
        }
        match keys::command(key) {
            Some(Command::Insert(c)) => {
                let range = self.selection().unwrap_or(self.cursor..self.cursor);
                self.edit(range, c.encode_utf8(&mut [0; 4]), Edit::typed(c))
            }
            Some(Command::Delete(motion)) => self.delete(motion),
            Some(Command::Move(motion, extend)) => self.move_by(motion, extend),
            Some(Command::SelectAll) => {
                self.select_all();
                Handled::Moved
            }
            Some(Command::Undo) => self.undo(),
            Some(Command::Redo) => self.redo(),
            None => Handled::Ignored,
        }
    }

    /// A press of the mouse: the cursor goes to what is under it.
    pub fn click(&mut self, position: Position) -> Handled {
        let Some((column, _)) = self.viewport.inside(position) else { return Handled::Ignored };
        self.go(self.byte_at(column), false);
        Handled::Moved
    }

    /// The mouse moved with its button held: the selection reaches to it, also from outside the field.
    pub fn drag(&mut self, position: Position) -> Handled {
        let column = position.x.saturating_sub(self.viewport.area().x);
        self.go(self.byte_at(usize::from(column)), true);
        Handled::Moved
    }

    fn delete(&mut self, motion: Motion) -> Handled {
        let range = self.selection().unwrap_or_else(|| {
            let target = self.target(motion);
            self.cursor.min(target)..self.cursor.max(target)
        });
        if range.is_empty() { Handled::Moved } else { self.edit(range, "", Edit::Deleted) }
    }

    fn move_by(&mut self, motion: Motion, extend: bool) -> Handled {
        let target = match (self.selection(), motion) {
            // Without shift, an arrow leaves the selection at the end it points to.
            (Some(range), Motion::Left) if !extend => range.start,
            (Some(range), Motion::Right) if !extend => range.end,
            _ => self.target(motion),
        };
        self.go(target, extend);
        Handled::Moved
    }

    fn target(&self, motion: Motion) -> usize {
        match motion {
            Motion::Left => glyphs::previous_boundary(&self.text, self.cursor),
            Motion::Right => glyphs::next_boundary(&self.text, self.cursor),
            // Where a password's words begin is part of what it hides.
            Motion::WordLeft if self.masked => 0,
            Motion::WordRight if self.masked => self.text.len(),
            Motion::WordLeft => words::start_before(&self.text, self.cursor),
            Motion::WordRight => words::end_after(&self.text, self.cursor),
            Motion::Start => 0,
            Motion::End => self.text.len(),
        }
    }

    fn go(&mut self, cursor: usize, extend: bool) {
        self.anchor = extend.then(|| self.anchor.unwrap_or(self.cursor));
        self.cursor = cursor;
        self.history.seal();
    }

    fn edit(&mut self, range: Range<usize>, text: &str, edit: Edit) -> Handled {
        if self.text.get(range.clone()) == Some(text) {
            return Handled::Moved;
        }
        self.history.record(edit, self.snapshot());
        let end = range.start + text.len();
        self.text.replace_range(range, text);
        // What was put in may have grown together with what stands around it.
        self.cursor = glyphs::snap(&self.text, end);
        self.anchor = None;
        Handled::Changed
    }

    fn snapshot(&self) -> Snapshot {
        Snapshot { text: self.text.clone(), cursor: self.cursor }
    }

    fn restore(&mut self, snapshot: Option<Snapshot>) -> Handled {
        let Some(Snapshot { text, cursor }) = snapshot else { return Handled::Moved };
        self.text = text;
        self.cursor = cursor;
        self.anchor = None;
        Handled::Changed
    }

    /// A pasted text as it may stand in one line: tabs are spaces, and no control character comes in unseen.
    fn one_line(&self, text: &str) -> String {
        let pieces = text.split(['\n', '\r']).filter(|piece| !piece.is_empty());
        let (pieces, joint): (Vec<_>, _) = match self.paste {
            Paste::Spaces => (pieces.collect(), " "),
            Paste::Joined => (pieces.map(str::trim).collect(), ""),
        };
        let joined = pieces.join(joint).replace('\t', " ");
        joined.chars().filter(|c| !c.is_control()).collect()
    }

    fn width_of(&self, glyph: &Glyph<'_>) -> usize {
        if self.masked { 1 } else { glyph.width }
    }

    /// The boundary nearest to a column of the window.
    fn byte_at(&self, column: usize) -> usize {
        let column = column + self.viewport.first();
        let mut seen = 0;
        for glyph in glyphs::glyphs(&self.text) {
            let width = self.width_of(&glyph);
            if column < seen + width {
                return glyph.bytes.start;
            }
            seen += width;
        }
        self.text.len()
    }
}

impl fmt::Debug for TextField {
    /// A password stays out of logs and test failures.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = if self.masked { "(masked)" } else { &self.text };
        f.debug_struct("TextField")
            .field("text", &text)
            .field("cursor", &self.cursor)
            .field("anchor", &self.anchor)
            .finish_non_exhaustive()
    }
}

impl From<&str> for TextField {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}
