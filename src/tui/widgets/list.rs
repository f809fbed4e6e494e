//! A list of any length, of which only the rows on screen are drawn: trees, history, the palette, finders.
//!
//! It holds a count and a selection, not the items: the caller draws a row for an index. A tree is a list whose
//! rows begin with [`guides`]; its caller flattens what is unfolded.

use ratatui::{
    buffer::Buffer,
    crossterm::event::{KeyEvent, KeyEventKind},
    layout::{Position, Rect},
    style::{Modifier, Style},
    widgets::Widget,
};

use super::{
    Handled,
    scrollbar::Scrollbar,
    viewport::{Step, Viewport, follow},
};

/// Rows kept in sight above and below the selection.
const MARGIN: usize = 2;

/// The state of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    len: usize,
    selected: usize,
    /// The window follows the selection; the wheel lets go of it until the selection moves again.
    following: bool,
    viewport: Viewport,
}

impl Default for List {
    fn default() -> Self {
        Self::new(0)
    }
}

impl List {
    pub fn new(len: usize) -> Self {
        Self { len, selected: 0, following: true, viewport: Viewport::default() }
    }

    pub fn len(&self) -> usize {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Another number of items; the selection stays where it is, if there still is such an item.
    pub fn set_len(&mut self, len: usize) {
        self.len = len;
        self.selected = self.selected.min(len.saturating_sub(1));
    }

    pub fn selected(&self) -> Option<usize> {
        (self.len > 0).then_some(self.selected)
    }

    pub fn select(&mut self, index: usize) {
        self.go(Step::To(index));
    }

    /// Moves the selection, and the window with it.
    pub fn go(&mut self, step: Step) {
        self.selected = step.apply(self.selected, self.len, self.viewport.page());
        self.following = true;
    }

    /// Moves the selection by one, from the last item to the first and back: for short lists to choose from.
    pub fn cycle(&mut self, step: Step) {
        match step {
            Step::Down if self.selected + 1 >= self.len => self.go(Step::First),
            Step::Up if self.selected == 0 => self.go(Step::Last),
            step => self.go(step),
        }
    }

    /// Takes the keys for moving; [`Handled::Ignored`] for all others.
    pub fn handle(&mut self, key: KeyEvent) -> Handled {
        match Step::from_key(key).filter(|_| key.kind != KeyEventKind::Release) {
            Some(step) => {
                self.go(step);
                Handled::Moved
            }
            None => Handled::Ignored,
        }
    }

    /// The wheel: moves the window by rows, and leaves the selection.
    pub fn scroll(&mut self, rows: isize) {
        let furthest = self.len.saturating_sub(self.viewport.page());
        self.viewport.set_first(self.first_row().saturating_add_signed(rows).min(furthest));
        self.following = false;
    }

    /// The scroll bar was pressed, or dragged along; false when the position is not on it.
    pub fn press_bar(&mut self, position: Position) -> bool {
        let Some(first) = self.viewport.pressed_bar(position, self.len) else { return false };
        self.viewport.set_first(first);
        self.following = false;
        true
    }

    /// The item under a position on the screen.
    pub fn at(&self, position: Position) -> Option<usize> {
        let (_, row) = self.viewport.inside(position)?;
        Some(self.viewport.first() + row).filter(|index| *index < self.len)
    }

    /// Selects what is under a position, and says what that is. The window stays: nothing moves away under the
    /// mouse.
    pub fn click(&mut self, position: Position) -> Option<usize> {
        let index = self.at(position)?;
        self.selected = index;
        self.following = false;
        Some(index)
    }

    /// Where the rows were drawn last, and the first of them.
    pub fn viewport(&self) -> &Viewport {
        &self.viewport
    }

    /// The row on the screen where the selected item was drawn last, for a menu that opens under it.
    pub fn selected_area(&self) -> Option<Rect> {
        let area = self.viewport.area();
        let row = u16::try_from(self.selected.checked_sub(self.viewport.first())?).ok()?;
        (row < area.height && !self.is_empty()).then(|| Rect { y: area.y + row, height: 1, ..area })
    }

    fn first_row(&self) -> usize {
        let height = usize::from(self.viewport.area().height);
        if self.following {
            follow(self.viewport.first(), self.selected, self.len, height, MARGIN)
        } else {
            self.viewport.first().min(self.len.saturating_sub(height))
        }
    }
}

/// The styles of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListStyle {
    /// Laid over the selected row.
    pub selected: Style,
    pub track: Style,
    pub thumb: Style,
}

