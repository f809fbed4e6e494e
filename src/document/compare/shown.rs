//! A difference as lines on a screen.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    sync::Arc,
};

use super::{
    Difference,
    blocks::{Block, Form, Part, Row, blocks},
    inner::inner,
    segments::Change,
};
use crate::document::{Line, Lines};

/// Lines of a document that are laid out at once, though some between them are not shown.
const APART: u64 = 32;
/// Bytes of a line in which the part that differs is looked for; of a longer one, all that follows differs.
const MARKED: u64 = 1 << 20;

/// A difference in one of its forms, with what is left out of it. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Comparison {
    difference: Arc<Difference>,
    form: Form,
    context: Option<u64>,
    /// Segments at which runs begin that are shown whole.
    opened: BTreeSet<usize>,
    blocks: Arc<[Block]>,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComparedLine {
    /// Counts from 0 within the comparison.
    pub number: usize,
    pub change: Change,
    /// How many rows are left out here; 0 for an ordinary row.
    pub hidden: u64,
    /// The line of the left document, with its number there. In the unified form a line that both have is the
    /// right one's, and only the number is given of the left one.
    pub left: Option<Line>,
    pub right: Option<Line>,
    pub left_number: Option<usize>,
    pub right_number: Option<usize>,
}

impl Comparison {
    pub(super) fn new(difference: Arc<Difference>, form: Form, context: Option<usize>) -> Self {
        let context = context.map(|context| context as u64);
        let mut comparison =
            Self { difference, form, context, opened: BTreeSet::new(), blocks: Arc::default() };
        comparison.lay_out();
        comparison
    }

    fn lay_out(&mut self) {
        self.blocks = blocks(&self.difference.segments, self.form, self.context, &self.opened).into();
    }

    pub fn difference(&self) -> &Difference {
        &self.difference
    }

    pub fn form(&self) -> Form {
        self.form
    }

