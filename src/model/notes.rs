//! What is worth a word about an exchange that is no failure: told beside the answer, on the screen and headless.

use super::{Exchange, Hop, ResponseHead};

/// The content codings that are undone while a body arrives (RFC 9110, section 8.4.1), and those that change nothing.
pub const CODINGS: [&str; 7] = ["gzip", "x-gzip", "deflate", "br", "zstd", "identity", ""];

impl Exchange {
    /// In the order of its hops, a sentence each.
    pub fn notes(&self) -> Vec<String> {
        let hops = self.attempts.iter().flat_map(|attempt| &attempt.hops);
        let mut notes: Vec<String> = hops.filter_map(Hop::note).collect();
        notes.extend(self.body_note());
        notes
    }

    /// That the body could not be decoded for want of knowing its coding.
    pub fn body_note(&self) -> Option<String> {
        let has_body = self.payload().is_some_and(|payload| payload.size > 0);
        self.response().filter(|_| has_body).and_then(ResponseHead::note)
    }
}

impl Hop {
    /// That it went out twice.
    pub fn note(&self) -> Option<String> {
        let why = self.repeated.as_ref()?;
        Some(format!("sent twice: the kept connection was closed ({})", why.message))
    }
}

impl ResponseHead {
    /// Codings of the body that nothing is known of: it stands as it came.
    pub fn unknown_codings(&self) -> Vec<&str> {
        let codings = self.fields("content-encoding").flat_map(|list| list.split(',')).map(str::trim);
        codings.filter(|coding| !CODINGS.iter().any(|known| known.eq_ignore_ascii_case(coding))).collect()
    }

    fn note(&self) -> Option<String> {
        let unknown = self.unknown_codings();
        (!unknown.is_empty()).then(|| {
            format!("the body is shown as it came: the Content-Encoding {} is not known", unknown.join(", "))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Field;

    #[test]
    fn what_is_not_known_is_named() {
        let cases: [(&[&str], &[&str]); 6] = [
            (&[], &[]),
            (&["gzip"], &[]),
            (&["GZip, br", "zstd"], &[]),
            (&["identity", ""], &[]),
            (&["compress"], &["compress"]),
            (&["gzip, x-a", "X-B"], &["x-a", "X-B"]),
        ];
        for (values, unknown) in cases {
            let field = |value: &&str| Field { name: "content-encoding".into(), value: (*value).to_owned() };
            let fields = values.iter().map(field).collect();
            let head = ResponseHead { version: String::new(), status: 200, reason: String::new(), fields };
            assert_eq!(head.unknown_codings(), unknown, "{values:?}");
        }
    }
}
