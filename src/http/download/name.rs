//! The name of a file that a server sends: from `Content-Disposition` (RFC 6266), else from the URL.
//!
//! A server names a file, never a place: what would lead out of the folder, hide the file or command a terminal is not
//! taken over.

use std::path::{Path, PathBuf};

use percent_encoding::percent_decode_str;

use crate::model::ResponseHead;

/// The file's name where nothing names it.
const NAMELESS: &str = "download";
/// Bytes of a name that every file system takes, with room for `.part.json` and a number.
const LONGEST: usize = 200;

/// The name that the answer gives, else the URL's last segment.
pub(super) fn of_answer(head: &ResponseHead, path: &str) -> String {
    let named = head.field("content-disposition").and_then(of_disposition);
    named.as_deref().and_then(safe).unwrap_or_else(|| of_url(path))
}

/// The last segment of a URL's path.
pub(super) fn of_url(path: &str) -> String {
    let segment = path.rsplit('/').find(|segment| !segment.is_empty()).unwrap_or_default();
    safe(&percent_decode_str(segment).decode_utf8_lossy()).unwrap_or_else(|| NAMELESS.to_owned())
}

/// That name in the folder, with a number where it is taken.
pub(super) fn free(folder: &Path, name: &str) -> PathBuf {
    let path = folder.join(name);
    if !path.exists() {
        return path;
    }
    let dot = name.rfind('.').filter(|at| *at > 0).unwrap_or(name.len());
    let (stem, extension) = name.split_at(dot);
    let numbered = (1..u32::MAX).map(|number| folder.join(format!("{stem}-{number}{extension}")));
    numbered.into_iter().find(|path| !path.exists()).unwrap_or(path)
}

/// `filename*` wins over `filename` (RFC 6266, section 4.3).
fn of_disposition(value: &str) -> Option<String> {
    let parameters = parameters(value);
    let find = |name: &str| {
        parameters.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    };
    find("filename*").and_then(extended).or_else(|| find("filename").map(str::to_owned))
}

/// `UTF-8'en'%e2%82%ac.txt` (RFC 8187, section 3.2).
fn extended(value: &str) -> Option<String> {
    let mut parts = value.splitn(3, '\'');
    let (charset, _, text) = (parts.next()?, parts.next()?, parts.next()?);
    let bytes: Vec<u8> = percent_decode_str(text).collect();
    if charset.eq_ignore_ascii_case("utf-8") {
        return String::from_utf8(bytes).ok();
    }
    charset.eq_ignore_ascii_case("iso-8859-1").then(|| bytes.iter().map(|byte| char::from(*byte)).collect())
}

/// The parameters behind the disposition's type; a quoted value may hold `;` and escapes.
fn parameters(value: &str) -> Vec<(String, String)> {
    let mut out = Vec::new();
    let mut rest = value.split_once(';').map_or("", |(_, rest)| rest);
    while let Some((name, after)) = rest.split_once('=') {
        let after = after.trim_start();
        let (value, left) = if let Some(quoted) = after.strip_prefix('"') {
            unquoted(quoted)
        } else {
            let end = after.find(';').unwrap_or(after.len());
            (after[..end].trim().to_owned(), &after[end..])
        };
        out.push((name.trim_matches([' ', '\t', ';']).to_owned(), value));
        rest = left;
    }
    out
}

/// The text up to the closing quote, and what is left behind it.
fn unquoted(quoted: &str) -> (String, &str) {
    let mut text = String::new();
    let mut characters = quoted.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return (text, &quoted[at + 1..]),
            '\\' => text.extend(characters.next().map(|(_, character)| character)),
            _ => text.push(character),
        }
    }
    (text, "")
}

/// A name that stays in its folder and is seen there; `None` where nothing is left of it.
fn safe(name: &str) -> Option<String> {
    // A server on Windows may send a whole path with its own separators.
    let leaf = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain = |c: char| !c.is_control() && !matches!(c, ':' | '*' | '?' | '"' | '<' | '>' | '|');
    let cleaned: String = leaf.chars().map(|c| if plain(c) { c } else { '_' }).collect();
    // A dot in front hides a file (`.bashrc`), and Windows drops one at the end.
    let mut cleaned = cleaned.trim().trim_start_matches('.').trim_end_matches(['.', ' ']).to_owned();
    while cleaned.len() > LONGEST {
        cleaned.pop();
    }
    (!cleaned.is_empty()).then_some(cleaned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dispositions() {
        let cases = [
            ("attachment; filename=\"a b.txt\"", Some("a b.txt")),
            ("attachment; filename=plain.txt", Some("plain.txt")),
            ("attachment;filename=\"x\";filename*=UTF-8''%e2%82%ac%20rates", Some("€ rates")),
            ("attachment; filename*=iso-8859-1'en'%A3%20rates", Some("£ rates")),
            ("attachment; filename*=klingon''x; filename=ok", Some("ok")),
            (r#"attachment; filename="a;b\"c""#, Some("a;b\"c")),
            ("ATTACHMENT; FileName=up.txt", Some("up.txt")),
            ("inline", None),
            ("attachment; size=1", None),
        ];
        for (value, expected) in cases {
            assert_eq!(of_disposition(value).as_deref(), expected, "{value}");
        }
    }

    #[test]
    fn a_name_leads_nowhere_else() {
        let cases = [
            ("../../etc/passwd", Some("passwd")),
            (r"C:\temp\report.pdf", Some("report.pdf")),
            (".bashrc", Some("bashrc")),
            ("..", None),
            ("", None),
            ("a\u{1b}]0;x\nb", Some("a_]0;x_b")),
            ("con:x", Some("con_x")),
        ];
        for (name, expected) in cases {
            assert_eq!(safe(name).as_deref(), expected, "{name}");
        }
        assert!(safe(&"ü".repeat(300)).unwrap().len() <= LONGEST);
    }

    #[test]
    fn a_url_names_its_last_segment() {
        assert_eq!(of_url("/a/b%20c.tar.gz"), "b c.tar.gz");
        assert_eq!(of_url("/a/"), "a");
        assert_eq!(of_url("/"), NAMELESS);
        assert_eq!(of_url("/x/..%2f..%2fetc"), "etc");
    }

    #[test]
    fn a_taken_name_gets_a_number() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(free(folder.path(), "a.txt"), folder.path().join("a.txt"));
        for name in ["a.txt", "a-1.txt", "b"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        assert_eq!(free(folder.path(), "a.txt"), folder.path().join("a-2.txt"));
        assert_eq!(free(folder.path(), "b"), folder.path().join("b-1"));
    }
}
