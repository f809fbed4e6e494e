//! The log: what happened, for when something went wrong. It goes to a file, never to the screen.

use std::{
    borrow::Cow,
    io,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use tracing::level_filters::LevelFilter;
use tracing_subscriber::fmt::MakeWriter;

mod rotating;

use rotating::Rotating;

/// How to log.
#[derive(Debug, Clone)]
pub struct LogOptions {
    pub path: PathBuf,
    pub level: LevelFilter,
    /// A line of JSON for each event, rather than of text.
    pub is_json: bool,
    /// Bytes; a larger file is put aside.
    pub largest: u64,
    /// How many files that were put aside are kept.
    pub kept: usize,
    /// Takes out of a line what nobody may see.
    pub redact: fn(&str) -> Cow<'_, str>,
}

/// Begins to log. The file is opened with the first event; one that cannot be written costs the log and nothing else.
pub fn begin(options: LogOptions) {
    if options.level == LevelFilter::OFF {
        return;
    }
    let (level, is_json) = (options.level, options.is_json);
    let subscriber =
        tracing_subscriber::fmt().with_max_level(level).with_ansi(false).with_writer(Log::new(options));
    // A second call, in tests, keeps the first log.
    let _ = if is_json {
        tracing::subscriber::set_global_default(subscriber.json().flatten_event(true).finish())
    } else {
        tracing::subscriber::set_global_default(subscriber.finish())
    };
}

/// The file, for each of the threads that write to it.
#[derive(Clone)]
struct Log {
    file: Arc<Mutex<Rotating>>,
    redact: fn(&str) -> Cow<'_, str>,
}

impl Log {
    fn new(options: LogOptions) -> Self {
        let file = Rotating::new(options.path, options.largest, options.kept);
        Self { file: Arc::new(Mutex::new(file)), redact: options.redact }
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl io::Write for Log {
    /// The subscriber writes an event at once, as a line.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(line);
        let text = (self.redact)(&text);
        self.file.lock().unwrap_or_else(PoisonError::into_inner).append(text.as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_logged_is_redacted_on_its_way_to_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("antiphon.log");
        let log = Log::new(LogOptions {
            path: path.clone(),
            level: LevelFilter::INFO,
            is_json: false,
            largest: 1 << 20,
            kept: 1,
            redact: |line| Cow::Owned(line.replace("hunter2", "***")),
        });
        let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(log).finish();
        tracing::subscriber::with_default(subscriber, || {
            tracing::info!(url = "http://localhost/?key=hunter2", status = 200, "sent");
        });
        let text = std::fs::read_to_string(path).unwrap();
        assert!(text.contains("sent url=\"http://localhost/?key=***\" status=200"), "{text}");
        assert_eq!(text.lines().count(), 1);
    }
}
