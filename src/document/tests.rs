//! Documents as their callers see them.

mod forms;
mod hostile;
mod long;
mod properties;

use proptest::prelude::*;

use super::*;

fn text(lines: &Lines) -> Vec<String> {
    lines.window(0..1000).iter().map(Line::text).collect()
}

#[test]
fn json_keeps_what_was_received() {
    let body = r#"{"b":1.50,"a":"\u00e9","b":-0E+2,"list":[],"deep":{"x":[1,{}]}}"#;
    let document = Document::new(body.into(), Some("application/json"));
    let expected = [
        "{",
        "  \"b\": 1.50,",
        "  \"a\": \"\\u00e9\",",
        "  \"b\": -0E+2,",
        "  \"list\": [],",
        "  \"deep\": {",
        "    \"x\": [",
        "      1,",
        "      {}",
        "    ]",
        "  }",
        "}",
    ];
    let lines = document.view(View::Pretty);
    assert_eq!(text(&lines), expected);
    assert_eq!(lines.len(), expected.len());
    assert_eq!(lines.path_at(8).as_deref(), Some("$.deep.x[1]"));
    assert_eq!(lines.path_at(12), None);
    let classes: Vec<_> = lines.window(1..2)[0].spans.iter().map(|span| span.class).collect();
    assert_eq!(
        classes,
        [Class::Text, Class::Key, Class::Punctuation, Class::Text, Class::Number, Class::Punctuation]
    );
    assert!(document.progress().done);
}

#[test]
fn wrong_json_is_shown_up_to_its_error_and_then_as_it_is() {
    let body = "{\"a\": [1,\n2 oops],\n\"b\": 3}\n";
    let document = Document::new(body.into(), Some("application/json"));
    let lines = document.view(View::Pretty);
    let expected = [
        "{",
        "  \"a\": [",
        "    1,",
        "    2",
        "line 2, column 3: expected `,` or `]`",
        "oops],",
        "\"b\": 3}",
    ];
    assert_eq!(text(&lines), expected);
    assert_eq!(lines.len(), expected.len());
    assert_eq!(lines.window(4..5)[0].spans[0].class, Class::Error);
    let at = |needle: &str| lines.line_at(body.find(needle).unwrap() as u64);
    assert_eq!((at("1"), at("oops"), at("3")), (2, 5, 6));
    assert!(document.error().unwrap().to_string().starts_with("line 2, column 3"));
}

#[test]
fn a_body_cut_short_says_so() {
    let document = Document::new("[1, 2".into(), Some("application/json"));
    let expected = ["[", "  1,", "  2", "line 1, column 6: the text ends here: expected `,` or `]`"];
    assert_eq!(text(&document.view(View::Pretty)), expected);
    let empty = Document::new(Bytes::new(), Some("application/json"));
    assert!(empty.view(View::Pretty).is_empty());
    assert_eq!(empty.error(), None);
}

#[test]
fn records_follow_each_other() {
    let document = Document::new("{\"a\":1}\n[2]\n3\n".into(), Some("application/x-ndjson"));
    let lines = document.view(View::Pretty);
    assert_eq!(text(&lines), ["{", "  \"a\": 1", "}", "[", "  2", "]", "3"]);
    let paths: Vec<_> = (0..7).map(|line| lines.path_at(line).unwrap()).collect();
    assert_eq!(paths, ["$[0]", "$[0].a", "$[0]", "$[1]", "$[1][0]", "$[1]", "$[2]"]);
    assert_eq!(document.error(), None);
}

#[test]
fn text_is_decoded() {
    let table: [(&[u8], Option<&str>, &str); 4] = [
        (b"caf\xe9", Some("text/plain; charset=iso-8859-1"), "café"),
        (b"\xef\xbb\xbfcaf\xc3\xa9", Some("text/plain"), "café"),
        (b"\xff\xfec\0a\0f\0\xe9\0", None, "café"),
        (b"\xef\xbb\xbf{}", Some("application/json"), "{}"),
    ];
    for (bytes, media_type, expected) in table {
        let document = Document::new(Bytes::from_static(bytes), media_type);
        assert_eq!(text(&document.view(View::Pretty)), [expected]);
        assert_eq!(document.size(), bytes.len() as u64);
    }
}

