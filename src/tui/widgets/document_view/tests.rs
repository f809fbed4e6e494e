use proptest::prelude::*;
use ratatui::{buffer::Buffer, style::Color};

use super::*;
use crate::tui::widgets::picture::{drawn, picture};

fn document(texts: &[&str]) -> Vec<DocumentLine> {
    let line = |(number, text): (usize, &&str)| DocumentLine {
        number,
        spans: vec![((*text).to_owned(), Style::new())],
        cut: false,
    };
    texts.iter().enumerate().map(line).collect()
}

fn draw(state: &DocumentState, lines: &[DocumentLine], width: u16, height: u16) -> Buffer {
    let window = state.window(height);
    let lines = lines.get(window).unwrap_or_default();
    drawn(DocumentView::new(state, lines, DocumentStyle::default()).focused(true), width, height)
}

#[test]
fn long_lines_are_cut_or_wrapped() {
    let lines = document(&["{", "\t\"name\": \"日本語日本語\x1b\",", "}"]);
    let mut state = DocumentState::new(3);
    insta::assert_snapshot!(picture(&draw(&state, &lines, 20, 4)), @r#"
    1 {
    2     "name": "日本…
    3 }
    "#);
    state.pan(8);
    insta::assert_snapshot!(picture(&draw(&state, &lines, 20, 4)), @r#"
    1
    2 e": "日本語日本語…
    3
    "#);
    state.set_wrapped(true);
    insta::assert_snapshot!(picture(&draw(&state, &lines, 20, 4)), @r#"
    1 {
    2     "name": "日本
      語日本語␛",
    3 }
    "#);
}

#[test]
fn the_window_follows_the_cursor_through_any_length() {
    let mut state = DocumentState::new(5_000_000);
    assert_eq!(state.window(10), 0..10);
    state.go(Step::To(4_000_000));
    assert_eq!(state.window(10), 3_999_993..4_000_003);
    state.go(Step::Last);
    assert_eq!((state.cursor(), state.window(10)), (4_999_999, 4_999_990..5_000_000));
    state.set_len(100);
    assert_eq!((state.cursor(), state.window(10)), (99, 90..100));
}

#[test]
fn moves_are_those_of_a_pager() {
    let texts: Vec<String> = (0..40).map(|n| n.to_string()).collect();
    let lines = document(&texts.iter().map(String::as_str).collect::<Vec<_>>());
    let mut state = DocumentState::new(40);
    draw(&state, &lines, 10, 10);
    for (step, cursor, first) in [
        (Step::PageDown, 9, 2),
        (Step::HalfDown, 14, 7),
        (Step::Up, 13, 7),
        (Step::Last, 39, 30),
        (Step::PageUp, 30, 28),
        (Step::First, 0, 0),
    ] {
        state.go(step);
        draw(&state, &lines, 10, 10);
        assert_eq!((state.cursor(), state.viewport().first()), (cursor, first), "{step:?}");
    }
    state.scroll(5);
    draw(&state, &lines, 10, 10);
    assert_eq!((state.cursor(), state.viewport().first()), (0, 5), "the wheel leaves the cursor");
    state.scroll(500);
    draw(&state, &lines, 10, 10);
    assert_eq!(state.viewport().first(), 30);
}

#[test]
fn a_wrapped_line_higher_than_the_window_is_read_row_by_row() {
    let lines = document(&["abcdefghij", "end"]);
    let mut state = DocumentState::new(2);
    state.set_wrapped(true);
    let screen = |state: &DocumentState| picture(&draw(state, &lines, 4, 3)).replace('\n', "/");
    assert_eq!(screen(&state), "1 ab/  cd/  ef");
    state.go(Step::Down);
    assert_eq!(screen(&state), "  cd/  ef/  gh");
    state.go(Step::Down);
    assert_eq!((screen(&state).as_str(), state.cursor()), ("  ef/  gh/  ij", 0));
    state.go(Step::Up);
    assert_eq!(screen(&state), "  cd/  ef/  gh");
    state.go(Step::PageDown);
    state.go(Step::Down);
    assert_eq!((screen(&state).as_str(), state.cursor()), ("2 en/  d/", 1));
    state.go(Step::Up);
    assert_eq!(screen(&state), "1 ab/  cd/  ef");
}

#[test]
fn lines_are_selected_with_keys_and_mouse() {
    let lines = document(&["a", "b", "c", "d"]);
    let mut state = DocumentState::new(4);
    state.go(Step::Down);
    state.toggle_selection();
    state.go(Step::Down);
    assert_eq!(state.selection(), Some(1..3));
    state.go(Step::First);
    assert_eq!(state.selection(), Some(0..2));
    draw(&state, &lines, 8, 4);
    assert_eq!(state.click(Position::new(4, 3)), Some(3));
    assert_eq!(state.selection(), None);
    state.drag(Position::new(0, 1));
    assert_eq!(state.selection(), Some(1..4));
    assert_eq!(state.click(Position::new(4, 9)), None);
}

#[test]
fn styles_of_spans_lines_and_selection_are_laid_over_each_other() {
    let lines = vec![DocumentLine {
        number: 0,
        spans: vec![("ab".into(), Style::new().fg(Color::Green)), ("c".into(), Style::new().bg(Color::Red))],
        cut: true,
    }];
    let state = DocumentState::new(1);
    let style = DocumentStyle { cursor_line: Style::new().bg(Color::Blue), ..DocumentStyle::default() };
    let buffer = drawn(DocumentView::new(&state, &lines, style).focused(true), 8, 1);
    assert_eq!(picture(&buffer), "1 abc  …");
    assert_eq!((buffer[(2, 0)].fg, buffer[(2, 0)].bg), (Color::Green, Color::Blue));
    assert_eq!(buffer[(4, 0)].bg, Color::Red, "a match is seen on the line of the cursor");
    assert_eq!(buffer[(6, 0)].bg, Color::Blue);
    let buffer = drawn(DocumentView::new(&state, &lines, style).numbered(false), 8, 1);
    assert_eq!((picture(&buffer).as_str(), buffer[(2, 0)].bg), ("abc    …", Color::Red));
}

#[test]
fn lines_fetched_from_a_column_on_are_drawn_there() {
    let mut state = DocumentState::new(1);
    state.pan(100);
    let lines = document(&["from a hundred"]);
    let view = DocumentView::new(&state, &lines, DocumentStyle::default()).starts_at(100);
    assert_eq!(picture(&drawn(view, 20, 1)), "1 from a hundred");
}

#[test]
fn the_sign_that_a_line_goes_on_takes_the_place_of_a_wide_grapheme() {
    let state = DocumentState::new(1);
    for (width, expected) in [(6, "1 日 …"), (7, "1 日本…"), (8, "1 日本 …")] {
        assert_eq!(picture(&draw(&state, &document(&["日本語日本語"]), width, 1)), expected, "{width}");
    }
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        prop::sample::select(vec![
            Step::Up,
            Step::Down,
            Step::HalfUp,
            Step::HalfDown,
            Step::PageUp,
            Step::PageDown,
            Step::First,
            Step::Last
        ]),
        (0..50_usize).prop_map(Step::To)
    ]
}

proptest! {
    #[test]
    fn the_cursor_is_always_in_sight(
        texts in prop::collection::vec("[a日\t\u{301}\u{1b}]{0,30}", 0..20),
        steps in prop::collection::vec((any_step(), -5..5_isize, prop::bool::ANY), 0..20),
        width in 0..12_u16, height in 0..6_u16,
    ) {
        let lines = document(&texts.iter().map(String::as_str).collect::<Vec<_>>());
        let mut state = DocumentState::new(lines.len());
        for (step, wheel, wrapped) in steps {
            if wrapped != state.is_wrapped() {
                state.set_wrapped(wrapped);
            }
            state.scroll(wheel);
            draw(&state, &lines, width, height);
            state.drag(Position::new(0, height));
            state.pan(wheel);
            state.go(step);
            draw(&state, &lines, width, height);
            let visible = state.drawn.lines.borrow().contains(&state.cursor());
            let lets_go = state.is_wrapped() && !state.following;
            prop_assert!(visible || lets_go || lines.is_empty() || height == 0, "{:?}", state);
        }
    }
}
