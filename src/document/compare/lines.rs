//! Documents compared by their lines: what is no JSON, and JSON that is too large to be compared by what it says.

use std::{collections::hash_map::RandomState, hash::BuildHasher as _, ops::Range};

use super::{
    align::{Algorithm, hunks},
    segments::{Change, Segments},
};
use crate::document::Lines;

/// Lines of a document that are compared one by one; of more, groups of them first.
pub(super) const MOST: u64 = 1 << 20;
/// Lines that are read at once.
const STEP: u64 = 4096;
/// A group of lines ends where a hash is a multiple of this: so a line that is put in moves no other group's end.
const GROUP: u64 = 32;
/// The longest group, in lines.
const LONGEST: u64 = 1024;

/// Two documents as lines.
pub(super) struct ByLine<'a> {
    pub(super) left: &'a Lines,
    pub(super) right: &'a Lines,
    pub(super) hasher: RandomState,
    /// Is told how many bytes were read.
    pub(super) go_on: &'a mut dyn FnMut(u64) -> bool,
    pub(super) out: Segments,
}

/// It was told to stop.
#[derive(Debug)]
pub(super) struct Cancelled;

/// Lines that are compared as one.
struct Group {
    lines: Range<u64>,
    hash: u64,
}

impl ByLine<'_> {
    /// Compares whole documents. Says whether lines were grouped.
    pub(super) fn run(mut self) -> Result<(Segments, bool), Cancelled> {
        let (left, right) = (self.left.len() as u64, self.right.len() as u64);
        if left.max(right) > MOST {
            return Ok((self.grouped()?, true));
        }
        self.by_line(0..left, 0..right)?;
        Ok((self.out, false))
    }

    /// Compares groups of lines, and the lines of those that differ.
    pub(super) fn grouped(mut self) -> Result<Segments, Cancelled> {
        self.by_group(self.left.len() as u64, self.right.len() as u64)?;
        Ok(self.out)
    }

    fn by_line(&mut self, left: Range<u64>, right: Range<u64>) -> Result<(), Cancelled> {
        let (before, after) = (self.hashes(true, left.clone())?, self.hashes(false, right.clone())?);
        let (mut l, mut r) = (left.start, right.start);
        for (removed, added) in hunks(Algorithm::Histogram, &before, &after) {
            let is_same =
                |number: usize| before.get(removed.start + number) == after.get(added.start + number);
            let gone = left.start + removed.start as u64..left.start + removed.end as u64;
            let new = right.start + added.start as u64..right.start + added.end as u64;
            self.out.push(Change::Same, l..gone.start, r..new.start);
            (l, r) = (gone.end, new.end);
            self.differ(gone, new, is_same);
        }
        self.out.push(Change::Same, l..left.end, r..right.end);
        Ok(())
    }

    /// Lines stand beside each other as far as there are as many; by chance some of them are the same.
    fn differ(&mut self, removed: Range<u64>, added: Range<u64>, is_same: impl Fn(usize) -> bool) {
        let both = (removed.end - removed.start).min(added.end - added.start);
        for number in 0..both {
            let same = is_same(number as usize);
            let (l, r) = (removed.start + number, added.start + number);
            self.out.counts.changed += u64::from(!same);
            self.out.push(if same { Change::Same } else { Change::Changed }, l..l + 1, r..r + 1);
        }
        let (l, r) = (removed.start + both, added.start + both);
        self.out.counts.removed += removed.end - l;
        self.out.counts.added += added.end - r;
        self.out.push(Change::Removed, l..removed.end, r..r);
        self.out.push(Change::Added, removed.end..removed.end, r..added.end);
    }

    fn by_group(&mut self, left: u64, right: u64) -> Result<(), Cancelled> {
        let (before, after) = (self.groups(true, left)?, self.groups(false, right)?);
        let hashes = |groups: &[Group]| groups.iter().map(|group| group.hash).collect::<Vec<_>>();
        let (mut l, mut r) = (0, 0);
        for (removed, added) in hunks(Algorithm::Histogram, &hashes(&before), &hashes(&after)) {
            let (removed, added) = (lines(&before, &removed, left), lines(&after, &added, right));
            self.out.push(Change::Same, l..removed.start, r..added.start);
            (l, r) = (removed.end, added.end);
            if (removed.end - removed.start).max(added.end - added.start) > MOST {
                self.differ(removed, added, |_| false);
            } else {
                self.by_line(removed, added)?;
            }
        }
        self.out.push(Change::Same, l..left, r..right);
        Ok(())
    }

    fn hashes(&mut self, is_left: bool, lines: Range<u64>) -> Result<Vec<u64>, Cancelled> {
        let mut hashes = Vec::with_capacity((lines.end - lines.start) as usize);
        self.each(is_left, lines, &mut |hash| hashes.push(hash))?;
        Ok(hashes)
    }

    fn groups(&mut self, is_left: bool, lines: u64) -> Result<Vec<Group>, Cancelled> {
        let mut groups = Vec::new();
        let mut group = Group { lines: 0..0, hash: 0 };
        let hasher = self.hasher.clone();
        self.each(is_left, 0..lines, &mut |hash| {
            group.hash = hasher.hash_one((group.hash, hash));
            group.lines.end += 1;
            if hash % GROUP == 0 || group.lines.end - group.lines.start == LONGEST {
                let next = Group { lines: group.lines.end..group.lines.end, hash: 0 };
                groups.push(std::mem::replace(&mut group, next));
            }
        })?;
        if !group.lines.is_empty() {
            groups.push(group);
        }
        Ok(groups)
    }

    fn each(&mut self, is_left: bool, lines: Range<u64>, take: &mut dyn FnMut(u64)) -> Result<(), Cancelled> {
        let side = if is_left { self.left } else { self.right };
        let mut at = lines.start;
        while at < lines.end {
            let digests = side.digests(at..lines.end.min(at + STEP), &self.hasher);
            if digests.is_empty() {
                break;
            }
            at += digests.len() as u64;
            for digest in &digests {
                take(digest.hash);
            }
            if !(self.go_on)(digests.iter().map(|digest| digest.bytes).sum()) {
                return Err(Cancelled);
            }
        }
        Ok(())
    }
}

/// The lines of those groups; without one, the place between the others.
fn lines(groups: &[Group], range: &Range<usize>, end: u64) -> Range<u64> {
    let start = |number: usize| groups.get(number).map_or(end, |group| group.lines.start);
    start(range.start)..start(range.end)
}
