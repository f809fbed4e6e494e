//! `antiphon history`: what was sent and what came back, kept on disk.

use clap::{Args, Subcommand};
use jiff::tz::TimeZone;
use serde_json::json;

use crate::{
    format::{duration, size},
    model::{Exchange, ExchangeId},
    store::history::{Entry, Filter, History},
};

use super::{
    CliError, Exit,
    home::Home,
    output::{Output, visible},
    print::{self, print},
    report::{Listed, Report},
};

mod replay;

/// List, show and replay what was sent
#[derive(Debug, Args)]
pub(super) struct HistoryArgs {
    #[command(subcommand)]
    command: HistoryCommand,
}

#[derive(Debug, Subcommand)]
enum HistoryCommand {
    /// List what was sent, newest first
    List {
        /// Words that all stand in the method, URL, request's id, environment, status or failure
        words: Vec<String>,
        /// How many to list; 0 for all
        #[arg(short = 'n', long, default_value_t = 50, value_name = "NUMBER")]
        limit: usize,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Show an exchange: every hop's heads and times, and the body
    Show {
        #[command(flatten)]
        which: Which,
        /// As JSON, with the body
        #[arg(long, conflicts_with = "body")]
        json: bool,
        /// The body's bytes alone
        #[arg(long)]
        body: bool,
    },
    Replay(replay::ReplayArgs),
    /// Print where the history is kept
    Path {
        /// As JSON, with the folder of large bodies
        #[arg(long)]
        json: bool,
    },
}

/// Names an exchange.
#[derive(Debug, Args)]
struct Which {
    /// An exchange's id or its beginning, or its number in `history list`: 1 is the newest
    #[arg(value_name = "ID|NUMBER")]
    id: String,
}

pub(super) fn run(args: &HistoryArgs) -> Result<Exit, CliError> {
    let home = Home::find()?;
    match &args.command {
        HistoryCommand::List { words, limit, json } => list(&home, words, *limit, *json),
        HistoryCommand::Show { which, json, body } => show(&find(&open(&home)?, which)?, *json, *body),
        HistoryCommand::Replay(args) => replay::run(args, &home),
        HistoryCommand::Path { json } => {
            let (path, bodies) = (home.places.history(), home.places.bodies());
            let text = if *json {
                format!("{:#}", json!({ "path": path, "bodies": bodies }))
            } else {
                path.display().to_string()
            };
            print(format!("{text}\n").as_bytes())
        }
    }
}

fn open(home: &Home) -> Result<History, CliError> {
    Ok(History::open(&home.places)?)
}

/// The exchange that was meant.
fn find(history: &History, which: &Which) -> Result<Exchange, CliError> {
    let typed = which.id.trim();
    // The ids begin with the time, and that with a zero for some thousand years: a number is no beginning of one.
    let number = typed.parse::<usize>().ok().filter(|_| typed.len() < 7 && !typed.starts_with('0'));
    let id = match number {
        Some(number) => {
            let newest = history.list(&Filter { limit: number, ..Filter::default() })?;
            newest.into_iter().nth(number - 1).map(|entry| entry.id)
        }
        None => Some(ExchangeId(typed.to_owned())).filter(|id| !id.0.is_empty()),
    };
    let found = id.map_or(Ok(None), |id| history.get(&id.0))?;
    found.ok_or_else(|| {
        CliError::usage(format!("there is no exchange `{typed}` in the history"))
            .hint("antiphon history list shows the numbers and ids")
    })
}

fn list(home: &Home, words: &[String], limit: usize, json: bool) -> Result<Exit, CliError> {
    let filter = Filter { text: words.join(" "), limit, ..Filter::default() };
    let entries = open(home)?.list(&filter)?;
    if json {
        return print::json(&entries.iter().map(Listed::from).collect::<Vec<_>>());
    }
    let output = Output::stdout();
    let numbered = words.is_empty();
    let lines = entries.iter().enumerate().map(|(index, entry)| {
        // A number counts from the newest of all: in a search only the id means something.
        let number = if numbered { format!("{:>3}  ", index + 1) } else { String::new() };
        format!("{number}{}\n", line(entry, &output))
    });
    print(lines.collect::<String>().as_bytes())
}

fn line(entry: &Entry, output: &Output) -> String {
    let theme = output.theme();
    let started =
        entry.started.to_zoned_datetime(TimeZone::system()).strftime("%Y-%m-%d %H:%M:%S").to_string();
    let status = match entry.status {
        Some(status) => output.paint(theme.status(status), &status.to_string()).into_owned(),
        None => output.paint(theme.notice_error, " – ").into_owned(),
    };
    let method = format!("{:<6}", entry.method);
    let name = entry.source.as_ref().map(|id| format!("  {}", id.within())).unwrap_or_default();
    let environment = entry.environment.as_ref().map(|name| format!(" [{name}]")).unwrap_or_default();
    let failure = entry.failure.as_ref().map(|failure| format!("  {}", failure.message)).unwrap_or_default();
    format!(
        "{}  {status}  {} {}{}{}  {}",
        output.paint(theme.dim, &started),
        output.paint(theme.method(&entry.method), &method),
        visible(&entry.url),
        output.paint(theme.dim, &visible(&format!("{name}{environment}"))),
        output.paint(theme.notice_error, &visible(&failure)),
        output.paint(
            theme.dim,
            &format!("{}  {}  {}", duration::human(entry.duration), size::human(entry.size), entry.id)
        ),
    )
}

fn show(exchange: &Exchange, json: bool, body: bool) -> Result<Exit, CliError> {
    let output = Output::stdout();
    if json {
        return print::json(&Report::new(exchange));
    }
    if !body {
        print(print::exchange(exchange, &output).as_bytes())?;
        if let crate::model::Outcome::Failed { failure, .. } = &exchange.outcome {
            let all: Vec<&str> =
                std::iter::once(&failure.message).chain(&failure.causes).map(String::as_str).collect();
            print(format!("* {}\n", visible(&all.join(": "))).as_bytes())?;
        }
        print(b"\n")?;
    }
    if let Some(payload) = exchange.payload() {
        print::body(payload, &output)?;
    }
    Ok(Exit::Ok)
}
