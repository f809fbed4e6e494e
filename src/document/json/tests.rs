//! The virtual layout against a plain printer of whole trees, and the scanner against `serde_json`.

mod cases;
mod mutations;

use bytes::Bytes;
use proptest::prelude::*;

use super::{
    check_json, check_json_template,
    fold::{Fold, Folds, Map},
    format_json,
    index::Index,
    layout::{Piece, Pretty, Row},
    paint,
    path::{PathStyle, end, position},
    scanner::Token,
};
use crate::document::source::Source;

/// A JSON tree that keeps its numbers and strings as they are written.
#[derive(Debug, Clone)]
enum Tree {
    Leaf(String),
    Array(Vec<Tree>),
    Object(Vec<(String, Tree)>),
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z]{0,6}", r#"(\\n|\\"|\\u00e9|ü|🦀| |'|\{\{|\]){0,5}"#]
        .prop_map(|inner| format!("\"{inner}\""))
}

fn tree() -> impl Strategy<Value = Tree> {
    let number = "-?(0|[1-9][0-9]{0,3})(\\.[0-9]{1,3})?([eE][+-]?[0-9]{1,2})?";
    let word = prop_oneof![Just("true"), Just("false"), Just("null")].prop_map(str::to_owned);
    let leaf = prop_oneof![text(), number, word].prop_map(Tree::Leaf);
    leaf.prop_recursive(5, 60, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Tree::Array),
            prop::collection::vec((text(), inner), 0..8).prop_map(Tree::Object),
        ]
    })
}

/// Any JSON, as text.
pub(in crate::document) fn json_text() -> impl Strategy<Value = String> {
    (tree(), prop_oneof![Just(""), Just(" "), Just("\n\t")]).prop_map(|(tree, space)| {
        let mut text = String::new();
        tree.source(space, &mut text);
        text
    })
}

impl Tree {
    /// With white space of that kind between all tokens.
    fn source(&self, space: &str, out: &mut String) {
        match self {
            Self::Leaf(text) => out.push_str(text),
            Self::Array(items) => {
                out.push('[');
                for (number, item) in items.iter().enumerate() {
                    out.push_str(if number > 0 { "," } else { "" });
                    out.push_str(space);
                    item.source(space, out);
                }
                out.push_str(space);
                out.push(']');
            }
            Self::Object(members) => {
                out.push('{');
                for (number, (key, value)) in members.iter().enumerate() {
                    out.push_str(if number > 0 { "," } else { "" });
                    out.push_str(space);
                    out.push_str(key);
                    out.push_str(space);
                    out.push(':');
                    value.source(space, out);
                }
                out.push_str(space);
                out.push('}');
            }
        }
    }

    /// On one line, if it has no containers in it.
    fn joined(&self) -> Option<String> {
        let leaf = |tree: &Self| match tree {
            Self::Leaf(text) => Some(text.clone()),
            _ => None,
        };
        match self {
            Self::Leaf(_) => None,
            Self::Array(items) => {
                let items: Option<Vec<_>> = items.iter().map(leaf).collect();
                Some(format!("[{}]", items?.join(", ")))
            }
            Self::Object(members) => {
                let member = |(key, value): &(String, Self)| Some(format!("{key}: {}", leaf(value)?));
                let members: Option<Vec<_>> = members.iter().map(member).collect();
                Some(format!("{{ {} }}", members?.join(", ")))
            }
        }
    }

