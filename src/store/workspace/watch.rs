//! Noticing that files change under the workbench.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    thread,
    time::{Duration, Instant},
};

use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _, event::ModifyKind};

use super::COLLECTION_FILE;

/// An editor's save is several events, a checkout thousands: they are told together when it has been quiet so long.
const QUIET: Duration = Duration::from_millis(60);
/// At the latest after this.
const LONGEST: Duration = Duration::from_millis(500);

/// Watches until it is dropped.
#[derive(Debug)]
pub struct Watcher {
    _inner: RecommendedWatcher,
}

/// Calls `on_change`, on a thread of its own, with the `.toml` files and folders below `root` that changed, came or
/// went. What a folder that went held is not listed.
pub fn watch(root: &Path, on_change: impl Fn(Vec<PathBuf>) + Send + 'static) -> notify::Result<Watcher> {
    let root = std::fs::canonicalize(root).map_err(notify::Error::io)?;
    let below = root.clone();
    let (sender, receiver) = channel();
    let mut inner = notify::recommended_watcher(move |event: notify::Result<Event>| {
        let Ok(event) = event else { return };
        let paths: Vec<_> =
            event.paths.into_iter().filter(|path| is_relevant(&below, path, event.kind)).collect();
        if !paths.is_empty() {
            sender.send(paths).ok();
        }
    })?;
    let collections = root.join("collections");
    // Beside `collections` may stand a whole project that is not ours to watch.
    let folder =
        if root.join(COLLECTION_FILE).exists() || !collections.is_dir() { &root } else { &collections };
    inner.watch(folder, RecursiveMode::Recursive)?;
    thread::Builder::new()
        .name("watch".to_owned())
        .spawn(move || tell(&receiver, on_change))
        .map_err(notify::Error::io)?;
    Ok(Watcher { _inner: inner })
}

/// Gathers changes until it is quiet, and tells them, until the watcher is dropped.
fn tell(receiver: &Receiver<Vec<PathBuf>>, on_change: impl Fn(Vec<PathBuf>)) {
    while let Ok(first) = receiver.recv() {
        let mut changed: BTreeSet<_> = first.into_iter().collect();
        let end = Instant::now() + LONGEST;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            match receiver.recv_timeout(QUIET.min(left)) {
                Ok(more) => changed.extend(more),
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
        on_change(changed.into_iter().collect());
    }
}

fn is_relevant(root: &Path, path: &Path, kind: EventKind) -> bool {
    let within = path.strip_prefix(root).unwrap_or(path);
    if within.iter().any(|name| name.to_string_lossy().starts_with('.')) {
        return false;
    }
    match (path.extension(), kind) {
        (_, EventKind::Access(_)) => false,
        (Some(ending), _) if ending == "toml" => true,
        // Only for a folder does it matter that it came, went or changed its name.
        (_, EventKind::Create(_) | EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(_))) => {
            path.is_dir() || (!path.exists() && path.extension().is_none())
        }
        _ => false,
    }
}
