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
    widgets::{
        glyphs::{sanitize, shorten},
        text_field::TextFieldView,
    },
};
use super::{field_style, inside, pane_block, placeholder, scrollbar};

/// Columns of the method beside a request.
const METHOD: usize = 6;

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
            placeholder(vec![Line::raw(notice.summary.clone())], area, buffer, theme.notice_error);
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
            for span in &mut spans {
                span.style = span.style.patch(theme.selection);
            }
        }
        let mark = state_mark(app, row, is_at_cursor);
        let bar = usize::from(rows.len() > usize::from(area.height));
        let room = usize::from(line.width).saturating_sub(mark.width() + bar);
        fit(spans, room).render(line, buffer);
        mark.render(line, buffer);
    }
    scrollbar(app, rows.len(), app.tree.top, area, buffer);
}

/// The spans with the last one shortened, so that it is seen where a name goes on.
fn fit(mut spans: Vec<Span<'_>>, room: usize) -> Line<'_> {
    let used: usize = spans.iter().rev().skip(1).map(Span::width).sum();
    if let Some(last) = spans.last_mut() {
        last.content = shorten(&last.content, room.saturating_sub(used)).into_owned().into();
    }
    Line::from(spans)
}

fn row_spans<'a>(app: &App, theme: &Theme, row: &Row<'a>) -> Vec<Span<'a>> {
    let mut spans = vec![Span::raw("  ".repeat(row.depth))];
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
    let short = match method {
        "DELETE" => "DEL".into(),
        "OPTIONS" => "OPTS".into(),
        method => method.chars().filter(|c| !c.is_control()).take(METHOD - 1).collect::<String>(),
    };
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
    Line::from(Span::styled(mark, style)).right_aligned()
}