    /// The lines of the pretty form and the path of each.
    fn lines(&self, compact: usize, depth: usize, path: &str, lead: &str, out: &mut Vec<(String, String)>) {
        let indent = "  ".repeat(depth);
        let (open, close, children): (_, _, Vec<(String, String, &Self)>) = match self {
            Self::Leaf(text) => return out.push((format!("{indent}{lead}{text}"), path.to_owned())),
            Self::Array(items) if items.is_empty() => {
                return out.push((format!("{indent}{lead}[]"), path.to_owned()));
            }
            Self::Object(members) if members.is_empty() => {
                return out.push((format!("{indent}{lead}{{}}"), path.to_owned()));
            }
            Self::Array(items) => {
                let child = |(index, item)| (format!("{path}[{index}]"), String::new(), item);
                ('[', ']', items.iter().enumerate().map(child).collect())
            }
            Self::Object(members) => {
                let child = |key: &str| {
                    let mut path = path.to_owned();
                    PathStyle::Short.push_key(&mut path, &serde_json::from_str::<String>(key).unwrap());
                    (path, format!("{key}: "))
                };
                let children = members.iter().map(|member| {
                    let (path, lead) = child(&member.0);
                    (path, lead, &member.1)
                });
                ('{', '}', children.collect())
            }
        };
        if let Some(joined) = self.joined().filter(|joined| joined.len() <= compact) {
            return out.push((format!("{indent}{lead}{joined}"), path.to_owned()));
        }
        out.push((format!("{indent}{lead}{open}"), path.to_owned()));
        let last = children.len() - 1;
        for (number, (path, lead, child)) in children.into_iter().enumerate() {
            child.lines(compact, depth + 1, &path, &lead, out);
            if number < last
                && let Some(line) = out.last_mut()
            {
                line.0.push(',');
            }
        }
        out.push((format!("{indent}{close}"), path.to_owned()));
    }
}

/// A source in blocks of those sizes, and its index, built in steps between them.
fn indexed(text: &str, cuts: &[usize], compact: u64) -> (Source, Index) {
    let source = Source::default();
    let index = Index::with_interval(false, compact, 16);
    let mut from = 0;
    let mut cuts: Vec<_> = cuts.iter().map(|cut| cut % (text.len() + 1)).collect();
    cuts.sort_unstable();
    for cut in cuts.into_iter().chain([text.len()]) {
        source.append(Bytes::copy_from_slice(&text.as_bytes()[from..cut]));
        from = cut;
        index.build(&source, 11);
    }
    source.complete();
    while !index.build(&source, 5).ended {}
    (source, index)
}

fn pretty<'a>(source: &'a Source, index: &'a Index, folds: &'a Folds) -> Pretty<'a> {
    Pretty { index, source, folds, map: None }
}

fn texts(source: &Source, rows: &[Row]) -> Vec<String> {
    rows.iter().map(|row| paint::line(row, source, 0..10_000).text()).collect()
}

proptest! {
    #[test]
    fn any_window_is_what_a_plain_printer_prints(
        tree in tree(),
        space in prop_oneof![Just(""), Just(" "), Just("\n\t")],
        cuts in prop::collection::vec(0usize..10_000, 0..6),
        compact in prop_oneof![Just(0usize), 0usize..60],
        window_start: prop::sample::Index,
        window_len in 1usize..20,
    ) {
        let mut text = String::new();
        tree.source(space, &mut text);
        let mut expected = Vec::new();
        tree.lines(compact, 0, "$", "", &mut expected);
        let (source, index) = indexed(&text, &cuts, compact as u64);
        prop_assert_eq!(index.extent().fault, None);
        prop_assert_eq!(index.extent().lines as usize, expected.len());
        let start = window_start.index(expected.len());
        let end = (start + window_len).min(expected.len());
        let shown: Vec<_> = expected[start..end].iter().map(|(line, _)| line.clone()).collect();
        let folds = Folds::default();
        let pretty = pretty(&source, &index, &folds);
        let rows = pretty.rows(start as u64..(start + window_len) as u64);
        prop_assert_eq!(texts(&source, &rows), shown);
        for (number, row) in (start..).zip(rows) {
            prop_assert_eq!(row.number as usize, number);
            let found = position(&index, &source, row.range().start).map(|position| position.path(&source));
            prop_assert_eq!(found.as_deref(), Some(expected[number].1.as_str()));
            for offset in row.range() {
                prop_assert_eq!(pretty.line_at(offset) as usize, number, "at {}", offset);
            }
        }
        let whole = expected_plain(&tree);
        let formatted = format_json(&text).unwrap();
        prop_assert_eq!(formatted.lines().collect::<Vec<_>>(), whole);
    }

    #[test]
    fn exactly_json_is_accepted(text in r#"[\[\]{},:"0-9eE.+\-\\untrfalse \n]{0,16}"#) {
        let theirs = serde_json::from_str::<Box<serde_json::value::RawValue>>(&text).is_ok();
        prop_assert_eq!(check_json(&text).is_ok(), theirs, "{}", text);
    }

    #[test]
    fn a_broken_value_is_found_broken(tree in tree(), at: prop::sample::Index, letter in "[\\]}{\\[,:\"x0.]") {
        let mut text = String::new();
        tree.source("", &mut text);
        let at = at.index(text.len());
        prop_assume!(text.is_char_boundary(at));
        text.insert_str(at, &letter);
        let theirs = serde_json::from_str::<Box<serde_json::value::RawValue>>(&text).is_ok();
        prop_assert_eq!(check_json(&text).is_ok(), theirs, "{}", text);
    }
}

