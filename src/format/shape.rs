//! Model to tree: what a file says, in canonical order, without a layout yet.
//!
//! Two models that mean the same have the same tree, so that comparing trees finds what a save has to change.

use super::{
    FolderFile, duration, size,
    tree::{Layout, Table, Tree, bare, text},
};
use crate::model::{
    Auth, Body, Capture, CookieUse, Environment, Expectation, Literal, Need, Paginate, Part, PartContent,
    Poll, Problem, Request, Retry, Row, Rows, SecretSource, Settings, Timeouts,
};

type Shaped = Result<Table, Vec<Problem>>;

/// The tree of a request file.
pub(super) fn request(request: &Request) -> Shaped {
    let mut table = Table::fixed(Layout::Section);
    table.text("doc", &request.doc);
    table.filled("tags", &request.tags, texts);
    table.text("method", &request.method);
    table.text("url", &request.url);
    table.put("cases", request.cases.as_deref().map(text));
    table.section("vars", pairs(&request.vars));
    table.section("path", rows(&request.path));
    table.section("params", rows(&request.params));
    table.section("headers", rows(&request.headers));
    table.put("auth", request.auth.as_ref().map(auth));
    table.put("body", request.body.as_ref().map(body));
    table.section("http", settings(&request.http));
    table.section("retry", retry(&request.retry));
    table.section("needs", ordered(request.needs.iter().map(need)));
    table.section("expect", ordered(request.expect.iter().map(expectation)));
    table.section("capture", ordered(request.capture.iter().map(capture)));
    table.put("poll", request.poll.as_ref().map(poll));
    table.put("paginate", request.paginate.as_ref().map(paginate));
    table.without_duplicates()
}

/// The tree of `collection.toml` or `folder.toml`.
pub(super) fn folder(file: &FolderFile) -> Shaped {
    let mut table = Table::fixed(Layout::Section);
    table.put("name", file.name.as_deref().map(text));
    table.text("doc", &file.doc);
    table.filled("order", &file.order, texts);
    table.section("vars", pairs(&file.defaults.vars));
    table.section("headers", rows(&file.defaults.headers));
    table.put("auth", file.defaults.auth.as_ref().map(auth));
    table.section("http", settings(&file.defaults.http));
    table.section("retry", retry(&file.defaults.retry));
    table.section("expect", ordered(file.defaults.expect.iter().map(expectation)));
    table.without_duplicates()
}

/// The tree of an environment's file.
pub(super) fn environment(environment: &Environment) -> Shaped {
    let mut table = Table::fixed(Layout::Section);
    table.text("doc", &environment.doc);
    table.section("vars", pairs(&environment.vars));
    table.section("secrets", ordered(environment.secrets.iter().map(secret)));
    table.without_duplicates()
}

fn texts(values: &[String]) -> Tree {
    Tree::List(values.iter().map(|value| text(value)).collect())
}

fn ordered(entries: impl Iterator<Item = (String, Tree)>) -> Table {
    Table { entries: entries.collect(), layout: Layout::Inline, ordered: true }
}

fn pairs(pairs: &[(String, String)]) -> Table {
    ordered(pairs.iter().map(|(name, value)| (name.clone(), text(value))))
}

/// Values of one name, gathered at the first of them.
fn grouped(values: impl Iterator<Item = (String, Tree)>) -> Table {
    let mut entries: Vec<(String, Vec<Tree>)> = Vec::new();
    for (name, tree) in values {
        match entries.iter_mut().find(|(known, _)| *known == name) {
            Some((_, trees)) => trees.push(tree),
            None => entries.push((name, vec![tree])),
        }
    }
    ordered(entries.into_iter().map(|(name, trees)| (name, Tree::Repeated(trees))))
}

fn rows(rows: &Rows) -> Table {
    grouped(rows.iter().map(|row| (row.name.clone(), row_tree(row))))
}

fn row_tree(row: &Row) -> Tree {
    let mut table = Table::fixed(Layout::Short);
    table.put("value", Some(text(&row.value)));
    table.extras(row.enabled, &row.doc);
    Tree::Table(table)
}

