//! A block in the middle of the screen, over everything else: for the palette, help, questions.

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::Style,
    widgets::{Block, BorderType, Clear, Padding, Widget},
};

use super::{
    glyphs,
    hints::{Hints, HintsStyle},
};

/// The styles of a popup.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PopupStyle {
    pub body: Style,
    pub border: Style,
    pub title: Style,
    pub hints: HintsStyle,
}

/// The frame of a popup; its content is drawn into [`Popup::inner`] afterwards.
#[derive(Debug, Clone, Copy)]
pub struct Popup<'a> {
    title: &'a str,
    footer: &'a [(&'a str, &'a str)],
    style: PopupStyle,
}

impl<'a> Popup<'a> {
    pub fn new(title: &'a str, style: PopupStyle) -> Self {
        Self { title, footer: &[], style }
    }

    /// Keys and what they do, in the bottom border.
    #[must_use]
    pub fn footer(self, footer: &'a [(&'a str, &'a str)]) -> Self {
        Self { footer, ..self }
    }

    /// The area of a popup around content of this size: in the middle, a little above it, and never larger than
    /// the screen.
    pub fn area(&self, screen: Rect, width: u16, height: u16) -> Rect {
        let footer = Hints::new(self.footer, self.style.hints).width();
        let frame = u16::try_from(glyphs::width(self.title).max(footer)).unwrap_or(u16::MAX);
        let width = width.max(frame).saturating_add(4).min(screen.width);
        let height = height.saturating_add(2).min(screen.height);
        Rect {
            x: screen.x + (screen.width - width) / 2,
            y: screen.y + (screen.height - height) * 2 / 5,
            width,
            height,
        }
    }

    /// Where the content goes.
    pub fn inner(area: Rect) -> Rect {
        Block::bordered().padding(Padding::horizontal(1)).inner(area)
    }
}

impl Widget for Popup<'_> {
    fn render(self, area: Rect, buffer: &mut Buffer) {
        let area = area.intersection(buffer.area);
        Clear.render(area, buffer);
        Block::bordered()
            .border_type(BorderType::Rounded)
            .style(self.style.body)
            .border_style(self.style.border)
            .render(area, buffer);
        if area.width < 4 || area.height < 2 {
            return;
        }
        let room = Rect { x: area.x + 2, width: area.width - 4, height: 1, ..area };
        if !self.title.is_empty() {
            let title = glyphs::shorten(self.title, usize::from(room.width).saturating_sub(2));
            let padded = format!(" {title} ");
            glyphs::put(buffer, Rect { x: room.x - 1, ..room }, &padded, self.style.title);
        }
        let footer = Rect { y: area.bottom() - 1, ..room };
        if !self.footer.is_empty() {
            Hints::new(self.footer, self.style.hints).render(footer, buffer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::widgets::picture::picture;

    #[test]
    fn it_clears_what_is_under_it() {
        let screen = Rect::new(0, 0, 24, 7);
        let mut buffer = Buffer::with_lines(vec!["#".repeat(24); 7]);
        let popup = Popup::new("Delete?", PopupStyle::default()).footer(&[("enter", "yes"), ("esc", "no")]);
        let area = popup.area(screen, 16, 1);
        popup.render(area, &mut buffer);
        glyphs::put(&mut buffer, Popup::inner(area), "products/create", Style::new());
        insta::assert_snapshot!(picture(&buffer), @r"
        ########################
        #╭ Delete? ──────────╮##
        #│ products/create   │##
        #╰─enter yes  esc no─╯##
        ########################
        ########################
        ########################
        ");
    }

    #[test]
    fn it_is_never_larger_than_the_screen() {
        for (width, height) in [(0, 0), (1, 1), (3, 2), (5, 3)] {
            let screen = Rect::new(0, 0, width, height);
            let popup = Popup::new("a long title", PopupStyle::default()).footer(&[("esc", "close")]);
            let area = popup.area(screen, 90, 40);
            assert_eq!(area, screen);
            popup.render(area, &mut Buffer::empty(screen));
        }
    }
}