/// What is shown of `rows`, which are all rows: the text of each, and the offset at which it begins.
fn shown(source: &Source, rows: &[Row], folds: &Folds) -> Vec<(String, u64)> {
    let mut out = Vec::new();
    let mut rules = vec![folds.context(&[]).rules[0]];
    let mut at = 0;
    while let Some(row) = rows.get(at) {
        let (text, start) = (paint::line(row, source, 0..10_000).text(), row.range().start);
        rules.truncate(row.depth + 1);
        at += 1;
        let Some(open) = row.opens() else {
            out.push((text, start));
            continue;
        };
        match folds.fold(open, row.depth, rules[row.depth]) {
            Fold::Open(rule) => {
                rules.push(rule);
                out.push((text, start));
            }
            Fold::Closed => {
                let close = at + rows[at..].iter().position(|inner| inner.depth == row.depth).unwrap();
                let children = rows[at..close].iter().filter(|inner| {
                    inner.depth == row.depth + 1
                        && !matches!(inner.pieces[0].0, Piece::Token(Token::Close(_)))
                });
                let noun = match (text.ends_with('{'), children.clone().count()) {
                    (true, 1) => "key",
                    (true, _) => "keys",
                    (false, 1) => "item",
                    (false, _) => "items",
                };
                let bracket = if text.ends_with('{') { '}' } else { ']' };
                out.push((format!("{text}…{bracket} {} {noun}", children.count()), start));
                at = close + 1;
            }
        }
    }
    out
}

proptest! {
    #[test]
    fn folds_hide_what_they_should_and_nothing_else(
        tree in tree(),
        compact in prop_oneof![Just(0u64), 0u64..40],
        rule in prop_oneof![Just(None), (0usize..4).prop_map(Some)],
        marks in prop::collection::vec((any::<prop::sample::Index>(), 0usize..6), 0..6),
        window_start: prop::sample::Index,
        window_len in 1u64..20,
    ) {
        let mut text = String::new();
        tree.source("", &mut text);
        let (source, index) = indexed(&text, &[], compact);
        let all = pretty(&source, &index, &Folds::default()).rows(0..u64::MAX);
        let containers: Vec<_> = all.iter().filter_map(|row| Some((row.opens()?, row.depth))).collect();
        let mut folds = Folds::default();
        folds.fold_from(rule);
        for (container, kind) in marks.iter().filter(|_| !containers.is_empty()) {
            let (open, depth) = containers[container.index(containers.len())];
            let end = end(&index, &source, open, depth).unwrap();
            let fold = match kind {
                0..3 => Fold::Closed,
                3 => Fold::Open(None),
                _ => Fold::one_level(depth),
            };
            folds.mark(open..end, fold);
        }
        let expected = shown(&source, &all, &folds);
        let map = Map::new(&index, &source, &folds);
        let pretty = Pretty { index: &index, source: &source, folds: &folds, map: Some(&map) };
        prop_assert_eq!(map.total as usize, expected.len());
        let start = window_start.index(expected.len());
        let rows = pretty.rows(start as u64..start as u64 + window_len);
        let window = expected.iter().skip(start).take(window_len as usize);
        prop_assert_eq!(texts(&source, &rows), window.map(|(text, _)| text.clone()).collect::<Vec<_>>());
        for (number, row) in (start as u64..).zip(&rows) {
            prop_assert_eq!(row.number, number);
        }
        for offset in 0..text.len() as u64 {
            let line = expected.iter().rposition(|(_, start)| *start <= offset).unwrap();
            prop_assert_eq!(pretty.line_at(offset) as usize, line, "at {}", offset);
        }
    }
}

