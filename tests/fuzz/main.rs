//! The bodies of the fuzz targets (`fuzz/`), driven here with random inputs: they hold in every run of the tests,
//! without libFuzzer.

mod bodies;

use proptest::prelude::*;

/// Bytes that look like JSON, with some that do not.
fn text() -> impl Strategy<Value = Vec<u8>> {
    let token = prop::sample::select(vec![
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\"a\"",
        "\"b\"",
        "\\u00e9",
        "\\",
        "1",
        "-0.5e3",
        "true",
        "null",
        " ",
        "\n",
        "é",
        "{\"a\":[1,{\"b\":2}]}",
        "[[],{}]",
        "\"a\":",
        "tea",
        "Tea",
    ]);
    let piece = prop_oneof![
        12 => token.prop_map(|token| token.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 1..4),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

fn selector() -> impl Strategy<Value = String> {
    let part = prop::sample::select(vec![
        ".a",
        ".b",
        "..",
        "..*",
        ".*",
        "[0]",
        "[-1]",
        "[1:]",
        "[::-1]",
        "[*]",
        "['a']",
        "['b',0]",
        "[?@.a]",
        "[?@>1]",
        "[?count(@.*)>1]",
        "[?@.a==$.a]",
        "[?match(@,'.')]",
        "[",
        "]",
        "?",
        "@",
        "'",
        " ",
    ]);
    prop::collection::vec(part, 0..5).prop_map(|parts| format!("${}", parts.concat()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn index(head in any::<[u8; 2]>(), text in text()) {
        bodies::index(&[&head[..], &text].concat());
    }

    #[test]
    fn query(seed: u8, selector in selector(), text in prop_oneof![
        text(),
        Just(br#"{"a":[1,{"b":[2,3],"a":"x"}],"b":{"a":null,"b":[[],{}]}}"#.to_vec()),
    ]) {
        bodies::query(&[&[seed], selector.as_bytes(), b"\n", &text].concat());
    }

    #[test]
    fn search(seed: u8, pattern in "[aTe.*|()\\[\\]^$\\\\b1é]{0,6}", text in text()) {
        bodies::search(&[&[seed], pattern.as_bytes(), b"\n", &text].concat());
    }
}
