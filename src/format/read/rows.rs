//! Named values: `name = "text"`, `name = ["a", "b"]`, `name = { value = "text", enabled = false, doc = "…" }`.

use super::{Fields, Reader};
use crate::{
    format::source::{Entry, Kind, Node},
    model::{Part, PartContent, Row, Rows},
};

const ROW: &str = "a string, a list of strings or a table with `value`";

impl Reader<'_> {
    /// The rows of `what`, in the order of the file.
    pub(super) fn rows(&mut self, node: &Node, what: &str) -> Rows {
        let entries = self.table(node, what).unwrap_or_default();
        self.repeated(entries, Self::row)
    }

    /// The parts of `[body.multipart]`.
    pub(super) fn parts(&mut self, node: &Node) -> Vec<Part> {
        let entries = self.table(node, "`[body.multipart]`").unwrap_or_default();
        self.repeated(entries, Self::part)
    }

    /// One value of each entry, or one of each element where it is a list.
    fn repeated<T>(
        &mut self,
        entries: &[Entry],
        mut one: impl FnMut(&mut Self, &str, &Node) -> Option<T>,
    ) -> Vec<T> {
        let mut out = Vec::new();
        for entry in entries {
            match &entry.node.kind {
                Kind::List(items) | Kind::Tables(items) => {
                    out.extend(items.iter().filter_map(|item| one(self, &entry.name, item)));
                }
                _ => out.extend(one(self, &entry.name, &entry.node)),
            }
        }
        out
    }

    fn row(&mut self, name: &str, node: &Node) -> Option<Row> {
        let what = format!("`{name}`");
        let Kind::Table(entries, _) = &node.kind else {
            return Some(Row::new(name, self.text(node, &what, ROW)?));
        };
        let mut fields = Fields::of(&what, entries);
        let value = fields.take("value").and_then(|node| self.text(node, "`value`", "a string"));
        let (enabled, doc) = self.row_extras(&mut fields);
        self.finish(&fields);
        if fields.take("value").is_none() {
            self.lacking(&fields, "value", node, format!("{what} has no `value`"), None);
        }
        Some(Row { name: name.to_owned(), value: value?, enabled, doc })
    }

    fn row_extras(&mut self, fields: &mut Fields) -> (bool, String) {
        let enabled = fields.take("enabled").and_then(|node| self.bool(node, "`enabled`")).unwrap_or(true);
        let doc = fields.take("doc").and_then(|node| self.string(node, "`doc`")).unwrap_or_default();
        (enabled, doc)
    }

    fn part(&mut self, name: &str, node: &Node) -> Option<Part> {
        let what = format!("the part `{name}`");
        let Kind::Table(entries, _) = &node.kind else {
            let text = self.text(node, &what, "a string, a list or a table with `value` or `file`")?;
            return Some(Part {
                name: name.to_owned(),
                content: PartContent::Text(text),
                media_type: None,
                filename: None,
                enabled: true,
                doc: String::new(),
            });
        };
        let mut fields = Fields::of(&what, entries);
        let value = fields.take("value");
        let file = fields.take("file");
        let media_type = fields.take("type").and_then(|node| self.string(node, "`type`"));
        let filename = fields.take("filename").and_then(|node| self.string(node, "`filename`"));
        let (enabled, doc) = self.row_extras(&mut fields);
        self.finish(&fields);
        let content = match (value, file) {
            (Some(value), None) => PartContent::Text(self.text(value, "`value`", "a string")?),
            (None, Some(file)) => PartContent::File(self.string(file, "`file`")?),
            (both, _) => {
                let says =
                    if both.is_some() { "both `value` and `file`" } else { "neither `value` nor `file`" };
                self.problem(node.span.start, format!("{what} has {says}"), "write one of them".to_owned());
                return None;
            }
        };
        Some(Part { name: name.to_owned(), content, media_type, filename, enabled, doc })
    }
}
