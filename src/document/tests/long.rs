//! Strings that are longer than everything else: they are passed over, and nothing is lost behind them.

use super::super::*;

/// Long strings as values, keys and items, between what is short, with quotes and brackets in them.
fn body(length: usize) -> String {
    let long = |letter: &str| format!("\"{}\\\"],}}\\\\\"", letter.repeat(length));
    let (a, b, c) = (long("a"), long("b\\\""), long("]},"));
    format!(
        "{{\"first\":1,\"one\":{a},\"x\":\"y\",\"two\":[{b},[[{c}]],\"z\",{{}}],{a}:\"short\",{b}:{c},\"deep\":{{\"k\":[[{a}]]}},\"end\":{b}}}"
    )
}

#[test]
fn lines_behind_long_strings_are_the_same() {
    for columns in [0, 60] {
        for length in [10, 50_000, 70_000, 200_000] {
            let body = body(length);
            let document = Document::new(body.clone().into(), Some("application/json")).compacted(columns);
            while !document.index_more(50_000).done {}
            let lines = document.view(View::Pretty);
            let short = Document::new(self::body(40).into(), Some("application/json")).compacted(0);
            let expected = short.view(View::Pretty);
            assert_eq!(document.error(), None);
            if columns == 0 {
                assert_eq!(lines.len(), expected.len());
            }
            let all = lines.window(0..lines.len());
            for (number, line) in all.iter().enumerate() {
                let alone = lines.window(number..number + 1).remove(0);
                assert_eq!(alone, *line);
                assert_eq!(lines.line_at(line.range.start), number);
                assert_eq!(lines.line_at(line.range.end - 1), number);
            }
            for (key, path) in [("\"x\":", "$.x"), ("\"end\":", "$.end"), ("\"k\":", "$.deep.k")] {
                let at = body.rfind(key).unwrap() as u64;
                assert_eq!(lines.path_at(lines.line_at(at)).as_deref(), Some(path));
            }
            let text: String = all
                .iter()
                .map(|line| String::from_utf8_lossy(&document.read(line.range.clone())).into_owned())
                .collect();
            assert_eq!(text, body, "what the lines stand for is the whole");
        }
    }
}

#[test]
fn a_match_far_into_a_line_is_shown() {
    let body = format!("start\n{}needle{}\nend", "ab\t".repeat(100_000), "c".repeat(300_000));
    let document = Document::new(body.into(), Some("text/plain"));
    while !document.index_more(1 << 16).done {}
    let lines = document.view(View::Raw);
    let found = document.find_next(&Search::literal("needle"), 0).unwrap();
    assert_eq!(lines.line_at(found.start), 1);
    assert_eq!(lines.line_at(found.end + 299_999), 1);
    assert_eq!(lines.line_at(found.end + 300_001), 2);
    // A tab reaches to the next multiple of four.
    let mut line = lines.window_columns(1..2, 400_000..400_010).remove(0);
    line.mark(std::slice::from_ref(&found));
    assert_eq!(line.text(), "needlecccc");
    assert!(line.spans[0].matched && line.cut);
}

#[test]
fn far_columns_are_those_of_the_whole_line() {
    let unit = "a\té\u{202e}\u{7f}b🦀";
    let bytes = [unit.repeat(12_000).as_bytes(), b"\xff\xfe|", unit.repeat(9_000).as_bytes()].concat();
    let json = format!("[1,\"{}\"]", "aé🦀b\\n".repeat(40_000));
    for (body, kind, view, line) in [
        (bytes.clone(), "text/plain", View::Raw, 0),
        (bytes.clone(), "text/css", View::Raw, 0),
        (json.clone().into_bytes(), "application/json", View::Pretty, 2),
        (json.into_bytes(), "application/json", View::Raw, 0),
    ] {
        let document = Document::new(body.into(), Some(kind));
        while !document.index_more(1 << 16).done {}
        let lines = document.view(view);
        let window = |columns| lines.window_columns(line..line + 1, columns).remove(0);
        let whole: Vec<_> = window(0..1_000_000).text().chars().collect();
        for start in [10, 60_000, 70_000, 99_999, 130_000, 139_990, whole.len() - 5] {
            let end = (start + 80).min(whole.len());
            let far = window(start..start + 80);
            assert_eq!(far.text(), whole[start..end].iter().collect::<String>(), "{kind} {start}");
            assert_eq!(far.cut, start + 80 < whole.len());
        }
    }
}
