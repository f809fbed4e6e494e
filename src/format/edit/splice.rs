//! Replacements of parts of a text, and the text's lines.

use std::ops::Range;

/// Replacements collected over one text, applied together at the end.
pub(super) struct Splices<'t> {
    text: &'t str,
    splices: Vec<(Range<usize>, String)>,
}

impl<'t> Splices<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, splices: Vec::new() }
    }

    /// The text with everything replaced. Insertions at one place stand in the order in which they were made.
    pub(super) fn apply(mut self) -> String {
        self.splices.sort_by_key(|(range, _)| range.start);
        let mut out = String::with_capacity(self.text.len() + 64);
        let mut done = 0;
        for (range, text) in &self.splices {
            out.push_str(self.slice(&(done..range.start.max(done))));
            out.push_str(text);
            done = done.max(range.end);
        }
        out.push_str(self.slice(&(done..self.text.len())));
        out
    }

    pub(super) fn replace(&mut self, range: Range<usize>, text: String) {
        self.splices.push((range, text));
    }

    pub(super) fn remove(&mut self, range: Range<usize>) {
        self.replace(range, String::new());
    }

    pub(super) fn insert(&mut self, at: usize, text: String) {
        self.replace(at..at, text);
    }

    /// Inserts whole lines, also behind a last line that has no end.
    pub(super) fn insert_lines(&mut self, at: usize, lines: &str) {
        let open = at == self.text.len() && at > 0 && !self.text.ends_with('\n');
        let text = if open {
            format!("{}{}", self.eol(), lines.trim_end_matches(['\r', '\n']))
        } else {
            lines.to_owned()
        };
        self.insert(at, text);
    }

    pub(super) fn mark(&self) -> usize {
        self.splices.len()
    }

    pub(super) fn back_to(&mut self, mark: usize) {
        self.splices.truncate(mark);
    }

    pub(super) fn slice(&self, range: &Range<usize>) -> &'t str {
        self.text.get(range.clone()).unwrap_or_default()
    }

    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    /// The line end that the text uses first.
    pub(super) fn eol(&self) -> &'static str {
        match self.text.find('\n') {
            Some(at) if self.text.get(..at).is_some_and(|line| line.ends_with('\r')) => "\r\n",
            _ => "\n",
        }
    }

    /// Where the line that holds `at` starts; a byte order mark is no part of it.
    pub(super) fn line_start(&self, at: usize) -> usize {
        let before = self.slice(&(0..at));
        before.rfind('\n').map_or(self.text_start(), |newline| newline + 1)
    }

    /// Where the line that holds `at` ends, its line end included.
    pub(super) fn line_end(&self, at: usize) -> usize {
        self.slice(&(at..self.len())).find('\n').map_or(self.len(), |newline| at + newline + 1)
    }

    /// The whole lines that a range touches.
    pub(super) fn lines_of(&self, range: &Range<usize>) -> Range<usize> {
        self.line_start(range.start)..self.line_end(range.end)
    }

    /// The line before the one that starts at `start`.
    pub(super) fn line_before(&self, start: usize) -> Option<Range<usize>> {
        (start > self.text_start()).then(|| self.line_start(start - 1)..start)
    }

    pub(super) fn is_blank(&self, line: &Range<usize>) -> bool {
        self.slice(line).trim().is_empty()
    }

    pub(super) fn is_comment(&self, line: &Range<usize>) -> bool {
        self.slice(line).trim_start().starts_with('#')
    }

    /// Where the comments directly above the line at `start` begin.
    pub(super) fn with_comments_above(&self, mut start: usize) -> usize {
        while let Some(line) = self.line_before(start).filter(|line| self.is_comment(line)) {
            start = line.start;
        }
        start
    }

    fn text_start(&self) -> usize {
        if self.text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 }
    }
}
