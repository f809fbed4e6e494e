//! Colours for everything but JSON: syntect's parsers, run over what is on screen and little more.
//!
//! syntect reads some 4 MB a second, so it never runs over a whole document: the state of the parser is kept every
//! so many lines as windows pass them, and a jump into the unknown starts with a fresh one a little earlier. Its
//! themes are not used: a scope becomes a [`Class`], and the workbench's theme decides.

use std::{
    collections::BTreeMap,
    ops::Range,
    sync::{Mutex, OnceLock, PoisonError},
};

use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxReference, SyntaxSet};

use super::{Kind, line::Class};

/// Bytes of a line that are parsed; what follows has no colours.
pub(crate) const LINE_BYTES: usize = 2048;
/// Lines between two states that are kept.
const STATE_INTERVAL: u64 = 64;
/// Lines that are parsed before a window, at most, to know the state at its start.
const RUN_UP: u64 = 192;
/// The same after a jump, from a fresh state.
const FRESH_RUN_UP: u64 = 48;

/// Parts of a line's bytes and their classes, in order and without gaps.
pub(crate) type Classes = Vec<(Range<usize>, Class)>;

/// The parser of one document.
#[derive(Debug)]
pub(crate) struct Highlighter {
    syntax: &'static SyntaxReference,
    /// The state before the line of that number.
    states: Mutex<BTreeMap<u64, State>>,
}

#[derive(Debug, Clone)]
struct State {
    parser: ParseState,
    scopes: ScopeStack,
}

impl Highlighter {
    /// `None` for kinds that syntect is not used for.
    pub(crate) fn new(kind: Kind) -> Option<Self> {
        let name = match kind {
            Kind::Xml => "xml",
            Kind::Html => "html",
            Kind::Css => "css",
            Kind::JavaScript => "js",
            Kind::Yaml => "yaml",
            Kind::Markdown => "md",
            Kind::Json | Kind::NdJson | Kind::Csv | Kind::Text | Kind::Binary => return None,
        };
        let syntax = syntaxes().find_syntax_by_extension(name)?;
        Some(Self { syntax, states: Mutex::default() })
    }

    /// The first line that has to be given to [`Self::classes`] for a window that begins at `line`.
    pub(crate) fn run_up(&self, line: u64) -> u64 {
        let states = self.states.lock().unwrap_or_else(PoisonError::into_inner);
        let known = states.range(..=line).next_back().map_or(0, |(known, _)| *known);
        if line - known <= RUN_UP { known } else { line - FRESH_RUN_UP }
    }

    /// The classes of consecutive lines, the first of which is what [`Self::run_up`] said.
    pub(crate) fn classes<'a>(&self, first: u64, lines: impl Iterator<Item = &'a [u8]>) -> Vec<Classes> {
        let mut states = self.states.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = states.get(&first).cloned();
        let trusted = first == 0 || kept.is_some();
        let mut state =
            kept.unwrap_or_else(|| State { parser: ParseState::new(self.syntax), scopes: ScopeStack::new() });
        let mut out = Vec::new();
        for (number, line) in (first..).zip(lines) {
            if trusted && number % STATE_INTERVAL == 0 {
                states.entry(number).or_insert_with(|| state.clone());
            }
            out.push(state.line(line));
        }
        out
    }
}

impl State {
    fn line(&mut self, line: &[u8]) -> Classes {
        let head = line.get(..LINE_BYTES).unwrap_or(line);
        let valid = head.utf8_chunks().next().map_or("", |chunk| chunk.valid());
        let text = format!("{valid}\n");
        let mut classes = Classes::new();
        let mut at = 0;
        // A line that the parser cannot do has no colours.
        for (next, op) in self.parser.parse_line(&text, syntaxes()).unwrap_or_default() {
            push(&mut classes, at..next.min(valid.len()), class(&self.scopes));
            at = next.max(at);
            let _ = self.scopes.apply(&op);
        }
        push(&mut classes, at..valid.len(), class(&self.scopes));
        push(&mut classes, valid.len()..line.len(), Class::Text);
        classes
    }
}

fn push(classes: &mut Classes, range: Range<usize>, class: Class) {
    if range.is_empty() {
        return;
    }
    match classes.last_mut() {
        Some((last, same)) if *same == class => last.end = range.end,
        _ => classes.push((range, class)),
    }
}

