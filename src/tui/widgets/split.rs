//! Two panes beside or above each other, and the line between them that can be dragged. Geometry alone.

use ratatui::layout::{Direction, Position, Rect};

/// How an area is shared by two panes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Split {
    /// `Horizontal`: side by side.
    pub direction: Direction,
    /// The first pane's part, in thousandths.
    pub ratio: u16,
    /// The least length of each pane in cells, as long as there is room for both.
    pub least: (u16, u16),
    /// Cells between the panes: 0 when their own borders are what can be dragged.
    pub gap: u16,
}

impl Split {
    /// Panes of equal size, with nothing between them.
    pub fn new(direction: Direction) -> Self {
        Self { direction, ratio: 500, least: (1, 1), gap: 0 }
    }

    #[must_use]
    pub fn ratio(self, ratio: u16) -> Self {
        Self { ratio: ratio.min(1000), ..self }
    }

    #[must_use]
    pub fn least(self, first: u16, second: u16) -> Self {
        Self { least: (first, second), ..self }
    }

    #[must_use]
    pub fn gap(self, gap: u16) -> Self {
        Self { gap, ..self }
    }

    /// The two panes.
    pub fn areas(&self, area: Rect) -> (Rect, Rect) {
        let first = self.first_length(area);
        let rest = self.length(area) - first;
        let gap = self.gap.min(rest);
        match self.direction {
            Direction::Horizontal => {
                (Rect { width: first, ..area }, Rect { x: area.x + first + gap, width: rest - gap, ..area })
            }
            Direction::Vertical => {
                (Rect { height: first, ..area }, Rect { y: area.y + first + gap, height: rest - gap, ..area })
            }
        }
    }

    /// A position is on the line between the panes: the gap, or without one the last cell of the first pane and
    /// the first of the second.
    pub fn is_on_line(&self, area: Rect, position: Position) -> bool {
        if !area.contains(position) {
            return false;
        }
        let first = self.first_length(area);
        let at = self.along(area, position);
        if self.gap == 0 { at + 1 == first || at == first } else { (first..first + self.gap).contains(&at) }
    }

    /// The line was dragged to a position.
    pub fn drag(&mut self, area: Rect, position: Position) {
        let first = self.along(area, position);
        self.set_first_length(area, first);
    }

    /// Gives the first pane some cells of the second's, or the other way round.
    pub fn grow(&mut self, area: Rect, cells: i16) {
        let first = self.first_length(area).saturating_add_signed(cells);
        self.set_first_length(area, first);
    }

    fn set_first_length(&mut self, area: Rect, first: u16) {
        let room = self.room(area);
        if room == 0 {
            return;
        }
        let first = self.within(first, room);
        // Rounded up, so that dividing again gives the same cell.
        let ratio = (u32::from(first) * 1000).div_ceil(u32::from(room));
        self.ratio = u16::try_from(ratio).unwrap_or(1000).min(1000);
    }

    fn first_length(&self, area: Rect) -> u16 {
        let room = self.room(area);
        let wanted = u32::from(room) * u32::from(self.ratio.min(1000)) / 1000;
        self.within(u16::try_from(wanted).unwrap_or(room), room)
    }

    fn within(&self, first: u16, room: u16) -> u16 {
        let (least_first, least_second) = self.least;
        let needed = u32::from(least_first) + u32::from(least_second);
        if needed > u32::from(room) {
            // No room for both: share in the proportion of what they need.
            let share = u32::from(room) * u32::from(least_first) / needed.max(1);
            return u16::try_from(share).unwrap_or(room);
        }
        first.clamp(least_first, room - least_second)
    }

    fn room(&self, area: Rect) -> u16 {
        self.length(area).saturating_sub(self.gap)
    }

    fn length(&self, area: Rect) -> u16 {
        match self.direction {
            Direction::Horizontal => area.width,
            Direction::Vertical => area.height,
        }
    }

    fn along(&self, area: Rect, position: Position) -> u16 {
        match self.direction {
            Direction::Horizontal => position.x.saturating_sub(area.x),
            Direction::Vertical => position.y.saturating_sub(area.y),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_area_is_shared() {
        let split = Split::new(Direction::Horizontal).ratio(300).least(20, 30);
        for (width, first, second) in [(100, 30, 70), (50, 20, 30), (60, 20, 40), (25, 10, 15), (0, 0, 0)] {
            let (left, right) = split.areas(Rect::new(5, 1, width, 9));
            assert_eq!((left.width, right.width), (first, second), "{width}");
            assert_eq!((left.x, right.x), (5, 5 + first));
        }
    }

    #[test]
    fn the_line_is_found_and_follows_the_mouse() {
        let area = Rect::new(0, 10, 80, 20);
        let mut split = Split::new(Direction::Vertical).least(3, 3).gap(1);
        let (first, second) = split.areas(area);
        assert_eq!((first.height, second.y), (9, 20));
        assert!(split.is_on_line(area, Position::new(4, 19)));
        assert!(!split.is_on_line(area, Position::new(4, 18)));
        for (y, height) in [(15, 5), (0, 3), (99, 16), (17, 7)] {
            split.drag(area, Position::new(4, y));
            assert_eq!(split.areas(area).0.height, height, "{y}");
        }
        split.grow(area, -2);
        assert_eq!(split.areas(area).0.height, 5);
    }

    proptest::proptest! {
        #[test]
        fn nothing_is_lost_and_a_drag_lands_where_it_was_dropped(
            width in 0..400_u16, ratio in 0..1200_u16, gap in 0..3_u16, at in 0..400_u16,
        ) {
            let area = Rect::new(0, 0, width, 5);
            let mut split = Split::new(Direction::Horizontal).ratio(ratio).least(4, 6).gap(gap);
            let (first, second) = split.areas(area);
            assert_eq!(first.width + second.width + gap.min(width - first.width), width);
            split.drag(area, Position::new(at, 0));
            if width >= 12 + gap {
                assert_eq!(split.areas(area).0.width, at.clamp(4, width - gap - 6));
            }
        }
    }
}
