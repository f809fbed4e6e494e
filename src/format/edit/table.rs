//! Tables, however they are written: which entries stay, go and come.

use std::{collections::HashSet, ops::Range};

use super::{Context, Editor, Stuck, lines::Going};
use crate::format::{
    render,
    source::{Entry, Form, Kind, Node},
    tree::{Table, Tree},
};

impl Editor<'_> {
    /// Makes the table at `node`, which says `old`, say `new`. `path` is its name in a header.
    pub(super) fn table(
        &mut self,
        old: &Table,
        new: &Table,
        node: &Node,
        path: &[&str],
        context: Context,
    ) -> Result<(), Stuck> {
        let Kind::Table(entries, form) = &node.kind else { return Err(Stuck) };
        let context = match form {
            Form::Inline => Context::Inline,
            Form::Dotted => context,
            Form::Root | Form::Header | Form::Implicit => Context::Lines,
        };
        let root = *form == Form::Root;
        let find = |name: &str| entries.iter().find(|entry| entry.name == name);
        let mut kept: HashSet<&str> = HashSet::new();
        let mut rewritten: HashSet<&str> = HashSet::new();
        for name in staying(old, new) {
            let (Some(was), Some(is), Some(entry)) = (old.get(name), new.get(name), find(name)) else {
                return Err(Stuck);
            };
            let mark = self.splices.mark();
            let path: Vec<_> = path.iter().copied().chain([name]).collect();
            let forced = root && self.anew.iter().any(|anew| anew == name);
            let done = if !fits(is, &entry.node) {
                Err(Stuck)
            } else if forced {
                self.replace(was, is, &entry.node)
            } else {
                self.value(was, is, &entry.node, &path, context)
            };
            match done {
                Ok(()) => _ = kept.insert(name),
                Err(Stuck) if context == Context::Lines && (root || !fits(is, &entry.node)) => {
                    self.splices.back_to(mark);
                    rewritten.insert(name);
                }
                Err(Stuck) => return Err(Stuck),
            }
        }
        let mut change = Change { old, new, node, entries, path, kept, rewritten, renamed: Vec::new() };
        self.renames(&mut change);
        match context {
            Context::Lines => self.change_lines(&change),
            Context::Inline => self.change_items(&change),
        }
    }

    fn change_lines(&mut self, change: &Change) -> Result<(), Stuck> {
        let Change { old, new, node, .. } = *change;
        if change.only_sections_remain() {
            return Err(Stuck);
        }
        let gone = old.entries.iter().filter(|(name, _)| !change.kept.contains(name.as_str()));
        let gone: Vec<_> = gone.filter_map(|(name, _)| change.entry(name)).collect();
        for entry in &gone {
            self.remove_lines(entry, change.going(entry));
        }
        let mut anchors = Anchors::default();
        for (index, (name, tree)) in new.entries.iter().enumerate() {
            let entry = change.entry(name);
            if let Some(entry) = entry.filter(|_| change.kept.contains(name.as_str())) {
                anchors.pass(entry);
                continue;
            }
            // A key that said nothing (`auth = "inherit"`) stands in the file, but not in the old tree.
            let path: Vec<_> = change.path.iter().copied().chain([name.as_str()]).collect();
            if let Some(entry) = entry.filter(|_| old.get(name).is_none()) {
                if self.fill(tree, &entry.node, &path).is_ok() {
                    anchors.pass(entry);
                    continue;
                }
                self.remove_lines(entry, Going::Whole);
            }
            match (tree, entry.filter(|entry| change.going(entry) == Going::Replaced)) {
                (Tree::Table(table), Some(entry)) => self.replace_section(&path, table, entry),
                (Tree::Table(table), None) if tree.is_section() && takes_sections(node) => {
                    self.insert_section(&path, table, anchors.section, node);
                }
                _ => {
                    let next =
                        change.line_after(index).or_else(|| gone.iter().copied().find(|e| e.is_lines()));
                    self.come((name, tree), change, anchors.line, next)?;
                }
            }
        }
        Ok(())
    }

    /// Makes a value or table that said nothing say `tree`.
    fn fill(&mut self, tree: &Tree, node: &Node, path: &[&str]) -> Result<(), Stuck> {
        let mark = self.splices.mark();
        let done = match (tree, &node.kind) {
            (Tree::Table(new), Kind::Table(entries, Form::Header)) if entries.is_empty() => {
                self.table(&new.emptied(), new, node, path, Context::Lines)
            }
            _ if fits(tree, node) => self.replace(tree, tree, node),
            _ => Err(Stuck),
        };
        done.inspect_err(|_| self.splices.back_to(mark))
    }

    /// A line that is new here: moved as it stands, or written.
    fn come(
        &mut self,
        (name, tree): (&str, &Tree),
        change: &Change,
        anchor: Option<&Entry>,
        next: Option<&Entry>,
    ) -> Result<(), Stuck> {
        let moved = change.entry(name).filter(|entry| {
            entry.node.is_value() && change.old.get(name) == Some(tree) && !change.rewritten.contains(name)
        });
        match moved {
            Some(entry) => self.move_line(entry, anchor, next, change.node),
            None => self.insert_line((name, tree), anchor, next, change.node),
        }
    }

    /// The lines of an entry as they are, in another place.
    fn move_line(
        &mut self,
        entry: &Entry,
        anchor: Option<&Entry>,
        next: Option<&Entry>,
        node: &Node,
    ) -> Result<(), Stuck> {
        let lines: String = self.lines(entry).iter().map(|lines| self.splices.slice(lines)).collect();
        let ended = lines.ends_with('\n');
        let lines = if ended { lines } else { format!("{lines}{}", self.splices.eol()) };
        self.insert_line_text(&lines, anchor, next, node)
    }

    /// An entry that goes while another with the same value comes in its place has a new name: all else stays.
    fn renames(&mut self, change: &mut Change) {
        let Change { old, new, entries, .. } = *change;
        if !new.ordered || old.entries.len() != new.entries.len() {
            return;
        }
        for ((was, value), (is, same)) in old.entries.iter().zip(&new.entries) {
            let entry = entries.iter().find(|entry| entry.name == *was);
            let Some(entry) = entry.filter(|entry| entry.node.is_value()) else { continue };
            if was != is && value == same && new.get(was).is_none() && old.get(is).is_none() {
                self.rename(entry, is, change.node);
                change.kept.extend([was.as_str(), is.as_str()]);
                change.renamed.push((is, entry));
            }
        }
    }

    fn change_items(&mut self, change: &Change) -> Result<(), Stuck> {
        let Change { old, new, entries, ref kept, .. } = *change;
        let stays = |entry: &Entry| kept.contains(entry.name.as_str()) || old.get(&entry.name).is_none();
        if kept.len() < new.entries.len() && entries.iter().any(|entry| !entry.node.is_value()) {
            return Err(Stuck);
        }
        let spans: Vec<_> = entries.iter().map(item_span).collect();
        let mut at = 0;
        while at < entries.len() {
            let run = entries.iter().skip(at).take_while(|entry| !stays(entry)).count();
            self.remove_items(&spans, at..at + run)?;
            at += run.max(1);
        }
        let place = |name: &str| {
            let here = change.entry(name).filter(|entry| stays(entry))?;
            entries.iter().position(|entry| std::ptr::eq(entry, here))
        };
        let mut anchor: Option<usize> = None;
        let mut added: Vec<String> = Vec::new();
        for (name, tree) in &new.entries {
            let Some(index) = place(name) else {
                let eol = self.splices.eol();
                added.push(format!("{} = {}", render::key(name), render::value(tree, eol)));
                continue;
            };
            if old.get(name).is_none() && !kept.contains(name.as_str()) {
                let entry = entries.get(index).ok_or(Stuck)?;
                self.replace(tree, tree, &entry.node)?;
            }
            self.insert_items(anchor.and_then(|at| spans.get(at)), spans.get(index), &added)?;
            added.clear();
            anchor = Some(index);
        }
        self.insert_items(anchor.and_then(|at| spans.get(at)), None, &added)
    }
}

