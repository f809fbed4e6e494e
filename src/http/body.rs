//! The body of a request: from its kind to bytes on the wire, which may come from files.

use std::{
    io,
    path::{Path, PathBuf},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use serde_json::json;

use crate::{
    document::check_json,
    model::{Body, Marked, Part, PartContent, Row},
};

use super::{PrepareError, prepare::Writing};

mod file;
mod multipart;

/// A body that can be sent, and sent again when a redirect or a challenge asks for it. It may hold secrets, and cannot
/// be printed.
#[derive(Clone, Default)]
pub(super) struct PreparedBody {
    pub content: Content,
    /// The `Content-Type` to send unless a field says otherwise.
    pub media_type: Option<String>,
}

#[derive(Clone, Default)]
pub(super) enum Content {
    #[default]
    None,
    Bytes(Bytes),
    File(PathBuf),
    Multipart {
        boundary: String,
        parts: Vec<PreparedPart>,
    },
}

#[derive(Clone)]
pub(super) struct PreparedPart {
    name: String,
    content: PartSource,
    media_type: Option<String>,
    filename: Option<String>,
}

#[derive(Clone)]
enum PartSource {
    Bytes(Bytes),
    File(PathBuf),
}

/// A body opened for one sending.
pub(super) struct Opened {
    pub body: reqwest::Body,
    /// `None` when it is not known before it is read.
    pub length: Option<u64>,
    /// The `Content-Type` to send unless a field says otherwise.
    pub media_type: Option<String>,
}

/// Renders a body and checks it. Files must be there.
pub(super) fn prepare(body: Option<&Body>, writing: &mut Writing<'_>) -> Result<PreparedBody, PrepareError> {
    let text = |text: String, media_type: &str| PreparedBody {
        content: Content::Bytes(text.into()),
        media_type: Some(media_type.to_owned()),
    };
    Ok(match body {
        None => PreparedBody::default(),
        Some(Body::Json(json)) => {
            let json = writing.render("body", json)?.reveal().to_owned();
            check(&json)?;
            text(json, "application/json")
        }
        Some(Body::Text(plain)) => {
            text(writing.render("body", plain)?.reveal().to_owned(), "text/plain; charset=utf-8")
        }
        Some(Body::Xml(xml)) => text(writing.render("body", xml)?.reveal().to_owned(), "application/xml"),
        Some(Body::Form(rows)) => text(form(rows, writing)?, "application/x-www-form-urlencoded"),
        Some(Body::Base64(encoded)) => {
            let encoded = writing.render("body", encoded)?;
            let compact: String = encoded.reveal().split_whitespace().collect();
            let bytes = STANDARD.decode(compact).map_err(|error| {
                PrepareError::new("body", format!("the body is not base64: {error}"), None)
            })?;
            PreparedBody {
                content: Content::Bytes(bytes.into()),
                media_type: Some("application/octet-stream".into()),
            }
        }
        Some(Body::Graphql { query, variables, operation }) => text(
            graphql(
                writing.render("body", query)?.reveal(),
                writing.render("body", variables)?.reveal(),
                writing.render("body", operation)?.reveal(),
            )?,
            "application/json",
        ),
        Some(Body::File(path)) => {
            let written = writing.render("body", path)?;
            let path = existing("body", &written, writing)?;
            let media_type = mime_guess::from_path(written.reveal()).first_or_octet_stream().to_string();
            PreparedBody { content: Content::File(path), media_type: Some(media_type) }
        }
        Some(Body::Multipart(parts)) => {
            let parts = parts.iter().filter(|part| part.enabled);
            let parts: Result<Vec<_>, _> = parts.map(|part| prepare_part(part, writing)).collect();
            let boundary = multipart::boundary();
            let media_type = Some(multipart::media_type(&boundary));
            PreparedBody { content: Content::Multipart { boundary, parts: parts? }, media_type }
        }
    })
}

/// What `[body] json` sends is JSON; a text body sends anything.
fn check(json: &str) -> Result<(), PrepareError> {
    if json.trim().is_empty() {
        return Ok(());
    }
    check_json(json).map_err(|error| PrepareError::not_json("the body is", &error))
}

fn form(rows: &[Row], writing: &mut Writing<'_>) -> Result<String, PrepareError> {
    let mut out = url::form_urlencoded::Serializer::new(String::new());
    for row in rows.iter().filter(|row| row.enabled) {
        let part = format!("form field {}", row.name);
        let name = writing.render(&part, &row.name)?;
        out.append_pair(name.reveal(), writing.render(&part, &row.value)?.reveal());
    }
    Ok(out.finish())
}

/// The body of a GraphQL request over HTTP.
fn graphql(query: &str, variables: &str, operation: &str) -> Result<String, PrepareError> {
    let mut body = json!({ "query": query });
    if !variables.trim().is_empty() {
        let what = "the GraphQL variables are";
        check_json(variables).map_err(|error| PrepareError::not_json(what, &error))?;
        let variables: serde_json::Value = serde_json::from_str(variables)
            .map_err(|error| PrepareError::new("body", format!("{what} not JSON: {error}"), None))?;
        body["variables"] = variables;
    }
    if !operation.is_empty() {
        body["operationName"] = operation.into();
    }
    Ok(body.to_string())
}

/// The file that a path leads to, once it is known that the request may read it.
fn existing(part: &str, path: &Marked, writing: &Writing<'_>) -> Result<PathBuf, PrepareError> {
    let is_relative = Path::new(path.reveal()).is_relative();
    let path = writing.file(part, path)?;
    let hint = || is_relative.then(|| "paths start at the collection's folder".to_owned());
    match std::fs::metadata(&path) {
        Ok(found) if found.is_file() => Ok(path),
        Ok(_) => Err(PrepareError::new(part, format!("{} is not a file", path.display()), hint())),
        Err(error) => {
            Err(PrepareError::new(part, format!("{} cannot be read: {error}", path.display()), hint()))
        }
    }
}

fn prepare_part(part: &Part, writing: &mut Writing<'_>) -> Result<PreparedPart, PrepareError> {
    let place = format!("part {}", part.name);
    let (content, own_name) = match &part.content {
        PartContent::Text(text) => {
            let text = writing.render(&place, text)?;
            (PartSource::Bytes(text.reveal().to_owned().into()), None)
        }
        PartContent::File(path) => {
            let written = writing.render(&place, path)?;
            // The name that the user gave it, and not that of what it is a link to.
            let name = Path::new(written.reveal()).file_name();
            let name = name.map(|name| name.to_string_lossy().into_owned());
            (PartSource::File(existing(&place, &written, writing)?), name)
        }
    };
    let guessed =
        own_name.as_ref().map(|name| mime_guess::from_path(name).first_or_octet_stream().to_string());
    let rendered = |text: &Option<String>, writing: &mut Writing<'_>| {
        let text = text.as_ref().map(|text| writing.render(&place, text)).transpose()?;
        Ok::<_, PrepareError>(text.map(|text| text.reveal().to_owned()))
    };
    let media_type = rendered(&part.media_type, writing)?.or(guessed);
    if let Some(media_type) = &media_type {
        media_type.parse::<mime_guess::Mime>().map_err(|_| {
            let hint = "a media type looks like image/png".to_owned();
            PrepareError::new(&place, format!("`{media_type}` is not a media type"), Some(hint))
        })?;
    }
    let name = writing.render(&place, &part.name)?.reveal().to_owned();
    let filename = rendered(&part.filename, writing)?.or(own_name);
    Ok(PreparedPart { name, content, media_type, filename })
}

