use proptest::prelude::*;
use ratatui::style::{Color, Modifier, Style};
use unicode_segmentation::UnicodeSegmentation;

use super::*;
use crate::tui::widgets::{
    picture::{drawn, picture},
    typing::{self, key},
};

fn press(field: &mut TextField, keys: &str) {
    for word in keys.split_whitespace() {
        field.handle(key(word));
    }
}

/// The text with its cursor and selection.
fn marked(field: &TextField) -> String {
    let selection = field.selection().map(|range| ((0, range.start), (0, range.end)));
    typing::marked(std::slice::from_ref(&field.text), (0, field.cursor), selection)
}

#[test]
fn keys_edit_the_text() {
    for (text, keys, expected) in [
        ("", "a b space c", "ab c|"),
        ("abc", "left bs", "a|c"),
        ("abc", "home del", "|bc"),
        ("abc", "home X", "X|abc"),
        ("http://host/users/42", "ctrl+w", "http://host/users/|"),
        ("http://host/users/42", "ctrl+w alt+bs", "http://host/|"),
        ("a b  c", "ctrl+w ctrl+w", "a |"),
        ("one two", "home ctrl+right", "one| two"),
        ("one two", "home alt+f alt+f", "one two|"),
        ("one two", "ctrl+left alt+left", "|one two"),
        ("one two", "home ctrl+del", "| two"),
        ("one two", "left left ctrl+k", "one t|"),
        ("one two", "left left ctrl+u", "|wo"),
        ("one", "ctrl+a x", "x|"),
        ("one", "shift+left shift+left", "o[|ne]"),
        ("one two", "ctrl+shift+left", "one [|two]"),
        ("one", "shift+home left", "|one"),
        ("one", "home shift+right right", "o|ne"),
        ("one", "shift+left bs", "on|"),
        ("日本語", "left bs", "日|語"),
        ("a👩‍👩‍👧b", "left bs", "a|b"),
        ("e\u{301}x", "left bs", "|x"),
        ("🇩🇪🇫🇷", "bs", "🇩🇪|"),
        ("", "alt+x ctrl+x enter", "|"),
        ("", "ctrl+alt+@", "@|"),
    ] {
        let mut field = TextField::new(text);
        press(&mut field, keys);
        assert_eq!(marked(&field), expected, "{text:?} after {keys}");
    }
}

#[test]
fn undo_goes_by_words_and_comes_back() {
    let mut field = TextField::default();
    press(&mut field, "a b space c d");
    press(&mut field, "bs bs");
    for expected in ["ab cd|", "ab|", "|", "|"] {
        press(&mut field, "ctrl+z");
        assert_eq!(marked(&field), expected);
    }
    for expected in ["ab|", "ab cd|", "ab |", "ab |"] {
        press(&mut field, "ctrl+y");
        assert_eq!(marked(&field), expected);
    }
    assert_eq!(field.handle(key("ctrl+y")), Handled::Moved);
}

#[test]
fn what_a_key_did_is_said() {
    let mut field = TextField::new("a");
    for (word, handled) in [
        ("bs", Handled::Changed),
        ("bs", Handled::Moved),
        ("left", Handled::Moved),
        ("enter", Handled::Ignored),
        ("ctrl+s", Handled::Ignored),
        ("x", Handled::Changed),
    ] {
        assert_eq!(field.handle(key(word)), handled, "{word}");
    }
}

#[test]
fn a_paste_becomes_one_line() {
    for (policy, pasted, expected) in [
        (Paste::Spaces, "a\r\nb\n\nc", "<a b c|>"),
        (Paste::Joined, " https://host/a\n  /b \n", "<https://host/a/b|>"),
        (Paste::Spaces, "a\tb\x1b[31m\0", "<a b[31m|>"),
        (Paste::Spaces, "\n", "<|>"),
    ] {
        let mut field = TextField::new("<>").with_paste(policy);
        press(&mut field, "left");
        field.paste(pasted);
        assert_eq!(marked(&field), expected, "{pasted:?}");
        field.undo();
        assert_eq!(field.text(), "<>");
    }
}

#[test]
fn clipboard_and_completion() {
    let mut field = TextField::new("GET {{ba}} now");
    field.replace(6..8, "base_url");
    assert_eq!(marked(&field), "GET {{base_url|}} now");
    press(&mut field, "ctrl+shift+left");
    assert_eq!(field.copy().as_deref(), Some("base_url"));
    assert_eq!(field.cut().as_deref(), Some("base_url"));
    assert_eq!(marked(&field), "GET {{|}} now");
    assert_eq!(field.cut(), None);
    field.replace(90..100, "!");
    assert_eq!(marked(&field), "GET {{}} now!|");
}

#[test]
fn a_password_does_not_leave_the_field() {
    let mut field = TextField::new("hunter2 horse").masked();
    field.select_all();
    assert_eq!((field.copy(), field.cut()), (None, None));
    assert!(!format!("{field:?}").contains("hunter2"));
    assert_eq!(draw(&field, 16), "•••••••••••••");
    press(&mut field, "ctrl+left");
    assert_eq!(field.cursor(), 0, "words are not found out by moving");
}

