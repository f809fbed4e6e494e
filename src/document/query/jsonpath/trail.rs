//! The path of the value that is being read, kept along with the containers that are followed.

use crate::document::json::{PathStyle, path::push_index, unquote_json};

/// A path that grows and shrinks with the levels of a search.
#[derive(Debug, Clone)]
pub(in crate::document::query) struct Trail {
    style: PathStyle,
    path: String,
    /// The length of the path of each open level's container.
    levels: Vec<usize>,
}

impl Trail {
    /// Begins at the root.
    pub(in crate::document::query) fn new(style: PathStyle) -> Self {
        Self { style, path: "$".to_owned(), levels: Vec::new() }
    }

    /// Begins at a node of that path.
    pub(super) fn at(&self, path: String) -> Self {
        Self { style: self.style, path, levels: Vec::new() }
    }

    /// Of the value that was begun last.
    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// The value that was begun last is the container of that level, counted from 1.
    pub(super) fn enter(&mut self, level: usize) {
        self.levels.truncate(level.saturating_sub(1));
        self.levels.push(self.path.len());
    }

    /// A key, as it is written in its quotes, begins a member of the container of that level.
    pub(super) fn key(&mut self, level: usize, key: &[u8]) {
        self.path.truncate(self.length(level));
        self.style.push_key(&mut self.path, &unquote_json(key));
    }

    /// An element of the container of that level begins.
    pub(super) fn index(&mut self, level: usize, index: u64) {
        self.path.truncate(self.length(level));
        push_index(&mut self.path, index);
    }

    /// The path of a child of the container of that level: of a member, with the text from its key to its value.
    pub(super) fn of_child(&self, level: usize, member: Option<&[u8]>, index: u64) -> String {
        let mut path = self.path.get(..self.length(level)).unwrap_or_default().to_owned();
        match member {
            Some(text) => {
                let end = memchr::memrchr(b'"', text).map_or(0, |at| at + 1);
                self.style.push_key(&mut path, &unquote_json(text.get(..end).unwrap_or_default()));
            }
            None => push_index(&mut path, index),
        }
        path
    }

    fn length(&self, level: usize) -> usize {
        level.checked_sub(1).and_then(|level| self.levels.get(level)).copied().unwrap_or(self.path.len())
    }
}