impl PreparedBody {
    /// Agrees with the user's own `Content-Type` on the boundary between the parts of a multipart body.
    pub(super) fn agree(&mut self, fields: &mut [(String, Marked)]) -> Result<(), PrepareError> {
        if let Content::Multipart { boundary, .. } = &mut self.content
            && let Some(own) = multipart::agree(fields, boundary)?
        {
            *boundary = own;
        }
        Ok(())
    }

    pub(super) fn is_none(&self) -> bool {
        matches!(self.content, Content::None)
    }

    /// Opens the body for one sending.
    pub(super) async fn open(&self) -> io::Result<Opened> {
        let media_type = self.media_type.clone();
        match &self.content {
            Content::None => Ok(Opened { body: Bytes::new().into(), length: Some(0), media_type }),
            Content::Bytes(bytes) => {
                Ok(Opened { body: bytes.clone().into(), length: Some(bytes.len() as u64), media_type })
            }
            Content::File(path) => {
                let (body, length) = stream(path).await?;
                Ok(Opened { body, length: Some(length), media_type })
            }
            Content::Multipart { boundary, parts } => {
                let (body, length) = multipart::open(boundary, parts).await?;
                Ok(Opened { body, length: Some(length), media_type })
            }
        }
    }
}

impl PreparedPart {
    /// Its content, and how many bytes that is.
    async fn open(&self) -> io::Result<(reqwest::Body, u64)> {
        match &self.content {
            PartSource::Bytes(bytes) => Ok((bytes.clone().into(), bytes.len() as u64)),
            PartSource::File(path) => stream(path).await,
        }
    }
}

async fn stream(path: &Path) -> io::Result<(reqwest::Body, u64)> {
    let (pieces, length) = file::stream(path).await?;
    Ok((reqwest::Body::wrap_stream(pieces), length))
}
