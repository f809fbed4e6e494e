//! Whether a candidate passes a filter (RFC 9535, section 2.3.5.2): decided on its bytes.

use std::{
    borrow::Cow,
    cmp::Ordering,
    ops::{ControlFlow, Range},
};

use regex::Regex;
use serde_json::Value;

use super::{
    Comparison, Expr, Literal, Operand, Part, Pattern, Query, Root, Segment, Selector,
    select::{Event, Manner, select},
};
use crate::document::json::{Rewriter, unquote_json};

/// What an operand comes to.
#[derive(Debug)]
enum Scalar<'a> {
    /// A query found nothing.
    Nothing,
    Null,
    Boolean(bool),
    Number(f64),
    String(Cow<'a, str>),
    /// An array or object, where it stands.
    Structure(Part<'a>),
}

impl Expr {
    pub(super) fn holds(&self, candidate: Part<'_>, root: &Root<'_>) -> bool {
        match self {
            Self::Or(all) => all.iter().any(|one| one.holds(candidate, root)),
            Self::And(all) => all.iter().all(|one| one.holds(candidate, root)),
            Self::Not(inner) => !inner.holds(candidate, root),
            Self::Exists(query) => query.first(candidate, root).is_some(),
            Self::Test(pattern) => pattern.matches(candidate, root),
            Self::Compare(left, comparison, right) => {
                let (left, right) = (left.value(candidate, root), right.value(candidate, root));
                match comparison {
                    Comparison::Equal => left.equals(&right),
                    Comparison::NotEqual => !left.equals(&right),
                    Comparison::Less => left.order(&right) == Some(Ordering::Less),
                    Comparison::Greater => left.order(&right) == Some(Ordering::Greater),
                    Comparison::LessOrEqual => {
                        left.order(&right) == Some(Ordering::Less) || left.equals(&right)
                    }
                    Comparison::GreaterOrEqual => {
                        left.order(&right) == Some(Ordering::Greater) || left.equals(&right)
                    }
                }
            }
        }
    }
}

impl Query {
    fn first<'a>(&self, candidate: Part<'a>, root: &Root<'a>) -> Option<Part<'a>> {
        self.found(candidate, root, 1).pop()
    }

    /// The values that it finds, up to so many.
    fn found<'a>(&self, candidate: Part<'a>, root: &Root<'a>, most: usize) -> Vec<Part<'a>> {
        let Some(cell) = self.absolute.and_then(|number| root.absolutes.get(number)) else {
            let all = gather(candidate, false, &self.segments, root, most);
            return all.iter().map(|range| candidate.within(range)).collect();
        };
        let all = cell.get_or_init(|| gather(root.part, root.many, &self.segments, root, usize::MAX));
        all.iter().take(most).map(|range| root.part.within(range)).collect()
    }
}

fn gather(part: Part<'_>, many: bool, segments: &[Segment], root: &Root<'_>, most: usize) -> Vec<Range<u64>> {
    let manner = Manner { many, trail: None, inner: !many };
    let mut found = Vec::new();
    let _ = select(part, manner, segments, root, &mut |event| {
        if let Event::Found(node) = event {
            found.push(node.range);
        }
        if found.len() < most { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    found
}

impl Operand {
    fn value<'a>(&'a self, candidate: Part<'a>, root: &Root<'a>) -> Scalar<'a> {
        match self {
            Self::Literal(Literal::Null) => Scalar::Null,
            Self::Literal(Literal::Boolean(value)) => Scalar::Boolean(*value),
            Self::Literal(Literal::Number(value)) => Scalar::Number(*value),
            Self::Literal(Literal::String(value)) => Scalar::String(Cow::Borrowed(value)),
            Self::Singular(query) => query.first(candidate, root).map_or(Scalar::Nothing, Scalar::of),
            Self::Count(query) => Scalar::Number(query.found(candidate, root, usize::MAX).len() as f64),
            Self::Value(query) => match query.found(candidate, root, 2).as_slice() {
                [one] => Scalar::of(*one),
                _ => Scalar::Nothing,
            },
            Self::Length(operand) => match operand.value(candidate, root) {
                Scalar::String(text) => Scalar::Number(text.chars().count() as f64),
                Scalar::Structure(part) => {
                    let children = [Segment { descendant: false, selectors: vec![Selector::Wildcard] }];
                    Scalar::Number(gather(part, false, &children, root, usize::MAX).len() as f64)
                }
                _ => Scalar::Nothing,
            },
        }
    }
}

impl Pattern {
    fn matches(&self, candidate: Part<'_>, root: &Root<'_>) -> bool {
        let Scalar::String(text) = self.text.value(candidate, root) else { return false };
        let Scalar::String(pattern) = self.regex.value(candidate, root) else { return false };
        let pattern = dots(&pattern);
        let pattern = if self.whole { format!(r"\A(?:{pattern})\z") } else { pattern };
        // A pattern that is none matches nothing (section 2.4.6).
        regex(&pattern).is_some_and(|regex| regex.is_match(&text))
    }
}

/// The compiled pattern; the last one is kept, since a filter asks for the same one again and again.
fn regex(pattern: &str) -> Option<Regex> {
    thread_local! {
        static LAST: std::cell::RefCell<Option<(String, Option<Regex>)>> = const { std::cell::RefCell::new(None) };
    }
    LAST.with_borrow_mut(|last| match last {
        Some((known, regex)) if known == pattern => regex.clone(),
        _ => {
            let regex = Regex::new(pattern).ok();
            *last = Some((pattern.to_owned(), regex.clone()));
            regex
        }
    })
}

/// In an I-Regexp (RFC 9485) a dot stands for neither a line feed nor a carriage return.
fn dots(pattern: &str) -> String {
    let (mut out, mut escaped, mut in_class) = (String::with_capacity(pattern.len()), false, false);
    for letter in pattern.chars() {
        match letter {
            '.' if !escaped && !in_class => out.push_str(r"[^\n\r]"),
            _ => out.push(letter),
        }
        in_class = match letter {
            '[' if !escaped => true,
            ']' if !escaped => false,
            _ => in_class,
        };
        escaped = letter == '\\' && !escaped;
    }
    out
}

impl<'a> Scalar<'a> {
    /// What stands there.
    fn of(part: Part<'a>) -> Self {
        match part.block(part.range().start).first() {
            Some(b'n') => Self::Null,
            Some(b't') => Self::Boolean(true),
            Some(b'f') => Self::Boolean(false),
            Some(b'"') => Self::String(Cow::Owned(unquote_json(&part.bytes()))),
            Some(b'{' | b'[') => Self::Structure(part),
            _ => number(&part.bytes()).map_or(Self::Nothing, Self::Number),
        }
    }

    fn equals(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Nothing, Self::Nothing) | (Self::Null, Self::Null) => true,
            (Self::Boolean(a), Self::Boolean(b)) => a == b,
            (Self::Number(a), Self::Number(b)) => a.partial_cmp(b) == Some(Ordering::Equal),
            (Self::String(a), Self::String(b)) => a == b,
            (Self::Structure(a), Self::Structure(b)) => {
                let (a, b) = (a.bytes(), b.bytes());
                match (serde_json::from_slice(&a), serde_json::from_slice(&b)) {
                    (Ok(a), Ok(b)) => same(&a, &b),
                    // Nested too deep for trees: the same if it is written in the same way.
                    _ => compact(&a) == compact(&b),
                }
            }
            _ => false,
        }
    }

    fn order(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => a.partial_cmp(b),
            // By scalar values (section 2.3.5.2.2), which is the order of UTF-8.
            (Self::String(a), Self::String(b)) => Some(a.cmp(b)),
            _ => None,
        }
    }
}

fn number(text: &[u8]) -> Option<f64> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

fn compact(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    Rewriter::compact().take(text, &mut out);
    out
}

/// Equality by value: `1.0` is `1`.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| same(a, b)))
        }
        _ => a == b,
    }
}
