//! A key as it is written in default.toml and as a terminal reports it.

use std::{fmt, str::FromStr};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// One key with its modifiers, in one form whichever way the terminal said it: a capital letter has no shift, and
/// shift+tab is tab with shift.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    code: KeyCode,
    modifiers: KeyModifiers,
}

/// A name that is no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a key; write it as in `ctrl+s`, `alt+left`, `f5`, `enter` or a single character")]
pub struct KeyError(String);

const NAMED: [(&str, KeyCode); 16] = [
    ("enter", KeyCode::Enter),
    ("esc", KeyCode::Esc),
    ("tab", KeyCode::Tab),
    ("space", KeyCode::Char(' ')),
    ("backspace", KeyCode::Backspace),
    ("delete", KeyCode::Delete),
    ("insert", KeyCode::Insert),
    ("up", KeyCode::Up),
    ("down", KeyCode::Down),
    ("left", KeyCode::Left),
    ("right", KeyCode::Right),
    ("home", KeyCode::Home),
    ("end", KeyCode::End),
    ("pageup", KeyCode::PageUp),
    ("pagedown", KeyCode::PageDown),
    ("plus", KeyCode::Char('+')),
];

impl Key {
    fn new(code: KeyCode, modifiers: KeyModifiers) -> Self {
        let mut modifiers = modifiers & (KeyModifiers::CONTROL | KeyModifiers::ALT | KeyModifiers::SHIFT);
        let code = match code {
            KeyCode::BackTab => {
                modifiers |= KeyModifiers::SHIFT;
                KeyCode::Tab
            }
            // Terminals disagree whether shift is reported with a character that shift makes.
            KeyCode::Char(letter) if modifiers.contains(KeyModifiers::SHIFT) => {
                modifiers -= KeyModifiers::SHIFT;
                KeyCode::Char(letter.to_ascii_uppercase())
            }
            code => code,
        };
        let code = match code {
            KeyCode::Char(letter) if modifiers.contains(KeyModifiers::CONTROL) => {
                KeyCode::Char(controlled(letter))
            }
            code => code,
        };
        Self { code, modifiers }
    }

    /// Whether a focused text field takes it as text.
    pub fn is_printable(self) -> bool {
        matches!(self.code, KeyCode::Char(_))
            && !self.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT)
    }
}

/// The character of a control key: its case makes no difference, and the control characters without a letter,
/// 0x1C to 0x1F, which crossterm calls ctrl+4 to ctrl+7, are named as they are typed.
fn controlled(letter: char) -> char {
    match letter {
        '4' => '\\',
        '5' => ']',
        '6' => '^',
        '7' | '_' => '/',
        letter => letter.to_ascii_lowercase(),
    }
}

impl From<KeyEvent> for Key {
    fn from(event: KeyEvent) -> Self {
        Self::new(event.code, event.modifiers)
    }
}

impl FromStr for Key {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let error = || KeyError(text.to_owned());
        let mut modifiers = KeyModifiers::NONE;
        let mut rest = text;
        while let Some((modifier, after)) = rest.split_once('+').filter(|(_, after)| !after.is_empty()) {
            modifiers |= match modifier.to_ascii_lowercase().as_str() {
                "ctrl" => KeyModifiers::CONTROL,
                "alt" => KeyModifiers::ALT,
                "shift" => KeyModifiers::SHIFT,
                _ => return Err(error()),
            };
            rest = after;
        }
        let mut letters = rest.chars();
        let code = if let (Some(letter), None) = (letters.next(), letters.next()) {
            KeyCode::Char(letter)
        } else {
            let name = rest.to_ascii_lowercase();
            let named = NAMED.iter().find(|(known, _)| *known == name).map(|(_, code)| *code);
            let function =
                || name.strip_prefix('f')?.parse().ok().filter(|n| (1..=24).contains(n)).map(KeyCode::F);
            named.or_else(function).ok_or_else(error)?
        };
        Ok(Self::new(code, modifiers))
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let modifiers =
            [(KeyModifiers::CONTROL, "ctrl+"), (KeyModifiers::ALT, "alt+"), (KeyModifiers::SHIFT, "shift+")];
        for (modifier, name) in modifiers {
            if self.modifiers.contains(modifier) {
                f.write_str(name)?;
            }
        }
        match self.code {
            KeyCode::F(number) => write!(f, "F{number}"),
            KeyCode::Char(letter) if letter != ' ' && letter != '+' => write!(f, "{letter}"),
            code => f.write_str(NAMED.iter().find(|(_, known)| *known == code).map_or("?", |(name, _)| name)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        for name in [
            "ctrl+j",
            "F5",
            "alt+left",
            "shift+tab",
            "?",
            "G",
            "ctrl+enter",
            "space",
            "plus",
            "alt+1",
            "delete",
        ] {
            assert_eq!(name.parse::<Key>().unwrap().to_string(), name);
        }
        assert!("hyper+x".parse::<Key>().is_err());
        assert!("F99".parse::<Key>().is_err());
        assert!("".parse::<Key>().is_err());
    }

    #[test]
    fn one_key_however_it_is_reported() {
        let tab: Key = "shift+tab".parse().unwrap();
        assert_eq!(Key::from(KeyEvent::new(KeyCode::BackTab, KeyModifiers::SHIFT)), tab);
        assert_eq!(Key::from(KeyEvent::new(KeyCode::BackTab, KeyModifiers::NONE)), tab);
        let capital: Key = "G".parse().unwrap();
        assert_eq!(Key::from(KeyEvent::new(KeyCode::Char('G'), KeyModifiers::SHIFT)), capital);
        assert_eq!(Key::from(KeyEvent::new(KeyCode::Char('g'), KeyModifiers::SHIFT)), capital);
        assert_eq!(
            Key::from(KeyEvent::new(KeyCode::Char('J'), KeyModifiers::CONTROL)),
            "ctrl+j".parse().unwrap()
        );
        // 0x1F, and what a terminal with the kitty protocol says of the same key.
        let slash: Key = "ctrl+/".parse().unwrap();
        assert_eq!(Key::from(KeyEvent::new(KeyCode::Char('7'), KeyModifiers::CONTROL)), slash);
        assert_eq!(Key::from(KeyEvent::new(KeyCode::Char('/'), KeyModifiers::CONTROL)), slash);
        let alt: Key = "alt+J".parse().unwrap();
        for letter in ['j', 'J'] {
            let modifiers = KeyModifiers::ALT | KeyModifiers::SHIFT;
            assert_eq!(Key::from(KeyEvent::new(KeyCode::Char(letter), modifiers)), alt);
        }
        assert_eq!("alt+shift+j".parse::<Key>().unwrap(), alt);
    }
}