impl Default for ListStyle {
    fn default() -> Self {
        Self {
            selected: Style::new().add_modifier(Modifier::REVERSED),
            track: Style::new().add_modifier(Modifier::DIM),
            thumb: Style::new(),
        }
    }
}

/// A list as it is drawn: `row` draws the item of an index into an area of one row.
#[derive(Debug)]
pub struct ListView<'a, F> {
    list: &'a List,
    style: ListStyle,
    row: F,
}

impl<'a, F: FnMut(usize, Rect, &mut Buffer)> ListView<'a, F> {
    pub fn new(list: &'a List, style: ListStyle, row: F) -> Self {
        Self { list, style, row }
    }
}

impl<F: FnMut(usize, Rect, &mut Buffer)> Widget for ListView<'_, F> {
    fn render(mut self, area: Rect, buffer: &mut Buffer) {
        let area = area.intersection(buffer.area);
        let list = self.list;
        let crowded = list.len > usize::from(area.height) && area.width > 1;
        let rows = Rect { width: area.width - u16::from(crowded), ..area };
        list.viewport.set_area(rows);
        list.viewport.set_first(list.first_row());

        let first = list.viewport.first();
        for (row, index) in rows.rows().zip(first..list.len) {
            (self.row)(index, row, buffer);
            if index == list.selected {
                buffer.set_style(row, self.style.selected);
            }
        }
        if crowded {
            let column = Rect { x: rows.right(), width: 1, ..area };
            let page = usize::from(area.height);
            Scrollbar { first, page, len: list.len, track: self.style.track, thumb: self.style.thumb }
                .render(column, buffer);
        }
    }
}

/// The lines that lead to a row of a tree: two cells for each level, and a sign of two cells for what can be
/// folded. `folded` is `None` for a leaf.
pub fn guides(depth: usize, folded: Option<bool>) -> String {
    let sign = match folded {
        Some(true) => "▸ ",
        Some(false) => "▾ ",
        None => "  ",
    };
    "│ ".repeat(depth) + sign
}

#[cfg(test)]
mod tests {
    use ratatui::crossterm::event::{KeyCode, KeyModifiers};

    use super::*;
    use crate::tui::widgets::glyphs;

    fn draw(list: &List, width: u16, height: u16) -> Buffer {
        let area = Rect::new(0, 0, width, height);
        let mut buffer = Buffer::empty(area);
        let style = ListStyle { selected: Style::new(), ..ListStyle::default() };
        let style = ListStyle { track: Style::new(), ..style };
        ListView::new(list, style, |index, row, buffer| {
            let sign = if list.selected() == Some(index) { ">" } else { " " };
            glyphs::put(buffer, row, &format!("{sign}{index}"), Style::new());
        })
        .render(area, &mut buffer);
        buffer
    }

    #[test]
    fn only_what_is_visible_is_drawn() {
        let mut list = List::new(1_000_000);
        list.select(500_000);
        let mut drawn = Vec::new();
        let area = Rect::new(0, 0, 9, 5);
        ListView::new(&list, ListStyle::default(), |index, _, _: &mut Buffer| drawn.push(index))
            .render(area, &mut Buffer::empty(area));
        assert_eq!(drawn, [499_998, 499_999, 500_000, 500_001, 500_002]);
    }

