//! No form of a secret survives, wherever it stands.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD},
};
use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};
use proptest::prelude::*;

use super::*;

fn redactor(value: &str) -> Redactor {
    Redactor::new([("token", value)])
}

/// The forms in which a value travels, each made by an encoder that is not ours.
fn forms(value: &str) -> Vec<String> {
    const QUERY: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'<').add(b'>');
    let json = |text: &str| {
        let quoted = serde_json::to_string(text).unwrap();
        quoted[1..quoted.len() - 1].to_owned()
    };
    let all = utf8_percent_encode(value, NON_ALPHANUMERIC).to_string();
    let url = url::Url::parse_with_params("http://x/", [("a", value)]).unwrap();
    let inside = |before: &str| format!("{before}{value}");
    vec![
        value.to_owned(),
        all.clone(),
        small_digits(&all),
        utf8_percent_encode(value, QUERY).to_string(),
        utf8_percent_encode(&all, NON_ALPHANUMERIC).to_string(),
        url.query().unwrap().trim_start_matches("a=").to_owned(),
        json(value),
        json(&json(value)),
        value.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;").replace('\'', "&#39;"),
        STANDARD.encode(value),
        STANDARD_NO_PAD.encode(value),
        URL_SAFE.encode(value),
        URL_SAFE_NO_PAD.encode(value),
        utf8_percent_encode(&STANDARD.encode(value), NON_ALPHANUMERIC).to_string(),
        STANDARD.encode(inside("u")),
        STANDARD.encode(inside("us:")),
        STANDARD.encode(inside("user:")),
        hexadecimal(value),
        hexadecimal(value).to_uppercase(),
    ]
}

fn hexadecimal(value: &str) -> String {
    value
        .bytes()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

/// `%2F` as `%2f`.
fn small_digits(encoded: &str) -> String {
    let mut parts = encoded.split('%');
    let mut out = parts.next().unwrap().to_owned();
    for part in parts {
        out.extend(["%", &part[..2].to_lowercase(), &part[2..]]);
    }
    out
}

#[test]
fn every_form_of_a_secret_goes() {
    for value in
        ["p/ss \"w\"rd", "A-b/C d~e", "ünï©ode€🔑", "a\\b'c&<d>", "sk_live_51H8x+9/=", "two\nlines\tof it"]
    {
        for form in forms(value) {
            let text = format!("<{form}>");
            let redacted = redactor(value).redact(&text).into_owned();
            assert!(redacted.contains(MASK), "{value}: {form} stays");
        }
    }
    assert_eq!(redactor("hunter2!").redact("<hunter2!> <aHVudGVyMiE=>"), format!("<{MASK}> <{MASK}>"));
    assert_eq!(redactor("hunter2!").redact("nothing of it"), "nothing of it");
    assert_eq!(redactor("Token-Host").redact("token-host:443"), format!("{MASK}:443"));
    assert_eq!(redactor("naïve-1").redact_bytes(b"<na\xefve-1>").as_ref(), format!("<{MASK}>").as_bytes());
}

#[test]
fn short_values_are_left_alone_and_long_ones_go_in_pieces() {
    assert_eq!(redactor("abc").redact("abc stays"), "abc stays");
    assert!(redactor("abc").is_empty() && redactor("  \n").is_empty());
    let long: String = (0..5000).map(|n| char::from(b'!' + (n % 89) as u8)).collect();
    let redacted = redactor(&long).redact(&long).into_owned();
    assert_eq!(redacted.replace(MASK, ""), "");
    let pem = "-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG\n9w0BAQEFAASCBKcwggSj\n-----END KEY-----\n";
    let hidden = redactor(pem);
    assert_eq!(hidden.redact("line MIIEvQIBADANBgkqhkiG!"), format!("line {MASK}!"));
    assert_eq!(hidden.redact("-----BEGIN KEY-----"), "-----BEGIN KEY-----");
}

#[test]
fn secrets_that_are_parts_of_each_other_all_go() {
    let both = Redactor::new([("one", "abcde"), ("two", "cdefgh"), ("whole", "xxabcdexx")]);
    assert_eq!(both.redact("abcdefgh"), MASK);
    assert_eq!(both.redact("xxabcdexx abcde"), format!("{MASK} {MASK}"));
    assert_eq!(redactor("aaaa").redact("aaaaaaaaa"), MASK);
    assert_eq!(
        Redactor::new([("one", "abcde")]).with(&redactor("12345")).redact("abcde 12345"),
        format!("{MASK} {MASK}")
    );
}

#[test]
fn marks_are_added_to_those_that_are_there() {
    let mut text = Marked::plain("/login?next=");
    text.push_secret("hunter2!", "password");
    text.push("&again=hunter2%21&x");
    let marked = redactor("hunter2!").mark(&text);
    assert_eq!(
        marked.replaced(|name| format!("({name})"), str::to_owned),
        "/login?next=(password)&again=(token)&x"
    );
    assert_eq!(marked.reveal(), text.reveal());
}

#[test]
fn nothing_prints_a_value() {
    let redactor = redactor("hunter2!");
    assert!(!format!("{redactor:?} {:?}", redactor.stream()).contains("hunter2"));
}

fn streamed(redactor: &Redactor, text: &[u8], chunk: usize) -> Vec<u8> {
    let (mut stream, mut out) = (redactor.stream(), Vec::new());
    text.chunks(chunk).for_each(|chunk| stream.push(chunk, &mut out));
    stream.finish(&mut out);
    out
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_form_survives(value in "[ -~äöü€\n]{4,24}", before in "[ -~]{0,9}", after in "[ -~]{0,9}") {
        let value = value.trim();
        prop_assume!(value.chars().count() >= SHORTEST);
        let redactor = redactor(value);
        for form in forms(value) {
            let text = format!("{before}{form}{after}");
            let redacted = redactor.redact(&text);
            prop_assert!(redacted.contains(MASK), "{form} stays");
            prop_assert!(!redacted.contains(&form), "{form} stays");
            prop_assert!(!redacted.contains(value), "{form} stays");
        }
    }

    #[test]
    fn chunks_make_no_difference(
        value in "[a-z]{5,9}",
        texts in proptest::collection::vec("[a-z ]{0,300}", 1..6),
        chunk in 1usize..200,
    ) {
        let redactor = redactor(&value);
        let text = texts.join(&value);
        prop_assert_eq!(streamed(&redactor, text.as_bytes(), chunk), redactor.redact_bytes(text.as_bytes()).into_owned());
    }

    #[test]
    fn any_bytes_can_be_redacted(value in "\\PC{4,9}", bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let redactor = redactor(&value);
        redactor.redact(&String::from_utf8_lossy(&bytes));
        prop_assert_eq!(streamed(&redactor, &bytes, 7), redactor.redact_bytes(&bytes).into_owned());
    }
}
