//! Draws a window of a document: a gutter with numbers, the lines, a scroll bar.

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::{Modifier, Style},
    widgets::Widget,
};

use super::{DocumentLine, DocumentState};
use crate::tui::widgets::{
    glyphs::{self, Pen},
    scrollbar::Scrollbar,
    wrap::width_at,
};

/// The styles of a document; those of lines are laid over the spans' own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DocumentStyle {
    pub text: Style,
    pub cursor_line: Style,
    pub selection: Style,
    pub line_number: Style,
    pub current_number: Style,
    /// The sign at the edge that a line goes on.
    pub more: Style,
    pub track: Style,
    pub thumb: Style,
}

impl Default for DocumentStyle {
    fn default() -> Self {
        let dim = Style::new().add_modifier(Modifier::DIM);
        Self {
            text: Style::new(),
            cursor_line: Style::new(),
            selection: Style::new().add_modifier(Modifier::REVERSED),
            line_number: dim,
            current_number: Style::new(),
            more: dim,
            track: dim,
            thumb: Style::new(),
        }
    }
}

/// A window of a document as it is drawn.
#[derive(Debug, Clone, Copy)]
pub struct DocumentView<'a> {
    state: &'a DocumentState,
    lines: &'a [DocumentLine],
    style: DocumentStyle,
    focused: bool,
    numbered: bool,
    starts_at: usize,
}

impl<'a> DocumentView<'a> {
    /// Draws the lines of [`DocumentState::window`].
    pub fn new(state: &'a DocumentState, lines: &'a [DocumentLine], style: DocumentStyle) -> Self {
        Self { state, lines, style, focused: false, numbered: true, starts_at: 0 }
    }

    /// With focus the cursor's line is marked.
    #[must_use]
    pub fn focused(self, focused: bool) -> Self {
        Self { focused, ..self }
    }

    /// Without numbers, for what is no text of lines (a table of headers, help).
    #[must_use]
    pub fn numbered(self, numbered: bool) -> Self {
        Self { numbered, ..self }
    }

    /// The lines were fetched from this column on, rather than from their start.
    #[must_use]
    pub fn starts_at(self, column: usize) -> Self {
        Self { starts_at: column, ..self }
    }

    fn gutter(&self, width: u16) -> u16 {
        let digits = self.state.len.max(1).to_string().len();
        let gutter = u16::try_from(digits + 1).unwrap_or_default();
        if self.numbered && gutter < width { gutter } else { 0 }
    }

    /// The first line to draw: the window's, or a later one when wrapped lines push the cursor out of it.
    fn first_line(&self, area: Rect) -> usize {
        let first = self.state.first_row(usize::from(area.height));
        if !self.state.wrapped || !self.state.following {
            return first;
        }
        let width = usize::from(area.width);
        let mut room = usize::from(area.height);
        let mut start = self.state.cursor;
        let shown = self.lines.iter().filter(|line| (first..=self.state.cursor).contains(&line.number));
        for line in shown.rev() {
            let rows = rows_of(line, width);
            if rows > room {
                break;
            }
            room -= rows;
            start = line.number;
        }
        start
    }

    fn draw_numbers(&self, line: usize, area: Rect, buffer: &mut Buffer) {
        let Some(width) = usize::from(area.width).checked_sub(1) else { return };
        let is_current = self.focused && line == self.state.cursor;
        let style = if is_current { self.style.current_number } else { self.style.line_number };
        glyphs::put(buffer, area, &format!("{:>width$}", line + 1), style);
    }

    /// What is laid over a line's own styles.
    fn over(&self, line: usize) -> Style {
        let mut over = Style::new();
        if self.focused && line == self.state.cursor {
            over = over.patch(self.style.cursor_line);
        }
        if self.state.selection().is_some_and(|lines| lines.contains(&line)) {
            over = over.patch(self.style.selection);
        }
        over
    }

    /// A span's style on its line. What has a background of its own, a match, keeps it.
    fn laid_over(&self, own: Style, over: Style) -> Style {
        let style = self.style.text.patch(own).patch(over);
        if own.bg.is_some() { style.patch(own) } else { style }
    }