fn part(part: &Part) -> (String, Tree) {
    let (layout, key, value) = match &part.content {
        PartContent::Text(value) => (Layout::Short, "value", value),
        PartContent::File(value) => (Layout::Inline, "file", value),
    };
    let mut table = Table::fixed(layout);
    table.put(key, Some(text(value)));
    table.put("type", part.media_type.as_deref().map(text));
    table.put("filename", part.filename.as_deref().map(text));
    table.extras(part.enabled, &part.doc);
    (part.name.clone(), Tree::Table(table))
}

fn auth(auth: &Auth) -> Tree {
    let kind = auth.kind();
    let value = match auth {
        Auth::None => return text("none"),
        // The user's own has no path to write.
        Auth::Netrc(path) if path.is_empty() => return text(kind),
        Auth::Bearer(only) | Auth::Netrc(only) => text(only),
        Auth::Aws(_) | Auth::Oauth2(_) => Tree::Table(auth_keys(auth).section_like()),
        Auth::Basic { .. } | Auth::Digest { .. } | Auth::ApiKey { .. } => Tree::Table(auth_keys(auth)),
    };
    one_of(kind, value)
}

/// The keys of a kind that is a table: the choice that the others depend on, the texts, and the other choices.
fn auth_keys(auth: &Auth) -> Table {
    let mut table = Table::fixed(Layout::Inline);
    let choices = auth.choices();
    for choice in choices.iter().filter(|choice| choice.default.is_none()) {
        table.put(choice.key, Some(text(choice.chosen)));
    }
    for (key, value) in auth.texts() {
        let says = auth.required().contains(&key) || value != Auth::default_text(key);
        table.put(key, Some(text(&value)).filter(|_| says));
    }
    for choice in choices.iter().filter(|choice| choice.default.is_some_and(|word| word != choice.chosen)) {
        let flag = choice.chosen.parse::<bool>();
        table.put(choice.key, Some(flag.map_or_else(|_| text(choice.chosen), bare)));
    }
    if let Auth::Oauth2(oauth2) = auth {
        table.put("params", Some(Tree::Table(pairs(&oauth2.params))).filter(|tree| !tree.is_empty_table()));
    }
    table
}

/// A section whose one key says which kind it is.
fn one_of(kind: &str, value: Tree) -> Tree {
    let mut table = Table::fixed(Layout::Section);
    table.put(kind, Some(value));
    Tree::Table(table)
}

fn body(body: &Body) -> Tree {
    let value = match body {
        Body::Json(value)
        | Body::Text(value)
        | Body::Xml(value)
        | Body::File(value)
        | Body::Base64(value) => text(value),
        Body::Form(form) => Tree::Table(rows(form).section_like()),
        Body::Multipart(parts) => Tree::Table(grouped(parts.iter().map(part)).section_like()),
        Body::Graphql { query, variables, operation } => {
            let mut table = Table::fixed(Layout::Section);
            table.put("query", Some(text(query)));
            table.text("variables", variables);
            table.text("operation", operation);
            Tree::Table(table)
        }
    };
    one_of(body.kind(), value)
}

fn settings(http: &Settings) -> Table {
    let mut table = Table::fixed(Layout::Section);
    table.put("timeout", Some(timeouts(http.timeout)).filter(|tree| !tree.is_empty_table()));
    table.put("redirects", http.redirects.map(|max| if max == 0 { bare(false) } else { bare(max) }));
    table.flag("verify", http.verify);
    table.put("ca", http.ca.as_deref().map(text));
    table.put("cert", http.cert.as_deref().map(text));
    table.put("cert_password", http.cert_password.as_deref().map(text));
    table.put("min_tls", http.min_tls.as_deref().map(text));
    table.put("version", http.version.map(|version| text(version.word())));
    table.put("proxy", http.proxy.as_ref().map(|proxy| text(proxy.word())));
    table.put("no_proxy", http.no_proxy.as_deref().map(texts));
    table.put("max_body", http.max_body.map(|bytes| text(&size::format(bytes))));
    table.put(
        "cookies",
        http.cookies.as_ref().map(|cookies| match cookies {
            CookieUse::On => bare(true),
            CookieUse::Off => bare(false),
            CookieUse::Jar(name) => text(name),
        }),
    );
    table.put("compress", http.compress.as_deref().map(text));
    table.flag("expect_continue", http.expect_continue);
    table.put("resolve", http.resolve.as_deref().map(|resolve| Tree::Table(pairs(resolve))));
    table.put("unix_socket", http.unix_socket.as_deref().map(text));
    table.flag("https_only", http.https_only);
    table.put("rate", http.rate.as_deref().map(text));
    table.flag("idempotent", http.idempotent);
    table
}

