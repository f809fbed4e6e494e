//! Nodes to model. Every problem of a file is collected; what is wrong is left out, so that reading goes on.

use std::{ops::Range, path::Path, time::Duration};

use super::{
    duration, place_of, size,
    source::{self, Entry, Form, Kind, Node},
};
use crate::model::Problem;

mod auth;
mod body;
mod expectation;
mod file;
mod rows;
mod settings;

pub(super) use file::{environment, folder, request};

/// Reads `text` with `read`, which is given the nodes of the whole file.
pub(super) fn parse<T>(
    text: &str,
    file: &Path,
    read: impl FnOnce(&mut Reader, &Node) -> T,
) -> Result<T, Vec<Problem>> {
    let mut reader = Reader { text, file, problems: Vec::new() };
    let root = source::parse(text).map_err(|error| {
        reader.syntax(&error);
        std::mem::take(&mut reader.problems)
    })?;
    let value = read(&mut reader, &root);
    if reader.problems.is_empty() {
        return Ok(value);
    }
    reader.problems.sort_by_key(|problem| problem.place);
    Err(reader.problems)
}

/// Collects the problems of one file.
pub(super) struct Reader<'t> {
    text: &'t str,
    file: &'t Path,
    problems: Vec<Problem>,
}

/// A table of which some keys are known: those that were asked for. [`Reader::finish`] reports the others.
pub(super) struct Fields<'n> {
    /// As in a message: "`[http]`".
    what: String,
    entries: &'n [Entry],
    known: Vec<&'static str>,
}

impl<'n> Fields<'n> {
    fn of(what: impl Into<String>, entries: &'n [Entry]) -> Self {
        Self { what: what.into(), entries, known: Vec::new() }
    }

    /// The value of `key`, which is known from now on.
    fn take(&mut self, key: &'static str) -> Option<&'n Node> {
        self.known.push(key);
        self.entries.iter().find(|entry| entry.name == key).map(|entry| &entry.node)
    }

    /// Whether a key of no meaning is there that is nearly this one, which is not: the misspelling is told, and that the
    /// key is missing is no news beside it.
    fn is_misspelt(&self, key: &str) -> bool {
        self.entries.iter().any(|entry| {
            !self.known.contains(&entry.name.as_str())
                && best(&entry.name, &[key]).is_some_and(|(_, near)| near)
        })
    }
}

impl Reader<'_> {
    fn problem(&mut self, at: usize, message: impl Into<String>, hint: impl Into<Option<String>>) {
        self.problems.push(Problem {
            file: self.file.to_owned(),
            place: Some(place_of(self.text, at)),
            message: message.into(),
            hint: hint.into(),
        });
    }

    /// A key that has to be there and is not.
    fn lacking(
        &mut self,
        fields: &Fields,
        key: &str,
        at: &Node,
        message: String,
        hint: impl Into<Option<String>>,
    ) {
        if !fields.is_misspelt(key) {
            self.problem(at.span.start, message, hint);
        }
    }

    fn syntax(&mut self, error: &source::SyntaxError) {
        let duplicate = error.message == "duplicate key";
        let (message, hint) = if duplicate {
            let name = self.word_at(error.at);
            (
                format!("the key {name} stands twice"),
                "remove one of the two; repeated names take a list".to_owned(),
            )
        } else {
            let hint = "strings need quotes, and every line is `key = value` or `[table]`";
            (format!("not TOML: {}", error.message), hint.to_owned())
        };
        self.problem(error.at, message, hint);
    }

    /// The key at `at`, quoted for a message.
    fn word_at(&self, at: usize) -> String {
        let rest = self.text.get(at..).unwrap_or_default();
        let end = rest.find(|c: char| c.is_whitespace() || "=.]".contains(c)).unwrap_or(rest.len());
        format!("`{}`", rest.get(..end).unwrap_or_default())
    }

    fn wrong_type(&mut self, node: &Node, what: &str, expected: &str) {
        let message = format!("{what} must be {expected}, found {}", node.found());
        self.problem(node.span.start, message, None);
    }

    /// Reports every key of `fields` that was not asked for.
    fn finish(&mut self, fields: &Fields) {
        for entry in fields.entries.iter().filter(|entry| !fields.known.contains(&entry.name.as_str())) {
            let message = format!("unknown key `{}` in {}", entry.name, fields.what);
            self.problem(entry.key.start, message, nearest(&entry.name, &fields.known));
        }
    }