#[test]
fn markup_is_indented_and_coloured() {
    let document = Document::new("<a><b x=\"1\">t</b></a>".into(), Some("text/xml"));
    let lines = document.view(View::Pretty);
    assert_eq!(text(&lines), ["<a>", "  <b x=\"1\">t</b>", "</a>"]);
    let line = &lines.window(1..2)[0];
    assert_eq!(line.range, 3..17);
    assert!(line.spans.iter().any(|span| span.class == Class::Tag && span.text == "b"), "{line:?}");
    assert_eq!(lines.line_at(20), 2);
    assert_eq!(text(&document.view(View::Raw)), ["<a><b x=\"1\">t</b></a>"]);
}

#[test]
fn bytes_are_shown_as_hex() {
    let document = Document::new(Bytes::from(vec![0xff; 100]), Some("image/png"));
    assert_eq!(document.default_view(), View::Hex);
    let lines = document.view(View::Hex);
    assert_eq!(lines.len(), 7);
    assert_eq!(lines.line_at(99), 6);
    assert!(lines.window(6..9)[0].text().starts_with("00000060  ff ff ff ff"));
}

fn folding() -> Lines {
    let body = r#"{"a":[1,[2,3]],"b":{"c":{"d":4}},"e":[]}"#;
    Document::new(body.into(), Some("application/json")).view(View::Pretty)
}

#[test]
fn containers_fold_and_open() {
    let mut lines = folding();
    let all = text(&lines);
    assert_eq!(lines.toggle_fold(1), Some(1));
    assert_eq!(text(&lines)[..3], ["{", "  \"a\": […] 2 items", "  \"b\": {"]);
    assert!(lines.is_folded(1));
    assert_eq!(lines.path_at(3).as_deref(), Some("$.b.c"));
    // A scalar folds what it stands in, a closing bracket what it closes, a folded container the one around it.
    assert_eq!(lines.fold(4), Some(3));
    assert_eq!(text(&lines)[3], "    \"c\": {…} 1 key");
    assert_eq!(lines.fold(4), Some(2));
    assert_eq!(text(&lines), ["{", "  \"a\": […] 2 items", "  \"b\": {…} 1 key", "  \"e\": []", "}"]);
    assert_eq!(lines.fold(2), Some(0));
    assert_eq!(text(&lines), ["{…} 3 keys"]);
    // What was folded inside still is.
    assert_eq!(lines.unfold(0), Some(0));
    assert_eq!(lines.len(), 5);
    assert_eq!(lines.unfold(3), None);
    lines.fold_from_depth(None);
    assert_eq!(text(&lines), all);
}

#[test]
fn all_at_a_depth_fold_and_open_one_by_one() {
    let mut lines = folding();
    lines.fold_from_depth(Some(1));
    assert_eq!(text(&lines), ["{", "  \"a\": […] 2 items", "  \"b\": {…} 1 key", "  \"e\": []", "}"]);
    assert_eq!(lines.unfold(1), Some(1));
    assert_eq!(text(&lines)[1..5], ["  \"a\": [", "    1,", "    […] 2 items", "  ],"]);
    assert_eq!(
        lines.breadcrumb(3).iter().map(|crumb| crumb.label.as_str()).collect::<Vec<_>>(),
        ["a", "[1]"]
    );
    let mut lines = folding();
    assert_eq!(lines.fold_siblings(5), Some(3));
    assert_eq!(text(&lines)[1..5], ["  \"a\": [", "    1,", "    […] 2 items", "  ],"]);
    assert_eq!(lines.fold_siblings(1), Some(1));
    assert_eq!(lines.len(), 5);
}

