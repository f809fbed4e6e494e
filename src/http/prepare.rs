//! A request as written, made into exactly what goes out: every template rendered, every part checked.
//!
//! Nothing is sent from here. What cannot be sent is told with the part it stands in. Secrets stay marked, and
//! `sent` keeps the request with their references in their places: what a replay sends.

use std::path::PathBuf;

use ::http::{HeaderName, HeaderValue, Method};
use url::Url;

use crate::{
    model::{
        ApiKeyPlace, Auth, Body, Effective, Failure, FailureKind, Marked, NodeId, PartContent, Proxy,
        Request, Retry, Row, Settings,
    },
    template::{Scope, TemplateError, escape, render},
};

use super::{
    address,
    body::{self, PreparedBody},
    compress::CODINGS,
};

/// A request that can be sent.
#[derive(Clone)]
pub struct Prepared {
    pub(super) source: Option<NodeId>,
    pub(super) environment: Option<String>,
    pub(super) written: Request,
    pub(super) sent: Request,
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) shown_url: Marked,
    /// In order, with the case as written.
    pub(super) fields: Vec<(String, Marked)>,
    pub(super) body: PreparedBody,
    /// For schemes that answer a challenge.
    pub(super) digest: Option<(Marked, Marked)>,
    pub(super) settings: Settings,
    pub(super) retry: Retry,
    /// Names the cookie jar: the collection and the environment.
    pub(super) jar: String,
    pub(super) base: PathBuf,
}

/// The body and the proxy's URL may hold secrets, and stay out of it.
impl std::fmt::Debug for Prepared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Prepared({} {})", self.method, self.shown_url)
    }
}

/// Why a request cannot be sent, and which part is to blame: "URL", "header Accept", "body".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{failure}")]
pub struct PrepareError {
    pub failure: Failure,
    pub part: Option<String>,
}

impl PrepareError {
    pub(super) fn new(part: &str, message: impl Into<String>, hint: Option<String>) -> Self {
        let failure =
            Failure { kind: FailureKind::Invalid, message: message.into(), causes: Vec::new(), hint };
        Self { failure, part: Some(part.to_owned()) }
    }
}

/// Renders and checks a request. Files that it uploads have to be there; they are read when it is sent.
///
/// # Errors
/// The first part that cannot be sent.
pub fn prepare(
    source: Option<NodeId>,
    environment: Option<&str>,
    effective: &Effective,
    scope: &Scope,
) -> Result<Prepared, PrepareError> {
    let mut writing = Writing { scope, wanted_by: source.as_ref() };
    let request = &effective.request;
    let (sent, rendered) = writing.request(request)?;
    let method = Method::from_bytes(rendered.method.reveal().as_bytes()).map_err(|_| {
        let hint = "a method is a token such as GET, POST or PURGE, without spaces";
        PrepareError::new("method", format!("`{}` is not a method", rendered.method), Some(hint.into()))
    })?;
    let mut params = rendered.params;
    let mut fields = rendered.headers;
    // From what is frozen, so that a `{{ uuid() }}` is the same on the wire and in a replay.
    let digest = writing.authenticate(sent.auth.as_ref(), &mut params, &mut fields)?;
    let (url, shown_url) = address::assemble(&rendered.url, &rendered.path, &params)?;
    let (url, shown_url) = Writing::user_of(url, shown_url, &mut fields);
    if let Some(coding) = request.http.compress.as_deref().filter(|coding| !CODINGS.contains(coding)) {
        let hint = format!("compress under [http] is one of {}", CODINGS.join(", "));
        return Err(PrepareError::new("body", format!("`{coding}` is not a content coding"), Some(hint)));
    }
    if request.http.https_only == Some(true) && url.scheme() != "https" {
        let hint = "the settings say https_only; use an https URL";
        return Err(PrepareError::new("URL", format!("{} is not https", url.scheme()), Some(hint.into())));
    }
    for (name, value) in &fields {
        check_field(name, value)?;
    }
    let body = body::prepare(sent.body.as_ref(), &effective.base, &mut writing)?;
    let mut settings = sent.http.clone();
    if let Some(Proxy::Url(url)) = &mut settings.proxy {
        let rendered = writing.render("proxy", url)?;
        rendered.reveal().clone_into(url);
    }
    let jar = source.as_ref().map_or("", NodeId::collection);
    Ok(Prepared {
        jar: format!("{jar}.{}", environment.unwrap_or_default()),
        source,
        environment: environment.map(str::to_owned),
        written: request.clone(),
        sent,
        method,
        url,
        shown_url,
        fields,
        body,
        digest,
        settings,
        retry: request.retry.clone(),
        base: effective.base.clone(),
    })
}

