//! Secrets taken out of any text, by their value.
//!
//! A server may echo what it was sent, and a failure may quote it: marks ([`Marked`]) do not follow a value there. The
//! values that went into a request are therefore known to its exchange, and are looked for in what leaves the screen.

use std::{
    borrow::Cow,
    fmt,
    ops::Range,
    sync::{Arc, OnceLock},
};

use regex::bytes::{Regex, RegexBuilder};

use super::{MASK, Marked, Secret};

mod pattern;
mod stream;
#[cfg(test)]
mod tests;

pub use stream::Redacting;

/// Values with fewer characters are left alone: masking every `1` would hide the text and not the secret.
const SHORTEST: usize = 4;
/// Longer values are looked for in pieces of about this many bytes.
const PIECE: usize = 1024;
/// Lines of a value are looked for by themselves from this many bytes on.
const LINE: usize = 8;
/// What compiling one pattern may take.
const MEMORY: usize = 64 << 20;

/// Knows secret values, and finds the forms in which they travel: plain, percent-encoded, in base64 at any offset, in
/// hexadecimal, escaped as JSON or HTML does.
#[derive(Clone, Default)]
pub struct Redactor(Option<Arc<Known>>);

struct Known {
    /// Each with the name of the variable that it is the value of.
    values: Vec<(String, Secret)>,
    /// Compiled at the first use: most requests echo nothing and fail nowhere.
    patterns: OnceLock<Vec<Pattern>>,
}

struct Pattern {
    /// The index of the value.
    value: usize,
    /// `None` for one that could not be compiled: nothing is shown then.
    regex: Option<Regex>,
    longest: usize,
}

impl Redactor {
    /// Values with the names of the variables that they are the values of.
    pub fn new<'a>(values: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut known: Vec<(String, Secret)> = Vec::new();
        for (name, value) in values {
            let value = value.trim();
            if value.chars().count() >= SHORTEST && !known.iter().any(|(_, own)| own.reveal() == value) {
                known.push((name.to_owned(), Secret::new(value)));
            }
        }
        if known.is_empty() {
            return Self::default();
        }
        Self(Some(Arc::new(Known { values: known, patterns: OnceLock::new() })))
    }

    /// One that knows the values of both.
    #[must_use]
    pub fn with(&self, other: &Self) -> Self {
        match (&self.0, &other.0) {
            (_, None) => self.clone(),
            (None, _) => other.clone(),
            (Some(_), Some(_)) => Self::new(self.values().chain(other.values())),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    fn values(&self) -> impl Iterator<Item = (&str, &str)> {
        let values = self.0.iter().flat_map(|known| &known.values);
        values.map(|(name, value)| (name.as_str(), value.reveal()))
    }

    /// The text with every known form of a secret replaced by [`MASK`].
    pub fn redact<'a>(&self, text: &'a str) -> Cow<'a, str> {
        // A form may end within a character of another alphabet only by chance.
        let on_characters =
            |found: &Found| text.is_char_boundary(found.span.start) && text.is_char_boundary(found.span.end);
        let found: Vec<Found> = self.find(text.as_bytes()).into_iter().filter(on_characters).collect();
        if found.is_empty() {
            return Cow::Borrowed(text);
        }
        let mut out = String::with_capacity(text.len());
        let mut end = 0;
        for Found { span, .. } in found {
            out.push_str(&text[end..span.start]);
            out.push_str(MASK);
            end = span.end;
        }
        out.push_str(&text[end..]);
        Cow::Owned(out)
    }

    /// [`Redactor::redact`] for bytes of any kind.
    pub fn redact_bytes<'a>(&self, bytes: &'a [u8]) -> Cow<'a, [u8]> {
        let found = self.find(bytes);
        if found.is_empty() {
            return Cow::Borrowed(bytes);
        }
        let mut out = Vec::with_capacity(bytes.len());
        let mut end = 0;
        for Found { span, .. } in found {
            out.extend_from_slice(&bytes[end..span.start]);
            out.extend_from_slice(MASK.as_bytes());
            end = span.end;
        }
        out.extend_from_slice(&bytes[end..]);
        Cow::Owned(out)
    }

    /// The text with every known form of a secret marked, beside what is marked already.
    #[must_use]
    pub fn mark(&self, text: &Marked) -> Marked {
        let mut marked = text.clone();
        for Found { span, value } in self.find(text.reveal().as_bytes()) {
            let name = self.values().nth(value).map_or("secret", |(name, _)| name);
            marked.hide(span, name);
        }
        marked
    }

    /// For bytes that come in chunks: finds forms across their borders.
    pub fn stream(&self) -> Redacting {
        let longest = self.patterns().iter().map(|pattern| pattern.longest).max().unwrap_or(0);
        Redacting::new(self.clone(), longest)
    }

    fn patterns(&self) -> &[Pattern] {
        self.0.as_ref().map_or(&[], |known| known.patterns.get_or_init(|| compile(&known.values)))
    }

    /// Where forms stand, in order and without overlap.
    fn find(&self, bytes: &[u8]) -> Vec<Found> {
        let mut found: Vec<Found> = Vec::new();
        for pattern in self.patterns() {
            let Some(regex) = &pattern.regex else {
                return vec![Found { span: 0..bytes.len(), value: pattern.value }];
            };
            // Forms may overlap: what remains of the second would tell a part of it.
            let mut from = 0;
            while let Some(at) = regex.find_at(bytes, from) {
                from = at.start() + 1;
                match found.last_mut() {
                    // Of `aaaa` there may be millions, one within the other.
                    Some(last) if last.value == pattern.value && last.span.contains(&at.start()) => {
                        last.span.end = last.span.end.max(at.end());
                    }
                    _ => found.push(Found { span: at.range(), value: pattern.value }),
                }
            }
        }
        found.sort_by_key(|found| (found.span.start, std::cmp::Reverse(found.span.end)));
        let mut merged: Vec<Found> = Vec::with_capacity(found.len());
        for next in found {
            match merged.last_mut() {
                Some(last) if next.span.start < last.span.end => {
                    last.span.end = last.span.end.max(next.span.end);
                }
                _ => merged.push(next),
            }
        }
        merged
    }
}