    /// The entries of a table, however it is written.
    fn table<'n>(&mut self, node: &'n Node, what: &str) -> Option<&'n [Entry]> {
        if let Kind::Table(entries, _) = &node.kind {
            return Some(entries);
        }
        self.wrong_type(node, what, "a table");
        None
    }

    fn fields<'n>(&mut self, node: &'n Node, what: &str) -> Option<Fields<'n>> {
        self.table(node, what).map(|entries| Fields::of(what, entries))
    }

    fn string(&mut self, node: &Node, what: &str) -> Option<String> {
        if let Kind::String(text) = &node.kind {
            return Some(text.clone());
        }
        self.wrong_type(node, what, "a string");
        None
    }

    /// A string; a number or boolean is taken as its text.
    fn text(&mut self, node: &Node, what: &str, expected: &str) -> Option<String> {
        match &node.kind {
            Kind::String(text) => Some(text.clone()),
            Kind::Integer(integer) => Some(integer.to_string()),
            Kind::Bool(bool) => Some(bool.to_string()),
            Kind::Float(_) => self.raw(&node.span).map(|raw| raw.replace('_', "")),
            _ => {
                self.wrong_type(node, what, expected);
                None
            }
        }
    }

    fn raw(&self, span: &Range<usize>) -> Option<&str> {
        self.text.get(span.clone())
    }

    fn bool(&mut self, node: &Node, what: &str) -> Option<bool> {
        if let Kind::Bool(bool) = node.kind {
            return Some(bool);
        }
        self.wrong_type(node, what, "true or false");
        None
    }

    /// An integer from 0.
    fn count<N: TryFrom<i64>>(&mut self, node: &Node, what: &str) -> Option<N> {
        let count = match node.kind {
            Kind::Integer(integer) => N::try_from(integer).ok(),
            _ => None,
        };
        if count.is_none() {
            match node.kind {
                Kind::Integer(integer) => {
                    self.problem(node.span.start, format!("{what} is out of range: {integer}"), None);
                }
                _ => self.wrong_type(node, what, "a whole number"),
            }
        }
        count
    }

    fn strings(&mut self, node: &Node, what: &str) -> Option<Vec<String>> {
        let Kind::List(items) = &node.kind else {
            self.wrong_type(node, what, "a list of strings");
            return None;
        };
        Some(items.iter().filter_map(|item| self.string(item, &format!("each of {what}"))).collect())
    }

    fn duration(&mut self, node: &Node, what: &str) -> Option<Duration> {
        let Kind::String(text) = &node.kind else {
            self.wrong_type(node, what, duration::EXPECTED);
            return None;
        };
        let parsed = duration::parse(text);
        if parsed.is_none() {
            self.bad_value(node, what, text, duration::EXPECTED);
        }
        parsed
    }

    fn size(&mut self, node: &Node, what: &str) -> Option<u64> {
        match &node.kind {
            Kind::String(text) => {
                let parsed = size::parse(text);
                if parsed.is_none() {
                    self.bad_value(node, what, text, size::EXPECTED);
                }
                parsed
            }
            Kind::Integer(_) => self.count(node, what),
            _ => {
                self.wrong_type(node, what, size::EXPECTED);
                None
            }
        }
    }

    /// A value of the right type that says nothing known; `expected` becomes the hint.
    fn bad_value(&mut self, node: &Node, what: &str, found: &str, expected: &str) {
        let message = format!("{what} cannot be \"{found}\"");
        self.problem(node.span.start, message, format!("write {expected}"));
    }

    /// One of the words of a list; the nearest is the hint for any other.
    fn one_of(&mut self, node: &Node, what: &str, words: &[&str]) -> Option<String> {
        let text = self.string(node, what)?;
        if words.contains(&text.as_str()) {
            return Some(text);
        }
        let hint = nearest(&text, words);
        self.problem(node.span.start, format!("{what} cannot be \"{text}\""), hint);
        None
    }
}

/// "did you mean" for a near miss, otherwise the whole list.
fn nearest(found: &str, known: &[&str]) -> Option<String> {
    let (best, is_near) = best(found, known)?;
    Some(if is_near {
        format!("did you mean `{best}`?")
    } else {
        format!("known here: {}", known.join(", "))
    })
}

/// The name that is most like what was found, and whether it is so like it that it was meant.
fn best<'k>(found: &str, known: &[&'k str]) -> Option<(&'k str, bool)> {
    let score = |name: &&&str| strsim::damerau_levenshtein(&found.to_lowercase(), name);
    let best = known.iter().min_by_key(score)?;
    let is_near = score(&best) <= best.len().max(found.len()).div_ceil(3)
        || (found.len() > 2 && (best.starts_with(found) || found.starts_with(*best)));
    Some((best, is_near))
}

/// Whether the table of this node holds other tables only through headers, and so says nothing by itself.
fn is_empty_table(node: &Node) -> bool {
    matches!(&node.kind, Kind::Table(entries, form) if entries.is_empty() && *form != Form::Inline)
}
