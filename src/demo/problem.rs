//! Failures as `application/problem+json` (RFC 9457).

use axum::{
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{AppendHeaders, IntoResponse, Response},
};
use serde_json::{Value, json};

/// An answer that says what is wrong and, field by field, where.
#[derive(Debug)]
pub(super) struct Problem {
    status: StatusCode,
    detail: String,
    errors: Vec<Value>,
    fields: Vec<(HeaderName, HeaderValue)>,
}

impl Problem {
    pub(super) fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self { status, detail: detail.into(), errors: Vec::new(), fields: Vec::new() }
    }

    pub(super) fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, detail)
    }

    /// A query or path parameter that cannot be used.
    pub(super) fn parameter(name: &str, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        let mut problem = Self::new(StatusCode::BAD_REQUEST, format!("parameter {name}: {detail}"));
        problem.errors.push(json!({ "parameter": name, "detail": detail }));
        problem
    }

    /// A body whose fields are wrong: for each, a JSON Pointer (RFC 6901) and what it should be.
    pub(super) fn invalid(errors: Vec<(String, String)>) -> Self {
        let detail = match errors.len() {
            1 => "1 field is not valid".to_owned(),
            count => format!("{count} fields are not valid"),
        };
        let mut problem = Self::new(StatusCode::UNPROCESSABLE_ENTITY, detail);
        problem.errors = errors
            .into_iter()
            .map(|(pointer, detail)| json!({ "pointer": pointer, "detail": detail }))
            .collect();
        problem
    }

    /// Adds a field to the answer's head.
    #[must_use]
    pub(super) fn with_header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.fields.push((name, value));
        }
        self
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut body = json!({
            "type": "about:blank",
            "title": self.status.canonical_reason().unwrap_or("Unknown"),
            "status": self.status.as_u16(),
            "detail": self.detail,
        });
        if !self.errors.is_empty() {
            body["errors"] = self.errors.into();
        }
        let kind = [(header::CONTENT_TYPE, "application/problem+json")];
        (self.status, kind, AppendHeaders(self.fields), pretty(&body)).into_response()
    }
}

/// JSON for people, with a line end.
pub(super) fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}

/// `value` as a JSON answer.
pub(super) fn json_response(value: &Value) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], pretty(value)).into_response()
}
