//! What a window of a document is made of: lines of classed spans, clipped to the columns that are asked for.
//!
//! A span that shows bytes of the source shows exactly those bytes; whatever has to be shown otherwise (a tab, a
//! control character, a byte that is no UTF-8) is a span of its own. So a match, which is a range of bytes, can be
//! marked by splitting spans.

use std::ops::Range;

/// The widest part of a line that is laid out when no columns are asked for, in characters.
pub const LINE_CAP: usize = 2048;

/// Columns that a tab moves to a multiple of.
const TAB: usize = 4;

/// One line of a view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Counts from 0 within the view.
    pub number: usize,
    pub spans: Vec<Span>,
    /// The bytes of the document's text that the line stands for, all of them, however much of it is laid out.
    pub range: Range<u64>,
    /// Whether the line goes on beyond the last column that was asked for.
    pub cut: bool,
}

impl Line {
    /// The text that is laid out, without its classes.
    pub fn text(&self) -> String {
        self.spans.iter().map(|span| span.text.as_str()).collect()
    }

    /// Marks those parts of the line that lie in one of `matches`, which are in order and do not overlap.
    pub fn mark(&mut self, matches: &[Range<u64>]) {
        for found in matches {
            if found.end <= self.range.start || found.start >= self.range.end {
                continue;
            }
            self.spans = std::mem::take(&mut self.spans)
                .into_iter()
                .flat_map(|span| span.split(found))
                .filter(|span| !span.text.is_empty())
                .collect();
        }
    }
}

/// A piece of a line of one class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    pub text: String,
    pub class: Class,
    /// The bytes that the span shows; empty for what the layout puts in, as indentation.
    pub range: Range<u64>,
    /// Whether it is part of a match of the search.
    pub matched: bool,
}

impl Span {
    /// Whether its text is the very bytes of its range.
    fn is_verbatim(&self) -> bool {
        self.range.end - self.range.start == self.text.len() as u64
    }

    /// The parts before, in and after `found`; any of them may be empty.
    fn split(self, found: &Range<u64>) -> [Self; 3] {
        let clamp = |at: u64| at.clamp(self.range.start, self.range.end);
        let (from, to) = (clamp(found.start), clamp(found.end));
        let verbatim = self.is_verbatim();
        let nothing = Self { text: String::new(), range: to..to, ..self };
        if from >= to {
            return [Self { ..self }, nothing.clone(), nothing];
        }
        let (a, b) = ((from - self.range.start) as usize, (to - self.range.start) as usize);
        match (self.text.get(..a), self.text.get(a..b), self.text.get(b..)) {
            (Some(before), Some(within), Some(after)) if verbatim => [
                Self { text: before.to_owned(), range: self.range.start..from, ..self },
                Self { text: within.to_owned(), range: from..to, matched: true, ..self },
                Self { text: after.to_owned(), range: to..self.range.end, ..self },
            ],
            _ => [nothing.clone(), Self { matched: true, ..self }, nothing],
        }
    }
}

/// What a span is; a theme gives each a colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Class {
    /// Whatever has no class of its own.
    Text,
    /// A key of an object.
    Key,
    String,
    Number,
    Boolean,
    Null,
    Punctuation,
    /// A tag's name.
    Tag,
    Attribute,
    Keyword,
    Comment,
    /// A function's or a type's name.
    Name,
    Operator,
    /// An escape in a string, an entity.
    Escape,
    /// `{{ … }}` in a body that is being written.
    Template,
    Heading,
    /// An offset in the hex view.
    Offset,
    /// A byte in the hex view.
    Byte,
    /// What stands for something else: a control character, a tab, a folded part and its count.
    Placeholder,
    /// What is wrong with the document, and bytes that are no text.
    Error,
}

/// Puts one line together and keeps only the columns that are asked for.
#[derive(Debug)]
pub(crate) struct LineBuilder {
    line: Line,
    column: usize,
    columns: Range<usize>,
}

impl LineBuilder {
    pub(crate) fn new(number: usize, range: Range<u64>, columns: Range<usize>) -> Self {
        Self { line: Line { number, spans: Vec::new(), range, cut: false }, column: 0, columns }
    }

    /// Whether nothing that follows would be seen.
    pub(crate) fn is_full(&self) -> bool {
        self.column >= self.columns.end
    }

    /// The column of what comes next.
    pub(crate) fn column(&self) -> usize {
        self.column
    }

    /// The first column that is shown.
    pub(crate) fn first(&self) -> usize {
        self.columns.start
    }

    /// Goes on at a later column: what lies before it is not shown.
    pub(crate) fn pass(&mut self, column: usize) {
        self.column = self.column.max(column.min(self.columns.start));
    }

    /// How many bytes of what comes next can matter, at most.
    pub(crate) fn room(&self) -> u64 {
        // A character has at most four bytes; one more, so that a cut is noticed.
        (self.columns.end.saturating_sub(self.column) as u64 + 1).saturating_mul(4)
    }

    pub(crate) fn finish(self) -> Line {
        self.line
    }

    /// Notes that the line goes on beyond what was pushed.
    pub(crate) fn cut(&mut self) {
        self.line.cut = true;
    }

    /// Text that the source does not have; `at` is where in the source it would stand.
    pub(crate) fn insert(&mut self, class: Class, text: &str, at: u64) {
        self.clip(class, text, at..at);
    }

    /// Text that is shown in the place of bytes of the source.
    pub(crate) fn stand_in(&mut self, class: Class, text: &str, range: Range<u64>) {
        self.clip(class, text, range);
    }

