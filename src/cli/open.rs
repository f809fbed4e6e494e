//! `antiphon [PATH]`: the workbench on a workspace.

use std::{
    io::IsTerminal,
    path::{Path, PathBuf},
};

use clap::Args;
use jiff::{Timestamp, tz::TimeZone};

use crate::{
    config::Theme,
    model::{Problem, Vars},
    store::{places::Places, ui_state, workspace},
    tui::{self, Start},
};

use super::{
    CliError, Exit, Variables,
    home::{Home, no_workspace},
    output::is_plain,
};

/// What the workbench is opened on.
#[derive(Debug, Args)]
pub(super) struct OpenArgs {
    /// A folder of the workspace [default: the current one, else your own requests]
    path: Option<PathBuf>,
    #[command(flatten)]
    variables: Variables,
}

impl OpenArgs {
    /// Whether nothing is asked for.
    pub(super) fn is_empty(&self) -> bool {
        self.path.is_none() && self.variables == Variables::default()
    }
}

pub(super) fn run(args: &OpenArgs) -> Result<Exit, CliError> {
    need_terminal()?;
    let home = Home::find_quietly()?;
    let root = match &args.path {
        Some(path) => {
            if let Err(error) = std::fs::metadata(path) {
                let hint = "PATH is a folder of a workspace; antiphon --help lists the commands";
                return Err(CliError::io("cannot open", path, &error).hint(hint));
            }
            workspace::locate(path).ok_or_else(|| no_workspace(path))?
        }
        None => match workspace::locate(Path::new(".")) {
            Some(root) => root,
            None => workspace::user_default(&home.places.data)?,
        },
    };
    let runtime = runtime()?;
    open(&runtime, home, root, args.variables.overrides(), args.variables.env.clone())
}

/// Before anything is started: the workbench cannot be shown in a pipe.
pub(super) fn need_terminal() -> Result<(), CliError> {
    if std::io::stdin().is_terminal() && std::io::stdout().is_terminal() {
        return Ok(());
    }
    Err(CliError::usage("the workbench needs a terminal").hint("antiphon send works without one"))
}

pub(super) fn runtime() -> Result<tokio::runtime::Runtime, CliError> {
    let built = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    built.map_err(|error| CliError::because(&error))
}

/// Runs the workbench until the user quits.
pub(super) fn open(
    runtime: &tokio::runtime::Runtime,
    home: Home,
    root: PathBuf,
    overrides: Vars,
    environment: Option<String>,
) -> Result<Exit, CliError> {
    // What the screen remembers is kept under the folder's real name.
    let root = std::fs::canonicalize(&root).unwrap_or(root);
    let (places, start) = start(home, overrides, environment, Some(&root));
    let ended = runtime.block_on(tui::run(root, places, start));
    ended.map(|()| Exit::Ok).map_err(|error| CliError::because(&error))
}

/// What the screen begins with; for a workspace at `root`, with what is remembered of it.
pub(super) fn start(
    home: Home,
    overrides: Vars,
    environment: Option<String>,
    root: Option<&Path>,
) -> (Places, Start) {
    let (themes, mut problems) = themes(&home);
    problems.extend(home.problems);
    let start = Start {
        config: home.config,
        themes,
        overrides,
        environment,
        remembered: root.map(|root| ui_state::load(&home.places, root)).unwrap_or_default(),
        problems,
        began: Timestamp::now(),
        zone: Some(TimeZone::system()),
    };
    (home.places, start)
}

/// The themes to choose from; none, for the monochrome one, where colours are not wanted.
fn themes(home: &Home) -> (Vec<Theme>, Vec<Problem>) {
    if is_plain() {
        return (Vec::new(), Vec::new());
    }
    let Ok(entries) = std::fs::read_dir(home.places.themes()) else { return Theme::available(&[]) };
    let mut unread = Vec::new();
    let mut own = Vec::new();
    let files = entries.filter_map(Result::ok).map(|entry| entry.path());
    for file in files.filter(|file| file.extension().is_some_and(|extension| extension == "toml")) {
        match std::fs::read_to_string(&file) {
            Ok(text) => own.push((file, text)),
            Err(error) => {
                let message = format!("the theme cannot be read: {error}");
                unread.push(Problem { file, place: None, message, hint: None });
            }
        }
    }
    own.sort();
    let (themes, mut problems) = Theme::available(&own);
    problems.extend(unread);
    (themes, problems)
}
