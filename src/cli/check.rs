//! `antiphon check`: every error of every file, before anything is sent.

use std::path::PathBuf;

use clap::Args;

use crate::{
    model::{Problem, Workspace},
    store::workspace::{check, load, locate},
};

use super::{
    CliError, Exit,
    home::no_workspace,
    output::{Output, visible},
    print::print,
    start,
};

mod templates;

/// Check every file of a workspace
///
/// Tells each error with its file, line and column and a hint: unknown keys and wrong types, variables that no environment
/// defines, variables that need each other, unknown functions, bodies that are not JSON, uploads that are not there. Exits
/// with 1 if there is one.
#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    /// A folder of the workspace [default: the current one]
    path: Option<PathBuf>,
}

pub(super) fn run(args: &CheckArgs) -> Result<Exit, CliError> {
    let start = start(args.path.as_ref());
    if let Err(error) = std::fs::metadata(&start) {
        return Err(CliError::io("cannot open", &start, &error));
    }
    let root = locate(&start).ok_or_else(|| no_workspace(&start))?;
    let unreadable = |error| CliError::io("cannot read the workspace", &root, &error);
    let workspace = load(&root).map_err(unreadable)?;
    let mut problems = check(&root).map_err(unreadable)?;
    problems.extend(templates::check(&workspace));
    problems.sort_by(|a, b| (&a.file, a.place).cmp(&(&b.file, b.place)));
    problems.dedup();
    let output = Output::stdout();
    print(tell(&problems, &workspace, &output).as_bytes())?;
    Ok(if problems.is_empty() { Exit::Ok } else { Exit::Problems })
}

fn tell(problems: &[Problem], workspace: &Workspace, output: &Output) -> String {
    let theme = output.theme();
    let mut text: String = problems.iter().map(|problem| describe(problem, output)).collect();
    let requests = count(workspace.requests().len(), "request");
    let environments = workspace.collections.iter().map(|collection| collection.environments.len()).sum();
    let all = format!("{requests}, {}", count(environments, "environment"));
    let summary = if problems.is_empty() {
        output.paint(theme.status_2xx, &format!("{all}: no problems")).into_owned()
    } else {
        output.paint(theme.notice_error, &format!("{all}: {}", count(problems.len(), "problem"))).into_owned()
    };
    text.push_str(&summary);
    text.push('\n');
    text
}

/// As [`Problem`]'s `Display`, from the current folder on where the file is below it, and in colour.
fn describe(problem: &Problem, output: &Output) -> String {
    let here = std::env::current_dir().and_then(std::fs::canonicalize).unwrap_or_default();
    let file = problem.file.strip_prefix(&here).unwrap_or(&problem.file).display().to_string();
    let place = problem.place.map_or_else(String::new, |place| format!("{}:{}:", place.line, place.column));
    let theme = output.theme();
    let at = output.paint(theme.title, &format!("{file}:{place}")).into_owned();
    let hint = problem.hint.as_ref().map(|hint| {
        let label = output.paint(theme.accent, "hint:");
        format!("  {label} {}\n", visible(hint))
    });
    format!("{at} {}\n{}", visible(&problem.message), hint.unwrap_or_default())
}

/// `1 request`, `2 requests`.
fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}
