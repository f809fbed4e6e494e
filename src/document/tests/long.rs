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
