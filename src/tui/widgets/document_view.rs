//! Shows lines that somebody else makes: a response's body, headers, help. For documents of any length the state
//! knows only how many lines there are; the caller fetches those of [`DocumentState::window`] and hands them to
//! the view. Nothing is edited here.

mod view;

#[cfg(test)]
mod tests;

use std::{
    cell::{Cell, RefCell},
    ops::Range,
};

use ratatui::{
    crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers},
    layout::Position,
    style::Style,
};

use super::{
    Handled,
    viewport::{Step, Viewport, follow},
};

pub use self::view::{DocumentStyle, DocumentView};

/// Rows kept in sight above and below the cursor.
const MARGIN: usize = 2;
/// Columns that an arrow moves sideways.
pub const SIDESTEP: isize = 8;

/// One line as it is drawn.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DocumentLine {
    /// From 0.
    pub number: usize,
    /// In order, each in its style; matches of a search have theirs already.
    pub spans: Vec<(String, Style)>,
    /// The line goes on behind its last span.
    pub cut: bool,
}

/// Where a reader is in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentState {
    len: usize,
    cursor: usize,
    /// The line where the selection of lines began.
    anchor: Option<usize>,
    wrapped: bool,
    /// The first column that is shown, when lines are not wrapped.
    left: usize,
    /// The window follows the cursor; the wheel lets go of it until the cursor moves.
    following: bool,
    viewport: Viewport,
    drawn: Drawn,
}

/// What drawing found out beyond the viewport.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Drawn {
    /// The line on each row of the screen.
    lines: RefCell<Vec<usize>>,
    /// Rows of the first line above the window: of a wrapped line higher than it.
    skipped: Cell<usize>,
    /// Rows of the first line below the window, when it alone fills it.
    hidden: Cell<usize>,
}

impl Default for DocumentState {
    fn default() -> Self {
        Self::new(0)
    }
}

impl DocumentState {
    /// At the start of a document of so many lines.
    pub fn new(len: usize) -> Self {
        Self {
            len,
            cursor: 0,
            anchor: None,
            wrapped: false,
            left: 0,
            following: true,
            viewport: Viewport::default(),
            drawn: Drawn::default(),
        }
    }

