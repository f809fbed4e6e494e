//! The request that is asked next: as prepared, then as each redirect and challenge changes it.

use ::http::Method;
use url::Url;

use crate::{
    http::{
        body::PreparedBody,
        fields,
        hop::Ask,
        prepare::Prepared,
        redirect::{self, Step},
    },
    model::{Marked, Settings},
};

/// The request that is asked next.
pub(in crate::http) struct Next<'a> {
    pub method: Method,
    pub url: Url,
    pub shown_url: Marked,
    fields: Vec<(String, Marked)>,
    body: Option<&'a PreparedBody>,
    /// Whether a body waits until the server wants it.
    expects: bool,
}

impl<'a> Next<'a> {
    pub(in crate::http) fn first(prepared: &'a Prepared, settings: &Settings) -> Self {
        Self {
            method: prepared.method.clone(),
            url: prepared.url.clone(),
            shown_url: prepared.shown_url.clone(),
            fields: prepared.fields.clone(),
            body: (!prepared.body.is_none()).then_some(&prepared.body),
            expects: settings.expect_continue == Some(true),
        }
    }

    /// The server does not know what is expected of it: the same request goes out without that (RFC 9110, section
    /// 10.1.1).
    pub(super) fn expect_nothing(&mut self) {
        self.expects = false;
        self.fields.retain(|(name, _)| !name.eq_ignore_ascii_case("expect"));
    }

    pub(super) fn follow(&mut self, Step { method, url, .. }: Step) {
        let keeps_body = method == self.method;
        redirect::strip(&mut self.fields, &self.url, &url, keeps_body);
        if !keeps_body {
            self.body = None;
        }
        self.shown_url = Marked::plain(url.as_str());
        (self.method, self.url) = (method, url);
    }

    /// A request with the fields that are sent unless the user says otherwise.
    pub(in crate::http) fn ask(&self, cookies: Option<&str>) -> Ask<'a> {
        let mut fields = self.fields.clone();
        let usual = [
            ("User-Agent", crate::http::USER_AGENT),
            ("Accept", "*/*"),
            ("Accept-Encoding", "gzip, br, zstd, deflate"),
        ];
        for (name, value) in usual {
            if !fields::has(&fields, name) {
                fields.push((name.to_owned(), Marked::plain(value)));
            }
        }
        if let Some(cookies) = cookies {
            fields::add_cookies(&mut fields, &Marked::plain(cookies));
        }
        if self.expects && self.body.is_some() && !fields::has(&fields, "expect") {
            fields.push(("Expect".into(), Marked::plain("100-continue")));
        }
        Ask {
            method: self.method.clone(),
            url: self.url.clone(),
            shown_url: self.shown_url.clone(),
            fields,
            body: self.body,
        }
    }
}
