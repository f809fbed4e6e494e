//! What was reported to the user: shown for a while, kept for the session.

use std::time::Duration;

/// How much a notice matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Info,
    Warning,
    Error,
}

/// A summary, its chain of causes, and what to try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub level: Level,
    pub summary: String,
    pub causes: Vec<String>,
    pub hint: Option<String>,
}

impl Notice {
    pub fn info(summary: impl Into<String>) -> Self {
        Self::new(Level::Info, summary)
    }

    pub fn warning(summary: impl Into<String>) -> Self {
        Self::new(Level::Warning, summary)
    }

    pub fn error(summary: impl Into<String>) -> Self {
        Self::new(Level::Error, summary)
    }

    /// An error with its sources, outermost first.
    pub fn from_error(summary: impl Into<String>, error: &dyn std::error::Error) -> Self {
        let mut notice = Self::error(summary);
        let mut cause: Option<&dyn std::error::Error> = Some(error);
        while let Some(error) = cause {
            notice.causes.push(error.to_string());
            cause = error.source();
        }
        notice
    }

    fn new(level: Level, summary: impl Into<String>) -> Self {
        Self { level, summary: summary.into(), causes: Vec::new(), hint: None }
    }

    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// The session's notices, oldest first; the last one is on screen until its time is over or a key is pressed.
#[derive(Debug, Default)]
pub struct Notices {
    all: Vec<Notice>,
    /// When the last one was reported, while it is shown.
    shown_since: Option<Duration>,
}

impl Notices {
    /// Notices that are kept; older ones go.
    const KEPT: usize = 200;
    const SHOWN_FOR: Duration = Duration::from_secs(6);

    pub fn report(&mut self, notice: Notice, now: Duration) {
        if self.all.len() == Self::KEPT {
            self.all.remove(0);
        }
        self.all.push(notice);
        self.shown_since = Some(now);
    }

    /// The notice that is on screen.
    pub fn shown(&self) -> Option<&Notice> {
        self.shown_since.and(self.all.last())
    }

    pub fn all(&self) -> &[Notice] {
        &self.all
    }

    /// Takes the shown notice off the screen; it stays in [`Notices::all`].
    pub fn dismiss(&mut self) {
        self.shown_since = None;
    }

    /// Errors wait for a key; everything else goes by itself.
    pub fn expire(&mut self, now: Duration) {
        let stays = self.shown().is_some_and(|notice| notice.level == Level::Error);
        if !stays && self.shown_since.is_some_and(|since| now.saturating_sub(since) > Self::SHOWN_FOR) {
            self.shown_since = None;
        }
    }

    /// Whether time alone will change what is shown.
    pub fn is_waiting(&self) -> bool {
        self.shown().is_some_and(|notice| notice.level != Level::Error)
    }
}