fn timeouts(timeouts: Timeouts) -> Tree {
    let mut table = Table::fixed(Layout::Inline);
    let limits = [("connect", timeouts.connect), ("read", timeouts.read), ("total", timeouts.total)];
    for (key, limit) in limits {
        table.put(key, limit.map(|limit| text(&duration::format(limit))));
    }
    Tree::Table(table)
}

fn retry(retry: &Retry) -> Table {
    let mut table = Table::fixed(Layout::Section);
    table.put("max", retry.max.map(bare));
    table.put("on", retry.on.as_deref().map(texts));
    table.put("backoff", retry.backoff.map(|backoff| text(&Retry::write_backoff(backoff))));
    table
}

fn need(need: &Need) -> (String, Tree) {
    let mut table = Table::fixed(Layout::Short);
    table.put("run", Some(text(&need.run)));
    table.put("with", Some(Tree::Table(pairs(&need.with))).filter(|_| !need.with.is_empty()));
    table.put("max_age", need.max_age.map(|age| text(&duration::format(age))));
    (need.name.clone(), Tree::Table(table))
}

fn expectation(expectation: &Expectation) -> (String, Tree) {
    (expectation.query.clone(), literal(&expectation.predicate))
}

fn literal(value: &Literal) -> Tree {
    match value {
        Literal::Bool(value) => bare(value),
        Literal::Integer(value) => bare(value),
        Literal::Float(value) => bare(float(*value)),
        Literal::String(value) => text(value),
        Literal::List(items) => Tree::List(items.iter().map(literal).collect()),
        Literal::Table(entries) => {
            Tree::Table(ordered(entries.iter().map(|(name, value)| (name.clone(), literal(value)))))
        }
    }
}

/// TOML's writing: always with a point or an exponent, and `inf` and `nan` in lower case.
fn float(value: f64) -> String {
    if value.is_nan() { "nan".to_owned() } else { format!("{value:?}") }
}

fn capture(capture: &Capture) -> (String, Tree) {
    let mut table = Table::fixed(Layout::Short);
    table.put("from", Some(text(&capture.query)));
    table.flag("secret", Some(true).filter(|_| capture.secret));
    (capture.name.clone(), Tree::Table(table))
}

fn poll(poll: &Poll) -> Tree {
    let mut table = Table::fixed(Layout::Section);
    table.put("every", Some(text(&duration::format(poll.every))));
    table.put("for", Some(text(&duration::format(poll.within))));
    Tree::Table(table)
}

fn paginate(paginate: &Paginate) -> Tree {
    let mut table = Table::fixed(Layout::Section);
    for (key, value) in [
        ("next", &paginate.next),
        ("page", &paginate.page),
        ("offset", &paginate.offset),
        ("cursor", &paginate.cursor),
    ] {
        table.put(key, value.as_deref().map(text));
    }
    table.put("max", paginate.max.map(bare));
    Tree::Table(table)
}

fn secret((name, source): &(String, SecretSource)) -> (String, Tree) {
    let mut table = Table::fixed(Layout::Inline);
    match source {
        SecretSource::Env(value) => table.put("env", Some(text(value))),
        SecretSource::Keyring(value) => table.put("keyring", Some(text(value))),
        SecretSource::Prompt(value) => table.put("prompt", Some(text(value))),
        SecretSource::Command(words) => table.put("command", Some(texts(words))),
    }
    (name.clone(), Tree::Table(table))
}
