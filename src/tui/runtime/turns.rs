//! Work of which only the last is of use: what is begun ends what was begun before.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

/// Hands out turns.
#[derive(Debug, Default)]
pub(super) struct Turns(Arc<AtomicU64>);

/// One piece of work's.
#[derive(Debug)]
pub(super) struct Turn {
    number: u64,
    last: Arc<AtomicU64>,
}

impl Turns {
    /// A turn; all before it are over.
    pub(super) fn next(&self) -> Turn {
        Turn { number: self.0.fetch_add(1, Ordering::Relaxed) + 1, last: Arc::clone(&self.0) }
    }
}

impl Turn {
    /// Whether somebody still waits for what comes of it.
    pub(super) fn is_on(&self) -> bool {
        self.last.load(Ordering::Relaxed) == self.number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_turn_ends_the_one_before() {
        let turns = Turns::default();
        let first = turns.next();
        assert!(first.is_on());
        let second = turns.next();
        assert!(!first.is_on() && second.is_on());
    }
}
