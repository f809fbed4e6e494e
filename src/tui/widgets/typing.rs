//! For tests: keys written as words, and what they left in a text written with marks.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// A key as in the configuration (`ctrl+w`, `shift+left`), also by its short name; anything else is a character.
pub(in crate::tui) fn key(word: &str) -> KeyEvent {
    let mut modifiers = KeyModifiers::NONE;
    let mut rest = word;
    while let Some((modifier, after)) = rest.split_once('+').filter(|(_, after)| !after.is_empty()) {
        modifiers |= match modifier {
            "ctrl" => KeyModifiers::CONTROL,
            "alt" => KeyModifiers::ALT,
            _ => KeyModifiers::SHIFT,
        };
        rest = after;
    }
    let code = match rest {
        "left" => KeyCode::Left,
        "right" => KeyCode::Right,
        "up" => KeyCode::Up,
        "down" => KeyCode::Down,
        "pgup" | "pageup" => KeyCode::PageUp,
        "pgdn" | "pagedown" => KeyCode::PageDown,
        "home" => KeyCode::Home,
        "end" => KeyCode::End,
        "bs" | "backspace" => KeyCode::Backspace,
        "del" | "delete" => KeyCode::Delete,
        "ins" | "insert" => KeyCode::Insert,
        "enter" => KeyCode::Enter,
        "tab" => KeyCode::Tab,
        "backtab" => KeyCode::BackTab,
        "esc" => KeyCode::Esc,
        "space" => KeyCode::Char(' '),
        other => {
            let function = other.strip_prefix('F').and_then(|number| number.parse().ok());
            function.map_or_else(|| KeyCode::Char(other.chars().next().unwrap()), KeyCode::F)
        }
    };
    KeyEvent::new(code, modifiers)
}

/// A place in lines: the line, and the byte in it.
pub(super) type Place = (usize, usize);

/// The lines with `|` at the cursor and `[`, `]` around the selection.
pub(super) fn marked(lines: &[String], cursor: Place, selection: Option<(Place, Place)>) -> String {
    let mut marks = vec![(cursor, '|')];
    if let Some((start, end)) = selection {
        marks.extend([(start, '['), (end, ']')]);
    }
    marks.sort_by_key(|(place, mark)| (*place, "[|]".find(*mark)));
    let mut lines = lines.to_vec();
    for ((line, byte), mark) in marks.into_iter().rev() {
        lines[line].insert(byte, mark);
    }
    lines.join("\n")
}
