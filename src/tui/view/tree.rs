//! The collection pane.

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::Style,
    text::{Line, Span},
    widgets::Widget,
};

use crate::config::Theme;

use super::super::{
    app::{
        App, Loading,
        panes::Pane,
        tree::{Row, RowNode},
    },
    widgets::{glyphs::sanitize, text_field::TextFieldView},
};
use super::{field_style, inside, pane_block, placeholder, scrollbar};

/// Columns of the method beside a request.
const METHOD: usize = 5;

pub(super) fn draw(app: &App, area: Rect, buffer: &mut Buffer) {
    let theme = app.theme();
    pane_block(app, Pane::Tree, Span::styled(" Collection ", theme.title)).render(area, buffer);
    let mut area = inside(area);
    if let Some(field) = &app.tree.filter {
        let line = Rect { height: 1.min(area.height), ..area };
        let label = Line::from(Span::styled("/ ", theme.accent));
        label.render(line, buffer);
        let rest = Rect { x: line.x + 2, width: line.width.saturating_sub(2), ..line };
        let view = TextFieldView::new(field, field_style(theme))
            .placeholder("filter")
            .focused(app.tree.is_filtering);
        view.render(rest, buffer);
        area = Rect { y: area.y + line.height, height: area.height - line.height, ..area };
    }
    match &app.workspace {
        Loading::Reading => placeholder(vec![Line::raw("reading…")], area, buffer, theme.dim),
        Loading::Failed(notice) => {
            placeholder(vec![Line::raw(notice.summary.clone())], area, buffer, theme.notice_error)
        }
        Loading::Ready(_) => rows(app, area, buffer),
    }
}

fn rows(app: &App, area: Rect, buffer: &mut Buffer) {
    let theme = app.theme();
    let rows = app.tree_rows();
    if rows.is_empty() && app.tree.filter.is_some() {
        placeholder(vec![Line::raw("nothing matches"), Line::raw("esc shows all")], area, buffer, theme.dim);
        return;
    }
    let shown = rows.iter().skip(app.tree.top).take(usize::from(area.height));
    for (y, row) in (area.y..).zip(shown) {
        let line = Rect { y, height: 1, ..area };
        let is_at_cursor = app.tree.cursor.as_ref() == Some(row.id());
        if is_at_cursor {
            let style = if app.focus == Pane::Tree { theme.selection } else { theme.cursor_line };
            buffer.set_style(line, style);
        }
        let mut spans = row_spans(app, theme, row);
        if is_at_cursor && app.focus == Pane::Tree {
            // The selection's colour, so that it is readable on the selection's ground.
            spans.iter_mut().for_each(|span| span.style = span.style.patch(theme.selection));
        }
        Line::from(spans).render(line, buffer);
        state_mark(app, row, is_at_cursor).render(line, buffer);
    }
    scrollbar(app, rows.len(), app.tree.top, area, buffer);
}

fn row_spans<'a>(app: &App, theme: &Theme, row: &Row<'a>) -> Vec<Span<'a>> {
    let mut spans = vec![Span::raw("  ".repeat(row.depth.saturating_sub(1)))];
    let is_open = app.open_id() == Some(row.id());
    match row.node {
        RowNode::Folder { folder, is_open } => {
            let arrow = if is_open { "▾ " } else { "▸ " };
            spans.push(Span::styled(arrow, theme.dim));
            let style = if row.depth == 0 { theme.title } else { theme.folder };
            spans.push(Span::styled(sanitize(&folder.name), style));
        }
        RowNode::Request(request) => {
            let method = app.request(&request.id).map_or("!", |request| request.method());
            spans.extend(request_spans(theme, method, request.id.leaf(), is_open, request.content.is_err()));
        }
        RowNode::Unsaved(id) => {
            let method = app.request(id).map_or("GET", |request| request.method());
            spans.extend(request_spans(theme, method, id.leaf(), is_open, false));
        }
    }
    spans
}

fn request_spans<'a>(
    theme: &Theme,
    method: &str,
    name: &'a str,
    is_open: bool,
    is_broken: bool,
) -> Vec<Span<'a>> {
    let short: String = method.chars().filter(|c| !c.is_control()).take(METHOD - 1).collect();
    let name_style = match (is_broken, is_open) {
        (true, _) => theme.notice_error,
        (false, true) => theme.accent,
        (false, false) => theme.text,
    };
    let method_style = if is_broken { theme.notice_error } else { theme.method(method) };
    vec![Span::styled(format!("{short:<METHOD$}"), method_style), Span::styled(sanitize(name), name_style)]
}

/// At the right edge: unsaved, broken, or in flight.
fn state_mark<'a>(app: &App, row: &Row<'_>, is_at_cursor: bool) -> Line<'a> {
    let theme = app.theme();
    let problem = match row.node {
        RowNode::Folder { folder, .. } => folder.problem.is_some(),
        RowNode::Request(request) => request.content.is_err(),
        RowNode::Unsaved(_) => false,
    };
    let (mark, style): (&str, Style) = match () {
        () if problem => ("✗ ", theme.notice_error),
        () if app.edits.is_edited(row.id()) => ("● ", theme.unsaved),
        () => ("", Style::new()),
    };
    let style = if is_at_cursor && app.focus == Pane::Tree { style.patch(theme.selection) } else { style };
    Line::styled(mark, style).right_aligned()
}
