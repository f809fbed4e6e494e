//! Draws a field on one row.

use std::ops::Range;

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::{Modifier, Style},
    widgets::Widget,
};

use super::TextField;
use crate::tui::widgets::glyphs::{self, Glyph, Pen};

/// What stands for each grapheme of a password.
const DOT: &str = "•";

/// A style for some bytes of the text, laid over the field's own. In order and without overlap.
pub type Segment = (Range<usize>, Style);

/// The styles of a field; each but `text` is laid over it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextFieldStyle {
    pub text: Style,
    pub placeholder: Style,
    pub selection: Style,
    pub cursor: Style,
}

impl Default for TextFieldStyle {
    fn default() -> Self {
        Self {
            text: Style::new(),
            placeholder: Style::new().add_modifier(Modifier::DIM),
            selection: Style::new().add_modifier(Modifier::REVERSED),
            cursor: Style::new().add_modifier(Modifier::REVERSED),
        }
    }
}

/// A field as it is drawn.
#[derive(Debug, Clone, Copy)]
pub struct TextFieldView<'a> {
    field: &'a TextField,
    style: TextFieldStyle,
    focused: bool,
    placeholder: &'a str,
    segments: &'a [Segment],
}

impl<'a> TextFieldView<'a> {
    pub fn new(field: &'a TextField, style: TextFieldStyle) -> Self {
        Self { field, style, focused: false, placeholder: "", segments: &[] }
    }

    /// With focus the cursor is drawn and kept in sight; without, the text is shown from its start.
    #[must_use]
    pub fn focused(self, focused: bool) -> Self {
        Self { focused, ..self }
    }

    /// What an empty field shows.
    #[must_use]
    pub fn placeholder(self, placeholder: &'a str) -> Self {
        Self { placeholder, ..self }
    }

    /// Colours for parts of the text.
    #[must_use]
    pub fn segments(self, segments: &'a [Segment]) -> Self {
        Self { segments, ..self }
    }

    fn first_column(&self, width: usize) -> usize {
        if !self.focused {
            return 0;
        }
        let (mut end, mut cursor, mut under) = (0, None, 1);
        for glyph in glyphs::glyphs(&self.field.text) {
            let glyph_width = self.shown(&glyph).1;
            if glyph.bytes.start == self.field.cursor {
                (cursor, under) = (Some(end), glyph_width);
            }
            end += glyph_width;
        }
        let cursor = cursor.unwrap_or(end);
        // The last column is the cursor's when it stands after the text.
        let furthest = (end + 1).saturating_sub(width);
        let first = self.field.viewport.first().min(furthest);
        first.clamp((cursor + under).saturating_sub(width).min(cursor), cursor)
    }

    fn shown<'g>(&self, glyph: &'g Glyph<'_>) -> (&'g str, usize) {
        if self.field.masked { (DOT, 1) } else { (&glyph.shown, glyph.width) }
    }

    fn style_at(&self, byte: usize) -> Style {
        let in_segment = self.segments.iter().find(|(range, _)| range.contains(&byte));
        let mut style = self.style.text.patch(in_segment.map(|(_, style)| *style).unwrap_or_default());
        if self.focused && self.field.selection().is_some_and(|range| range.contains(&byte)) {
            style = style.patch(self.style.selection);
        }
        if self.focused && self.field.cursor == byte {
            style = style.patch(self.style.cursor);
        }
        style
    }
}

impl Widget for TextFieldView<'_> {
    fn render(self, area: Rect, buffer: &mut Buffer) {
        let row = Rect { height: area.height.min(1), ..area }.intersection(buffer.area);
        self.field.viewport.set_area(row);
        self.field.viewport.set_first(self.first_column(usize::from(row.width)));
        buffer.set_style(row, self.style.text);

        let mut pen = Pen::new(buffer, row, self.field.viewport.first());
        if self.field.text.is_empty() {
            pen.write(self.placeholder, self.style.text.patch(self.style.placeholder));
            if let Some(cell) = buffer.cell_mut(row.as_position()).filter(|_| self.focused && !row.is_empty())
            {
                cell.set_style(self.style.cursor);
            }
            return;
        }
        for glyph in glyphs::glyphs(&self.field.text) {
            if pen.is_full() {
                return;
            }
            let (shown, width) = self.shown(&glyph);
            pen.glyph(shown, width, self.style_at(glyph.bytes.start));
        }
        if self.focused && self.field.cursor == self.field.text.len() {
            pen.glyph(" ", 1, self.style.text.patch(self.style.cursor));
        }
    }
}
