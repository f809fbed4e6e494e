//! A row of tabs. Which one is active is the caller's state; where each stands follows from the labels, the
//! active one and the width alone, so a click needs no memory of the drawing.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    style::{Modifier, Style},
    widgets::Widget,
};

use super::glyphs;

/// What is said about a tab's content beside its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Badge {
    #[default]
    None,
    /// How many there are; nothing for 0.
    Count(usize),
    /// There is something.
    Dot,
}

/// One tab.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tab<'a> {
    pub label: &'a str,
    pub badge: Badge,
}

impl<'a> Tab<'a> {
    pub fn new(label: &'a str) -> Self {
        Self { label, badge: Badge::None }
    }

    #[must_use]
    pub fn count(self, count: usize) -> Self {
        Self { badge: Badge::Count(count), ..self }
    }

    #[must_use]
    pub fn dot(self, dot: bool) -> Self {
        Self { badge: if dot { Badge::Dot } else { Badge::None }, ..self }
    }

    fn badge_text(&self) -> String {
        match self.badge {
            Badge::None | Badge::Count(0) => String::new(),
            Badge::Count(count) => format!(" {count}"),
            Badge::Dot => " •".to_owned(),
        }
    }

    /// With a cell of padding on each side.
    fn width(&self) -> usize {
        glyphs::width(self.label) + glyphs::width(&self.badge_text()) + 2
    }
}

/// The styles of a tab bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TabBarStyle {
    pub tab: Style,
    pub active: Style,
    /// Laid over the tab's own.
    pub badge: Style,
    /// The signs for tabs out of sight.
    pub more: Style,
}

impl Default for TabBarStyle {
    fn default() -> Self {
        Self {
            tab: Style::new(),
            active: Style::new().add_modifier(Modifier::REVERSED),
            badge: Style::new().add_modifier(Modifier::DIM),
            more: Style::new().add_modifier(Modifier::DIM),
        }
    }
}

/// A tab bar as it is drawn.
#[derive(Debug, Clone, Copy)]
pub struct TabBar<'a> {
    tabs: &'a [Tab<'a>],
    active: usize,
    style: TabBarStyle,
}

/// Where a tab stands, from the bar's left edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Placed {
    index: usize,
    x: usize,
    width: usize,
}

impl<'a> TabBar<'a> {
    pub fn new(tabs: &'a [Tab<'a>], active: usize, style: TabBarStyle) -> Self {
        Self { tabs, active, style }
    }

    /// The tab at a position, of a bar drawn in an area. The signs at the ends stand for the next tab out of
    /// sight.
    pub fn at(&self, area: Rect, position: Position) -> Option<usize> {
        if !(Rect { height: area.height.min(1), ..area }).contains(position) {
            return None;
        }
        let x = usize::from(position.x - area.x);
        let placed = self.layout(usize::from(area.width));
        let (first, last) = (placed.first()?, placed.last()?);
        if x < first.x {
            return first.index.checked_sub(1);
        }
        if x >= last.x + last.width {
            let is_sign = x + 1 == usize::from(area.width) && last.index + 1 < self.tabs.len();
            return is_sign.then_some(last.index + 1);
        }
        placed.iter().find(|tab| (tab.x..tab.x + tab.width).contains(&x)).map(|tab| tab.index)
    }

    /// All tabs, if they fit; otherwise as many around the active one as fit between the signs.
    fn layout(&self, width: usize) -> Vec<Placed> {
        let whole: usize = self.tabs.iter().map(Tab::width).sum();
        if self.tabs.is_empty() {
            return Vec::new();
        }
        let active = self.active.min(self.tabs.len() - 1);
        let (range, left) = if whole <= width {
            (0..self.tabs.len(), 0)
        } else {
            (self.window(active, width.saturating_sub(2)), 1)
        };
        let mut x = left;
        let right = width.saturating_sub(left);
        let visible = self.tabs.iter().enumerate().skip(range.start).take(range.len());
        visible
            .map(|(index, tab)| {
                let width = tab.width().min(right.saturating_sub(x));
                let placed = Placed { index, x, width };
                x += width;
                placed
            })
            .collect()
    }

    /// Grows from the active tab to both sides while there is room.
    fn window(&self, active: usize, room: usize) -> std::ops::Range<usize> {
        let width_of = |index: usize| self.tabs.get(index).map(Tab::width);
        let (mut start, mut end) = (active, active + 1);
        let mut used = width_of(active).unwrap_or_default();
        loop {
            let right = width_of(end).filter(|width| used + width <= room);
            let left = start.checked_sub(1).and_then(width_of).filter(|width| used + width <= room);
            match (left, right) {
                (_, Some(width)) if left.is_none() || end - active <= active - start => {
                    (end, used) = (end + 1, used + width);
                }
                (Some(width), _) => (start, used) = (start - 1, used + width),
                _ => return start..end,
            }
        }
    }
}

