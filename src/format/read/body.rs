//! `[body]`.

use super::{Reader, nearest};
use crate::{format::source::Node, model::Body};

const KINDS: [&str; 8] = ["json", "text", "xml", "form", "multipart", "file", "graphql", "base64"];

impl Reader<'_> {
    /// `None` without a key: a request whose body is commented out has none.
    pub(super) fn body(&mut self, node: &Node) -> Option<Body> {
        let entries = self.table(node, "`[body]`")?;
        for entry in entries.iter().filter(|entry| !KINDS.contains(&entry.name.as_str())) {
            let message = format!("unknown kind `{}` in `[body]`", entry.name);
            self.problem(entry.key.start, message, nearest(&entry.name, &KINDS));
        }
        let mut known = entries.iter().filter(|entry| KINDS.contains(&entry.name.as_str()));
        let one = known.next()?;
        if let Some(second) = known.next() {
            let message = format!("`[body]` has both `{}` and `{}`", one.name, second.name);
            self.problem(second.key.start, message, "keep one of them".to_owned());
        }
        self.body_kind(&one.name, &one.node)
    }

    fn body_kind(&mut self, kind: &str, node: &Node) -> Option<Body> {
        match kind {
            "form" => return Some(Body::Form(self.rows(node, "`[body.form]`"))),
            "multipart" => return Some(Body::Multipart(self.parts(node))),
            "graphql" => return self.graphql(node),
            _ => {}
        }
        let text = self.string(node, &format!("`{kind}`"))?;
        Some(match kind {
            "json" => Body::Json(text),
            "xml" => Body::Xml(text),
            "file" => Body::File(text),
            "base64" => Body::Base64(text),
            _ => Body::Text(text),
        })
    }

    fn graphql(&mut self, node: &Node) -> Option<Body> {
        let mut fields = self.fields(node, "`[body.graphql]`")?;
        let query = self.required(&mut fields, "query", node);
        let variables = fields.take("variables").and_then(|node| self.string(node, "`variables`"));
        let operation = fields.take("operation").and_then(|node| self.string(node, "`operation`"));
        self.finish(&fields);
        Some(Body::Graphql {
            query: query?,
            variables: variables.unwrap_or_default(),
            operation: operation.unwrap_or_default(),
        })
    }
}
