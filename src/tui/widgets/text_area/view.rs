//! Draws the editor: a gutter with numbers, the lines in their colours, a scroll bar.

use std::{fmt, ops::Range};

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::{Modifier, Style},
    widgets::Widget,
};

use super::{
    Content, TextArea,
    place::{self, Place},
};
use crate::tui::widgets::{
    glyphs::{self, Pen},
    scrollbar::Scrollbar,
    text_field::Segment,
    viewport::follow,
    wrap::width_at,
};

/// Rows kept in sight above and below the cursor.
const MARGIN: usize = 2;

/// Finds the coloured parts of those lines, in order: one list for each line.
pub type ColourLines<'a> = dyn Fn(Range<usize>) -> Vec<Vec<Segment>> + 'a;

/// The styles of an editor; those of parts are laid over `text` in the order in which they stand here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextAreaStyle {
    pub text: Style,
    pub cursor_line: Style,
    pub search: Style,
    pub error: Style,
    pub selection: Style,
    pub cursor: Style,
    pub line_number: Style,
    pub current_number: Style,
    pub placeholder: Style,
    /// Why a text is not edited.
    pub notice: Style,
    pub track: Style,
    pub thumb: Style,
}

impl Default for TextAreaStyle {
    fn default() -> Self {
        let dim = Style::new().add_modifier(Modifier::DIM);
        let reversed = Style::new().add_modifier(Modifier::REVERSED);
        Self {
            text: Style::new(),
            cursor_line: Style::new(),
            search: Style::new().add_modifier(Modifier::UNDERLINED),
            error: Style::new().add_modifier(Modifier::UNDERLINED),
            selection: reversed,
            cursor: reversed,
            line_number: dim,
            current_number: Style::new(),
            placeholder: dim,
            notice: Style::new().add_modifier(Modifier::BOLD),
            track: dim,
            thumb: Style::new(),
        }
    }
}

/// An editor as it is drawn.
pub struct TextAreaView<'a> {
    area: &'a TextArea,
    style: TextAreaStyle,
    focused: bool,
    placeholder: &'a str,
    colour: Option<&'a ColourLines<'a>>,
}

impl fmt::Debug for TextAreaView<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TextAreaView").field("area", &self.area).finish_non_exhaustive()
    }
}

impl<'a> TextAreaView<'a> {
    pub fn new(area: &'a TextArea, style: TextAreaStyle) -> Self {
        Self { area, style, focused: false, placeholder: "", colour: None }
    }

    #[must_use]
    pub fn focused(self, focused: bool) -> Self {
        Self { focused, ..self }
    }

    /// What an empty editor shows.
    #[must_use]
    pub fn placeholder(self, placeholder: &'a str) -> Self {
        Self { placeholder, ..self }
    }

    /// Colours the lines; asked only for those on screen.
    #[must_use]
    pub fn colour(self, colour: &'a ColourLines<'a>) -> Self {
        Self { colour: Some(colour), ..self }
    }

    fn draw_lines(&self, area: Rect, gutter: u16, buffer: &mut Buffer) {
        let state = self.area;
        let first = state.viewport.first();
        let last = (first + usize::from(area.height)).min(state.lines().len());
        let colours = self.colour.map(|colour| colour(first..last)).unwrap_or_default();
        let cursor = state.place();
        for ((row, line), area) in
            (first..last).zip(state.lines().get(first..).unwrap_or_default()).zip(area.rows())
        {
            let is_current = self.focused && row == cursor.row;
            if is_current {
                buffer.set_style(area, self.style.cursor_line);
            }
            let has_error = state.error.is_some_and(|(line, _)| line == row);
            self.draw_number(row, is_current, has_error, Rect { width: gutter, ..area }, buffer);
            let text = Rect { x: area.x + gutter, width: area.width - gutter, ..area };
            let segments = colours.get(row - first).map(Vec::as_slice).unwrap_or_default();
            self.draw_line(row, line, segments, text, buffer);
        }
    }

    fn draw_number(&self, row: usize, is_current: bool, has_error: bool, area: Rect, buffer: &mut Buffer) {
        let style = if is_current { self.style.current_number } else { self.style.line_number };
        let style = if has_error { style.patch(self.style.error) } else { style };
        let width = usize::from(area.width).saturating_sub(1);
        glyphs::put(buffer, area, &format!("{:>width$}", row + 1), style);
    }

    fn draw_line(&self, row: usize, line: &str, segments: &[Segment], area: Rect, buffer: &mut Buffer) {
        let parts = Parts::new(self, row, line, segments);
        let mut pen = Pen::new(buffer, area, self.area.left.get());
        for glyph in glyphs::glyphs(line) {
            if pen.is_full() {
                return;
            }
            let style = parts.style_at(glyph.bytes.start);
            let width = width_at(&glyph, line, pen.column());
            if width == glyph.width {
                pen.glyph(&glyph.shown, width, style);
            } else {
                pen.blanks(pen.column() + width, style);
            }
        }
        if let Some(style) = parts.style_at_end() {
            pen.glyph(" ", 1, style);
        }
    }

    fn draw_read_only(&self, text: &str, notice: &str, area: Rect, buffer: &mut Buffer) {
        let mut rows = area.rows();
        if let Some(row) = rows.next() {
            glyphs::put(buffer, row, notice, self.style.text.patch(self.style.notice));
        }
        let limit = usize::from(area.width);
        for (row, line) in rows.skip(1).zip(text.split('\n')) {
            // The start of a line is enough to find what is on screen of it.
            let end = line.char_indices().nth(limit).map_or(line.len(), |(byte, _)| byte);
            glyphs::put(buffer, row, line.get(..end).unwrap_or_default(), self.style.text);
        }
    }
}

