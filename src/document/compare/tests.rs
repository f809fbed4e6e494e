//! Differences against whole values in memory: applied to the left one, each gives the right one.

use proptest::prelude::*;
use serde_json::Value as Json;

use super::*;
use crate::document::Line;

fn document(text: &str, kind: &str) -> Document {
    Document::new(text.to_owned().into(), Some(kind))
}

fn json(text: &str) -> Document {
    document(text, "application/json")
}

fn compare(left: &Document, right: &Document, ignored: &[&str]) -> Arc<Difference> {
    let mut options = CompareOptions::default();
    for path in ignored {
        options.ignored.add(path).unwrap();
    }
    Arc::new(left.compare(right, &options, |_| true).unwrap())
}

/// A mark for each class, and the lines, the part that differs in angle brackets.
fn shown(comparison: &Comparison) -> Vec<String> {
    let rows = comparison.window_columns(0..comparison.len(), 0..200);
    assert_eq!(rows.len(), comparison.len());
    let text = |line: &Option<Line>| {
        let line = line.as_ref()?;
        let span = |span: &crate::document::Span| {
            if span.matched { format!("<{}>", span.text) } else { span.text.clone() }
        };
        Some(line.spans.iter().map(span).collect::<String>())
    };
    let row = |row: &ComparedLine| {
        let mark = match row.change {
            Change::Same => ' ',
            Change::Ignored => '.',
            Change::Reordered => '~',
            Change::Moved => '^',
            Change::Removed => '-',
            Change::Added => '+',
            Change::Changed => '!',
        };
        match (row.hidden, text(&row.left), text(&row.right)) {
            (0, left, right) if comparison.form() == Form::Unified => {
                format!("{mark}{}", left.xor(right).unwrap())
            }
            (0, left, right) => {
                format!("{mark}{}|{}", left.unwrap_or_default(), right.unwrap_or_default())
            }
            (hidden, ..) => format!("={hidden}"),
        }
    };
    rows.iter().map(row).collect()
}

fn unified(left: &str, right: &str, ignored: &[&str]) -> Vec<String> {
    let difference = compare(&json(left), &json(right), ignored);
    assert_eq!(difference.by(), By::Structure);
    shown(&difference.view(Form::Unified, None))
}

#[test]
fn members_belong_together_by_their_keys() {
    let left = r#"{"a":1,"b":{"x":"one","y":[]},"c":null,"gone":[1]}"#;
    let right = r#"{"c":null, "a":1, "b":{"y":[],"x":"ore"}, "new":{"k":true}}"#;
    let expected = [
        " {",
        "~  \"c\": null,",
        "   \"a\": 1,",
        "   \"b\": {",
        "     \"y\": [],",
        "-    \"x\": \"o<n>e\",",
        "+    \"x\": \"o<r>e\"",
        "   },",
        "-  \"gone\": [",
        "-    1",
        "-  ]",
        "+  \"new\": {",
        "+    \"k\": true",
        "+  }",
        " }",
    ];
    assert_eq!(unified(left, right, &[]), expected);
    let difference = compare(&json(left), &json(right), &[]);
    let counts = Counts { added: 1, removed: 1, changed: 1, reordered: 2, ..Counts::default() };
    assert_eq!(difference.counts(), counts);
    let comparison = difference.view(Form::Unified, None);
    let paths: Vec<_> = [1, 5, 6, 9, 12].map(|row| comparison.path(row).unwrap()).to_vec();
    assert_eq!(paths, ["$.c", "$.b.x", "$.b.x", "$.gone[0]", "$.new.k"]);
}

#[test]
fn items_belong_together_by_id_or_by_what_they_are() {
    let left = r#"[{"id":1,"n":"a"},{"id":2,"n":"b"},{"id":6},{"id":3,"n":"c"}]"#;
    let right = r#"[{"id":3,"n":"c"},{"id":1,"n":"A"},{"id":4,"n":"b"},{"id":6}]"#;
    let expected = [
        " [",
        "^  {",
        "^    \"id\": 3,",
        "^    \"n\": \"c\"",
        "^  },",
        "   {",
        "     \"id\": 1,",
        "-    \"n\": \"<a>\"",
        "+    \"n\": \"<A>\"",
        "   },",
        "-  {",
        "-    \"id\": 2,",
        "-    \"n\": \"b\"",
        "-  },",
        "+  {",
        "+    \"id\": 4,",
        "+    \"n\": \"b\"",
        "+  },",
        "   {",
        "     \"id\": 6",
        "   }",
        " ]",
    ];
    assert_eq!(unified(left, right, &[]), expected);
    assert_eq!(
        unified("[1,2,3,4]", "[4,1,5,3]", &[]),
        [" [", "^  4,", "   1,", "-  <2>,", "+  <5>,", "   3", " ]"]
    );
}