    #[test]
    fn the_window_follows_with_a_margin() {
        let mut list = List::new(20);
        assert_eq!(draw(&list, 5, 5), Buffer::with_lines([">0  ┃", " 1  │", " 2  │", " 3  │", " 4  │"]));
        list.go(Step::PageDown);
        assert_eq!(draw(&list, 5, 5), Buffer::with_lines([" 2  │", " 3  ┃", ">4  │", " 5  │", " 6  │"]));
        list.go(Step::Last);
        assert_eq!(draw(&list, 5, 5), Buffer::with_lines([" 15 │", " 16 │", " 17 │", " 18 │", ">19 ┃"]));
        list.go(Step::Up);
        list.go(Step::Up);
        list.go(Step::Up);
        assert_eq!(draw(&list, 5, 5), Buffer::with_lines([" 14 │", " 15 │", ">16 │", " 17 ┃", " 18 │"]));
    }

    #[test]
    fn the_wheel_lets_go_of_the_selection_until_it_moves() {
        let mut list = List::new(20);
        draw(&list, 5, 5);
        list.scroll(3);
        list.scroll(3);
        assert_eq!(list.selected(), Some(0));
        draw(&list, 5, 5);
        assert_eq!((list.viewport().first(), list.at(Position::new(1, 2))), (6, Some(8)));
        list.go(Step::Down);
        draw(&list, 5, 5);
        assert_eq!(list.viewport().first(), 0);
        list.scroll(isize::MAX);
        draw(&list, 5, 5);
        assert_eq!(list.viewport().first(), 15);
    }

    #[test]
    fn clicks_hit_rows_and_nothing_else() {
        let mut list = List::new(3);
        draw(&list, 6, 5);
        assert_eq!(list.click(Position::new(2, 1)), Some(1));
        assert_eq!(list.selected(), Some(1));
        assert_eq!(list.selected_area(), Some(Rect::new(0, 1, 6, 1)));
        assert_eq!((list.click(Position::new(2, 4)), list.click(Position::new(7, 1))), (None, None));
    }

    #[test]
    fn the_bar_scrolls_to_where_it_is_pressed() {
        let mut list = List::new(20);
        draw(&list, 5, 5);
        for (y, pressed, first) in [(4, true, 15), (2, true, 7), (0, true, 0), (5, false, 0)] {
            assert_eq!(list.press_bar(Position::new(4, y)), pressed);
            draw(&list, 5, 5);
            assert_eq!(list.viewport().first(), first);
        }
        assert!(!list.press_bar(Position::new(3, 0)), "beside it");
        list.set_len(2);
        assert!(!list.press_bar(Position::new(4, 0)), "no bar");
    }

    #[test]
    fn keys_move_and_cycling_wraps() {
        let mut list = List::new(3);
        let press = |list: &mut List, code| list.handle(KeyEvent::new(code, KeyModifiers::NONE));
        assert_eq!(press(&mut list, KeyCode::End), Handled::Moved);
        assert_eq!(press(&mut list, KeyCode::Char('j')), Handled::Ignored);
        list.cycle(Step::Down);
        assert_eq!(list.selected(), Some(0));
        list.cycle(Step::Up);
        assert_eq!(list.selected(), Some(2));
        list.set_len(2);
        assert_eq!(list.selected(), Some(1));
        list.set_len(0);
        list.cycle(Step::Up);
        assert_eq!(list.selected(), None);
    }

    #[test]
    fn guides_lead_to_a_row() {
        assert_eq!(guides(0, Some(false)), "▾ ");
        assert_eq!(guides(2, Some(true)), "│ │ ▸ ");
        assert_eq!(guides(1, None), "│   ");
    }

    proptest::proptest! {
        #[test]
        fn the_selection_is_always_in_sight(
            len in 0..60_usize, steps in proptest::collection::vec(0..90_usize, 0..20), height in 0..12_u16,
        ) {
            let mut list = List::new(len);
            for step in steps {
                list.select(step);
                draw(&list, 6, height);
                assert_eq!(list.selected_area().is_some(), len > 0 && height > 0);
            }
        }
    }
}
