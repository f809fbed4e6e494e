//! Values that are short for a table: `A = "x"` for `A = { value = "x" }`. Going from one to the other and back
//! gives the same bytes, so that switching a row off and on again leaves no difference.

use super::Editor;
use crate::format::{
    render,
    source::{Entry, Kind, Node},
    tree::{Table, Tree},
};

impl Editor<'_> {
    /// What to write where a value becomes a table or a table a value; `None` where neither is so.
    pub(super) fn other_length(&self, old: &Tree, new: &Tree, node: &Node) -> Option<String> {
        match (old, new, &node.kind) {
            (Tree::Table(old), Tree::Table(new), Kind::Table(entries, _)) => {
                self.shortened(old, new, node, entries)
            }
            (Tree::Table(old), Tree::Table(new), _) if new.alone().is_none() => {
                self.lengthened(old.alone()?, new, node)
            }
            _ => None,
        }
    }

    /// A table's one value as written, where all else in the table goes.
    fn shortened(&self, old: &Table, new: &Table, node: &Node, entries: &[Entry]) -> Option<String> {
        let alone = new.alone()?;
        let (name, was) = old.entries.first()?;
        let value = entries.iter().find(|entry| entry.name == *name && entry.node.is_value())?;
        let comments = self.splices.slice(&node.span).contains('#');
        let plain = node.is_value() && entries.len() == old.entries.len() && !comments;
        let goes = plain && old.alone().is_none() && was == alone;
        goes.then(|| self.splices.slice(&value.node.span).to_owned())
    }

    /// A table around a value as written, with what comes beside it.
    fn lengthened(&self, alone: &Tree, new: &Table, node: &Node) -> Option<String> {
        let ((name, value), beside) = new.entries.split_first()?;
        if alone != value || !node.is_value() {
            return None;
        }
        let eol = self.splices.eol();
        let beside =
            beside.iter().map(|(name, tree)| format!("{} = {}", render::key(name), render::value(tree, eol)));
        let written = format!("{} = {}", render::key(name), self.splices.slice(&node.span));
        let entries: Vec<_> = std::iter::once(written).chain(beside).collect();
        Some(format!("{{ {} }}", entries.join(", ")))
    }
}
