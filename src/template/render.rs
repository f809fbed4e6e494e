//! A template's value in a scope, with its secret parts marked.

use std::ops::Range;

use crate::model::{MASK, Marked, SecretValue};

use super::{
    Scope, TemplateError, TemplateErrorKind,
    function::{self, Arguments, functions},
    parse::{Content, Expr, ExprKind, pieces},
    scope::Written,
};

/// Expressions and variables within each other. What evaluates them must fit the stack of a worker thread.
const MAX_DEPTH: usize = 96;
/// Variables that one expression may need: a dozen lines that use each other twice would ask for millions.
const MAX_LOOKUPS: usize = 10_000;
/// Bytes that a template may render to, so that variables that double each other end.
const MAX_SIZE: usize = 256 << 20;

/// The text of a template, to be sent.
///
/// A part that came from a secret is marked with the expression that gave it, so that the text with these
/// expressions in the secrets' places is a template of the same text. The expression names secrets alone: all else
/// in it is quoted as it was, chance and clock included.
///
/// # Errors
/// The first expression that has no value, with its place in `text`. A secret that was not looked up has none.
pub fn render(text: &str, scope: &Scope) -> Result<Marked, TemplateError> {
    Renderer::new(scope, Purpose::Send).text(text).map(|value| value.text)
}

/// The text of a template, to be looked at: what depends on a secret that was not looked up is masked, and what
/// depends on chance or the clock is named and not made, so that it does not differ from one look to the next.
///
/// # Errors
/// The first expression that cannot have a value.
pub fn preview(text: &str, scope: &Scope) -> Result<Marked, TemplateError> {
    Renderer::new(scope, Purpose::Look).text(text).map(|value| value.text)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Send,
    Look,
}

/// What an expression came to.
#[derive(Default)]
pub(super) struct Value {
    pub text: Marked,
    /// Whether some of the text only stands for what will be there when it is sent.
    is_pending: bool,
}

impl From<Marked> for Value {
    fn from(text: Marked) -> Self {
        Self { text, is_pending: false }
    }
}

/// One rendering; it counts what it has made.
pub(super) struct Renderer<'a> {
    scope: &'a Scope,
    purpose: Purpose,
    /// The variables whose values are being rendered, outermost first.
    path: Vec<String>,
    depth: usize,
    lookups: usize,
    size: usize,
}

impl<'a> Renderer<'a> {
    pub(super) fn new(scope: &'a Scope, purpose: Purpose) -> Self {
        Self { scope, purpose, path: Vec::new(), depth: 0, lookups: 0, size: 0 }
    }

    fn text(&mut self, text: &str) -> Result<Value, TemplateError> {
        let mut out = Value::default();
        for piece in pieces(text) {
            match piece.content {
                Content::Text => out.text.push(text.get(piece.span).unwrap_or_default()),
                Content::Expression(parsed) => {
                    let value = self.expression(&parsed?)?;
                    self.count(value.text.reveal().len(), &piece.span)?;
                    out.text.append(&value.text);
                    out.is_pending |= value.is_pending;
                }
            }
        }
        Ok(out)
    }

    pub(super) fn expression(&mut self, expr: &Expr) -> Result<Value, TemplateError> {
        if self.depth >= MAX_DEPTH {
            return Err(too_large(&expr.span, "expressions and variables stand too deep in each other"));
        }
        if self.path.is_empty() && self.depth == 0 {
            self.lookups = 0;
        }
        self.depth += 1;
        let value = match &expr.kind {
            ExprKind::Literal(literal) => Ok(Marked::plain(literal.as_str()).into()),
            ExprKind::Variable(name) => self.variable(name, &expr.span),
            ExprKind::Call { function, name, arguments, .. } => match arguments.as_slice() {
                [wanted, other] if function == "default" => self.defaulted(wanted, other),
                arguments => self.call(function, name, &expr.span, arguments),
            },
        };
        self.depth -= 1;
        value
    }

    /// `default("x")` takes the place of a variable that is not there, a secret that is not found, and an empty text. A
    /// variable that is there and needs one that is not defined is a mistake all the same.
    fn defaulted(&mut self, wanted: &Expr, other: &Expr) -> Result<Value, TemplateError> {
        let is_mistake = |error: &TemplateError| match error.kind {
            TemplateErrorKind::Undefined { .. } => !error.path.is_empty(),
            _ => !error.is_absence(),
        };
        match self.expression(wanted) {
            Ok(value) if value.is_pending || !value.text.reveal().is_empty() => Ok(value),
            Err(error) if is_mistake(&error) => Err(error),
            _ => self.expression(other),
        }
    }

