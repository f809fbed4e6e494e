//! A template looked at without rendering it: what to colour, and what to say of the value under the cursor.

use std::{collections::BTreeSet, ops::Range};

use crate::model::VarOrigin;

use super::{
    Scope, TemplateErrorKind,
    function::functions,
    parse::{Content, Expr, ExprKind, pieces},
    render::{Purpose, Renderer, Value},
    scope::Written,
};

/// Characters of a value that a preview shows.
const PREVIEW: usize = 120;

/// A part of a template; the segments of a text cover it without gaps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// Bytes of the text.
    pub span: Range<usize>,
    pub kind: SegmentKind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SegmentKind {
    Text,
    /// An expression that has a value.
    Value {
        /// The variable's name, or the expression as written.
        name: String,
        /// The beginning of its value, with secrets masked; what a volatile function gives is not foretold.
        preview: String,
        /// Where a variable came from; `None` for calls and literals.
        origin: Option<VarOrigin>,
        secret: bool,
    },
    /// A variable that no scope defines.
    Undefined {
        name: String,
        message: String,
        hint: Option<String>,
    },
    /// Any other fault.
    Error {
        message: String,
        hint: Option<String>,
    },
}

/// The segments of `text` in `scope`. Cheap for the texts of fields: it is asked for each that is drawn.
pub fn inspect(text: &str, scope: &Scope) -> Vec<Segment> {
    let segment = |piece: super::parse::Piece| {
        let kind = match piece.content {
            Content::Text => SegmentKind::Text,
            Content::Expression(Err(error)) => {
                SegmentKind::Error { message: error.message, hint: error.hint }
            }
            Content::Expression(Ok(expr)) => value(text, &expr, scope),
        };
        Segment { span: piece.span, kind }
    };
    pieces(text).into_iter().map(segment).collect()
}

fn value(text: &str, expr: &Expr, scope: &Scope) -> SegmentKind {
    match Renderer::new(scope, Purpose::Look).expression(expr) {
        Ok(Value { text: value, .. }) => {
            let (name, origin) = match &expr.kind {
                ExprKind::Variable(name) => (name.clone(), scope.get(name).map(|found| found.origin.clone())),
                _ => (text.get(expr.span.clone()).unwrap_or_default().to_owned(), None),
            };
            let preview =
                if is_volatile(expr) { "new at each send".into() } else { shortened(&value.masked()) };
            SegmentKind::Value { name, preview, origin, secret: value.has_secret() }
        }
        Err(error) => match error.kind {
            TemplateErrorKind::Undefined { name } => {
                SegmentKind::Undefined { name, message: error.message, hint: error.hint }
            }
            _ => SegmentKind::Error { message: error.message, hint: error.hint },
        },
    }
}

fn is_volatile(expr: &Expr) -> bool {
    let ExprKind::Call { function, arguments, .. } = &expr.kind else { return false };
    functions().iter().any(|known| known.name == function && known.is_volatile)
        || arguments.iter().any(is_volatile)
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(PREVIEW) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// The variables that a text names itself, each with its place.
pub fn references(text: &str) -> Vec<(Range<usize>, String)> {
    fn collect(expr: &Expr, out: &mut Vec<(Range<usize>, String)>) {
        match &expr.kind {
            ExprKind::Literal(_) => {}
            ExprKind::Variable(name) => out.push((expr.span.clone(), name.clone())),
            ExprKind::Call { arguments, .. } => arguments.iter().for_each(|argument| collect(argument, out)),
        }
    }
    let mut out = Vec::new();
    for piece in pieces(text) {
        if let Content::Expression(Ok(expr)) = piece.content {
            collect(&expr, &mut out);
        }
    }
    out
}

/// The secrets that a text needs, itself and through variables, by name.
pub fn secrets(text: &str, scope: &Scope) -> BTreeSet<String> {
    fn walk(text: &str, scope: &Scope, seen: &mut BTreeSet<String>, out: &mut BTreeSet<String>) {
        for (_, name) in references(text) {
            if !seen.insert(name.clone()) {
                continue;
            }
            match scope.get(&name).map(|definition| definition.value) {
                Some(Written::Secret(_)) => drop(out.insert(name)),
                Some(Written::Template(template)) => walk(template, scope, seen, out),
                None => {}
            }
        }
    }
    let mut out = BTreeSet::new();
    walk(text, scope, &mut BTreeSet::new(), &mut out);
    out
}
