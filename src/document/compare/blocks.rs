//! The rows of a comparison as they are shown: runs of segments, and gaps that stand for what is the same.

use std::{collections::BTreeSet, ops::Range};

use super::segments::{Change, Segment};

/// Ways to show a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Form {
    /// One line below the other, what was removed before what was added.
    Unified,
    /// Lines that belong together beside each other.
    Aligned,
}

/// A run of rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) rows: Range<u64>,
    pub(super) part: Part,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// Of the segment of that number, from that row of it on.
    Segment { segment: usize, skipped: u64 },
    /// One row for so many that are left out, which begin in the segment of that number.
    Gap { segment: usize, hidden: u64 },
}

/// A row of a segment: the line of each side that it shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) change: Change,
    pub(super) left: Option<u64>,
    pub(super) right: Option<u64>,
    /// The line of the other side that was changed to it, or that it was changed to, on a row of its own.
    pub(super) other: Option<u64>,
}

impl Row {
    /// The left line that it shows or is compared with.
    pub(super) fn left(&self) -> Option<u64> {
        self.left.or(self.other.filter(|_| self.right.is_some()))
    }

    pub(super) fn right(&self) -> Option<u64> {
        self.right.or(self.other.filter(|_| self.left.is_some()))
    }

    pub(super) fn is_changed(&self) -> bool {
        self.change == Change::Changed || self.other.is_some()
    }
}

impl Segment {
    /// How many rows it takes.
    pub(super) fn rows(&self, form: Form) -> u64 {
        let (left, right) = (self.left.end - self.left.start, self.right.end - self.right.start);
        match (form, self.change) {
            (Form::Unified, Change::Changed) => left + right,
            (Form::Unified, Change::Ignored) if right > 0 => right,
            _ => left.max(right),
        }
    }

    pub(super) fn row(&self, form: Form, number: u64) -> Row {
        let line = |range: &Range<u64>, number: u64| {
            (number < range.end - range.start).then_some(range.start + number)
        };
        let (left, right) = (line(&self.left, number), line(&self.right, number));
        let count = self.left.end - self.left.start;
        match (form, self.change) {
            (Form::Aligned, Change::Changed) => Row { change: Change::Changed, left, right, other: None },
            (Form::Unified, Change::Changed) if number < count => {
                Row { change: Change::Removed, left, right: None, other: right }
            }
            (Form::Unified, Change::Changed) => Row {
                change: Change::Added,
                left: None,
                right: line(&self.right, number - count),
                other: line(&self.left, number - count),
            },
            (_, change) => Row { change, left, right, other: None },
        }
    }
}

/// The rows of all segments; of those that are quiet, `context` around each change. Runs that begin in one of
/// `opened` are shown whole.
pub(super) fn blocks(
    segments: &[Segment],
    form: Form,
    context: Option<u64>,
    opened: &BTreeSet<usize>,
) -> Vec<Block> {
    let mut out = Blocks { list: Vec::new(), next: 0 };
    let mut first = 0;
    for run in segments.chunk_by(|a, b| a.change.is_quiet() == b.change.is_quiet()) {
        let total: u64 = run.iter().map(|segment| segment.rows(form)).sum();
        let is_quiet = run.first().is_some_and(|segment| segment.change.is_quiet());
        let at_end = first + run.len() == segments.len();
        let kept = context.filter(|_| is_quiet && !opened.contains(&first));
        // At either end of the document there is a change on one side only.
        let before = kept.map_or(total, |context| if first == 0 { 0 } else { context });
        let after = kept.map_or(0, |context| if at_end { 0 } else { context });
        // A gap for a single row would save nothing.
        let hidden = total.saturating_sub(before + after);
        let gap = if hidden > 1 { before..before + hidden } else { total..total };
        let mut at = 0;
        for (number, segment) in (first..).zip(run) {
            let rows = at..at + segment.rows(form);
            at = rows.end;
            out.segment(number, &rows, rows.start..rows.end.min(gap.start));
            if rows.contains(&gap.start) {
                out.push(1, Part::Gap { segment: first, hidden });
            }
            out.segment(number, &rows, rows.start.max(gap.end)..rows.end);
        }
        first += run.len();
    }
    out.list
}

struct Blocks {
    list: Vec<Block>,
    next: u64,
}

impl Blocks {
    /// Adds a part of a segment that has those rows of its run.
    fn segment(&mut self, segment: usize, rows: &Range<u64>, part: Range<u64>) {
        if part.start < part.end {
            self.push(part.end - part.start, Part::Segment { segment, skipped: part.start - rows.start });
        }
    }

    fn push(&mut self, rows: u64, part: Part) {
        self.list.push(Block { rows: self.next..self.next + rows, part });
        self.next += rows;
    }
}
