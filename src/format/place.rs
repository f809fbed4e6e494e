//! From an offset in a text to the line and column that an editor shows.

use crate::model::Place;

/// The line and column, both from 1, of the byte at `offset`; the column counts characters.
///
/// An offset beyond the end, or within a character, gives the place of the nearest character before it. A byte
/// order mark takes no column.
pub fn place_of(text: &str, offset: usize) -> Place {
    let end = (0..=offset.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    let before = text.get(..end).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let line = before.get(line_start..).unwrap_or_default();
    Place {
        line: before.bytes().filter(|&byte| byte == b'\n').count() + 1,
        column: line.trim_start_matches('\u{feff}').chars().count() + 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_lines_and_characters_from_one() {
        let text = "a = 1\r\nü€x = 2\n";
        for (offset, line, column) in
            [(0, 1, 1), (4, 1, 5), (7, 2, 1), (8, 2, 1), (9, 2, 2), (12, 2, 3), (99, 3, 1)]
        {
            assert_eq!(place_of(text, offset), Place { line, column }, "at {offset}");
        }
        assert_eq!(place_of("\u{feff}a", 3), Place { line: 1, column: 1 });
        assert_eq!(place_of("", 0), Place { line: 1, column: 1 });
    }
}
