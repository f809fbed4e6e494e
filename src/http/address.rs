//! The URL of a request: its path parameters filled, its query parameters added.

use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};
use url::Url;

use crate::model::Marked;

use super::PrepareError;

/// RFC 3986, section 2.3: what never needs encoding.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What a query component cannot hold as it is: its own delimiters, and what no URL holds. A `+` would be read as a
/// space; `{`, `}` and `|` are sent by most clients, but RFC 3986 has them encoded.
const QUERY: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'&')
    .add(b'+')
    .add(b'<')
    .add(b'=')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// The URL to request, and the same for showing, with its secrets marked.
pub(super) fn assemble(
    written: &Marked,
    path: &[(String, Marked)],
    params: &[(String, Marked)],
) -> Result<(Url, Marked), PrepareError> {
    let mut shown = with_scheme(written);
    shown = fill(&shown, path)?;
    add(&mut shown, params);
    let url = Url::parse(shown.reveal()).map_err(|error| {
        let hint = "an absolute URL looks like https://example.com/path";
        PrepareError::new("URL", format!("`{shown}` is not a URL: {error}"), Some(hint.into()))
    })?;
    if !matches!(url.scheme(), "http" | "https") {
        let hint = "http and https are supported";
        return Err(PrepareError::new(
            "URL",
            format!("`{}` is not a scheme for requests", url.scheme()),
            Some(hint.into()),
        ));
    }
    if url.host_str().is_none_or(str::is_empty) {
        return Err(PrepareError::new("URL", format!("`{shown}` names no host"), None));
    }
    // Where nothing is hidden, what is shown is what was made of it (punycode, a path of "/", …).
    if !shown.has_secret() {
        shown = Marked::plain(url.as_str());
    }
    Ok((url, shown))
}

/// A URL without a scheme is http, as in curl.
fn with_scheme(written: &Marked) -> Marked {
    let text = written.reveal().trim_start();
    let start = written.reveal().len() - text.len();
    let trimmed = written.slice(start..start + text.trim_end().len());
    let is_absolute = text.split_once("://").is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
    });
    if is_absolute || text.is_empty() {
        return trimmed;
    }
    let mut out = Marked::plain("http://");
    out.append(&trimmed);
    out
}

/// Puts values in the places of segments such as `/:customer`.
fn fill(url: &Marked, path: &[(String, Marked)]) -> Result<Marked, PrepareError> {
    let text = url.reveal();
    let start = text.find("://").map_or(0, |at| at + 3);
    let start = text[start..].find('/').map_or(text.len(), |at| start + at);
    let end = text[start..].find(['?', '#']).map_or(text.len(), |at| start + at);
    let mut out = url.slice(0..start);
    let mut at = start;
    for segment in text[start..end].split_inclusive('/') {
        let (next, bare) = (at + segment.len(), segment.trim_end_matches('/'));
        match bare.strip_prefix(':').filter(|name| is_name(name)) {
            Some(name) => {
                let value =
                    path.iter().find(|(own, _)| own == name).map(|(_, value)| value).ok_or_else(|| {
                        let hint = format!("give it a value under [path]: {name} = \"…\"");
                        PrepareError::new(
                            "URL",
                            format!("the path parameter `:{name}` has no value"),
                            Some(hint),
                        )
                    })?;
                if value.reveal().is_empty() {
                    let message = format!("the path parameter `:{name}` is empty");
                    return Err(PrepareError::new(&format!("path {name}"), message, None));
                }
                out.append(&value.map(|text| utf8_percent_encode(text, UNRESERVED).to_string()));
                out.push(&segment[bare.len()..]);
            }
            None => out.append(&url.slice(at..next)),
        }
        at = next;
    }
    out.append(&url.slice(end..text.len()));
    Ok(out)
}

/// The names of the path parameters of a URL as written, in order: `:customer` in `/customers/:customer`.
pub fn path_parameters(url: &str) -> Vec<&str> {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let path = path.split_once("://").map_or(path, |(_, rest)| rest);
    path.split('/')
        .skip(1)
        .filter_map(|segment| segment.strip_prefix(':'))
        .filter(|name| is_name(name))
        .collect()
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
}

