//! An editor for a body of many lines.
//!
//! `tui-textarea` keeps the lines, the selection, the history and the search. The keys, the cursor's stops and
//! the drawing are ours: it moves by characters and would stop inside a grapheme, and it has neither syntax
//! colours nor a fixed gutter. A text beyond its limits is kept and shown, and not edited.

mod keys;
mod limit;
mod place;
mod steps;
mod view;

#[cfg(test)]
mod tests;

use std::cell::Cell;

use ratatui::layout::Position;
use tui_textarea::{CursorMove, DataCursor, TextArea as Editor};

use self::{place::Place, steps::Steps};
use super::{Handled, edit::Edit, glyphs, viewport::Viewport};

pub use self::{
    limit::Limit,
    view::{ColourLines, TextAreaStyle, TextAreaView},
};

/// Edits the engine remembers; a run of typing takes one for each character.
const HISTORY: usize = 10_000;

#[derive(Debug, Clone)]
enum Content {
    Edited(Box<Editor<'static>>),
    /// Kept as it is.
    ReadOnly {
        text: String,
        limit: Limit,
    },
}

/// The state of an editor.
#[derive(Debug, Clone)]
pub struct TextArea {
    content: Content,
    steps: Steps,
    /// What ends a line, as the text came with it.
    line_break: &'static str,
    /// The column that moves up and down aim at.
    goal: Option<usize>,
    /// Where a parser found a mistake: line, and character in it.
    error: Option<(usize, usize)>,
    viewport: Viewport,
    left: Cell<usize>,
    /// The window follows the cursor; the wheel lets go of it until the cursor moves.
    following: bool,
}

impl Default for TextArea {
    fn default() -> Self {
        Self::new("")
    }
}

impl TextArea {
    /// An editor with the cursor at the start of a text.
    pub fn new(text: &str) -> Self {
        let crlf = text.find('\n').is_some_and(|at| text.as_bytes().get(at.wrapping_sub(1)) == Some(&b'\r'));
        Self {
            content: Self::content_of(text, crlf),
            steps: Steps::default(),
            line_break: if crlf { "\r\n" } else { "\n" },
            goal: None,
            error: None,
            viewport: Viewport::default(),
            left: Cell::new(0),
            following: true,
        }
    }

    fn content_of(text: &str, crlf: bool) -> Content {
        if let Some(limit) = Limit::passed_by(text) {
            return Content::ReadOnly { text: text.to_owned(), limit };
        }
        let line = |line: &str| match line.strip_suffix('\r') {
            Some(stripped) if crlf => stripped.to_owned(),
            _ => line.to_owned(),
        };
        let mut editor = Editor::new(text.split('\n').map(line).collect());
        editor.set_max_histories(HISTORY);
        editor.set_tab_length(2);
        Content::Edited(Box::new(editor))
    }

    /// Another text from outside; there is nothing to undo.
    pub fn set_text(&mut self, text: &str) {
        *self = Self::new(text);
    }

    /// The whole text, with the line breaks it came with.
    pub fn text(&self) -> String {
        match &self.content {
            Content::Edited(editor) => editor.lines().join(self.line_break),
            Content::ReadOnly { text, .. } => text.clone(),
        }
    }

    pub fn is_empty(&self) -> bool {
        match &self.content {
            Content::Edited(editor) => editor.is_empty(),
            Content::ReadOnly { text, .. } => text.is_empty(),
        }
    }

    /// Why the text cannot be edited here.
    pub fn limit(&self) -> Option<Limit> {
        match self.content {
            Content::Edited(_) => None,
            Content::ReadOnly { limit, .. } => Some(limit),
        }
    }

    /// The lines that are being edited; none for a text that is not.
    pub fn lines(&self) -> &[String] {
        self.editor().map(Editor::lines).unwrap_or_default()
    }

    /// The cursor's line and the character it stands on, both from 0.
    pub fn cursor(&self) -> (usize, usize) {
        self.editor().map_or((0, 0), |editor| {
            let DataCursor(row, character) = editor.cursor();
            (row, character)
        })
    }

