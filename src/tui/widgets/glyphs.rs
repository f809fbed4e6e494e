//! Text as it may stand on the screen: cut into graphemes, each with its width in cells, and nothing in it that
//! a terminal would obey instead of show.
//!
//! Control characters, escape sequences and invisible direction marks in a response or a file name are shown as
//! signs of one cell. Knows no styles beyond passing them on.

use std::{borrow::Cow, ops::Range};

use ratatui::{
    buffer::{Buffer, CellWidth},
    layout::Rect,
    style::Style,
};
use unicode_segmentation::UnicodeSegmentation;

/// What stands for a character that may not be drawn and has no picture of its own.
const UNPRINTABLE: &str = "\u{FFFD}";

/// A grapheme longer than this is an attack on the renderer, not a letter.
const LONGEST_GRAPHEME: usize = 64;

/// One grapheme of a text, and what is drawn for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glyph<'a> {
    /// Its bytes in the text.
    pub bytes: Range<usize>,
    /// What is drawn: safe, and never empty.
    pub shown: Cow<'a, str>,
    /// In cells: 1 or more.
    pub width: usize,
}

/// The graphemes of a text in order; a line feed or a tab is a sign of one cell like every control character.
pub fn glyphs(text: &str) -> impl Iterator<Item = Glyph<'_>> {
    text.grapheme_indices(true).map(|(start, grapheme)| {
        let shown = show(grapheme);
        let width = usize::from(shown.cell_width()).max(1);
        Glyph { bytes: start..start + grapheme.len(), shown, width }
    })
}

/// The text with everything that a terminal would obey, or hide, replaced by a visible sign.
pub fn sanitize(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(glyphs(text).map(|glyph| glyph.shown).collect())
}

/// The width of a text in cells, as [`glyphs`] draws it.
pub fn width(text: &str) -> usize {
    glyphs(text).map(|glyph| glyph.width).sum()
}

/// Writes a sign of one cell over the last cell of a row. A wide grapheme whose second half that is goes.
pub(super) fn put_at_edge(buffer: &mut Buffer, row: Rect, sign: &str, style: Style) {
    let row = row.intersection(buffer.area);
    let Some(last) = row.width.checked_sub(1) else { return };
    let before = last.checked_sub(1).and_then(|at| buffer.cell_mut((row.x + at, row.y)));
    if let Some(cell) = before.filter(|cell| cell.symbol().cell_width() > 1) {
        cell.set_symbol(" ");
    }
    put(buffer, Rect { x: row.x + last, width: 1, ..row }, sign, style);
}

/// The text cut to a width in cells, with `…` where something was left out at the end.
pub fn shorten(text: &str, limit: usize) -> Cow<'_, str> {
    if width(text) <= limit {
        return sanitize(text);
    }
    let mut out = String::new();
    let mut used = 0;
    for glyph in glyphs(text) {
        if used + glyph.width + 1 > limit {
            break;
        }
        used += glyph.width;
        out.push_str(&glyph.shown);
    }
    if limit > 0 {
        out.push('…');
    }
    Cow::Owned(out)
}

/// The end of the first grapheme after `at`, or the text's end.
pub fn next_boundary(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    rest.graphemes(true).next().map_or(text.len(), |grapheme| at + grapheme.len())
}

/// The start of the last grapheme before `at`, or 0.
pub fn previous_boundary(text: &str, at: usize) -> usize {
    let before = text.get(..at).unwrap_or(text);
    before.grapheme_indices(true).next_back().map_or(0, |(start, _)| start)
}

/// The nearest grapheme boundary at or after `at`.
pub fn snap(text: &str, at: usize) -> usize {
    let starts = text.grapheme_indices(true).map(|(start, _)| start);
    starts.chain([text.len()]).find(|start| *start >= at).unwrap_or(text.len())
}

fn show(grapheme: &str) -> Cow<'_, str> {
    if grapheme.len() > LONGEST_GRAPHEME {
        return Cow::Borrowed(UNPRINTABLE);
    }
    if grapheme.chars().any(|c| c.is_control() || is_hidden(c)) {
        // Graphemes do not mix control characters with others, except carriage return with line feed.
        return if grapheme.chars().all(|c| c.is_control() || is_hidden(c)) {
            Cow::Owned(grapheme.chars().map(picture).collect())
        } else {
            Cow::Borrowed(UNPRINTABLE)
        };
    }
    if grapheme.cell_width() == 0 {
        // A combining mark with nothing to combine with; joiners and the like have no shape even on a circle.
        return if grapheme.contains(['\u{200C}', '\u{200D}']) {
            Cow::Borrowed(UNPRINTABLE)
        } else {
            let carried = format!("\u{25CC}{grapheme}");
            if carried.cell_width() == 1 { Cow::Owned(carried) } else { Cow::Borrowed(UNPRINTABLE) }
        };
    }
    Cow::Borrowed(grapheme)
}

/// Characters that change how others are drawn, or hide: direction marks, separators, soft hyphens, tags.
fn is_hidden(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0001}')
}

/// Unicode's picture of an ASCII control character.
fn picture(c: char) -> char {
    match c {
        '\0'..='\x1f' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{FFFD}'),
        '\x7f' => '\u{2421}',
        _ => '\u{FFFD}',
    }
}

/// Draws text on one row, seen through a window that may start to the right of the text's first column. A wide
/// grapheme cut by either edge leaves blanks, so the columns after it stay in their places.
#[derive(Debug)]
pub struct Pen<'b> {
    buffer: &'b mut Buffer,
    row: Rect,
    left: usize,
    column: usize,
}

