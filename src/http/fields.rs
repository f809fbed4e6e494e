//! The fields of a request that is being made, in order and with the case to send. Their names are compared without
//! case (RFC 9110, section 5.1).

use crate::model::Marked;

/// Whether there is a field of that name.
pub(super) fn has(fields: &[(String, Marked)], name: &str) -> bool {
    fields.iter().any(|(own, _)| own.eq_ignore_ascii_case(name))
}

/// Adds pairs to `Cookie`, behind those that stand there: a request has one such field (RFC 6265, section 5.4).
pub(super) fn add_cookies(fields: &mut Vec<(String, Marked)>, pairs: &Marked) {
    match fields.iter_mut().find(|(own, _)| own.eq_ignore_ascii_case("cookie")) {
        Some((_, own)) => {
            own.push("; ");
            own.append(pairs);
        }
        None => fields.push(("Cookie".into(), pairs.clone())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_share_a_field_and_keep_their_marks() {
        let mut fields = vec![("cookie".to_owned(), Marked::plain("a=1"))];
        add_cookies(&mut fields, &Marked::secret("key=hunter2", "api_key"));
        assert_eq!(fields.len(), 1);
        assert_eq!(fields[0].1.reveal(), "a=1; key=hunter2");
        assert!(!fields[0].1.masked().contains("hunter2"));
        let mut fields = Vec::new();
        add_cookies(&mut fields, &Marked::plain("b=2"));
        assert!(has(&fields, "COOKIE") && !has(&fields, "cook"));
    }
}