#[test]
fn a_match_in_a_fold_is_found_and_revealed() {
    let mut lines = folding();
    lines.fold(0);
    let document = lines.document().clone();
    let found = document.find_next(&Search::literal("4"), 0).unwrap();
    assert_eq!(lines.line_at(found.start), 0);
    let mut line = lines.window(0..1).remove(0);
    line.mark(std::slice::from_ref(&found));
    assert!(line.spans.iter().any(|span| span.matched && span.text == "…"));
    let shown = lines.reveal(found.start);
    assert_eq!(text(&lines)[shown], "      \"d\": 4");
}

#[test]
fn a_body_is_shown_while_it_arrives() {
    let (document, mut writer) = Document::growing("[1,".into(), Some("application/json"));
    let lines = document.view(View::Pretty);
    assert_eq!(text(&lines), ["[", "  1,"]);
    assert!(!document.progress().done);
    writer.append("{\"a\":".into());
    document.index_more(1 << 20);
    assert_eq!(text(&lines), ["[", "  1,", "  {", "    \"a\":"]);
    writer.append("2}]".into());
    writer.finish();
    document.index_more(1 << 20);
    assert_eq!(text(&lines), ["[", "  1,", "  {", "    \"a\": 2", "  }", "]"]);
    assert!(document.progress().done && document.error().is_none());
}

#[test]
fn an_encoding_is_translated_while_it_arrives() {
    for (pieces, media_type, expected) in [
        ([&b"\xef\xbb\xbf[\"\xc3"[..], b"\xa9\"]"], "application/json", "[\"é\"]"),
        ([b"\xff\xfe[\0", b"1\0]\0"], "application/json", "[1]"),
        ([b"caf", b"\xe9"], "text/plain; charset=latin1", "café"),
        ([b"\xef\xbb\xbf", b"x"], "text/plain", "x"),
    ] {
        let (document, mut writer) = Document::growing(Bytes::from_static(pieces[0]), Some(media_type));
        writer.append(Bytes::from_static(pieces[1]));
        writer.finish();
        document.index_more(1 << 20);
        assert_eq!(text(&document.view(View::Raw)), [expected]);
    }
}

#[test]
fn a_body_in_a_file_is_the_same() {
    use std::io::Write as _;
    let item = "{\"id\":12345,\"name\":\"tea\"}";
    let body = format!("[{}{item}]", format!("{item},\n").repeat(40_000));
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(body.as_bytes()).unwrap();
    let shared = Arc::new(file.try_clone().unwrap());
    let (growing, mut writer) = Document::growing(Bytes::copy_from_slice(&body.as_bytes()[..1000]), None);
    writer.spill(&shared);
    writer.append_file(&shared, 1000..body.len() as u64);
    writer.finish();
    let in_file = Document::from_file(file, Some("application/json")).unwrap();
    let in_memory = Document::new(body.clone().into(), Some("application/json"));
    let search = Search::literal("tea");
    for document in [&in_memory, &in_file, &growing] {
        while !document.index_more(1 << 20).done {}
        let lines = document.view(View::Pretty);
        assert_eq!(lines.len(), 160_006);
        assert_eq!(lines.window(100_000..100_001)[0].text(), "  },");
        assert_eq!(lines.path_at(100_000).as_deref(), Some("$[24999]"));
        assert_eq!(document.count_matches(&search, |_, _| true), Some(40_001));
        assert_eq!(document.find_previous(&search, u64::MAX).unwrap().start, body.len() as u64 - 6);
    }
}