impl<'b> Pen<'b> {
    /// Draws on the first row of `area`, whose first cell is the text's column `left`.
    pub fn new(buffer: &'b mut Buffer, area: Rect, left: usize) -> Self {
        let row = Rect { height: area.height.min(1), ..area }.intersection(buffer.area);
        Self { buffer, row, left, column: 0 }
    }

    /// Draws on the first row of `area` from one of its columns on.
    pub fn at(buffer: &'b mut Buffer, area: Rect, column: usize) -> Self {
        Self { column, ..Self::new(buffer, area, 0) }
    }

    /// The text's column that is drawn next.
    pub fn column(&self) -> usize {
        self.column
    }

    /// The screen's column of what is drawn next, if that is inside the row.
    pub fn x(&self) -> Option<u16> {
        self.x_of(self.column)
    }

    /// Nothing more can be seen on this row.
    pub fn is_full(&self) -> bool {
        self.row.height == 0 || self.column >= self.left + usize::from(self.row.width)
    }

    /// Writes a text; control characters become signs.
    pub fn write(&mut self, text: &str, style: Style) {
        for glyph in glyphs(text) {
            if self.is_full() {
                return;
            }
            self.glyph(&glyph.shown, glyph.width, style);
        }
    }

    /// Writes one grapheme of a known width that is safe already.
    pub fn glyph(&mut self, shown: &str, width: usize, style: Style) {
        let end = self.column + width;
        let right = self.left + usize::from(self.row.width);
        if self.left <= self.column
            && end <= right
            && let Some(x) = self.x()
        {
            self.buffer.set_stringn(x, self.row.y, shown, width, style);
            self.column = end;
            return;
        }
        for column in self.column..end.min(right) {
            if let Some(cell) = self.x_of(column).and_then(|x| self.buffer.cell_mut((x, self.row.y))) {
                cell.set_symbol(" ").set_style(style);
            }
        }
        self.column = end;
    }

    /// Blanks up to, but not including, a column of the text.
    pub fn blanks(&mut self, until: usize, style: Style) {
        while self.column < until && !self.is_full() {
            self.glyph(" ", 1, style);
        }
        self.column = self.column.max(until);
    }

    fn x_of(&self, column: usize) -> Option<u16> {
        let offset = u16::try_from(column.checked_sub(self.left)?).ok()?;
        (self.row.height > 0 && offset < self.row.width).then(|| self.row.x + offset)
    }
}

/// Writes a text at the start of an area's first row, cut at the area's edge.
pub fn put(buffer: &mut Buffer, area: Rect, text: &str, style: Style) {
    Pen::new(buffer, area, 0).write(text, style);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_becomes_visible() {
        for (text, shown) in [
            ("plain", "plain"),
            ("tab\there", "tab␉here"),
            ("\x1b[31mred", "␛[31mred"),
            ("\0\x7f", "␀␡"),
            ("a\r\nb", "a␍␊b"),
            ("\u{9b}31m", "\u{FFFD}31m"),
            ("user\u{202e}gpj.exe", "user\u{FFFD}gpj.exe"),
            ("zero\u{200b}width", "zero\u{FFFD}width"),
            ("\u{301}", "\u{25CC}\u{301}"),
            ("\u{200d}", "\u{FFFD}"),
            ("é 日本 👩‍👩‍👧 🇩🇪", "é 日本 👩‍👩‍👧 🇩🇪"),
        ] {
            assert_eq!(sanitize(text), shown, "{text:?}");
        }
        let stacked = format!("a{}b", "\u{301}".repeat(100));
        assert_eq!(sanitize(&stacked), "\u{FFFD}b");
    }

    #[test]
    fn shortening_never_cuts_a_grapheme() {
        for (text, limit, shown) in [
            ("short", 5, "short"),
            ("longer", 5, "long…"),
            ("日本語", 5, "日本…"),
            ("日本語", 4, "日…"),
            ("👩‍👩‍👧x", 2, "…"),
            ("abc", 1, "…"),
            ("abc", 0, ""),
        ] {
            assert_eq!(shorten(text, limit), shown, "{text:?} in {limit}");
            assert!(width(&shorten(text, limit)) <= limit);
        }
    }

    #[test]
    fn a_wide_grapheme_at_an_edge_leaves_a_blank() {
        let area = Rect::new(0, 0, 4, 1);
        for (left, line) in [(0, "日本"), (1, " 本 "), (2, "本語"), (3, " 語 ")] {
            let mut buffer = Buffer::empty(area);
            Pen::new(&mut buffer, area, left).write("日本語", Style::new());
            assert_eq!(buffer, Buffer::with_lines([line]), "from column {left}");
        }
    }

    #[test]
    fn a_row_outside_the_buffer_draws_nothing() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 4, 1));
        put(&mut buffer, Rect::new(2, 0, 40, 3), "abcdef", Style::new());
        put(&mut buffer, Rect::new(0, 7, 4, 1), "gone", Style::new());
        assert_eq!(buffer, Buffer::with_lines(["  ab"]));
    }

    proptest::proptest! {
        #[test]
        fn glyphs_cover_the_text_and_show_no_control(text in "\\PC*|.*") {
            let mut end = 0;
            for glyph in glyphs(&text) {
                assert_eq!(glyph.bytes.start, end);
                end = glyph.bytes.end;
                assert!(!glyph.shown.chars().any(char::is_control));
                assert_eq!(glyph.width, usize::from(glyph.shown.cell_width()));
            }
            assert_eq!(end, text.len());
        }
    }
}
