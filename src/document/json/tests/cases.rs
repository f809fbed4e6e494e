//! The kinds of input that JSON parsers are known to differ on: what has to be accepted, what has to be refused and at
//! which byte, and what RFC 8259 leaves open.

use std::ops::{ControlFlow, Range};

use bytes::Bytes;

use crate::document::{
    Document, View,
    json::scanner::{Fault, Frame, Scanner, Sink, Token},
};

const VALID: &[&[u8]] = &[
    // Arrays.
    b"[]",
    b"[[]   ]",
    b"[\"\"]",
    b"[1\n]",
    b" [1]",
    b"[1,null,null,null,2]",
    b"[2] ",
    b"[null, 1, \"1\", {}]",
    b"[false]",
    b"\t[\r\n]\r",
    b"[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]",
    // Objects.
    b"{}",
    b"{\"\":0}",
    b"{\"a\":\"b\",\"a\":\"c\"}",
    b"{\"a\":\"b\",\"a\":\"b\"}",
    b"{\"foo\\u0000bar\": 42}",
    b"{ \"min\": -1.0e+28, \"max\": 1.0e+28 }",
    b"{\"x\":[{\"id\": \"x\"}], \"id\": \"y\"}",
    b"{\"a\":[]}",
    b"{\n\"a\": \"b\"\n}",
    b"{\"asd\":\"sdf\", \"dfg\":\"fgh\"}",
    "{\"title\":\"\u{41f}\u{43e}\u{43b}\"}".as_bytes(),
    // Numbers.
    b"[123e65]",
    b"[0e+1]",
    b"[0e1]",
    b"[ 4]",
    b"[-0.000000000000000000000000000000000000000000000000000000000001]",
    b"[20e1]",
    b"[-0]",
    b"[-123]",
    b"[-1]",
    b"[1E22]",
    b"[1E-2]",
    b"[1E+2]",
    b"[123e45]",
    b"[123.456e78]",
    b"[1e-2]",
    b"[1e+2]",
    b"[123]",
    b"[123.456789]",
    b"0",
    b"-0.0",
    b"1E400",
    b"12345678901234567890123",
    // Strings.
    b"[\"\\u0060\\u012a\\u12AB\"]",
    b"[\"\\uD801\\udc37\"]",
    b"[\"\\ud83d\\ude39\\ud83d\\udc8d\"]",
    b"[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"]",
    b"[\"\\\\u0000\"]",
    b"[\"\\\"\"]",
    b"[\"a/*b*/c/*d//e\"]",
    b"[\"\\\\a\"]",
    b"[\"\\\\n\"]",
    b"[\"\\u0012\"]",
    b"[\"\\uFFFF\"]",
    b"[ \"asd\"]",
    b"[\"\\u0000\"]",
    b"[\"\\u0821\"]",
    b"[\"\\u2028\\u2029\"]",
    b"[\"\\uDBFF\\uDFFE\"]",
    b"[\"\\uFDD0\"]",
    b"[\"new\\u00A0line\"]",
    b"[\"\x7f\"]",
    b"[\"\\uA66D\"]",
    b"[\" \"]",
    b"[\"\\u200B\"]",
    b"[\"\\u0022\"]",
    b"\"\"",
    b"[\"{{ \"]",
    "[\"\u{10ffff}\"]".as_bytes(),
    "[\"\u{2028}\u{2029}\"]".as_bytes(),
    "[\"\u{20ac}\u{1d11e}\"]".as_bytes(),
    "[\"\u{2342}\u{3648}\u{3341}\"]".as_bytes(),
    "[\"\u{fffe}\u{ffff}\"]".as_bytes(),
    // Lone values.
    b"false",
    b"42",
    b"-0.1",
    b"null",
    b"\"asd\"",
    b"true",
    b" \"x\"\n",
];