    pub fn len(&self) -> usize {
        self.blocks.last().map_or(0, |last| last.rows.end as usize)
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Shows all of what is left out on that row; false where nothing is.
    pub fn open(&mut self, row: usize) -> bool {
        let Some(Block { part: Part::Gap { segment, .. }, .. }) = self.block(row) else { return false };
        self.opened.insert(*segment);
        self.lay_out();
        true
    }

    /// The first row of the next run of differences.
    pub fn next_change(&self, row: usize) -> Option<usize> {
        let mut inside = self.block(row).is_some_and(|block| self.differs(block));
        let first = self.blocks.partition_point(|block| block.rows.end as usize <= row);
        let later = self.blocks.get(first..)?.iter().find(|block| {
            let differs = self.differs(block);
            let begins = differs && !inside;
            inside = differs;
            begins && block.rows.start as usize > row
        });
        later.map(|block| block.rows.start as usize)
    }

    /// The first row of the run of differences before that row.
    pub fn previous_change(&self, row: usize) -> Option<usize> {
        let end = self.blocks.partition_point(|block| (block.rows.start as usize) < row);
        let before = self.blocks.get(..end)?;
        let last = before.iter().rposition(|block| self.differs(block))?;
        let same = before.get(..last)?.iter().rposition(|block| !self.differs(block));
        before.get(same.map_or(0, |same| same + 1)).map(|block| block.rows.start as usize)
    }

    /// The JSONPath of what begins on that row, in the right document if it is there.
    pub fn path(&self, row: usize) -> Option<String> {
        let row = self.row(row)?;
        match (row.left, row.right) {
            (_, Some(right)) => self.difference.right.path_at(right as usize),
            (Some(left), None) => self.difference.left.path_at(left as usize),
            (None, None) => None,
        }
    }

    fn differs(&self, block: &Block) -> bool {
        match block.part {
            Part::Gap { .. } => false,
            Part::Segment { segment, .. } => {
                self.difference.segments.get(segment).is_some_and(|segment| segment.change.is_difference())
            }
        }
    }

    fn block(&self, row: usize) -> Option<&Block> {
        let number = self.blocks.partition_point(|block| block.rows.end as usize <= row);
        self.blocks.get(number)
    }

    fn row(&self, row: usize) -> Option<Row> {
        let block = self.block(row)?;
        match block.part {
            Part::Gap { .. } => None,
            Part::Segment { segment, skipped } => {
                let segment = self.difference.segments.get(segment)?;
                Some(segment.row(self.form, skipped + (row as u64 - block.rows.start)))
            }
        }
    }

    /// Those rows, as far as they are there, with the part of each line that lies in those columns. In lines that
    /// were changed, the part that differs is marked as matched.
    pub fn window_columns(&self, rows: Range<usize>, columns: Range<usize>) -> Vec<ComparedLine> {
        let rows = rows.start..rows.end.min(self.len());
        let shown: Vec<_> = rows.clone().map(|row| self.row(row)).collect();
        let lines = |side: fn(&Row) -> Option<u64>| shown.iter().flatten().filter_map(side).collect();
        let left = lay_out(&self.difference.left, lines(Row::left), &columns);
        let right = lay_out(&self.difference.right, lines(Row::right), &columns);
        let line = |(number, row): (usize, Option<Row>)| match row {
            Some(row) => self.line(number, row, &left, &right),
            None => self.gap(number),
        };
        rows.zip(shown).map(line).collect()
    }

    fn gap(&self, number: usize) -> ComparedLine {
        let hidden = match self.block(number) {
            Some(Block { part: Part::Gap { hidden, .. }, .. }) => *hidden,
            _ => 0,
        };
        ComparedLine {
            number,
            change: Change::Same,
            hidden,
            left: None,
            right: None,
            left_number: None,
            right_number: None,
        }
    }

    fn line(&self, number: usize, row: Row, left: &LaidOut, right: &LaidOut) -> ComparedLine {
        let line = |lines: &LaidOut, line: Option<u64>| line.and_then(|line| lines.get(&line)).cloned();
        let (mut left, mut right) = (line(left, row.left()), line(right, row.right()));
        if let (Some(before), Some(after), true) = (&mut left, &mut right, row.is_changed()) {
            self.mark(before, after);
        }
        let one = self.form == Form::Unified && row.right.is_some();
        ComparedLine {
            number,
            change: row.change,
            hidden: 0,
            left: left.filter(|_| row.left.is_some() && !one),
            right: right.filter(|_| row.right.is_some()),
            left_number: row.left.map(|line| line as usize),
            right_number: row.right.map(|line| line as usize),
        }
    }

    /// Marks the parts that differ.
    fn mark(&self, before: &mut Line, after: &mut Line) {
        let read = |lines: &Lines, line: &Line| {
            lines.document().read(line.range.start..line.range.end.min(line.range.start + MARKED))
        };
        let (left, right) = (read(&self.difference.left, before), read(&self.difference.right, after));
        let (left, right) = inner(without_comma(&left), without_comma(&right));
        let range = |line: &Line, part: Range<usize>| {
            line.range.start + part.start as u64..line.range.start + part.end as u64
        };
        let (left, right) = (range(before, left), range(after, right));
        before.mark(std::slice::from_ref(&left));
        after.mark(std::slice::from_ref(&right));
    }
}

/// A comma behind a value of JSON says nothing of it.
fn without_comma(line: &[u8]) -> &[u8] {
    line.strip_suffix(b",").map_or(line, <[u8]>::trim_ascii_end)
}

/// Lines of a document by their numbers.
type LaidOut = BTreeMap<u64, Line>;

/// Lays out those lines, near ones together.
fn lay_out(lines: &Lines, wanted: BTreeSet<u64>, columns: &Range<usize>) -> LaidOut {
    let mut out = BTreeMap::new();
    let mut wanted = wanted.into_iter().peekable();
    while let Some(first) = wanted.next() {
        let mut last = first;
        while let Some(next) = wanted.next_if(|next| next - last <= APART) {
            last = next;
        }
        let window = lines.window_columns(first as usize..last as usize + 1, columns.clone());
        out.extend((first..).zip(window));
    }
    out
}
