//! jq, by jaq: a filter over whole values, one input at a time.
//!
//! The environment, files and further inputs are not there for it: a query sees the document and nothing else.

use std::fmt;

use jaq_core::{
    Ctx, Vars, compile,
    data::JustLut,
    load::{self, Arena, File, Loader},
};
use jaq_json::{Rc, Val, read};

use self::head::Head;
use super::{Path, QueryError, QueryFailure, jsonpath};

mod head;

/// The largest value that is read, in bytes: in memory it takes some fifteen times as many.
pub(super) const LARGEST: u64 = 256 << 20;

/// Values larger than this are read item by item, where the filter lets them.
pub(super) const LARGE: u64 = 16 << 20;

/// Containers in each other that a value may have: jaq goes through them on the stack, of which a thread has little.
const DEEPEST: usize = 256;

/// Containers in each other that an output may have: a filter can put more around its input.
const DEEPEST_OUTPUT: usize = 384;

/// Whether more inputs are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flow {
    GoOn,
    /// `halt` was called.
    Halted,
}

type Filter = jaq_core::Filter<JustLut<Val>>;

pub(super) struct Program {
    whole: Filter,
    each: Option<Each>,
}

/// A filter that asks every item of one container the same, as `.items[] | .name` does: what it asks, and where the
/// items are.
pub(super) struct Each {
    pub(super) items: Path,
    filter: Filter,
}

impl fmt::Debug for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Program")
    }
}

impl Program {
    pub(super) fn compile(text: &str) -> Result<Self, QueryError> {
        let whole = compile(text)?;
        let each = Head::of(text).and_then(|head| {
            let items = jsonpath::parse(&head.items).ok()?;
            Some(Each { items, filter: compile(&head.rest).ok()? })
        });
        Ok(Self { whole, each })
    }

    /// For a large value: how it can be read item by item. It has to be read as a whole all the same where there are no
    /// items, since jq says why.
    pub(super) fn each(&self) -> Option<&Each> {
        self.each.as_ref()
    }

    /// Gives each output for that input, as text, to `output`, until that answers false.
    pub(super) fn run(&self, input: &[u8], output: impl FnMut(String) -> bool) -> Result<Flow, QueryFailure> {
        run(&self.whole, input, output)
    }
}

impl Each {
    /// The same for one of the items.
    pub(super) fn run(&self, item: &[u8], output: impl FnMut(String) -> bool) -> Result<Flow, QueryFailure> {
        run(&self.filter, item, output)
    }
}

fn compile(text: &str) -> Result<Filter, QueryError> {
    let definitions = jaq_core::defs().chain(jaq_std::defs()).chain(jaq_json::defs());
    let functions = jaq_core::funs().chain(jaq_std::funs()).chain(jaq_json::funs());
    let functions = functions.filter(|(name, ..)| *name != "env");
    let arena = Arena::default();
    let modules = Loader::new(definitions)
        .load(&arena, File { code: text, path: () })
        .map_err(|errors| load_error(text, errors))?;
    let filter = compile::Compiler::default().with_funs(functions).compile(modules);
    filter.map_err(|errors| {
        let first = errors.into_iter().flat_map(|(_, errors)| errors).next();
        first.map_or_else(
            || error(text, text, "not understood".to_owned()),
            |(name, kind)| error(text, name, format!("there is no {} `{name}`", kind.as_str())),
        )
    })
}

fn run(filter: &Filter, input: &[u8], mut output: impl FnMut(String) -> bool) -> Result<Flow, QueryFailure> {
    if depth(input) > DEEPEST {
        return Err(QueryFailure::TooDeep(DEEPEST));
    }
    let input = read::parse_single(input).map_err(|error| QueryFailure::Jq(error.to_string()))?;
    let context = Ctx::<JustLut<Val>>::new(&filter.lut, Vars::new([]));
    let mut outputs = filter.id.run((context, input));
    while let Some(result) = outputs.next() {
        let value = match result {
            Ok(value) => value,
            Err(exception) => match exception.get_err() {
                Ok(error) => return Err(QueryFailure::Jq(error.to_string())),
                // `halt`: nothing more, and no error.
                Err(_) => return Ok(Flow::Halted),
            },
        };
        if is_deeper(&value, DEEPEST_OUTPUT) {
            // Whatever else has a part in it goes first, so that none of it is left to be dropped as a whole.
            drop(outputs);
            take_apart(value);
            return Err(QueryFailure::MadeTooDeep(DEEPEST_OUTPUT));
        }
        if !output(value.to_string()) {
            return Err(QueryFailure::Cancelled);
        }
    }
    Ok(Flow::GoOn)
}

/// Whether more than so many containers are in each other.
fn is_deeper(value: &Val, levels: usize) -> bool {
    let inner = |value: &Val| levels.checked_sub(1).is_none_or(|levels| is_deeper(value, levels));
    match value {
        Val::Arr(_) | Val::Obj(_) if levels == 0 => true,
        Val::Arr(items) => items.iter().any(inner),
        Val::Obj(members) => members.iter().any(|(key, value)| inner(key) || inner(value)),
        _ => false,
    }
}

/// Drops a value level by level: by itself it would go through all of them on the stack.
fn take_apart(value: Val) {
    let mut left = vec![value];
    while let Some(value) = left.pop() {
        match value {
            Val::Arr(items) => left.extend(Rc::try_unwrap(items).unwrap_or_default()),
            Val::Obj(members) => {
                let members = Rc::try_unwrap(members).unwrap_or_default();
                left.extend(members.into_iter().flat_map(|(key, value)| [key, value]));
            }
            _ => {}
        }
    }
}

/// How many containers are open at once, at most.
fn depth(text: &[u8]) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let mut rest = text;
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b'{' | b'[' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            b'"' => rest = behind_string(after),
            _ => {}
        }
    }
    deepest
}

/// What follows the string whose opening quote stands before `text`.
fn behind_string(text: &[u8]) -> &[u8] {
    let mut rest = text;
    while let Some(at) = memchr::memchr2(b'"', b'\\', rest) {
        let escaped = rest.get(at) == Some(&b'\\');
        rest = rest.get(at + 1 + usize::from(escaped)..).unwrap_or_default();
        if !escaped {
            return rest;
        }
    }
    &[]
}

fn load_error(text: &str, errors: load::Errors<&str, ()>) -> QueryError {
    let first = errors.into_iter().map(|(_, error)| error).next();
    match first {
        Some(load::Error::Lex(errors)) => errors.first().map(|(expected, at)| {
            // A delimiter's own text is where it was opened, and not one that can be named without it.
            let expected = match expected {
                load::lex::Expect::Delim(open) => format!("expected what closes `{open}`"),
                other => format!("expected {}", other.as_str()),
            };
            error(text, at, expected)
        }),
        Some(load::Error::Parse(errors)) => {
            errors.first().map(|(expected, at)| error(text, at, format!("expected {}", expected.as_str())))
        }
        Some(load::Error::Io(errors)) => {
            errors.first().map(|(at, _)| error(text, at, "a query includes no files".to_owned()))
        }
        None => None,
    }
    .unwrap_or_else(|| error(text, text, "not understood".to_owned()))
}

/// An error at `part`, which is a part of the text; at its end where it is not.
fn error(text: &str, part: &str, message: String) -> QueryError {
    let start = (part.as_ptr() as usize).checked_sub(text.as_ptr() as usize);
    let before = start.and_then(|start| text.get(..start)).filter(|_| !part.is_empty()).unwrap_or(text);
    QueryError { column: before.chars().count() + 1, message }
}
