//! `[http]` and `[retry]`.

use std::time::Duration;

use super::{Fields, Reader};
use crate::{
    format::source::{Kind, Node},
    model::{CookieUse, HttpVersion, Proxy, Retry, Settings, Timeouts},
};

impl Reader<'_> {
    pub(super) fn settings(&mut self, node: &Node) -> Settings {
        let Some(mut fields) = self.fields(node, "`[http]`") else { return Settings::default() };
        let fields = &mut fields;
        let settings = Settings {
            timeout: fields.take("timeout").map(|node| self.timeouts(node)).unwrap_or_default(),
            redirects: fields.take("redirects").and_then(|node| self.redirects(node)),
            verify: self.bool_in(fields, "verify"),
            ca: self.string_in(fields, "ca"),
            cert: self.string_in(fields, "cert"),
            cert_password: self.string_in(fields, "cert_password"),
            min_tls: fields.take("min_tls").and_then(|node| self.min_tls(node)),
            version: fields.take("version").and_then(|node| self.version(node)),
            proxy: fields.take("proxy").and_then(|node| self.proxy(node)),
            no_proxy: fields.take("no_proxy").and_then(|node| self.strings(node, "`no_proxy`")),
            max_body: fields.take("max_body").and_then(|node| self.size(node, "`max_body`")),
            cookies: fields.take("cookies").and_then(|node| self.cookies(node)),
            compress: fields
                .take("compress")
                .and_then(|node| self.one_of(node, "`compress`", &["gzip", "br", "zstd", "deflate"])),
            expect_continue: self.bool_in(fields, "expect_continue"),
            resolve: fields.take("resolve").and_then(|node| self.pairs(node, "`resolve`")),
            unix_socket: self.string_in(fields, "unix_socket"),
            https_only: self.bool_in(fields, "https_only"),
            rate: self.string_in(fields, "rate"),
            idempotent: self.bool_in(fields, "idempotent"),
        };
        self.finish(fields);
        settings
    }

    fn bool_in(&mut self, fields: &mut Fields, key: &'static str) -> Option<bool> {
        fields.take(key).and_then(|node| self.bool(node, &format!("`{key}`")))
    }

    pub(super) fn string_in(&mut self, fields: &mut Fields, key: &'static str) -> Option<String> {
        fields.take(key).and_then(|node| self.string(node, &format!("`{key}`")))
    }

    fn timeouts(&mut self, node: &Node) -> Timeouts {
        let Kind::Table(entries, _) = &node.kind else {
            let expected = "a table with `connect`, `read` and `total`";
            self.wrong_type(node, "`timeout`", expected);
            return Timeouts::default();
        };
        let mut fields = Fields::of("`timeout`", entries);
        let mut limit = |key| fields.take(key).and_then(|node| self.duration(node, &format!("`{key}`")));
        let timeouts = Timeouts { connect: limit("connect"), read: limit("read"), total: limit("total") };
        self.finish(&fields);
        timeouts
    }

    fn redirects(&mut self, node: &Node) -> Option<u32> {
        match node.kind {
            Kind::Bool(false) => Some(0),
            Kind::Integer(_) => self.count(node, "`redirects`"),
            Kind::Bool(true) => {
                let hint = "write how many to follow: redirects = 10".to_owned();
                self.problem(node.span.start, "`redirects` cannot be true", hint);
                None
            }
            _ => {
                self.wrong_type(node, "`redirects`", "a number or false");
                None
            }
        }
    }

    fn min_tls(&mut self, node: &Node) -> Option<String> {
        let text = self.string(node, "`min_tls`")?;
        if matches!(text.as_str(), "1.2" | "1.3") {
            return Some(text);
        }
        self.bad_value(
            node,
            "`min_tls`",
            &text,
            "\"1.2\" or \"1.3\": older versions are not safe, and not spoken",
        );
        None
    }

    fn proxy(&mut self, node: &Node) -> Option<Proxy> {
        let text = self.string(node, "`proxy`")?;
        let proxy = Proxy::read(&text);
        if proxy.is_none() {
            // Not the whole of it: a password may stand in it.
            let scheme = text.split_inclusive("://").next().unwrap_or_default();
            self.bad_value(node, "`proxy`", &format!("{scheme}…"), Proxy::EXPECTED);
        }
        proxy
    }

    fn version(&mut self, node: &Node) -> Option<HttpVersion> {
        HttpVersion::of_word(&self.one_of(node, "`version`", &["auto", "1.1", "2"])?)
    }

    fn cookies(&mut self, node: &Node) -> Option<CookieUse> {
        match &node.kind {
            Kind::Bool(true) => Some(CookieUse::On),
            Kind::Bool(false) => Some(CookieUse::Off),
            Kind::String(jar) => Some(CookieUse::Jar(jar.clone())),
            _ => {
                self.wrong_type(node, "`cookies`", "true, false or a jar's name");
                None
            }
        }
    }

    /// Names with a text each.
    pub(super) fn pairs(&mut self, node: &Node, what: &str) -> Option<Vec<(String, String)>> {
        let entries = self.table(node, what)?;
        let pair = |entry: &super::Entry| {
            Some((entry.name.clone(), self.text(&entry.node, &format!("`{}`", entry.name), "a string")?))
        };
        Some(entries.iter().filter_map(pair).collect())
    }

    pub(super) fn retry(&mut self, node: &Node) -> Retry {
        let Some(mut fields) = self.fields(node, "`[retry]`") else { return Retry::default() };
        let retry = Retry {
            max: fields.take("max").and_then(|node| self.count(node, "`max`")),
            on: fields.take("on").and_then(|node| self.strings(node, "`on`")),
            backoff: fields.take("backoff").and_then(|node| self.backoff(node)),
        };
        if let (Some(conditions), Some(node)) = (&retry.on, fields.take("on")) {
            self.check_conditions(conditions, node);
        }
        self.finish(&fields);
        retry
    }

    fn check_conditions(&mut self, conditions: &[String], node: &Node) {
        let Kind::List(items) = &node.kind else { return };
        for (condition, item) in conditions.iter().zip(items) {
            if !Retry::is_condition(condition) {
                self.bad_value(item, "each of `on`", condition, Retry::CONDITIONS);
            }
        }
    }

    fn backoff(&mut self, node: &Node) -> Option<(Duration, Duration)> {
        let text = self.string(node, "`backoff`")?;
        let range = Retry::read_backoff(&text);
        if range.is_none() {
            self.bad_value(node, "`backoff`", &text, Retry::BACKOFF);
        }
        range
    }
}
