//! Bodies in a report: text where the bytes are UTF-8 or in a charset that is declared, else base64.
//!
//! A large body lies in a file and is read while it is printed, so that a report of a gigabyte needs no gigabyte.

use std::{
    fmt,
    fs::File,
    io::{self, BufReader, Read},
    path::Path,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Serialize, Serializer};
use serde_json::json;

use crate::{
    document::declared_text,
    model::{Body, Content, MASK, Part, PartContent, Payload, Redactor, Request, Row, VarOrigin},
    template::{Scope, System, escape, references, render},
};

/// Bytes that are read at once: a multiple of three, as base64 wants it.
const CHUNK: usize = 48 << 10;
/// The largest body in a file that is translated, in bytes: it is read as a whole.
const TRANSLATED: u64 = 64 << 20;

/// What `body` holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::cli) enum Encoding {
    Text,
    Base64,
}

/// A response's body.
#[derive(Debug)]
pub(super) struct Bytes<'a> {
    content: &'a Content,
    encoding: Encoding,
    /// The text of a body that was in another charset, and its name.
    translated: Option<(String, &'static str)>,
}

impl<'a> Bytes<'a> {
    /// Of a payload without secrets; `secrets` are those that can only be found in it once it is text.
    pub(super) fn new(payload: &'a Payload, secrets: &Redactor) -> Self {
        let content = &payload.content;
        if let Some(translated) = translated(payload, secrets) {
            return Self { content, encoding: Encoding::Text, translated: Some(translated) };
        }
        let is_text = match content {
            Content::Memory(bytes) => std::str::from_utf8(bytes).is_ok(),
            Content::File(file) => is_text(file.path()).unwrap_or_default(),
            Content::Elsewhere => true,
        };
        let encoding = if is_text { Encoding::Text } else { Encoding::Base64 };
        Self { content, encoding, translated: None }
    }

    pub(super) fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// What the body was in, where it is text here.
    pub(super) fn charset(&self) -> Option<&'static str> {
        match (&self.translated, self.encoding) {
            (Some((_, name)), _) => Some(name),
            (None, Encoding::Text) => Some("UTF-8"),
            (None, Encoding::Base64) => None,
        }
    }
}

/// The text of a body that says it is in another charset than UTF-8, and is. The mask of a secret, which is UTF-8, may
/// stand in it.
fn translated(payload: &Payload, secrets: &Redactor) -> Option<(String, &'static str)> {
    let media_type = payload.media_type.as_deref();
    let read;
    let bytes: &[u8] = match &payload.content {
        Content::Memory(bytes) => bytes,
        Content::File(file) if payload.size <= TRANSLATED => {
            read = std::fs::read(file.path()).ok()?;
            &read
        }
        Content::File(_) | Content::Elsewhere => return None,
    };
    let (text, name) = declared_text(bytes, media_type, MASK)?;
    Some((secrets.redact(&text).into_owned(), name))
}

impl Serialize for Bytes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let Some((text, _)) = &self.translated {
            return serializer.serialize_str(text);
        }
        match (self.content, self.encoding) {
            (Content::Elsewhere, _) => serializer.serialize_none(),
            (Content::Memory(bytes), Encoding::Text) => {
                serializer.serialize_str(std::str::from_utf8(bytes).unwrap_or_default())
            }
            (Content::Memory(bytes), Encoding::Base64) => serializer.collect_str(&Base64(bytes)),
            (Content::File(file), encoding) => serializer.collect_str(&Streamed(file.path(), encoding)),
        }
    }
}

struct Base64<'a>(&'a [u8]);

impl fmt::Display for Base64<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chunks(CHUNK).try_for_each(|chunk| f.write_str(&STANDARD.encode(chunk)))
    }
}

/// A file's bytes, read as they are written out.
struct Streamed<'a>(&'a Path, Encoding);

impl fmt::Display for Streamed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let written = match self.1 {
            Encoding::Base64 => pieces(self.0, |chunk| f.write_str(&STANDARD.encode(chunk)).is_ok()),
            Encoding::Text => texts(self.0, |text| f.write_str(text).is_ok()),
        };
        written.ok().filter(|whole| *whole).map(drop).ok_or(fmt::Error)
    }
}

/// Whether a file is UTF-8 throughout.
fn is_text(path: &Path) -> io::Result<bool> {
    texts(path, |_| true)
}

/// Hands over a file piece by piece, each as long as [`CHUNK`] but the last, until `take` has enough of it.
fn pieces(path: &Path, mut take: impl FnMut(&[u8]) -> bool) -> io::Result<bool> {
    let mut reader = BufReader::new(File::open(path)?);
    let mut chunk = Vec::with_capacity(CHUNK);
    loop {
        chunk.clear();
        reader.by_ref().take(CHUNK as u64).read_to_end(&mut chunk)?;
        if chunk.is_empty() {
            return Ok(true);
        }
        if !take(&chunk) {
            return Ok(false);
        }
    }
}

