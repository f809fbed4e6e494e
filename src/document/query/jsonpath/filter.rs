//! Whether a candidate passes a filter (RFC 9535, section 2.3.5.2): decided on its bytes.

use std::{borrow::Cow, cmp::Ordering, ops::ControlFlow};

use bytes::Bytes;
use regex::Regex;
use serde_json::Value;

use super::{
    Comparison, Expr, Literal, Operand, Pattern, Query, Root, Text,
    select::{Event, select},
};
use crate::document::json::string::unquoted;

/// What an operand comes to.
#[derive(Debug)]
enum Scalar<'a> {
    /// A query found nothing.
    Nothing,
    Null,
    Boolean(bool),
    Number(f64),
    String(Cow<'a, str>),
    /// An array or object, as text.
    Structure(Bytes),
}

impl Expr {
    pub(super) fn holds<T: Text>(&self, candidate: &Bytes, root: &Root<T>) -> bool {
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
    fn first<T: Text>(&self, candidate: &Bytes, root: &Root<T>) -> Option<Bytes> {
        self.found(candidate, root, 1).pop()
    }

    /// The values that it finds, as text, up to so many.
    fn found<T: Text>(&self, candidate: &Bytes, root: &Root<T>, most: usize) -> Vec<Bytes> {
        match self.absolute.and_then(|number| root.absolutes.get(number)) {
            Some(cell) => {
                let all = cell.get_or_init(|| gather(&root.text, &self.segments, root, usize::MAX));
                all.iter().take(most).cloned().collect()
            }
            None => gather(candidate, &self.segments, root, most),
        }
    }
}

fn gather<S: Text, T: Text>(
    text: &S,
    segments: &[super::Segment],
    root: &Root<T>,
    most: usize,
) -> Vec<Bytes> {
    let mut found = Vec::new();
    let _ = select(text, false, segments, root, &mut |event| {
        if let Event::Found(range) = event {
            found.push(text.read(range));
        }
        if found.len() < most { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    found
}

impl Operand {
    fn value<'a, T: Text>(&'a self, candidate: &Bytes, root: &Root<T>) -> Scalar<'a> {
        match self {
            Self::Literal(Literal::Null) => Scalar::Null,
            Self::Literal(Literal::Boolean(value)) => Scalar::Boolean(*value),
            Self::Literal(Literal::Number(value)) => Scalar::Number(*value),
            Self::Literal(Literal::String(value)) => Scalar::String(Cow::Borrowed(value)),
            Self::Singular(query) => query.first(candidate, root).map_or(Scalar::Nothing, Scalar::of),
            Self::Count(query) => Scalar::Number(query.found(candidate, root, usize::MAX).len() as f64),
            Self::Value(query) => match query.found(candidate, root, 2).as_slice() {
                [one] => Scalar::of(one.clone()),
                _ => Scalar::Nothing,
            },
            Self::Length(operand) => match operand.value(candidate, root) {
                Scalar::String(text) => Scalar::Number(text.chars().count() as f64),
                Scalar::Structure(text) => match serde_json::from_slice(&text) {
                    Ok(Value::Array(items)) => Scalar::Number(items.len() as f64),
                    Ok(Value::Object(members)) => Scalar::Number(members.len() as f64),
                    _ => Scalar::Nothing,
                },
                _ => Scalar::Nothing,
            },
        }
    }
}

impl Pattern {
    fn matches<T: Text>(&self, candidate: &Bytes, root: &Root<T>) -> bool {
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

impl Scalar<'_> {
    /// What that text is.
    fn of(text: Bytes) -> Self {
        match text.first() {
            Some(b'n') => Self::Null,
            Some(b't') => Self::Boolean(true),
            Some(b'f') => Self::Boolean(false),
            Some(b'"') => Self::String(Cow::Owned(unquoted(&text))),
            Some(b'{' | b'[') => Self::Structure(text),
            _ => number(&text).map_or(Self::Nothing, Self::Number),
        }
    }

    fn equals(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Nothing, Self::Nothing) | (Self::Null, Self::Null) => true,
            (Self::Boolean(a), Self::Boolean(b)) => a == b,
            (Self::Number(a), Self::Number(b)) => a.partial_cmp(b) == Some(Ordering::Equal),
            (Self::String(a), Self::String(b)) => a == b,
            (Self::Structure(a), Self::Structure(b)) => {
                match (serde_json::from_slice(a), serde_json::from_slice(b)) {
                    (Ok(a), Ok(b)) => same(&a, &b),
                    _ => false,
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
