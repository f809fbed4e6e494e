//! Text that knows which of its parts are secret.

use std::{fmt, ops::Range};

use serde::{Serialize, Serializer};

/// What stands on screen and on disk instead of a secret.
pub const MASK: &str = "••••••";

/// A rendered text whose secret parts are marked, each with the name of the variable it came from.
///
/// Nothing prints a secret by accident: `Debug`, `Display` and `Serialize` all write [`MASK`]. The value leaves
/// through [`Marked::reveal`] alone, so a search for that name finds every place where one does.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Marked {
    text: String,
    /// In order, without overlap, on character boundaries of `text`.
    secrets: Vec<(Range<usize>, String)>,
}

impl Marked {
    /// A text without secrets.
    pub fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), secrets: Vec::new() }
    }

    /// A text that is secret as a whole; `reference` names the variable or setting it came from.
    pub fn secret(text: impl Into<String>, reference: impl Into<String>) -> Self {
        let mut marked = Self::default();
        marked.push_secret(&text.into(), reference);
        marked
    }

    pub fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    pub fn push_secret(&mut self, text: &str, reference: impl Into<String>) {
        let start = self.text.len();
        self.text.push_str(text);
        self.secrets.push((start..self.text.len(), reference.into()));
    }

    pub fn append(&mut self, other: &Self) {
        let start = self.text.len();
        self.text.push_str(&other.text);
        let moved =
            other.secrets.iter().map(|(range, name)| (range.start + start..range.end + start, name.clone()));
        self.secrets.extend(moved);
    }

    /// Marks these bytes as secret too, where they are not. Bounds off the text or inside a character mark nothing.
    pub fn hide(&mut self, range: Range<usize>, reference: &str) {
        if self.text.get(range.clone()).is_none() {
            return;
        }
        let mut at = range.start;
        let mut gaps = Vec::new();
        for (own, _) in self.secrets.iter().filter(|(own, _)| own.start < range.end && own.end > range.start)
        {
            gaps.push(at..own.start);
            at = at.max(own.end);
        }
        gaps.push(at..range.end);
        for gap in gaps.into_iter().filter(|gap| gap.start < gap.end && self.text.get(gap.clone()).is_some())
        {
            self.secrets.push((gap, reference.to_owned()));
        }
        self.secrets.sort_by_key(|(range, _)| range.start);
    }

    /// The part of the text at these bytes, with its marks. Bounds off the text or inside a character give nothing.
    #[must_use]
    pub fn slice(&self, range: Range<usize>) -> Self {
        let Some(text) = self.text.get(range.clone()) else { return Self::default() };
        let secrets = self.secrets.iter().filter_map(|(secret, name)| {
            let (start, end) = (secret.start.max(range.start), secret.end.min(range.end));
            (start < end).then(|| (start - range.start..end - range.start, name.clone()))
        });
        Self { text: text.to_owned(), secrets: secrets.collect() }
    }

    /// The text with `change` made to each part, secret or not.
    #[must_use]
    pub fn map(&self, change: impl Fn(&str) -> String) -> Self {
        let mut out = Self::default();
        let mut end = 0;
        for (range, name) in &self.secrets {
            out.push(&change(&self.text[end..range.start]));
            out.push_secret(&change(&self.text[range.clone()]), name.as_str());
            end = range.end;
        }
        out.push(&change(&self.text[end..]));
        out
    }

    /// The text with every secret in it, for the wire and for a user who asks to see it.
    pub fn reveal(&self) -> &str {
        &self.text
    }

    pub fn has_secret(&self) -> bool {
        !self.secrets.is_empty()
    }

    /// The secret parts' bytes in [`Marked::reveal`]'s text, each with the name of the variable it came from.
    pub fn secrets(&self) -> impl Iterator<Item = (&Range<usize>, &str)> {
        self.secrets.iter().map(|(range, name)| (range, name.as_str()))
    }

    /// The text for people: each secret is [`MASK`].
    pub fn masked(&self) -> String {
        self.replaced(|_| MASK.to_owned(), str::to_owned)
    }

    /// The text with each secret replaced by what `secret` makes of its reference and every other part by what
    /// `plain` makes of it.
    pub fn replaced(&self, secret: impl Fn(&str) -> String, plain: impl Fn(&str) -> String) -> String {
        let mut out = String::with_capacity(self.text.len());
        let mut end = 0;
        for (range, name) in &self.secrets {
            out.push_str(&plain(&self.text[end..range.start]));
            out.push_str(&secret(name));
            end = range.end;
        }
        out.push_str(&plain(&self.text[end..]));
        out
    }
}

impl fmt::Display for Marked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

impl fmt::Debug for Marked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.masked())
    }
}

impl Serialize for Marked {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.masked())
    }
}

impl<'de> serde::Deserialize<'de> for Marked {
    /// What was written is the masked form: its secrets are gone, and stay so.
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::plain)
    }
}

impl From<&str> for Marked {
    fn from(text: &str) -> Self {
        Self::plain(text)
    }
}

impl From<String> for Marked {
    fn from(text: String) -> Self {
        Self::plain(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> Marked {
        let mut text = Marked::plain("Bearer ");
        text.push_secret("hunter2", "token");
        text.push("!");
        text
    }

    #[test]
    fn nothing_prints_a_secret_unasked() {
        let text = example();
        assert_eq!(text.reveal(), "Bearer hunter2!");
        assert_eq!(text.to_string(), "Bearer ••••••!");
        assert!(!format!("{text:?}").contains("hunter2"));
        assert_eq!(serde_json::to_string(&text).unwrap(), "\"Bearer ••••••!\"");
    }

    #[test]
    fn references_take_the_secrets_places() {
        let reference = example().replaced(|name| format!("{{{{ {name} }}}}"), str::to_owned);
        assert_eq!(reference, "Bearer {{ token }}!");
    }

    #[test]
    fn parts_keep_their_marks() {
        let part = example().slice(3..10);
        assert_eq!((part.reveal(), part.masked().as_str()), ("rer hun", "rer ••••••"));
        assert_eq!(example().slice(0..3).masked(), "Bea");
        assert_eq!(example().map(str::to_uppercase).reveal(), "BEARER HUNTER2!");
        assert_eq!(example().map(str::to_uppercase).masked(), "BEARER ••••••!");
    }

    #[test]
    fn more_can_be_hidden_beside_what_is() {
        let mut text = example();
        text.hide(3..15, "all");
        assert_eq!(text.masked(), format!("Bea{}", MASK.repeat(3)));
        text.hide(0..99, "off");
        text.hide(7..9, "again");
        assert_eq!(text.secrets().map(|(range, _)| range.clone()).collect::<Vec<_>>(), [3..7, 7..14, 14..15]);
    }

    #[test]
    fn marks_move_with_appended_text() {
        let mut text = Marked::plain("x-key: ");
        text.append(&example());
        assert_eq!(text.masked(), "x-key: Bearer ••••••!");
    }
}