    /// The cursor's line and the byte it stands on in it: to find the variable under it.
    pub fn current_line(&self) -> (&str, usize) {
        let place = self.place();
        (self.line(place.row), place.byte)
    }

    /// Moves the cursor to a line and a character, or the nearest there are.
    pub fn set_cursor(&mut self, line: usize, character: usize) {
        let row = line.min(self.lines().len().saturating_sub(1));
        let byte = place::byte_of(self.line(row), character);
        let byte = glyphs::snap(self.line(row), byte);
        self.go(Place { row, byte }, false);
    }

    /// Where a parser found a mistake, as line and character from 0.
    pub fn set_error(&mut self, error: Option<(usize, usize)>) {
        self.error = error;
    }

    /// Puts a text in the place of the selection, as one step of undo. What would pass a limit is refused.
    pub fn paste(&mut self, text: &str) -> Result<Handled, Limit> {
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let text: String = text.chars().filter(|c| matches!(c, '\n' | '\t') || !c.is_control()).collect();
        if self.limit().is_some() {
            return Ok(Handled::Ignored);
        }
        self.insert(&text, Edit::Other)
    }

    /// Another text by the user's wish, such as a formatted one: one step of undo, and the cursor stays where it
    /// was as far as the new text has such a place.
    pub fn replace_all(&mut self, text: &str) -> Result<Handled, Limit> {
        let (line, character) = self.cursor();
        self.select_all();
        let handled = self.paste(text);
        self.set_cursor(line, character);
        handled
    }

    /// The selected text, for the clipboard.
    pub fn copy(&self) -> Option<String> {
        let (start, end) = self.selection()?;
        if start.row == end.row {
            return self.line(start.row).get(start.byte..end.byte).map(str::to_owned);
        }
        let mut lines = vec![self.line(start.row).get(start.byte..)?];
        lines.extend(self.lines().get(start.row + 1..end.row)?.iter().map(String::as_str));
        lines.push(self.line(end.row).get(..end.byte)?);
        Some(lines.join(self.line_break))
    }

    /// Takes the selected text out.
    pub fn cut(&mut self) -> Option<String> {
        let text = self.copy()?;
        self.remove_selection(Edit::Other);
        Some(text)
    }

    pub fn select_all(&mut self) {
        let last = self.last_place();
        self.go(Place::default(), false);
        self.go(last, true);
    }

    pub fn undo(&mut self) -> Handled {
        let edits = self.steps.undo();
        self.repeat(edits, Editor::undo)
    }

    pub fn redo(&mut self) -> Handled {
        let edits = self.steps.redo();
        self.repeat(edits, Editor::redo)
    }

    /// Marks what matches a text or a regular expression, and counts it. Capitals are told apart only when the
    /// text has one. An empty text ends the search.
    pub fn search(&mut self, text: &str, is_regex: bool) -> Result<usize, regex::Error> {
        let Content::Edited(editor) = &mut self.content else { return Ok(0) };
        let pattern = if is_regex { text.to_owned() } else { regex::escape(text) };
        let any_case = !text.is_empty() && !text.chars().any(char::is_uppercase);
        editor.set_search_pattern(if any_case { format!("(?i){pattern}") } else { pattern })?;
        let pattern = editor.search_pattern();
        Ok(pattern
            .map_or(0, |pattern| editor.lines().iter().map(|line| pattern.find_iter(line).count()).sum()))
    }

    /// Goes to the next match, or to the one before, around the ends of the text.
    pub fn find(&mut self, forward: bool) -> bool {
        let Content::Edited(editor) = &mut self.content else { return false };
        editor.cancel_selection();
        let found = if forward { editor.search_forward(false) } else { editor.search_back(false) };
        self.after_move();
        found
    }

    /// The wheel: moves the window, and leaves the cursor.
    pub fn scroll(&mut self, rows: isize) {
        let furthest = self.lines().len().saturating_sub(self.viewport.page());
        self.viewport.set_first(self.first_row().saturating_add_signed(rows).min(furthest));
        self.following = false;
    }

