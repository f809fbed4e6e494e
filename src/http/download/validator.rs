//! What tells one representation from another, so that a download goes on with the same one (RFC 9110, section 13.1.5).

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use jiff::fmt::rfc2822::DateTimeParser;
use serde::{Deserialize, Serialize};

use crate::model::ResponseHead;

use super::part::with_suffix;

/// Of which representation the bytes of a part are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Validator {
    /// The SHA-256 of the URL that was asked for, which may hold secrets.
    pub asked: String,
    /// What `If-Range` says: a strong entity tag or a date.
    pub value: String,
    /// Bytes of the whole, where the server said.
    pub total: Option<u64>,
}

impl Validator {
    /// That of an answer. `None`: it has none that is strong, or its bytes are coded and so none of the file's own.
    pub(super) fn of(head: &ResponseHead, asked: &str, total: Option<u64>) -> Option<Self> {
        if is_coded(head) {
            return None;
        }
        let tag = head.field("etag").filter(|tag| tag.starts_with('"') && tag.len() > 2);
        let value = tag.or_else(|| strong_date(head))?;
        Some(Self { asked: asked.to_owned(), value: value.to_owned(), total })
    }

    /// That of an earlier download; an unreadable one is none.
    pub(super) fn read(target: &Path) -> Option<Self> {
        serde_json::from_slice(&fs::read(file_of(target)).ok()?).ok()
    }

    pub(super) fn write(&self, target: &Path) -> io::Result<()> {
        fs::write(file_of(target), serde_json::to_vec(self)?)
    }

    pub(super) fn forget(target: &Path) -> io::Result<()> {
        match fs::remove_file(file_of(target)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Whether an answer's validator, where it has one of the same kind, is this.
    pub(super) fn fits(&self, head: &ResponseHead) -> bool {
        let name = if self.value.starts_with('"') { "etag" } else { "last-modified" };
        head.field(name).is_none_or(|value| value == self.value)
    }
}

/// Whether the body is sent in a content coding.
pub(super) fn is_coded(head: &ResponseHead) -> bool {
    head.fields("content-encoding").any(|coding| !coding.trim().eq_ignore_ascii_case("identity"))
}

/// `Last-Modified`, where it is strong: at least a second before the answer was made (RFC 9110, section 8.8.2.2).
fn strong_date(head: &ResponseHead) -> Option<&str> {
    let parser = DateTimeParser::new();
    let modified = head.field("last-modified")?;
    let made = parser.parse_timestamp(head.field("date")?).ok()?;
    let age = made.as_second() - parser.parse_timestamp(modified).ok()?.as_second();
    (age >= 1).then_some(modified)
}

fn file_of(target: &Path) -> PathBuf {
    with_suffix(target, ".part.json")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Field;

    fn head(fields: &[(&str, &str)]) -> ResponseHead {
        let fields =
            fields.iter().map(|(name, value)| Field { name: (*name).into(), value: (*value).into() });
        ResponseHead {
            version: "HTTP/1.1".into(),
            status: 200,
            reason: "OK".into(),
            fields: fields.collect(),
        }
    }

    fn value(fields: &[(&str, &str)]) -> Option<String> {
        Validator::of(&head(fields), "http://x/", None).map(|validator| validator.value)
    }

    #[test]
    fn only_a_strong_validator_counts() {
        let made = ("Date", "Tue, 24 Nov 2026 11:00:01 GMT");
        let modified = "Tue, 24 Nov 2026 11:00:00 GMT";
        assert_eq!(value(&[("ETag", "\"a\"")]).as_deref(), Some("\"a\""));
        assert_eq!(value(&[("ETag", "W/\"a\"")]), None);
        assert_eq!(
            value(&[("ETag", "W/\"a\""), made, ("Last-Modified", modified)]).as_deref(),
            Some(modified)
        );
        assert_eq!(value(&[made, ("Last-Modified", made.1)]), None, "it may change within this second");
        assert_eq!(value(&[("Last-Modified", modified)]), None, "nothing says when it was made");
        assert_eq!(value(&[("ETag", "\"a\""), ("Content-Encoding", "gzip")]), None);
    }
}
