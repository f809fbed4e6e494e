//! The texts of a file that may hold templates, each with its place: what a check of a collection reads.

use std::ops::Range;

use super::{
    place_of,
    source::{self, Entry, Kind, Node},
};
use crate::model::Place;

/// A text that is rendered before it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// The names of the tables and keys that it stands in, outermost first: `["headers", "Accept"]`.
    pub key: Vec<String>,
    pub text: String,
    /// The bytes of the file that the string covers, with its quotes.
    span: Range<usize>,
}

impl Template {
    /// Where the bytes `part` of the text stand in `file`, which is the text that the template was found in.
    pub fn place(&self, file: &str, part: &Range<usize>) -> Place {
        let written = file.get(self.span.clone()).unwrap_or_default();
        let wanted = self.text.get(part.clone()).unwrap_or_default();
        if wanted.is_empty() {
            return place_of(file, self.span.start);
        }
        // Escapes may make the string longer than its text: the same words are looked for, as often as they stand
        // before.
        let before = self.text.get(..part.start).unwrap_or_default().matches(wanted).count();
        let at = written.match_indices(wanted).nth(before).map_or(0, |(at, _)| at);
        place_of(file, self.span.start + at)
    }

    /// Where the byte `offset` of the text stands in `file`. Where the string has escapes, the rest of the line is looked
    /// for.
    pub fn place_of_byte(&self, file: &str, offset: usize) -> Place {
        let written = file.get(self.span.clone()).unwrap_or_default();
        if let Some(at) = written.find(&self.text) {
            return place_of(file, self.span.start + at + offset);
        }
        let rest = self.text.get(offset..).unwrap_or_default();
        let end = offset + rest.find('\n').unwrap_or(rest.len());
        self.place(file, &(offset..end))
    }
}

/// The templates of a request, folder, collection or environment file, in order, without those of rows that are
/// disabled. A file that is no TOML has none.
pub fn templates(text: &str) -> Vec<Template> {
    let Ok(root) = source::parse(text) else { return Vec::new() };
    let mut found = Vec::new();
    for entry in entries(&root) {
        let mut key = vec![entry.name.clone()];
        match entry.name.as_str() {
            "method" | "url" | "vars" | "auth" => all(&entry.node, &mut key, &mut found),
            "path" | "params" | "headers" => rows(&entry.node, &mut key, &mut found),
            "body" | "http" => {
                for part in entries(&entry.node) {
                    key.push(part.name.clone());
                    match (entry.name.as_str(), part.name.as_str()) {
                        ("body", "form" | "multipart") => rows(&part.node, &mut key, &mut found),
                        ("body", _) | ("http", "proxy") => all(&part.node, &mut key, &mut found),
                        _ => {}
                    }
                    key.pop();
                }
            }
            _ => {}
        }
    }
    found
}

fn entries(node: &Node) -> &[Entry] {
    match &node.kind {
        Kind::Table(entries, _) => entries,
        _ => &[],
    }
}

/// Every string below `node`.
fn all(node: &Node, key: &mut Vec<String>, found: &mut Vec<Template>) {
    match &node.kind {
        Kind::String(text) => {
            found.push(Template { key: key.clone(), text: text.clone(), span: node.span.clone() });
        }
        Kind::List(nodes) => nodes.iter().for_each(|node| all(node, key, found)),
        Kind::Table(entries, _) => {
            for entry in entries {
                key.push(entry.name.clone());
                all(&entry.node, key, found);
                key.pop();
            }
        }
        _ => {}
    }
}

/// The values of rows: strings, lists of them, and tables with a `value` or, in multipart bodies, a `file`.
fn rows(node: &Node, key: &mut Vec<String>, found: &mut Vec<Template>) {
    for entry in entries(node) {
        key.push(entry.name.clone());
        row(&entry.node, key, found);
        key.pop();
    }
}

fn row(node: &Node, key: &mut Vec<String>, found: &mut Vec<Template>) {
    match &node.kind {
        Kind::List(nodes) | Kind::Tables(nodes) => nodes.iter().for_each(|node| row(node, key, found)),
        Kind::Table(cells, _) => {
            let is_off = |cell: &Entry| cell.name == "enabled" && matches!(cell.node.kind, Kind::Bool(false));
            if cells.iter().any(is_off) {
                return;
            }
            for cell in cells.iter().filter(|cell| matches!(cell.name.as_str(), "value" | "file")) {
                key.push(cell.name.clone());
                all(&cell.node, key, found);
                key.pop();
            }
        }
        _ => all(node, key, found),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_is_rendered_and_nothing_else() {
        let text = "doc = '{{ doc }}'\nurl = \"{{ url }}\"\ntags = ['{{ tag }}']\n\
            params.a = ['1', { value = '2', enabled = false }]\nparams.doc = '3'\n\
            [headers]\nAccept = { value = '4', doc = 'no' }\n[auth.basic]\nusername = '5'\npassword = '6'\n\
            [body.multipart]\nphoto = { file = '7', type = 'no' }\n[http]\nproxy = '8'\nca = 'no'\n\
            [vars]\nv = '9'\n[expect]\n'$.x' = '{{ no }}'\n";
        let found = templates(text);
        let texts: Vec<&str> = found.iter().map(|template| template.text.as_str()).collect();
        assert_eq!(texts, ["{{ url }}", "1", "3", "4", "5", "6", "7", "8", "9"]);
        assert_eq!(found[6].key, ["body", "multipart", "photo", "file"]);
    }

    #[test]
    fn tells_the_line_and_column_within_a_text() {
        let text = "url = \"a\\tb{{ x }}/{{ x }}\"\n[body]\njson = '''\n{\n  \"é\": \"{{ y }}\"\n}\n'''\n";
        let found = templates(text);
        let place = |template: &Template, part: &str, nth: usize| {
            let at = template.text.match_indices(part).nth(nth).unwrap().0;
            let place = template.place(text, &(at..at + part.len()));
            (place.line, place.column)
        };
        assert_eq!(place(&found[0], "{{ x }}", 0), (1, 12));
        assert_eq!(place(&found[0], "{{ x }}", 1), (1, 20));
        assert_eq!(place(&found[1], "y", 0), (5, 12));
        assert_eq!(found[0].place(text, &(0..0)), Place { line: 1, column: 7 });
    }
}