impl Widget for TabBar<'_> {
    fn render(self, area: Rect, buffer: &mut Buffer) {
        let row = Rect { height: area.height.min(1), ..area }.intersection(buffer.area);
        let cell = |x: usize, width: usize| {
            let [x, width] = [x, width].map(|n| u16::try_from(n).unwrap_or(u16::MAX));
            Rect { x: row.x.saturating_add(x), width, ..row }.intersection(row)
        };
        let width = usize::from(row.width);
        let placed = self.layout(width);
        for at in &placed {
            let Some(tab) = self.tabs.get(at.index) else { continue };
            let style = if at.index == self.active { self.style.active } else { self.style.tab };
            let area = cell(at.x, at.width);
            buffer.set_style(area, style);
            let badge = tab.badge_text();
            let room = at.width.saturating_sub(2 + glyphs::width(&badge));
            let label = glyphs::shorten(tab.label, room);
            let inner = cell(at.x + 1, at.width.saturating_sub(2));
            glyphs::put(buffer, inner, &label, style);
            let after = glyphs::width(&label);
            let badge_area = cell(at.x + 1 + after, inner.width.into()).intersection(inner);
            glyphs::put(buffer, badge_area, &badge, style.patch(self.style.badge));
        }
        if placed.first().is_some_and(|tab| tab.index > 0) {
            glyphs::put(buffer, cell(0, 1), "‹", self.style.more);
        }
        if placed.last().is_some_and(|tab| tab.index + 1 < self.tabs.len()) {
            glyphs::put(buffer, cell(width.saturating_sub(1), 1), "›", self.style.more);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::widgets::picture::{drawn, picture};

    fn tabs() -> Vec<Tab<'static>> {
        vec![
            Tab::new("Params").count(3),
            Tab::new("Headers").count(0),
            Tab::new("Body").dot(true),
            Tab::new("Auth"),
        ]
    }

    #[test]
    fn what_does_not_fit_goes_out_of_sight_on_the_far_side() {
        for (active, width, expected) in [
            (0, 40, " Params 3  Headers  Body •  Auth"),
            (0, 24, "  Params 3  Headers    ›"),
            (2, 22, "‹ Headers  Body •    ›"),
            (3, 20, "‹ Body •  Auth"),
            (1, 8, "‹ Hea… ›"),
            (1, 2, "‹›"),
        ] {
            let tabs = tabs();
            let view = TabBar::new(&tabs, active, TabBarStyle::default());
            assert_eq!(picture(&drawn(view, width, 1)), expected, "{active} in {width}");
        }
    }

    #[test]
    fn clicks_find_tabs_and_the_signs_the_next_one() {
        let tabs = tabs();
        let area = Rect::new(10, 5, 24, 1);
        let view = TabBar::new(&tabs, 0, TabBarStyle::default());
        for (x, y, index) in
            [(11, 5, Some(0)), (21, 5, Some(1)), (33, 5, Some(2)), (32, 5, None), (11, 6, None)]
        {
            assert_eq!(view.at(area, Position::new(x, y)), index, "{x},{y}");
        }
        assert_eq!(TabBar::new(&tabs, 3, TabBarStyle::default()).at(area, Position::new(10, 5)), Some(1));
    }

    proptest::proptest! {
        #[test]
        fn the_active_tab_is_always_there(active in 0..4_usize, width in 3..60_usize) {
            let tabs = tabs();
            let placed = TabBar::new(&tabs, active, TabBarStyle::default()).layout(width);
            let own = placed.iter().find(|tab| tab.index == active).unwrap();
            assert!(own.width > 0);
            assert!(placed.iter().all(|tab| tab.x + tab.width <= width));
        }
    }
}