/// What has to happen to one table.
struct Change<'n> {
    old: &'n Table,
    new: &'n Table,
    node: &'n Node,
    entries: &'n [Entry],
    path: &'n [&'n str],
    /// Names whose entries are done.
    kept: HashSet<&'n str>,
    /// Names whose entries go as a whole and come back anew.
    rewritten: HashSet<&'n str>,
    /// Entries that have a new name.
    renamed: Vec<(&'n str, &'n Entry)>,
}

impl<'n> Change<'n> {
    /// The entry that is called `name` now, or will be.
    fn entry(&self, name: &str) -> Option<&'n Entry> {
        let renamed = self.renamed.iter().find(|(new, _)| *new == name).map(|(_, entry)| *entry);
        renamed.or_else(|| self.entries.iter().find(|entry| entry.name == name))
    }

    /// How an entry leaves the place where it stands.
    fn going(&self, entry: &Entry) -> Going {
        let new = self.new.get(&entry.name);
        match new {
            None => Going::Gently,
            Some(tree) if tree.is_section() && !entry.is_lines() && self.old.get(&entry.name).is_some() => {
                Going::Replaced
            }
            Some(_) => Going::Whole,
        }
    }

    /// The next entry behind the new entry `index` that stays and has lines of its own.
    fn line_after(&self, index: usize) -> Option<&'n Entry> {
        let behind = self.new.entries.iter().skip(index);
        let staying = behind.filter(|(name, _)| self.kept.contains(name.as_str()));
        staying.filter_map(|(name, _)| self.entry(name)).find(|entry| entry.is_lines())
    }

    /// Whether a header would be left over nothing but other headers.
    fn only_sections_remain(&self) -> bool {
        let Kind::Table(_, Form::Header) = self.node.kind else { return false };
        let had_lines = self.entries.iter().any(Entry::is_lines);
        had_lines
            && !self.new.entries.is_empty()
            && self.new.entries.iter().all(|(name, tree)| {
                tree.is_section() && self.entry(name).is_none_or(|entry| !entry.is_lines())
            })
    }
}

