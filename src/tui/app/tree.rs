//! The collection pane's state: where the cursor is, what is collapsed, what the filter says.

use std::collections::BTreeSet;

use crate::{
    model::{Folder, Node, NodeId, Workspace},
    store::workspace::Deleted,
};

use super::{super::widgets::text_field::TextField, remembered::Remembered};

/// State of the tree. Rows are worked out from the workspace when they are needed, see [`Tree::rows`].
#[derive(Debug, Default)]
pub struct Tree {
    pub cursor: Option<NodeId>,
    pub collapsed: BTreeSet<NodeId>,
    /// The filter, while there is one.
    pub filter: Option<TextField>,
    /// Whether keys go to the filter.
    pub is_filtering: bool,
    /// First row on screen.
    pub top: usize,
    /// What was deleted in this session, the last one last, to be brought back.
    pub deleted: Vec<(NodeId, Deleted)>,
    /// Opened when the workspace has been read: from the last run.
    pub(super) reopen: Option<NodeId>,
    /// The environment asked for on the command line.
    pub(super) environment: Option<String>,
}

/// One line of the tree.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    pub node: RowNode<'a>,
    pub depth: usize,
}

/// What a line stands for. A collection is a folder of depth 0.
#[derive(Debug, Clone, Copy)]
pub enum RowNode<'a> {
    Folder {
        folder: &'a Folder,
        is_open: bool,
    },
    Request(&'a crate::model::RequestNode),
    /// A request that never was saved: it stands in its folder until it is.
    Unsaved(&'a NodeId),
}

impl Row<'_> {
    pub fn id(&self) -> &NodeId {
        match self.node {
            RowNode::Folder { folder, .. } => &folder.id,
            RowNode::Request(request) => &request.id,
            RowNode::Unsaved(id) => id,
        }
    }
}

impl Tree {
    pub fn new(remembered: &Remembered, environment: Option<String>) -> Self {
        Self {
            cursor: remembered.open.clone(),
            collapsed: remembered.collapsed.clone(),
            reopen: remembered.open.clone(),
            environment,
            ..Self::default()
        }
    }

    /// What the workspace's first reading is to open.
    pub fn take_reopen(&mut self) -> Option<NodeId> {
        self.reopen.take()
    }

    /// Opens this request when the workspace, which does not have it yet, has been read again.
    pub fn open_when_loaded(&mut self, id: NodeId) {
        self.reopen = Some(id);
    }

    /// Expands every folder above `id`.
    pub fn reveal(&mut self, id: &NodeId) {
        self.collapsed.retain(|collapsed| !id.is_within(collapsed) || id == collapsed);
    }

    /// Puts the cursor on a line that exists: its folder's, or the first.
    pub fn keep_cursor_valid(&mut self, ids: &[NodeId]) {
        while let Some(cursor) = self.cursor.take() {
            if ids.contains(&cursor) || self.reopen.as_ref() == Some(&cursor) {
                self.cursor = Some(cursor);
                return;
            }
            self.cursor = cursor.parent();
        }
        self.cursor = ids.first().cloned();
    }

    /// A request or folder moved: what is remembered of it moves along.
    pub fn move_node(&mut self, from: &NodeId, to: &NodeId) {
        self.collapsed = self.collapsed.iter().map(|id| id.rebased(from, to)).collect();
        self.cursor = self.cursor.as_ref().map(|id| id.rebased(from, to));
    }

    /// The environment from the command line.
    pub fn take_environment(&mut self) -> Option<String> {
        self.environment.take()
    }

    /// The lines in order: every node whose folders are open, or, under a filter, every request that matches it with
    /// the folders above.
    pub fn rows<'a>(&self, workspace: &'a Workspace, unsaved: &[&'a NodeId]) -> Vec<Row<'a>> {
        let filter =
            self.filter.as_ref().map(|field| field.text().to_lowercase()).filter(|text| !text.is_empty());
        let walk = Walk { tree: self, filter: filter.as_deref(), unsaved };
        let mut rows = Vec::new();
        for collection in &workspace.collections {
            walk.folder(&collection.root, 0, false, &mut rows);
        }
        rows
    }
}

/// One pass over the workspace's nodes.
struct Walk<'a, 'b> {
    tree: &'b Tree,
    filter: Option<&'b str>,
    unsaved: &'b [&'a NodeId],
}

impl<'a> Walk<'a, '_> {
    /// `within`: a folder above matches the filter, so everything below is shown.
    fn folder(&self, folder: &'a Folder, depth: usize, within: bool, rows: &mut Vec<Row<'a>>) {
        let matches =
            within || self.filter.is_some_and(|_| self.matches(&folder.id, &folder.name) && depth > 0);
        let is_open = self.filter.is_some() || !self.tree.collapsed.contains(&folder.id);
        let start = rows.len();
        rows.push(Row { node: RowNode::Folder { folder, is_open }, depth });
        if is_open {
            for node in &folder.children {
                match node {
                    Node::Folder(child) => self.folder(child, depth + 1, matches, rows),
                    Node::Request(request) if matches || self.matches(&request.id, request.id.leaf()) => {
                        rows.push(Row { node: RowNode::Request(request), depth: depth + 1 });
                    }
                    Node::Request(_) => {}
                }
            }
            let unsaved = self.unsaved.iter().copied().filter(|id| id.parent().as_ref() == Some(&folder.id));
            let unsaved = unsaved.filter(|id| matches || self.matches(id, id.leaf()));
            rows.extend(unsaved.map(|id| Row { node: RowNode::Unsaved(id), depth: depth + 1 }));
        }
        if self.filter.is_some() && !matches && rows.len() == start + 1 {
            rows.truncate(start);
        }
    }

    /// Every word of the filter stands in the id or the name.
    fn matches(&self, id: &NodeId, name: &str) -> bool {
        let Some(filter) = self.filter else { return true };
        let text = format!("{} {}", id.within(), name).to_lowercase();
        filter.split_whitespace().all(|word| text.contains(word))
    }
}
