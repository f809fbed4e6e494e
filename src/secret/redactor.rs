//! Secrets taken out of any text, by their value.

use std::borrow::Cow;

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD},
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::model::MASK;

/// Values shorter than this are left alone: masking every `1` would hide the text and not the secret.
const SHORTEST: usize = 4;

/// Knows secret values, and the forms in which they travel: plain, percent-encoded, in base64, as JSON strings.
#[derive(Clone, Default)]
pub struct Redactor {
    /// Longest first, so that a form that contains another is found whole.
    forms: Vec<String>,
}

impl Redactor {
    pub fn new<'a>(values: impl IntoIterator<Item = &'a str>) -> Self {
        let mut forms: Vec<String> = Vec::new();
        for value in values.into_iter().filter(|value| value.chars().count() >= SHORTEST) {
            forms.push(value.to_owned());
            forms.push(utf8_percent_encode(value, NON_ALPHANUMERIC).to_string());
            forms.extend([
                STANDARD.encode(value),
                STANDARD_NO_PAD.encode(value),
                URL_SAFE_NO_PAD.encode(value),
            ]);
            if let Ok(json) = serde_json::to_string(value) {
                forms.push(json.trim_matches('"').to_owned());
            }
        }
        forms.sort_by(|one, other| other.len().cmp(&one.len()).then_with(|| one.cmp(other)));
        forms.dedup();
        Self { forms }
    }

    /// The text with every known form of a secret replaced by [`MASK`].
    pub fn redact<'a>(&self, text: &'a str) -> Cow<'a, str> {
        self.forms.iter().fold(Cow::Borrowed(text), |text, form| {
            if text.contains(form.as_str()) { Cow::Owned(text.replace(form.as_str(), MASK)) } else { text }
        })
    }
}

impl std::fmt::Debug for Redactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Redactor({} forms)", self.forms.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_secret_goes() {
        let redactor = Redactor::new(["p/ss \"w\"rd", "abc"]);
        for text in ["p/ss \"w\"rd", "p%2Fss%20%22w%22rd", "cC9zcyAidyJyZA==", "p/ss \\\"w\\\"rd"] {
            assert_eq!(redactor.redact(&format!("<{text}>")), format!("<{MASK}>"));
        }
        assert_eq!(redactor.redact("abc stays: it is too short"), "abc stays: it is too short");
    }
}
