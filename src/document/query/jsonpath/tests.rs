//! Against `serde_json_path`, which evaluates whole trees.

use std::ops::ControlFlow;

use bytes::Bytes;
use proptest::prelude::*;
use serde_json::Value;

use super::{Event, Manner, Part, Root, parse, select};
use crate::document::source::Source;

fn found(text: &str, query: &str) -> Vec<String> {
    let path = parse(query).unwrap_or_else(|error| panic!("{query}: {error}"));
    let source = Source::whole(Bytes::copy_from_slice(text.as_bytes()));
    let part = Part::whole(&source);
    let mut out = Vec::new();
    let root = Root::new(part, false, &path);
    let ended = select(part, Manner::default(), &path.segments, &root, &mut |event| {
        if let Event::Found(node) = event {
            out.push(text[node.range.start as usize..node.range.end as usize].to_owned());
        }
        ControlFlow::Continue(())
    });
    assert_eq!(ended, Ok(()));
    out
}

const SHOP: &str = r#"{"shop":{"items":[{"name":"Tea","price":3.50,"tags":["hot","green"]},
    {"name":"Coffee","price":4,"tags":[]},{"name":"Water","price":0.0}],"open":true,"a b":{"é":null}}}"#;

#[test]
fn the_kinds_of_selector() {
    let table: [(&str, &[&str]); 24] = [
        ("$.shop.items[0].name", &["\"Tea\""]),
        ("$['shop'][\"a b\"]['\\u00e9']", &["null"]),
        ("$.shop.items[*].price", &["3.50", "4", "0.0"]),
        ("$.shop.items[-1].name", &["\"Water\""]),
        ("$.shop.items[:2].name", &["\"Tea\"", "\"Coffee\""]),
        ("$.shop.items[::-1].name", &["\"Water\"", "\"Coffee\"", "\"Tea\""]),
        ("$.shop.items[1,0].name", &["\"Coffee\"", "\"Tea\""]),
        ("$.shop.items[0]['price','name']", &["3.50", "\"Tea\""]),
        ("$..name", &["\"Tea\"", "\"Coffee\"", "\"Water\""]),
        ("$..tags[0]", &["\"hot\""]),
        ("$..[-1]", &["{\"name\":\"Water\",\"price\":0.0}", "\"green\""]),
        ("$.shop.items[?@.price > 3 && @.tags[0]].name", &["\"Tea\""]),
        ("$.shop.items[?@.price == 0].name", &["\"Water\""]),
        ("$.shop.items[?!@.tags].name", &["\"Water\""]),
        ("$.shop.items[?@.price <= $.shop.items[1].price].name", &["\"Tea\"", "\"Coffee\"", "\"Water\""]),
        ("$.shop.items[?length(@.name) == 3].price", &["3.50"]),
        ("$.shop.items[?count(@.*) == 2].name", &["\"Water\""]),
        ("$.shop.items[?match(@.name, 'T.a')].name", &["\"Tea\""]),
        ("$.shop.items[?search(@.name, 'e') || @.name == \"Water\"].price", &["3.50", "4", "0.0"]),
        ("$.shop.items[?@.tags && count(@.tags[*]) == 0].name", &["\"Coffee\""]),
        ("$.shop[?@[?@.price > 3.9]][0].name", &["\"Tea\""]),
        ("$.shop.items[?length(@.no) >= length(@.none)].name", &["\"Tea\"", "\"Coffee\"", "\"Water\""]),
        ("$.shop[?@ > false || @ <= false]", &[]),
        ("$.shop.open.nothing", &[]),
    ];
    for (query, expected) in table {
        assert_eq!(found(SHOP, query), expected, "{query}");
    }
    assert_eq!(found(SHOP, "$"), [SHOP]);
    assert_eq!(found("[[1],[2]]", "$..*"), ["[1]", "1", "[2]", "2"]);
}

#[test]
fn what_is_no_query_says_where_and_why() {
    for (query, column) in [
        ("", 1),
        ("shop", 1),
        ("$.", 3),
        ("$[01]", 3),
        ("$[?@.a", 7),
        ("$[?@.a == @.*]", 14),
        ("$['a]", 6),
        ("$.a b", 4),
        ("$[?1]", 5),
        ("$[?size(@)]", 4),
        ("$[?match(@.a, 'x') == true]", 22),
    ] {
        let error = parse(query).unwrap_err();
        assert_eq!(error.column, column, "{query}: {error}");
    }
}

#[test]
fn a_filter_compares_what_is_nested_deep() {
    let deep = |inner: &str| format!("{}{inner}{}", "[".repeat(500), "]".repeat(500));
    let (one, two) = (deep("1"), deep("2"));
    let text = format!("[{{\"a\":{one},\"b\": {} }},{{\"a\":{one},\"b\":{two}}}]", deep(" 1 "));
    assert_eq!(found(&text, "$[?@.a == @.b].a"), [one]);
    assert_eq!(found(&text, "$[?@.a != @.b].b"), [two]);
}

