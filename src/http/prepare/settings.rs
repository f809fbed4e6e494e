//! The texts of `[http]`: files, passwords and a proxy's URL, rendered and checked.

use std::path::Path;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{super::connect::proxy, PrepareError, writing::Writing};
use crate::model::{Marked, Proxy, Settings};

/// What keeps its meaning where it stands in the user or the password of a URL. A `%` does, as one may have encoded
/// a secret oneself, and a `:`, as a secret may hold both.
const KEPT: AsciiSet =
    NON_ALPHANUMERIC.remove(b'%').remove(b':').remove(b'-').remove(b'.').remove(b'_').remove(b'~');

impl Writing<'_> {
    /// Renders the settings and puts the references of their secrets back in: what a replay reads.
    pub(super) fn freeze_settings(&mut self, settings: &mut Settings) -> Result<(), PrepareError> {
        if let Some(Proxy::Url(url)) = &mut settings.proxy {
            self.freeze("proxy", url)?;
        }
        for (part, text) in tls_texts(settings) {
            self.freeze(part, text)?;
        }
        Ok(())
    }

    /// The settings with their texts rendered, secrets and all, and the files that were judged in the places of the
    /// paths that were written: for the wire alone.
    pub(in crate::http) fn settings(&mut self, frozen: &Settings) -> Result<Settings, PrepareError> {
        let mut settings = frozen.clone();
        if let Some(Proxy::Url(url)) = &settings.proxy {
            settings.proxy = Some(proxy_of(&self.render("proxy", url)?));
        }
        for (part, text) in tls_texts(&mut settings) {
            let rendered = self.render(part, text)?;
            rendered.reveal().clone_into(text);
            // An empty path stands for none.
            if matches!(part, "ca" | "cert") && !text.is_empty() {
                put_path(text, &self.file(part, &rendered)?);
            }
        }
        if let Some(socket) = &mut settings.unix_socket {
            let path = self.socket("unix_socket", &socket.as_str().into())?;
            put_path(socket, &path);
        }
        proxy::check(&settings).map_err(|failure| PrepareError {
            failure,
            part: Some("proxy".into()),
            asked: Box::default(),
            is_of_json: false,
        })?;
        Ok(settings)
    }
}

/// A folder whose name is not UTF-8 keeps the path as written: it starts there.
fn put_path(text: &mut String, path: &Path) {
    if let Some(path) = path.to_str() {
        path.clone_into(text);
    }
}

/// The settings of TLS that are templates.
fn tls_texts(settings: &mut Settings) -> impl Iterator<Item = (&'static str, &mut String)> {
    let texts = [
        ("ca", settings.ca.as_mut()),
        ("cert", settings.cert.as_mut()),
        ("cert_password", settings.cert_password.as_mut()),
    ];
    texts.into_iter().filter_map(|(part, text)| Some((part, text?)))
}

/// A variable may also hold one of the words that stand for a proxy.
fn proxy_of(rendered: &Marked) -> Proxy {
    match rendered.reveal().trim() {
        "" | "none" => Proxy::None,
        "system" => Proxy::System,
        _ => Proxy::Url(proxy_url(rendered)),
    }
}

/// The URL, with what its secrets put before the host encoded: nobody should have to know which characters of a
/// password are those that a URL divides by.
fn proxy_url(rendered: &Marked) -> String {
    let text = rendered.reveal();
    let begin = text.find("://").map_or(0, |at| at + 3);
    let is_secret = |at: usize| rendered.secrets().any(|(range, _)| range.contains(&at));
    let host = text.match_indices('@').map(|(at, _)| at).rfind(|at| !is_secret(*at));
    let Some(host) = host else { return text.to_owned() };
    let mut url = String::with_capacity(text.len());
    let mut end = 0;
    for (range, _) in rendered.secrets().filter(|(range, _)| range.start >= begin && range.end <= host) {
        url.push_str(rendered.slice(end..range.start).reveal());
        url.extend(utf8_percent_encode(rendered.slice(range.clone()).reveal(), &KEPT));
        end = range.end;
    }
    url.push_str(rendered.slice(end..text.len()).reveal());
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(parts: &[(&str, bool)]) -> Marked {
        let mut text = Marked::default();
        for (part, is_secret) in parts {
            if *is_secret { text.push_secret(part, "word") } else { text.push(part) }
        }
        text
    }

    #[test]
    fn secrets_in_a_proxys_url_are_encoded_where_they_divide_it() {
        let cases: [(&[(&str, bool)], &str); 6] = [
            (
                &[("http://me:", false), ("a@b/c?d#e", true), ("@p:1", false)],
                "http://me:a%40b%2Fc%3Fd%23e@p:1",
            ),
            (&[("http://", false), ("me:w", true), ("@p:1", false)], "http://me:w@p:1"),
            (
                &[("http://", false), ("m@e", true), (":", false), ("p%40w", true), ("@p", false)],
                "http://m%40e:p%40w@p",
            ),
            (&[("me:", false), ("p w", true), ("@p:1", false)], "me:p%20w@p:1"),
            // A secret that is the whole URL, or a host, is what it is.
            (&[("http://me:word@p:1", true)], "http://me:word@p:1"),
            (&[("http://me:w@", false), ("p", true), (":1", false)], "http://me:w@p:1"),
        ];
        for (parts, expected) in cases {
            assert_eq!(proxy_of(&marked(parts)), Proxy::Url(expected.into()));
        }
    }

    #[test]
    fn words_stand_for_proxies_in_variables_too() {
        for (text, proxy) in [("none", Proxy::None), ("", Proxy::None), ("system", Proxy::System)] {
            assert_eq!(proxy_of(&Marked::plain(text)), proxy);
        }
    }
}
