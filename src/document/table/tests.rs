//! Tables against whole values in memory, laid out and sorted the plain way.

use std::cmp::Ordering;

use bytes::Bytes;
use proptest::prelude::*;
use serde_json::Value as Json;

use super::*;

const KEYS: [&str; 5] = ["id", "name", "a b", "ü", "n\"e"];

/// A value as it is written.
fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        "-?(0|[1-9][0-9]{0,2})(\\.[0-9]{1,2})?(e[0-9])?",
        prop::sample::select(vec!["9007199254740992", "9007199254740993", "9007199254740993.5", "1e999"])
            .prop_map(str::to_owned),
        "\"[ab]{0,3}\"",
        "(longer than a key can hold, )[ab]{0,9}".prop_map(|text| format!("\"{text}\"")),
        prop::sample::select(vec!["true", "false", "null", "[1, 2]", "{\"x\": \"y\"}", r#""\u00e9\n\\\"""#])
            .prop_map(str::to_owned),
    ]
}

/// Objects with some of the keys in any order, and what is no object now and then.
fn record() -> impl Strategy<Value = String> {
    let members = prop::collection::vec((prop::sample::select(&KEYS[..]), value()), 0..7);
    let object = members.prop_map(|members| {
        let member = |(key, value): (&str, String)| format!("{}:{value}", Json::from(key));
        format!("{{{}}}", members.into_iter().map(member).collect::<Vec<_>>().join(", "))
    });
    let array = prop::collection::vec(value(), 0..3).prop_map(|items| format!("[{}]", items.join(",")));
    prop_oneof![8 => object, 1 => array, 1 => value()]
}

/// Where the records stand.
fn document(records: &[String], form: usize, pieces: usize) -> Document {
    let (text, kind) = match form {
        0 => (format!("[{}]", records.join(",\n")), "application/json"),
        1 => {
            (format!("{{\"n\":[1,[2]],\"items\":[{}], \"z\":{{}}}}", records.join(" , ")), "application/json")
        }
        _ => (records.join("\n"), "application/x-ndjson"),
    };
    let (document, mut writer) = Document::growing(Bytes::new(), Some(kind));
    for piece in text.as_bytes().chunks(pieces) {
        writer.append(Bytes::copy_from_slice(piece));
        document.index_more(u64::MAX);
    }
    writer.finish();
    // How it is laid out makes no difference.
    let document = document.compacted(if pieces.is_multiple_of(2) { 40 } else { 0 });
    while !document.index_more(10_000).done {}
    document
}

fn table(document: &Document, form: usize) -> Table {
    let text = document.read(0..u64::MAX);
    if form != 1 {
        return document.table().unwrap();
    }
    document.table_at(memchr::memmem::find(&text, b"\"items\"").unwrap() as u64).unwrap()
}

/// The fields of a record by their columns' names; of those that are there twice, the last.
fn fields(record: &str) -> Vec<(String, Json)> {
    match serde_json::from_str(record).unwrap() {
        Json::Object(members) => members.into_iter().collect(),
        Json::Array(items) => {
            items.into_iter().enumerate().map(|(index, item)| (format!("[{index}]"), item)).collect()
        }
        other => vec![("value".to_owned(), other)],
    }
}

/// Kinds in their order, and how values of one kind compare.
fn compare(a: Option<&Json>, b: Option<&Json>, descending: bool) -> Ordering {
    let rank = |value: Option<&Json>| match value {
        Some(Json::Number(_)) => 0,
        Some(Json::String(_)) => 1,
        Some(Json::Bool(false)) => 2,
        Some(Json::Bool(true)) => 3,
        Some(Json::Array(_) | Json::Object(_)) => 4,
        Some(Json::Null) => 5,
        None => 6,
    };
    let order = match (a, b) {
        (Some(Json::Number(a)), Some(Json::Number(b))) => {
            decimal::Decimal::new(&a.to_string()).cmp(&decimal::Decimal::new(&b.to_string()))
        }
        (Some(Json::String(a)), Some(Json::String(b))) => a.cmp(b),
        _ => rank(a).cmp(&rank(b)),
    };
    if descending && rank(a).max(rank(b)) < 5 { order.reverse() } else { order }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn a_table_is_its_records_as_columns(
        seeds in prop::collection::vec(record(), 1..12),
        times in prop_oneof![Just(1usize), 1usize..120],
        form in 0usize..3,
        pieces in 1usize..50_000,
        at: prop::sample::Index,
        column: prop::sample::Index,
        part in (0usize..60, 1usize..60),
        descending: bool,
    ) {
        let records: Vec<_> = seeds.iter().cycle().take(seeds.len() * times).cloned().collect();
        let document = document(&records, form, pieces.max(records.len() / 4));
        let mut table = table(&document, form);
        let expected: Vec<_> = records.iter().map(|record| fields(record)).collect();
        prop_assert_eq!(table.len(), records.len());

        let mut names: Vec<&str> = Vec::new();
        for (name, _) in expected.iter().flatten() {
            if !names.contains(&name.as_str()) {
                names.push(name);
            }
        }
        let columns = table.columns();
        prop_assert_eq!(columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>(), names.clone());

        let start = at.index(records.len());
        let number = if names.is_empty() { 0 } else { column.index(names.len()) };
        for pass in 0..2 {
            let mut order: Vec<_> = (0..records.len()).collect();
            if pass == 1 && !names.is_empty() {
                let of = |row: usize| expected[row].iter().rfind(|(name, _)| name == names[number]);
                let key = |row| of(row).map(|(_, value)| value);
                order.sort_by(|a, b| compare(key(*a), key(*b), descending));
                let direction = if descending { Direction::Descending } else { Direction::Ascending };
                table.set_order(table.sort(number, direction, |_| true));
            }
            let whole = table.window_columns(start..start + 20, 0..10_000);
            let clipped = table.window_columns(start..start + 20, part.0..part.0 + part.1);
            prop_assert_eq!(whole.len(), 20.min(records.len() - start));
            for (line, clipped) in whole.iter().zip(&clipped) {
                let row = order[line.number];
                let range = table.range(line.number).unwrap();
                prop_assert_eq!(&document.read(range.clone())[..], records[row].as_bytes());
                prop_assert_eq!(line.range.clone(), range.clone());
                prop_assert_eq!(table.line_at(range.start), line.number);
                let root = ["$", "$.items", "$"][form];
                prop_assert_eq!(table.path(line.number, None).unwrap(), format!("{root}[{row}]"));
                for (number, name) in names.iter().enumerate() {
                    let value = table.value(line.number, number).map(|range| document.read(range));
                    let value = value.map(|bytes| serde_json::from_slice::<Json>(&bytes).unwrap());
                    let of = expected[row].iter().rfind(|(other, _)| other == name);
                    prop_assert_eq!(value.as_ref(), of.map(|(_, value)| value));
                }
                let text: Vec<_> = line.text().chars().collect();
                let part = text.iter().skip(part.0).take(part.1).collect::<String>();
                let clipped = clipped.text();
                prop_assert_eq!(clipped.trim_end(), part.trim_end());
            }
        }
    }
}

