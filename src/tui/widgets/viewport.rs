//! What drawing found out, kept for the next key or click: where a widget stands, and how far it is scrolled.
//!
//! Only drawing knows the size of a pane, and a page, a margin and a click need it. So this one part of a
//! widget's state is written while drawing, through a [`Cell`]; it says nothing about content, and a state that
//! was never drawn works too.

use std::cell::Cell;

use ratatui::{
    crossterm::event::{KeyCode, KeyEvent, KeyModifiers},
    layout::{Position, Rect},
    style::Style,
};

use super::scrollbar::Scrollbar;

/// A window on something larger than itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Viewport {
    area: Cell<Rect>,
    /// The first row that is shown, or the first column for a single line.
    first: Cell<usize>,
}

impl Viewport {
    /// Where the content was drawn last; empty when it never was.
    pub fn area(&self) -> Rect {
        self.area.get()
    }

    pub(super) fn set_area(&self, area: Rect) {
        self.area.set(area);
    }

    /// The first row (or column) that is shown.
    pub fn first(&self) -> usize {
        self.first.get()
    }

    pub(super) fn set_first(&self, first: usize) {
        self.first.set(first);
    }

    /// Takes over what the drawing of a copy found out.
    pub(super) fn adopt(&self, other: &Self) {
        self.area.set(other.area.get());
        self.first.set(other.first.get());
    }

    /// Rows on a page: at least one, also before the first drawing.
    pub fn page(&self) -> usize {
        usize::from(self.area.get().height).max(1)
    }

    /// A position on the screen as column and row of the window, if it is inside.
    pub fn inside(&self, position: Position) -> Option<(usize, usize)> {
        let area = self.area();
        area.contains(position).then(|| (usize::from(position.x - area.x), usize::from(position.y - area.y)))
    }
}

impl Viewport {
    /// The first row to show when the scroll bar to the right of the window is pressed at a position; none when
    /// there is no bar there.
    pub(super) fn pressed_bar(&self, position: Position, len: usize) -> Option<usize> {
        let area = self.area();
        let bar = Rect { x: area.right(), width: 1, ..area };
        let page = usize::from(area.height);
        let style = Style::new();
        let scrollbar = Scrollbar { first: self.first(), page, len, track: style, thumb: style };
        (scrollbar.is_needed() && bar.contains(position)).then(|| scrollbar.row_at(bar, position))
    }
}

/// The first row to show so that `row` of `len` is among `height` rows with `margin` rows around it, moved as
/// little as possible from `first`.
pub fn follow(first: usize, row: usize, len: usize, height: usize, margin: usize) -> usize {
    let margin = margin.min(height.saturating_sub(1) / 2);
    let lowest = row.saturating_sub(margin);
    let highest = (row + margin + 1).saturating_sub(height);
    first.clamp(highest.min(lowest), lowest).min(len.saturating_sub(height))
}

/// A move through rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Up,
    Down,
    HalfUp,
    HalfDown,
    PageUp,
    PageDown,
    First,
    Last,
    /// To a row counted from 0.
    To(usize),
}

impl Step {
    /// What the keys for moving mean wherever rows are shown: arrows, page keys, home and end.
    pub fn from_key(key: KeyEvent) -> Option<Self> {
        let plain = key.modifiers == KeyModifiers::NONE;
        let ctrl = key.modifiers == KeyModifiers::CONTROL;
        match key.code {
            KeyCode::Up if plain => Some(Self::Up),
            KeyCode::Down if plain => Some(Self::Down),
            KeyCode::PageUp if plain => Some(Self::PageUp),
            KeyCode::PageDown if plain => Some(Self::PageDown),
            KeyCode::Home if plain || ctrl => Some(Self::First),
            KeyCode::End if plain || ctrl => Some(Self::Last),
            _ => None,
        }
    }

    /// The row after this step from `row`, among `len` rows (0 when there are none).
    pub fn apply(self, row: usize, len: usize, page: usize) -> usize {
        // A page keeps one row of the last one, so that the eye finds its place.
        let whole = page.saturating_sub(1).max(1);
        let half = (page / 2).max(1);
        let moved = match self {
            Self::Up => row.saturating_sub(1),
            Self::Down => row.saturating_add(1),
            Self::HalfUp => row.saturating_sub(half),
            Self::HalfDown => row.saturating_add(half),
            Self::PageUp => row.saturating_sub(whole),
            Self::PageDown => row.saturating_add(whole),
            Self::First => 0,
            Self::Last => len,
            Self::To(row) => row,
        };
        moved.min(len.saturating_sub(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn following_moves_as_little_as_possible() {
        for (first, row, len, height, margin, expected) in [
            (0, 5, 100, 10, 2, 0),
            (0, 8, 100, 10, 2, 1),
            (20, 5, 100, 10, 2, 3),
            (95, 99, 100, 10, 2, 90),
            (50, 0, 100, 10, 2, 0),
            (3, 1, 4, 10, 2, 0),
            (0, 7, 100, 1, 2, 7),
            (0, 7, 100, 0, 2, 7),
            (9, 0, 0, 10, 2, 0),
        ] {
            assert_eq!(
                follow(first, row, len, height, margin),
                expected,
                "{first} {row} {len} {height} {margin}"
            );
        }
    }

    #[test]
    fn steps_stay_inside() {
        for (step, expected) in [
            (Step::Up, 49),
            (Step::Down, 51),
            (Step::PageUp, 41),
            (Step::PageDown, 59),
            (Step::HalfDown, 55),
            (Step::First, 0),
            (Step::Last, 99),
            (Step::To(1000), 99),
        ] {
            assert_eq!(step.apply(50, 100, 10), expected, "{step:?}");
            assert_eq!(step.apply(0, 0, 10), 0, "{step:?} in nothing");
        }
    }

    proptest::proptest! {
        #[test]
        fn what_is_followed_is_visible(
            first in 0..500_usize, row in 0..100_usize, height in 1..30_usize, margin in 0..5_usize,
        ) {
            let top = follow(first, row, 100, height, margin);
            assert!((top..top + height).contains(&row), "{top}");
        }
    }
}
