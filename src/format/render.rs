//! Tree to text: values, entries, and the sections of a new file.

use std::fmt::Write as _;

use super::tree::{Layout, Table, Tree};

/// A list longer than this has one element a line.
const WIDTH: usize = 100;
/// Values of a section line up behind its longest key, but not behind one longer than this.
const ALIGNED: usize = 24;

/// How strings are quoted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Quotes {
    /// `"…"`, but `'…'` where that saves escapes; `'''` for more than one line.
    #[default]
    Any,
    /// `'…'`.
    Literal,
    /// `'''`, with or without a line end behind it.
    LiteralLines { open: bool },
    /// `"""`, with or without a line end behind it.
    BasicLines { open: bool },
}

impl Quotes {
    /// Those of a string as written.
    pub(super) fn of(raw: &str) -> Self {
        let opens = |quotes: &str| {
            raw.strip_prefix(quotes).map(|rest| rest.starts_with('\n') || rest.starts_with("\r\n"))
        };
        if let Some(open) = opens("'''") {
            Self::LiteralLines { open }
        } else if let Some(open) = opens("\"\"\"") {
            Self::BasicLines { open }
        } else if raw.starts_with('\'') {
            Self::Literal
        } else {
            Self::Any
        }
    }
}

/// A whole new file.
pub(super) fn file(table: &Table) -> String {
    let mut out = lines(table, "\n");
    for (name, tree) in sections(table) {
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&section(&[name], tree, "\n"));
    }
    out
}

/// The entries of `table` that stand under a header of their own.
fn sections(table: &Table) -> impl Iterator<Item = (&str, &Table)> {
    table.entries.iter().filter_map(|(name, tree)| match tree {
        Tree::Table(table) if table.layout == Layout::Section => Some((name.as_str(), table)),
        _ => None,
    })
}

/// `[path]` and what stands under it, with sections of its own after it. Without entries, the header alone.
pub(super) fn section(path: &[&str], table: &Table, eol: &str) -> String {
    let mut parts = Vec::new();
    let own = lines(table, eol);
    if !own.is_empty() || table.entries.is_empty() {
        let path: Vec<_> = path.iter().map(|name| key(name)).collect();
        parts.push(format!("[{}]{eol}{own}", path.join(".")));
    }
    for (name, below) in sections(table) {
        let path: Vec<_> = path.iter().copied().chain([name]).collect();
        parts.push(section(&path, below, eol));
    }
    parts.join(eol)
}

/// The entries of `table` that are one `key = value` each, lined up.
fn lines(table: &Table, eol: &str) -> String {
    let own = || table.entries.iter().filter(|(_, tree)| !tree.is_section());
    let widths = own().map(|(name, _)| key(name).chars().count());
    let width = widths.filter(|width| *width <= ALIGNED).max().unwrap_or(0);
    let line = |(name, tree): &(String, Tree)| format!("{:width$} = {}{eol}", key(name), value(tree, eol));
    own().map(line).collect::<Vec<_>>().concat()
}

/// A key, in quotes where it needs them.
pub(super) fn key(name: &str) -> String {
    let bare = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    if !name.is_empty() && name.bytes().all(bare) {
        return name.to_owned();
    }
    one_line(name, Quotes::Any)
}

/// A value as it stands behind a `=`.
pub(super) fn value(tree: &Tree, eol: &str) -> String {
    match tree {
        Tree::Text(text) => string(text, Quotes::Any, eol),
        Tree::Bare(text) => text.clone(),
        Tree::List(items) => list(items, eol),
        Tree::Repeated(items) => match items.as_slice() {
            [one] => value(one, eol),
            items => list(items, eol),
        },
        Tree::Table(table) => match table.alone() {
            Some(one) => value(one, eol),
            None => inline(table, eol),
        },
    }
}

fn list(items: &[Tree], eol: &str) -> String {
    let items: Vec<_> = items.iter().map(|item| value(item, eol)).collect();
    let length: usize = items.iter().map(|item| item.chars().count() + 2).sum();
    if length <= WIDTH || items.iter().any(|item| item.contains('\n')) {
        return format!("[{}]", items.join(", "));
    }
    let lines: Vec<_> = items.iter().map(|item| format!("  {item},{eol}")).collect();
    format!("[{eol}{}]", lines.concat())
}

fn inline(table: &Table, eol: &str) -> String {
    if table.entries.is_empty() {
        return "{}".to_owned();
    }
    let entries = table.entries.iter().map(|(name, tree)| format!("{} = {}", key(name), value(tree, eol)));
    format!("{{ {} }}", entries.collect::<Vec<_>>().join(", "))
}

/// A string in the quotes asked for, or in the nearest that can hold it.
pub(super) fn string(text: &str, quotes: Quotes, eol: &str) -> String {
    if !text.contains('\n') {
        return one_line(text, quotes);
    }
    let open = match quotes {
        Quotes::LiteralLines { open } | Quotes::BasicLines { open } => open,
        _ => true,
    };
    // A line end right behind the quotes belongs to them, so that a text that starts with one needs it.
    let open = if open || text.starts_with('\n') { eol } else { "" };
    let holds = |c: char| c == '\n' || c == '\t' || !c.is_control();
    let literal = text.chars().all(holds) && !text.contains("'''") && !text.ends_with('\'');
    if literal && !matches!(quotes, Quotes::BasicLines { .. }) {
        return format!("'''{open}{}'''", text.replace('\n', eol));
    }
    format!("\"\"\"{open}{}\"\"\"", escaped_lines(text, eol))
}

/// For between `"""`: a quote is escaped where it would be the third in a row or stand next to the closing ones.
fn escaped_lines(text: &str, eol: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut quotes = 0;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        quotes = if c == '"' && quotes < 2 && chars.peek().is_some() { quotes + 1 } else { 0 };
        match c {
            '"' if quotes > 0 => out.push('"'),
            '\t' => out.push('\t'),
            '\n' => out.push_str(eol),
            _ => escape(c, &mut out),
        }
    }
    out
}

fn one_line(text: &str, quotes: Quotes) -> String {
    let literal = !text.contains('\'') && !text.chars().any(|c| c.is_control() && c != '\t');
    let wanted = match quotes {
        Quotes::Literal | Quotes::LiteralLines { .. } => true,
        Quotes::Any => text.contains(['"', '\\']),
        Quotes::BasicLines { .. } => false,
    };
    if literal && wanted {
        return format!("'{text}'");
    }
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    text.chars().for_each(|c| escape(c, &mut out));
    out.push('"');
    out
}

fn escape(c: char, out: &mut String) {
    match c {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\t' => out.push_str("\\t"),
        '\r' => out.push_str("\\r"),
        '\n' => out.push_str("\\n"),
        c if c.is_control() => _ = write!(out, "\\u{:04X}", u32::from(c)),
        c => out.push(c),
    }
}
