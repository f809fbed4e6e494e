//! `[needs]`, `[expect]`, `[capture]`, `[poll]`, `[paginate]`: as written; whether a query or a predicate makes
//! sense is not asked here.

use super::{Fields, Reader};
use crate::{
    format::source::{Entry, Kind, Node},
    model::{Capture, Expectation, Literal, Need, Paginate, Poll},
};

impl Reader<'_> {
    pub(super) fn needs(&mut self, node: &Node) -> Vec<Need> {
        let entries = self.table(node, "`[needs]`").unwrap_or_default();
        entries.iter().filter_map(|entry| self.need(entry)).collect()
    }

    fn need(&mut self, Entry { name, node, .. }: &Entry) -> Option<Need> {
        let name = name.clone();
        match &node.kind {
            Kind::String(run) => Some(Need { name, run: run.clone(), with: Vec::new(), max_age: None }),
            Kind::Table(entries, _) => {
                let mut fields = Fields::of(format!("the need `{name}`"), entries);
                let run = self.required(&mut fields, "run", node);
                let with = fields.take("with").and_then(|node| self.pairs(node, "`with`"));
                let max_age = fields.take("max_age").and_then(|node| self.duration(node, "`max_age`"));
                self.finish(&fields);
                Some(Need { name, run: run?, with: with.unwrap_or_default(), max_age })
            }
            _ => {
                let expected = "a request's path or a table with `run`";
                self.wrong_type(node, &format!("the need `{name}`"), expected);
                None
            }
        }
    }

    pub(super) fn expect(&mut self, node: &Node) -> Vec<Expectation> {
        let entries = self.table(node, "`[expect]`").unwrap_or_default();
        let expectation = |entry: &Entry| {
            let predicate = self.literal(&entry.node)?;
            Some(Expectation { query: entry.name.clone(), predicate })
        };
        entries.iter().filter_map(expectation).collect()
    }

    fn literal(&mut self, node: &Node) -> Option<Literal> {
        Some(match &node.kind {
            Kind::String(text) => Literal::String(text.clone()),
            Kind::Integer(integer) => Literal::Integer(*integer),
            Kind::Float(float) => Literal::Float(*float),
            Kind::Bool(bool) => Literal::Bool(*bool),
            Kind::Date => {
                let hint = "JSON has no dates: write it as a string, in quotes".to_owned();
                self.problem(node.span.start, "a date cannot be expected", hint);
                return None;
            }
            Kind::List(items) | Kind::Tables(items) => {
                Literal::List(items.iter().filter_map(|item| self.literal(item)).collect())
            }
            Kind::Table(entries, _) => {
                let pair = |entry: &Entry| Some((entry.name.clone(), self.literal(&entry.node)?));
                Literal::Table(entries.iter().filter_map(pair).collect())
            }
        })
    }

    pub(super) fn capture(&mut self, node: &Node) -> Vec<Capture> {
        let entries = self.table(node, "`[capture]`").unwrap_or_default();
        entries.iter().filter_map(|entry| self.one_capture(entry)).collect()
    }

    fn one_capture(&mut self, Entry { name, node, .. }: &Entry) -> Option<Capture> {
        let name = name.clone();
        match &node.kind {
            Kind::String(query) => Some(Capture { name, query: query.clone(), secret: false }),
            Kind::Table(entries, _) => {
                let mut fields = Fields::of(format!("the capture `{name}`"), entries);
                let query = self.required(&mut fields, "from", node);
                let secret = fields.take("secret").and_then(|node| self.bool(node, "`secret`"));
                self.finish(&fields);
                Some(Capture { name, query: query?, secret: secret.unwrap_or(false) })
            }
            _ => {
                let expected = "a query or a table with `from`";
                self.wrong_type(node, &format!("the capture `{name}`"), expected);
                None
            }
        }
    }

    pub(super) fn poll(&mut self, node: &Node) -> Option<Poll> {
        let mut fields = self.fields(node, "`[poll]`")?;
        let mut wait = |key: &'static str| {
            let Some(found) = fields.take(key) else {
                self.lacking(&fields, key, node, format!("`[poll]` has no `{key}`"), None);
                return None;
            };
            self.duration(found, &format!("`{key}`"))
        };
        let (every, within) = (wait("every"), wait("for"));
        self.finish(&fields);
        Some(Poll { every: every?, within: within? })
    }

    pub(super) fn paginate(&mut self, node: &Node) -> Option<Paginate> {
        let mut fields = self.fields(node, "`[paginate]`")?;
        let paginate = Paginate {
            next: self.string_in(&mut fields, "next"),
            page: self.string_in(&mut fields, "page"),
            offset: self.string_in(&mut fields, "offset"),
            cursor: self.string_in(&mut fields, "cursor"),
            max: fields.take("max").and_then(|node| self.count(node, "`max`")),
        };
        self.finish(&fields);
        Some(paginate)
    }
}
