//! Settings, keys and themes: what default.toml says, with what the user's own file says over it.
//!
//! A mistake in the user's file costs the line it stands in: it is told, and everything else holds.

use std::path::Path;

use toml_edit::Table;

use crate::model::{Problem, Retry, Settings};

mod http;
mod key;
mod keymap;
mod logging;
mod reading;
mod retry;
mod theme;

pub use key::{Key, KeyError};
pub use keymap::{Binding, Keymap, Lookup, written};
pub use logging::Logging;
pub use theme::Theme;

use reading::Reading;

/// Every setting and key with its default, commented: their documentation.
pub const DEFAULT: &str = include_str!("config/default.toml");

/// What holds after both files were read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Config {
    pub ui: Ui,
    pub history: HistoryUse,
    /// What requests and folders leave open.
    pub http: Settings,
    /// The same, of `[retry]`.
    pub retry: Retry,
    pub log: Logging,
    pub keys: Keymap,
}

/// `[ui]`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ui {
    /// A theme's name.
    pub theme: String,
    /// Whether the mouse is captured.
    pub mouse: bool,
}

/// `[history]`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HistoryUse {
    /// Whether exchanges are kept.
    pub keep: bool,
}

impl Config {
    /// The defaults, with the user's file over them. Problems are of the user's file only; the defaults have none,
    /// which a test holds.
    pub fn load(user: Option<(&Path, &str)>) -> (Self, Vec<Problem>) {
        let mut config = Self::default();
        let mut problems = config.read(DEFAULT, Path::new("default.toml"));
        debug_assert!(problems.is_empty(), "{problems:?}");
        if let Some((file, text)) = user {
            problems.extend(config.read(text, file));
        }
        (config, problems)
    }

    fn read(&mut self, text: &str, file: &Path) -> Vec<Problem> {
        let mut reading = Reading::new(text, file);
        let Some(root) = reading.root() else { return reading.problems };
        for (key, _) in root.iter().filter(|(key, _)| !Self::TABLES.contains(key)) {
            reading.unknown(Reading::key_span(&root, key), "table", key, Self::TABLES);
        }
        if let Some(ui) = reading.table(&root, "ui") {
            self.ui.read(&mut reading, &ui);
        }
        if let Some(history) = reading.table(&root, "history") {
            self.history.read(&mut reading, &history);
        }
        if let Some(table) = reading.table(&root, "http") {
            self.http = http::read(&mut reading, &table).over(&self.http);
        }
        if let Some(table) = reading.table(&root, "retry") {
            self.retry = retry::read(&mut reading, &table).over(&self.retry);
        }
        if let Some(table) = reading.table(&root, "log") {
            self.log.read(&mut reading, &table);
        }
        if let Some(keys) = reading.table(&root, "keys") {
            self.read_keys(&mut reading, &keys);
        }
        reading.problems.sort_by_key(|problem| problem.place);
        reading.problems
    }

    /// `[keys.CONTEXT]`: sequence = "action", or "" where the keys shall ask for nothing.
    fn read_keys(&mut self, reading: &mut Reading<'_>, contexts: &Table) {
        for (context, _) in contexts {
            if !Self::CONTEXTS.contains(&context) {
                let span = Reading::key_span(contexts, context);
                reading.unknown(span, "context", context, Self::CONTEXTS);
                continue;
            }
            let Some(bindings) = reading.table(contexts, context) else { continue };
            for (sequence, action, span) in reading.strings(&bindings) {
                let keys: Result<Vec<Key>, KeyError> = sequence.split_whitespace().map(str::parse).collect();
                match keys {
                    Ok(keys) => self.keys.bind(context, keys, action),
                    Err(error) => {
                        reading.problem(span, error.to_string(), None);
                    }
                }
            }
        }
    }

    /// The tables of a settings file.
    const TABLES: &[&str] = &["ui", "history", "http", "retry", "log", "keys"];

    /// Where a binding can hold, and what has focus there.
    pub const CONTEXTS: &[&str] = &[
        "global",
        "list",
        "tree",
        "request",
        "table",
        "text",
        "body",
        "response",
        "viewing",
        "history",
        "picker",
        "environment",
        "jar",
        "dialog",
    ];
}

impl Ui {
    fn read(&mut self, reading: &mut Reading<'_>, table: &Table) {
        for (key, item) in table {
            match key {
                "theme" => {
                    if let Some(theme) = reading.string(key, item) {
                        self.theme = theme;
                    }
                }
                "mouse" => {
                    if let Some(mouse) = reading.flag(key, item) {
                        self.mouse = mouse;
                    }
                }
                _ => reading.unknown(Reading::key_span(table, key), "setting", key, &["theme", "mouse"]),
            }
        }
    }
}

impl HistoryUse {
    fn read(&mut self, reading: &mut Reading<'_>, table: &Table) {
        for (key, item) in table {
            match key {
                "keep" => {
                    if let Some(keep) = reading.flag(key, item) {
                        self.keep = keep;
                    }
                }
                _ => reading.unknown(Reading::key_span(table, key), "setting", key, &["keep"]),
            }
        }
    }
}

#[cfg(test)]
mod tests;
