//! The texts of a request: each template rendered, and frozen in its place for a replay.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use crate::{
    http::{
        asks::{asked, by},
        confine::{Place, place},
    },
    model::{Ask, Body, Marked, NodeId, PartContent, Permit, Redactor, Request, Row},
    template::{self, Scope, TemplateError, escape, render},
};

use super::PrepareError;

/// The request's parts, rendered.
pub(super) struct Rendered {
    pub method: Marked,
    pub url: Marked,
    pub path: Vec<(String, Marked)>,
    pub params: Vec<(String, Marked)>,
    pub headers: Vec<(String, Marked)>,
}

/// Renders the texts of one request.
pub(in crate::http) struct Writing<'a> {
    scope: &'a Scope,
    wanted_by: Option<&'a NodeId>,
    base: &'a Path,
    permit: &'a Permit,
    /// What secrets came to in the texts, each with the expression that gave it.
    hidden: Vec<(String, String)>,
    /// While it is only asked which secrets the request uses: their names.
    needed: Option<BTreeSet<String>>,
}

/// The secrets that a request uses, by name: those that any of its texts needs.
pub(in crate::http) fn needed_secrets(request: &Request, scope: &Scope) -> BTreeSet<String> {
    let nothing = Permit::default();
    let mut writing = Writing::new(scope, None, Path::new(""), &nothing);
    writing.needed = Some(BTreeSet::new());
    // Nothing is rendered, and so nothing fails.
    let _ = writing.request(request);
    writing.needed.unwrap_or_default()
}

impl<'a> Writing<'a> {
    /// Over a scope; `wanted_by` is named in what goes wrong, `base` is where paths start.
    pub(in crate::http) fn new(
        scope: &'a Scope,
        wanted_by: Option<&'a NodeId>,
        base: &'a Path,
        permit: &'a Permit,
    ) -> Self {
        Self { scope, wanted_by, base, permit, hidden: Vec::new(), needed: None }
    }

    /// The text of a template of that part.
    pub(in crate::http) fn render(&mut self, part: &str, text: &str) -> Result<Marked, PrepareError> {
        if let Some(needed) = &mut self.needed {
            needed.extend(template::secrets(text, self.scope));
            return Ok(Marked::default());
        }
        let rendered = render(text, self.scope).map_err(|error| self.fault(part, error))?;
        for (range, reference) in rendered.secrets() {
            let value = rendered.reveal().get(range.clone()).unwrap_or_default();
            if !self.hidden.iter().any(|(_, known)| known == value) {
                self.hidden.push((reference.to_owned(), value.to_owned()));
            }
        }
        Ok(rendered)
    }

    /// What is to be found by its value from now on: the secrets themselves, and what templates made of them.
    pub(super) fn secrets(&self) -> Redactor {
        let made = self.hidden.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        Redactor::new(self.scope.secret_values().chain(made))
    }

    /// Where a path of that part leads, if the request may read what is there. It starts at the collection's folder.
    pub(in crate::http) fn file(&self, part: &str, path: &Marked) -> Result<PathBuf, PrepareError> {
        self.permitted(part, path, Ask::File)
    }

    /// The same for a socket.
    pub(super) fn socket(&self, part: &str, path: &Marked) -> Result<PathBuf, PrepareError> {
        self.permitted(part, path, Ask::Socket)
    }

    fn permitted(&self, part: &str, path: &Marked, ask: fn(PathBuf) -> Ask) -> Result<PathBuf, PrepareError> {
        let (real, ask) = match place(self.base, Path::new(path.reveal())) {
            Place::Inside(real) => return Ok(real),
            Place::Outside(real) => (real.clone(), ask(real)),
        };
        if self.permit.allows(&ask) {
            return Ok(real);
        }
        let mut asked = asked(ask, by(self.wanted_by, part));
        if path.has_secret() {
            // Followed, it may not look like the secret any more.
            asked.what = format!("read {}, where a secret says", path.masked());
        }
        Err(PrepareError::untrusted(vec![asked]))
    }

    fn fault(&self, part: &str, error: TemplateError) -> PrepareError {
        let wanted_by = self.wanted_by.map(|id| format!("{}: ", id.within())).unwrap_or_default();
        PrepareError::new(part, format!("{wanted_by}{part}: {}", error.message), error.hint)
    }

    /// The request with everything rendered but its secrets, and the parts that the wire needs.
    pub(super) fn request(&mut self, request: &Request) -> Result<(Request, Rendered), PrepareError> {
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
        self.freeze_settings(&mut sent.http)?;
        sent.vars = Vec::new();
        Ok((sent, Rendered { method, url, path, params, headers }))
    }

    /// Renders the rows that are sent, and freezes them in their places.
    fn rows(&mut self, kind: &str, rows: &mut Vec<Row>) -> Result<Vec<(String, Marked)>, PrepareError> {
        rows.retain(|row| row.enabled);
        let mut rendered = Vec::with_capacity(rows.len());
        for row in rows {
            let part = format!("{kind} {}", row.name);
            let name = self.render(&part, &row.name)?;
            let value = self.render(&part, &row.value)?;
            row.name = frozen(&name);
            let name = name.reveal().to_owned();
            row.value = frozen(&value);
            rendered.push((name, value));
        }
        Ok(rendered)
    }

    pub(super) fn freeze(&mut self, part: &str, text: &mut String) -> Result<(), PrepareError> {
        *text = frozen(&self.render(part, text)?);
        Ok(())
    }

    fn freeze_auth(&mut self, sent: &mut Request) -> Result<(), PrepareError> {
        let Some(auth) = &mut sent.auth else { return Ok(()) };
        for (_, text) in auth.texts_mut() {
            self.freeze("auth", text)?;
        }
        for (_, value) in auth.params_mut().into_iter().flatten() {
            self.freeze("auth", value)?;
        }
        Ok(())
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
}

/// A template that renders to the text, with its secrets looked up anew.
fn frozen(text: &Marked) -> String {
    text.replaced(|reference| format!("{{{{ {reference} }}}}"), escape)
}
