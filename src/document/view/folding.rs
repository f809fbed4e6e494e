//! Folding containers of pretty JSON. Every other view has nothing to fold, and says so with `None`.

use std::ops::Range;

use super::{Lines, Shape};
use crate::document::json::{fold::Fold, index::Index, path};

/// A container that can be folded.
pub(super) struct Container {
    open: u64,
    depth: usize,
}

impl Lines {
    /// Whether something on that line is folded.
    pub fn is_folded(&self, line: usize) -> bool {
        let Shape::Json(index) = self.shape() else { return false };
        self.row(index, line).is_some_and(|row| row.folded().is_some())
    }

    /// Opens what is folded on that line, else folds as [`Self::fold`] does. Returns the line of the container.
    pub fn toggle_fold(&mut self, line: usize) -> Option<usize> {
        if self.is_folded(line) { self.unfold(line) } else { self.fold(line) }
    }

    /// Folds the container that begins or ends on that line, else the one around it; on a folded one, the one
    /// around that. Returns the line of the container.
    pub fn fold(&mut self, line: usize) -> Option<usize> {
        if self.is_folded(line) {
            let parent = self.enclosing(line)?;
            return self.fold(parent);
        }
        self.mark(line, |_| Fold::Closed)
    }

    /// Opens what is folded on that line. What is in it is as it was before; where it was folded by its depth, its
    /// children still are. Returns the line.
    pub fn unfold(&mut self, line: usize) -> Option<usize> {
        if !self.is_folded(line) {
            return None;
        }
        let Shape::Json(index) = self.shape() else { return None };
        let open = self.row(index, line)?.opens()?;
        self.folds.unmark(open);
        self.refold();
        if self.is_folded(line) {
            return self.mark(line, |container| Fold::one_level(container.depth));
        }
        Some(line)
    }

    /// Folds the container that begins or ends on that line, else the one around it, and all that stand beside it.
    /// Returns the container's line.
    pub fn fold_siblings(&mut self, line: usize) -> Option<usize> {
        let open = self.container_at(line)?.open;
        let parent = self.enclosing(self.line_at(open))?;
        let parent = self.container_at(parent)?;
        let Shape::Json(index) = self.shape() else { return None };
        let range = self.range(index, &parent);
        self.folds.forget(&range);
        self.folds.mark(range, Fold::one_level(parent.depth));
        self.refold();
        Some(self.line_at(open))
    }

    /// Folds all containers that have so many around them, or more: 0 folds the whole, 1 all members of the root.
    /// `None` opens everything. Folds of single containers are forgotten.
    ///
    /// Beyond the depth of 14, lines are not told apart: such a depth opens everything.
    pub fn fold_from_depth(&mut self, depth: Option<usize>) {
        self.folds.fold_from(depth);
        self.refold();
    }

    /// Opens every fold that hides that offset of the text: a match, say. Returns its line.
    pub fn reveal(&mut self, offset: u64) -> usize {
        loop {
            let line = self.line_at(offset);
            let Shape::Json(index) = self.shape() else { return line };
            let hides = self.row(index, line).filter(|row| row.hides(offset));
            if hides.is_none() || self.unfold(line).is_none() {
                return line;
            }
        }
    }

    /// The line on which the container around what that line shows begins.
    pub fn enclosing(&self, line: usize) -> Option<usize> {
        self.breadcrumb(line).last().map(|crumb| self.line_at(crumb.offset))
    }

    /// Marks the container at that line.
    fn mark(&mut self, line: usize, fold: impl FnOnce(&Container) -> Fold) -> Option<usize> {
        let container = self.container_at(line)?;
        let Shape::Json(index) = self.shape() else { return None };
        let range = self.range(index, &container);
        self.folds.mark(range, fold(&container));
        self.refold();
        Some(self.line_at(container.open))
    }

    /// The container that begins on that line; else the one that ends there, or the one around it.
    pub(super) fn container_at(&self, line: usize) -> Option<Container> {
        let Shape::Json(index) = self.shape() else { return None };
        let row = self.row(index, line)?;
        if let Some(open) = row.opens() {
            return Some(Container { open, depth: row.depth });
        }
        let position = path::position(index, &self.document.inner.text, row.range().start)?;
        let depth = position.stack.len();
        match (position.closes, position.stack.last()) {
            (Some(closed), _) => Some(Container { open: closed.open, depth }),
            (None, Some(around)) => Some(Container { open: around.open, depth: depth - 1 }),
            (None, None) => None,
        }
    }

    pub(super) fn range(&self, index: &Index, container: &Container) -> Range<u64> {
        let end = path::end(index, &self.document.inner.text, container.open, container.depth);
        container.open..end.unwrap_or(u64::MAX)
    }

    /// Line numbers have changed.
    fn refold(&mut self) {
        self.map = std::sync::Mutex::default();
    }
}
