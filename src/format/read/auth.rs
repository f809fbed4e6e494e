//! `[auth]`.

use super::{Fields, Reader, nearest};
use crate::{
    format::source::{Kind, Node},
    model::{ApiKeyPlace, Auth},
};

const KINDS: [&str; 4] = ["bearer", "basic", "digest", "api_key"];

impl Reader<'_> {
    /// `None` inherits, and so does a table without keys (one that is commented out, say).
    pub(super) fn auth(&mut self, node: &Node) -> Option<Auth> {
        let entries = match &node.kind {
            Kind::Table(entries, _) => entries,
            Kind::String(_) => {
                let word = self.one_of(node, "`auth`", &["none", "inherit"])?;
                return (word == "none").then_some(Auth::None);
            }
            _ => {
                self.wrong_type(node, "`auth`", "a table, \"none\" or \"inherit\"");
                return None;
            }
        };
        for entry in entries.iter().filter(|entry| !KINDS.contains(&entry.name.as_str())) {
            let message = format!("unknown kind `{}` in `[auth]`", entry.name);
            let near = nearest(&entry.name, &KINDS).filter(|hint| hint.starts_with("did"));
            let hint = near.unwrap_or_else(|| format!("there are: {}", KINDS.join(", ")));
            self.problem(entry.key.start, message, hint);
        }
        let mut known = entries.iter().filter(|entry| KINDS.contains(&entry.name.as_str()));
        let one = known.next()?;
        if let Some(second) = known.next() {
            let message = format!("`[auth]` has both `{}` and `{}`", one.name, second.name);
            self.problem(second.key.start, message, "keep one of them".to_owned());
        }
        self.auth_kind(&one.name, &one.node)
    }

    fn auth_kind(&mut self, kind: &str, node: &Node) -> Option<Auth> {
        let what = format!("`{kind}`");
        if kind == "bearer" {
            return self.string(node, &what).map(Auth::Bearer);
        }
        let mut fields = self.fields(node, &what)?;
        if kind == "api_key" {
            let name = self.required(&mut fields, "name", node);
            let value = self.required(&mut fields, "value", node);
            let place =
                fields.take("in").map(|node| self.one_of(node, "`in`", &["header", "query", "cookie"]));
            self.finish(&fields);
            let place = match place.flatten().as_deref() {
                Some("query") => ApiKeyPlace::Query,
                Some("cookie") => ApiKeyPlace::Cookie,
                _ => ApiKeyPlace::Header,
            };
            return Some(Auth::ApiKey { name: name?, value: value?, place });
        }
        let username = self.required(&mut fields, "username", node);
        let password = self.required(&mut fields, "password", node);
        self.finish(&fields);
        let (username, password) = (username?, password?);
        Some(if kind == "basic" {
            Auth::Basic { username, password }
        } else {
            Auth::Digest { username, password }
        })
    }

    /// A string that has to be there.
    pub(super) fn required(&mut self, fields: &mut Fields, key: &'static str, of: &Node) -> Option<String> {
        let Some(node) = fields.take(key) else {
            self.problem(of.span.start, format!("{} has no `{key}`", fields.what), None);
            return None;
        };
        self.string(node, &format!("`{key}`"))
    }
}
