//! What was found or may yet be, in the order of the document: a node that begins takes a slot, and what is found in
//! the slots before it is told first.

use std::collections::VecDeque;

use super::Node;

#[derive(Debug, Default)]
pub(super) struct Slots {
    list: VecDeque<Slot>,
    /// How many were emptied and dropped.
    passed: usize,
}

/// A place among the results.
#[derive(Debug)]
struct Slot {
    /// What it holds lies behind this offset.
    start: u64,
    found: Option<Vec<Node>>,
}

impl Slots {
    /// A slot for what may be found from that offset on; answers its number.
    pub(super) fn take(&mut self, start: u64) -> usize {
        self.list.push_back(Slot { start, found: None });
        self.passed + self.list.len() - 1
    }

    /// Fills the slot of that number.
    pub(super) fn fill(&mut self, slot: usize, found: Vec<Node>) {
        if let Some(slot) = self.list.get_mut(slot - self.passed) {
            slot.found = Some(found);
        }
        // What came to nothing need not wait for its turn.
        while self.list.pop_back_if(|slot| slot.found.as_ref().is_some_and(Vec::is_empty)).is_some() {}
    }

    /// The nodes of the first slot, if that is filled.
    pub(super) fn next(&mut self) -> Option<Vec<Node>> {
        let slot = self.list.pop_front_if(|slot| slot.found.is_some())?;
        self.passed += 1;
        slot.found
    }

    /// The offset from which on bytes are needed.
    pub(super) fn needs(&self) -> Option<u64> {
        self.list.iter().find(|slot| slot.found.is_some()).map(|slot| slot.start)
    }
}
