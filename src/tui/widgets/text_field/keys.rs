//! Which key does what in a line of text: the habits of shells and of desktops, where they do not clash.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// Where the cursor goes, or up to where text is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::tui::widgets) enum Motion {
    Left,
    Right,
    WordLeft,
    WordRight,
    Start,
    End,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::tui::widgets) enum Command {
    Insert(char),
    Delete(Motion),
    /// `true`: the selection goes along.
    Move(Motion, bool),
    SelectAll,
    Undo,
    Redo,
}

pub(in crate::tui::widgets) fn command(key: KeyEvent) -> Option<Command> {
    let shift = key.modifiers.contains(KeyModifiers::SHIFT);
    let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
    let alt = key.modifiers.contains(KeyModifiers::ALT);
    let word = ctrl || alt;
    if key.modifiers.intersects(KeyModifiers::SUPER | KeyModifiers::HYPER | KeyModifiers::META) {
        return None;
    }
    Some(match key.code {
        KeyCode::Left if word => Command::Move(Motion::WordLeft, shift),
        KeyCode::Left => Command::Move(Motion::Left, shift),
        KeyCode::Right if word => Command::Move(Motion::WordRight, shift),
        KeyCode::Right => Command::Move(Motion::Right, shift),
        KeyCode::Home => Command::Move(Motion::Start, shift),
        KeyCode::End => Command::Move(Motion::End, shift),
        KeyCode::Backspace if word => Command::Delete(Motion::WordLeft),
        KeyCode::Backspace => Command::Delete(Motion::Left),
        KeyCode::Delete if word => Command::Delete(Motion::WordRight),
        KeyCode::Delete => Command::Delete(Motion::Right),
        // AltGr arrives as both together on some systems, and writes characters.
        KeyCode::Char(c) if ctrl == alt && !c.is_control() => Command::Insert(c),
        KeyCode::Char(c) if ctrl => return with_ctrl(c, shift),
        KeyCode::Char('b') => Command::Move(Motion::WordLeft, false),
        KeyCode::Char('f') => Command::Move(Motion::WordRight, false),
        KeyCode::Char('d') => Command::Delete(Motion::WordRight),
        _ => return None,
    })
}

fn with_ctrl(c: char, shift: bool) -> Option<Command> {
    Some(match c.to_ascii_lowercase() {
        'a' => Command::SelectAll,
        'w' => Command::Delete(Motion::WordLeft),
        'u' => Command::Delete(Motion::Start),
        'k' => Command::Delete(Motion::End),
        // What the backspace key sends on some terminals.
        'h' => Command::Delete(Motion::Left),
        'd' => Command::Delete(Motion::Right),
        'z' if shift => Command::Redo,
        'z' => Command::Undo,
        'y' => Command::Redo,
        _ => return None,
    })
}
