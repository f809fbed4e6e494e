//! The texts of a request: each template rendered, and frozen in its place for a replay.

use crate::{
    model::{Body, Marked, NodeId, PartContent, Request, Row},
    template::{Scope, TemplateError, escape, render},
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
}

impl<'a> Writing<'a> {
    /// Over a scope; `wanted_by` is named in what goes wrong.
    pub(in crate::http) fn new(scope: &'a Scope, wanted_by: Option<&'a NodeId>) -> Self {
        Self { scope, wanted_by }
    }

    /// The text of a template of that part.
    pub(in crate::http) fn render(&mut self, part: &str, text: &str) -> Result<Marked, PrepareError> {
        render(text, self.scope).map_err(|error| self.fault(part, error))
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
            let name = self.render(&part, &row.name)?.reveal().to_owned();
            let value = self.render(&part, &row.value)?;
            row.name = escape(&name);
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
