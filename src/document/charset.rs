//! How bytes become text: which encoding they are in, and their translation to UTF-8 where they are in another.

use bytes::Bytes;
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

use super::Kind;

/// The byte order mark of UTF-8.
pub(crate) const MARK: &[u8] = b"\xef\xbb\xbf";

/// How far into a document its own declaration of an encoding is looked for (WHATWG HTML, section 13.2.3.2).
const DECLARATION: usize = 1024;

/// The encoding of a document: its byte order mark's, what `Content-Type` says, what an HTML or XML document says
/// of itself, else UTF-8, or Windows-1252 (which is what is meant by Latin-1) where the bytes cannot be UTF-8.
///
/// `head` is the document's beginning, `whole` whether that is all of it.
pub(crate) fn detect(media_type: Option<&str>, kind: Kind, head: &[u8], whole: bool) -> &'static Encoding {
    match declared(media_type, kind, head) {
        Some(encoding) => encoding,
        None if kind.is_json() || is_utf8(head, whole) => UTF_8,
        None => WINDOWS_1252,
    }
}

/// The encoding that a document or its server names, where it does and it is known.
pub(crate) fn declared(media_type: Option<&str>, kind: Kind, head: &[u8]) -> Option<&'static Encoding> {
    if let Some((encoding, _)) = Encoding::for_bom(head) {
        return Some(encoding);
    }
    let label = media_type.and_then(charset).or_else(|| own_declaration(kind, head))?;
    Encoding::for_label(label.as_bytes())
}

/// The text as UTF-8, without a byte order mark; what is wrong in the encoding becomes U+FFFD.
pub(crate) fn to_utf8(encoding: &'static Encoding, bytes: &Bytes) -> Bytes {
    if encoding == UTF_8 {
        return bytes.strip_prefix(MARK).map_or_else(|| bytes.clone(), |rest| bytes.slice_ref(rest));
    }
    Bytes::from(encoding.decode(bytes).0.into_owned())
}

/// The text of a body that is declared to be in another encoding than UTF-8 and has nothing in it that this encoding has
/// not, with the encoding's name. `foreign` may stand in it, in UTF-8.
pub fn declared_text(
    bytes: &[u8],
    media_type: Option<&str>,
    foreign: &str,
) -> Option<(String, &'static str)> {
    let kind = Kind::detect(media_type, bytes);
    let declared = declared(media_type, kind, bytes).filter(|_| kind != Kind::Binary);
    let encoding = declared.filter(|encoding| *encoding != UTF_8)?;
    let mut text = String::with_capacity(bytes.len());
    let mut rest = bytes;
    loop {
        let end = memchr::memmem::find(rest, foreign.as_bytes());
        let (piece, _) = rest.split_at(end.unwrap_or(rest.len()));
        let (decoded, is_broken) = encoding.decode_with_bom_removal(piece);
        if is_broken {
            return None;
        }
        text.push_str(&decoded);
        let Some(end) = end else { return Some((text, encoding.name())) };
        text.push_str(foreign);
        rest = rest.get(end + foreign.len()..).unwrap_or_default();
    }
}

/// The `charset` parameter of a `Content-Type`.
fn charset(media_type: &str) -> Option<String> {
    media_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let value = value.trim().trim_matches(['"', '\'']);
        name.trim().eq_ignore_ascii_case("charset").then(|| value.to_owned())
    })
}

/// `<meta charset=…>`, `<meta … content="…; charset=…">` or `<?xml … encoding="…"?>`.
fn own_declaration(kind: Kind, head: &[u8]) -> Option<String> {
    let key = match kind {
        Kind::Html => "charset=",
        Kind::Xml => "encoding=",
        _ => return None,
    };
    let head = String::from_utf8_lossy(head.get(..DECLARATION).unwrap_or(head)).to_ascii_lowercase();
    let value = head.split_once(key)?.1.trim_start_matches(['"', '\'']);
    let end = value.find(|letter: char| !letter.is_ascii_alphanumeric() && !"-_:.".contains(letter))?;
    value.get(..end).map(str::to_owned)
}

/// A character that the end cuts in two is right where more is to come.
fn is_utf8(head: &[u8], whole: bool) -> bool {
    std::str::from_utf8(head).map_or_else(|error| error.error_len().is_none() && !whole, |_| true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_encoding_is_found() {
        let html = b"<html><head><meta charset=\"iso-8859-2\"></head>".as_slice();
        let table: [(Option<&str>, Kind, &[u8], &str); 9] = [
            (Some("text/plain; charset=ISO-8859-1"), Kind::Text, b"x", "windows-1252"),
            (Some("text/plain; Charset=\"utf-8\""), Kind::Text, b"x", "UTF-8"),
            (None, Kind::Text, b"caf\xe9", "windows-1252"),
            (None, Kind::Text, b"caf\xc3\xa9", "UTF-8"),
            (None, Kind::Json, b"\"caf\xe9\"", "UTF-8"),
            (None, Kind::Text, b"\xff\xfeh\0", "UTF-16LE"),
            (None, Kind::Html, html, "ISO-8859-2"),
            (None, Kind::Xml, b"<?xml version='1.0' encoding='Shift_JIS'?>", "Shift_JIS"),
            (Some("text/html; charset=nonsense"), Kind::Html, b"<p>", "UTF-8"),
        ];
        for (media_type, kind, head, name) in table {
            assert_eq!(detect(media_type, kind, head, true).name(), name, "{media_type:?} {kind:?}");
        }
        assert_eq!(detect(None, Kind::Text, b"caf\xc3", false), UTF_8);
        assert_eq!(detect(None, Kind::Text, b"caf\xc3", true), WINDOWS_1252);
    }
}