#[test]
fn a_short_container_stands_on_one_line() {
    let body = r#"{"tags":["a","b"],"at":{"x":1,"y":[]},"long":["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"]}"#;
    let document = Document::new(body.into(), Some("application/json")).compacted(20);
    let expected = [
        "{",
        "  \"tags\": [\"a\", \"b\"],",
        "  \"at\": {",
        "    \"x\": 1,",
        "    \"y\": []",
        "  },",
        "  \"long\": [",
        "    \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"",
        "  ]",
        "}",
    ];
    assert_eq!(text(&document.view(View::Pretty)), expected);
}

#[test]
fn csv_is_a_table() {
    let document = Document::new("id,name\n1,\"Tea\n\"\n20,x\n".into(), Some("text/csv"));
    let lines = document.view(View::Pretty);
    assert_eq!(text(&lines), ["id │ name", "1  │ Tea ", "20 │ x"]);
    assert_eq!(lines.window(0..1)[0].spans[0].class, Class::Heading);
    assert_eq!(document.view(View::Raw).len(), 4);
}

fn ask(document: &Document, query: &str) -> Result<String, QueryFailure> {
    let (results, mut writer) = Document::results();
    let count = document.query(&Query::parse(query).unwrap(), &mut writer, |_| true)?;
    writer.finish();
    let text = String::from_utf8(results.read(0..u64::MAX).to_vec()).unwrap();
    assert_eq!(text.lines().count() as u64, count);
    Ok(text)
}

