//! Reading a settings file: places of problems, and going on after each.

use std::{ops::Range, path::Path};

use toml_edit::{Document, Item, Table, TableLike};

use crate::model::{Place, Problem};

/// A file that is being read, with the problems found so far.
#[derive(Debug)]
pub(super) struct Reading<'a> {
    text: &'a str,
    file: &'a Path,
    pub(super) problems: Vec<Problem>,
}

impl<'a> Reading<'a> {
    pub(super) fn new(text: &'a str, file: &'a Path) -> Self {
        Self { text, file, problems: Vec::new() }
    }

    /// The whole file; `None` when it is not TOML, which is then told.
    pub(super) fn root(&mut self) -> Option<Table> {
        match Document::parse(self.text.to_owned()) {
            Ok(document) => Some(document.as_table().clone()),
            Err(error) => {
                self.problem(error.span(), error.message().to_owned(), None);
                None
            }
        }
    }

    /// A table of the file; `None` when it is not there, and when it is something else, which is then told.
    pub(super) fn table(&mut self, parent: &Table, key: &str) -> Option<Table> {
        let item = parent.get(key)?;
        let table = item.clone().into_table().ok();
        if table.is_none() {
            self.problem(item.span(), format!("`{key}` is a table: write [{key}]"), None);
        }
        table
    }

    /// The strings of a table; everything else in it is told.
    pub(super) fn strings(&mut self, table: &Table) -> Vec<(String, String, Option<Range<usize>>)> {
        let mut strings = Vec::new();
        for (key, item) in table {
            match item.as_str() {
                Some(text) => strings.push((key.to_owned(), text.to_owned(), item.span())),
                None => self.problem(item.span(), format!("`{key}` is a string"), None),
            }
        }
        strings
    }

    /// The value of a setting that takes a string.
    pub(super) fn string(&mut self, key: &str, item: &Item) -> Option<String> {
        if item.as_str().is_none() {
            self.problem(item.span(), format!("`{key}` is a string"), None);
        }
        item.as_str().map(str::to_owned)
    }

    /// The value of a setting that is on or off.
    pub(super) fn flag(&mut self, key: &str, item: &Item) -> Option<bool> {
        if item.as_bool().is_none() {
            self.problem(item.span(), format!("`{key}` is true or false"), None);
        }
        item.as_bool()
    }

    /// Where a key stands.
    pub(super) fn key_span(table: &dyn TableLike, key: &str) -> Option<Range<usize>> {
        table.get_key_value(key).and_then(|(key, item)| key.span().or_else(|| item.span()))
    }

    pub(super) fn unknown(&mut self, span: Option<Range<usize>>, what: &str, key: &str, known: &[&str]) {
        let nearest = known.iter().map(|known| (strsim::jaro_winkler(known, key), known));
        let nearest =
            nearest.max_by(|(one, _), (other, _)| one.total_cmp(other)).filter(|(score, _)| *score > 0.7);
        let hint = match nearest {
            Some((_, nearest)) => format!("did you mean `{nearest}`?"),
            None => format!("known are: {}", known.join(", ")),
        };
        self.problem(span, format!("unknown {what} `{key}`"), Some(hint));
    }

    pub(super) fn problem(&mut self, span: Option<Range<usize>>, message: String, hint: Option<String>) {
        let place = span.and_then(|span| self.text.get(..span.start)).map(|before| Place {
            line: before.matches('\n').count() + 1,
            column: before.rsplit('\n').next().unwrap_or_default().chars().count() + 1,
        });
        self.problems.push(Problem { file: self.file.to_owned(), place, message, hint });
    }
}
