//! The collection pane: moving, folding, filtering, and asking for what is done to files.

use crossterm::event::KeyEvent;

use crate::model::NodeId;

use super::super::{
    action::Action,
    app::{
        App,
        notices::Notice,
        overlay::{Overlay, Pick, Picker, picker::Item},
        panes::Pane,
        tree::RowNode,
    },
    effect::Effect,
    widgets::{Handled, text_field::TextField},
};
use super::files;

pub(super) fn contexts(app: &App) -> Vec<&'static str> {
    if app.tree.is_filtering { vec!["text", "tree"] } else { vec!["tree", "list"] }
}

pub(super) fn act(app: &mut App, action: Action) -> Vec<Effect> {
    let page = page(app);
    match action {
        Action::MoveUp => step(app, -1),
        Action::MoveDown => step(app, 1),
        Action::PageUp => step(app, -page),
        Action::PageDown => step(app, page),
        Action::HalfPageUp => step(app, -page / 2),
        Action::HalfPageDown => step(app, page / 2),
        Action::MoveToStart => step(app, isize::MIN),
        Action::MoveToEnd => step(app, isize::MAX),
        Action::MoveLeft => collapse(app),
        Action::MoveRight => expand(app),
        Action::Activate => return activate(app),
        Action::Leave => leave(app),
        Action::FilterTree | Action::SearchText => {
            app.tree.filter.get_or_insert_with(|| TextField::new(String::new()));
            app.tree.is_filtering = true;
        }
        Action::CollapseAll => {
            let folders = folders(app).into_iter().filter(|id| id.parent().is_some());
            app.tree.collapsed = folders.collect();
            keep_cursor(app);
        }
        Action::ExpandAll => app.tree.collapsed.clear(),
        Action::NewFolder => files::ask_new_folder(app),
        Action::RenameNode => files::ask_rename(app),
        Action::DeleteNode => files::ask_delete(app),
        Action::MoveNode => ask_where_to_move(app),
        Action::DuplicateNode => {
            let id = app.tree.cursor.clone().filter(|id| id.parent().is_some());
            let duplicate = id.map(|id| Effect::DuplicateNode { kind: app.kind_of(&id), id });
            return duplicate.into_iter().collect();
        }
        Action::UndoDelete | Action::UndoEdit => return undo_delete(app),
        _ => {}
    }
    Vec::new()
}

/// A key while the filter has the focus.
pub(super) fn type_key(app: &mut App, key: KeyEvent) -> Vec<Effect> {
    if app.tree.is_filtering
        && let Some(field) = &mut app.tree.filter
        && field.handle(key) == Handled::Changed
    {
        filtered(app);
    }
    Vec::new()
}

pub(super) fn paste(app: &mut App, text: &str) -> Vec<Effect> {
    if app.tree.is_filtering
        && let Some(field) = &mut app.tree.filter
    {
        field.paste(text);
        filtered(app);
    }
    Vec::new()
}

/// The filter changed: the cursor goes to the first request that it leaves.
fn filtered(app: &mut App) {
    let first = app
        .tree_rows()
        .iter()
        .find(|row| !matches!(row.node, RowNode::Folder { .. }))
        .map(|row| row.id().clone());
    if first.is_some() {
        app.tree.cursor = first;
    }
    app.tree.top = 0;
}

/// Opens the request or folds the folder at a row of the pane, counted from its first.
pub(super) fn click(app: &mut App, row: usize) -> Vec<Effect> {
    let ids: Vec<NodeId> = app.tree_rows().iter().map(|row| row.id().clone()).collect();
    let Some(id) = ids.get(app.tree.top + row) else { return Vec::new() };
    app.tree.cursor = Some(id.clone());
    activate(app)
}

/// Moves the view, and not the cursor: the wheel.
pub(super) fn scroll(app: &mut App, by: isize) {
    let most = app.tree_rows().len().saturating_sub(page(app).unsigned_abs());
    app.tree.top = app.tree.top.saturating_add_signed(by).min(most);
}

fn page(app: &App) -> isize {
    app.regions().tree.map_or(1, |area| isize::try_from(area.height.saturating_sub(2)).unwrap_or(1)).max(1)
}