/// Each with the byte at which it cannot go on.
const INVALID: &[(&[u8], u64)] = &[
    // Nothing, or not all.
    (b"", 0),
    (b" ", 1),
    (b"[", 1),
    (b"{", 1),
    (b"[1", 2),
    (b"[1,", 3),
    (b"[\"\"", 3),
    (b"[\"", 2),
    (b"\"", 1),
    (b"\"\\", 2),
    (b"[\"\\u", 4),
    (b"[\"\\u00A", 7),
    (b"{\"a\"", 4),
    (b"{\"a\":", 5),
    (b"{\"a\":1", 6),
    (b"{\"a\":1,", 7),
    (b"[1,\n1\n,1", 8),
    (b"[{\"a\": \"b\"", 10),
    (b"-", 1),
    (b"1.", 2),
    (b"1e", 2),
    (b"1e+", 3),
    (b"tr", 2),
    (b"[nul", 4),
    (b"[[[[[", 5),
    (b"{\"\":[{\"\":[{\"\":", 14),
    (b"[false, tru", 11),
    (b"[\"asd", 5),
    (b"[\"a\\", 4),
    // Arrays.
    (b"[1 true]", 3),
    (b"[a]", 1),
    (b"[\"\": 1]", 3),
    (b"[\"\"],", 4),
    (b"[,1]", 1),
    (b"[1,,2]", 3),
    (b"[\"x\",,]", 5),
    (b"[\"x\"]]", 5),
    (b"[\"\",]", 4),
    (b"[3[4]]", 2),
    (b"[1:2]", 2),
    (b"[,]", 1),
    (b"[-]", 2),
    (b"[   , \"\"]", 4),
    (b"[1,]", 3),
    (b"[1,,]", 3),
    (b"[*]", 1),
    (b"[1}", 2),
    (b"]", 0),
    (b"[\x0ba\"]", 1),
    (b"[1\x0c]", 2),
    (b"[\"a\"\n4\n,1,", 5),
    (b"[1,\n}", 4),
    (b"[(1)]", 1),
    // Objects.
    (b"[\"x\", truth]", 6),
    (b"{[: \"x\"}", 1),
    (b"{\"x\", null}", 4),
    (b"{\"x\"::\"b\"}", 5),
    (b"{\"a\":\"a\" 123}", 9),
    (b"{key: 'value'}", 1),
    (b"{\"a\" b}", 5),
    (b"{:\"b\"}", 1),
    (b"{\"a\" \"b\"}", 5),
    (b"{1:1}", 1),
    (b"{9999E9999:1}", 1),
    (b"{null:null,null:null}", 1),
    (b"{\"id\":0,,,,,}", 8),
    (b"{'a':0}", 1),
    (b"{\"id\":0,}", 8),
    (b"{\"a\":\"b\"}/**/", 9),
    (b"{\"a\":\"b\"}//", 9),
    (b"{\"a\":\"b\",,\"c\":\"d\"}", 9),
    (b"{a: \"b\"}", 1),
    (b"{\"a\":\"a", 7),
    (b"{ \"foo\" : \"bar\", \"a\" }", 21),
    (b"{\"a\":\"b\"}#", 9),
    (b"{\"a\":}", 5),
    (b"{\"a\":1]", 6),
    (b"{}}", 2),
    (b"{\"a\":{}", 7),
    (b"{,}", 1),
    (b"}", 0),
    (b"{\"a\":true} \"x\"", 11),
    // Numbers.
    (b"[++1234]", 1),
    (b"[+1]", 1),
    (b"[+Inf]", 1),
    (b"[-01]", 3),
    (b"[-1.0.]", 5),
    (b"[-2.]", 4),
    (b"[-NaN]", 2),
    (b"[.-1]", 1),
    (b"[.2e-3]", 1),
    (b"[0.1.2]", 4),
    (b"[0.3e+]", 6),
    (b"[0.3e]", 5),
    (b"[0.e1]", 3),
    (b"[0E+]", 4),
    (b"[0E]", 3),
    (b"[1.0e-]", 6),
    (b"[1.0e]", 5),
    (b"[1 000.0]", 3),
    (b"[1eE2]", 3),
    (b"[2.e+3]", 3),
    (b"[9.e+]", 3),
    (b"[Inf]", 1),
    (b"[NaN]", 1),
    ("[\u{ff11}]".as_bytes(), 1),
    (b"[1+2]", 2),
    (b"[0x1]", 2),
    (b"[0x42]", 2),
    (b"[0e+-1]", 4),
    (b"[-123.123foo]", 9),
    (b"[123\xe5]", 4),
    (b"[1e1\xe5]", 4),
    (b"[0\xe5]", 2),
    (b"[-Infinity]", 2),
    (b"[-foo]", 2),
    (b"[- 1]", 2),
    (b"[-012]", 3),
    (b"[-.123]", 2),
    (b"[1ea]", 3),
    (b"[1.]", 3),
    (b"[.123]", 1),
    (b"[1.2a-3]", 4),
    (b"[1.8011670033376514H-308]", 19),
    (b"[012]", 2),
    (b"00", 1),
    (b"0_0", 1),
    (b"2@", 1),
    // Strings.
    (b"[\"\\uD800\\\"]", 11),
    (b"[\"\\uD800\\u\"]", 10),
    (b"[\"\\uD800\\u1\"]", 11),
    (b"[\"\\uD800\\u1x\"]", 11),
    ("[\u{e9}]".as_bytes(), 1),
    (b"[\"\\\x00\"]", 3),
    (b"[\"\\\\\\\"]", 7),
    (b"[\"\\x00\"]", 3),
    (b"[\"\\\t\"]", 3),
    ("[\"\\\u{1f300}\"]".as_bytes(), 3),
    (b"[\"\\\xe5\"]", 3),
    (b"[\"\\uD834\\uDd\"]", 12),
    (b"[\"\\a\"]", 3),
    (b"[\"\\uqqqq\"]", 4),
    (b"[\"\\u00g0\"]", 6),
    (b"[\\u0020\"asd\"]", 1),
    (b"['single']", 1),
    (b"abc", 0),
    (b"[\"a\x00a\"]", 3),
    (b"[\"new\nline\"]", 5),
    (b"[\"\t\"]", 2),
    (b"\"\\UA66D\"", 2),
    (b"\"\"x", 2),
    (b"\"a\" \"b\"", 4),
    (b"\"\x1f\"", 1),
    // What surrounds the value.
    (b"<.>", 0),
    (b"[<null>]", 1),
    (b"[1]x", 3),
    (b"[True]", 1),
    (b"1]", 1),
    (b"[][]", 2),
    (b"[\xe2\x81\xa0]", 1),
    (b"\xe2\x81\xa0", 0),
    (b"[\xc2\xa0]", 1),
    (b"[\x0c]", 1),
    (b"nul", 3),
    (b"nulL", 0),
    (b"TRUE", 0),
    (b"truE", 0),
    (b"\xe5", 0),
    (b"*", 0),
    (b"\x00", 0),
    (b"[]\x00", 2),
    (b"123\x00", 3),
    (b"{\"a\":/*c*/1}", 5),
    (b"# a\n1", 0),
    (b"[1]//", 3),
    (b"[\"\"\x00]", 3),
    (b"\x0b1", 0),
    (b"undefined", 0),
    (b"()", 0),
];

