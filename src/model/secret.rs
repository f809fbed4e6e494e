//! A secret's value, and what is known of one that may not be at hand.

use std::fmt;

use super::MASK;

/// A text that `Debug` cannot print. It leaves through [`Secret::reveal`] alone.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Secret(String);

impl Secret {
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

/// What came of looking a secret up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretValue {
    Value(Secret),
    /// It was looked for and is not there; `reason` is a sentence, `hint` says what to do.
    Unavailable {
        reason: String,
        hint: String,
    },
    /// Known to exist and not looked up: enough to colour a field, not to send a request.
    Unresolved,
}