    fn call(
        &mut self,
        function: &str,
        name: &Range<usize>,
        span: &Range<usize>,
        arguments: &[Expr],
    ) -> Result<Value, TemplateError> {
        let values = arguments.iter().map(|argument| self.expression(argument));
        let values = values.collect::<Result<Vec<Value>, _>>()?;
        let mut is_pending = values.iter().any(|value| value.is_pending);
        if function == "concat" {
            // The one function that leaves its arguments as they are: what is not secret in them stays legible.
            let mut text = Marked::default();
            for value in &values {
                text.append(&value.text);
            }
            self.count(text.reveal().len(), span)?;
            return Ok(Value { text, is_pending });
        }
        let is_secret = values.iter().any(|value| value.text.has_secret());
        let known = functions().iter().find(|known| known.name == function);
        is_pending |= self.purpose == Purpose::Look && known.is_some_and(|known| known.is_volatile);
        let result = if is_pending && known.is_some() {
            if is_secret { MASK.to_owned() } else { format!("‹{function}›") }
        } else {
            let texts: Vec<&str> = values.iter().map(|value| value.text.reveal()).collect();
            function::call(function, &Arguments { texts: &texts, source: self.scope.source() })
                .map_err(|fault| if is_secret { fault.discreet() } else { fault })
                .map_err(|fault| fault.at(function, name, span))?
        };
        self.count(result.len(), span)?;
        let text = if is_secret {
            Marked::secret(result, reference(function, &values))
        } else {
            Marked::plain(result)
        };
        Ok(Value { text, is_pending })
    }

    fn variable(&mut self, name: &str, span: &Range<usize>) -> Result<Value, TemplateError> {
        let Some(definition) = self.scope.get(name) else { return Err(undefined(name, span, self.scope)) };
        match definition.value {
            Written::Secret(SecretValue::Value(secret)) => Ok(Marked::secret(secret.reveal(), name).into()),
            Written::Secret(SecretValue::Unavailable { reason, hint }) => {
                Err(unavailable(name, span, reason).hint(hint.as_str()))
            }
            Written::Secret(SecretValue::Unresolved) if self.purpose == Purpose::Look => {
                Ok(Value { text: Marked::secret(MASK, name), is_pending: true })
            }
            // Never the mask: that would be sent in the secret's place.
            Written::Secret(SecretValue::Unresolved) => Err(unavailable(name, span, "it was not looked up")),
            Written::Template(template) => self.nested(name, template, span),
        }
    }

    fn nested(&mut self, name: &str, template: &str, span: &Range<usize>) -> Result<Value, TemplateError> {
        if let Some(start) = self.path.iter().position(|on_the_way| on_the_way == name) {
            let mut chain = self.path.get(start..).unwrap_or_default().to_vec();
            chain.push(name.to_owned());
            let message = format!("variables need each other: {}", chain.join(" → "));
            let kind = TemplateErrorKind::Circular { chain };
            return Err(
                TemplateError::new(kind, span.clone(), message).hint("give one of them a value of its own")
            );
        }
        self.lookups += 1;
        if self.lookups > MAX_LOOKUPS {
            return Err(too_large(span, "the text needs too many variables: they multiply each other"));
        }
        self.path.push(name.to_owned());
        let value = self.text(template);
        self.path.pop();
        value.map_err(|error| error.within(name, span))
    }

    fn count(&mut self, bytes: usize, span: &Range<usize>) -> Result<(), TemplateError> {
        self.size = self.size.saturating_add(bytes);
        if self.size > MAX_SIZE {
            return Err(too_large(span, "the text becomes too large: variables multiply each other"));
        }
        Ok(())
    }
}

/// An expression that gives a call's value in any text of the scope. It is made from the arguments' values and not from
/// what was written: what is not secret in them is quoted, so that it stays what was sent.
fn reference(function: &str, values: &[Value]) -> String {
    let arguments: Vec<String> = values.iter().map(|value| concatenation(&value.text)).collect();
    format!("{function}({})", arguments.join(", "))
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
    if let Some(function) = functions().iter().find(|function| function.name == name) {
        return error.hint(format!("a function is called: write `{}`", function.example));
    }
    match scope.nearest(name) {
        Some(nearest) => error.hint(format!("did you mean `{nearest}`?")),
        None => error.hint(format!(
            "define it under [vars] in the environment or the request, or pass --var {name}=…"
        )),
    }
}

fn unavailable(name: &str, span: &Range<usize>, reason: &str) -> TemplateError {
    let kind = TemplateErrorKind::SecretUnavailable { name: name.to_owned() };
    TemplateError::new(kind, span.clone(), format!("the secret `{name}`: {reason}"))
}

fn too_large(span: &Range<usize>, message: &str) -> TemplateError {
    TemplateError::new(TemplateErrorKind::TooLarge, span.clone(), message)
}