    /// The scroll bar was pressed, or dragged along; false when the position is not on it.
    pub fn press_bar(&mut self, position: Position) -> bool {
        let Some(first) = self.viewport.pressed_bar(position, self.lines().len()) else { return false };
        self.viewport.set_first(first);
        self.following = false;
        true
    }

    /// A press of the mouse: the cursor goes to what is under it.
    pub fn click(&mut self, position: Position) -> Handled {
        let Some((column, row)) = self.viewport.inside(position) else { return Handled::Ignored };
        let row = (self.viewport.first() + row).min(self.lines().len().saturating_sub(1));
        self.go(self.place_at(row, column + self.left.get()), false);
        // Nothing moves away under the mouse.
        self.following = false;
        Handled::Moved
    }

    /// The mouse moved with its button held: the selection reaches to it, and the window follows it out.
    pub fn drag(&mut self, position: Position) -> Handled {
        let area = self.viewport.area();
        let row = (i64::from(position.y) - i64::from(area.y)).clamp(-1, i64::from(area.height));
        let row = self.viewport.first().saturating_add_signed(isize::try_from(row).unwrap_or_default());
        let row = row.min(self.lines().len().saturating_sub(1));
        let column = usize::from(position.x.saturating_sub(area.x));
        self.go(self.place_at(row, column + self.left.get()), true);
        self.following = !area.contains(position);
        Handled::Moved
    }

    fn editor(&self) -> Option<&Editor<'static>> {
        match &self.content {
            Content::Edited(editor) => Some(editor),
            Content::ReadOnly { .. } => None,
        }
    }

    fn insert(&mut self, text: &str, edit: Edit) -> Result<Handled, Limit> {
        // Removing the selection is an edit of its own to the engine.
        let removed = usize::from(self.selection().is_some());
        let Content::Edited(editor) = &mut self.content else { return Ok(Handled::Ignored) };
        if text.is_empty() {
            return Ok(Handled::Moved);
        }
        if let Some(limit) = Limit::passed_with(editor, text) {
            return Err(limit);
        }
        editor.cut();
        let mut letters = text.chars();
        match (letters.next(), letters.next()) {
            (Some(letter), None) => editor.insert_char(letter),
            _ => {
                editor.insert_str(text);
            }
        }
        self.steps.record(edit, removed + 1);
        self.after_edit();
        Ok(Handled::Changed)
    }

    fn remove_selection(&mut self, edit: Edit) -> Handled {
        let Content::Edited(editor) = &mut self.content else { return Handled::Ignored };
        if !editor.cut() {
            return Handled::Moved;
        }
        self.steps.record(edit, 1);
        self.after_edit();
        Handled::Changed
    }

    fn repeat(&mut self, edits: usize, mut step: impl FnMut(&mut Editor<'static>) -> bool) -> Handled {
        let Content::Edited(editor) = &mut self.content else { return Handled::Ignored };
        let mut changed = false;
        for _ in 0..edits {
            changed |= step(editor);
        }
        self.after_move();
        if changed { Handled::Changed } else { Handled::Moved }
    }

    fn after_edit(&mut self) {
        self.settle();
        self.goal = None;
        self.following = true;
    }

    fn after_move(&mut self) {
        self.after_edit();
        self.steps.seal();
    }

    /// Brings the cursor from inside a grapheme to its end: what was put in may have grown together with what
    /// stands around it.
    fn settle(&mut self) {
        let place = self.place();
        let byte = glyphs::snap(self.line(place.row), place.byte);
        if byte != place.byte {
            self.jump(Place { byte, ..place });
        }
    }

    fn go(&mut self, place: Place, extend: bool) {
        let Content::Edited(editor) = &mut self.content else { return };
        if !extend {
            editor.cancel_selection();
        } else if !editor.is_selecting() {
            editor.start_selection();
        }
        self.jump(place);
        self.goal = None;
        self.following = true;
        self.steps.seal();
    }

    fn jump(&mut self, place: Place) {
        let column = place::character_of(self.line(place.row), place.byte);
        let Content::Edited(editor) = &mut self.content else { return };
        let [row, column] = [place.row, column].map(|n| u16::try_from(n).unwrap_or(u16::MAX));
        editor.move_cursor(CursorMove::Jump(row, column));
    }
}
