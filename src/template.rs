//! {{ }}: variables, calls and pipes over a scope.
//!
//! An engine of our own, because it has to know what a general one does not: the span of each expression (to colour
//! what does not resolve), the scope that a value came from, and which parts of the result are secret. It has no
//! control flow, and leaves `{%` and `{#` in bodies alone. Pure: clock and randomness come in with the [`Scope`].
//!
//! ```
//! use antiphon::{model::VarOrigin, template::{Scope, render}};
//!
//! let mut scope = Scope::default();
//! scope.push(VarOrigin::Request, vec![("who".into(), "wörld".into())]);
//! assert_eq!(render("/hello/{{ who | url }}", &scope).unwrap().reveal(), "/hello/w%C3%B6rld");
//! ```

mod error;
mod function;
mod inspect;
mod parse;
mod render;
mod scope;
mod source;

#[cfg(test)]
mod tests;

pub use error::{TemplateError, TemplateErrorKind};
pub use function::{Function, functions};
pub use inspect::{Segment, SegmentKind, inspect, references, secrets};
pub use render::{preview, render};
pub use scope::{Definition, Scope, Variable, Written};
pub use source::{Source, System};

/// The template that renders to `text`, whatever stands in it.
pub fn escape(text: &str) -> String {
    // Of a longer run of braces the engine reads the last two as opening: every brace of a run is quoted.
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("{{") {
        let run = rest[at..].bytes().take_while(|byte| *byte == b'{').count();
        out.push_str(&rest[..at]);
        out.push_str("{{ ");
        out.push_str(&parse::quote(&rest[at..at + run]));
        out.push_str(" }}");
        rest = &rest[at + run..];
    }
    out.push_str(rest);
    // A single brace before an expression of ours would join its run; there is none, for runs are quoted whole.
    out
}