/// What RFC 8259 leaves to a parser, with what this one does: it takes the bytes of strings as they are, and refuses
/// what stands outside of them.
const OPEN: &[(&[u8], Option<u64>)] = &[
    (b"[123.456e-789]", None),
    (b"[0.4e00669999999999999999999999999999999999999999999999999999999999999999999999969999999006]", None),
    (b"[-1e+9999]", None),
    (b"[1.5e+9999]", None),
    (b"[-123123123123123123123123123123]", None),
    (b"{\"\\uDFAA\":0}", None),
    (b"[\"\\uDADA\"]", None),
    (b"[\"\\uD888\\u1234\"]", None),
    (b"[\"\\uDd1e\\uD834\"]", None),
    (b"[\"\\ud800abc\"]", None),
    (b"[\"\xff\"]", None),
    (b"[\"\xe6\x97\xa5\xd1\x88\xfa\"]", None),
    (b"[\"\xed\xa0\x80\"]", None),
    (b"[\"\xf4\xbf\xbf\xbf\"]", None),
    (b"[\"\x81\"]", None),
    (b"[\"\xc0\xaf\"]", None),
    (b"[\"\xfc\x83\xbf\xbf\xbf\xbf\"]", None),
    (b"[\"\xe0\xff\"]", None),
    // A byte order mark is not the scanner's to skip: a document is without it.
    (b"\xef\xbb\xbf{}", Some(0)),
    (b"\xff\xfe[\x00\"\x00\xe9\x00\"\x00]\x00", Some(0)),
    (b"\x00[\x00\"\x00\xe9\x00\"\x00]", Some(0)),
];

