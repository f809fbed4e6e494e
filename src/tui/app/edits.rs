//! Unsaved edits: what differs from disk, for each request.

use std::collections::BTreeMap;

use crate::model::{NodeId, Request};

/// A request as the user has it now, and as it was on disk when the edit began.
#[derive(Debug, Clone, PartialEq)]
pub struct Edit {
    pub request: Request,
    /// `None` for a request that never was saved.
    pub base: Option<Request>,
}

/// Every unsaved edit of the workspace. A request without an edit is as its file says.
#[derive(Debug, Clone, Default)]
pub struct Edits(BTreeMap<NodeId, Edit>);

impl Edits {
    pub fn get(&self, id: &NodeId) -> Option<&Edit> {
        self.0.get(id)
    }

    pub fn is_edited(&self, id: &NodeId) -> bool {
        self.0.contains_key(id)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = (&NodeId, &Edit)> {
        self.0.iter()
    }

    /// Puts `request` in the place of what `id` is now. An edit that says what its base says is none.
    /// Answers whether there is an edit afterwards.
    pub fn put(&mut self, id: &NodeId, saved: Option<&Request>, request: Request) -> bool {
        let base = self.0.get(id).map_or_else(|| saved.cloned(), |edit| edit.base.clone());
        if base.as_ref() == Some(&request) {
            self.0.remove(id);
            return false;
        }
        self.0.insert(id.clone(), Edit { request, base });
        true
    }

    /// Takes up an edit as it is: one that an earlier run left behind.
    pub fn restore(&mut self, id: NodeId, edit: Edit) {
        if edit.base.as_ref() != Some(&edit.request) {
            self.0.insert(id, edit);
        }
    }

    /// `saved` is on disk now. What was edited since it was sent there stays an edit, on the new base.
    pub fn saved(&mut self, id: &NodeId, saved: &Request) {
        self.rebase(id, Some(saved));
    }

    /// The disk says something else now, and the user knows: the edit goes on from there.
    pub fn rebase(&mut self, id: &NodeId, base: Option<&Request>) {
        if let Some(edit) = self.0.get_mut(id) {
            edit.base = base.cloned();
            if Some(&edit.request) == base {
                self.0.remove(id);
            }
        }
    }

    pub fn discard(&mut self, id: &NodeId) -> Option<Edit> {
        self.0.remove(id)
    }

    /// A request or folder moved: edits move with it.
    pub fn move_node(&mut self, from: &NodeId, to: &NodeId) {
        let moved: Vec<_> = self.0.keys().filter(|id| id.is_within(from)).cloned().collect();
        for id in moved {
            if let Some(edit) = self.0.remove(&id) {
                self.0.insert(id.rebased(from, to), edit);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(url: &str) -> Request {
        Request { url: url.into(), ..Request::default() }
    }

    #[test]
    fn an_edit_that_is_taken_back_is_none() {
        let (mut edits, id, disk) = (Edits::default(), NodeId::new("a/b"), request("1"));
        assert!(edits.put(&id, Some(&disk), request("2")));
        assert!(!edits.put(&id, Some(&disk), request("1")));
        assert!(edits.is_empty());
    }

    #[test]
    fn what_was_typed_while_saving_stays_an_edit() {
        let (mut edits, id) = (Edits::default(), NodeId::new("a/b"));
        edits.put(&id, Some(&request("1")), request("2"));
        edits.put(&id, Some(&request("1")), request("3"));
        edits.saved(&id, &request("2"));
        assert_eq!(edits.get(&id), Some(&Edit { request: request("3"), base: Some(request("2")) }));
        edits.saved(&id, &request("3"));
        assert!(edits.is_empty());
    }

    #[test]
    fn edits_move_with_their_folder() {
        let mut edits = Edits::default();
        edits.put(&NodeId::new("shop/old/x"), None, request("1"));
        edits.move_node(&NodeId::new("shop/old"), &NodeId::new("shop/new"));
        assert!(edits.is_edited(&NodeId::new("shop/new/x")));
    }
}
