//! `antiphon env`: the environments of a workspace.

use std::{fmt::Write as _, path::PathBuf};

use clap::{Args, Subcommand};
use serde_json::json;

use crate::{
    model::{Environment, SecretSource},
    secret,
};

use super::{
    CliError, Exit,
    home::{Home, find_workspace, workspace_at},
    output::{Output, visible},
    print::print,
};

/// List environments
#[derive(Debug, Args)]
pub(super) struct EnvArgs {
    #[command(subcommand)]
    command: EnvCommand,
}

#[derive(Debug, Subcommand)]
enum EnvCommand {
    /// List the environments, their variables and where their secrets are found
    List {
        /// A folder of the workspace [default: the current one]
        path: Option<PathBuf>,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
}

pub(super) fn run(args: &EnvArgs) -> Result<Exit, CliError> {
    let EnvCommand::List { path, json } = &args.command;
    let workspace = match path {
        Some(path) => workspace_at(path)?,
        None => find_workspace(&Home::find()?)?,
    };
    let output = Output::stdout();
    let mut text = String::new();
    let mut list = Vec::new();
    for collection in &workspace.collections {
        let name = collection.root.id.as_str();
        for environment in &collection.environments {
            let secrets = states(environment, &collection.folder);
            if *json {
                list.push(as_json(name, environment, &secrets));
            } else {
                describe(name, environment, &secrets, &output, &mut text);
            }
        }
        for problem in &collection.problems {
            super::error::warn(&problem.to_string());
        }
    }
    if *json {
        text = format!("{:#}\n", serde_json::Value::Array(list));
    }
    print(text.as_bytes())
}

/// For each secret, where it is looked for and why it is not there, if so. Never its value.
fn states(environment: &Environment, base: &std::path::Path) -> Vec<(String, String, Option<String>)> {
    let state = |(name, source): &(String, SecretSource)| {
        (name.clone(), describe_source(source), secret::missing(source, base))
    };
    environment.secrets.iter().map(state).collect()
}

fn describe_source(source: &SecretSource) -> String {
    match source {
        SecretSource::Env(variable) => format!("variable {variable}"),
        SecretSource::Keyring(entry) => format!("keyring {entry}"),
        SecretSource::Prompt(question) => format!("asked for: {question}"),
        SecretSource::Command(command) => format!("printed by {}", command.join(" ")),
    }
}

fn describe(
    collection: &str,
    environment: &Environment,
    secrets: &[(String, String, Option<String>)],
    output: &Output,
    text: &mut String,
) {
    let theme = output.theme();
    let id = format!("{collection}/{}", environment.name);
    text.push_str(&output.paint(theme.title, &id));
    let doc = environment.doc.lines().next().unwrap_or_default();
    if !doc.is_empty() {
        text.push_str(&output.paint(theme.dim, &format!("  {}", visible(doc))));
    }
    text.push('\n');
    for (name, value) in &environment.vars {
        let _ = writeln!(text, "  {} = {}", output.paint(theme.variable, name), visible(value));
    }
    for (name, source, missing) in secrets {
        let missing = missing.as_ref().map(|reason| format!(" ({reason})")).unwrap_or_default();
        let missing = output.paint(theme.notice_warning, &missing).into_owned();
        let name = output.paint(theme.variable_secret, name);
        let _ = writeln!(text, "  {name}: secret, {}{missing}", visible(source));
    }
}

fn as_json(
    collection: &str,
    environment: &Environment,
    secrets: &[(String, String, Option<String>)],
) -> serde_json::Value {
    let vars: serde_json::Map<_, _> =
        environment.vars.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
    let secrets: serde_json::Map<_, _> = secrets
        .iter()
        .map(|(name, source, missing)| (name.clone(), json!({ "source": source, "missing": missing })))
        .collect();
    json!({
        "collection": collection,
        "name": environment.name,
        "doc": environment.doc,
        "vars": vars,
        "secrets": secrets,
    })
}
