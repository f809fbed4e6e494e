//! Lines as they stand in the bytes: the raw view, and every kind of text that is not laid out anew. The same for
//! records of CSV, where a line break in quotes ends nothing.

mod breaks;

use std::{
    ops::Range,
    sync::{Mutex, PoisonError, RwLock},
};

pub(crate) use self::breaks::{Breaks, Split};
use super::source::Source;

/// Bytes between two checkpoints, at least.
const INTERVAL: u64 = 64 * 1024;

/// Where lines begin, sparsely. One thread at a time builds it; readers wait for a push at most.
#[derive(Debug)]
pub(crate) struct TextIndex {
    split: Split,
    builder: Mutex<Builder>,
    published: RwLock<Published>,
}

#[derive(Debug)]
struct Builder {
    breaks: Breaks,
    scanned: u64,
    /// Line breaks so far.
    count: u64,
    /// The offset after the last of them.
    line_start: u64,
    due: u64,
}

#[derive(Debug, Default)]
struct Published {
    /// The offset at which the line of that number begins.
    checkpoints: Vec<(u64, u64)>,
    extent: TextExtent,
}

/// What is known of the whole.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct TextExtent {
    pub(crate) lines: u64,
    pub(crate) scanned: u64,
    pub(crate) ended: bool,
}

impl TextIndex {
    pub(crate) fn new(split: Split) -> Self {
        let breaks = Breaks::new(split, 0);
        let builder = Builder { breaks, scanned: 0, count: 0, line_start: 0, due: INTERVAL };
        Self { split, builder: Mutex::new(builder), published: RwLock::default() }
    }

    /// Reads up to `budget` bytes more.
    pub(crate) fn build(&self, source: &Source, budget: u64) -> TextExtent {
        let mut builder = self.builder.lock().unwrap_or_else(PoisonError::into_inner);
        let mut fresh = Vec::new();
        let until = builder.scanned.saturating_add(budget);
        let mut ended = false;
        while builder.scanned < until {
            let complete = source.is_complete();
            let block = source.block(builder.scanned);
            if block.is_empty() {
                ended = complete;
                break;
            }
            let take = (until - builder.scanned).min(block.len() as u64) as usize;
            for piece in block.get(..take).unwrap_or_default().chunks(INTERVAL as usize) {
                builder.take(piece, &mut fresh);
            }
        }
        // A line break at the very end begins no line.
        let lines = builder.count + u64::from(builder.line_start < builder.scanned);
        let extent = TextExtent { lines, scanned: builder.scanned, ended };
        let mut published = self.published.write().unwrap_or_else(PoisonError::into_inner);
        published.checkpoints.append(&mut fresh);
        published.extent = extent;
        extent
    }

    pub(crate) fn extent(&self) -> TextExtent {
        self.published.read().unwrap_or_else(PoisonError::into_inner).extent
    }

    /// The bytes of those lines, without their line breaks, as far as they are there.
    pub(crate) fn lines(&self, source: &Source, lines: Range<u64>) -> Vec<(u64, Range<u64>)> {
        let (mut start, mut line) = self.before(|(_, line)| *line <= lines.start);
        let mut out = Vec::new();
        while line < lines.end {
            let Some((end, next)) = self.line_end(source, start) else { break };
            if line >= lines.start {
                out.push((line, start..end));
            }
            start = next;
            line += 1;
        }
        out
    }

    /// The line that begins at that offset, without its line break.
    pub(crate) fn line_from(&self, source: &Source, start: u64) -> Range<u64> {
        start..self.line_end(source, start).map_or(start, |(end, _)| end)
    }