fn step(app: &mut App, by: isize) {
    let ids: Vec<NodeId> = app.tree_rows().iter().map(|row| row.id().clone()).collect();
    let at = app.tree.cursor.as_ref().and_then(|cursor| ids.iter().position(|id| id == cursor));
    let to = at.map_or(0, |at| at.saturating_add_signed(by)).min(ids.len().saturating_sub(1));
    app.tree.cursor = ids.get(to).cloned();
    let page = page(app).unsigned_abs();
    app.tree.top = app.tree.top.clamp((to + 1).saturating_sub(page), to);
}

fn keep_cursor(app: &mut App) {
    let ids: Vec<NodeId> = app.tree_rows().iter().map(|row| row.id().clone()).collect();
    app.tree.keep_cursor_valid(&ids);
    step(app, 0);
}

fn folders(app: &App) -> Vec<NodeId> {
    let mut all: Vec<NodeId> = Vec::new();
    let mut stack: Vec<&crate::model::Folder> =
        app.workspace().map(|w| w.collections.iter().rev().map(|c| &c.root).collect()).unwrap_or_default();
    while let Some(folder) = stack.pop() {
        all.push(folder.id.clone());
        stack.extend(folder.children.iter().rev().filter_map(|node| match node {
            crate::model::Node::Folder(folder) => Some(folder),
            crate::model::Node::Request(_) => None,
        }));
    }
    all
}

/// Whether the cursor is on a folder, and whether that is open.
fn folder_at_cursor(app: &App) -> Option<(NodeId, bool)> {
    app.tree_rows().iter().find_map(|row| match row.node {
        RowNode::Folder { folder, is_open } if Some(&folder.id) == app.tree.cursor.as_ref() => {
            Some((folder.id.clone(), is_open))
        }
        _ => None,
    })
}

/// Left: closes an open folder; from anything else goes to the folder above.
fn collapse(app: &mut App) {
    match folder_at_cursor(app) {
        Some((id, true)) if app.tree.filter.is_none() => {
            app.tree.collapsed.insert(id);
        }
        _ => {
            if let Some(parent) = app.tree.cursor.as_ref().and_then(NodeId::parent) {
                app.tree.cursor = Some(parent);
                step(app, 0);
            }
        }
    }
}

/// Right: opens a closed folder; from an open one goes to what is in it.
fn expand(app: &mut App) {
    match folder_at_cursor(app) {
        Some((id, false)) => {
            app.tree.collapsed.remove(&id);
        }
        Some((_, true)) => step(app, 1),
        None => {}
    }
}

fn activate(app: &mut App) -> Vec<Effect> {
    app.tree.is_filtering = false;
    if let Some((id, is_open)) = folder_at_cursor(app) {
        if is_open {
            app.tree.collapsed.insert(id);
        } else {
            app.tree.collapsed.remove(&id);
        }
        return Vec::new();
    }
    let Some(id) = app.tree.cursor.clone() else { return Vec::new() };
    let effects = files::open(app, &id);
    if app.panes.maximised == Some(Pane::Tree) || app.regions().request.is_none() {
        app.focus_pane(Pane::Request);
    }
    effects
}

/// Out of the filter: once to stop typing and see all again.
fn leave(app: &mut App) {
    app.tree.is_filtering = false;
    app.tree.filter = None;
    if let Some(cursor) = app.tree.cursor.clone() {
        app.tree.reveal(&cursor);
    }
    keep_cursor(app);
}

fn ask_where_to_move(app: &mut App) {
    let Some(node) = app.tree.cursor.clone().filter(|id| id.parent().is_some()) else { return };
    let parent = node.parent();
    let targets = folders(app).into_iter().filter(|folder| {
        folder.collection() == node.collection()
            && !folder.is_within(&node)
            && Some(folder) != parent.as_ref()
    });
    let items: Vec<Item> = targets
        .map(|folder| {
            Item::new(folder.as_str(), "", Pick::MoveTo { node: node.clone(), folder: folder.clone() })
        })
        .collect();
    if items.is_empty() {
        app.report(Notice::info("There is no other folder: make one first"));
        return;
    }
    app.overlays.push(Overlay::Picker(Picker::new(format!("Move {} to", node.within()), items)));
}

fn undo_delete(app: &mut App) -> Vec<Effect> {
    let Some((id, deleted)) = app.tree.deleted.pop() else {
        app.report(Notice::info("Nothing was deleted in this session"));
        return Vec::new();
    };
    vec![Effect::RestoreNode { id, deleted }]
}
