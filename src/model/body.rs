//! `[body]`: what a request carries.

use serde::{Deserialize, Serialize};

use super::Rows;

/// A request's body as written. The variant's key in a file is its name in lower case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Body {
    /// JSON text, with templates; sent as `application/json`.
    Json(String),
    /// Text; sent as `text/plain; charset=utf-8`.
    Text(String),
    /// XML text; sent as `application/xml`.
    Xml(String),
    /// `application/x-www-form-urlencoded`.
    Form(Rows),
    /// `multipart/form-data` (RFC 7578).
    Multipart(Vec<Part>),
    /// The bytes of a file; its path is a template, relative to the collection's folder.
    File(String),
    /// A GraphQL operation, sent as JSON.
    Graphql { query: String, variables: String, operation: String },
    /// Bytes written as base64 (RFC 4648, section 4).
    Base64(String),
}

impl Body {
    /// The key under `[body]`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Json(_) => "json",
            Self::Text(_) => "text",
            Self::Xml(_) => "xml",
            Self::Form(_) => "form",
            Self::Multipart(_) => "multipart",
            Self::File(_) => "file",
            Self::Graphql { .. } => "graphql",
            Self::Base64(_) => "base64",
        }
    }
}

/// One part of a `multipart/form-data` body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    pub name: String,
    pub content: PartContent,
    /// `Content-Type` of the part; guessed from the file's name when `None`.
    pub media_type: Option<String>,
    /// `filename` of the part; a file's own name when `None`.
    pub filename: Option<String>,
    pub enabled: bool,
    pub doc: String,
}

/// Where a part's bytes come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartContent {
    /// Text, with templates.
    Text(String),
    /// A file's path, a template, relative to the collection's folder.
    File(String),
}