/// The last entry passed that has lines of its own, and the last that is a section.
#[derive(Default)]
struct Anchors<'n> {
    line: Option<&'n Entry>,
    section: Option<&'n Entry>,
}

impl<'n> Anchors<'n> {
    fn pass(&mut self, entry: &'n Entry) {
        if entry.is_lines() {
            self.line = Some(entry);
        } else {
            self.section = Some(entry);
        }
    }
}

/// Headers may follow: the table is the file's or has a header itself.
fn takes_sections(node: &Node) -> bool {
    matches!(node.kind, Kind::Table(_, Form::Root | Form::Header | Form::Implicit))
}

fn item_span(entry: &Entry) -> Range<usize> {
    entry.key.start..entry.node.span.end
}

/// Whether `tree` can be written where `node` stands without moving it.
fn fits(tree: &Tree, node: &Node) -> bool {
    match tree {
        Tree::Table(_) if tree.is_section() => matches!(node.kind, Kind::Table(..)),
        Tree::Text(_) | Tree::Bare(_) | Tree::List(_) => node.is_value(),
        Tree::Repeated(_) | Tree::Table(_) => true,
    }
}

/// The names that stand in both tables and need not move: where order counts, those of a longest common
/// subsequence.
fn staying<'n>(old: &'n Table, new: &'n Table) -> Vec<&'n str> {
    let is_in = |table: &Table, name: &str| table.get(name).is_some();
    let old_names = old.entries.iter().map(|(name, _)| name.as_str()).filter(|name| is_in(new, name));
    let old_names: Vec<_> = old_names.collect();
    let new_names = new.entries.iter().map(|(name, _)| name.as_str()).filter(|name| is_in(old, name));
    let new_names: Vec<_> = new_names.collect();
    if !new.ordered || old_names == new_names {
        return old_names;
    }
    common_subsequence(&old_names, &new_names)
}

fn common_subsequence<'n>(one: &[&'n str], other: &[&'n str]) -> Vec<&'n str> {
    let mut lengths = vec![vec![0_u32; other.len() + 1]; one.len() + 1];
    for (i, a) in one.iter().enumerate().rev() {
        for (j, b) in other.iter().enumerate().rev() {
            lengths[i][j] =
                if a == b { lengths[i + 1][j + 1] + 1 } else { lengths[i + 1][j].max(lengths[i][j + 1]) };
        }
    }
    let (mut i, mut j, mut out) = (0, 0, Vec::new());
    while i < one.len() && j < other.len() {
        if one[i] == other[j] {
            out.push(one[i]);
            (i, j) = (i + 1, j + 1);
        } else if lengths[i + 1][j] >= lengths[i][j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    out
}
