//! What a cell shows of its value: one line, cut where it is too long.

use std::ops::Range;

use super::record::Field;
use crate::document::{
    csv,
    json::{scanner::Token, string::beginning},
    line::{Class, is_special},
    source::Source,
};

/// Bytes of a value that are read for its cell: as wide as a cell is, escapes included.
const READ: u64 = 12 * (csv::WIDEST as u64 + 2);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cell {
    pub(super) class: Class,
    pub(super) text: String,
    /// What the text shows: its very bytes where it has as many.
    pub(super) range: Range<u64>,
}

impl Cell {
    pub(super) fn new(source: &Source, field: &Field, is_csv: bool) -> Self {
        let Field { token, range, .. } = field;
        let bytes = source.read(range.start..range.end.min(range.start + READ));
        let quotes = u64::from(bytes.len() > 2 && bytes.first() == Some(&b'"'));
        let inner = range.start + quotes..range.end.saturating_sub(quotes).max(range.start + quotes);
        let said = match token {
            _ if is_csv && bytes.len() as u64 == range.end - range.start => csv::text(&bytes),
            _ if is_csv => csv::text(bytes.get(quotes as usize..).unwrap_or_default()),
            // What is empty is told from what is missing.
            Token::String if bytes.len() > 2 => beginning(&bytes),
            Token::Open(_) => {
                let text = String::from_utf8_lossy(&bytes);
                text.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
            }
            _ => String::from_utf8_lossy(&bytes).into_owned(),
        };
        let text = csv::cut(&clean(&said), csv::WIDEST);
        let shown = bytes.get(quotes as usize..quotes as usize + text.len());
        let verbatim = shown == Some(text.as_bytes()) && inner.end - inner.start == text.len() as u64;
        Self { class: class(*token), text, range: if verbatim { inner } else { range.clone() } }
    }

    /// What stands for a value that may lie behind what was read of its record.
    pub(super) fn cut(at: u64) -> Self {
        Self { class: Class::Placeholder, text: "…".to_owned(), range: at..at }
    }

    /// Whether the text is the very bytes of its range.
    pub(super) fn is_verbatim(&self) -> bool {
        self.range.end - self.range.start == self.text.len() as u64
    }
}

fn class(token: Token) -> Class {
    match token {
        Token::String => Class::String,
        Token::Number => Class::Number,
        Token::Boolean => Class::Boolean,
        Token::Null => Class::Null,
        _ => Class::Placeholder,
    }
}

/// On one line, without what a terminal would act on.
pub(super) fn clean(text: &str) -> String {
    let picture = |letter: char| match letter {
        letter if letter.is_whitespace() || letter.is_control() => ' ',
        letter if is_special(letter) => '\u{fffd}',
        letter => letter,
    };
    text.chars().map(picture).collect()
}
