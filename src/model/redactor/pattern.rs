//! A secret value as a pattern that finds it in every form in which it travels.
//!
//! Encoders differ in which characters they leave alone, in the case of their digits and in how they write a space, and
//! one works on what another has made. The pattern therefore takes any form of each character on its own: itself,
//! percent-encoded (once or again), as a JSON escape, as an HTML entity. Base64 and hexadecimal mix the bytes of several
//! characters, and are patterns beside it.

use std::fmt::Write as _;

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};

/// What a `%` has become after percent-encoding once, twice and three times.
const PERCENT: &str = "%(?:25){0,2}";
/// Backslashes before an escaped character: a JSON string within a JSON string has three.
const ESCAPES: &str = r"\\{1,4}";
/// A letter of base64 whose bits come from what follows the secret, and the padding.
const TAIL: &str = "[A-Za-z0-9+/_-]?(?:=|%(?:25){0,2}3[dD]){0,2}";
/// From this many bytes on, letters match in either case: host names and field names are written small.
const CASELESS: usize = 8;

/// The regular expression (over bytes, without Unicode) of one value, and the most bytes that it can match.
pub(super) fn of(value: &str) -> (String, usize) {
    let either_case = value.len() >= CASELESS;
    let mut pattern = String::new();
    for c in value.chars() {
        character(c, either_case, &mut pattern);
    }
    for skipped in 0..3 {
        if let Some(form) = base64(value.as_bytes(), skipped) {
            pattern.push('|');
            pattern.push_str(&form);
        }
    }
    pattern.push('|');
    for byte in value.bytes() {
        digits(byte, &mut pattern);
    }
    // The longest form of a character is two escapes of JSON, or four bytes that were percent-encoded three times.
    (pattern, value.chars().count() * 28 + 32)
}

/// Any form of one character.
fn character(c: char, either_case: bool, out: &mut String) {
    out.push_str("(?:");
    match c {
        letter if letter.is_ascii_alphabetic() && either_case => {
            let _ = write!(out, "[{}{}]", letter.to_ascii_lowercase(), letter.to_ascii_uppercase());
        }
        '\\' => out.push_str(ESCAPES),
        '"' | '\'' | '/' => {
            let _ = write!(out, r"\\{{0,4}}{c}");
        }
        c => literal(c, out),
    }
    out.push('|');
    let mut bytes = [0; 4];
    for byte in c.encode_utf8(&mut bytes).bytes() {
        out.push_str(PERCENT);
        digits(byte, out);
    }
    if !c.is_ascii_alphanumeric() {
        special(c, out);
    }
    out.push(')');
}

/// The escapes that only some characters have.
fn special(c: char, out: &mut String) {
    out.push('|');
    let mut units = [0; 2];
    for unit in c.encode_utf16(&mut units) {
        let _ = write!(out, "{ESCAPES}u");
        unit.to_be_bytes().iter().for_each(|byte| digits(*byte, out));
    }
    let _ = write!(out, "|&#0{{0,4}}{};|&#[xX]0{{0,4}}(?i:{:x});", u32::from(c), u32::from(c));
    let short = match c {
        ' ' => "|\\+",
        '\n' => "|\\\\{1,4}n|\\r\\n",
        '\r' => "|\\\\{1,4}r",
        '\t' => "|\\\\{1,4}t",
        '"' => "|&quot;",
        '\'' => "|&apos;",
        '&' => "|&amp;",
        '<' => "|&lt;",
        '>' => "|&gt;",
        _ => "",
    };
    out.push_str(short);
    // As ISO-8859-1, which header fields may still be in.
    if let (Ok(byte), false) = (u8::try_from(u32::from(c)), c.is_ascii()) {
        let _ = write!(out, "|\\x{byte:02x}|{PERCENT}");
        digits(byte, out);
    }
}

fn literal(c: char, out: &mut String) {
    let mut bytes = [0; 4];
    for byte in c.encode_utf8(&mut bytes).bytes() {
        if byte.is_ascii_alphanumeric() {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "\\x{byte:02x}");
        }
    }
}

/// A byte in two hexadecimal digits of either case.
fn digits(byte: u8, out: &mut String) {
    for digit in format!("{byte:02x}").chars() {
        if digit.is_ascii_digit() {
            out.push(digit);
        } else {
            let _ = write!(out, "[{digit}{}]", digit.to_ascii_uppercase());
        }
    }
}

/// Base64 (RFC 4648, both alphabets) of the value where `skipped` bytes (modulo 3) stand before it: the letters that the
/// value alone decides. `None` where these are too few to be told from chance.
fn base64(value: &[u8], skipped: usize) -> Option<String> {
    let mut bytes = vec![0; skipped];
    bytes.extend_from_slice(value);
    let encoded = STANDARD_NO_PAD.encode(&bytes);
    let (first, end) = ((skipped * 8).div_ceil(6), bytes.len() * 8 / 6);
    let letters = encoded.get(first..end).filter(|letters| letters.len() >= 4)?;
    let mut out = String::new();
    for letter in letters.chars() {
        match letter {
            '+' => out.push_str("(?:[+ -]|%(?:25){0,2}2[bB])"),
            '/' => out.push_str(r"(?:\\{0,4}/|_|%(?:25){0,2}2[fF])"),
            letter => out.push(letter),
        }
    }
    out.push_str(TAIL);
    Some(out)
}
