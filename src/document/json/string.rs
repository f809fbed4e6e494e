//! The text of a JSON string, without its quotes and escapes.

/// `text` is a string as it is written, in its quotes; a closing quote may be missing. What is no text becomes U+FFFD:
/// half of a surrogate pair, bytes that are no UTF-8.
pub fn unquote_json(text: &[u8]) -> String {
    let inner = text.strip_prefix(b"\"").unwrap_or(text);
    let mut out = String::with_capacity(inner.len());
    let mut rest = inner;
    loop {
        let plain = memchr::memchr2(b'\\', b'"', rest).unwrap_or(rest.len());
        let (before, from) = rest.split_at(plain);
        out.push_str(&String::from_utf8_lossy(before));
        let Some((b'\\', escape)) = from.split_first() else { return out };
        let (letter, length) = unescape(escape);
        out.push(letter);
        rest = escape.get(length..).unwrap_or_default();
    }
}

/// Whether a key, as it is written in its quotes, is that name.
pub(crate) fn is_name(key: &[u8], name: &str) -> bool {
    let inner = key.get(1..key.len().saturating_sub(1)).unwrap_or_default();
    if memchr::memchr(b'\\', inner).is_none() { inner == name.as_bytes() } else { unquote_json(key) == name }
}

/// The character of the escape whose backslash stands before `escape`, and how many bytes it takes there.
fn unescape(escape: &[u8]) -> (char, usize) {
    let letter = match escape.first() {
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(same @ (b'"' | b'\\' | b'/')) => char::from(*same),
        Some(b'u') => return unicode(escape),
        _ => return (char::REPLACEMENT_CHARACTER, 1),
    };
    (letter, 1)
}

/// `uXXXX`, or two of them with a backslash between for a character beyond the first plane.
fn unicode(escape: &[u8]) -> (char, usize) {
    let Some(first) = hex4(escape.get(1..)) else { return (char::REPLACEMENT_CHARACTER, 1) };
    if let Some(letter) = char::from_u32(first) {
        return (letter, 5);
    }
    let second = escape.get(5..).and_then(|rest| rest.strip_prefix(b"\\u"));
    let low = hex4(second).map(|second| second.wrapping_sub(0xdc00)).filter(|low| *low < 0x400);
    match low {
        Some(low) if first < 0xdc00 => {
            let code = 0x10000 + ((first - 0xd800) << 10) + low;
            (char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), 11)
        }
        _ => (char::REPLACEMENT_CHARACTER, 5),
    }
}

fn hex4(text: Option<&[u8]>) -> Option<u32> {
    let digits = std::str::from_utf8(text?.get(..4)?).ok()?;
    u32::from_str_radix(digits, 16).ok().filter(|_| !digits.starts_with('+'))
}

/// What the start of a string says; it begins with a quote and may be cut anywhere.
pub(crate) fn beginning(text: &[u8]) -> String {
    // An escape, or a pair of them, may be cut: it takes twelve bytes at most.
    let whole = |less: usize| {
        let kept = text.get(..text.len().saturating_sub(less))?;
        let closed =
            [kept.strip_suffix(b"\"").filter(|kept| !kept.is_empty()).unwrap_or(kept), b"\""].concat();
        serde_json::from_slice(&closed).ok()
    };
    (0..12)
        .find_map(whole)
        .unwrap_or_else(|| String::from_utf8_lossy(text.get(1..).unwrap_or_default()).into_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_no_text_is_replaced() {
        let table: [(&[u8], &str); 9] = [
            (br#""a\"b\\c\/d\n""#, "a\"b\\c/d\n"),
            (br#""\ud83d\ude00""#, "\u{1f600}"),
            (br#""\ud83d""#, "\u{fffd}"),
            (br#""\ud83d\u0041""#, "\u{fffd}A"),
            (br#""\ude00\ud83d!""#, "\u{fffd}\u{fffd}!"),
            (b"\"\xff\"", "\u{fffd}"),
            (b"\"cut \\u00", "cut \u{fffd}00"),
            (b"\"cut \\", "cut \u{fffd}"),
            (b"\"\"", ""),
        ];
        for (text, expected) in table {
            assert_eq!(unquote_json(text), expected, "{}", String::from_utf8_lossy(text));
        }
    }

    #[test]
    fn a_key_is_the_name_that_it_says_and_not_the_one_that_it_is_written_as() {
        for (key, name, expected) in [
            (r#""a b""#, "a b", true),
            (r#""a\tb""#, "a\tb", true),
            (r#""a\tb""#, r"a\tb", false),
            (r#""\u0061""#, "a", true),
            (r#""""#, "", true),
            (r#""a""#, "ab", false),
        ] {
            assert_eq!(is_name(key.as_bytes(), name), expected, "{key} {name}");
        }
    }

    proptest! {
        #[test]
        fn any_text_comes_back(text: String) {
            let written = serde_json::to_string(&text).unwrap();
            prop_assert_eq!(unquote_json(written.as_bytes()), text.clone());
            let escaped: Vec<_> = text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
            prop_assert_eq!(unquote_json(format!("\"{}\"", escaped.concat()).as_bytes()), text);
        }

        #[test]
        fn any_bytes_do_no_harm(bytes in prop::collection::vec(prop_oneof![Just(b'\\'), Just(b'u'), Just(b'"'), any::<u8>()], 0..30)) {
            unquote_json(&bytes);
        }
    }
}
