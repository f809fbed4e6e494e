//! Why a template cannot be rendered.

use std::ops::Range;

/// A template that cannot be rendered: what, where in the text, and what to try.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct TemplateError {
    pub kind: TemplateErrorKind,
    /// Bytes of the text that was given; where the fault is in a variable's own value, the place that uses it.
    pub span: Range<usize>,
    pub message: String,
    pub hint: Option<String>,
    /// The variables on the way to the fault, outermost first; empty when it is in the text itself.
    pub path: Vec<String>,
}

/// The cause, as a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TemplateErrorKind {
    Syntax,
    Undefined {
        name: String,
    },
    /// The names, from the first to itself again.
    Circular {
        chain: Vec<String>,
    },
    /// Variables within variables beyond any use: too deep, or multiplying.
    TooLarge,
    UnknownFunction {
        name: String,
    },
    BadArgument {
        function: String,
    },
    SecretUnavailable {
        name: String,
    },
}

impl TemplateError {
    pub(super) fn new(kind: TemplateErrorKind, span: Range<usize>, message: impl Into<String>) -> Self {
        Self { kind, span, message: message.into(), hint: None, path: Vec::new() }
    }

    /// Whether a value is not there, in contrast to one that is wrong.
    pub(super) fn is_absence(&self) -> bool {
        matches!(self.kind, TemplateErrorKind::Undefined { .. } | TemplateErrorKind::SecretUnavailable { .. })
    }

    pub(super) fn syntax(span: Range<usize>, message: impl Into<String>) -> Self {
        Self::new(TemplateErrorKind::Syntax, span, message)
    }

    #[must_use]
    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same fault, seen from a text that uses the variable `name` at `span`.
    #[must_use]
    pub(super) fn within(mut self, name: &str, span: &Range<usize>) -> Self {
        if self.path.is_empty() && !matches!(self.kind, TemplateErrorKind::Circular { .. }) {
            self.message = format!("in the value of `{name}`: {}", self.message);
        }
        self.path.insert(0, name.to_owned());
        self.span = span.clone();
        self
    }
}