/// Adds parameters after the URL's own query, before its fragment.
fn add(url: &mut Marked, params: &[(String, Marked)]) {
    if params.is_empty() {
        return;
    }
    let fragment = url.reveal().find('#').unwrap_or(url.reveal().len());
    let tail = url.slice(fragment..url.reveal().len());
    let mut out = url.slice(0..fragment);
    let mut separator = match out.reveal().split_once('?') {
        None => "?",
        Some((_, query)) if query.is_empty() || query.ends_with('&') => "",
        Some(_) => "&",
    };
    for (name, value) in params {
        out.push(separator);
        out.push(&utf8_percent_encode(name, QUERY).to_string());
        out.push("=");
        out.append(&value.map(|text| utf8_percent_encode(text, QUERY).to_string()));
        separator = "&";
    }
    out.append(&tail);
    *url = out;
}

#[cfg(test)]
mod tests {
    use super::*;

    type Pairs = [(&'static str, &'static str)];

    fn rows(rows: &Pairs) -> Vec<(String, Marked)> {
        rows.iter().map(|(name, value)| ((*name).to_owned(), Marked::from(*value))).collect()
    }

    #[test]
    fn urls() {
        let cases: &[(&str, &Pairs, &Pairs, &str)] = &[
            ("example.org", &[], &[], "http://example.org/"),
            ("localhost:80/x", &[], &[], "http://localhost/x"),
            (" https://example.org/a ", &[], &[], "https://example.org/a"),
            ("http://h:1/c/:id/x", &[("id", "a/b ü")], &[], "http://h:1/c/a%2Fb%20%C3%BC/x"),
            ("http://h/:id", &[("id", "7")], &[], "http://h/7"),
            ("http://h/v1/op:verb?x=:y", &[], &[], "http://h/v1/op:verb?x=:y"),
            (
                "http://h/?a=1",
                &[],
                &[("b", "2 3"), ("b", "x&y=z+%")],
                "http://h/?a=1&b=2%203&b=x%26y%3Dz%2B%25",
            ),
            ("http://h/p#f", &[], &[("q", "é")], "http://h/p?q=%C3%A9#f"),
            ("http://h/p?", &[], &[("q", "")], "http://h/p?q="),
            ("http://bücher.example/", &[], &[], "http://xn--bcher-kva.example/"),
            ("[::1]:8080/x", &[], &[], "http://[::1]:8080/x"),
        ];
        for (url, path, params, expected) in cases {
            let (url, _) = assemble(&Marked::from(*url), &rows(path), &rows(params)).unwrap();
            assert_eq!(url.as_str(), *expected);
        }
    }

    #[test]
    fn path_parameters_are_whole_segments() {
        assert_eq!(path_parameters("{{ base_url }}/a/:one/b:c/:two?x=/:no"), ["one", "two"]);
        assert_eq!(path_parameters("http://h:80/:id#/:no"), ["id"]);
        assert!(path_parameters(":id").is_empty());
    }

    #[test]
    fn what_is_no_url_says_so() {
        let cases = [
            ("", "is not a URL"),
            ("http://", "is not a URL"),
            ("http://h:99999/", "is not a URL"),
            ("ftp://h/", "`ftp` is not a scheme"),
            ("http://h/:id", "the path parameter `:id` has no value"),
            ("http://a b/", "is not a URL"),
        ];
        for (url, message) in cases {
            let error = assemble(&Marked::from(url), &[], &[]).unwrap_err();
            assert!(error.failure.message.contains(message), "{url}: {}", error.failure.message);
        }
    }

    #[test]
    fn a_secret_in_a_url_stays_marked() {
        let path = vec![("id".to_owned(), Marked::secret("s c", "id"))];
        let (url, shown) = assemble(&Marked::from("http://h/:id/x"), &path, &[]).unwrap();
        assert_eq!(url.as_str(), "http://h/s%20c/x");
        assert_eq!(shown.masked(), "http://h/••••••/x");
    }
}