fn check_field(name: &str, value: &Marked) -> Result<(), PrepareError> {
    let part = format!("header {name}");
    if HeaderName::from_bytes(name.as_bytes()).is_err() {
        let hint = "a field name is letters, digits and -, without spaces or a colon";
        return Err(PrepareError::new(&part, format!("`{name}` is not a header name"), Some(hint.into())));
    }
    if HeaderValue::from_bytes(value.reveal().as_bytes()).is_err() {
        let hint = "a field value has no line ends or control characters";
        return Err(PrepareError::new(
            &part,
            format!("the value of {name} cannot be sent"),
            Some(hint.into()),
        ));
    }
    Ok(())
}

/// The request's parts, rendered.
struct Rendered {
    method: Marked,
    url: Marked,
    path: Vec<(String, Marked)>,
    params: Vec<(String, Marked)>,
    headers: Vec<(String, Marked)>,
}

/// Renders the texts of one request.
pub(super) struct Writing<'a> {
    scope: &'a Scope,
    wanted_by: Option<&'a NodeId>,
}

impl Writing<'_> {
    /// The text of a template of that part.
    pub(super) fn render(&mut self, part: &str, text: &str) -> Result<Marked, PrepareError> {
        render(text, self.scope).map_err(|error| self.fault(part, error))
    }

    fn fault(&self, part: &str, error: TemplateError) -> PrepareError {
        let wanted_by = self.wanted_by.map(|id| format!("{}: ", id.within())).unwrap_or_default();
        PrepareError::new(part, format!("{wanted_by}{part}: {}", error.message), error.hint)
    }

    /// The request with everything rendered but its secrets, and the parts that the wire needs.
    fn request(&mut self, request: &Request) -> Result<(Request, Rendered), PrepareError> {
        let method = self.render("method", request.method())?;
        let url = self.render("URL", &request.url)?;
        let mut sent = request.clone();
        sent.method = frozen(&method);
        sent.url = frozen(&url);
        let path = self.rows("path", &mut sent.path)?;
        let params = self.rows("param", &mut sent.params)?;
        let headers = self.rows("header", &mut sent.headers)?;
        self.freeze_auth(&mut sent)?;
        self.freeze_body(&mut sent)?;
        if let Some(Proxy::Url(url)) = &mut sent.http.proxy {
            self.freeze("proxy", url)?;
        }
        sent.vars = Vec::new();
        Ok((sent, Rendered { method, url, path, params, headers }))
    }

    /// Renders the rows that are sent, and freezes them in their places.
    fn rows(&mut self, kind: &str, rows: &mut Vec<Row>) -> Result<Vec<(String, Marked)>, PrepareError> {
        rows.retain(|row| row.enabled);
        let mut rendered = Vec::with_capacity(rows.len());
        for row in rows {
            let part = format!("{kind} {}", row.name);
            let name = self.render(&part, &row.name)?.reveal().to_owned();
            let value = self.render(&part, &row.value)?;
            row.name = escape(&name);
            row.value = frozen(&value);
            rendered.push((name, value));
        }
        Ok(rendered)
    }

    fn freeze(&mut self, part: &str, text: &mut String) -> Result<(), PrepareError> {
        *text = frozen(&self.render(part, text)?);
        Ok(())
    }

    fn freeze_auth(&mut self, sent: &mut Request) -> Result<(), PrepareError> {
        match &mut sent.auth {
            None | Some(Auth::None) => Ok(()),
            Some(Auth::Bearer(token)) => self.freeze("auth", token),
            Some(Auth::Basic { username, password } | Auth::Digest { username, password }) => {
                self.freeze("auth", username)?;
                self.freeze("auth", password)
            }
            Some(Auth::ApiKey { name, value, .. }) => {
                self.freeze("auth", name)?;
                self.freeze("auth", value)
            }
        }
    }

    fn freeze_body(&mut self, sent: &mut Request) -> Result<(), PrepareError> {
        match &mut sent.body {
            None => Ok(()),
            Some(
                Body::Json(text) | Body::Text(text) | Body::Xml(text) | Body::File(text) | Body::Base64(text),
            ) => self.freeze("body", text),
            Some(Body::Graphql { query, variables, operation }) => {
                self.freeze("body", query)?;
                self.freeze("body", variables)?;
                self.freeze("body", operation)
            }
            Some(Body::Form(rows)) => self.rows("form field", rows).map(drop),
            Some(Body::Multipart(parts)) => {
                parts.retain(|part| part.enabled);
                for part in parts {
                    let name = format!("part {}", part.name);
                    self.freeze(&name, &mut part.name)?;
                    for text in [&mut part.media_type, &mut part.filename].into_iter().flatten() {
                        self.freeze(&name, text)?;
                    }
                    match &mut part.content {
                        PartContent::Text(text) | PartContent::File(text) => self.freeze(&name, text)?,
                    }
                }
                Ok(())
            }
        }
    }

    /// Adds what authentication sends with the first request; answers what it keeps for a challenge.
    fn authenticate(
        &mut self,
        auth: Option<&Auth>,
        params: &mut Vec<(String, Marked)>,
        fields: &mut Vec<(String, Marked)>,
    ) -> Result<Option<(Marked, Marked)>, PrepareError> {
        let has_own = fields.iter().any(|(name, _)| name.eq_ignore_ascii_case("authorization"));
        match auth {
            Some(Auth::Bearer(token)) if !has_own => {
                let mut value = Marked::plain("Bearer ");
                value.append(&secret(self.render("auth", token)?, "bearer"));
                fields.push(("Authorization".into(), value));
            }
            Some(Auth::Basic { username, password }) if !has_own => {
                let (username, password) = (self.render("auth", username)?, self.render("auth", password)?);
                let mut value = Marked::plain("Basic ");
                value.push_secret(&basic(username.reveal(), password.reveal()), "basic");
                fields.push(("Authorization".into(), value));
            }
            Some(Auth::Digest { username, password }) if !has_own => {
                return Ok(Some((self.render("auth", username)?, self.render("auth", password)?)));
            }
            Some(Auth::ApiKey { name, value, place }) => {
                let name = self.render("auth", name)?.reveal().to_owned();
                let value = secret(self.render("auth", value)?, "api_key");
                match place {
                    ApiKeyPlace::Header => fields.push((name, value)),
                    ApiKeyPlace::Query => params.push((name, value)),
                    ApiKeyPlace::Cookie => {
                        let mut pair = Marked::plain(format!("{name}="));
                        pair.append(&value);
                        match fields.iter_mut().find(|(own, _)| own.eq_ignore_ascii_case("cookie")) {
                            // RFC 6265, section 5.4: a request has one such field.
                            Some((_, own)) => {
                                own.push("; ");
                                own.append(&pair);
                            }
                            None => fields.push(("Cookie".into(), pair)),
                        }
                    }
                }
            }
            // Nothing is wanted, or the user wrote the field: what they wrote is what they mean to send.
            _ => {}
        }
        Ok(None)
    }

    /// Takes `user:password@` out of a URL, where it must not travel (RFC 9110, section 4.2.4), and sends it as basic
    /// authentication unless the request has its own.
    fn user_of(mut url: Url, shown: Marked, fields: &mut Vec<(String, Marked)>) -> (Url, Marked) {
        if url.username().is_empty() && url.password().is_none() {
            return (url, shown);
        }
        let (username, password) = (decoded(url.username()), decoded(url.password().unwrap_or_default()));
        if !fields.iter().any(|(name, _)| name.eq_ignore_ascii_case("authorization")) {
            let mut value = Marked::plain("Basic ");
            value.push_secret(&basic(&username, &password), "basic");
            fields.push(("Authorization".into(), value));
        }
        // Neither fails for a URL that has a host.
        let _ = url.set_username("");
        let _ = url.set_password(None);
        let text = shown.reveal();
        let start = text.find("://").map_or(0, |at| at + 3);
        let end = text[start..].find(['/', '?', '#']).map_or(text.len(), |at| start + at);
        let host = text[start..end].rfind('@').map_or(start, |at| start + at + 1);
        let mut without = shown.slice(0..start);
        without.append(&shown.slice(host..text.len()));
        (url, without)
    }
}

/// The text that stands percent-encoded in a URL.
fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// A credential is secret whether or not its text came from one.
fn secret(value: Marked, reference: &str) -> Marked {
    if value.has_secret() { value } else { Marked::secret(value.reveal(), reference) }
}

pub(super) fn basic(username: &str, password: &str) -> String {
    use base64::{Engine, engine::general_purpose::STANDARD};
    STANDARD.encode(format!("{username}:{password}"))
}

/// A template that renders to the text, with its secrets looked up anew.
fn frozen(text: &Marked) -> String {
    text.replaced(|reference| format!("{{{{ {reference} }}}}"), escape)
}