    pub fn len(&self) -> usize {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Another number of lines: more came, or something was folded.
    pub fn set_len(&mut self, len: usize) {
        self.len = len;
        let last = len.saturating_sub(1);
        self.cursor = self.cursor.min(last);
        self.anchor = self.anchor.map(|anchor| anchor.min(last));
    }

    /// The first lines are no longer there: what is read stays where it is.
    pub fn forget_first(&mut self, lines: usize) {
        self.cursor = self.cursor.saturating_sub(lines);
        self.anchor = self.anchor.map(|anchor| anchor.saturating_sub(lines));
        self.viewport.set_first(self.viewport.first().saturating_sub(lines));
        self.len = self.len.saturating_sub(lines);
    }

    /// The line the cursor is on, from 0.
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// The first column that is shown.
    pub fn left(&self) -> usize {
        if self.wrapped { 0 } else { self.left }
    }

    pub fn is_wrapped(&self) -> bool {
        self.wrapped
    }

    pub fn set_wrapped(&mut self, wrapped: bool) {
        self.wrapped = wrapped;
        self.following = true;
        self.drawn.skipped.set(0);
    }

    /// The lines to fetch for a view of this height.
    pub fn window(&self, height: u16) -> Range<usize> {
        let first = self.first_row(usize::from(height));
        first..first.saturating_add(usize::from(height)).min(self.len)
    }

    /// Moves the cursor, and the window with it. In a wrapped line higher than the window, the window moves first.
    pub fn go(&mut self, step: Step) {
        if self.wrapped && self.moves_within_line(step) {
            return;
        }
        let page =
            self.drawn.lines.borrow().last().map_or(1, |last| last + 1 - self.viewport.first().min(*last));
        let page = if self.wrapped { page } else { self.viewport.page() };
        let before = self.cursor;
        self.cursor = step.apply(self.cursor, self.len, page);
        self.following = true;
        if before != self.cursor {
            self.drawn.skipped.set(0);
            self.drawn.hidden.set(0);
        }
    }

    /// Moves sideways by columns.
    pub fn pan(&mut self, columns: isize) {
        self.left = self.left.saturating_add_signed(columns);
    }

    /// Shows a column: moves sideways only if it is not in sight.
    pub fn reveal_column(&mut self, column: usize) {
        let width = usize::from(self.viewport.area().width).max(1);
        self.left = follow(self.left, column, usize::MAX, width, 4);
    }

    /// The wheel: moves the window by rows, and leaves the cursor.
    pub fn scroll(&mut self, rows: isize) {
        let step = if rows < 0 { Step::Up } else { Step::Down };
        if self.wrapped && self.moves_within_line(step) {
            return;
        }
        let height = usize::from(self.viewport.area().height);
        let first = self.first_row(height).saturating_add_signed(rows);
        self.viewport.set_first(first.min(self.len.saturating_sub(1)));
        self.drawn.skipped.set(0);
        self.drawn.hidden.set(0);
        self.following = false;
    }

    /// The scroll bar was pressed, or dragged along; false when the position is not on it.
    pub fn press_bar(&mut self, position: Position) -> bool {
        let Some(first) = self.viewport.pressed_bar(position, self.len) else { return false };
        self.viewport.set_first(first);
        self.drawn.skipped.set(0);
        self.following = false;
        true
    }

    /// Begins a selection of lines at the cursor, or ends it.
    pub fn toggle_selection(&mut self) {
        self.anchor = if self.anchor.is_some() { None } else { Some(self.cursor) };
    }

    pub fn clear_selection(&mut self) {
        self.anchor = None;
    }

    /// The selected lines.
    pub fn selection(&self) -> Option<Range<usize>> {
        let anchor = self.anchor?;
        Some(anchor.min(self.cursor)..anchor.max(self.cursor) + 1)
    }

    /// Takes the keys for moving; letters are the caller's.
    pub fn handle(&mut self, key: KeyEvent) -> Handled {
        if key.kind == KeyEventKind::Release {
            return Handled::Ignored;
        }
        let plain = key.modifiers == KeyModifiers::NONE;
        match key.code {
            KeyCode::Left if plain && !self.wrapped => self.pan(-SIDESTEP),
            KeyCode::Right if plain && !self.wrapped => self.pan(SIDESTEP),
            _ => match Step::from_key(key) {
                Some(step) => self.go(step),
                None => return Handled::Ignored,
            },
        }
        Handled::Moved
    }

    /// The line under a position on the screen.
    pub fn at(&self, position: Position) -> Option<usize> {
        let (_, row) = self.viewport.inside(position)?;
        self.drawn.lines.borrow().get(row).copied().filter(|line| *line < self.len)
    }

    /// Puts the cursor on what is under a position, and says which line that is.
    pub fn click(&mut self, position: Position) -> Option<usize> {
        let line = self.at(position)?;
        self.anchor = None;
        self.put_cursor(line);
        Some(line)
    }

    /// The mouse moved with its button held: selects lines up to it, and the window follows it out.
    pub fn drag(&mut self, position: Position) -> Handled {
        let area = self.viewport.area();
        self.anchor.get_or_insert(self.cursor);
        if position.y < area.y {
            self.go(Step::Up);
        } else if position.y >= area.bottom() {
            self.go(Step::Down);
        } else if let Some(line) = self.at(Position { x: area.x, ..position }) {
            self.put_cursor(line);
        }
        Handled::Moved
    }

    /// Where the text was drawn last, and its first line.
    pub fn viewport(&self) -> &Viewport {
        &self.viewport
    }

    /// Onto a line in sight: the window stays, so that nothing moves away under the mouse.
    fn put_cursor(&mut self, line: usize) {
        self.cursor = line;
        self.following = false;
    }

    fn first_row(&self, height: usize) -> usize {
        let first = self.viewport.first();
        if !self.following {
            // Wrapped lines fill a window with fewer than its height: the last one may stand alone.
            let furthest =
                if self.wrapped { self.len.saturating_sub(1) } else { self.len.saturating_sub(height) };
            return first.min(furthest);
        }
        let margin = if self.wrapped { 0 } else { MARGIN };
        let first = follow(first, self.cursor, usize::MAX, height, margin);
        first.min(if self.wrapped { self.cursor } else { self.len.saturating_sub(height) })
    }

    /// A step down or up inside the first line, as long as that has rows out of sight.
    fn moves_within_line(&mut self, step: Step) -> bool {
        let (skipped, hidden) = (self.drawn.skipped.get(), self.drawn.hidden.get());
        let page = self.viewport.page();
        let rows = match step {
            Step::Up | Step::Down => 1,
            Step::HalfUp | Step::HalfDown => (page / 2).max(1),
            Step::PageUp | Step::PageDown => page.saturating_sub(1).max(1),
            Step::First | Step::Last | Step::To(_) => return false,
        };
        match step {
            Step::Down | Step::HalfDown | Step::PageDown if hidden > 0 => {
                let moved = rows.min(hidden);
                self.drawn.skipped.set(skipped + moved);
                self.drawn.hidden.set(hidden - moved);
                true
            }
            Step::Up | Step::HalfUp | Step::PageUp if skipped > 0 => {
                let moved = rows.min(skipped);
                self.drawn.skipped.set(skipped - moved);
                self.drawn.hidden.set(hidden + moved);
                true
            }
            _ => false,
        }
    }
}
