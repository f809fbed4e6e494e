//! Where in a long line a column is: marks every so many bytes, kept for the lines that were looked at last.

use std::{
    collections::VecDeque,
    ops::Range,
    sync::{Mutex, PoisonError},
};

use super::Source;
use crate::document::line::columns_after;

/// Bytes between two marks.
pub(super) const STRIDE: u64 = 64 * 1024;
/// Lines of which marks are kept.
const KEPT: usize = 8;

#[derive(Debug, Default)]
pub(super) struct Ruler {
    /// The last used come last.
    kept: Mutex<VecDeque<Marks>>,
}

/// Of a text that begins at that offset and column.
#[derive(Debug)]
struct Marks {
    start: (u64, usize),
    /// Each is an offset, and the column there.
    list: Vec<(u64, usize)>,
}

impl Source {
    /// A place in a text of one line that is not far before that column: its offset, and its own column. The text
    /// begins at the column `from`. The first time it is read up to there.
    pub(crate) fn reach(&self, text: &Range<u64>, from: usize, column: usize) -> (u64, usize) {
        let start = (text.start, from);
        if column < from.saturating_add(STRIDE as usize) || text.end - text.start < STRIDE {
            return start;
        }
        let mut kept = self.ruler.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let known = kept.iter().position(|marks| marks.start == start).and_then(|at| kept.remove(at));
        let mut marks = known.unwrap_or_else(|| Marks { start, list: vec![start] });
        marks.extend(self, text.end, column);
        let before = marks.list.partition_point(|(_, at)| *at <= column);
        let found = marks.list.get(before.saturating_sub(1)).copied().unwrap_or(start);
        kept.push_back(marks);
        if kept.len() > KEPT {
            kept.pop_front();
        }
        found
    }
}

impl Marks {
    fn extend(&mut self, source: &Source, end: u64, column: usize) {
        while let Some(&(offset, at)) = self.list.last().filter(|(_, at)| *at <= column) {
            let bytes = source.read(offset..end.min(offset + STRIDE));
            if (bytes.len() as u64) < STRIDE {
                return;
            }
            // No character is cut.
            let begins = |byte: &u8| byte & 0xc0 != 0x80;
            let back = bytes.iter().rev().take(4).position(begins).map_or(0, |back| back + 1);
            let piece = bytes.get(..bytes.len() - back).unwrap_or_default();
            self.list.push((offset + piece.len() as u64, columns_after(piece, at)));
        }
    }
}
