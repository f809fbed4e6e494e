//! How much of something is on screen, and which part: one column beside it.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    style::Style,
    widgets::Widget,
};

/// A vertical bar for `len` rows of which `page` are shown from `first` on. Draws nothing when all are shown.
#[derive(Debug, Clone, Copy)]
pub struct Scrollbar {
    pub first: usize,
    pub page: usize,
    pub len: usize,
    pub track: Style,
    pub thumb: Style,
}

impl Scrollbar {
    /// Something is out of sight.
    pub fn is_needed(&self) -> bool {
        self.len > self.page
    }

    /// The thumb's first cell and its length, in a bar of `height` cells. It touches an end only when the rows do.
    pub fn thumb(&self, height: usize) -> (usize, usize) {
        let size = (height * self.page / self.len.max(1)).clamp(1, height.max(1));
        let room = height.saturating_sub(size);
        let hidden = self.len.saturating_sub(self.page);
        let start = match self.first {
            0 => 0,
            first if first >= hidden => room,
            first => {
                let inner = room.saturating_sub(1).max(1);
                (first.saturating_mul(room) / hidden.max(1)).clamp(1.min(room), inner)
            }
        };
        (start, size)
    }

    /// The first row to show when the bar is pressed at a cell of its height.
    pub fn row_at(&self, area: Rect, position: Position) -> usize {
        let hidden = self.len.saturating_sub(self.page);
        let offset = usize::from(position.y.saturating_sub(area.y).min(area.height.saturating_sub(1)));
        let last = usize::from(area.height).saturating_sub(1).max(1);
        hidden.saturating_mul(offset) / last
    }
}

impl Widget for Scrollbar {
    fn render(self, area: Rect, buffer: &mut Buffer) {
        let column = Rect { width: area.width.min(1), ..area }.intersection(buffer.area);
        if !self.is_needed() || column.is_empty() {
            return;
        }
        let (start, size) = self.thumb(usize::from(column.height));
        for (index, position) in column.positions().enumerate() {
            let on_thumb = (start..start + size).contains(&index);
            let (symbol, style) = if on_thumb { ("┃", self.thumb) } else { ("│", self.track) };
            if let Some(cell) = buffer.cell_mut(position) {
                cell.set_symbol(symbol).set_style(style);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(first: usize, page: usize, len: usize) -> Scrollbar {
        Scrollbar { first, page, len, track: Style::new(), thumb: Style::new() }
    }

    #[test]
    fn the_thumb_touches_an_end_only_when_the_rows_do() {
        for (first, page, len, height, expected) in [
            (0, 10, 100, 10, (0, 1)),
            (1, 10, 100, 10, (1, 1)),
            (89, 10, 100, 10, (8, 1)),
            (90, 10, 100, 10, (9, 1)),
            (10, 10, 40, 10, (2, 2)),
            (0, 10, 11, 10, (0, 9)),
            (1, 10, 11, 10, (1, 9)),
            (50_000, 10, 1_000_000, 1, (0, 1)),
        ] {
            assert_eq!(bar(first, page, len).thumb(height), expected, "{first} {page} {len}");
        }
    }

    #[test]
    fn pressing_the_ends_goes_to_the_ends() {
        let area = Rect::new(9, 2, 1, 10);
        let bar = bar(0, 10, 100);
        assert_eq!(bar.row_at(area, Position::new(9, 2)), 0);
        assert_eq!(bar.row_at(area, Position::new(9, 11)), 90);
        assert_eq!(bar.row_at(area, Position::new(9, 40)), 90);
    }

    proptest::proptest! {
        #[test]
        fn the_thumb_stays_in_the_bar(
            first in 0..5000_usize, page in 0..50_usize, len in 0..5000_usize, height in 1..60_usize,
        ) {
            let (start, size) = bar(first, page, len).thumb(height);
            assert!(size >= 1 && start + size <= height);
        }
    }
}
