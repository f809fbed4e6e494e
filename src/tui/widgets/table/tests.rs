use proptest::prelude::*;
use ratatui::{
    buffer::Buffer,
    crossterm::event::KeyEvent,
    style::{Color, Style},
};

use super::*;
use crate::tui::widgets::{
    picture::{drawn, picture},
    typing::key,
};

struct Fixture {
    table: Table,
    rows: Rows,
    inherited: Vec<Inherited>,
}

impl Fixture {
    fn new(text: &str) -> Self {
        let mut fixture = Self { table: Table::default(), rows: bulk::parse(text), inherited: Vec::new() };
        fixture.table.sync(0, fixture.rows.len());
        fixture
    }

    /// Words are keys; `"…` is typed.
    fn press(&mut self, keys: &str) -> Handled {
        let mut handled = Handled::Ignored;
        for word in keys.split_whitespace() {
            for key in keys_of(word) {
                handled = self.table.handle(key, &self.inherited, &mut self.rows);
            }
        }
        handled
    }

    fn text(&self) -> String {
        bulk::format(&self.rows).trim_end().replace('\n', " | ")
    }

    fn draw(&self, width: u16, height: u16) -> Buffer {
        let view = TableView::new(&self.table, &self.rows, TableStyle::default());
        drawn(view.inherited(&self.inherited).focused(true), width, height)
    }
}

fn keys_of(word: &str) -> Vec<KeyEvent> {
    match word {
        "undo" => vec![key("ctrl+z")],
        "redo" => vec![key("ctrl+y")],
        _ => match word.strip_prefix('"') {
            Some(typed) => typed.chars().map(|letter| key(letter.encode_utf8(&mut [0; 4]))).collect(),
            None => vec![key(word)],
        },
    }
}

const TWO: &str = "a: 1\nb: 2";

#[test]
fn keys_edit_rows() {
    for (rows, keys, expected) in [
        (TWO, "enter", "a: 1 | b: 2"),
        (TWO, "enter \"x enter", "ax: 1 | b: 2"),
        (TWO, "\"x enter", "x: 1 | b: 2"),
        (TWO, "\"x esc", "a: 1 | b: 2"),
        (TWO, "\"x undo esc", "a: 1 | b: 2"),
        (TWO, "\"x tab \"7 enter", "x: 17 | b: 2"),
        (TWO, "\"x tab tab \"y enter", "x: 1 | by: 2"),
        (TWO, "right down \"9 up", "a: 1 | b: 9"),
        (TWO, "down backtab", "a: 1 | b: 2"),
        (TWO, "down enter backtab \"0 enter", "a: 10 | b: 2"),
        (TWO, "end \"c enter \"3 enter", "a: 1 | b: 2 | c: 3"),
        (TWO, "end \"c enter \"3 enter \"d enter \"4 enter", "a: 1 | b: 2 | c: 3 | d: 4"),
        (TWO, "end enter enter", "a: 1 | b: 2"),
        (TWO, "ins \"c tab \"3 enter", "a: 1 | c: 3 | b: 2"),
        (TWO, "del", "b: 2"),
        (TWO, "del del del", ""),
        (TWO, "del del undo undo", "a: 1 | b: 2"),
        (TWO, "del undo redo", "b: 2"),
        (TWO, "space down space", "# a: 1 | # b: 2"),
        (TWO, "space space", "a: 1 | b: 2"),
        (TWO, "alt+down", "b: 2 | a: 1"),
        (TWO, "alt+down del", "b: 2"),
        (TWO, "alt+up down alt+down", "a: 1 | b: 2"),
        ("x: 1\nx: 1", "down right \"2 enter", "x: 1 | x: 2"),
        ("", "\"n enter \"v enter undo undo", ""),
    ] {
        let mut fixture = Fixture::new(rows);
        fixture.press(keys);
        assert_eq!(fixture.text(), expected, "{rows:?} after {keys}");
    }
}

#[test]
fn a_change_is_said_once_it_is_made() {
    let mut fixture = Fixture::new(TWO);
    for (keys, handled) in [
        ("\"x", Handled::Moved),
        ("enter", Handled::Changed),
        ("down", Handled::Moved),
        ("space", Handled::Changed),
        ("esc", Handled::Ignored),
        ("tab", Handled::Ignored),
        ("enter", Handled::Moved),
        ("esc", Handled::Moved),
    ] {
        assert_eq!(fixture.press(keys), handled, "{keys}");
    }
    assert_eq!(fixture.table.handle(keys_of("space")[0], &[], &mut fixture.rows), Handled::Changed);
}

#[test]
fn undo_does_not_take_back_what_others_did() {
    let mut fixture = Fixture::new(TWO);
    fixture.press("del");
    fixture.rows.push(Row::new("reloaded", "1"));
    fixture.press("undo");
    assert_eq!(fixture.text(), "b: 2 | reloaded: 1");
}

#[test]
fn an_inherited_row_is_overridden_and_not_changed() {
    let mut fixture = Fixture::new("a: 1");
    fixture.inherited = vec![Inherited { row: Row::new("accept", "text/html"), origin: "shop".to_owned() }];
    fixture.table.sync(1, 1);
    assert_eq!(fixture.table.target(1), Target::Row(0), "the cursor stays on its row");
    fixture.press("up");
    assert_eq!(fixture.table.target(1), Target::Inherited(0));
    assert_eq!(fixture.press("space"), Handled::Moved);
    assert_eq!(fixture.press("del"), Handled::Moved);
    assert_eq!(fixture.press("enter"), Handled::Changed);
    fixture.press("\"! enter");
    assert_eq!(fixture.text(), "a: 1 | accept: text/html!");
    assert_eq!(fixture.inherited[0].row.value, "text/html");
}

