//! From what a file says to what it shall say, by splices into its text.
//!
//! `toml_edit`'s own document cannot be used to write: it drops `\r`, gathers dotted keys, and forgets the comment
//! behind a value that is replaced. Here everything outside a splice is the user's own bytes. What is written is
//! read again and compared; where an odd layout defeats a splice, that one table is written anew, so that a save
//! never says something else than what was asked for.

use super::{
    render,
    source::{self, Kind, Node},
    tree::{Table, Tree},
};
use crate::model::Problem;

mod items;
mod lines;
mod short;
mod splice;
mod table;

use splice::Splices;

/// A place that cannot be changed by itself: whoever holds it writes it anew.
#[derive(Debug)]
struct Stuck;

/// `original` with the least change that makes it say `new`. `read` is what makes a tree of a text.
pub(super) fn write(
    original: &str,
    new: &Table,
    read: impl Fn(&str) -> Result<Table, Vec<Problem>>,
) -> Result<String, Vec<Problem>> {
    if original.trim().is_empty() {
        return Ok(render::file(new));
    }
    let old = read(original)?;
    if old == *new {
        return Ok(original.to_owned());
    }
    let mut anew = Vec::new();
    while let Some(text) = edited(original, &old, new, &anew) {
        let differing = match read(&text) {
            Ok(said) if said == *new => return Ok(text),
            Ok(said) => differing(&said, new),
            Err(_) => differing(&old, new),
        };
        let known = anew.len();
        anew.extend(differing);
        anew.sort();
        anew.dedup();
        if anew.len() == known {
            break;
        }
    }
    let text = render::file(new);
    if read(&text)? == *new { Ok(text) } else { Err(vec![unwritable()]) }
}

fn edited(original: &str, old: &Table, new: &Table, anew: &[String]) -> Option<String> {
    let root = source::parse(original).ok()?;
    let mut editor = Editor { splices: Splices::new(original), anew };
    editor.table(old, new, &root, &[], Context::Lines).ok()?;
    Some(editor.splices.apply())
}

/// The keys of the file under which two trees differ.
fn differing(one: &Table, other: &Table) -> Vec<String> {
    let names = one.entries.iter().chain(&other.entries).map(|(name, _)| name);
    names.filter(|name| one.get(name) != other.get(name)).cloned().collect()
}

fn unwritable() -> Problem {
    Problem {
        file: std::path::PathBuf::new(),
        place: None,
        message: "this cannot be written as TOML in a way that reads back the same".to_owned(),
        hint: None,
    }
}

/// What a place between two entries looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Context {
    /// One entry a line.
    Lines,
    /// Commas, within braces.
    Inline,
}

/// One edit of one text.
struct Editor<'t> {
    splices: Splices<'t>,
    /// Keys of the file that are written anew as a whole.
    anew: &'t [String],
}

impl Editor<'_> {
    /// Makes the value at `node`, which says `old`, say `new`.
    fn value(
        &mut self,
        old: &Tree,
        new: &Tree,
        node: &Node,
        path: &[&str],
        context: Context,
    ) -> Result<(), Stuck> {
        if old == new {
            return Ok(());
        }
        if let Some(text) = self.other_length(old, new, node) {
            self.splices.replace(node.span.clone(), text);
            return Ok(());
        }
        let before = self.splices.mark();
        let done = match (old, new, &node.kind) {
            (Tree::Table(old), Tree::Table(new), Kind::Table(..)) => {
                self.table(old, new, node, path, context)
            }
            (Tree::Table(old), Tree::Table(new), _) => match (old.alone(), new.alone()) {
                (Some(old), Some(new)) => return self.value(old, new, node, path, context),
                _ => Err(Stuck),
            },
            (
                Tree::Repeated(old) | Tree::List(old),
                Tree::Repeated(new) | Tree::List(new),
                Kind::List(nodes),
            ) => self.list(old, new, nodes, path),
            (Tree::Repeated(old), Tree::Repeated(new), _) => match (old.as_slice(), new.as_slice()) {
                ([old], [new]) => return self.value(old, new, node, path, context),
                _ => Err(Stuck),
            },
            _ => Err(Stuck),
        };
        done.or_else(|Stuck| {
            self.splices.back_to(before);
            self.replace(old, new, node)
        })
    }

    /// Puts `new` in the place of a value, in quotes like those that were there.
    fn replace(&mut self, old: &Tree, new: &Tree, node: &Node) -> Result<(), Stuck> {
        if !node.is_value() {
            return Err(Stuck);
        }
        let eol = self.splices.eol();
        let text = match (old.as_text(), new.as_text(), &node.kind) {
            (_, Some(new), Kind::String(_)) => {
                render::string(new, render::Quotes::of(self.splices.slice(&node.span)), eol)
            }
            // Read as text although written bare, so it may stay bare.
            (Some(_), Some(new), Kind::Integer(_)) if is_integer(new) => new.to_owned(),
            (Some(_), Some(new), Kind::Bool(_)) if new == "true" || new == "false" => new.to_owned(),
            _ => render::value(new, eol),
        };
        self.splices.replace(node.span.clone(), text);
        Ok(())
    }
}

fn is_integer(text: &str) -> bool {
    text.parse::<i64>().is_ok_and(|integer| integer.to_string() == text)
}
