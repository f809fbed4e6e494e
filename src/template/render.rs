//! A template's value in a scope, with its secret parts marked.

use std::{cell::Cell, ops::Range};

use crate::model::{Marked, SecretValue};

use super::{
    Scope, TemplateError, TemplateErrorKind,
    function::{self, Arguments},
    parse::{Content, Expr, ExprKind, pieces},
    scope::Written,
};

/// Variables within variables; a chain this long is a mistake.
const MAX_DEPTH: usize = 32;
/// Bytes that a template may render to, so that variables that double each other end.
const MAX_SIZE: usize = 256 << 20;

/// The text of a template.
///
/// A part that came from a secret is marked with the expression that gave it, so that the text with these
/// expressions in the secrets' places is a template of the same text.
///
/// # Errors
/// The first expression that has no value, with its place in `text`.
pub fn render(text: &str, scope: &Scope) -> Result<Marked, TemplateError> {
    Renderer::new(scope).text(text, &mut Vec::new())
}

/// One rendering; it counts what it has made.
pub(super) struct Renderer<'a> {
    pub scope: &'a Scope,
    size: Cell<usize>,
}

impl<'a> Renderer<'a> {
    pub(super) fn new(scope: &'a Scope) -> Self {
        Self { scope, size: Cell::new(0) }
    }

    fn text(&self, text: &str, path: &mut Vec<String>) -> Result<Marked, TemplateError> {
        let mut out = Marked::default();
        for piece in pieces(text) {
            match piece.content {
                Content::Text => out.push(&text[piece.span.clone()]),
                Content::Expression(parsed) => out.append(&self.expression(&parsed?, path)?),
            }
            self.count(out.reveal().len(), &piece.span)?;
        }
        Ok(out)
    }

    /// The value of an expression; the names on the way to it are in `path`.
    pub(super) fn expression(&self, expr: &Expr, path: &mut Vec<String>) -> Result<Marked, TemplateError> {
        match &expr.kind {
            ExprKind::Literal(literal) => Ok(Marked::plain(literal.as_str())),
            ExprKind::Variable(name) => self.variable(name, &expr.span, path),
            ExprKind::Call { function, name, arguments, .. } => {
                let values: Result<Vec<Marked>, _> = if function == "default" {
                    self.defaulted(arguments, path)
                } else {
                    arguments.iter().map(|argument| self.expression(argument, path)).collect()
                };
                let values = values?;
                let is_secret = values.iter().any(Marked::has_secret);
                let texts: Vec<&str> = values.iter().map(Marked::reveal).collect();
                let arguments = Arguments { texts: &texts, source: self.scope.source() };
                let result = function::call(function, &arguments)
                    .map_err(|fault| fault.at(function, name, &expr.span))?;
                self.count(result.len(), &expr.span)?;
                if !is_secret {
                    return Ok(Marked::plain(result));
                }
                // In a nested variable the arguments have other names than where this text is used; literals and
                // secrets alone make a reference that works everywhere.
                Ok(Marked::secret(result, self.reference(expr, path)))
            }
        }
    }

    /// `default("x")` takes the place of a variable that is not there, a secret that is not found, and an empty text.
    fn defaulted(&self, arguments: &[Expr], path: &mut Vec<String>) -> Result<Vec<Marked>, TemplateError> {
        let mut values = Vec::new();
        for (index, argument) in arguments.iter().enumerate() {
            let value = self.expression(argument, path);
            match value {
                Err(error) if index == 0 && error.is_absence() => {
                    values.push(Marked::default());
                }
                value => values.push(value?),
            }
        }
        Ok(values)
    }

    fn variable(
        &self,
        name: &str,
        span: &Range<usize>,
        path: &mut Vec<String>,
    ) -> Result<Marked, TemplateError> {
        let Some(definition) = self.scope.get(name) else { return Err(undefined(name, span, self.scope)) };
        match definition.value {
            Written::Secret(SecretValue::Value(secret)) => Ok(Marked::secret(secret.reveal(), name)),
            Written::Secret(SecretValue::Unavailable { reason, hint }) => {
                let kind = TemplateErrorKind::SecretUnavailable { name: name.to_owned() };
                Err(TemplateError::new(kind, span.clone(), format!("the secret `{name}`: {reason}"))
                    .hint(hint.as_str()))
            }
            Written::Secret(SecretValue::Unresolved) => Ok(Marked::secret(crate::model::MASK, name)),
            Written::Template(template) => {
                if let Some(start) = path.iter().position(|on_the_way| on_the_way == name) {
                    let mut chain = path[start..].to_vec();
                    chain.push(name.to_owned());
                    let message = format!("variables need each other: {}", chain.join(" → "));
                    let kind = TemplateErrorKind::Circular { chain };
                    return Err(TemplateError::new(kind, span.clone(), message)
                        .hint("give one of them a value of its own"));
                }
                if path.len() >= MAX_DEPTH {
                    let message = format!("`{name}` stands {MAX_DEPTH} variables deep");
                    return Err(TemplateError::new(TemplateErrorKind::TooLarge, span.clone(), message));
                }
                path.push(name.to_owned());
                let value = self.text(template, path).map_err(|error| error.within(name, span));
                path.pop();
                value
            }
        }
    }

    /// An expression that gives the value of `expr` in any text of the scope: variables that are not secret themselves
    /// are replaced by their text.
    fn reference(&self, expr: &Expr, path: &mut Vec<String>) -> String {
        match &expr.kind {
            ExprKind::Literal(literal) => super::parse::quote(literal),
            ExprKind::Variable(name) => match self.variable(name, &expr.span, path) {
                Ok(value) => concatenation(&value),
                Err(_) => name.clone(),
            },
            ExprKind::Call { function, arguments, .. } => {
                let arguments: Vec<String> =
                    arguments.iter().map(|argument| self.reference(argument, path)).collect();
                format!("{function}({})", arguments.join(", "))
            }
        }
    }

    fn count(&self, bytes: usize, span: &Range<usize>) -> Result<(), TemplateError> {
        self.size.set(self.size.get().saturating_add(bytes));
        if self.size.get() > MAX_SIZE {
            let message = "the text becomes too large: variables multiply each other";
            return Err(TemplateError::new(TemplateErrorKind::TooLarge, span.clone(), message));
        }
        Ok(())
    }
}

/// An expression of secrets and literals that gives `value`.
fn concatenation(value: &Marked) -> String {
    let text = value.reveal();
    let mut parts = Vec::new();
    let mut end = 0;
    for (range, reference) in value.secrets() {
        if range.start > end {
            parts.push(super::parse::quote(&text[end..range.start]));
        }
        parts.push(reference.to_owned());
        end = range.end;
    }
    if end < text.len() || parts.is_empty() {
        parts.push(super::parse::quote(&text[end..]));
    }
    match parts.as_slice() {
        [one] => one.clone(),
        parts => format!("concat({})", parts.join(", ")),
    }
}

fn undefined(name: &str, span: &Range<usize>, scope: &Scope) -> TemplateError {
    let kind = TemplateErrorKind::Undefined { name: name.to_owned() };
    let error = TemplateError::new(kind, span.clone(), format!("`{name}` is not defined"));
    match scope.nearest(name) {
        Some(nearest) => error.hint(format!("did you mean `{nearest}`?")),
        None => error.hint(format!(
            "define it under [vars] in the environment or the request, or pass --var {name}=…"
        )),
    }
}