    fn draw_cut(&self, line: &DocumentLine, row: Rect, buffer: &mut Buffer) {
        let over = self.over(line.number);
        buffer.set_style(row, over);
        let left = self.state.left().saturating_sub(self.starts_at);
        let mut pen = Pen::new(buffer, row, left);
        let mut goes_on = line.cut;
        'line: for (text, style) in &line.spans {
            let style = self.laid_over(*style, over);
            for glyph in glyphs::glyphs(text) {
                if pen.is_full() {
                    goes_on = true;
                    break 'line;
                }
                draw_glyph(&mut pen, &glyph, text, style);
            }
        }
        if goes_on {
            glyphs::put_at_edge(buffer, row, "…", self.style.text.patch(self.style.more).patch(over));
        }
    }

    /// Draws a line on as many rows as it takes, without its first `skipped`; returns the rows it took and those
    /// that found no place.
    fn draw_wrapped(
        &self,
        line: &DocumentLine,
        skipped: usize,
        area: Rect,
        buffer: &mut Buffer,
    ) -> (u16, usize) {
        let over = self.over(line.number);
        let width = usize::from(area.width);
        let total = rows_of(line, width);
        let shown = total.saturating_sub(skipped).min(usize::from(area.height));
        let row_at = |row: usize| {
            let y = u16::try_from(row.checked_sub(skipped)?).ok()?;
            (y < area.height).then(|| Rect { y: area.y + y, height: 1, ..area })
        };
        for row in area.rows().take(shown) {
            buffer.set_style(row, over);
        }
        let (mut row, mut column) = (0, 0);
        for (text, style) in &line.spans {
            let style = self.laid_over(*style, over);
            for glyph in glyphs::glyphs(text) {
                let wide = width_at(&glyph, text, column);
                if column + wide > width && column > 0 {
                    (row, column) = (row + 1, 0);
                }
                if row >= skipped + shown {
                    break;
                }
                if let Some(area) = row_at(row) {
                    draw_glyph(&mut Pen::at(buffer, area, column), &glyph, text, style);
                }
                column += width_at(&glyph, text, column);
            }
        }
        (u16::try_from(shown).unwrap_or(area.height), total.saturating_sub(skipped + shown))
    }

    fn draw_lines(&self, area: Rect, gutter: u16, buffer: &mut Buffer) {
        let state = self.state;
        let first = state.viewport.first();
        let mut drawn = Vec::new();
        let mut y = area.y;
        for line in self.lines.iter().filter(|line| line.number >= first) {
            if y >= area.bottom() {
                break;
            }
            let rest = Rect { y, height: area.bottom() - y, ..area };
            let text = Rect { x: rest.x + gutter, width: rest.width - gutter, ..rest };
            let is_first = line.number == first;
            let skipped = if is_first && state.wrapped { state.drawn.skipped.get() } else { 0 };
            let (rows, hidden) = if state.wrapped {
                self.draw_wrapped(line, skipped, text, buffer)
            } else {
                self.draw_cut(line, Rect { height: 1, ..text }, buffer);
                (1, 0)
            };
            if skipped == 0 {
                self.draw_numbers(line.number, Rect { width: gutter, height: 1, ..rest }, buffer);
            }
            if is_first {
                state.drawn.hidden.set(hidden);
            }
            drawn.extend((0..rows).map(|_| line.number));
            y += rows;
        }
        state.drawn.lines.replace(drawn);
    }
}

impl Widget for DocumentView<'_> {
    fn render(self, area: Rect, buffer: &mut Buffer) {
        let area = area.intersection(buffer.area);
        buffer.set_style(area, self.style.text);
        let state = self.state;
        let crowded = state.len > usize::from(area.height) && area.width > 1;
        let inner = Rect { width: area.width - u16::from(crowded), ..area };
        let gutter = self.gutter(inner.width);
        let text = Rect { x: inner.x + gutter, width: inner.width - gutter, ..inner };
        let first = self.first_line(text);
        if first != state.viewport.first() {
            state.drawn.skipped.set(0);
        }
        state.viewport.set_first(first);
        state.viewport.set_area(text);
        self.clamp_skipped(text);
        self.draw_lines(inner, gutter, buffer);
        if crowded {
            let page = usize::from(area.height);
            Scrollbar { first, page, len: state.len, track: self.style.track, thumb: self.style.thumb }
                .render(Rect { x: inner.right(), width: 1, ..area }, buffer);
        }
    }
}

impl DocumentView<'_> {
    /// A wider window needs fewer rows for the first line: its last one stays in sight.
    fn clamp_skipped(&self, area: Rect) {
        let first = self.state.viewport.first();
        let line = self.lines.iter().find(|line| line.number == first);
        let rows = line.map_or(0, |line| rows_of(line, usize::from(area.width)));
        let skipped = self.state.drawn.skipped.get();
        self.state.drawn.skipped.set(skipped.min(rows.saturating_sub(1)));
    }
}

fn draw_glyph(pen: &mut Pen<'_>, glyph: &glyphs::Glyph<'_>, text: &str, style: Style) {
    let width = width_at(glyph, text, pen.column());
    if width == glyph.width {
        pen.glyph(&glyph.shown, width, style);
    } else {
        pen.blanks(pen.column() + width, style);
    }
}

/// The rows a line takes when it is wrapped; an empty one takes one.
fn rows_of(line: &DocumentLine, width: usize) -> usize {
    let (mut rows, mut column) = (1, 0);
    for (text, _) in &line.spans {
        for glyph in glyphs::glyphs(text) {
            let wide = width_at(&glyph, text, column);
            if column + wide > width && column > 0 {
                (rows, column) = (rows + 1, 0);
            }
            column += width_at(&glyph, text, column);
        }
    }
    rows
}
