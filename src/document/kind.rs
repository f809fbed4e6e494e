//! What a body is: what `Content-Type` says, else what its first bytes look like.

/// Kinds of document that are shown in a way of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    Json,
    /// One JSON value after another, most often one a line.
    NdJson,
    Xml,
    Html,
    Css,
    JavaScript,
    Csv,
    Yaml,
    Markdown,
    Text,
    /// Shown as hex.
    Binary,
}

impl Kind {
    /// `media_type` is the field's whole value, parameters included; `head` the first bytes, a few hundred at least
    /// where there are so many.
    ///
    /// What a server declares is believed, except for `text/plain` and `application/octet-stream`, which are what
    /// servers say that know no better.
    pub fn detect(media_type: Option<&str>, head: &[u8]) -> Self {
        match media_type.and_then(Self::declared) {
            None => Self::sniff(head),
            Some(Self::Text) => match Self::sniff(head) {
                json @ (Self::Json | Self::NdJson) => json,
                _ => Self::Text,
            },
            Some(kind) => kind,
        }
    }

    /// Whether it is JSON, one value or many.
    pub fn is_json(self) -> bool {
        matches!(self, Self::Json | Self::NdJson)
    }

    /// For people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Json => "JSON",
            Self::NdJson => "NDJSON",
            Self::Xml => "XML",
            Self::Html => "HTML",
            Self::Css => "CSS",
            Self::JavaScript => "JavaScript",
            Self::Csv => "CSV",
            Self::Yaml => "YAML",
            Self::Markdown => "Markdown",
            Self::Text => "text",
            Self::Binary => "binary",
        }
    }

    fn declared(media_type: &str) -> Option<Self> {
        let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let (top, subtype) = essence.split_once('/')?;
        Some(match (top, subtype) {
            (_, "json" | "x-json") => Self::Json,
            (_, "x-ndjson" | "ndjson" | "jsonl" | "x-jsonlines" | "jsonlines" | "json-lines") => Self::NdJson,
            (_, "html" | "xhtml+xml") => Self::Html,
            (_, "xml") => Self::Xml,
            ("text", "css") => Self::Css,
            (_, "javascript" | "x-javascript" | "ecmascript") => Self::JavaScript,
            ("text", "csv" | "tab-separated-values") => Self::Csv,
            (_, "yaml" | "x-yaml" | "vnd.yaml") => Self::Yaml,
            ("text", "markdown") => Self::Markdown,
            // Structured syntax suffixes (RFC 6839).
            (_, other) if other.ends_with("+json") => Self::Json,
            (_, other) if other.ends_with("+xml") => Self::Xml,
            (_, other) if other.ends_with("+yaml") => Self::Yaml,
            ("text", _) | ("application", "x-www-form-urlencoded" | "graphql" | "sql" | "toml") => Self::Text,
            ("image" | "audio" | "video" | "font", _)
            | ("application", "zip" | "gzip" | "pdf" | "wasm" | "zstd" | "x-tar") => Self::Binary,
            _ => return None,
        })
    }

    fn sniff(head: &[u8]) -> Self {
        let head = head.get(..4096).unwrap_or(head);
        let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
        let lower = text.get(..64).unwrap_or(text).to_ascii_lowercase();
        let next = text.get(1..).unwrap_or_default().trim_ascii_start().first();
        match text.first() {
            Some(b'{') if matches!(next, Some(b'"' | b'}')) => Self::one_or_many(text),
            Some(b'[') if !next.is_some_and(u8::is_ascii_alphabetic) || starts_with_literal(text) => {
                Self::Json
            }
            Some(b'<') if lower.starts_with(b"<!doctype html") || lower.starts_with(b"<html") => Self::Html,
            Some(b'<') if lower.starts_with(b"<?xml") || next.is_some_and(u8::is_ascii_alphabetic) => {
                Self::Xml
            }
            _ if encoding_rs::Encoding::for_bom(head).is_some() => Self::Text,
            _ if looks_binary(head) => Self::Binary,
            _ => Self::Text,
        }
    }

    /// An object a line is NDJSON when the first line is whole and another object begins the second.
    fn one_or_many(text: &[u8]) -> Self {
        let mut lines = text.split(|byte| *byte == b'\n');
        let (first, second) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
        let whole = first.trim_ascii_end().ends_with(b"}") && second.trim_ascii_start().starts_with(b"{");
        if whole { Self::NdJson } else { Self::Json }
    }
}

/// `[true, …`, unlike `[section]`.
fn starts_with_literal(text: &[u8]) -> bool {
    let inner = text.get(1..).unwrap_or_default().trim_ascii_start();
    [&b"true"[..], b"false", b"null"].iter().any(|literal| inner.starts_with(literal))
}

/// A NUL, or more than one control character in ten, is not text.
fn looks_binary(head: &[u8]) -> bool {
    let odd = |byte: &&u8| matches!(byte, 0..=8 | 14..=26 | 28..=31);
    head.contains(&0) || head.iter().filter(odd).count() * 10 > head.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_declared_is_believed() {
        let table = [
            ("application/json; charset=utf-8", Kind::Json),
            ("application/problem+json", Kind::Json),
            ("application/x-ndjson", Kind::NdJson),
            ("image/svg+xml", Kind::Xml),
            ("TEXT/HTML", Kind::Html),
            ("application/xhtml+xml", Kind::Html),
            ("text/csv", Kind::Csv),
            ("image/png", Kind::Binary),
            ("text/plain", Kind::Text),
        ];
        for (media_type, kind) in table {
            assert_eq!(Kind::detect(Some(media_type), b"hello"), kind, "{media_type}");
        }
    }

    #[test]
    fn what_is_not_declared_is_sniffed() {
        let table: [(&[u8], Kind); 11] = [
            (b" {\"a\": 1}", Kind::Json),
            (b"{}", Kind::Json),
            (b"[1, 2]", Kind::Json),
            (b"[null]", Kind::Json),
            (b"[section]\nkey=1", Kind::Text),
            (b"{\"a\":1}\n{\"a\":2}\n", Kind::NdJson),
            (b"<!DOCTYPE html><p>", Kind::Html),
            (b"<?xml version=\"1.0\"?>", Kind::Xml),
            (b"<feed>", Kind::Xml),
            (b"\x89PNG\r\n\x1a\n\0\0", Kind::Binary),
            (b"hello", Kind::Text),
        ];
        for (head, kind) in table {
            assert_eq!(Kind::detect(None, head), kind, "{}", String::from_utf8_lossy(head));
            assert_eq!(Kind::detect(Some("application/octet-stream"), head), kind);
        }
        assert_eq!(Kind::detect(Some("text/plain"), b"{\"a\":1}"), Kind::Json);
        assert_eq!(Kind::detect(None, b""), Kind::Text);
    }
}
