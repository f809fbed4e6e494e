//! The beginning of a filter that goes to every item of one container, as in `.orders.items[] | select(.paid)`.
//!
//! What follows it sees one item at a time, so that a large document need not be in memory. A filter that begins
//! otherwise, or that comes back to its input (`.items[] as $item | …`, `.items[], .other`), is none of these.

use jaq_core::load::{
    self,
    parse::{BinaryOp, Term},
};

/// A filter in two parts.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Head {
    /// Where the items are, as a JSONPath.
    pub(super) items: String,
    /// What is asked of each, as a filter.
    pub(super) rest: String,
}

impl Head {
    pub(super) fn of(text: &str) -> Option<Self> {
        let (items, rest) = split(text.trim_start())?;
        let begins_with_path =
            load::parse(text, |parser| parser.term()).is_some_and(|term| is_piped_path(&term));
        begins_with_path.then(|| Self { items, rest: format!(".{rest}") })
    }
}

/// Whether a path comes first, and whatever else there is comes behind a pipe.
fn is_piped_path(term: &Term<&str>) -> bool {
    match term {
        Term::BinOp(left, BinaryOp::Pipe(None), _) => is_piped_path(left),
        Term::Path(input, _) => matches!(**input, Term::Id),
        _ => false,
    }
}

/// Plain names up to the first `[]`, and what follows.
fn split(text: &str) -> Option<(String, &str)> {
    let (names, rest) = text.split_once("[]")?;
    let names = names.strip_suffix('.').unwrap_or(names);
    let mut items = String::from("$");
    let mut parts = names.split('.');
    if !parts.next()?.is_empty() {
        return None;
    }
    for name in parts.filter(|_| !names.is_empty()) {
        let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
        if name.is_empty()
            || name.starts_with(|first: char| first.is_ascii_digit())
            || !name.chars().all(plain)
        {
            return None;
        }
        items.push('.');
        items.push_str(name);
    }
    items.push_str("[*]");
    // An error of `[]` may not be passed over here.
    let rest = rest.trim_start();
    let follows = rest.is_empty() || rest.starts_with(['.', '[', '|']);
    let rest = if rest.starts_with('.') { rest.get(1..)? } else { rest };
    follows.then_some((items, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_to_every_item() {
        let table = [
            (".[]", "$[*]", "."),
            (".items[]", "$.items[*]", "."),
            (" .a.b_2[] | .c, .d", "$.a.b_2[*]", ".| .c, .d"),
            (".a.[].name | length", "$.a[*]", ".name | length"),
            (".a[][0][] | select(.x)", "$.a[*]", ".[0][] | select(.x)"),
            (".a[]|.b[]|.c", "$.a[*]", ".|.b[]|.c"),
            (".a[].\"b c\"", "$.a[*]", ".\"b c\""),
        ];
        for (text, items, rest) in table {
            let expected = Head { items: items.to_owned(), rest: rest.to_owned() };
            assert_eq!(Head::of(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_does_not() {
        for text in [
            ".",
            ".items",
            ".items[]?",
            ".a?[]",
            ".items[], .other",
            ".items[] + .x",
            ".items[] as $x | .y",
            "[.items[]]",
            ".[0][]",
            ".a[] // 1",
            ".a[] = 1",
            "..[]",
            "def f: .; .a[]",
            "first(.a[])",
            ".a[] |",
            ".\"a[]\"",
            "\"[]\"",
            ".a[] and true",
            "$x[]",
        ] {
            assert_eq!(Head::of(text), None, "{text}");
        }
    }
}
