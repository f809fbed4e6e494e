//! Finding text in a document of any size: over its bytes, at the speed of memory.

use std::{fmt, ops::Range};

use bytes::Bytes;
use memchr::memmem;
use regex::bytes::{Regex, RegexBuilder};

use super::source::Source;

/// Bytes that are searched at once.
const WINDOW: u64 = 4 << 20;
/// The longest match of a regular expression that is sure to be found.
const LONGEST_MATCH: u64 = 64 * 1024;

/// What to look for.
///
/// Case does not matter unless the pattern has a capital letter.
#[derive(Debug, Clone)]
pub struct Search {
    pattern: Pattern,
    text: String,
}

#[derive(Debug, Clone)]
enum Pattern {
    Literal(memmem::Finder<'static>),
    Regex(Regex),
}

/// A regular expression that is none; the message says where and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchError(String);

impl fmt::Display for SearchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for SearchError {}

impl Search {
    /// Exactly that text. An empty one is never found.
    pub fn literal(text: &str) -> Self {
        let sensitive = text.chars().any(char::is_uppercase) || !text.chars().any(char::is_alphabetic);
        let insensitive = || builder(&regex::escape(text)).case_insensitive(true).build().ok();
        let pattern = match (!sensitive).then(insensitive).flatten() {
            Some(regex) => Pattern::Regex(regex),
            None => Pattern::Literal(memmem::Finder::new(text).into_owned()),
        };
        Self { pattern, text: text.to_owned() }
    }

    /// A regular expression, in the syntax of the regex crate; `^` and `$` are a line's.
    pub fn regex(text: &str) -> Result<Self, SearchError> {
        let regex = builder(text).case_insensitive(!has_capital(text)).build();
        let regex = regex.map_err(|error| SearchError(error.to_string()))?;
        Ok(Self { pattern: Pattern::Regex(regex), text: text.to_owned() })
    }

    /// As it was typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The first match in `bytes` that begins at or after `from`.
    fn find_at(&self, bytes: &[u8], from: usize) -> Option<Range<usize>> {
        if self.text.is_empty() {
            return None;
        }
        match &self.pattern {
            Pattern::Literal(finder) => {
                let at = from + finder.find(bytes.get(from..)?)?;
                Some(at..at + self.text.len())
            }
            Pattern::Regex(regex) => {
                let mut from = from;
                while from <= bytes.len() {
                    let found = regex.find_at(bytes, from)?;
                    if !found.is_empty() {
                        return Some(found.range());
                    }
                    from = found.end() + 1;
                }
                None
            }
        }
    }

    /// How far a match may go on behind the window that it begins in.
    fn reach(&self) -> u64 {
        match self.pattern {
            Pattern::Literal(_) => self.text.len() as u64,
            Pattern::Regex(_) => LONGEST_MATCH,
        }
    }

    /// The last match that begins before `before`.
    pub(crate) fn last(&self, source: &Source, before: u64) -> Option<Range<u64>> {
        let mut end = before.min(source.len());
        while end > 0 {
            let start = end.saturating_sub(WINDOW);
            if let Some(found) = Matches::new(self, source, start..end).last() {
                return Some(found);
            }
            end = start;
        }
        None
    }

    /// See [`super::Document::count_matches`].
    pub(crate) fn count(&self, source: &Source, mut go_on: impl FnMut(u64, u64) -> bool) -> Option<u64> {
        let (mut count, mut from) = (0, 0);
        while from < source.len() {
            let end = from + WINDOW;
            let mut matches = Matches::new(self, source, from..end);
            count += matches.by_ref().count() as u64;
            // A match may reach into the next window, and the next one begins behind it.
            from = matches.from.max(end);
            if !go_on(count, from.min(source.len())) {
                return None;
            }
        }
        Some(count)
    }
}

fn builder(pattern: &str) -> RegexBuilder {
    let mut builder = RegexBuilder::new(pattern);
    builder.multi_line(true).size_limit(4 << 20);
    builder
}

/// A capital letter that is not part of an escape such as `\W`.
fn has_capital(pattern: &str) -> bool {
    let mut escaped = false;
    pattern.chars().any(|letter| {
        let counts = letter.is_uppercase() && !escaped;
        escaped = letter == '\\' && !escaped;
        counts
    })
}

/// Matches one after the other, none overlapping the one before it.
#[derive(Debug)]
pub struct Matches<'a> {
    search: &'a Search,
    source: &'a Source,
    /// Where the next match may begin, at the earliest.
    from: u64,
    end: u64,
    /// The bytes that are being searched, and where they begin and end in the document: the window's own, one
    /// before them, so that `^` and `\b` see what they follow, and as many behind them as a match may reach.
    window: Range<u64>,
    bytes: Bytes,
}