    /// The number of the line that holds `offset`, and where it begins.
    pub(crate) fn line_at(&self, source: &Source, offset: u64) -> (u64, u64) {
        let (mut start, mut line) = self.before(|(start, _)| *start <= offset);
        let checkpoint = start;
        let (mut at, mut breaks) = (start, Breaks::new(self.split, start));
        while at < offset {
            let block = source.block(at);
            let wanted = (offset - at).min(2 * INTERVAL).min(block.len() as u64);
            let block = block.get(..wanted as usize).unwrap_or_default();
            if block.is_empty() {
                break;
            }
            breaks.feed(block, |found| {
                line += 1;
                start = at + found as u64 + 1;
                true
            });
            at += block.len() as u64;
            if let Some(later) = self.beyond(checkpoint, at) {
                // No line begins in between.
                at = later.min(offset);
            }
        }
        (line, start)
    }

    fn before(&self, holds: impl Fn(&(u64, u64)) -> bool) -> (u64, u64) {
        let published = self.published.read().unwrap_or_else(PoisonError::into_inner);
        let after = published.checkpoints.partition_point(holds);
        after.checked_sub(1).and_then(|index| published.checkpoints.get(index)).copied().unwrap_or_default()
    }

    /// Where the line that begins at `start` ends, without its line break, and where the next one begins; `None`
    /// when there is nothing.
    fn line_end(&self, source: &Source, start: u64) -> Option<(u64, u64)> {
        let (mut at, mut last, mut breaks) = (start, 0, Breaks::new(self.split, start));
        loop {
            let block = source.block(at);
            let block = block.get(..2 * INTERVAL as usize).unwrap_or(&block);
            if block.is_empty() {
                return (at > start).then_some((at, at));
            }
            let mut found = None;
            breaks.feed(block, |at| {
                found = Some(at);
                false
            });
            if let Some(found) = found {
                let before = found.checked_sub(1).and_then(|index| block.get(index)).copied().unwrap_or(last);
                let end = at + found as u64;
                let carriage = u64::from(before == b'\r' && end > start);
                return Some((end - carriage, end + 1));
            }
            last = block.last().copied().unwrap_or_default();
            at += block.len() as u64;
            if let Some(later) = self.beyond(start, at) {
                (at, last) = (later, 0);
            }
        }
    }

    /// A line that is much longer than the interval ends near the next checkpoint: the place from which to look.
    fn beyond(&self, start: u64, at: u64) -> Option<u64> {
        if self.split == Split::Records || at < start + 2 * INTERVAL {
            return None;
        }
        let published = self.published.read().unwrap_or_else(PoisonError::into_inner);
        let after = published.checkpoints.partition_point(|(next, _)| *next <= start);
        let next = published.checkpoints.get(after).map_or(published.extent.scanned, |(next, _)| *next);
        let later = next.saturating_sub(2 * INTERVAL);
        (later > at).then_some(later)
    }
}

