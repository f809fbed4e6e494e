//! `antiphon send`: one request, from the workspace or as it is typed, and its answer.

use std::path::PathBuf;

use clap::Args;

use crate::{
    http::{Prepared, ToSend},
    model::{Ask, Effective, Environment, NodeId, SecretValue, Vars},
    store::trust::Trust,
};

use super::{CliError, Exit, Variables, consent::Consent, home::Home, print::Before};

mod answer;
mod ask;
mod bar;
mod content;
mod destination;
mod dry_run;
mod login;
mod oauth2;
mod saving;
mod settings;
mod sign_in;
mod transport;
mod watching;

pub(super) use answer::{Manner, tell};
pub(super) use ask::of_workspace;
pub(super) use destination::Destination;
pub(super) use sign_in::SignIn;
pub(super) use transport::{transmit, with_client};
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
    /// What is not taken, for a message that says what to write.
    #[arg(hide = true)]
    more: Vec<String>,
    /// As curl has it: a body is always decoded.
    #[arg(long, hide = true)]
    compressed: bool,
    /// GET, POST, …: POST for a URL with a body, otherwise what the request says
    #[arg(short = 'X', long, value_name = "METHOD")]
    method: Option<String>,
    /// The same as -X HEAD -i
    #[arg(short = 'I', long, conflicts_with_all = ["method", "json", "har"])]
    head: bool,
    /// A header, in place of the request's own of that name; 'NAME:' leaves it out, 'NAME;' has no value
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE", value_parser = ask::header)]
    headers: Vec<ask::TypedRow>,
    /// A query parameter, in place of the request's own of that name; NAME leaves it out, NAME= has no value
    #[arg(short = 'p', long = "param", value_name = "NAME=VALUE", value_parser = ask::param)]
    params: Vec<ask::TypedRow>,
    #[command(flatten)]
    variables: Variables,
    #[command(flatten)]
    consent: Consent,
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
    /// The folder of the collection that the environment is of.
    pub(super) folder: Option<PathBuf>,
    /// What the user has typed of what needs an agreement otherwise.
    pub(super) own: Vec<Ask>,
    /// Whether all its files are the user's own choice.
    pub(super) has_own_files: bool,
    /// Secrets of the command line.
    pub(super) secrets: Vec<(String, SecretValue)>,
    /// A body of standard input that is too large for memory, for as long as it is needed.
    pub(super) held: Option<tempfile::TempPath>,
}

impl Asked {
    /// Settles what there is to settle with the user, looks secrets up and renders the request.
    pub(super) fn prepare(
        &self,
        overrides: &Vars,
        consent: &Consent,
        home: &Home,
    ) -> Result<Prepared, CliError> {
        let folder = self.folder.as_deref().unwrap_or(&self.effective.base);
        let to_send = ToSend {
            source: self.source.as_ref(),
            effective: &self.effective,
            environment: self.environment.as_ref(),
            folder,
            overrides,
            given: &self.secrets,
        };
        let mut permit = Trust::of(&home.places).permit(folder).map_err(|error| CliError::because(&error))?;
        if self.has_own_files {
            permit = permit.with_files();
        }
        self.own.iter().for_each(|ask| permit.allow(ask));
        consent.ready(to_send, permit, home)
    }
}

pub(super) fn run(args: &SendArgs) -> Result<Exit, CliError> {
    one_request(args)?;
    let home = Home::find()?;
    let (asked, collection) = ask::ask(args, &home)?;
    let prepared = asked.prepare(&args.variables.overrides(), &args.consent, &home)?;
    if args.form.dry_run {
        return dry_run::show(&home, &prepared, prepared.secrets(), &args.form);
    }
    let include = args.form.include || args.head;
    let mut destination = match args.saving.destination(prepared.url(), args.manner.wants_success())? {
        // The head goes the same way.
        Some(Destination::Stdout(_)) if include => Destination::reader(Before::Head),
        Some(saved) => saved,
        None if args.form.is_whole() => Destination::Exchange,
        None if include => Destination::reader(Before::Head),
        None => Destination::reader(args.manner.before()),
    };
    let watching = Watching::new(&args.manner, &destination);
    let exchange = transmit(&home, prepared, &mut destination, &watching)?;
    home.record(&saving::without_saved(&exchange), collection.as_deref());
    answer::deliver(&exchange, &mut destination, &args.form, &args.manner, include)
}

/// Refuses what other tools take behind a URL, and says how it is written here.
fn one_request(args: &SendArgs) -> Result<(), CliError> {
    let Some(more) = args.more.first() else { return Ok(()) };
    let target = &args.target;
    let is_method = !target.is_empty() && target.bytes().all(|byte| byte.is_ascii_alphabetic());
    let (name, value) = more.split_once(['=', ':']).unwrap_or((more, ""));
    let hint = if is_method {
        format!("a method is written so: antiphon send -X {} {more}", target.to_ascii_uppercase())
    } else if let Some(value) = value.strip_prefix('=').filter(|_| !more.contains("://")) {
        format!("a parameter of the query is written so: -p {name}={value}")
    } else if more.contains("://") || value.is_empty() {
        "send takes one request; quote what has spaces".to_owned()
    } else if more.contains('=') {
        format!("a body is written so: -d '{{\"{name}\": \"{value}\"}}', or --form {name}={value}")
    } else {
        format!("a header is written so: -H '{name}: {value}'")
    };
    Err(CliError::usage(format!("there is `{more}` behind {target}")).hint(hint))
}