fn expected_plain(tree: &Tree) -> Vec<String> {
    let mut lines = Vec::new();
    tree.lines(0, 0, "$", "", &mut lines);
    lines.into_iter().map(|(line, _)| line).collect()
}

#[test]
fn errors_say_where_and_what() {
    let table = [
        ("", 1, 1, "the text ends here: expected a value"),
        ("{\"a\": 1", 1, 8, "the text ends here: expected `,` or `}`"),
        ("{\"a\": 1\n \"b\"}", 2, 2, "expected `,` or `}`"),
        ("[1 2]", 1, 4, "expected `,` or `]`"),
        ("[1,]", 1, 4, "expected a value: no comma stands before `]`"),
        ("{\"a\":1,}", 1, 8, "expected a key in double quotes: no comma stands before `}`"),
        ("{a: 1}", 1, 2, "expected a key in double quotes or `}`"),
        ("{'a': 1}", 1, 2, "strings and keys stand in double quotes"),
        ("{\"a\" 1}", 1, 6, "expected `:`"),
        ("[01]", 1, 3, "no digit follows a leading zero"),
        ("[1.]", 1, 4, "expected a digit"),
        ("\"a\nb\"", 1, 3, "a line break in a string is written `\\n`"),
        ("[\"ü\", nul]", 1, 7, "expected a value: `true`, `false` and `null` are its words"),
        ("[\"\\x\"]", 1, 4, "no such escape: one of `\\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX`"),
        ("{} x", 1, 4, "the value is whole here: nothing may follow it"),
        ("\"ab", 1, 4, "the text ends in a string: expected `\"`"),
        ("[1] // no", 1, 5, "the value is whole here: nothing may follow it"),
        ("[ // no", 1, 3, "JSON has no comments"),
    ];
    for (text, line, column, message) in table {
        let error = check_json(text).unwrap_err();
        assert_eq!((error.line, error.column, error.message.as_str()), (line, column, message), "{text}");
    }
}

#[test]
fn depth_is_bounded() {
    let deep = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(check_json(&deep(10_000)).is_ok());
    assert!(check_json(&deep(10_001)).unwrap_err().message.contains("10,000"));
    let (source, index) = indexed(&deep(10_000), &[], 0);
    assert_eq!(index.extent().lines, 19_999);
    let rows = pretty(&source, &index, &Folds::default()).rows(19_998..20_000);
    assert_eq!(texts(&source, &rows), ["]"]);
}

#[test]
fn templates_stand_for_values_and_in_strings() {
    let good = [
        "{\"a\": {{ id }}}",
        "{\"a\": \"x{{ name }}\", \"b\": [{{a}}, {{ b | default(\"}}\") }}]}",
        "{\"a\": \"{{ env(\"HOME\") }}\"}",
        "{{ whole }}",
        "[-{{ n }}]",
        "{\"literal\": \"{{ is no template\"}",
    ];
    for text in good {
        assert_eq!(check_json_template(text), Ok(()), "{text}");
    }
    let error = check_json_template("{\"a\": {{ id }} \"b\": 1}").unwrap_err();
    assert_eq!((error.line, error.column, error.message.as_str()), (1, 16, "expected `,` or `}`"));
    assert!(check_json_template("{\"a\": {{ id }").is_err());
    let formatted = format_json("{\"a\":{{ id }},\"b\":\"{{ x(\"y\") }}\",\"c\":1.50}\n").unwrap();
    assert_eq!(formatted, "{\n  \"a\": {{ id }},\n  \"b\": \"{{ x(\"y\") }}\",\n  \"c\": 1.50\n}\n");
}
