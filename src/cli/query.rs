//! `antiphon query`: what a JSONPath or a jq filter finds, in files and pipes.

use std::{
    cell::RefCell,
    io::{self, IsTerminal},
    path::PathBuf,
};

use clap::{Args, ValueEnum};
use unicode_width::UnicodeWidthChar;

use crate::document::{Answer, Document, JsonError, PathStyle, Query, QueryError, QueryFailure};

use self::{
    input::{Format, Input},
    results::{Form, Results},
};
use super::{CliError, Exit, output::Output, report};

mod input;
mod results;

/// Print what a JSONPath or a jq filter finds in JSON
///
/// An expression that begins with `$` is a JSONPath (RFC 9535), any other a jq filter. A JSONPath takes a file of any
/// size, and what it finds is printed while it reads; what it finds is as it was received. Where values follow each
/// other (NDJSON), they are the items of one array to a JSONPath, and one input after another to jq.
///
/// On a terminal, results are laid out and coloured; elsewhere each takes one line.
///
/// Exits with 0, with 1 if --exit-status asks for it, and with 2 if the expression, a file or the JSON in it is wrong.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "flags are bools")]
pub(super) struct QueryArgs {
    /// A JSONPath, as `$.items[?@.price < 10].name`, or a jq filter, as `.items | length`
    #[arg(value_name = "EXPR")]
    expression: String,
    /// Files with JSON; `-` is standard input, which is read where none is named
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Take EXPR for a JSONPath, whatever it begins with
    #[arg(long)]
    jsonpath: bool,
    /// Take EXPR for a jq filter, whatever it begins with
    #[arg(long, conflicts_with_all = ["jsonpath", "paths", "ndjson"])]
    jq: bool,
    /// Values follow each other: the items of one array to a JSONPath. Told by the name (.ndjson, .jsonl) or the first
    /// two lines where you do not say so
    #[arg(long)]
    ndjson: bool,
    /// Print strings without their quotes and escapes
    #[arg(short, long)]
    raw: bool,
    /// Print each result on one line, also on a terminal
    #[arg(short, long, conflicts_with = "pretty")]
    compact: bool,
    /// Lay results out over lines, also in a pipe
    #[arg(long)]
    pretty: bool,
    /// Print the path of each result in its place: `$.items[0].name`, or the normalized path of RFC 9535
    #[arg(
        long,
        value_enum,
        value_name = "STYLE",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "short",
        conflicts_with_all = ["raw", "compact", "pretty"]
    )]
    paths: Option<Paths>,
    /// Print how many results there are
    #[arg(long, conflicts_with_all = ["raw", "compact", "pretty", "paths"])]
    count: bool,
    /// Exit with 1 where nothing is found, or the last result is null or false
    #[arg(short, long)]
    exit_status: bool,
}

/// How paths are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Paths {
    /// `$.items[0].name`
    Short,
    /// `$['items'][0]['name']`
    Normalized,
}

impl QueryArgs {
    fn query(&self) -> Result<Query, CliError> {
        let text = self.expression.as_str();
        let parsed = match (self.jsonpath, self.jq) {
            (true, _) => Query::json_path(text.trim()),
            (_, true) => Query::jq(text),
            _ => Query::parse(text),
        };
        let query = parsed.map_err(|error| not_understood(text, &error))?;
        if self.paths.is_some() && !query.is_json_path() {
            let error =
                CliError::usage("--paths is for JSONPath: what jq makes has no place in the document");
            return Err(error.hint("with jq, `paths` or `path(…)` are filters of its own"));
        }
        Ok(query)
    }

    fn paths(&self) -> Option<PathStyle> {
        self.paths.map(|paths| match paths {
            Paths::Short => PathStyle::Short,
            Paths::Normalized => PathStyle::Normalized,
        })
    }

    fn form(&self, output: &Output) -> Form {
        match output.is_terminal {
            _ if self.count => Form::Count,
            true if self.pretty || !self.compact => Form::Coloured,
            _ if self.pretty => Form::Pretty,
            _ => Form::Compact,
        }
    }

    fn format(&self, query: &Query) -> Format {
        // jq takes one value after another, and has no use for their number.
        if self.ndjson || !query.is_json_path() { Format::Many } else { Format::Unknown }
    }
}

