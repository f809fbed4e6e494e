//! Named values in order: `[params]`, `[headers]`, `[path]`, `[body.form]`.

use serde::{Deserialize, Serialize};

/// One named value as written, with its templates. A disabled row is kept and shown, and not sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub name: String,
    pub value: String,
    pub enabled: bool,
    /// What the row is for; empty when the file says nothing.
    pub doc: String,
}

impl Row {
    /// An enabled row.
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self { name: name.into(), value: value.into(), enabled: true, doc: String::new() }
    }
}

/// Rows in the order in which they are sent. A name may stand more than once; in a file, rows of one name are
/// one key with a list.
pub type Rows = Vec<Row>;
