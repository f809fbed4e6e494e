//! An exchange with its body, for programs.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use crate::model::{Content, Exchange};

use super::super::CliError;

/// The exchange as it is kept, and `body`: `{ "text" }` for UTF-8, `{ "base64" }` for other bytes, null where there
/// is none, and `{ "size" }` for one that is too large to stand here.
pub(super) fn exchange(exchange: &Exchange) -> Result<Value, CliError> {
    let mut value = serde_json::to_value(exchange).map_err(|error| CliError::because(&error))?;
    let body = match exchange.payload().map(|payload| &payload.content) {
        Some(Content::Memory(bytes)) => match std::str::from_utf8(bytes) {
            Ok(text) => json!({ "text": text }),
            Err(_) => json!({ "base64": STANDARD.encode(bytes) }),
        },
        Some(Content::File(_)) => json!({ "size": exchange.payload().map(|payload| payload.size) }),
        Some(Content::Elsewhere) | None => Value::Null,
    };
    if let Value::Object(fields) = &mut value {
        fields.insert("body".to_owned(), body);
    }
    Ok(value)
}
