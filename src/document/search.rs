//! Finding text in a document of any size: over its bytes, at the speed of memory.

use std::{fmt, ops::Range};

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
        let rest = bytes.get(from..)?;
        if self.text.is_empty() {
            return None;
        }
        match &self.pattern {
            Pattern::Literal(finder) => finder.find(rest).map(|at| from + at..from + at + self.text.len()),
            Pattern::Regex(regex) => {
                let mut from = from;
                loop {
                    let found = regex.find_at(bytes, from)?;
                    if !found.is_empty() {
                        return Some(found.range());
                    }
                    from = found.end() + 1;
                    if from > bytes.len() {
                        return None;
                    }
                }
            }
        }
    }

    fn reach(&self) -> u64 {
        match self.pattern {
            Pattern::Literal(_) => self.text.len() as u64,
            Pattern::Regex(_) => LONGEST_MATCH,
        }
    }

    /// The first match that begins in `range`.
    pub(crate) fn first(&self, source: &Source, range: Range<u64>) -> Option<Range<u64>> {
        let mut start = range.start;
        let end = range.end.min(source.len());
        while start < end {
            let stop = end.min(start + WINDOW);
            if let Some(found) = self.window(source, start..stop, start) {
                return Some(found);
            }
            start = stop;
        }
        None
    }

    /// The last match that begins in `range`.
    pub(crate) fn last(&self, source: &Source, range: Range<u64>) -> Option<Range<u64>> {
        let mut end = range.end.min(source.len());
        while end > range.start {
            let start = end.saturating_sub(WINDOW).max(range.start);
            let mut last = None;
            let mut from = start;
            while let Some(found) = self.window(source, start..end, from) {
                from = found.end;
                last = Some(found);
            }
            if last.is_some() {
                return last;
            }
            end = start;
        }
        None
    }

    /// The first match that begins in `window` at or after `from`.
    fn window(&self, source: &Source, window: Range<u64>, from: u64) -> Option<Range<u64>> {
        // One byte before, so that `^` and `\b` see what they follow.
        let base = window.start.saturating_sub(1);
        let bytes = source.read(base..window.end.saturating_add(self.reach()));
        let found = self.find_at(&bytes, (from - base) as usize)?;
        let found = base + found.start as u64..base + found.end as u64;
        (found.start < window.end).then_some(found)
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
    pub(super) search: &'a Search,
    pub(super) source: &'a Source,
    pub(super) from: u64,
    pub(super) end: u64,
}

impl Iterator for Matches<'_> {
    type Item = Range<u64>;

    fn next(&mut self) -> Option<Range<u64>> {
        let found = self.search.first(self.source, self.from..self.end)?;
        self.from = found.end;
        Some(found)
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn all(search: &Search, blocks: &[&'static str]) -> Vec<(u64, u64)> {
        let source = Source::default();
        for block in blocks {
            source.append(Bytes::from_static(block.as_bytes()));
        }
        let matches = Matches { search, source: &source, from: 0, end: u64::MAX };
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
        assert_eq!(search.last(&source, 0..u64::MAX), Some(11..14));
        assert_eq!(search.last(&source, 0..11), Some(0..3));
        assert_eq!(search.last(&source, 0..0), None);
    }
}