/// The parts of one line that are drawn in a style of their own.
struct Parts<'a> {
    style: &'a TextAreaStyle,
    base: Style,
    segments: &'a [Segment],
    matches: Vec<Range<usize>>,
    error: Option<usize>,
    selection: Range<usize>,
    /// The selection goes on in the next line.
    goes_on: bool,
    cursor: Option<usize>,
    end: usize,
}

impl<'a> Parts<'a> {
    fn new(view: &'a TextAreaView<'_>, row: usize, line: &str, segments: &'a [Segment]) -> Self {
        let state = view.area;
        let cursor = state.place();
        let is_current = view.focused && cursor.row == row;
        let pattern = state.editor().and_then(|editor| editor.search_pattern());
        let matches = pattern.map(|pattern| pattern.find_iter(line).map(|found| found.range()).collect());
        let (start, end) = state.selection().unwrap_or_default();
        let is_selected = (start.row..=end.row).contains(&row) && start != end;
        let from = if start.row == row { start.byte } else { 0 };
        let to = if end.row == row { end.byte } else { line.len() };
        let error = state.error.filter(|(at, _)| *at == row);
        Self {
            style: &view.style,
            base: if is_current { view.style.text.patch(view.style.cursor_line) } else { view.style.text },
            segments,
            matches: matches.unwrap_or_default(),
            error: error.map(|(_, character)| glyphs::snap(line, place::byte_of(line, character))),
            selection: if is_selected { from..to } else { 0..0 },
            goes_on: is_selected && end.row > row,
            cursor: is_current.then_some(cursor.byte),
            end: line.len(),
        }
    }

    fn style_at(&self, byte: usize) -> Style {
        let mut style = self.base;
        if let Some((_, segment)) = self.segments.iter().find(|(range, _)| range.contains(&byte)) {
            style = style.patch(*segment);
        }
        if self.matches.iter().any(|range| range.contains(&byte)) {
            style = style.patch(self.style.search);
        }
        if self.error == Some(byte) {
            style = style.patch(self.style.error);
        }
        if self.selection.contains(&byte) {
            style = style.patch(self.style.selection);
        }
        if self.cursor == Some(byte) {
            style = style.patch(self.style.cursor);
        }
        style
    }

    /// The style of the cell behind the text, if something is to be seen there.
    fn style_at_end(&self) -> Option<Style> {
        let marked = self.goes_on || self.error == Some(self.end) || self.cursor == Some(self.end);
        let over = if self.goes_on { self.style.selection } else { Style::new() };
        marked
            .then(|| self.style_at(self.end).patch(over))
            .map(|style| if self.cursor == Some(self.end) { style.patch(self.style.cursor) } else { style })
    }
}

impl TextArea {
    pub(super) fn first_row(&self) -> usize {
        let height = usize::from(self.viewport.area().height);
        if self.following {
            follow(self.viewport.first(), self.cursor().0, self.lines().len(), height, MARGIN)
        } else {
            self.viewport.first().min(self.lines().len().saturating_sub(height))
        }
    }

    fn first_column(&self, width: usize) -> usize {
        let Place { row, byte } = self.place();
        let line = self.line(row);
        let column = place::column_of(line, byte);
        if !self.following {
            return self.left.get();
        }
        if place::column_of(line, line.len()) < width {
            return 0;
        }
        let end = place::column_of(line, glyphs::next_boundary(line, byte)).max(column + 1);
        follow(follow(self.left.get(), end - 1, usize::MAX, width, 0), column, usize::MAX, width, 0)
    }
}

impl Widget for TextAreaView<'_> {
    fn render(self, area: Rect, buffer: &mut Buffer) {
        let area = area.intersection(buffer.area);
        buffer.set_style(area, self.style.text);
        let state = self.area;
        if let Content::ReadOnly { text, limit } = &state.content {
            self.draw_read_only(text, &limit.to_string(), area, buffer);
            return;
        }
        let len = state.lines().len();
        let digits = len.to_string().len();
        let gutter = u16::try_from(digits + 1).unwrap_or_default().min(area.width);
        let crowded = len > usize::from(area.height) && area.width > gutter;
        let inner = Rect { width: area.width - u16::from(crowded), ..area };
        let text = Rect { x: inner.x + gutter, width: inner.width - gutter, ..inner };
        state.viewport.set_area(text);
        state.viewport.set_first(state.first_row());
        state.left.set(state.first_column(usize::from(text.width)));
        self.draw_lines(inner, gutter, buffer);
        if state.is_empty() && !self.placeholder.is_empty() {
            let after_cursor = u16::from(self.focused).min(text.width);
            let rest = Rect { x: text.x + after_cursor, width: text.width - after_cursor, ..text };
            glyphs::put(buffer, rest, self.placeholder, self.style.text.patch(self.style.placeholder));
        }
        if crowded {
            let (first, page) = (state.viewport.first(), usize::from(area.height));
            Scrollbar { first, page, len, track: self.style.track, thumb: self.style.thumb }
                .render(Rect { x: inner.right(), width: 1, ..area }, buffer);
        }
    }
}
