//! A message in the corner: a summary, its chain of causes, a hint. How long it stays is the caller's business.

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::{Modifier, Style},
    widgets::{Block, BorderType, Clear, Padding, Widget},
};

use super::{glyphs, wrap};

/// Rows and columns of the border and its padding.
const FRAME: (u16, u16) = (4, 2);
const WIDEST: u16 = 60;

/// The styles of a notice; the border's says how grave it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoticeStyle {
    pub body: Style,
    pub border: Style,
    pub summary: Style,
    pub cause: Style,
    pub hint: Style,
}

impl Default for NoticeStyle {
    fn default() -> Self {
        Self {
            body: Style::new(),
            border: Style::new(),
            summary: Style::new().add_modifier(Modifier::BOLD),
            cause: Style::new(),
            hint: Style::new().add_modifier(Modifier::ITALIC),
        }
    }
}

/// A message.
#[derive(Debug, Clone, Copy)]
pub struct Notice<'a> {
    summary: &'a str,
    causes: &'a [String],
    hint: &'a str,
    style: NoticeStyle,
}

impl<'a> Notice<'a> {
    pub fn new(summary: &'a str, style: NoticeStyle) -> Self {
        Self { summary, causes: &[], hint: "", style }
    }

    /// Why, from the nearest cause to the first.
    #[must_use]
    pub fn causes(self, causes: &'a [String]) -> Self {
        Self { causes, ..self }
    }

    /// What to try.
    #[must_use]
    pub fn hint(self, hint: &'a str) -> Self {
        Self { hint, ..self }
    }

    /// Where it goes: the bottom right corner, as large as it has to be, at most the screen.
    pub fn area(&self, screen: Rect) -> Rect {
        let room = screen.width.saturating_sub(FRAME.0).min(WIDEST);
        let lines = self.lines(room);
        let widest = lines.iter().map(|(line, _)| glyphs::width(line)).max().unwrap_or_default();
        let width = u16::try_from(widest).unwrap_or(u16::MAX).saturating_add(FRAME.0).min(screen.width);
        let height =
            u16::try_from(lines.len()).unwrap_or(u16::MAX).saturating_add(FRAME.1).min(screen.height);
        Rect { x: screen.right() - width, y: screen.bottom() - height, width, height }
    }

    fn lines(&self, width: u16) -> Vec<(&'a str, Style)> {
        let parts = [(self.summary, self.style.summary)]
            .into_iter()
            .chain(self.causes.iter().map(|cause| (cause.as_str(), self.style.cause)))
            .chain([(self.hint, self.style.hint)])
            .filter(|(text, _)| !text.is_empty());
        parts
            .flat_map(|(text, style)| {
                let rows = wrap::flow(text, usize::from(width));
                rows.into_iter().map(move |range| (text.get(range).unwrap_or_default(), style))
            })
            .collect()
    }
}

impl Widget for Notice<'_> {
    fn render(self, area: Rect, buffer: &mut Buffer) {
        let area = area.intersection(buffer.area);
        Clear.render(area, buffer);
        let block = Block::bordered()
            .border_type(BorderType::Rounded)
            .padding(Padding::horizontal(1))
            .style(self.style.body)
            .border_style(self.style.border);
        let inner = block.inner(area);
        block.render(area, buffer);
        for (row, (line, style)) in inner.rows().zip(self.lines(inner.width)) {
            glyphs::put(buffer, row, line, style);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::widgets::picture::picture;

    #[test]
    fn it_says_what_why_and_what_to_try() {
        let screen = Rect::new(0, 0, 30, 9);
        let mut buffer = Buffer::empty(screen);
        let causes = ["reading products.toml".to_owned(), "permission \x1b[31mdenied".to_owned()];
        let notice = Notice::new("Not saved", NoticeStyle::default())
            .causes(&causes)
            .hint("Is the folder yours? Its mode says who may write there.");
        notice.render(notice.area(screen), &mut buffer);
        insta::assert_snapshot!(picture(&buffer), @r"

        ╭──────────────────────────╮
        │ Not saved                │
        │ reading products.toml    │
        │ permission ␛[31mdenied   │
        │ Is the folder yours? Its │
        │ mode says who may write  │
        │ there.                   │
        ╰──────────────────────────╯
        ");
    }

    #[test]
    fn no_screen_is_too_small() {
        for (width, height) in [(0, 0), (1, 1), (4, 2), (5, 3)] {
            let screen = Rect::new(0, 0, width, height);
            let notice = Notice::new("something happened", NoticeStyle::default());
            notice.render(notice.area(screen), &mut Buffer::empty(screen));
        }
    }
}
