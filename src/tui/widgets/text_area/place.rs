//! Places in the text: a line and a byte of it, always between graphemes. The engine counts characters, the
//! screen counts columns; both are turned into bytes here.

use super::TextArea;
use crate::tui::widgets::{
    glyphs, words,
    wrap::{TAB_WIDTH, width_at},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Place {
    pub(super) row: usize,
    pub(super) byte: usize,
}

/// The byte of a character; the line's end when it has fewer.
pub(super) fn byte_of(line: &str, character: usize) -> usize {
    line.char_indices().nth(character).map_or(line.len(), |(byte, _)| byte)
}

pub(super) fn character_of(line: &str, byte: usize) -> usize {
    line.get(..byte).unwrap_or(line).chars().count()
}

/// The column at which a byte of a line is drawn.
pub(super) fn column_of(line: &str, byte: usize) -> usize {
    let mut column = 0;
    for glyph in glyphs::glyphs(line).take_while(|glyph| glyph.bytes.start < byte) {
        column += width_at(&glyph, line, column);
    }
    column
}

/// The byte of what is drawn at a column; the line's end behind it.
fn byte_at(line: &str, column: usize) -> usize {
    let mut end = 0;
    for glyph in glyphs::glyphs(line) {
        end += width_at(&glyph, line, end);
        if column < end {
            return glyph.bytes.start;
        }
    }
    line.len()
}

impl TextArea {
    pub(super) fn line(&self, row: usize) -> &str {
        self.lines().get(row).map(String::as_str).unwrap_or_default()
    }

    pub(super) fn place(&self) -> Place {
        let (row, character) = self.cursor();
        Place { row, byte: byte_of(self.line(row), character) }
    }

    pub(super) fn last_place(&self) -> Place {
        let row = self.lines().len().saturating_sub(1);
        Place { row, byte: self.line(row).len() }
    }

    pub(super) fn place_at(&self, row: usize, column: usize) -> Place {
        Place { row, byte: byte_at(self.line(row), column) }
    }

    /// The selection from its first place to its last; never empty.
    pub(super) fn selection(&self) -> Option<(Place, Place)> {
        let (start, end) = self.editor()?.selection_range()?;
        let [start, end] =
            [start, end].map(|(row, character)| Place { row, byte: byte_of(self.line(row), character) });
        (start < end).then_some((start, end))
    }

    pub(super) fn before(&self, place: Place) -> Place {
        if place.byte > 0 {
            return Place { byte: glyphs::previous_boundary(self.line(place.row), place.byte), ..place };
        }
        self.end_of_line_above(place)
    }

    pub(super) fn after(&self, place: Place) -> Place {
        if place.byte < self.line(place.row).len() {
            return Place { byte: glyphs::next_boundary(self.line(place.row), place.byte), ..place };
        }
        self.start_of_line_below(place)
    }

    pub(super) fn word_before(&self, place: Place) -> Place {
        if place.byte > 0 {
            return Place { byte: words::start_before(self.line(place.row), place.byte), ..place };
        }
        self.end_of_line_above(place)
    }

    pub(super) fn word_after(&self, place: Place) -> Place {
        if place.byte < self.line(place.row).len() {
            return Place { byte: words::end_after(self.line(place.row), place.byte), ..place };
        }
        self.start_of_line_below(place)
    }

    /// The line's first letter, or its start from there.
    pub(super) fn line_start(&self, place: Place) -> Place {
        let line = self.line(place.row);
        let spaces = glyphs::glyphs(line)
            .take_while(|glyph| line.get(glyph.bytes.clone()).is_some_and(|text| text.trim().is_empty()));
        let indent = spaces.last().map_or(0, |glyph| glyph.bytes.end);
        Place { byte: if place.byte == indent { 0 } else { indent }, ..place }
    }

    /// The spaces that the cursor's line begins with, up to the cursor.
    pub(super) fn indent(&self) -> String {
        let (line, byte) = self.current_line();
        let before = line.get(..byte).unwrap_or_default();
        before.chars().take_while(|c| matches!(c, ' ' | '\t')).collect()
    }

    /// Spaces up to the next stop.
    pub(super) fn tab(&self) -> String {
        let (line, byte) = self.current_line();
        let step = TAB_WIDTH / 2;
        " ".repeat(step - column_of(line, byte) % step)
    }

    fn end_of_line_above(&self, place: Place) -> Place {
        match place.row.checked_sub(1) {
            Some(row) => Place { row, byte: self.line(row).len() },
            None => place,
        }
    }

    fn start_of_line_below(&self, place: Place) -> Place {
        if place.row + 1 < self.lines().len() { Place { row: place.row + 1, byte: 0 } } else { place }
    }
}
