//! The mouse: everything that a key does can be clicked, dragged or scrolled.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::{Position, Rect};

use super::super::{
    action::Action,
    app::{App, panes::Pane},
    effect::Effect,
    layout::Edge,
    view,
};
use super::{editor, history, overlay, response, tree};

/// Lines that one notch of the wheel moves.
const NOTCH: isize = 3;

/// Something the mouse did inside a pane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) struct Pointer {
    pub kind: PointerKind,
    /// On the screen.
    pub position: Position,
    /// The inside of the pane.
    pub area: Rect,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum PointerKind {
    Press,
    Drag,
    /// Lines down, or up when negative.
    Scroll(isize),
}

pub(super) fn handle(app: &mut App, mouse: MouseEvent) -> Vec<Effect> {
    let kind = match mouse.kind {
        MouseEventKind::Down(MouseButton::Left) => PointerKind::Press,
        MouseEventKind::Drag(MouseButton::Left) => PointerKind::Drag,
        MouseEventKind::ScrollUp => PointerKind::Scroll(-NOTCH),
        MouseEventKind::ScrollDown => PointerKind::Scroll(NOTCH),
        MouseEventKind::Up(_) => {
            app.dragging = None;
            return Vec::new();
        }
        _ => return Vec::new(),
    };
    app.pending.clear();
    if kind == PointerKind::Press {
        app.notices.dismiss();
    }
    if !app.overlays.is_empty() {
        return overlay::point(app, kind, (mouse.column, mouse.row).into());
    }
    if let (PointerKind::Drag, Some(edge)) = (kind, app.dragging) {
        drag(app, edge, mouse.column, mouse.row);
        return Vec::new();
    }
    let regions = app.regions();
    if kind == PointerKind::Press {
        if let Some(action) = view::header_action_at(app, mouse.column, mouse.row) {
            return app.act(action);
        }
        if let Some(action) = view::footer_action_at(app, mouse.column, mouse.row) {
            return app.act(action);
        }
        app.dragging = regions.edge_at(mouse.column, mouse.row);
        if app.dragging.is_some() {
            return Vec::new();
        }
    }
    let Some(pane) = regions.pane_at(mouse.column, mouse.row) else { return Vec::new() };
    if kind == PointerKind::Press {
        app.focus = pane;
    }
    let Some(area) = regions.of(pane).map(view::inside) else { return Vec::new() };
    if kind == PointerKind::Press && !area.contains((mouse.column, mouse.row).into()) {
        return Vec::new();
    }
    let pointer = Pointer { kind, position: (mouse.column, mouse.row).into(), area };
    match pane {
        Pane::Tree => point_at_tree(app, pointer),
        Pane::Request => editor::point(app, pointer),
        Pane::Response => response::point(app, pointer),
        Pane::History => history::point(app, pointer),
    }
}

fn point_at_tree(app: &mut App, pointer: Pointer) -> Vec<Effect> {
    match pointer.kind {
        PointerKind::Scroll(by) => {
            tree::scroll(app, by);
            Vec::new()
        }
        PointerKind::Press => {
            let filter_rows = u16::from(app.tree.filter.is_some());
            match pointer.position.y.checked_sub(pointer.area.y + filter_rows) {
                Some(row) => tree::click(app, usize::from(row)),
                None => app.act(Action::FilterTree),
            }
        }
        PointerKind::Drag => Vec::new(),
    }
}

/// Moves a border to where the mouse is.
fn drag(app: &mut App, edge: Edge, column: u16, row: u16) {
    let regions = app.regions();
    let share = |part: u16, whole: u16| (u32::from(part) * 100 / u32::from(whole.max(1))) as u16;
    match edge {
        Edge::Side => app.panes.side_width = Some((column + 1).clamp(16, 60)),
        Edge::History => {
            let (Some(tree), Some(history)) = (regions.tree, regions.history) else { return };
            let height = tree.height + history.height;
            app.panes.history_share = share(history.bottom().saturating_sub(row), height).clamp(10, 90);
        }
        Edge::Request => {
            let (Some(request), Some(response)) = (regions.request, regions.response) else { return };
            if regions.is_side_by_side() {
                let width = request.width + response.width;
                app.panes.request_width = share(column.saturating_sub(request.x), width).clamp(10, 90);
            } else {
                let height = request.height + response.height;
                app.panes.request_height = share(row.saturating_sub(request.y), height).clamp(10, 90);
            }
        }
    }
}