    /// Bytes of the source that begin at `offset`.
    pub(crate) fn push(&mut self, class: Class, offset: u64, bytes: &[u8]) {
        let mut at = offset;
        for chunk in bytes.utf8_chunks() {
            if self.is_full() {
                self.line.cut |= at < offset + bytes.len() as u64;
                return;
            }
            self.push_str(class, at, chunk.valid());
            at += chunk.valid().len() as u64;
            if !chunk.invalid().is_empty() {
                let end = at + chunk.invalid().len() as u64;
                self.clip(Class::Error, "\u{fffd}", at..end);
                at = end;
            }
        }
    }

    fn push_str(&mut self, class: Class, offset: u64, text: &str) {
        let mut from = 0;
        for (index, special) in text.char_indices().filter(|(_, letter)| is_special(*letter)) {
            self.clip_verbatim(class, offset, text, from..index);
            from = index + special.len_utf8();
            let range = offset + index as u64..offset + from as u64;
            if special == '\t' {
                let width = TAB - self.column % TAB;
                self.clip(class, &"    "[..width], range);
            } else {
                self.clip(Class::Placeholder, picture(special).encode_utf8(&mut [0; 4]), range);
            }
            if self.is_full() {
                self.line.cut |= from < text.len();
                return;
            }
        }
        self.clip_verbatim(class, offset, text, from..text.len());
    }

    fn clip_verbatim(&mut self, class: Class, offset: u64, text: &str, part: Range<usize>) {
        let range = offset + part.start as u64..offset + part.end as u64;
        if let Some(text) = text.get(part) {
            self.clip(class, text, range);
        }
    }

    /// Adds the part of `text` that lies within the columns.
    fn clip(&mut self, class: Class, text: &str, range: Range<u64>) {
        if text.is_empty() {
            return;
        }
        if self.is_full() {
            self.line.cut = true;
            return;
        }
        let skip = self.columns.start.saturating_sub(self.column);
        let take = self.columns.end - self.column;
        let start = byte_of(text, skip);
        let end = byte_of(text, take);
        self.line.cut |= end < text.len();
        self.column += if text.is_ascii() { text.len() } else { text.chars().count() };
        if start >= end {
            return;
        }
        let verbatim = range.end - range.start == text.len() as u64;
        let range = if verbatim { range.start + start as u64..range.start + end as u64 } else { range };
        let shown = &text[start..end];
        match self.line.spans.last_mut() {
            Some(last)
                if verbatim && last.class == class && last.range.end == range.start && last.is_verbatim() =>
            {
                last.text.push_str(shown);
                last.range.end = range.end;
            }
            _ => self.line.spans.push(Span { text: shown.to_owned(), class, range, matched: false }),
        }
    }
}

/// The column behind bytes that begin at that column, as [`LineBuilder::push`] counts them.
pub(crate) fn columns_after(bytes: &[u8], column: usize) -> usize {
    if bytes.iter().all(|byte| (0x20..0x7f).contains(byte)) {
        return column + bytes.len();
    }
    bytes.utf8_chunks().fold(column, |column, chunk| {
        let valid = chunk
            .valid()
            .chars()
            .fold(column, |column, letter| column + if letter == '\t' { TAB - column % TAB } else { 1 });
        valid + usize::from(!chunk.invalid().is_empty())
    })
}

/// The byte at which the character of that number starts, or the text's end.
fn byte_of(text: &str, character: usize) -> usize {
    if text.is_ascii() {
        return character.min(text.len());
    }
    text.char_indices().nth(character).map_or(text.len(), |(index, _)| index)
}

/// Characters that a terminal would act on, or that reorder the text around them (Unicode UAX 9).
pub(crate) fn is_special(letter: char) -> bool {
    letter.is_control() || matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// What stands for such a character.
fn picture(letter: char) -> char {
    match u32::from(letter) {
        code @ 0..0x20 => char::from_u32(0x2400 + code).unwrap_or('\u{fffd}'),
        0x7f => '\u{2421}',
        _ => '\u{fffd}',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(bytes: &[u8], columns: Range<usize>) -> Line {
        let mut builder = LineBuilder::new(0, 0..bytes.len() as u64, columns);
        builder.push(Class::Text, 0, bytes);
        builder.finish()
    }

    #[test]
    fn columns_count_characters() {
        assert_eq!(line("aäbößc".as_bytes(), 1..4).text(), "äbö");
        assert!(line("aäbößc".as_bytes(), 1..4).cut);
        assert_eq!(line(b"abc", 0..3).text(), "abc");
        assert!(!line(b"abc", 0..3).cut);
        assert!(line(b"abc", 0..2).cut);
        assert_eq!(line(b"abc", 5..9).text(), "");
    }

    #[test]
    fn what_a_terminal_would_act_on_is_shown_as_a_picture() {
        assert_eq!(line(b"a\tb\x1b[2Jc\x7f", 0..40).text(), "a   b␛[2Jc␡");
        assert_eq!(line(b"ok \xff\xfe", 0..40).text(), "ok \u{fffd}\u{fffd}");
        assert_eq!(line("a\u{202e}b".as_bytes(), 0..40).text(), "a\u{fffd}b");
    }

    #[test]
    fn a_match_splits_spans() {
        let mut line = line("äab\t\tcd".as_bytes(), 0..40);
        line.mark(&[3..5, 7..8]);
        let marked: Vec<_> = line.spans.iter().map(|span| (span.text.as_str(), span.matched)).collect();
        assert_eq!(marked, [("äa", false), ("b ", true), ("    ", false), ("c", false), ("d", true)]);
    }
}
