//! Keys and what they do, on one row: as many as fit, in the order of their weight.

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::{Modifier, Style},
    widgets::Widget,
};

use super::glyphs::{self, Pen};

/// The styles of a row of hints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HintsStyle {
    pub key: Style,
    pub label: Style,
}

impl Default for HintsStyle {
    fn default() -> Self {
        Self {
            key: Style::new().add_modifier(Modifier::BOLD),
            label: Style::new().add_modifier(Modifier::DIM),
        }
    }
}

/// Pairs of a key and its label.
#[derive(Debug, Clone, Copy)]
pub struct Hints<'a, S> {
    pairs: &'a [(S, S)],
    style: HintsStyle,
}

impl<'a, S: AsRef<str>> Hints<'a, S> {
    pub fn new(pairs: &'a [(S, S)], style: HintsStyle) -> Self {
        Self { pairs, style }
    }

    /// The width of all pairs.
    pub fn width(&self) -> usize {
        self.ends().last().unwrap_or_default()
    }

    /// Where each pair ends.
    fn ends(&self) -> impl Iterator<Item = usize> {
        let widths = self
            .pairs
            .iter()
            .map(|(key, label)| glyphs::width(key.as_ref()) + 1 + glyphs::width(label.as_ref()));
        widths.enumerate().scan(0, |end, (index, width)| {
            *end += width + if index == 0 { 0 } else { 2 };
            Some(*end)
        })
    }
}

impl<S: AsRef<str>> Widget for Hints<'_, S> {
    fn render(self, area: Rect, buffer: &mut Buffer) {
        let width = usize::from(area.width);
        // The first pair is cut rather than left out.
        let fitting = self.ends().take_while(|end| *end <= width).count().max(1);
        let mut pen = Pen::new(buffer, area, 0);
        for (index, (key, label)) in self.pairs.iter().take(fitting).enumerate() {
            if index > 0 {
                pen.write("  ", self.style.label);
            }
            pen.write(key.as_ref(), self.style.key);
            pen.write(" ", self.style.label);
            pen.write(label.as_ref(), self.style.label);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::widgets::picture::{drawn, picture};

    #[test]
    fn what_fits_is_shown_whole() {
        let pairs = [("ctrl+j", "send"), ("ctrl+s", "save"), ("?", "help")];
        for (width, expected) in [
            (40, "ctrl+j send  ctrl+s save  ? help"),
            (32, "ctrl+j send  ctrl+s save  ? help"),
            (31, "ctrl+j send  ctrl+s save"),
            (8, "ctrl+j s"),
            (0, ""),
        ] {
            let hints = Hints::new(&pairs, HintsStyle::default());
            assert_eq!(hints.width(), 32);
            assert_eq!(picture(&drawn(hints, width, 1)), expected, "{width}");
        }
    }
}