/// Hands over a file as text; `false` where it is none. A character may lie across two pieces.
fn texts(path: &Path, mut take: impl FnMut(&str) -> bool) -> io::Result<bool> {
    let mut rest: Vec<u8> = Vec::new();
    let whole = pieces(path, |chunk| {
        rest.extend_from_slice(chunk);
        let good = match std::str::from_utf8(&rest) {
            Ok(_) => rest.len(),
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            Err(_) => return false,
        };
        let tail = rest.split_off(good);
        let taken = std::str::from_utf8(&rest).is_ok_and(&mut take);
        rest = tail;
        taken
    })?;
    Ok(whole && rest.is_empty())
}

/// A request's body, from what was sent; nothing that is secret is in it.
#[derive(Debug, Default, Serialize)]
pub(in crate::cli) struct RequestBody {
    pub(in crate::cli) body: Option<String>,
    pub(in crate::cli) body_encoding: Option<Encoding>,
    /// The file whose bytes are the body.
    pub(in crate::cli) body_file: Option<String>,
    /// The parts of a multipart body: each with `name`, `text` or `file`, `media_type` and `filename`.
    pub(in crate::cli) body_parts: Option<serde_json::Value>,
}

impl RequestBody {
    pub(super) fn of(sent: &Request) -> Self {
        let text =
            |text: String| Self { body: Some(text), body_encoding: Some(Encoding::Text), ..Self::default() };
        match &sent.body {
            None => Self::default(),
            Some(Body::Json(body) | Body::Text(body) | Body::Xml(body)) => text(masked(body)),
            Some(Body::Form(rows)) => text(form(rows)),
            Some(Body::Graphql { query, variables, operation }) => {
                text(graphql(&masked(query), &masked(variables), &masked(operation)))
            }
            Some(Body::Base64(body)) => {
                let body = masked(body).split_whitespace().collect();
                Self { body: Some(body), body_encoding: Some(Encoding::Base64), ..Self::default() }
            }
            Some(Body::File(path)) => Self { body_file: Some(masked(path)), ..Self::default() },
            Some(Body::Multipart(parts)) => {
                let parts = parts.iter().filter(|part| part.enabled).map(part);
                Self { body_parts: Some(parts.collect()), ..Self::default() }
            }
        }
    }
}

/// As it is sent: each name and value encoded, but for the mask.
fn form(rows: &[Row]) -> String {
    let encoded = |text: &str| {
        let pieces: Vec<String> = masked(text)
            .split(MASK)
            .map(|piece| url::form_urlencoded::byte_serialize(piece.as_bytes()).collect())
            .collect();
        pieces.join(MASK)
    };
    let pairs = rows.iter().filter(|row| row.enabled);
    let pairs: Vec<String> =
        pairs.map(|row| format!("{}={}", encoded(&row.name), encoded(&row.value))).collect();
    pairs.join("&")
}

fn graphql(query: &str, variables: &str, operation: &str) -> String {
    let mut body = json!({ "query": query });
    if !variables.trim().is_empty() {
        body["variables"] = serde_json::from_str(variables).unwrap_or_else(|_| variables.into());
    }
    if !operation.is_empty() {
        body["operationName"] = operation.into();
    }
    body.to_string()
}

fn part(part: &Part) -> serde_json::Value {
    let (text, file) = match &part.content {
        PartContent::Text(text) => (Some(masked(text)), None),
        PartContent::File(path) => (None, Some(masked(path))),
    };
    json!({
        "name": masked(&part.name),
        "text": text,
        "file": file,
        "media_type": part.media_type.as_deref().map(masked),
        "filename": part.filename.as_deref().map(masked),
    })
}

/// A text of a request as it was sent, where only secrets are left to fill in: they are masked.
pub(in crate::cli) fn masked(text: &str) -> String {
    let mut scope = Scope::new(System);
    let secrets = references(text).into_iter().map(|(_, name)| (name, escape(MASK)));
    scope.push(VarOrigin::CommandLine, secrets.collect());
    // What does not render was never sent: it is shown as it stands.
    render(text, &scope).map_or_else(|_| text.to_owned(), |text| text.masked())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn streamed(bytes: &[u8]) -> (Encoding, String) {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        io::Write::write_all(&mut file, bytes).unwrap();
        let content = Content::File(crate::model::BodyFile::temporary(file.into_temp_path()));
        let size = bytes.len() as u64;
        let payload = Payload { media_type: None, wire_size: size, size, content };
        let bytes = Bytes::new(&payload, &Redactor::default());
        (bytes.encoding(), serde_json::from_value(serde_json::to_value(&bytes).unwrap()).unwrap())
    }

    #[test]
    fn a_file_is_text_where_it_is_utf_8_to_its_end() {
        let text = "aü".repeat(CHUNK);
        assert_eq!(streamed(text.as_bytes()), (Encoding::Text, text.clone()));
        let mut cut = text.into_bytes();
        cut.pop();
        assert_eq!(streamed(&cut), (Encoding::Base64, STANDARD.encode(&cut)));
        assert_eq!(streamed(b"").1, "");
    }

    #[test]
    fn secrets_of_what_was_sent_are_masked() {
        assert_eq!(masked("a {{ token }} b"), format!("a {MASK} b"));
        assert_eq!(masked(&escape("no {{ template }}")), "no {{ template }}");
        let rows = [Row::new("a b", "{{ token }}&")];
        assert_eq!(form(&rows), format!("a+b={MASK}%26"));
    }
}