impl Builder {
    fn take(&mut self, bytes: &[u8], fresh: &mut Vec<(u64, u64)>) {
        let (count, last) = self.breaks.count(bytes);
        if let Some(last) = last {
            self.count += count;
            self.line_start = self.scanned + last as u64 + 1;
            if self.line_start >= self.due {
                fresh.push((self.line_start, self.count));
                self.due = self.line_start + INTERVAL;
            }
        }
        self.scanned += bytes.len() as u64;
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use proptest::prelude::*;

    use super::*;

    fn indexed(text: &str, cuts: &[usize], split: Split) -> (Source, TextIndex) {
        let (source, index) = (Source::default(), TextIndex::new(split));
        let mut cuts: Vec<_> = cuts.iter().map(|cut| cut % (text.len() + 1)).collect();
        cuts.sort_unstable();
        let mut from = 0;
        for cut in cuts.into_iter().chain([text.len()]) {
            source.append(Bytes::copy_from_slice(&text.as_bytes()[from..cut]));
            from = cut;
            index.build(&source, 7);
        }
        source.complete();
        while !index.build(&source, 3).ended {}
        (source, index)
    }

    proptest! {
        #[test]
        fn records_are_the_same_in_any_pieces(
            text in "[ab,\"\r\n]{0,60}",
            cuts in prop::collection::vec(0usize..60, 0..4),
        ) {
            let (source, index) = indexed(&text, &cuts, Split::Records);
            let records: Vec<_> =
                index.lines(&source, 0..99).into_iter().map(|(_, range)| source.read(range)).collect();
            let mut expected = Vec::new();
            let (mut record, mut quoted, mut before) = (String::new(), false, '\n');
            let mut closed = false;
            for letter in text.chars() {
                let opens = closed || matches!(before, '\n' | ',');
                closed = quoted && letter == '"';
                quoted = if letter == '"' { !quoted && opens } else { quoted };
                before = letter;
                if letter == '\n' && !quoted {
                    expected.push(record.strip_suffix('\r').unwrap_or(&record).to_owned());
                    record.clear();
                } else {
                    record.push(letter);
                }
            }
            expected.extend((!record.is_empty()).then_some(record));
            prop_assert_eq!(records, expected);
        }

        #[test]
        fn any_window_equals_what_std_says(
            text in "[ab\r\n]{0,80}",
            cuts in prop::collection::vec(0usize..80, 0..4),
        ) {
            let (source, index) = indexed(&text, &cuts, Split::Lines);
            let expected: Vec<_> = text
                .split_inclusive('\n')
                .map(|line| line.strip_suffix("\r\n").or(line.strip_suffix('\n')).unwrap_or(line))
                .collect();
            prop_assert_eq!(index.extent().lines as usize, expected.len());
            for start in 0..expected.len() {
                let lines = index.lines(&source, start as u64..expected.len() as u64);
                let lines: Vec<_> = lines.into_iter().map(|(_, range)| source.read(range)).collect();
                prop_assert_eq!(&lines, &expected[start..]);
            }
        }
    }

    #[test]
    fn an_offset_has_a_line() {
        let (source, index) = indexed("ab\nc\n\nd", &[], Split::Lines);
        let lines: Vec<_> = (0..8).map(|offset| index.line_at(&source, offset).0).collect();
        assert_eq!(lines, [0, 0, 0, 1, 1, 2, 3, 3]);
    }

    #[test]
    fn a_record_may_hold_line_breaks() {
        let text = "a,b\r\n\"1\n2\",\"say \"\"hi\n\"\"\"\nlast";
        let (source, index) = indexed(text, &[7, 9, 20], Split::Records);
        let records = index.lines(&source, 0..9).into_iter().map(|(_, range)| source.read(range));
        assert_eq!(records.collect::<Vec<_>>(), ["a,b", "\"1\n2\",\"say \"\"hi\n\"\"\"", "last"]);
        assert_eq!(index.extent().lines, 3);
        assert_eq!(index.line_at(&source, 8), (1, 5));
    }

    #[test]
    fn a_stray_quote_ends_no_table() {
        let text = format!("a,5\" b\n\"open,{}\nx,1\ny,2\n", "long,".repeat(300_000));
        let (source, index) = (Source::whole(text.clone().into()), TextIndex::new(Split::Records));
        index.build(&source, u64::MAX);
        let records = index.lines(&source, 0..9).into_iter().map(|(_, range)| source.read(range));
        let expected: Vec<_> = text.lines().map(str::to_owned).collect();
        assert_eq!(records.collect::<Vec<_>>(), expected);
        assert_eq!(index.extent().lines, 4);
    }

    #[test]
    fn the_end_of_a_long_line_is_found() {
        let long = "x".repeat(INTERVAL as usize * 7);
        for text in [format!("a\n{long}\r\nb\n{long}"), format!("{long}\r\n{long}\nb")] {
            let (source, index) = (Source::whole(text.clone().into()), TextIndex::new(Split::Lines));
            index.build(&source, u64::MAX);
            let lines: Vec<_> =
                index.lines(&source, 0..9).iter().map(|(_, range)| range.end - range.start).collect();
            let expected: Vec<_> = text.lines().map(|line| line.len() as u64).collect();
            assert_eq!(lines, expected);
        }
    }
}
