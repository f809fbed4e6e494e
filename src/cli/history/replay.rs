//! `antiphon history replay`: sends again what was sent.

use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use crate::{
    model::{Effective, Environment, Exchange, Request, Workspace},
    store::workspace,
};

use super::{
    super::{
        CliError, Exit, Variables,
        consent::Consent,
        home::{Home, collection_of, no_environment},
        output::Output,
        print,
        report::{Report, redacted},
        send::{Asked, Destination, Manner, Watching, tell, transmit},
    },
    Which, find, open,
};

/// Send an exchange again
///
/// As it was sent, with secrets looked up anew; with --today as it was written, with the variables of now. Tells on
/// stderr what the status was and is.
#[derive(Debug, Args)]
pub(super) struct ReplayArgs {
    #[command(flatten)]
    which: Which,
    /// Render the request anew, with today's variables
    #[arg(long)]
    today: bool,
    #[command(flatten)]
    variables: Variables,
    #[command(flatten)]
    consent: Consent,
    /// Both exchanges as JSON: `before` and `now`
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    manner: Manner,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Both<'a> {
    before: Report<'a>,
    now: Report<'a>,
}

pub(super) fn run(args: &ReplayArgs, home: &Home) -> Result<Exit, CliError> {
    let before = find(&open(home)?, &args.which)?;
    let workspace = workspace::locate(Path::new(".")).and_then(|root| workspace::load(&root).ok());
    let workspace = workspace.unwrap_or_default();
    let (asked, collection) = ask(args, &before, &workspace)?;
    let prepared = asked.prepare(&args.variables.overrides(), &args.consent, home)?;
    let mut destination =
        if args.json { Destination::Exchange } else { Destination::reader(args.manner.before()) };
    let watching = Watching::new(&args.manner, &destination);
    let now = transmit(home, prepared, &mut destination, &watching)?;
    home.record(&now, collection.as_deref());
    let stderr = Output::stderr();
    stderr.tell(&format!("before: {}\nnow:    {}\n", ended(&before, &stderr), ended(&now, &stderr)));
    if !args.json {
        return tell(&now, &mut destination, &args.manner);
    }
    print::json(&Both { before: Report::new(&before), now: Report::new(&redacted(&now)?) })?;
    match now.outcome {
        crate::model::Outcome::Failed { failure, .. } => Err(failure.into()),
        crate::model::Outcome::Answered(_) => Ok(Exit::Ok),
    }
}

/// What to send again, and the folder of the collection it came from.
fn ask(
    args: &ReplayArgs,
    before: &Exchange,
    workspace: &Workspace,
) -> Result<(Asked, Option<PathBuf>), CliError> {
    let source = before.source.clone();
    let collection = collection_of(workspace, source.as_ref());
    let base = match collection {
        Some(collection) => collection.folder.clone(),
        None => std::env::current_dir()
            .map_err(|error| CliError::io("cannot find the current folder", Path::new("."), &error))?,
    };
    let (environment, folder) = environment(args, before, workspace)?.unzip();
    let request = if args.today { before.written.clone() } else { before.sent.clone() };
    // What was sent has no variables left but secrets. What was written finds those of its file, where it still is.
    let vars = source.as_ref().filter(|_| args.today).and_then(|id| {
        let current = workspace.request(id).and_then(|node| node.content.as_ref().ok());
        let nothing = Request::default();
        workspace.effective(id, current.unwrap_or(&nothing)).map(|effective| effective.vars)
    });
    let effective = Effective { request, vars: vars.unwrap_or_default(), base };
    let collection = collection.map(|collection| collection.folder.clone());
    let asked = Asked {
        // What was typed then was the user's own; rendered anew, its paths may be what an environment says now.
        has_own_files: source.is_none() && !args.today,
        source,
        effective,
        environment: environment.cloned(),
        folder: folder.map(Path::to_owned),
        own: Vec::new(),
        secrets: Vec::new(),
        held: None,
    };
    Ok((asked, collection))
}

/// The environment that was named, else the one that it was sent in, with the folder of its collection. Without the
/// workspace there may be none, and what needs none is sent.
fn environment<'a>(
    args: &ReplayArgs,
    before: &Exchange,
    workspace: &'a Workspace,
) -> Result<Option<(&'a Environment, &'a Path)>, CliError> {
    let collection = collection_of(workspace, before.source.as_ref());
    let collections = match collection {
        Some(own) => std::slice::from_ref(own),
        None => workspace.collections.as_slice(),
    };
    let named = args.variables.env.as_deref();
    let Some(name) = named.or(before.environment.as_deref()) else { return Ok(None) };
    let found = collections
        .iter()
        .find_map(|collection| Some((collection.environment(name)?, collection.folder.as_path())));
    if found.is_none() && named.is_some() {
        let all = collections.iter().flat_map(|collection| &collection.environments);
        return Err(no_environment(name, all.map(|environment| environment.name.as_str())));
    }
    Ok(found)
}

/// How an exchange ended, in a few words.
fn ended(exchange: &Exchange, output: &Output) -> String {
    match &exchange.outcome {
        crate::model::Outcome::Failed { failure, .. } => failure.message.clone(),
        crate::model::Outcome::Answered(_) => {
            print::summary(exchange, output).unwrap_or_else(|| "no answer".to_owned())
        }
    }
}