#[test]
fn a_document_is_asked_in_either_language() {
    let document = Document::new(r#"{"a":[{"b":1.50},{"b":"\u00e9"}]}"#.into(), Some("application/json"));
    assert_eq!(ask(&document, "$.a[*].b").unwrap(), "1.50\n\"\\u00e9\"\n");
    assert_eq!(ask(&document, ".a | map(.b) | .[]").unwrap(), "1.50\n\"é\"\n");
    assert_eq!(ask(&document, ".a[0] | .b, halt").unwrap(), "1.50\n");
    assert_eq!(
        ask(&document, ".a.b"),
        Err(QueryFailure::Jq("cannot index [{\"b\":1.50},{\"b\":\"é\"}] with \"b\"".into()))
    );
    let records = Document::new("{\"a\":1}\n{\"a\":2}\n".into(), Some("application/x-ndjson"));
    assert_eq!(ask(&records, "$[1].a").unwrap(), "2\n");
    assert_eq!(ask(&records, "$[-1]").unwrap(), "{\"a\":2}\n");
    assert_eq!(ask(&records, ".a + 1").unwrap(), "2\n3\n");
    let text = Document::new("hello".into(), Some("text/plain"));
    assert_eq!(ask(&text, "$"), Err(QueryFailure::Kind));
}

#[test]
fn a_wrong_query_says_where() {
    for (query, column) in
        [("$.a[", 5), (".a | nothing", 6), (".a | (", 7), (".a |", 5), ("env", 1), ("\"\\q\"", 3)]
    {
        let error = Query::parse(query).unwrap_err();
        assert_eq!(error.column, column, "{query}: {error}");
    }
}

#[test]
fn a_query_ends_where_the_document_is_wrong_or_when_told_to() {
    let document = Document::new("[1,2,oops".into(), Some("application/json"));
    let (results, mut writer) = Document::results();
    let query = Query::parse("$[*]").unwrap();
    let failure = document.query(&query, &mut writer, |_| true).unwrap_err();
    assert!(failure.to_string().contains("line 1, column 6"), "{failure}");
    assert_eq!(results.read(0..9), "1\n2\n");
    for query in ["$[*]", ".[]"] {
        let document = Document::new("[1,2,3]".into(), Some("application/json"));
        let (results, mut writer) = Document::results();
        let asked =
            document.query(&Query::parse(query).unwrap(), &mut writer, |progress| progress.results < 2);
        assert_eq!(asked, Err(QueryFailure::Cancelled));
        assert_eq!(results.read(0..9), "1\n2\n");
    }
}

#[test]
fn a_long_line_is_clipped() {
    let body = format!("[\"{}\",1]", "x".repeat(1 << 20));
    let document = Document::new(body.into(), Some("application/json"));
    while !document.index_more(1 << 16).done {}
    for view in [View::Pretty, View::Raw] {
        let lines = document.view(view).window_columns(0..3, 100..140);
        let line = lines.iter().find(|line| line.cut).unwrap();
        assert_eq!(line.text(), "x".repeat(40));
    }
    assert_eq!(document.view(View::Pretty).window(2..3)[0].text(), "  1");
}

#[test]
fn matches_are_found_in_order_and_marked() {
    let document = Document::new("{\"tea\":1,\"Tea\":[\"green tea\"]}".into(), Some("application/json"));
    let search = Search::literal("tea");
    let found: Vec<_> = document.find(&search, 0..u64::MAX).collect();
    assert_eq!(found, [2..5, 10..13, 23..26]);
    assert_eq!(document.find_next(&search, 3), Some(10..13));
    assert_eq!(document.find_previous(&search, 10), Some(2..5));
    let lines = document.view(View::Pretty);
    assert_eq!(lines.line_at(23), 3);
    let mut line = lines.window(3..4).remove(0);
    line.mark(&found);
    let marked: Vec<_> =
        line.spans.iter().filter(|span| span.matched).map(|span| span.text.as_str()).collect();
    assert_eq!(marked, ["tea"]);
}

#[test]
fn what_is_written_is_coloured_by_line() {
    let text = "{\n  \"a\": {{ id }}, tru\n}";
    let lines = highlight_lines(Kind::Json, text, 1..3);
    let line = "  \"a\": {{ id }}, tru";
    let parts: Vec<_> = lines[0].iter().map(|(range, class)| (&line[range.clone()], *class)).collect();
    let expected = [
        ("  ", Class::Text),
        ("\"a\"", Class::Key),
        (":", Class::Punctuation),
        (" ", Class::Text),
        ("{{ id }}", Class::Template),
        (",", Class::Punctuation),
        (" ", Class::Text),
        ("tru", Class::Error),
    ];
    assert_eq!(parts, expected);
    assert_eq!(lines[1], [(0..1, Class::Punctuation)]);
    let xml = highlight_lines(Kind::Xml, "<a>\n<b>{{ x }}</b>", 1..2);
    assert!(xml[0].contains(&(3..10, Class::Template)), "{xml:?}");
    assert_eq!(highlight_lines(Kind::Text, "a\n", 0..9).len(), 2);
}

proptest! {
    #[test]
    fn any_bytes_in_any_view_do_no_harm(
        bytes in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..300),
            "[\\[\\]{}:,\"\\\\a1<>/=&; \r\n\t\u{0}é-]{0,300}".prop_map(String::into_bytes),
        ],
        media_type in prop::sample::select(vec![
            "application/json", "application/x-ndjson", "text/html", "text/xml", "text/css", "text/csv",
            "text/plain", "text/plain; charset=utf-16", "image/png",
        ]),
        start in 0usize..40,
        columns in 0usize..40,
    ) {
        let document = Document::new(bytes.into(), Some(media_type));
        prop_assert!(document.progress().done);
        let search = Search::regex("[a1]").unwrap();
        let found: Vec<_> = document.find(&search, 0..u64::MAX).collect();
        for view in [View::Pretty, View::Raw, View::Hex] {
            let lines = document.view(view);
            let window = lines.window_columns(start..start + 20, columns..columns + 20);
            prop_assert_eq!(window.len(), lines.len().saturating_sub(start).min(20));
            for mut line in window {
                prop_assert!(line.text().chars().all(|letter| !letter.is_control()));
                prop_assert!(line.number < lines.len());
                line.mark(&found);
                lines.path_at(line.number);
            }
            for offset in 0..document.size() + 2 {
                prop_assert!(lines.line_at(offset) <= lines.len());
            }
        }
        let _ = document.error();
    }
}