pub(super) fn run(args: &QueryArgs) -> Result<Exit, CliError> {
    let query = args.query()?;
    if args.files.is_empty() && io::stdin().is_terminal() {
        let error = CliError::usage("nothing to ask: no file is named, and nothing is piped in");
        return Err(error.hint("`-` reads what you type"));
    }
    let output = Output::stdout();
    let results = RefCell::new(Results::new(args.form(&output), args.raw, output));
    let mut exit = Exit::Ok;
    let standard = [PathBuf::from("-")];
    for path in if args.files.is_empty() { &standard[..] } else { &args.files } {
        let asked = Input::open(path, args.format(&query), &query)
            .and_then(|input| ask(args, &query, input, &results));
        match asked {
            Ok(()) => results.borrow_mut().complete(),
            // The next file may be right.
            Err(error) => {
                results.borrow_mut().flush();
                report(&error);
                exit = error.exit;
            }
        }
        if results.borrow().is_closed() {
            break;
        }
    }
    let results = results.into_inner();
    let holds = results.last_holds();
    results.finish()?;
    Ok(if exit == Exit::Ok && args.exit_status && !holds { Exit::Problems } else { exit })
}

fn ask(args: &QueryArgs, query: &Query, input: Input, results: &RefCell<Results>) -> Result<(), CliError> {
    let name = input.name.clone();
    let document = input.document.clone();
    let tell = |answer: Answer| match answer {
        Answer::Passed(_) => !results.borrow().is_closed(),
        Answer::Found { path: Some(path), .. } => results.borrow_mut().path(&path),
        Answer::Found { range, path: None } => results.borrow_mut().found(&document, range),
        Answer::Made(text) => results.borrow_mut().made(text),
    };
    let (asked, read) = match input.pipe {
        None => (document.ask(query, args.paths(), tell), None),
        Some(mut pipe) => {
            // Whoever reads the results has them before this waits for more.
            let mut more = || {
                results.borrow_mut().flush();
                pipe.read();
            };
            let asked = document.ask_while_reading(query, args.paths(), &mut more, tell);
            (asked, pipe.failure())
        }
    };
    match (read, asked) {
        (Some(error), _) => Err(unreadable(&name, &error)),
        (None, Ok(()) | Err(QueryFailure::Cancelled)) => Ok(()),
        (None, Err(failure)) => Err(failed(&name, &failure, &document)),
    }
}

fn unreadable(name: &str, error: &io::Error) -> CliError {
    let failed = CliError::usage(format!("cannot read {name}"));
    CliError { causes: vec![error.to_string()], ..failed }
}

fn failed(name: &str, failure: &QueryFailure, document: &Document) -> CliError {
    match failure {
        QueryFailure::Document(JsonError { line, column, message, .. }) => {
            let error = CliError::usage(format!("{name}:{line}:{column}: {message}"));
            let follows = message.contains("nothing may follow");
            if follows { error.hint("--ndjson takes values that follow each other") } else { error }
        }
        QueryFailure::Kind => CliError::usage(format!("{name} is {}: {failure}", document.kind().name())),
        _ => CliError::usage(format!("{name}: {failure}")),
    }
}

/// What is wrong with the expression, and a caret below the place.
fn not_understood(text: &str, error: &QueryError) -> CliError {
    let mut column = error.column.saturating_sub(1);
    let mut shown = text;
    for line in text.split('\n') {
        shown = line;
        let length = line.chars().count();
        if column <= length {
            break;
        }
        column -= length + 1;
    }
    let blank = |letter: char| match letter {
        '\t' => "\t".to_owned(),
        other => " ".repeat(other.width().unwrap_or(0)),
    };
    let indent: String = shown.chars().take(column).map(blank).collect();
    CliError::usage(format!("the query is wrong: {}\n  {shown}\n  {indent}^", error.message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caret_stands_below_the_place() {
        let table = [
            ("$.a[", 5, "  $.a[\n      ^"),
            (".日本 | no", 7, "  .日本 | no\n          ^"),
            (".a |\n\t.b | (", 12, "  \t.b | (\n  \t     ^"),
            ("$", 9, "  $\n   ^"),
        ];
        for (text, column, expected) in table {
            let error = QueryError { column, message: "no".to_owned() };
            let message = not_understood(text, &error).message;
            assert_eq!(message, format!("the query is wrong: no\n{expected}"), "{text}");
        }
    }
}
