//! What every command finds first: the user's folders, settings, the workspace and its environments.

use std::path::Path;

use crate::{
    config::Config,
    model::{Collection, Environment, Exchange, NodeId, Problem, Workspace},
    store::{
        history::History,
        places::Places,
        workspace::{self, load},
    },
};

use super::{CliError, error::warn, logging};

/// Where one user's things are, and what they set.
#[derive(Debug)]
pub(super) struct Home {
    pub(super) places: Places,
    pub(super) config: Config,
    /// Mistakes in the settings: each costs only its line.
    pub(super) problems: Vec<Problem>,
}

impl Home {
    /// Tells mistakes in the settings on stderr.
    pub(super) fn find() -> Result<Self, CliError> {
        let home = Self::find_quietly()?;
        for problem in &home.problems {
            warn(&problem.to_string());
        }
        Ok(home)
    }

    /// Leaves it to the workbench to tell of mistakes.
    pub(super) fn find_quietly() -> Result<Self, CliError> {
        let places = Places::of_user()?;
        let file = places.config_file();
        let mut unread = None;
        let text = match std::fs::read_to_string(&file) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => {
                let message = format!("the settings cannot be read: {error}");
                unread = Some(Problem { file: file.clone(), place: None, message, hint: None });
                None
            }
        };
        let (config, mut problems) = Config::load(text.as_deref().map(|text| (file.as_path(), text)));
        problems.extend(unread);
        logging::begin(&places, &config.log);
        Ok(Self { places, config, problems })
    }

    /// Keeps an exchange, unless the settings say that none is kept. That it could not be kept takes nothing from
    /// the answer.
    pub(super) fn record(&self, exchange: &Exchange, collection: Option<&Path>) {
        if !self.config.history.keep {
            return;
        }
        let kept = History::open(&self.places).and_then(|history| {
            if let Some(aside) = &history.set_aside {
                warn(&format!(
                    "the history was damaged: it is now {}, and a new one begins",
                    aside.display()
                ));
            }
            history.record(exchange, collection)
        });
        if let Err(error) = kept {
            let error = CliError::from(error);
            let all: Vec<String> = std::iter::once(error.message).chain(error.causes).collect();
            warn(&format!("not kept in history: {}", all.join(": ")));
        }
    }
}

/// The workspace that the current folder belongs to, else the user's own.
pub(super) fn find_workspace(home: &Home) -> Result<Workspace, CliError> {
    let root = match workspace::locate(Path::new(".")) {
        Some(root) => root,
        None => workspace::user_default(&home.places.data)?,
    };
    load(&root).map_err(|error| CliError::io("cannot read the workspace", &root, &error))
}

/// The workspace that a named folder, or the current one, belongs to.
pub(super) fn workspace_at(start: &Path) -> Result<Workspace, CliError> {
    if let Err(error) = std::fs::metadata(start) {
        return Err(CliError::io("cannot open", start, &error)
            .hint("it is the name of a folder; antiphon --help lists the commands"));
    }
    let root = workspace::locate(start).ok_or_else(|| no_workspace(start))?;
    load(&root).map_err(|error| CliError::io("cannot read the workspace", &root, &error))
}

pub(super) fn no_workspace(start: &Path) -> CliError {
    CliError::usage(format!("there is no collection in {} or above it", start.display()))
        .hint("a collection is a folder with a collection.toml")
}

/// The environment to use, as the workbench has it: the one that was named; else `local`, else the first.
pub(super) fn choose_environment<'a>(
    collection: &'a Collection,
    named: Option<&str>,
) -> Result<Option<&'a Environment>, CliError> {
    let Some(name) = named else {
        return Ok(collection.environment("local").or(collection.environments.first()));
    };
    collection.environment(name).map(Some).ok_or_else(|| {
        no_environment(name, collection.environments.iter().map(|environment| environment.name.as_str()))
    })
}

pub(super) fn no_environment<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> CliError {
    let known: Vec<&str> = known.collect();
    let error = CliError::usage(format!("there is no environment `{name}`"));
    if known.is_empty() {
        return error.hint(format!("write one to environments/{name}.toml in the collection's folder"));
    }
    error.hint(format!("there are: {}", known.join(", ")))
}

/// The collection's folder that a request belongs to, for history.
pub(super) fn collection_of<'a>(workspace: &'a Workspace, id: Option<&NodeId>) -> Option<&'a Collection> {
    workspace.collection(id?.collection())
}