fn draw(field: &TextField, width: u16) -> String {
    picture(&drawn(TextFieldView::new(field, TextFieldStyle::default()).focused(true), width, 1))
}

#[test]
fn the_cursor_stays_in_sight_and_the_text_moves_little() {
    let mut field = TextField::new("0123456789");
    for (keys, expected) in [
        ("", "6789"),
        ("left left left left", "6789"),
        ("left", "56789"),
        ("home", "01234"),
        ("right right right right", "01234"),
        ("right", "12345"),
        ("end", "6789"),
        ("bs bs bs", "3456"),
    ] {
        press(&mut field, keys);
        assert_eq!(draw(&field, 5), expected, "{keys}");
    }
}

#[test]
fn a_click_finds_the_grapheme_and_a_drag_selects() {
    let mut field = TextField::new("a日b👩‍👩‍👧c");
    draw(&field, 20);
    for (x, expected) in
        [(0, "|a日b👩‍👩‍👧c"), (1, "a|日b👩‍👩‍👧c"), (2, "a|日b👩‍👩‍👧c"), (5, "a日b|👩‍👩‍👧c"), (19, "a日b👩‍👩‍👧c|")]
    {
        field.click(Position::new(x, 0));
        assert_eq!(marked(&field), expected, "column {x}");
    }
    field.click(Position::new(1, 0));
    field.drag(Position::new(30, 9));
    assert_eq!(marked(&field), "a[日b👩‍👩‍👧c|]");
    assert_eq!(field.click(Position::new(1, 1)), Handled::Ignored);
}

#[test]
fn styles_are_laid_over_each_other() {
    let mut field = TextField::new("x{{v}}");
    press(&mut field, "home shift+right shift+right");
    let segments = [(1..6, Style::new().fg(Color::Green))];
    let style = TextFieldStyle { selection: Style::new().bg(Color::Blue), ..TextFieldStyle::default() };
    let buffer = drawn(TextFieldView::new(&field, style).focused(true).segments(&segments), 8, 1);
    let cell = |x: u16| buffer[(x, 0)].style();
    assert_eq!((cell(0).fg, cell(0).bg), (Some(Color::Reset), Some(Color::Blue)));
    assert_eq!((cell(1).fg, cell(1).bg), (Some(Color::Green), Some(Color::Blue)));
    assert!(cell(2).add_modifier.contains(Modifier::REVERSED), "the cursor");
    assert_eq!((cell(3).fg, cell(3).bg), (Some(Color::Green), Some(Color::Reset)));
    assert_eq!(cell(6).fg, Some(Color::Reset));
}

#[test]
fn an_empty_field_shows_its_placeholder() {
    let field = TextField::default();
    let view = TextFieldView::new(&field, TextFieldStyle::default()).placeholder("name…");
    let buffer = drawn(view, 6, 1);
    assert_eq!(picture(&buffer), "name…");
    assert!(buffer[(0, 0)].modifier.contains(Modifier::DIM));
}

fn any_key() -> impl Strategy<Value = String> {
    let named = prop::sample::select(
        "left right home end bs del ctrl+w ctrl+u ctrl+k ctrl+z ctrl+y ctrl+a ctrl+left ctrl+right alt+d \
         shift+left shift+right shift+home shift+end ctrl+shift+left ctrl+shift+right enter"
            .split_whitespace()
            .map(str::to_owned)
            .collect::<Vec<_>>(),
    );
    let odd = prop::sample::select(vec![
        "日", "👩", "\u{200d}", "👧", "\u{301}", "🇩", "e", "\u{fe0f}", "ﾞ", "ा", "क",
    ])
    .prop_map(str::to_owned);
    prop_oneof![
        named,
        odd,
        any::<char>().prop_filter_map("space", |c| { (!c.is_whitespace()).then(|| c.to_string()) })
    ]
}

proptest! {
    #[test]
    fn any_keys_keep_the_cursor_between_graphemes(
        text in "\\PC{0,12}", keys in prop::collection::vec(any_key(), 0..40), width in 0..9_u16, paste in ".{0,5}",
    ) {
        let mut field = TextField::new(text);
        let mut undone = 0;
        for (index, word) in keys.iter().enumerate() {
            field.handle(key(word));
            if index % 7 == 3 {
                field.paste(&paste);
                undone += 1;
            }
            let boundary = |at: usize| {
                at == field.text.len() || field.text.grapheme_indices(true).any(|(start, _)| start == at)
            };
            prop_assert!(boundary(field.cursor), "cursor {} in {:?}", field.cursor, field.text);
            prop_assert!(field.selection().is_none_or(|range| boundary(range.start) && boundary(range.end)));
            draw(&field, width);
            if let Some(position) = field.cursor_position() {
                prop_assert!(position.x < width);
            } else {
                prop_assert!(width < 2);
            }
        }
        field.click(Position::new(width / 2, 0));
        for _ in 0..keys.len() + undone {
            field.undo();
        }
    }
}
