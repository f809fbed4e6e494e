//! The command line: what each subcommand takes, and one file for what each does.
//!
//! No logic that the workbench also needs lives here: the commands put the layers below together and print.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::model::Vars;

mod auth;
mod check;
mod completions;
mod consent;
mod cookies;
mod demo;
mod env;
mod error;
mod history;
mod home;
mod logging;
mod man;
mod open;
mod output;
mod print;
mod query;
mod report;
mod sample;
mod send;
mod trust;
mod view;

pub use error::{CliError, Exit, report};

/// A terminal API workbench: explore HTTP APIs, keep requests as TOML in git, replay what was sent.
#[derive(Debug, Parser)]
#[command(
    name = "antiphon",
    version,
    after_long_help = EXIT_CODES,
    after_help = "antiphon --help says more, with the exit codes."
)]
pub struct Cli {
    #[command(flatten)]
    open: open::OpenArgs,
    /// How much the log says in this run
    #[arg(long, global = true, value_enum, value_name = "LEVEL")]
    log_level: Option<logging::Level>,
    #[command(subcommand)]
    command: Option<Command>,
}

const EXIT_CODES: &str = "Exit codes:
  0    all went well, whatever the status of the answer
  1    `check` found problems; with --fail, the status is 400 or higher; `query --exit-status`
       found nothing, null or false
  2    wrong arguments, a file that cannot be used, a request that cannot be made,
       or no terminal for the workbench: nothing was sent
  3    no whole answer: the name does not resolve, the connection is refused, a timeout, TLS, …
  4    with --check-status: the status is 4xx
  5    with --check-status: the status is 5xx
  130  interrupted by Ctrl-C

Environment:
  NO_COLOR             no colours, also in the workbench
  ANTIPHON_CONFIG_DIR  the folder of config.toml and themes/
  ANTIPHON_DATA_DIR    the folder of the history, cookies and your own requests
  ANTIPHON_STATE_DIR   the folder of drafts and the log
  ANTIPHON_LOG         off, error, warn, info, debug or trace: how much the log says";

#[derive(Debug, Subcommand)]
enum Command {
    Send(send::SendArgs),
    Check(check::CheckArgs),
    Demo(demo::DemoArgs),
    View(view::ViewArgs),
    Cookies(cookies::CookiesArgs),
    Env(env::EnvArgs),
    Auth(auth::AuthArgs),
    History(history::HistoryArgs),
    Query(query::QueryArgs),
    Trust(trust::TrustArgs),
    Completions(completions::CompletionsArgs),
    Man(man::ManArgs),
}

/// Which variables hold.
#[derive(Debug, Default, PartialEq, Eq, Args)]
struct Variables {
    /// The environment; where none is named `local`, or the first by name
    #[arg(short, long, value_name = "NAME")]
    env: Option<String>,
    /// A variable that wins over all files; may be repeated
    #[arg(long = "var", value_name = "NAME=VALUE", value_parser = variable)]
    vars: Vec<(String, String)>,
}

impl Variables {
    fn overrides(&self) -> Vars {
        self.vars.clone()
    }
}

fn variable(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => Ok((name.trim().to_owned(), value.to_owned())),
        _ => Err("write NAME=VALUE".to_owned()),
    }
}

/// Does what the arguments ask for.
pub fn run(cli: Cli) -> Result<Exit, CliError> {
    if let Some(level) = cli.log_level {
        logging::ask_for(level);
    }
    // clap's own check would also refuse `--log-level` before a command.
    if cli.command.is_some() && !cli.open.is_empty() {
        let error = CliError::usage("PATH, --env and --var before a command are for the workbench");
        return Err(error.hint("write them after the command"));
    }
    match cli.command {
        None => open::run(&cli.open),
        Some(Command::Send(args)) => send::run(&args),
        Some(Command::Check(args)) => check::run(&args),
        Some(Command::Demo(args)) => demo::run(&args),
        Some(Command::View(args)) => view::run(args),
        Some(Command::Cookies(args)) => cookies::run(&args),
        Some(Command::Env(args)) => env::run(&args),
        Some(Command::Auth(args)) => auth::run(&args),
        Some(Command::History(args)) => history::run(&args),
        Some(Command::Query(args)) => query::run(&args),
        Some(Command::Trust(args)) => trust::run(&args),
        Some(Command::Completions(args)) => completions::run(&args),
        Some(Command::Man(args)) => man::run(&args),
    }
}

/// The folder that a command works on: the one that was named, else the current one.
fn start(path: Option<&PathBuf>) -> PathBuf {
    path.cloned().unwrap_or_else(|| PathBuf::from("."))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_arguments_fit_together() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_variable_has_a_name() {
        assert_eq!(variable("a=b=c"), Ok(("a".to_owned(), "b=c".to_owned())));
        assert_eq!(variable("a="), Ok(("a".to_owned(), String::new())));
        assert!(variable("a").is_err());
        assert!(variable("=b").is_err());
    }
}
