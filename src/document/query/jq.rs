//! jq, by jaq: a filter over whole values, one input at a time.
//!
//! The environment, files and further inputs are not there for it: a query sees the document and nothing else.

use std::fmt;

use jaq_core::{
    Ctx, Vars, compile,
    data::JustLut,
    load::{self, Arena, File, Loader},
};
use jaq_json::{Val, read};

use super::{QueryError, QueryFailure};

/// The largest value that is read, in bytes; in memory it takes several times as many.
pub(super) const LARGEST: u64 = 256 << 20;

pub(super) struct Program(jaq_core::Filter<JustLut<Val>>);

impl fmt::Debug for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Program")
    }
}

impl Program {
    pub(super) fn compile(text: &str) -> Result<Self, QueryError> {
        let definitions = jaq_core::defs().chain(jaq_std::defs()).chain(jaq_json::defs());
        let functions = jaq_core::funs().chain(jaq_std::funs()).chain(jaq_json::funs());
        let functions = functions.filter(|(name, ..)| *name != "env");
        let arena = Arena::default();
        let modules = Loader::new(definitions)
            .load(&arena, File { code: text, path: () })
            .map_err(|errors| load_error(text, errors))?;
        let filter = compile::Compiler::default().with_funs(functions).compile(modules);
        filter.map(Self).map_err(|errors| {
            let first = errors.into_iter().flat_map(|(_, errors)| errors).next();
            first.map_or_else(
                || error(text, text, "not understood".to_owned()),
                |(name, kind)| error(text, name, format!("there is no {} `{name}`", kind.as_str())),
            )
        })
    }

    /// Gives each output for that input, as text, to `output`, until that answers false.
    pub(super) fn run(
        &self,
        input: &[u8],
        mut output: impl FnMut(String) -> bool,
    ) -> Result<(), QueryFailure> {
        let input = read::parse_single(input).map_err(|error| QueryFailure::Jq(error.to_string()))?;
        let context = Ctx::<JustLut<Val>>::new(&self.0.lut, Vars::new([]));
        for result in self.0.id.run((context, input)) {
            let value = match result {
                Ok(value) => value,
                Err(exception) => match exception.get_err() {
                    Ok(error) => return Err(QueryFailure::Jq(error.to_string())),
                    // `halt`: nothing more, and no error.
                    Err(_) => return Ok(()),
                },
            };
            if !output(value.to_string()) {
                return Err(QueryFailure::Cancelled);
            }
        }
        Ok(())
    }
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