#[test]
fn noise_is_quiet() {
    let left = r#"{"at":"10:00","items":[{"t":1,"v":1},{"t":2,"v":2}],"z":1}"#;
    let right = r#"{"at":["11:00"],"items":[{"t":8,"v":0},{"t":9,"v":1},{"t":7,"v":2}],"z":1}"#;
    let difference = compare(&json(left), &json(right), &["$.at", "$.items[*].t"]);
    assert_eq!(difference.counts(), Counts { added: 1, ignored: 3, ..Counts::default() });
    let same = compare(&json(left), &json(&left.replace("10:00", "x")), &["$..at"]);
    assert!(same.is_empty());
    assert_eq!(shown(&same.view(Form::Unified, Some(3))), ["=14"]);
}

#[test]
fn a_container_of_noise_alone_is_like_an_empty_one() {
    let ignored = &["$..a"];
    for (left, right) in
        [(r#"{"a":0}"#, "{}"), ("[{}]", r#"[{"a":[1]}]"#), (r#"{"x":{"a":0},"y":1}"#, r#"{"y":1,"x":{}}"#)]
    {
        let difference = compare(&json(left), &json(right), ignored);
        assert!(difference.is_empty(), "{left} {right}");
        assert_eq!((difference.counts().changed, difference.counts().ignored), (0, 1), "{left} {right}");
    }
    assert!(!compare(&json(r#"{"a":0}"#), &json("[]"), ignored).is_empty());
}

#[test]
fn escapes_and_white_space_say_nothing_numbers_do() {
    assert!(compare(&json("{\"a\": \"\\u00e9\"}"), &json("{\"\\u0061\":\"é\"}"), &[]).is_empty());
    assert_eq!(unified("[1.0]", "[1]", &[]), [" [", "-  1<.0>", "+  1", " ]"]);
    assert_eq!(unified("{}", "[]", &[]), ["-<{}>", "+<[]>"]);
    assert_eq!(unified("[[]]", "[3]", &[]), [" [", "-  <[]>", "+  <3>", " ]"]);
    assert_eq!(unified("{\"a\":[1]}", "{\"a\":1}", &[])[1..4], ["-  \"a\": [", "-    1", "-  ]"]);
}

#[test]
fn text_is_compared_by_line() {
    let left = "a\nb\nc\nd\ne\nf\ng\nh\nsame one\nz";
    let right = "a\nb\nc\nd\ne\nf\ng\nh\nsame two\nmore\nz\n";
    let difference = compare(&document(left, "text/plain"), &document(right, "text/plain"), &[]);
    assert_eq!(difference.by(), By::Lines);
    let mut comparison = difference.view(Form::Aligned, Some(3));
    assert_eq!(
        shown(&comparison),
        ["=5", " f|f", " g|g", " h|h", "!same <one>|same <two>", "+|more", " z|z"]
    );
    assert_eq!((comparison.next_change(0), comparison.next_change(4)), (Some(4), None));
    assert_eq!((comparison.previous_change(4), comparison.previous_change(6)), (None, Some(4)));
    assert!(comparison.open(0) && !comparison.open(0));
    assert_eq!(comparison.len(), 11);
    let broken = compare(&json("{\"a\":1}"), &json("{\"a\":1"), &[]);
    assert_eq!((broken.by(), broken.counts().changed), (By::InvalidJson, 1));
}

#[test]
fn a_comparison_stops_and_waits_for_whole_documents() {
    let many = json(&format!("[{}1]", "1,".repeat(400_000)));
    let options = CompareOptions::default();
    assert_eq!(many.compare(&json("[2]"), &options, |_| false).unwrap_err(), CompareFailure::Cancelled);
    let (growing, _writer) = Document::growing("[1".into(), Some("application/json"));
    assert_eq!(growing.compare(&many, &options, |_| true).unwrap_err(), CompareFailure::Arriving);
}

fn value() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![(0..4).prop_map(Json::from), "[ab]{0,2}".prop_map(Json::from), Just(Json::Null)];
    leaf.prop_recursive(4, 40, 5, |inner| {
        let members = prop::collection::vec(("[abc]|id", inner.clone()), 0..5);
        prop_oneof![
            prop::collection::vec(inner, 0..5).prop_map(Json::from),
            members.prop_map(|members| Json::Object(members.into_iter().collect())),
        ]
    })
}

/// Without members of that key.
fn without(value: &Json, key: &str) -> Json {
    match value {
        Json::Object(members) => {
            let kept = members.iter().filter(|(name, _)| *name != key);
            Json::Object(kept.map(|(name, value)| (name.clone(), without(value, key))).collect())
        }
        Json::Array(items) => items.iter().map(|item| without(item, key)).collect(),
        other => other.clone(),
    }
}

fn lines(document: &Document) -> Vec<String> {
    let line = |line: &Line| line.text().trim_end_matches(',').to_owned();
    document.view(View::Pretty).window(0..usize::MAX).iter().map(line).collect()
}

/// Whether the rows show each line of either document once, and as many lines as the segments have.
fn is_whole(difference: &Arc<Difference>, left: &Document, right: &Document) -> Result<(), TestCaseError> {
    let (before, after) = (lines(left), lines(right));
    for form in [Form::Unified, Form::Aligned] {
        let all = difference.view(form, None);
        let rows = all.window_columns(0..usize::MAX, 0..1000);
        prop_assert_eq!(rows.len(), all.len());
        let rights: Vec<_> = rows.iter().filter_map(|row| row.right_number).collect();
        prop_assert_eq!(rights, (0..after.len()).collect::<Vec<_>>());
        let mut lefts: Vec<_> = rows.iter().filter_map(|row| row.left_number).collect();
        lefts.sort_unstable();
        let hidden = rows.iter().filter(|row| row.change == Change::Ignored).count();
        prop_assert!(lefts.len() == before.len() || (form == Form::Unified && hidden > 0));
        for row in &rows {
            if let (Some(l), Some(r), true) =
                (row.left_number, row.right_number, row.change != Change::Ignored)
            {
                prop_assert_eq!(before[l] == after[r], row.change != Change::Changed, "{:?}", row);
            }
            if let Some(line) = &row.right {
                let text = line.text();
                prop_assert_eq!(text.trim_end_matches(','), &after[line.number]);
            }
        }
        for context in [0, 1, 3] {
            let mut short = difference.view(form, Some(context));
            let some = short.window_columns(0..usize::MAX, 0..1000);
            let total: u64 = some.iter().map(|row| row.hidden.max(1)).sum();
            prop_assert_eq!(total as usize, all.len());
            let differs =
                |rows: &[ComparedLine]| rows.iter().filter(|row| row.change.is_difference()).count();
            prop_assert_eq!(differs(&some), differs(&rows));
            while (0..short.len()).any(|row| short.open(row)) {}
            prop_assert_eq!(short.len(), all.len());
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn a_difference_leads_from_one_document_to_the_other(
        left in value(), right in value(), same: bool, records: bool, ignored: bool, pretty: bool,
    ) {
        let right = if same { left.clone() } else { right };
        let text = |value: &Json| match (records, pretty, value) {
            (true, _, Json::Array(items)) => {
                items.iter().map(Json::to_string).collect::<Vec<_>>().join("\n")
            }
            (_, true, _) => serde_json::to_string_pretty(value).unwrap(),
            _ => value.to_string(),
        };
        let kind = if records { "application/x-ndjson" } else { "application/json" };
        let (before, after) = (document(&text(&left), kind), document(&text(&right), kind));
        let difference = compare(&before, &after, if ignored { &["$..a"] } else { &[] });
        prop_assert_eq!(difference.by(), By::Structure);
        let said = |value: &Json| if ignored { without(value, "a") } else { value.clone() };
        let is_list = |value: &Json| value.is_array();
        // One value at the top is not the list of it.
        prop_assume!(!records || (is_list(&left) && is_list(&right)));
        if said(&left) == said(&right) {
            prop_assert!(difference.is_empty());
        } else {
            prop_assert!(!difference.is_empty());
        }
        is_whole(&difference, &before, &after)?;
    }

    #[test]
    fn lines_lead_from_one_text_to_the_other(
        left in prop::collection::vec("[ab]{0,2}", 0..40),
        right in prop::collection::vec("[ab]{0,2}", 0..40),
        times in 1usize..30,
        grouped: bool,
    ) {
        let text = |lines: &[String]| format!("{}\n", vec![lines.join("\n"); times].join("\n"));
        let (before, after) = (document(&text(&left), "text/plain"), document(&text(&right), "text/plain"));
        let (before_lines, after_lines) = (before.view(View::Raw), after.view(View::Raw));
        let compared = ByLine {
            left: &before_lines,
            right: &after_lines,
            hasher: RandomState::new(),
            go_on: &mut |_| true,
            out: Segments::default(),
        };
        let found = if grouped { compared.grouped().unwrap() } else { compared.run().unwrap().0 };
        let difference = Arc::new(Difference {
            left: before_lines.clone(),
            right: after_lines.clone(),
            segments: found.list,
            counts: found.counts,
            by: By::Lines,
            grouped,
        });
        prop_assert!(before_lines.len() != after_lines.len() || left != right || difference.is_empty());
        is_whole(&difference, &before, &after)?;
    }
}
