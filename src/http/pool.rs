//! Connections that are kept between exchanges: idle ones of HTTP/1.1, each for one exchange at a time, and those of
//! HTTP/2, which are lent as often as they are asked for.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use tokio::sync::OwnedMutexGuard;

use super::{
    connection::{Key, Live},
    tls::Configs,
};

/// Most servers close what is idle for longer; few sooner.
const IDLE: Duration = Duration::from_mins(1);

/// The connections of a client.
#[derive(Debug, Default)]
pub(super) struct Pool {
    kept: Mutex<Kept>,
    configs: Configs,
}

#[derive(Debug, Default)]
struct Kept {
    /// Each with when it was last used.
    connections: HashMap<Key, Vec<(Live, Instant)>>,
    /// Held while the first connection is opened that others may share.
    doors: HashMap<Key, Arc<tokio::sync::Mutex<()>>>,
    /// What turned out to speak HTTP/1.1, where waiting for each other buys nothing.
    unshared: HashSet<Key>,
}

impl Pool {
    /// The TLS configurations of the connections that are opened for it.
    pub(super) fn configs(&self) -> &Configs {
        &self.configs
    }

    /// A connection that still stands: an idle one, or a stream of a shared one.
    pub(super) async fn take(&self, key: &Key) -> Option<Live> {
        loop {
            let mut live = self.lock().next(key)?;
            live.facts.reused = true;
            if live.is_ready().await {
                return Some(live);
            }
            self.forget(key, &live);
        }
    }

    /// Waits for its turn to open a connection that may come to be shared, so that requests which set out together
    /// need one HTTP/2 connection and not one each. Let go of it once the connection is [`opened`](Self::opened).
    pub(super) async fn turn(&self, key: &Key) -> Option<OwnedMutexGuard<()>> {
        let door = self.lock().door(key)?;
        let turn = door.lock_owned().await;
        (!self.lock().unshared.contains(key)).then_some(turn)
    }

    /// Notes what a new connection speaks, and shares it where it can be.
    pub(super) fn opened(&self, key: &Key, live: &Live) {
        let mut kept = self.lock();
        match live.lend() {
            Some(shared) => kept.keep(key.clone(), shared),
            None => {
                kept.unshared.insert(key.clone());
            }
        }
    }

    /// Keeps a connection whose exchange is through. HTTP/1 learns by itself whether it may be used again.
    pub(super) fn put(&self, key: Key, live: Live) {
        let mut kept = self.lock();
        for connections in kept.connections.values_mut() {
            connections.retain(|(_, since)| since.elapsed() < IDLE);
        }
        kept.keep(key, live);
    }

    /// A connection turned out to be of no more use.
    pub(super) fn forget(&self, key: &Key, live: &Live) {
        if let Some(connections) = self.lock().connections.get_mut(key) {
            connections.retain(|(own, _)| own.facts.id != live.facts.id);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn next(&mut self, key: &Key) -> Option<Live> {
        let connections = self.connections.get_mut(key)?;
        loop {
            let (live, since) = connections.pop()?;
            if since.elapsed() >= IDLE {
                continue;
            }
            return Some(match live.lend() {
                Some(lent) => {
                    connections.push((live, Instant::now()));
                    lent
                }
                None => live,
            });
        }
    }

    fn keep(&mut self, key: Key, live: Live) {
        let connections = self.connections.entry(key).or_default();
        match connections.iter_mut().find(|(own, _)| own.facts.id == live.facts.id) {
            Some((_, since)) => *since = Instant::now(),
            None => connections.push((live, Instant::now())),
        }
    }

    fn door(&mut self, key: &Key) -> Option<Arc<tokio::sync::Mutex<()>>> {
        let is_shared = key.may_be_shared() && !self.unshared.contains(key);
        is_shared.then(|| Arc::clone(self.doors.entry(key.clone()).or_default()))
    }
}
