//! `antiphon trust`: what collections ask for beyond their own files, and what was agreed to.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
};

use clap::{Args, Subcommand};
use jiff::Timestamp;
use serde_json::json;

use crate::{
    http::asks_of,
    model::{Ask, Asked, Collection, Vars, Workspace},
    store::trust::{Trust, Trusted},
};

use super::{
    CliError, Exit,
    home::{Home, workspace_at},
    output::{Output, visible},
    print::print,
};

/// See and take back what collections may do beyond their own files
///
/// A collection may have been written by somebody else. Before it runs a command, reads a file outside its folder or uses
/// the keyring, you have agreed to exactly that: in the workbench, with `send --trust`, or here.
#[derive(Debug, Args)]
pub(super) struct TrustArgs {
    #[command(subcommand)]
    command: TrustCommand,
}

#[derive(Debug, Subcommand)]
enum TrustCommand {
    /// List every collection that something was agreed to for
    List {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Show what the collections here ask for, and whether it was agreed to. Runs nothing
    Show {
        /// A folder of the workspace [default: the current one]
        path: Option<PathBuf>,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Agree to all that the collections here ask for
    Agree {
        /// A folder of the workspace [default: the current one]
        path: Option<PathBuf>,
    },
    /// Take back what was agreed to for the collections here
    Revoke {
        /// A collection's folder, which may be gone, or a folder of the workspace [default: the current one]
        path: Option<PathBuf>,
    },
}

pub(super) fn run(args: &TrustArgs) -> Result<Exit, CliError> {
    let home = Home::find()?;
    let trust = Trust::of(&home.places);
    match &args.command {
        TrustCommand::List { json } => list(&trust, *json),
        TrustCommand::Show { path, json } => show(&trust, &super::start(path.as_ref()), *json),
        TrustCommand::Agree { path } => agree(&trust, &super::start(path.as_ref())),
        TrustCommand::Revoke { path } => revoke(&trust, &super::start(path.as_ref())),
    }
}

fn list(trust: &Trust, as_json: bool) -> Result<Exit, CliError> {
    let all = trust.list().map_err(|error| CliError::because(&error))?;
    if as_json {
        let all: Vec<_> = all.iter().map(json_of).collect();
        return print(format!("{:#}\n", serde_json::Value::Array(all)).as_bytes());
    }
    let output = Output::stdout();
    let theme = output.theme();
    let mut text = String::new();
    for trusted in &all {
        let _ = writeln!(text, "{}", output.paint(theme.title, &visible(&trusted.folder.to_string_lossy())));
        for agreement in &trusted.agreed {
            let at = output.paint(theme.dim, &format!("since {:.0}", agreement.at)).into_owned();
            let _ = writeln!(text, "  {}  {at}", visible(&agreement.what));
        }
    }
    print(text.as_bytes())
}

fn json_of(trusted: &Trusted) -> serde_json::Value {
    let agreed = trusted.agreed.iter();
    let agreed: Vec<_> =
        agreed.map(|agreement| json!({ "what": agreement.what, "at": agreement.at.to_string() })).collect();
    json!({ "folder": trusted.folder, "agreed": agreed })
}

/// What each collection of a workspace asks for.
fn asked(workspace: &Workspace) -> Vec<(&Collection, Vec<Asked>)> {
    let all = workspace.collections.iter();
    all.map(|collection| (collection, asks_of(workspace, collection, &Vars::new()))).collect()
}

fn show(trust: &Trust, start: &Path, as_json: bool) -> Result<Exit, CliError> {
    let workspace = workspace_at(start)?;
    let output = Output::stdout();
    let theme = output.theme();
    let (mut text, mut list) = (String::new(), Vec::new());
    for (collection, asked) in asked(&workspace) {
        let permit = trust.permit(&collection.folder).map_err(|error| CliError::because(&error))?;
        let folder = collection.folder.to_string_lossy();
        let _ = writeln!(text, "{}", output.paint(theme.title, &visible(&folder)));
        if asked.is_empty() {
            let _ = writeln!(text, "  {}", output.paint(theme.dim, "asks for nothing beyond its own files"));
        }
        for Asked { ask, what, by } in &asked {
            let is_agreed = permit.allows(ask);
            let state = if is_agreed {
                output.paint(theme.dim, "agreed    ").into_owned()
            } else {
                output.paint(theme.notice_warning, "not agreed").into_owned()
            };
            let told = output.paint(theme.dim, &format!("by {}", visible(by))).into_owned();
            let _ = writeln!(text, "  {state}  {}  {told}", visible(what));
            list.push(json!({
                "folder": collection.folder, "what": what, "by": by, "agreed": is_agreed,
            }));
        }
    }
    if as_json {
        text = format!("{:#}\n", serde_json::Value::Array(list));
    }
    print(text.as_bytes())
}

fn agree(trust: &Trust, start: &Path) -> Result<Exit, CliError> {
    let workspace = workspace_at(start)?;
    let mut text = String::new();
    for (collection, asked) in asked(&workspace) {
        let shown: Vec<(Ask, String)> =
            asked.iter().map(|asked| (asked.ask.clone(), asked.what.clone())).collect();
        trust
            .agree(&collection.folder, &shown, Timestamp::now())
            .map_err(|error| CliError::because(&error))?;
        let _ = writeln!(text, "{}", visible(&collection.folder.to_string_lossy()));
        for Asked { what, by, .. } in &asked {
            let _ = writeln!(text, "  agreed  {}  (by {})", visible(what), visible(by));
        }
    }
    print(text.as_bytes())
}

fn revoke(trust: &Trust, start: &Path) -> Result<Exit, CliError> {
    let mut folders = vec![start.to_owned()];
    if let Ok(workspace) = workspace_at(start) {
        folders.extend(workspace.collections.into_iter().map(|collection| collection.folder));
    }
    let mut count = 0;
    for folder in &folders {
        count += trust.revoke(folder).map_err(|error| CliError::because(&error))?;
    }
    let noun = if count == 1 { "agreement" } else { "agreements" };
    print(format!("{count} {noun} taken back\n").as_bytes())
}
