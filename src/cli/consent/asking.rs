//! Asks for a secret on the terminal, without showing what is typed.
//!
//! The terminal is spoken to itself: stdin may be the body, stdout the way to another program.

use std::{
    fs::{File, OpenOptions},
    io::{self, Write},
};

use crossterm::{
    event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers},
    terminal::{disable_raw_mode, enable_raw_mode},
};

use crate::{cli::output::visible, model::Secret, secret::Question};

#[cfg(unix)]
const TERMINAL: &str = "/dev/tty";
#[cfg(windows)]
const TERMINAL: &str = "CONOUT$";

/// Whether there is a terminal to ask on.
pub(super) fn can_ask() -> bool {
    open().is_ok()
}

fn open() -> io::Result<File> {
    OpenOptions::new().read(true).write(true).open(TERMINAL)
}

/// The answer to a question; `None` when the user would rather not.
pub(super) fn ask(question: &Question) -> io::Result<Option<Secret>> {
    let mut terminal = open()?;
    let text = if question.text.is_empty() { &question.name } else { &question.text };
    // Before the question: whoever answers at once is not shown either.
    let _raw = Raw::begin()?;
    write!(terminal, "{} ({}, not shown): ", visible(text), visible(&question.name))?;
    terminal.flush()?;
    let answer = read();
    write!(terminal, "\r\n")?;
    answer
}

/// The terminal without echo, for as long as this lives.
struct Raw;

impl Raw {
    fn begin() -> io::Result<Self> {
        enable_raw_mode().map(|()| Self)
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        // There is no other way to leave it, and nobody to tell.
        let _ = disable_raw_mode();
    }
}

fn read() -> io::Result<Option<Secret>> {
    let mut text = String::new();
    loop {
        match event::read()? {
            Event::Key(key) if key.kind != KeyEventKind::Release => match typed(&mut text, key) {
                Typed::More => {}
                Typed::Done => return Ok(Some(Secret::new(text))),
                Typed::Never => return Ok(None),
            },
            Event::Paste(pasted) => text.push_str(pasted.trim_end_matches(['\r', '\n'])),
            _ => {}
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Typed {
    More,
    Done,
    Never,
}

fn typed(text: &mut String, key: KeyEvent) -> Typed {
    let is_control = key.modifiers.contains(KeyModifiers::CONTROL);
    match key.code {
        KeyCode::Char('c' | 'd') if is_control => return Typed::Never,
        KeyCode::Char('u') if is_control => text.clear(),
        // Enter is one or the other, by the terminal.
        KeyCode::Char('j' | 'm') if is_control => return done(text),
        KeyCode::Char(letter) if !is_control => text.push(letter),
        KeyCode::Backspace => drop(text.pop()),
        KeyCode::Enter => return done(text),
        KeyCode::Esc => return Typed::Never,
        _ => {}
    }
    Typed::More
}

/// An empty answer is none.
fn done(text: &str) -> Typed {
    if text.is_empty() { Typed::Never } else { Typed::Done }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_make_an_answer() {
        let key = |code, modifiers| KeyEvent::new(code, modifiers);
        let plain = |code| key(code, KeyModifiers::NONE);
        let control = |letter| key(KeyCode::Char(letter), KeyModifiers::CONTROL);
        let mut text = String::new();
        assert_eq!(typed(&mut text, plain(KeyCode::Enter)), Typed::Never);
        for letter in "wrong".chars() {
            assert_eq!(typed(&mut text, plain(KeyCode::Char(letter))), Typed::More);
        }
        typed(&mut text, control('u'));
        for letter in "hunters".chars() {
            typed(&mut text, plain(KeyCode::Char(letter)));
        }
        typed(&mut text, plain(KeyCode::Backspace));
        typed(&mut text, key(KeyCode::Char('2'), KeyModifiers::SHIFT));
        assert_eq!(text, "hunter2");
        assert_eq!(typed(&mut text, plain(KeyCode::Enter)), Typed::Done);
        assert_eq!(typed(&mut text, control('c')), Typed::Never);
    }
}
