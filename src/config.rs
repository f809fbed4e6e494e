//! Settings, keys and themes: what default.toml says, with what the user's own file says over it.
//!
//! A mistake in the user's file costs the line it stands in: it is told, and everything else holds.

use std::path::Path;

use crate::model::Problem;

mod key;
mod keymap;
mod reading;
mod theme;

pub use key::{Key, KeyError};
pub use keymap::{Binding, Keymap, Lookup, written};
pub use theme::Theme;

use reading::Reading;

/// Every setting and key with its default, commented: also what `antiphon config` shows.
pub const DEFAULT: &str = include_str!("config/default.toml");

/// What holds after both files were read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Config {
    pub ui: Ui,
    pub history: HistoryUse,
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
        for (key, _) in &root {
            if !matches!(key, "ui" | "history" | "http" | "retry" | "keys") {
                let span = Reading::key_span(&root, key);
                reading.unknown(span, "table", key, &["ui", "history", "http", "retry", "keys"]);
            }
        }
        if let Some(ui) = reading.table(&root, "ui") {
            for (key, item) in &ui {
                match (key, item.as_str(), item.as_bool()) {
                    ("theme", Some(theme), _) => theme.clone_into(&mut self.ui.theme),
                    ("mouse", _, Some(mouse)) => self.ui.mouse = mouse,
                    ("theme", None, _) => {
                        reading.problem(item.span(), "`theme` is a string".into(), None);
                    }
                    ("mouse", _, None) => {
                        reading.problem(item.span(), "`mouse` is true or false".into(), None);
                    }
                    _ => {
                        let span = Reading::key_span(&ui, key);
                        reading.unknown(span, "setting", key, &["theme", "mouse"]);
                    }
                }
            }
        }
        if let Some(history) = reading.table(&root, "history") {
            for (key, item) in &history {
                match (key, item.as_bool()) {
                    ("keep", Some(keep)) => self.history.keep = keep,
                    ("keep", None) => {
                        reading.problem(item.span(), "`keep` is true or false".into(), None);
                    }
                    _ => {
                        let span = Reading::key_span(&history, key);
                        reading.unknown(span, "setting", key, &["keep"]);
                    }
                }
            }
        }
        if let Some(keys) = reading.table(&root, "keys") {
            self.read_keys(&mut reading, &keys);
        }
        reading.problems
    }

    /// `[keys.CONTEXT]`: sequence = "action", or "" to free the keys.
    fn read_keys(&mut self, reading: &mut Reading<'_>, contexts: &toml_edit::Table) {
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
                    Ok(keys) if action.is_empty() => self.keys.unbind(context, &keys),
                    Ok(keys) => self.keys.bind(context, keys, action),
                    Err(error) => {
                        reading.problem(span, error.to_string(), None);
                    }
                }
            }
        }
    }

    /// Where a binding can hold, and what has focus there.
    pub const CONTEXTS: &[&str] = &[
        "global", "list", "tree", "request", "table", "text", "body", "response", "history", "picker",
        "dialog",
    ];
}

#[cfg(test)]
mod tests;
