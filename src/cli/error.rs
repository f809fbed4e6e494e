//! How a command ends: its exit code, and the words for what went wrong.

use std::{
    fmt::{self, Write as _},
    io,
    path::Path,
};

use crate::{
    http::PrepareError,
    model::{Failure, FailureKind},
    store::{history::HistoryError, places::NoHome, workspace::SaveError},
};

use super::output::{Output, visible};

/// The exit codes, as `antiphon --help` and docs/cli.md list them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    Ok,
    /// `check` found problems; with `--fail`, the status is an error; `query --exit-status` found nothing that holds.
    Problems,
    /// Wrong arguments, a file that cannot be used, no terminal for the workbench: nothing was sent.
    Usage,
    /// The request was sent, or tried to be, and no whole answer came.
    Transport,
    /// With `--check-status`: the status is 4xx.
    ClientError,
    /// With `--check-status`: the status is 5xx.
    ServerError,
    /// By Ctrl-C.
    Interrupted,
}

impl Exit {
    pub fn code(self) -> u8 {
        match self {
            Self::Ok => 0,
            Self::Problems => 1,
            Self::Usage => 2,
            Self::Transport => 3,
            Self::ClientError => 4,
            Self::ServerError => 5,
            Self::Interrupted => 130,
        }
    }
}

/// Why a command ended early: the same words that the workbench shows, and the exit code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CliError {
    pub exit: Exit,
    pub message: String,
    /// Outermost first.
    pub causes: Vec<String>,
    pub hint: Option<String>,
}

impl CliError {
    /// Something that the user can put right before anything is sent.
    pub(super) fn usage(message: impl Into<String>) -> Self {
        Self { exit: Exit::Usage, message: message.into(), causes: Vec::new(), hint: None }
    }

    #[must_use]
    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// `doing` says what was tried, as in "cannot read the workspace".
    pub(super) fn io(doing: &str, path: &Path, error: &io::Error) -> Self {
        let mut failed = Self::usage(format!("{doing} {}", path.display()));
        failed.causes = chain(error);
        failed
    }

    /// An error of any layer with the errors behind it.
    pub(super) fn because(error: &(dyn std::error::Error + 'static)) -> Self {
        let mut failed = Self::usage(error.to_string());
        failed.causes = error.source().map(chain).unwrap_or_default();
        failed
    }
}

/// An error's words and those of the errors behind it.
fn chain(error: &(dyn std::error::Error + 'static)) -> Vec<String> {
    std::iter::successors(Some(error), |error| error.source()).map(ToString::to_string).collect()
}

impl fmt::Display for CliError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for CliError {}

impl From<Failure> for CliError {
    fn from(failure: Failure) -> Self {
        let exit = match failure.kind {
            FailureKind::Invalid | FailureKind::Untrusted | FailureKind::Io => Exit::Usage,
            FailureKind::Cancelled => Exit::Interrupted,
            _ => Exit::Transport,
        };
        Self { exit, message: failure.message, causes: failure.causes, hint: failure.hint }
    }
}

impl From<PrepareError> for CliError {
    fn from(error: PrepareError) -> Self {
        error.failure.into()
    }
}

impl From<NoHome> for CliError {
    fn from(error: NoHome) -> Self {
        Self::because(&error)
    }
}

impl From<SaveError> for CliError {
    fn from(error: SaveError) -> Self {
        let failed = Self::because(&error);
        Self { hint: error.hint().map(str::to_owned), ..failed }
    }
}

impl From<HistoryError> for CliError {
    fn from(error: HistoryError) -> Self {
        Self::because(&error)
    }
}

/// Tells an error on stderr: the message, its causes, what to try.
pub fn report(error: &CliError) {
    let output = Output::stderr();
    let theme = output.theme();
    let mut text = format!("{} {}\n", output.paint(theme.notice_error, "error:"), visible(&error.message));
    for cause in &error.causes {
        let _ = writeln!(text, "  {} {}", output.paint(theme.dim, "cause:"), visible(cause));
    }
    if let Some(hint) = &error.hint {
        let _ = writeln!(text, "  {} {}", output.paint(theme.accent, "hint:"), visible(hint));
    }
    output.tell(&text);
}

/// Tells something that went wrong without stopping the command.
pub(super) fn warn(message: &str) {
    let output = Output::stderr();
    let label = output.paint(output.theme().notice_warning, "warning:");
    output.tell(&format!("{label} {}\n", visible(message)));
}
