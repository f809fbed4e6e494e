//! A TOML text as a tree of nodes that know where they stand.
//!
//! `toml_edit` parses; its several kinds of table become one here, so that reading and editing need not care
//! whether a user wrote `[headers]`, `headers = { … }` or `headers.Accept = …`.

use std::ops::Range;

use toml_edit::{Document, Item, Key, Table, TableLike, Value};

/// A value or table, and the bytes of the text that it covers.
#[derive(Debug)]
pub(super) struct Node {
    /// A value as written, with its quotes or brackets; a table's header; a dotted table's key.
    pub(super) span: Range<usize>,
    pub(super) kind: Kind,
}

#[derive(Debug)]
pub(super) enum Kind {
    String(String),
    Integer(i64),
    Float(f64),
    Bool(bool),
    /// Read only to say that it is not wanted: JSON has no dates.
    Date,
    /// `[a, b]`.
    List(Vec<Node>),
    /// `[[name]]`, once for each table.
    Tables(Vec<Node>),
    Table(Vec<Entry>, Form),
}

/// How a table is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// The file itself.
    Root,
    /// `[name]`.
    Header,
    /// It has no header of its own, only `[name.below]`.
    Implicit,
    /// `name.key = value`.
    Dotted,
    /// `{ key = value }`.
    Inline,
}

#[derive(Debug)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) key: Range<usize>,
    pub(super) node: Node,
}

/// Why a text is no TOML: where, and `toml_edit`'s words.
#[derive(Debug)]
pub(super) struct SyntaxError {
    pub(super) at: usize,
    pub(super) message: String,
}

/// The nodes of `text`, or the first place where it is no TOML.
pub(super) fn parse(text: &str) -> Result<Node, SyntaxError> {
    let document = Document::parse(text).map_err(|error| SyntaxError {
        at: error.span().map_or(0, |span| span.start),
        message: error.message().to_owned(),
    })?;
    Ok(Node { span: 0..0, kind: Kind::Table(entries(document.as_table(), text), Form::Root) })
}

fn entries(table: &dyn TableLike, text: &str) -> Vec<Entry> {
    let entry = |(name, item): (&str, &Item)| {
        let key = table.key(name).and_then(Key::span).unwrap_or_default();
        let node = item_node(item, &key, text)?;
        Some(Entry { name: name.to_owned(), key, node })
    };
    table.iter().filter_map(entry).collect()
}

fn item_node(item: &Item, key: &Range<usize>, text: &str) -> Option<Node> {
    match item {
        Item::None => None,
        Item::Value(value) => Some(value_node(value, key, text)),
        Item::Table(table) => Some(table_node(table, key, text)),
        Item::ArrayOfTables(tables) => Some(Node {
            span: key.clone(),
            kind: Kind::Tables(tables.iter().map(|table| table_node(table, key, text)).collect()),
        }),
    }
}

fn table_node(table: &Table, key: &Range<usize>, text: &str) -> Node {
    let form = match (table.is_dotted(), table.is_implicit()) {
        (true, _) => Form::Dotted,
        (_, true) => Form::Implicit,
        _ => Form::Header,
    };
    let span = table.span().filter(|_| form == Form::Header).unwrap_or_else(|| key.clone());
    Node { span, kind: Kind::Table(entries(table, text), form) }
}

fn value_node(value: &Value, key: &Range<usize>, text: &str) -> Node {
    let span = value.span().unwrap_or_else(|| key.clone());
    let kind = match value {
        Value::String(string) => {
            Kind::String(with_plain_line_ends(string.value(), text.get(span.clone()).unwrap_or_default()))
        }
        Value::Integer(integer) => Kind::Integer(*integer.value()),
        Value::Float(float) => Kind::Float(*float.value()),
        Value::Boolean(bool) => Kind::Bool(*bool.value()),
        Value::Datetime(_) => Kind::Date,
        Value::Array(array) => Kind::List(array.iter().map(|value| value_node(value, key, text)).collect()),
        Value::InlineTable(table) => {
            let form = if table.is_dotted() { Form::Dotted } else { Form::Inline };
            Kind::Table(entries(table, text), form)
        }
    };
    Node { span, kind }
}

/// `value` as it would be if the file had plain `\n` for line ends.
///
/// A checkout that turns line ends into `\r\n` must not change what is sent; an escaped `\r` stays.
fn with_plain_line_ends(value: &str, raw: &str) -> String {
    if !raw.contains("\r\n") {
        return value.to_owned();
    }
    let plain = raw.replace("\r\n", "\n").parse::<Value>();
    plain.ok().as_ref().and_then(Value::as_str).unwrap_or(value).to_owned()
}

impl Node {
    /// For an error: what stands here instead of what was expected.
    pub(super) fn found(&self) -> &'static str {
        match &self.kind {
            Kind::String(_) => "a string",
            Kind::Integer(_) => "an integer",
            Kind::Float(_) => "a float",
            Kind::Bool(_) => "a boolean",
            Kind::Date => "a date",
            Kind::List(_) => "a list",
            Kind::Tables(_) => "a list of tables",
            Kind::Table(..) => "a table",
        }
    }

    /// Whether this is written as one value after a `=` or within brackets.
    pub(super) fn is_value(&self) -> bool {
        match &self.kind {
            Kind::Table(_, form) => *form == Form::Inline,
            Kind::Tables(_) => false,
            _ => true,
        }
    }
}