/// A form of the value of that index.
struct Found {
    span: Range<usize>,
    value: usize,
}

fn compile(values: &[(String, Secret)]) -> Vec<Pattern> {
    let mut patterns = Vec::new();
    for (index, (_, value)) in values.iter().enumerate() {
        for piece in pieces(value.reveal()) {
            let (text, longest) = pattern::of(piece);
            let mut builder = RegexBuilder::new(&text);
            let regex = builder.unicode(false).size_limit(MEMORY).dfa_size_limit(MEMORY).build();
            patterns.push(Pattern { value: index, regex: regex.ok(), longest });
        }
    }
    patterns
}

/// What is looked for of a value: the whole, or parts that cover it; and its lines, which travel alone where a header or
/// a list has room for one only.
fn pieces(value: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = value;
    while rest.len() > PIECE + SHORTEST * 4 {
        let end = (PIECE..rest.len()).find(|end| rest.is_char_boundary(*end)).unwrap_or(rest.len());
        let (piece, after) = rest.split_at(end);
        pieces.push(piece);
        rest = after;
    }
    pieces.push(rest);
    // The first and last line of a PEM block are in every one of them.
    let lines = value.lines().map(str::trim);
    let lines = lines.filter(|line| (LINE..=PIECE).contains(&line.len()) && !line.starts_with("-----"));
    if value.lines().nth(1).is_some() {
        pieces.extend(lines);
    }
    pieces
}

/// By the values that are known.
impl PartialEq for Redactor {
    fn eq(&self, other: &Self) -> bool {
        self.values().eq(other.values())
    }
}

impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Redactor({} values)", self.values().count())
    }
}