/// Notes the tokens.
#[derive(Default)]
pub(super) struct Tokens(Vec<(Token, Range<u64>)>);

impl Sink for Tokens {
    fn token(&mut self, token: Token, range: Range<u64>, _: &[Frame]) -> ControlFlow<()> {
        self.0.push((token, range));
        ControlFlow::Continue(())
    }
}

/// The tokens of a text that comes in pieces of that size, and its fault.
fn scanned(text: &[u8], size: usize) -> (Vec<(Token, Range<u64>)>, Option<Fault>) {
    let (mut scanner, mut tokens) = (Scanner::new(false), Tokens::default());
    for piece in text.chunks(size) {
        if scanner.feed(piece, &mut tokens).is_break() {
            break;
        }
    }
    let _ = scanner.finish(&mut tokens);
    (tokens.0, scanner.fault())
}

/// The place of the fault, which is the same however the text comes, and in a document.
fn fault(text: &[u8]) -> Option<u64> {
    let whole = scanned(text, text.len().max(1));
    for size in 1..text.len().min(9) {
        assert_eq!(scanned(text, size), whole, "{} in pieces of {size}", String::from_utf8_lossy(text));
    }
    let at = whole.1.map(|fault| fault.offset);
    for (_, range) in &whole.0 {
        assert!(range.start < range.end && range.end <= text.len() as u64);
        assert!(at.is_none_or(|at| range.end <= at), "a token behind the fault");
    }
    at
}

/// A document shows all of it, as far as it is right and then as it stands, and says the same place.
fn shown(text: &[u8], at: Option<u64>) {
    let document = Document::new(Bytes::copy_from_slice(text), Some("application/json"));
    let shift = if text.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    if !text.is_empty() && shift == 0 && !text.starts_with(b"\xff\xfe") {
        assert_eq!(
            document.error().map(|error| error.offset as u64),
            at,
            "{}",
            String::from_utf8_lossy(text)
        );
    }
    let lines = document.view(View::Pretty);
    assert_eq!(lines.window(0..lines.len() + 5).len(), lines.len());
}

#[test]
fn what_is_right_is_accepted() {
    for text in VALID {
        assert_eq!(fault(text), None, "{}", String::from_utf8_lossy(text));
        shown(text, None);
    }
}

#[test]
fn what_is_wrong_is_refused_at_its_place() {
    for (text, at) in INVALID {
        assert_eq!(fault(text), Some(*at), "{}", String::from_utf8_lossy(text));
        shown(text, Some(*at));
    }
}

#[test]
fn what_is_left_open_is_decided_the_same_way_each_time() {
    for (text, at) in OPEN {
        assert_eq!(fault(text), *at, "{}", String::from_utf8_lossy(text));
        shown(text, *at);
    }
}

#[test]
fn a_text_cut_at_any_byte_ends_too_early_or_is_right() {
    for text in VALID {
        for length in 0..text.len() {
            let cut = &text[..length];
            let theirs = serde_json::from_slice::<serde::de::IgnoredAny>(cut);
            let expected = theirs.err().map(|_| length as u64);
            assert_eq!(fault(cut), expected, "{}", String::from_utf8_lossy(cut));
            shown(cut, expected);
        }
    }
}

#[test]
fn a_hundred_thousand_brackets() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}"), ("[{\"a\":", "}]")] {
        let deep = open.repeat(100_000);
        for text in [deep.clone(), format!("{deep}1{}", close.repeat(100_000))] {
            let at = scanned(text.as_bytes(), 1 << 16).1.unwrap();
            let containers = text.as_bytes()[..at.offset as usize].iter().filter(|byte| b"[{".contains(byte));
            assert_eq!((containers.count(), at.message.contains("10,000")), (10_000, true));
            shown(text.as_bytes(), Some(at.offset));
        }
    }
    // Side by side there may be any number.
    let beside = format!("[{}[]]", "[],".repeat(100_000));
    assert_eq!(scanned(beside.as_bytes(), 1 << 16).1, None);
}