fn texts(lines: &[Line]) -> Vec<String> {
    lines.iter().map(|line| line.text().trim_end().to_owned()).collect()
}

#[test]
fn cells_line_up_under_their_header() {
    let body = r#"{"page":1,"rows":[{"id":7,"name":"Tea, \"green\""},{"id":120,"name":"茶","tags":["a",  "b"]},
                  {"name":"","id":null},{"id":1.5,"extra":true}]}"#;
    let document = Document::new(body.into(), Some("application/json"));
    let mut table = document.table().unwrap();
    assert_eq!(table.header(0..80).text(), "  id │ name         │ tags       │ extra");
    let expected = [
        "   7 │ Tea, \"green\" │            │",
        " 120 │ 茶           │ [\"a\", \"b\"] │",
        "null │ \"\"           │            │",
        " 1.5 │              │            │ true",
    ];
    assert_eq!(texts(&table.window_columns(0..9, 0..80)), expected);
    let order = table.sort(0, Direction::Descending, |_| true);
    table.set_order(order);
    assert_eq!(table.header(0..6).text(), "  id▼│");
    assert_eq!(texts(&table.window_columns(0..9, 0..4)), [" 120", "   7", " 1.5", "null"]);
    // The half of a character that is two columns wide is a space.
    assert_eq!(table.window_columns(0..1, 8..14)[0].text(), "      ");
    assert_eq!(table.column_at(0), Some(0));
    assert_eq!(table.column_at(table.columns()[1].range.start), Some(1));
    assert_eq!(table.column_at(900), None);
    assert_eq!(table.path(0, Some(2)).as_deref(), Some("$.rows[1].tags"));
}

#[test]
fn csv_is_a_table_while_it_arrives() {
    let record = |number: u32| format!("{number},\"Tea, {}\",{}\n", number % 7, 30_000 - number);
    let records: Vec<_> = (0..30_000).map(record).collect();
    let body = format!("id,name,price\n{}", records.concat());
    let (document, mut writer) =
        Document::growing(Bytes::copy_from_slice(&body.as_bytes()[..3]), Some("text/csv"));
    let mut table = document.table().unwrap();
    assert_eq!((table.len(), table.columns().len()), (0, 0));
    for piece in body.as_bytes()[3..].chunks(10_000) {
        writer.append(Bytes::copy_from_slice(piece));
        document.index_more(1 << 20);
        assert!(!table.window_columns(0..3, 0..80).is_empty());
    }
    assert_eq!(table.header(0..40).text(), " id │ name   │ price");
    writer.finish();
    document.index_more(1 << 20);
    assert_eq!(table.len(), 30_000);
    assert_eq!(texts(&table.window_columns(29_999..40_000, 0..40)), ["29999 │ Tea, 4 │     1"]);
    let order = table.sort(1, Direction::Descending, |_| true);
    table.set_order(order);
    assert_eq!(
        texts(&table.window_columns(0..2, 0..40)),
        ["    6 │ Tea, 6 │ 29994", "   13 │ Tea, 6 │ 29987"]
    );
    let value = table.value(0, 1).unwrap();
    assert_eq!(document.read(value), "\"Tea, 6\"");
    assert_eq!(table.path(0, Some(1)), None);
}

#[test]
fn a_sort_stops_when_told_to_and_new_rows_follow() {
    let (document, mut writer) = Document::growing("[{\"a\":2},{\"a\":1},".into(), Some("application/json"));
    let mut table = document.table().unwrap();
    assert_eq!(table.sort(0, Direction::Ascending, |_| false), None);
    let order = table.sort(0, Direction::Ascending, |progress| progress.rows == 2);
    table.set_order(order);
    writer.append("{\"a\":0}]".into());
    writer.finish();
    document.index_more(99);
    assert_eq!(texts(&table.window_columns(0..9, 0..9)), ["1", "2", "0"]);
    assert_eq!(
        (0..3).map(|row| table.path(row, Some(0)).unwrap()).collect::<Vec<_>>(),
        ["$[1].a", "$[0].a", "$[2].a"]
    );
    table.set_order(None);
    assert_eq!(texts(&table.window_columns(1..9, 0..9)), ["1", "0"]);
}