#[test]
fn the_text_of_a_string_is_what_its_escapes_say() {
    let text = r#"[{"k":"\ud83d\ude00","n":1},{"k":"\ud83d","n":2},{"\u006b":"\u0041\/","n":3}]"#;
    assert_eq!(found(text, "$[?@.k == '\\ud83d\\ude00'].n"), ["1"]);
    assert_eq!(found(text, "$[?@.k == '\\ufffd'].n"), ["2"]);
    assert_eq!(found(text, "$[?@['k'] == 'A/'].n"), ["3"]);
    assert_eq!(found(text, "$[?length(@.k) == 1].n"), ["1", "2"]);
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-3i64..4).prop_map(Value::from),
        "[ab]{0,2}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec(("[abc]", inner), 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn query() -> impl Strategy<Value = String> {
    // Boxed: strategies in each other, each a type of its own, outgrow a thread's stack.
    let singular =
        prop_oneof![Just("@.a"), Just("@"), Just("@[0]"), Just("@['b']"), Just("$.a"), Just("$[1]")];
    let literal = prop_oneof![Just("1"), Just("-2"), Just("'a'"), Just("null"), Just("true"), Just("1.0")];
    let literal = literal.prop_map(str::to_owned).boxed();
    let plain = prop_oneof![singular.clone().prop_map(str::to_owned), literal].boxed();
    let operand = prop_oneof![
        plain,
        singular.prop_map(|query| format!("length({query})")),
        Just("count(@.*)".to_owned()),
        Just("value(@..a)".to_owned()),
    ]
    .boxed();
    // Nothing is at most nothing, and truth values have no order (RFC 9535, section 2.3.5.2.2); the other has it
    // differently, so what is ordered is compared with a number or a text.
    let sign = prop::sample::select(vec!["==", "!="]);
    let order = prop::sample::select(vec!["<", "<=", ">", ">="]);
    let ordered = prop::sample::select(vec!["1", "-2", "'a'", "0.5"]);
    let test = prop_oneof![
        (operand.clone(), sign, operand.clone())
            .prop_map(|(left, sign, right)| format!("{left} {sign} {right}")),
        (operand, order, ordered).prop_map(|(left, sign, right)| format!("{left} {sign} {right}")),
        prop::sample::select(vec![
            "@.a",
            "!@.b",
            "@[?@.a]",
            "@..c",
            "match(@, 'a.*')",
            "search(@.a, 'b')",
            "$.b"
        ])
        .prop_map(str::to_owned),
    ]
    .boxed();
    let filter = prop_oneof![
        test.clone(),
        (test.clone(), test.clone()).prop_map(|(a, b)| format!("{a} && {b}")),
        (test.clone(), test).prop_map(|(a, b)| format!("!({a} || {b})")),
    ]
    .boxed();
    let selector = prop_oneof![
        4 => prop::sample::select(vec!["'a'", "'b'", "*", "0", "1", "-1", "1:", ":2", "::2", "-2:", "::-1", "3:0:-2", "0:0:0"])
            .prop_map(str::to_owned),
        1 => filter.prop_map(|filter| format!("?{filter}")),
    ]
    .boxed();
    let segment = prop_oneof![
        prop::sample::select(vec![".a", ".b", ".*", "..a", "..*"]).prop_map(str::to_owned),
        selector.clone().prop_map(|selector| format!("[{selector}]")),
        selector.clone().prop_map(|selector| format!("..[{selector}]")),
        (selector.clone(), selector).prop_map(|(a, b)| format!("[{a},{b}]")),
    ]
    .boxed();
    prop::collection::vec(segment, 0..4).prop_map(|segments| format!("${}", segments.concat()))
}

proptest! {
    #[test]
    fn finds_what_a_tree_walk_finds(json in json(), query in query(), pretty: bool) {
        let text = if pretty { serde_json::to_string_pretty(&json) } else { serde_json::to_string(&json) }.unwrap();
        let theirs = serde_json_path::JsonPath::parse(&query).unwrap_or_else(|error| panic!("{query}: {error}"));
        // Each node once: theirs may come several times, and in another order.
        let located = theirs.query_located(&json).dedup();
        let mut expected: Vec<_> = located.nodes().map(ToString::to_string).collect();
        let mut found: Vec<_> = found(&text, &query)
            .iter()
            .map(|text| serde_json::from_str::<Value>(text).unwrap().to_string())
            .collect();
        expected.sort();
        found.sort();
        // A list of selectors, or a descendant segment behind another, may reach a node twice.
        if query.contains(',') || query.contains("..") {
            expected.dedup();
            found.dedup();
        }
        prop_assert_eq!(found, expected, "{} in {}", query, text);
    }

    #[test]
    fn no_text_does_harm(text in "[$@.?*\\[\\]()!<>=&|,:'\"a-c0-9 -]{0,40}") {
        let _ = parse(&text);
        let _ = parse(&format!("${text}"));
        let _ = parse(&format!("$[?{text}]"));
    }
}