#[test]
fn rows_are_pasted_as_rows_and_text_as_text() {
    for (at, pasted, expected) in [
        ("", "c: 3\nd: 4", "a: 1 | c: 3 | d: 4 | b: 2"),
        ("end", "c: 3", "a: 1 | b: 2 | c: 3"),
        ("right", "2\n3", "a: 12 3 | b: 2"),
        ("enter", "x: y\nz: w", "ax: y z: w: 1 | b: 2"),
    ] {
        let mut fixture = Fixture::new(TWO);
        fixture.press(at);
        fixture.table.paste(pasted, &[], &mut fixture.rows);
        fixture.table.commit(&mut fixture.rows);
        assert_eq!(fixture.text(), expected, "{pasted:?}");
    }
}

#[test]
fn rows_are_drawn_in_columns() {
    let mut fixture = Fixture::new("page: 2\n# per_page: {{size}}\nq: 日本語日本語日本語");
    fixture.inherited =
        vec![Inherited { row: Row::new("accept", "text/html"), origin: "from shop".to_owned() }];
    fixture.rows[0].doc = "which\x1b page".to_owned();
    fixture.table.sync(1, 3);
    insta::assert_snapshot!(picture(&fixture.draw(50, 6)), @r"
    [x] accept     text/html               from shop
    [x] page       2                       which␛ page
    [ ] per_page   {{size}}
    [x] q          日本語日本語日本語
        name       value
    ");
    insta::assert_snapshot!(picture(&fixture.draw(30, 4)), @r"
    [x] accept     text/html     ┃
    [x] page       2             ┃
    [ ] per_page   {{size}}      ┃
    [x] q          日本語日本語… │
    ");
}

#[test]
fn values_take_their_colours_and_the_open_cell_too() {
    let mut fixture = Fixture::new("a: x{{v}}");
    let colour = |text: &str| {
        text.find("{{").map(|at| (at..text.len(), Style::new().fg(Color::Green))).into_iter().collect()
    };
    for keys in ["", "right enter"] {
        fixture.press(keys);
        let view = TableView::new(&fixture.table, &fixture.rows, TableStyle::default());
        let buffer = drawn(view.focused(true).colour(&colour), 30, 3);
        let value = fixture.table.columns.get().value.0;
        assert_eq!(buffer[(value, 0)].fg, Color::Reset, "{keys}");
        assert_eq!(buffer[(value + 1, 0)].fg, Color::Green, "{keys}");
    }
}

#[test]
fn masked_values_are_not_drawn() {
    let fixture = Fixture::new("token: hunter2");
    let view = TableView::new(&fixture.table, &fixture.rows, TableStyle::default());
    let buffer = drawn(view.masked(&|row| row.name == "token"), 30, 2);
    assert!(!picture(&buffer).contains("hunter"));
    assert!(picture(&buffer).contains(crate::model::MASK));
}

#[test]
fn the_mouse_switches_selects_and_opens() {
    let mut fixture = Fixture::new(TWO);
    fixture.draw(40, 5);
    let value = fixture.table.columns.get().value.0;
    let click = |fixture: &mut Fixture, x, y| {
        let Fixture { table, rows, inherited } = fixture;
        let handled = table.click(Position::new(x, y), inherited, rows);
        fixture.draw(40, 5);
        handled
    };
    assert_eq!(click(&mut fixture, 1, 1), Handled::Changed);
    assert_eq!(fixture.text(), "a: 1 | # b: 2");
    assert_eq!(click(&mut fixture, value, 0), Handled::Moved);
    assert_eq!((fixture.table.target(2), fixture.table.column()), (Target::Row(0), Column::Value));
    assert!(fixture.table.editing().is_none());
    click(&mut fixture, value, 0);
    assert!(fixture.table.editing().is_some());
    fixture.press("\"5");
    assert_eq!(click(&mut fixture, value, 0), Handled::Moved, "inside the open cell");
    fixture.press("\"7");
    assert_eq!(click(&mut fixture, value, 1), Handled::Changed, "elsewhere: committed");
    assert_eq!(fixture.text(), "a: 715 | # b: 2");
    assert_eq!(click(&mut fixture, 1, 4), Handled::Ignored);
}

proptest! {
    #[test]
    fn no_keys_break_a_table(
        words in prop::collection::vec(prop::sample::select(vec![
            "up", "down", "left", "right", "home", "end", "enter", "tab", "backtab", "esc", "del", "ins", "space",
            "alt+up", "alt+down", "undo", "redo", "\"x", "\"日", "\"👩", "\"\u{301}",
        ]), 0..60),
        inherited in 0..3_usize, width in 0..60_u16, height in 0..7_u16,
    ) {
        let mut fixture = Fixture::new("a: 1\n# b: {{x}}\nc: 日本");
        fixture.inherited = (0..inherited)
            .map(|n| Inherited { row: Row::new(format!("h{n}"), "v"), origin: "above".to_owned() })
            .collect();
        for word in words {
            fixture.press(word);
            fixture.draw(width, height);
            fixture.table.click(Position::new(width / 2, height / 2), &fixture.inherited, &mut fixture.rows);
        }
    }
}
