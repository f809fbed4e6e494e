//! `antiphon send`: one request, from the workspace or as it is typed, and its answer.

use clap::Args;

use crate::{
    http::{self, Prepared},
    model::{Effective, Environment, Exchange, NodeId, Outcome, Vars},
};

use super::{CliError, Exit, Variables, home::Home, output::Output, print, report::Report};

mod ask;
mod transport;

pub(super) use transport::transmit;

/// Send a request and print its answer
///
/// On a terminal the body is laid out and coloured; in a pipe it is the bytes that came, unchanged. What is sent is
/// in the history, also that of the workbench.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct SendArgs {
    /// A request of the workspace (products/list-products), or a URL (localhost:8080/x, :8080/x)
    #[arg(value_name = "ID|URL")]
    target: String,
    /// GET, POST, …: POST for a URL with data, otherwise what the request says
    #[arg(short = 'X', long, value_name = "METHOD")]
    method: Option<String>,
    /// A header, in place of the request's own of that name; without a value: leave it out
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE", value_parser = ask::header)]
    headers: Vec<(String, String)>,
    /// A body: JSON, a form (a=1&b=2) or text; @FILE for a file's bytes, @- for those of stdin
    #[arg(short, long, value_name = "DATA|@FILE", allow_hyphen_values = true)]
    data: Option<String>,
    #[command(flatten)]
    variables: Variables,
    /// Print the whole exchange as JSON: docs/json.md has its form
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    manner: Manner,
}

const EXAMPLES: &str = "Examples:
  antiphon send products/list-products --env local
  antiphon send :8080/products -d '{\"name\": \"Tea\"}' -H 'Authorization: Bearer {{ token }}' --var token=abc
  antiphon send https://example.org/photo -X PUT -d @photo.png --fail && echo done";

/// What to print, and what to call a failure.
#[derive(Debug, Default, Args)]
pub(super) struct Manner {
    /// Tell every hop's request and response head and where its time went, on stderr
    #[arg(short, long)]
    verbose: bool,
    /// Exit with 1 when the status is 400 or higher
    #[arg(long)]
    fail: bool,
}

/// A request with everything that its sending needs.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) source: Option<NodeId>,
    pub(super) effective: Effective,
    pub(super) environment: Option<Environment>,
}

impl Asked {
    /// Looks its secrets up and renders it.
    pub(super) fn prepare(&self, overrides: &Vars) -> Result<Prepared, CliError> {
        let environment = self.environment.as_ref();
        let secrets = http::look_up_secrets(environment, &self.effective.base);
        let scope = http::scope(&self.effective, environment, secrets, overrides);
        let name = environment.map(|environment| environment.name.as_str());
        Ok(http::prepare(self.source.clone(), name, &self.effective, &scope)?)
    }
}

pub(super) fn run(args: &SendArgs) -> Result<Exit, CliError> {
    let home = Home::find()?;
    let (asked, collection) = ask::ask(args, &home)?;
    let prepared = asked.prepare(&args.variables.overrides())?;
    let exchange = transmit(&home, prepared)?;
    home.record(&exchange, collection.as_deref());
    if args.json {
        print::json(&Report::new(&exchange))?;
        return ended(&exchange, &args.manner);
    }
    tell(&exchange, &args.manner)
}

/// Prints an exchange: what was asked for on stdout, everything about it on stderr.
pub(super) fn tell(exchange: &Exchange, manner: &Manner) -> Result<Exit, CliError> {
    let stderr = Output::stderr();
    if manner.verbose {
        stderr.tell(&print::exchange(exchange, &stderr));
    } else if let (true, Some(line)) = (stderr.is_terminal, print::summary(exchange, &stderr)) {
        stderr.tell(&format!("{line}\n"));
    }
    if let Some(payload) = exchange.payload() {
        print::body(payload, &Output::stdout())?;
    }
    ended(exchange, manner)
}

/// The exit code that an exchange ends with.
pub(super) fn ended(exchange: &Exchange, manner: &Manner) -> Result<Exit, CliError> {
    if let Outcome::Failed { failure, .. } = &exchange.outcome {
        return Err(failure.clone().into());
    }
    let is_error = exchange.response().is_some_and(|head| head.status >= 400);
    Ok(if manner.fail && is_error { Exit::Problems } else { Exit::Ok })
}
