//! What a redirect asks for (RFC 9110, section 15.4), and what of the request may follow it.

use ::http::Method;
use url::Url;

use crate::model::{Failure, FailureKind, Marked, ResponseHead, Settings};

/// Fields that prove who sends: they do not follow to another origin.
const CREDENTIALS: [&str; 3] = ["authorization", "cookie", "proxy-authorization"];
/// Fields that are about a body which is no longer sent, besides those that begin with `Content-`.
const ABOUT_BODY: [&str; 6] =
    ["transfer-encoding", "trailer", "expect", "digest", "repr-digest", "last-modified"];

/// One request of a chain. The same one again would have the same answer: the redirects go round in a circle. A login
/// that sends back to where it came from does not: it has set a cookie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Step {
    pub method: Method,
    pub url: Url,
    pub cookies: Option<String>,
}

/// Where a response sends the client on to; `None` when it does not.
pub(super) fn target(url: &Url, head: &ResponseHead) -> Option<Result<Url, Failure>> {
    if !matches!(head.status, 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let location = head.field("location")?;
    let next = url
        .join(location)
        .map_err(|error| bad(format!("the redirect's Location `{location}` is not a URL: {error}"), None));
    Some(next.and_then(|mut next| {
        if !matches!(next.scheme(), "http" | "https") || next.host_str().is_none() {
            return Err(bad(format!("the redirect leads to `{next}`, which is not HTTP"), None));
        }
        // Whoever names the next place does not choose the credentials for it.
        let _ = next.set_username("");
        let _ = next.set_password(None);
        // RFC 9110, section 10.2.2: the fragment is the one of the request, unless a new one is given.
        if next.fragment().is_none() {
            next.set_fragment(url.fragment());
        }
        Ok(next)
    }))
}

/// Whether the settings allow to go on to `next`, after the steps so far.
pub(super) fn allowed(settings: &Settings, visited: &[Step], next: &Step) -> Result<(), Failure> {
    if settings.https_only == Some(true) && next.url.scheme() != "https" {
        let hint = "https_only forbids it; turn that off to follow";
        return Err(bad(format!("the redirect leads to {}, which is not https", next.url), Some(hint)));
    }
    if visited.contains(next) {
        return Err(Failure {
            kind: FailureKind::RedirectLoop,
            message: format!("the redirects go round in a circle: {} was asked before", next.url),
            causes: Vec::new(),
            hint: Some(
                "the hops show the way; a cookie or credential that the server waits for may be missing"
                    .into(),
            ),
        });
    }
    let most = settings.redirects.unwrap_or(10);
    if visited.len() as u64 > u64::from(most) {
        return Err(Failure {
            kind: FailureKind::TooManyRedirects,
            message: format!("there are more than {most} redirects"),
            causes: Vec::new(),
            hint: Some("raise `redirects` under [http] to follow more".into()),
        });
    }
    Ok(())
}

/// The method to go on with, as browsers choose it: 303 makes everything but HEAD a GET, and 301 and 302 a POST.
pub(super) fn method(status: u16, method: &Method) -> Method {
    match status {
        303 if method != Method::HEAD => Method::GET,
        301 | 302 if method == Method::POST => Method::GET,
        _ => method.clone(),
    }
}

/// Takes away what must not follow: credentials to another origin, a body's description where the body stays behind.
pub(super) fn strip(fields: &mut Vec<(String, Marked)>, from: &Url, to: &Url, keeps_body: bool) {
    let is_in = |names: &[&str], name: &str| names.iter().any(|known| known.eq_ignore_ascii_case(name));
    if from.origin() != to.origin() {
        fields.retain(|(name, value)| !is_in(&CREDENTIALS, name) && !value.has_secret());
        fields.retain(|(name, _)| !name.eq_ignore_ascii_case("host"));
    }
    if !keeps_body {
        let is_content =
            |name: &str| name.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("content-"));
        fields.retain(|(name, _)| !is_content(name) && !is_in(&ABOUT_BODY, name));
    }
}

fn bad(message: String, hint: Option<&str>) -> Failure {
    Failure { kind: FailureKind::BadRedirect, message, causes: Vec::new(), hint: hint.map(str::to_owned) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_change_as_in_browsers() {
        let cases = [
            (301, "POST", "GET"),
            (302, "POST", "GET"),
            (301, "PUT", "PUT"),
            (303, "PUT", "GET"),
            (303, "HEAD", "HEAD"),
            (307, "POST", "POST"),
            (308, "DELETE", "DELETE"),
        ];
        for (status, from, to) in cases {
            let from = Method::from_bytes(from.as_bytes()).unwrap();
            assert_eq!(method(status, &from).as_str(), to, "{status}");
        }
    }

    #[test]
    fn credentials_stay_at_their_origin() {
        let all = || {
            ["Authorization", "Accept", "Cookie", "Content-Type", "Host", "content-md5", "Expect", "Content"]
                .map(|name| (name.to_owned(), Marked::from("x")))
                .to_vec()
        };
        let url = |text: &str| Url::parse(text).unwrap();
        let mut fields = all();
        strip(&mut fields, &url("http://a/"), &url("http://a/x"), true);
        assert_eq!(fields.len(), 8);
        for other in ["http://b/", "https://a/", "http://a:81/"] {
            let mut fields = all();
            strip(&mut fields, &url("http://a/"), &url(other), false);
            let names: Vec<_> = fields.iter().map(|(name, _)| name.as_str()).collect();
            assert_eq!(names, ["Accept", "Content"], "{other}");
        }
    }
}