/// Loaded when something is first highlighted: a millisecond or two that a start does not pay for.
fn syntaxes() -> &'static SyntaxSet {
    static SYNTAXES: OnceLock<SyntaxSet> = OnceLock::new();
    SYNTAXES.get_or_init(SyntaxSet::load_defaults_newlines)
}

/// The class of the innermost scope that has one.
fn class(scopes: &ScopeStack) -> Class {
    static RULES: OnceLock<Vec<(Scope, Class)>> = OnceLock::new();
    let rules = RULES.get_or_init(|| {
        SCOPES.iter().filter_map(|(name, class)| Some((Scope::new(name).ok()?, *class))).collect()
    });
    let of = |scope: &Scope| rules.iter().find(|(prefix, _)| prefix.is_prefix_of(*scope));
    scopes.as_slice().iter().rev().find_map(of).map_or(Class::Text, |(_, class)| *class)
}

/// What scopes mean, the more particular ones first. Their names are TextMate's.
const SCOPES: &[(&str, Class)] = &[
    ("comment", Class::Comment),
    ("punctuation.definition.comment", Class::Comment),
    ("constant.character.escape", Class::Escape),
    ("constant.character.entity", Class::Escape),
    ("punctuation.definition.string", Class::String),
    ("string", Class::String),
    ("constant.numeric", Class::Number),
    ("constant.language.null", Class::Null),
    ("constant.language", Class::Boolean),
    ("constant.other.color", Class::Number),
    ("entity.name.tag", Class::Tag),
    ("entity.other.attribute-name", Class::Attribute),
    ("entity.name.section", Class::Heading),
    ("markup.heading", Class::Heading),
    ("markup.raw", Class::String),
    ("entity.name", Class::Name),
    ("variable.function", Class::Name),
    ("support.function", Class::Name),
    ("support.type.property-name", Class::Key),
    ("support", Class::Name),
    ("keyword.operator", Class::Operator),
    ("keyword", Class::Keyword),
    ("storage", Class::Keyword),
    ("punctuation", Class::Punctuation),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn colours(kind: Kind, text: &str) -> Vec<(&str, Class)> {
        let highlighter = Highlighter::new(kind).unwrap();
        let classes = highlighter.classes(0, text.lines().map(str::as_bytes));
        let parts = text.lines().zip(classes);
        parts
            .flat_map(|(line, parts)| parts.into_iter().map(|(range, class)| (&line[range], class)))
            .collect()
    }

    #[test]
    fn scopes_become_classes() {
        let xml = colours(Kind::Xml, "<a href=\"x\">t</a>\n<!-- c -->");
        for expected in [
            ("a", Class::Tag),
            ("href", Class::Attribute),
            ("\"x\"", Class::String),
            ("t", Class::Text),
            ("<!-- c -->", Class::Comment),
        ] {
            assert!(xml.contains(&expected), "{expected:?} in {xml:?}");
        }
        let css = colours(Kind::Css, "p { color: #fff; }");
        assert!(css.contains(&("color", Class::Key)), "{css:?}");
        let js = colours(Kind::JavaScript, "return \"a\\n\" + 1");
        assert!(js.contains(&("return", Class::Keyword)) && js.contains(&("\\n", Class::Escape)), "{js:?}");
    }

    #[test]
    fn a_window_far_below_is_coloured_as_if_read_from_the_top() {
        let lines: Vec<String> = (0..400).map(|number| format!("<a id=\"{number}\">")).collect();
        let highlighter = Highlighter::new(Kind::Xml).unwrap();
        let window = |highlighter: &Highlighter, line: u64| {
            let first = highlighter.run_up(line);
            let lines = lines[first as usize..=line as usize].iter().map(String::as_bytes);
            (first, highlighter.classes(first, lines).pop().unwrap())
        };
        assert_eq!(window(&highlighter, 150).0, 0);
        let (first, classes) = window(&highlighter, 300);
        assert_eq!(first, 128);
        assert_eq!(classes, window(&Highlighter::new(Kind::Xml).unwrap(), 300).1);
    }

    #[test]
    fn long_lines_and_wrong_bytes_do_no_harm() {
        let highlighter = Highlighter::new(Kind::Html).unwrap();
        let long = vec![b'<'; 100_000];
        let classes = highlighter.classes(0, [long.as_slice(), b"\xff<p>", b""].into_iter());
        assert_eq!(classes[0].last().unwrap().0.end, long.len());
        assert_eq!(classes[1], [(0..4, Class::Text)]);
        assert!(classes[2].is_empty());
    }
}
