//! `antiphon send`: one request, from the workspace or as it is typed, and its answer.

use clap::Args;

use crate::{
    http::{self, Prepared},
    model::{Effective, Environment, NodeId, SecretValue, Vars},
    secret::Redactor,
};

use super::{CliError, Exit, Variables, home::Home};

mod answer;
mod ask;
mod bar;
mod content;
mod dry_run;
mod login;
mod saving;
mod settings;
mod transport;
mod watching;

pub(super) use answer::{Manner, tell};
pub(super) use transport::transmit;
pub(super) use watching::Watching;

use answer::FormArgs;
use content::BodyArgs;
use login::LoginArgs;
use saving::SaveArgs;
use settings::{HttpArgs, RetryArgs};

/// Send a request and print its answer
///
/// On a terminal the body is laid out and coloured; in a pipe it is the bytes that came, unchanged. What is sent is
/// in the history, also that of the workbench. What is typed stands over what the request's file says, and may hold
/// templates.
#[derive(Debug, Args)]
#[command(
    after_long_help = EXAMPLES,
    after_help = "antiphon send --help has examples.",
    next_help_heading = "Request"
)]
pub(super) struct SendArgs {
    /// A request of the workspace (products/list-products), or a URL (localhost:8080/x, :8080/x)
    #[arg(value_name = "ID|URL", help_heading = "Arguments")]
    target: String,
    /// GET, POST, …: POST for a URL with a body, otherwise what the request says
    #[arg(short = 'X', long, value_name = "METHOD")]
    method: Option<String>,
    /// A header, in place of the request's own of that name; without a value: leave it out
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE", value_parser = ask::header)]
    headers: Vec<(String, String)>,
    /// A query parameter, in place of the request's own of that name; without a value: leave it out
    #[arg(short = 'p', long = "param", value_name = "NAME=VALUE", value_parser = content::pair)]
    params: Vec<(String, String)>,
    #[command(flatten)]
    variables: Variables,
    #[command(flatten)]
    body: BodyArgs,
    #[command(flatten)]
    login: LoginArgs,
    #[command(flatten)]
    form: FormArgs,
    #[command(flatten)]
    manner: Manner,
    #[command(flatten)]
    saving: SaveArgs,
    #[command(flatten)]
    http: HttpArgs,
    #[command(flatten)]
    retry: RetryArgs,
}

const EXAMPLES: &str = "Examples:
  antiphon send products/list-products --env local -p limit=5
  antiphon send :8080/products -d '{\"name\": \"Tea\"}' --secret token=API_TOKEN --bearer '{{ token }}'
  antiphon send https://example.org/photo -X PUT -d @photo.png --fail && echo done
  antiphon send https://example.org/large.iso -O --resume --retry 5
  antiphon send orders/create --dry-run
  antiphon send orders/list --json | jq '.timing'";

/// A request with everything that its sending needs.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) source: Option<NodeId>,
    pub(super) effective: Effective,
    pub(super) environment: Option<Environment>,
    /// Secrets of the command line.
    pub(super) secrets: Vec<(String, SecretValue)>,
    /// A body of standard input that is too large for memory, for as long as it is needed.
    pub(super) held: Option<tempfile::TempPath>,
}

impl Asked {
    /// Looks its secrets up and renders it.
    pub(super) fn prepare(&self, overrides: &Vars) -> Result<Prepared, CliError> {
        self.prepare_with_secrets(overrides).map(|(prepared, _)| prepared)
    }

    /// The same, with what knows the secrets' values.
    fn prepare_with_secrets(&self, overrides: &Vars) -> Result<(Prepared, Redactor), CliError> {
        let environment = self.environment.as_ref();
        let secrets = http::look_up_secrets(environment, &self.effective.base);
        let known = secrets.iter().chain(&self.secrets).filter_map(|(_, value)| match value {
            SecretValue::Value(secret) => Some(secret.reveal()),
            _ => None,
        });
        let redactor = Redactor::new(known);
        let mut scope = http::scope(&self.effective, environment, secrets, overrides);
        if !self.secrets.is_empty() {
            scope.put_secrets_first(self.secrets.clone());
        }
        let name = environment.map(|environment| environment.name.as_str());
        Ok((http::prepare(self.source.clone(), name, &self.effective, &scope)?, redactor))
    }
}

pub(super) fn run(args: &SendArgs) -> Result<Exit, CliError> {
    let home = Home::find()?;
    let (asked, collection) = ask::ask(args, &home)?;
    let (prepared, secrets) = asked.prepare_with_secrets(&args.variables.overrides())?;
    if args.form.dry_run {
        return dry_run::show(&home, &prepared, &secrets, &args.form);
    }
    let download = args.saving.download(prepared.url(), args.manner.wants_success())?;
    let watching = Watching::new(&args.manner, args.saving.to_stdout());
    let exchange = transmit(&home, prepared, download, &watching)?;
    home.record(&saving::without_saved(&exchange), collection.as_deref());
    answer::deliver(&exchange, &args.form, &args.manner)
}
