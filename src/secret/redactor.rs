//! Secrets taken out of any text, by their value.

use std::borrow::Cow;

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD},
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::model::MASK;

/// Values shorter than this are left alone: masking every `1` would hide the text and not the secret.
const SHORTEST: usize = 4;

/// RFC 3986's unreserved characters travel as they are.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

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
            forms.extend(percent_encoded(value));
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

/// The ways in which a value stands in URLs and forms: encoders differ in what they leave alone, in the case of their
/// digits, and in how they write a space.
fn percent_encoded(value: &str) -> impl Iterator<Item = String> {
    let form = url::form_urlencoded::byte_serialize(value.as_bytes()).collect::<String>();
    let all = utf8_percent_encode(value, NON_ALPHANUMERIC).to_string();
    let reserved = utf8_percent_encode(value, UNRESERVED).to_string();
    [form, all, reserved].into_iter().flat_map(|upper| [in_small_digits(&upper), upper])
}

/// `%2F` as `%2f`; what is not a percent-encoded byte stays.
fn in_small_digits(encoded: &str) -> String {
    let mut parts = encoded.split('%');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (digits, rest) = part.split_at_checked(2).unwrap_or((part, ""));
        out.push('%');
        out.push_str(&digits.to_ascii_lowercase());
        out.push_str(rest);
    }
    out
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
        let redactor = Redactor::new(["A-b/C d~e"]);
        for text in [
            "A-b%2FC%20d~e",
            "A-b%2fC%20d~e",
            "A%2Db%2FC%20d%7Ee",
            "A-b%2FC+d%7Ee",
            "A-b%2fC+d%7ee",
            "QS1iL0MgZH5l",
        ] {
            assert_eq!(redactor.redact(&format!("<{text}>")), format!("<{MASK}>"), "{text}");
        }
        let redactor = Redactor::new(["abc"]);
        assert_eq!(redactor.redact("abc stays: it is too short"), "abc stays: it is too short");
    }
}
