//! Uploads: answers with what arrived, and keeps none of it.

use axum::{
    body::Body,
    extract::Multipart,
    http::{HeaderMap, StatusCode, header},
    response::Response,
};
use futures_util::StreamExt;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::problem::{Problem, json_response};
use crate::model::hex;

/// As many parts as are described.
const MOST_PARTS: usize = 1000;

/// Size and checksum of bytes that pass by.
#[derive(Default)]
struct Tally {
    size: u64,
    sha256: Sha256,
}

impl Tally {
    fn add(&mut self, bytes: &[u8]) {
        self.size += bytes.len() as u64;
        self.sha256.update(bytes);
    }

    fn finish(self) -> Value {
        json!({ "size": self.size, "sha256": hex(&self.sha256.finalize()) })
    }
}

/// Each part of a form: name, file name, type, size and checksum.
pub(super) async fn multipart(mut form: Multipart) -> Result<Response, Problem> {
    let bad = |error: axum::extract::multipart::MultipartError| {
        Problem::new(error.status(), format!("the form cannot be read: {}", error.body_text()))
    };
    let mut parts = Vec::new();
    while let Some(mut part) = form.next_field().await.map_err(bad)? {
        let head = json!({ "name": part.name(), "filename": part.file_name(), "type": part.content_type() });
        let mut tally = Tally::default();
        while let Some(bytes) = part.chunk().await.map_err(bad)? {
            tally.add(&bytes);
        }
        if parts.len() == MOST_PARTS {
            let detail = format!("this route takes up to {MOST_PARTS} parts");
            return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, detail));
        }
        let mut described = head;
        let tally = tally.finish();
        described["size"] = tally["size"].clone();
        described["sha256"] = tally["sha256"].clone();
        parts.push(described);
    }
    Ok(json_response(&json!({ "parts": parts })))
}

/// Any body: its type, size and checksum.
pub(super) async fn raw(headers: HeaderMap, body: Body) -> Result<Response, Problem> {
    let mut tally = Tally::default();
    let mut bytes = body.into_data_stream();
    while let Some(piece) = bytes.next().await {
        let piece = piece.map_err(|error| Problem::new(StatusCode::BAD_REQUEST, error.to_string()))?;
        tally.add(&piece);
    }
    let mut answer = tally.finish();
    answer["type"] = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).into();
    Ok(json_response(&answer))
}
