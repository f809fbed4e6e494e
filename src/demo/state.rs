//! What the practice API remembers while it runs. Everything is bounded: the oldest gives way.

use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{oauth::Oauth, shop::Shop};

/// What every route shares.
pub(super) type Shared = Arc<Practice>;

/// How many tokens, nonces and flaky keys are remembered.
const REMEMBERED: usize = 1000;

#[derive(Debug)]
pub(super) struct Practice {
    /// The address it is known by, and the other origin's.
    pub(super) addresses: [SocketAddr; 2],
    shop: Mutex<Shop>,
    tokens: Mutex<Recent<String>>,
    nonces: Mutex<Recent<String>>,
    attempts: Mutex<Recent<(String, u64)>>,
    oauth: Mutex<Oauth>,
}

impl Practice {
    pub(super) fn new(addresses: [SocketAddr; 2]) -> Self {
        Self {
            addresses,
            shop: Mutex::new(Shop::stocked()),
            tokens: Mutex::default(),
            nonces: Mutex::default(),
            attempts: Mutex::default(),
            oauth: Mutex::default(),
        }
    }

    pub(super) fn shop(&self) -> MutexGuard<'_, Shop> {
        lock(&self.shop)
    }

    pub(super) fn tokens(&self) -> MutexGuard<'_, Recent<String>> {
        lock(&self.tokens)
    }

    pub(super) fn nonces(&self) -> MutexGuard<'_, Recent<String>> {
        lock(&self.nonces)
    }

    pub(super) fn oauth(&self) -> MutexGuard<'_, Oauth> {
        lock(&self.oauth)
    }

    /// Counts one more attempt under `key`: true for the first `failures` of them; the one after starts anew.
    pub(super) fn still_fails(&self, key: &str, failures: u64) -> bool {
        let mut attempts = lock(&self.attempts);
        let made = attempts.take(|(other, _)| other == key).map_or(0, |(_, made)| made);
        let fails = made < failures;
        if fails {
            attempts.keep((key.to_owned(), made + 1));
        }
        fails
    }
}

/// A panic elsewhere leaves the data as it was: nothing here is changed in steps.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The last few things that were kept.
#[derive(Debug)]
pub(super) struct Recent<T>(VecDeque<T>);

impl<T> Default for Recent<T> {
    fn default() -> Self {
        Self(VecDeque::new())
    }
}

impl<T> Recent<T> {
    pub(super) fn keep(&mut self, item: T) {
        if self.0.len() == REMEMBERED {
            self.0.pop_front();
        }
        self.0.push_back(item);
    }

    pub(super) fn take(&mut self, wanted: impl FnMut(&T) -> bool) -> Option<T> {
        self.0.iter().position(wanted).and_then(|at| self.0.remove(at))
    }

    pub(super) fn find(&mut self, mut wanted: impl FnMut(&T) -> bool) -> Option<&mut T> {
        self.0.iter_mut().find(|item| wanted(item))
    }

    pub(super) fn contains(&self, item: &str) -> bool
    where
        T: AsRef<str>,
    {
        self.0.iter().any(|kept| kept.as_ref() == item)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flaky_key_fails_so_often_and_then_starts_anew() {
        let address = SocketAddr::from(([127, 0, 0, 1], 1));
        let practice = Practice::new([address, address]);
        let seen: Vec<bool> = (0..6).map(|_| practice.still_fails("a", 2)).collect();
        assert_eq!(seen, [true, true, false, true, true, false]);
        assert!(practice.still_fails("b", 1));
    }

    #[test]
    fn the_oldest_gives_way() {
        let mut recent = Recent::default();
        (0..=REMEMBERED).for_each(|n| recent.keep(n.to_string()));
        assert!(!recent.contains("0") && recent.contains("1"));
    }
}