impl<'a> Matches<'a> {
    pub(super) fn new(search: &'a Search, source: &'a Source, range: Range<u64>) -> Self {
        let end = range.end.min(source.len());
        Self { search, source, from: range.start, end, window: 0..0, bytes: Bytes::new() }
    }
}

impl Iterator for Matches<'_> {
    type Item = Range<u64>;

    fn next(&mut self) -> Option<Range<u64>> {
        while self.from < self.end {
            if !self.window.contains(&self.from) {
                self.window = self.from..self.end.min(self.from + WINDOW);
                let read = self.from.saturating_sub(1)..self.window.end.saturating_add(self.search.reach());
                self.bytes = self.source.read(read);
            }
            let base = self.window.start.saturating_sub(1);
            let found = self.search.find_at(&self.bytes, (self.from - base) as usize);
            match found.map(|found| base + found.start as u64..base + found.end as u64) {
                Some(found) if found.start < self.window.end => {
                    self.from = found.end;
                    return Some(found);
                }
                _ => self.from = self.window.end,
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(search: &Search, blocks: &[&'static str]) -> Vec<(u64, u64)> {
        let source = Source::default();
        for block in blocks {
            source.append(Bytes::from_static(block.as_bytes()));
        }
        let matches = Matches::new(search, &source, 0..u64::MAX);
        matches.map(|range| (range.start, range.end)).collect()
    }

    #[test]
    fn case_is_smart() {
        assert_eq!(all(&Search::literal("tea"), &["Tea tea TEA"]), [(0, 3), (4, 7), (8, 11)]);
        assert_eq!(all(&Search::literal("Tea"), &["Tea tea TEA"]), [(0, 3)]);
        assert_eq!(all(&Search::literal("ÄH"), &["äh ÄH"]), [(4, 7)]);
        assert_eq!(all(&Search::regex(r"t\Sa").unwrap(), &["Tea t a"]), [(0, 3)]);
        assert_eq!(all(&Search::literal("a.b"), &["aXb a.b"]), [(4, 7)]);
    }

    #[test]
    fn matches_cross_blocks_and_lines_have_ends() {
        assert_eq!(all(&Search::literal("needle"), &["hay nee", "dle hay"]), [(4, 10)]);
        assert_eq!(all(&Search::regex("^b.*$").unwrap(), &["ab\nb", "c\nb"]), [(3, 5), (6, 7)]);
        assert_eq!(all(&Search::regex("x*").unwrap(), &["axxa"]), [(1, 3)]);
        assert_eq!(all(&Search::literal(""), &["abc"]), []);
        assert!(Search::regex("(").is_err());
    }

    #[test]
    fn backwards() {
        let source = Source::whole(Bytes::from_static(b"tea coffee tea water"));
        let search = Search::literal("tea");
        assert_eq!(search.last(&source, u64::MAX), Some(11..14));
        assert_eq!(search.last(&source, 11), Some(0..3));
        assert_eq!(search.last(&source, 0), None);
    }

    #[test]
    fn counting_goes_over_windows_and_can_be_stopped() {
        let text = "tea and ".repeat(1_200_000);
        let source = Source::whole(text.into());
        let mut told = Vec::new();
        let search = Search::literal("tea and te");
        let count = search.count(&source, |count, offset| {
            told.push((count, offset));
            true
        });
        assert_eq!(count, Some(600_000));
        assert_eq!(told.len(), 3);
        assert_eq!(search.count(&source, |_, _| false), None);
    }
}
