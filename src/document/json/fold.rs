//! What is folded, and what that does to the numbers of the lines.
//!
//! A rule folds every container from some depth on; marks open or close single ones. Nothing is kept for the
//! containers that a rule folds, however many: the index knows how many lines there are of each depth.

use std::{collections::BTreeMap, ops::Range};

use super::{
    index::{Checkpoint, DEPTHS, Index},
    layout::visible_lines,
    scanner::Frame,
};
use crate::document::source::Source;

/// Containers at this depth or deeper are folded; `None` folds nothing.
pub(crate) type Rule = Option<usize>;

/// What a container is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fold {
    Closed,
    /// What is in it follows that rule.
    Open(Rule),
}

impl Fold {
    /// Opens a container whose own children are folded: it is at that depth.
    pub(crate) fn one_level(depth: usize) -> Self {
        Self::Open(countable(depth + 1))
    }
}

/// Deeper lines are not counted apart: a rule cannot tell them from those that it folds.
fn countable(depth: usize) -> Rule {
    (depth < DEPTHS - 1).then_some(depth)
}

/// The folds of one view.
#[derive(Debug, Clone, Default)]
pub(crate) struct Folds {
    rule: Rule,
    /// By the offset of the opening bracket.
    marks: BTreeMap<u64, Mark>,
}

#[derive(Debug, Clone)]
struct Mark {
    /// Behind the closing bracket.
    end: u64,
    fold: Fold,
    /// For a closed one: the rule it was open by, which holds again when it is opened.
    before: Option<Rule>,
}

/// Where a stack stands.
#[derive(Debug, Clone)]
pub(crate) struct Context {
    /// The rule in force at the top, and in each container that is open and shown.
    pub(crate) rules: Vec<Rule>,
    /// The depth of the outermost container that is folded.
    pub(crate) hidden: Option<usize>,
    /// Whether it is a mark that folds it.
    marked: bool,
}

impl Folds {
    pub(crate) fn is_empty(&self) -> bool {
        self.rule.is_none() && self.marks.is_empty()
    }

    /// Folds everything from that depth on, and forgets all marks.
    pub(crate) fn fold_from(&mut self, rule: Rule) {
        self.rule = rule.and_then(countable);
        self.marks.clear();
    }

    /// Marks one container.
    pub(crate) fn mark(&mut self, container: Range<u64>, fold: Fold) {
        let before = match (fold, self.marks.get(&container.start).map(|mark| mark.fold)) {
            (Fold::Closed, Some(Fold::Open(rule))) => Some(rule),
            _ => None,
        };
        self.marks.insert(container.start, Mark { end: container.end, fold, before });
    }

    /// Undoes the mark that closed a container: what is in it is as it was before.
    pub(crate) fn unmark(&mut self, open: u64) {
        match self.marks.get_mut(&open) {
            Some(Mark { fold, before: Some(rule), .. }) => *fold = Fold::Open(*rule),
            _ => drop(self.marks.remove(&open)),
        }
    }

    /// Forgets the marks in that range of offsets.
    pub(crate) fn forget(&mut self, within: &Range<u64>) {
        self.marks.retain(|open, _| !within.contains(open));
    }

    /// What the container is that was opened at that offset and depth, where that rule is in force.
    pub(crate) fn fold(&self, open: u64, depth: usize, rule: Rule) -> Fold {
        match self.marks.get(&open) {
            Some(mark) => mark.fold,
            None if rule.is_some_and(|folded| depth >= folded) => Fold::Closed,
            None => Fold::Open(rule),
        }
    }

    pub(crate) fn context(&self, stack: &[Frame]) -> Context {
        let mut rules = vec![self.rule];
        for (depth, frame) in stack.iter().enumerate() {
            match self.fold(frame.open, depth, rules.last().copied().flatten()) {
                Fold::Closed => {
                    let marked = self.marks.contains_key(&frame.open);
                    return Context { rules, hidden: Some(depth), marked };
                }
                Fold::Open(rule) => rules.push(rule),
            }
        }
        Context { rules, hidden: None, marked: false }
    }

    /// The offsets at which a mark begins or ends, in order.
    fn edges(&self) -> Vec<u64> {
        let mut edges: Vec<_> = self.marks.iter().flat_map(|(open, mark)| [*open, mark.end]).collect();
        edges.sort_unstable();
        edges
    }

    /// The lines between two checkpoints, where they can be told from the index alone.
    fn count(&self, from: &Checkpoint, to: &Checkpoint, edges: &[u64]) -> Option<u64> {
        let edge = edges.get(edges.partition_point(|edge| *edge < from.offset));
        if edge.is_some_and(|edge| *edge < to.offset) {
            return None;
        }
        if self.marks.is_empty() {
            return Some(to.since.visible(self.rule));
        }
        let context = self.context(&from.stack());
        let rule = context.rules.last().copied().flatten();
        // No mark ends in between, but what a rule folds may: that rule is in force all the way.
        Some(if context.marked { 0 } else { to.since.visible(rule) })
    }
}

/// How many lines are shown before each checkpoint: what turns numbers of shown lines into places.
#[derive(Debug)]
pub(crate) struct Map {
    /// One for each checkpoint.
    before: Vec<u64>,
    pub(crate) total: u64,
    /// How far the index had come.
    pub(crate) scanned: u64,
    pub(crate) ended: bool,
}

impl Map {
    pub(crate) fn new(index: &Index, source: &Source, folds: &Folds) -> Self {
        let extent = index.extent();
        let edges = folds.edges();
        // Counted while the index is held; what has to be read is read afterwards.
        let (mut counts, unknown, last) = index.with(|checkpoints| {
            let mut counts = Vec::with_capacity(checkpoints.len());
            let mut unknown = Vec::new();
            for (number, (from, to)) in checkpoints.iter().zip(checkpoints.iter().skip(1)).enumerate() {
                let count = folds.count(from, to, &edges);
                if count.is_none() {
                    unknown.push((number, from.clone(), to.offset));
                }
                counts.push(count.unwrap_or_default());
            }
            (counts, unknown, checkpoints.last().cloned())
        });
        for (number, from, end) in unknown {
            if let Some(count) = counts.get_mut(number) {
                *count = visible_lines(index, source, folds, &from, end);
            }
        }
        let mut total = 0;
        let mut before = Vec::with_capacity(counts.len() + 1);
        for count in counts {
            before.push(total);
            total += count;
        }
        before.push(total);
        if let Some(last) = last.filter(|_| extent.lines > 0) {
            total += visible_lines(index, source, folds, &last, extent.scanned);
        }
        Self { before, total, scanned: extent.scanned, ended: extent.ended }
    }

    /// The checkpoint from which that shown line is reached, by its number, and how many lines are shown before it.
    pub(crate) fn locate(&self, line: u64) -> (usize, u64) {
        let number = self.before.partition_point(|before| *before <= line).saturating_sub(1);
        (number, self.before.get(number).copied().unwrap_or_default())
    }

    /// How many lines are shown before the checkpoint of that number.
    pub(crate) fn before(&self, checkpoint: usize) -> u64 {
        self.before.get(checkpoint).or(self.before.last()).copied().unwrap_or_default()
    }
}
