use proptest::prelude::*;
use ratatui::{
    buffer::Buffer,
    style::{Color, Modifier, Style},
};
use unicode_segmentation::UnicodeSegmentation;

use super::*;
use crate::tui::widgets::{
    picture::{drawn, picture},
    typing::{self, key},
};

fn press(area: &mut TextArea, keys: &str) -> Handled {
    keys.split_whitespace().map(|word| area.handle(key(word))).last().unwrap_or(Handled::Ignored)
}

/// The text with its cursor and selection.
fn marked(area: &TextArea) -> String {
    let place = |place: Place| (place.row, place.byte);
    let selection = area.selection().map(|(start, end)| (place(start), place(end)));
    typing::marked(area.lines(), place(area.place()), selection)
}

#[test]
fn keys_edit_the_text() {
    for (text, keys, expected) in [
        ("", "a enter b", "a\nb|"),
        ("  a", "end enter b", "  a\n  b|"),
        ("  a", "enter", "\n|  a"),
        ("ab\ncd", "down bs", "ab|cd"),
        ("ab\ncd", "end del", "ab|cd"),
        ("ab\ncd", "end right", "ab\n|cd"),
        ("ab\ncd", "down left", "ab|\ncd"),
        ("abc\n\nxyz", "end down down", "abc\n\nxyz|"),
        ("abc\nx", "end down down up", "abc|\nx"),
        ("abc", "down", "abc|"),
        ("abc", "end up", "|abc"),
        ("日本\nabcd", "right down", "日本\nab|cd"),
        ("  if", "end home", "  |if"),
        ("  if", "end home home", "|  if"),
        ("a b\nc", "ctrl+end ctrl+w", "a b\n|"),
        ("a b\nc", "ctrl+end ctrl+w ctrl+w", "a b|"),
        ("a b\nc", "ctrl+k", "|\nc"),
        ("a b\nc", "ctrl+k ctrl+k", "|c"),
        ("a b\nc", "end ctrl+u", "|\nc"),
        ("ab", "tab", "  |ab"),
        ("ab", "right tab", "a |b"),
        ("ab\ncd", "right shift+down", "a[b\nc|]d"),
        ("ab\ncd", "right shift+down x", "ax|d"),
        ("ab\ncd", "right shift+down right", "ab\nc|d"),
        ("ab\ncd", "ctrl+a bs", "|"),
        ("a👩‍👩‍👧b", "end left bs", "a|b"),
        ("a👩‍👩‍👧b", "right right", "a👩‍👩‍👧|b"),
        ("e\u{301}", "del", "|"),
        ("\u{301}x", "right", "\u{301}|x"),
    ] {
        let mut area = TextArea::new(text);
        press(&mut area, keys);
        assert_eq!(marked(&area), expected, "{text:?} after {keys}");
    }
}

#[test]
fn a_paste_is_one_step_also_over_a_selection() {
    let mut area = TextArea::new("one\ntwo");
    press(&mut area, "shift+down");
    assert_eq!(area.paste("{\r\n  \"a\": 1\x1b\r}"), Ok(Handled::Changed));
    assert_eq!(marked(&area), "{\n  \"a\": 1\n}|two");
    assert_eq!(area.undo(), Handled::Changed);
    assert_eq!(area.text(), "one\ntwo");
    assert_eq!(area.redo(), Handled::Changed);
    assert_eq!(area.text(), "{\n  \"a\": 1\n}two");
}

#[test]
fn undo_goes_by_words_and_comes_back() {
    let mut area = TextArea::default();
    press(&mut area, "a b space c d enter e bs bs bs");
    for expected in ["ab cd\ne|", "ab cd\n|", "ab cd|", "ab|", "|", "|"] {
        area.undo();
        assert_eq!(marked(&area), expected);
    }
    for expected in ["ab|", "ab cd|", "ab cd\n|", "ab cd\ne|", "ab c|", "ab c|"] {
        area.redo();
        assert_eq!(marked(&area), expected);
    }
}

#[test]
fn line_breaks_stay_what_they_were() {
    for text in ["a\r\nb\r\n", "a\nb\n", "", "\n", "a\rb", "a\n\r\n"] {
        assert_eq!(TextArea::new(text).text(), text);
    }
    let mut area = TextArea::new("a\r\nb");
    press(&mut area, "end enter x ctrl+a");
    assert_eq!(area.copy().as_deref(), Some("a\r\nx\r\nb"));
    assert_eq!(area.cut().as_deref(), Some("a\r\nx\r\nb"));
    assert!(area.is_empty());
}

#[test]
fn what_is_too_large_is_kept_and_not_edited() {
    for (text, limit) in [
        ("x\n".repeat(600_000), Limit::Bytes),
        ("\n".repeat(60_000), Limit::Lines),
        ("日".repeat(60_001), Limit::Line),
    ] {
        let mut area = TextArea::new(&text);
        assert_eq!(area.limit(), Some(limit));
        assert_eq!(press(&mut area, "x"), Handled::Ignored);
        assert_eq!(area.paste("x"), Ok(Handled::Ignored));
        assert_eq!(area.text(), text);

        let mut area = TextArea::new("kept");
        assert_eq!(area.paste(&text), Err(limit));
        assert_eq!(area.replace_all(&text), Err(limit));
        assert_eq!(marked(&area), "|kept");
    }
    let view =
        drawn(TextAreaView::new(&TextArea::new(&"ab\n".repeat(400_000)), TextAreaStyle::default()), 40, 3);
    assert_eq!(picture(&view), "more than 1 MiB is not edited here\n\nab");
}

