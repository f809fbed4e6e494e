//! The log of one run: as the settings say, at the level that the command line or the environment names.

use std::sync::OnceLock;

use clap::ValueEnum;
use tracing::level_filters::LevelFilter;

use crate::{
    config::Logging,
    secret::redact_known,
    store::{
        log::{self, LogOptions},
        places::Places,
    },
};

/// How much the log says, each level with those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Level {
    /// Nothing
    Off,
    /// What failed and should not
    Error,
    /// What went wrong and was got over
    Warn,
    /// Each exchange, with what came of it
    Info,
    /// Each hop and connection
    Debug,
    /// What the libraries do
    Trace,
}

/// What the command line asks for. It is known before the settings are, and the log begins when those are read.
static ASKED: OnceLock<Level> = OnceLock::new();

/// Asks for a level over what the settings say.
pub(super) fn ask_for(level: Level) {
    // There is one command line: nothing asks twice.
    let _ = ASKED.set(level);
}

/// Begins the log.
pub(super) fn begin(places: &Places, settings: &Logging) {
    let named = || std::env::var("ANTIPHON_LOG").ok().and_then(|level| Level::from_str(&level, true).ok());
    let set = || Level::from_str(&settings.level, true).unwrap_or(Level::Info);
    let level = ASKED.get().copied().or_else(named).unwrap_or_else(set);
    log::begin(LogOptions {
        path: places.log(),
        level: level.into(),
        is_json: settings.format == "json",
        largest: settings.size,
        kept: settings.files,
        redact: redact_known,
    });
}

impl From<Level> for LevelFilter {
    fn from(level: Level) -> Self {
        match level {
            Level::Off => Self::OFF,
            Level::Error => Self::ERROR,
            Level::Warn => Self::WARN,
            Level::Info => Self::INFO,
            Level::Debug => Self::DEBUG,
            Level::Trace => Self::TRACE,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_settings_words_are_those_of_the_command_line() {
        for word in Logging::LEVELS {
            assert!(Level::from_str(word, false).is_ok(), "{word}");
        }
        assert_eq!(Logging::LEVELS.len(), Level::value_variants().len());
    }
}
