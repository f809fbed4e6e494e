//! The log: what happened, for when something went wrong. It goes to a file, never to the screen.

use std::{
    fs::{self, File, OpenOptions},
    io,
    path::Path,
    sync::Mutex,
};

use tracing::Level;

use super::{places::Places, private};

/// A larger log is put aside when the program starts; one older log is kept.
const LARGEST: u64 = 5 << 20;

/// Begins to log at that level; `ANTIPHON_LOG` (error, warn, info, debug, trace) names another.
///
/// A log that cannot be written is none: the program goes on.
pub fn begin(places: &Places, level: Level) {
    let level = std::env::var("ANTIPHON_LOG").ok().and_then(|level| level.parse().ok()).unwrap_or(level);
    if let Ok(file) = open(&places.log()) {
        let subscriber =
            tracing_subscriber::fmt().with_max_level(level).with_ansi(false).with_writer(Mutex::new(file));
        // A second call, in tests, keeps the first log.
        let _ = tracing::subscriber::set_global_default(subscriber.finish());
    }
}

fn open(path: &Path) -> io::Result<File> {
    if let Some(folder) = path.parent() {
        private::create_folder(folder)?;
    }
    if fs::metadata(path).is_ok_and(|file| file.len() > LARGEST) {
        fs::rename(path, path.with_extension("log.1"))?;
    }
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_log_is_put_aside() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state/antiphon.log");
        open(&path).unwrap().set_len(LARGEST + 1).unwrap();
        assert_eq!(open(&path).unwrap().metadata().unwrap().len(), 0);
        assert!(path.with_extension("log.1").exists());
    }
}