#[test]
fn a_search_marks_counts_and_goes_around() {
    let mut area = TextArea::new("Name: a.b\nname: axb");
    for (text, is_regex, count) in
        [("a.b", false, 1), ("a.b", true, 2), ("name", false, 2), ("Name", false, 1)]
    {
        assert_eq!(area.search(text, is_regex).unwrap(), count, "{text}");
    }
    assert!(area.search("(", true).is_err());
    area.search("name", false).unwrap();
    for (forward, expected) in [(true, (1, 0)), (true, (0, 0)), (false, (1, 0)), (false, (0, 0))] {
        assert!(area.find(forward));
        assert_eq!(area.cursor(), expected);
    }
    area.search("", false).unwrap();
    assert!(!area.find(true));
}

fn draw(area: &TextArea, width: u16, height: u16) -> Buffer {
    drawn(TextAreaView::new(area, TextAreaStyle::default()).focused(true), width, height)
}

#[test]
fn lines_have_numbers_and_the_window_follows_the_cursor() {
    let mut area = TextArea::new("{\n\t\"name\": \"日本\x1b\",\n  \"a\": 1\n}");
    insta::assert_snapshot!(picture(&draw(&area, 22, 5)), @r#"
    1 {
    2     "name": "日本␛",
    3   "a": 1
    4 }
    "#);
    press(&mut area, "down end");
    insta::assert_snapshot!(picture(&draw(&area, 12, 3)), @r#"
    1          ┃
    2 "日本␛", ┃
    3          │
    "#);
    press(&mut area, "ctrl+end");
    insta::assert_snapshot!(picture(&draw(&area, 12, 3)), @r#"
    2     "name│
    3   "a": 1 ┃
    4 }        ┃
    "#);
}

#[test]
fn colours_marks_and_the_cursor_are_laid_over_each_other() {
    let mut area = TextArea::new("abcdef\nxy");
    area.search("cd", false).unwrap();
    area.set_error(Some((0, 5)));
    press(&mut area, "right shift+right");
    let style = TextAreaStyle {
        selection: Style::new().bg(Color::Blue),
        search: Style::new().bg(Color::Yellow),
        error: Style::new().bg(Color::Red),
        ..TextAreaStyle::default()
    };
    let colour = |lines: std::ops::Range<usize>| {
        assert_eq!(lines, 0..2);
        vec![vec![(0..3, Style::new().fg(Color::Green))], vec![]]
    };
    let buffer = drawn(TextAreaView::new(&area, style).focused(true).colour(&colour), 12, 2);
    let cell = |x: u16, y: u16| (buffer[(x + 2, y)].fg, buffer[(x + 2, y)].bg);
    assert_eq!(cell(0, 0), (Color::Green, Color::Reset));
    assert_eq!(cell(1, 0), (Color::Green, Color::Blue));
    assert_eq!(cell(2, 0), (Color::Green, Color::Yellow));
    assert!(buffer[(4, 0)].modifier.contains(Modifier::REVERSED), "the cursor");
    assert_eq!(cell(3, 0), (Color::Reset, Color::Yellow));
    assert_eq!(cell(5, 0), (Color::Reset, Color::Red));
    assert_eq!(buffer[(0, 0)].bg, Color::Red, "the line's number");
    assert_eq!(cell(0, 1), (Color::Reset, Color::Reset));
}

#[test]
fn the_mouse_puts_the_cursor_selects_and_scrolls() {
    let mut area = TextArea::new(&"日本語\n".repeat(30));
    draw(&area, 20, 5);
    area.click(Position::new(6, 2));
    assert_eq!(area.cursor(), (2, 1));
    area.drag(Position::new(3, 4));
    assert_eq!(area.copy().as_deref(), Some("本語\n日本語\n"));
    area.scroll(7);
    draw(&area, 20, 5);
    assert_eq!(area.cursor(), (4, 0));
    area.click(Position::new(17, 0));
    assert_eq!(area.cursor(), (7, 3));
    draw(&area, 20, 5);
    area.drag(Position::new(3, 40));
    assert!(area.cursor().0 > 7);
    assert_eq!(area.click(Position::new(40, 0)), Handled::Ignored);
}

#[test]
fn an_empty_editor_shows_its_placeholder() {
    let area = TextArea::default();
    let view = TextAreaView::new(&area, TextAreaStyle::default()).placeholder("no body");
    assert_eq!(picture(&drawn(view, 12, 1)), "1 no body");
}

proptest! {
    #[test]
    fn any_keys_keep_the_cursor_between_graphemes(
        text in "([a日 👩\u{200d}\u{301}\t\u{1b}]|\n){0,14}",
        words in prop::collection::vec(prop::sample::select(
            "left right up down pgup pgdn home end bs del enter tab ctrl+w ctrl+u ctrl+k ctrl+z ctrl+y ctrl+a \
             ctrl+left ctrl+right shift+left shift+right shift+up shift+down shift+home shift+end ctrl+home ctrl+end \
             ctrl+shift+left ctrl+del x 日 👩 \u{200d} \u{301} 🇩"
                .split_whitespace().collect::<Vec<_>>()), 0..50),
        width in 0..14_u16, height in 0..4_u16,
    ) {
        let mut area = TextArea::new(&text);
        for word in &words {
            area.handle(key(word));
            let (line, byte) = area.current_line();
            let mut starts = line.grapheme_indices(true).map(|(start, _)| start).chain([line.len()]);
            prop_assert!(starts.any(|start| start == byte), "byte {} in {:?} after {}", byte, line, word);
            draw(&area, width, height);
            area.scroll(1);
            area.drag(Position::new(width / 2, height));
        }
        area.click(Position::new(width / 2, height / 2));
        for _ in 0..2 {
            while area.undo().is_changed() {}
            prop_assert_eq!(area.text(), text.as_str());
            while area.redo().is_changed() {}
        }
    }
}
