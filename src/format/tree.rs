//! What a file says, without a layout: between the model and the text.

use std::{collections::HashSet, fmt::Display, path::PathBuf};

use crate::model::Problem;

/// A value to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Tree {
    Text(String),
    /// A number or boolean, as TOML writes it.
    Bare(String),
    List(Vec<Tree>),
    /// One or more values of one name: a list, or the value itself where it is the only one.
    Repeated(Vec<Tree>),
    Table(Table),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Table {
    pub(super) entries: Vec<(String, Tree)>,
    pub(super) layout: Layout,
    /// Whether the order of the entries says something: rows are sent in it, the keys of `[http]` mean the same in any.
    pub(super) ordered: bool,
}

/// How a table is written where the file does not have it yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    /// Under a header of its own.
    Section,
    /// `{ key = value }`.
    Inline,
    /// As the value of its first key alone while it has no other, otherwise inline.
    Short,
}

impl Table {
    /// A table without entries, whose order says nothing.
    pub(super) fn fixed(layout: Layout) -> Self {
        Self { entries: Vec::new(), layout, ordered: false }
    }

    pub(super) fn put(&mut self, key: &str, tree: Option<Tree>) {
        self.entries.extend(tree.map(|tree| (key.to_owned(), tree)));
    }

    /// A text that says nothing when empty.
    pub(super) fn text(&mut self, key: &str, value: &str) {
        self.put(key, Some(text(value)).filter(|_| !value.is_empty()));
    }

    pub(super) fn flag(&mut self, key: &str, value: Option<bool>) {
        self.put(key, value.map(bare));
    }

    pub(super) fn filled<T>(&mut self, key: &str, items: &[T], tree: impl Fn(&[T]) -> Tree) {
        self.put(key, Some(tree(items)).filter(|_| !items.is_empty()));
    }

    pub(super) fn section(&mut self, key: &str, table: Self) {
        self.put(key, Some(Tree::Table(table.section_like())).filter(|tree| !tree.is_empty_table()));
    }

    pub(super) fn section_like(self) -> Self {
        Self { layout: Layout::Section, ..self }
    }

    /// What a row may have beside its value.
    pub(super) fn extras(&mut self, enabled: bool, doc: &str) {
        self.flag("enabled", Some(false).filter(|_| !enabled));
        self.text("doc", doc);
    }

    pub(super) fn get(&self, key: &str) -> Option<&Tree> {
        self.entries.iter().find(|(name, _)| name == key).map(|(_, tree)| tree)
    }

    /// A table like this without its entries.
    pub(super) fn emptied(&self) -> Self {
        Self { entries: Vec::new(), ..*self }
    }

    /// The one value that stands for a short table.
    pub(super) fn alone(&self) -> Option<&Tree> {
        match (self.layout, self.entries.as_slice()) {
            (Layout::Short, [(_, tree)]) => Some(tree),
            _ => None,
        }
    }

    /// TOML has no two values of one name in a table: nothing is written rather than one of them lost.
    pub(super) fn without_duplicates(self) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        duplicates(&self, "the file", &mut problems);
        if problems.is_empty() { Ok(self) } else { Err(problems) }
    }
}

fn duplicates(table: &Table, what: &str, problems: &mut Vec<Problem>) {
    let mut seen = HashSet::new();
    for (name, tree) in &table.entries {
        if !seen.insert(name) {
            problems.push(Problem {
                file: PathBuf::new(),
                place: None,
                message: format!("`{name}` stands twice in {what}"),
                hint: Some("rename or remove one of the two".to_owned()),
            });
        }
        tree.tables(&mut |table| duplicates(table, &format!("`{name}`"), problems));
    }
}

impl Tree {
    pub(super) fn is_empty_table(&self) -> bool {
        matches!(self, Self::Table(table) if table.entries.is_empty())
    }

    pub(super) fn is_section(&self) -> bool {
        matches!(self, Self::Table(table) if table.layout == Layout::Section)
    }

    /// The text that this is written as, where it is one.
    pub(super) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Repeated(items) => match items.as_slice() {
                [one] => one.as_text(),
                _ => None,
            },
            Self::Table(table) => table.alone()?.as_text(),
            Self::Bare(_) | Self::List(_) => None,
        }
    }

    fn tables(&self, visit: &mut impl FnMut(&Table)) {
        match self {
            Self::Table(table) => visit(table),
            Self::List(items) | Self::Repeated(items) => items.iter().for_each(|item| item.tables(visit)),
            Self::Text(_) | Self::Bare(_) => {}
        }
    }
}

pub(super) fn text(value: &str) -> Tree {
    Tree::Text(value.to_owned())
}

pub(super) fn bare(value: impl Display) -> Tree {
    Tree::Bare(value.to_string())
}
