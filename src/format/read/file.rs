//! The three kinds of file, key by key.

use super::{Fields, Reader, is_empty_table, nearest};
use crate::{
    format::{
        FolderFile,
        source::{Kind, Node},
    },
    model::{Defaults, Environment, Request, SecretSource, Vars},
};

/// The node of the whole file is a table by construction.
fn root<'n>(node: &'n Node, what: &str) -> Fields<'n> {
    match &node.kind {
        Kind::Table(entries, _) => Fields::of(what, entries),
        _ => Fields::of(what, &[]),
    }
}

/// A request file.
pub(crate) fn request(reader: &mut Reader, node: &Node) -> Request {
    let mut fields = root(node, "a request");
    let mut text = |reader: &mut Reader, key: &'static str| {
        fields.take(key).and_then(|node| reader.string(node, &format!("`{key}`"))).unwrap_or_default()
    };
    let mut request = Request {
        doc: text(reader, "doc"),
        method: text(reader, "method"),
        url: text(reader, "url"),
        ..Request::default()
    };
    request.cases = fields.take("cases").and_then(|node| reader.string(node, "`cases`"));
    request.tags = fields.take("tags").and_then(|node| reader.strings(node, "`tags`")).unwrap_or_default();
    request.vars = fields.take("vars").map(|node| reader.vars(node)).unwrap_or_default();
    request.path = fields.take("path").map(|node| reader.rows(node, "`[path]`")).unwrap_or_default();
    request.params = fields.take("params").map(|node| reader.rows(node, "`[params]`")).unwrap_or_default();
    request.headers = fields.take("headers").map(|node| reader.rows(node, "`[headers]`")).unwrap_or_default();
    request.auth = fields.take("auth").and_then(|node| reader.auth(node));
    request.body = fields.take("body").and_then(|node| reader.body(node));
    request.http = fields.take("http").map(|node| reader.settings(node)).unwrap_or_default();
    request.retry = fields.take("retry").map(|node| reader.retry(node)).unwrap_or_default();
    request.needs = fields.take("needs").map(|node| reader.needs(node)).unwrap_or_default();
    request.expect = fields.take("expect").map(|node| reader.expect(node)).unwrap_or_default();
    request.capture = fields.take("capture").map(|node| reader.capture(node)).unwrap_or_default();
    request.poll = fields.take("poll").and_then(|node| reader.poll(node));
    request.paginate = fields.take("paginate").and_then(|node| reader.paginate(node));
    reader.finish(&fields);
    request
}

/// `collection.toml` or `folder.toml`.
pub(crate) fn folder(reader: &mut Reader, node: &Node) -> FolderFile {
    let mut fields = root(node, "a folder's file");
    let name = fields.take("name").and_then(|node| reader.string(node, "`name`"));
    let doc = fields.take("doc").and_then(|node| reader.string(node, "`doc`")).unwrap_or_default();
    let order = fields.take("order").and_then(|node| reader.strings(node, "`order`")).unwrap_or_default();
    let defaults = Defaults {
        vars: fields.take("vars").map(|node| reader.vars(node)).unwrap_or_default(),
        headers: fields.take("headers").map(|node| reader.rows(node, "`[headers]`")).unwrap_or_default(),
        auth: fields.take("auth").and_then(|node| reader.auth(node)),
        http: fields.take("http").map(|node| reader.settings(node)).unwrap_or_default(),
        retry: fields.take("retry").map(|node| reader.retry(node)).unwrap_or_default(),
        expect: fields.take("expect").map(|node| reader.expect(node)).unwrap_or_default(),
    };
    reader.finish(&fields);
    FolderFile { name, doc, order, defaults }
}

/// `environments/NAME.toml`; the caller gives the name.
pub(crate) fn environment(reader: &mut Reader, node: &Node) -> Environment {
    let mut fields = root(node, "an environment");
    let doc = fields.take("doc").and_then(|node| reader.string(node, "`doc`")).unwrap_or_default();
    let vars = fields.take("vars").map(|node| reader.vars(node)).unwrap_or_default();
    let secrets = fields.take("secrets").map(|node| reader.secrets(node)).unwrap_or_default();
    reader.finish(&fields);
    Environment { name: String::new(), doc, vars, secrets }
}

const SOURCES: [&str; 4] = ["env", "keyring", "prompt", "command"];

impl Reader<'_> {
    fn vars(&mut self, node: &Node) -> Vars {
        let entries = self.table(node, "`[vars]`").unwrap_or_default();
        let var = |entry: &super::Entry| {
            let what = format!("the variable `{}`", entry.name);
            Some((entry.name.clone(), self.text(&entry.node, &what, "a string, a number or a boolean")?))
        };
        entries.iter().filter_map(var).collect()
    }

    fn secrets(&mut self, node: &Node) -> Vec<(String, SecretSource)> {
        let entries = self.table(node, "`[secrets]`").unwrap_or_default();
        let secret =
            |entry: &super::Entry| Some((entry.name.clone(), self.secret_source(&entry.node, &entry.name)?));
        entries.iter().filter_map(secret).collect()
    }

    fn secret_source(&mut self, node: &Node, name: &str) -> Option<SecretSource> {
        let what = format!("the secret `{name}`");
        let Kind::Table(entries, _) = &node.kind else {
            let hint = format!(
                "never write a secret's value into a file; say where it is found: \
                 {name} = {{ env = \"{}\" }}, or keyring, prompt, command",
                name.to_uppercase()
            );
            self.problem(node.span.start, format!("{what} must be a table, found {}", node.found()), hint);
            return None;
        };
        for entry in entries.iter().filter(|entry| !SOURCES.contains(&entry.name.as_str())) {
            let message = format!("unknown key `{}` in {what}", entry.name);
            self.problem(entry.key.start, message, nearest(&entry.name, &SOURCES));
        }
        let mut known = entries.iter().filter(|entry| SOURCES.contains(&entry.name.as_str()));
        match (known.next(), known.next()) {
            (Some(one), None) => self.one_source(&one.name, &one.node),
            (Some(_), Some(second)) => {
                self.problem(second.key.start, format!("{what} is found in two places"), keep_one());
                None
            }
            (None, _) => {
                if entries.is_empty() || is_empty_table(node) {
                    let hint = format!("write one of: {}", SOURCES.join(", "));
                    self.problem(node.span.start, format!("{what} does not say where it is found"), hint);
                }
                None
            }
        }
    }

    fn one_source(&mut self, kind: &str, node: &Node) -> Option<SecretSource> {
        let what = format!("`{kind}`");
        if kind != "command" {
            let text = self.string(node, &what)?;
            return Some(match kind {
                "env" => SecretSource::Env(text),
                "keyring" => SecretSource::Keyring(text),
                _ => SecretSource::Prompt(text),
            });
        }
        let command = self.strings(node, &what)?;
        if command.is_empty() {
            self.problem(
                node.span.start,
                "`command` is empty",
                "write [\"program\", \"argument\"]".to_owned(),
            );
            return None;
        }
        Some(SecretSource::Command(command))
    }
}

fn keep_one() -> String {
    "keep one of them".to_owned()
}
