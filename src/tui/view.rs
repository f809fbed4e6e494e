//! Draws the state. Everything here reads; nothing changes what it draws. One file below for each pane and overlay.

use ratatui::{
    Frame,
    buffer::Buffer,
    layout::Rect,
    style::Style,
    text::Line,
    widgets::{Block, BorderType, Borders, Clear, Paragraph, Widget, Wrap},
};

use crate::{
    config::Theme,
    template::{Scope, SegmentKind, inspect},
};

use super::{
    app::{App, panes::Pane},
    layout::SMALLEST,
    widgets::{
        list::ListStyle,
        scrollbar::Scrollbar,
        table::TableStyle,
        text_field::{Segment, TextFieldStyle},
    },
};

mod chrome;
mod editor;
mod history;
mod overlay;
mod response;
mod tree;
mod viewer;

pub(super) use chrome::{footer_action_at, header_action_at};
pub(super) use editor::{EditorLayout, editor_tab_at};
pub(super) use overlay::{help_rows, jar_rows, overlay_area, picker_rows, trust_rows};
pub(super) use response::{response_rows, response_tab_at, response_text};

/// Draws one frame.
pub(super) fn draw(app: &App, frame: &mut Frame) {
    let area = frame.area();
    let theme = app.theme();
    frame.buffer_mut().set_style(area, theme.text);
    if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
        too_small(app, area, frame.buffer_mut());
        return;
    }
    let regions = super::layout::regions(area, &app.panes, app.focus);
    chrome::header(app, regions.header, frame.buffer_mut());
    for (pane, area) in regions.shown() {
        match pane {
            Pane::Tree => tree::draw(app, area, frame.buffer_mut()),
            Pane::Request => editor::draw(app, area, frame.buffer_mut()),
            Pane::Response => response::draw(app, area, frame.buffer_mut()),
            Pane::History => history::draw(app, area, frame.buffer_mut()),
        }
    }
    chrome::footer(app, regions.footer, frame.buffer_mut());
    for overlay in &app.overlays {
        overlay::draw(app, overlay, area, frame.buffer_mut());
    }
    chrome::notice(app, area, frame.buffer_mut());
}

/// A pane's frame; its inside is [`inside`].
fn pane_block<'a>(app: &App, pane: Pane, title: impl Into<Line<'a>>) -> Block<'a> {
    let theme = app.theme();
    let is_focused = app.focus == pane && app.overlays.is_empty();
    let (border, kind) = if is_focused {
        (theme.border_focused, BorderType::Thick)
    } else {
        (theme.border, BorderType::Rounded)
    };
    Block::new().borders(Borders::ALL).border_type(kind).border_style(border).title(title)
}

/// What a pane's frame leaves.
pub(super) fn inside(area: Rect) -> Rect {
    Block::new().borders(Borders::ALL).inner(area)
}

/// How a text field looks in the theme.
fn field_style(theme: &Theme) -> TextFieldStyle {
    TextFieldStyle {
        text: theme.text,
        placeholder: theme.placeholder,
        selection: theme.marked,
        cursor: theme.cursor,
    }
}

/// How a list looks in the theme.
fn list_style(theme: &Theme) -> ListStyle {
    ListStyle { selected: theme.cursor_line, track: theme.scrollbar, thumb: theme.scrollbar_thumb }
}

/// How a table of rows looks in the theme.
fn table_style(theme: &Theme) -> TableStyle {
    TableStyle {
        name: theme.syntax_key,
        value: theme.text,
        doc: theme.dim,
        on: theme.accent,
        off: theme.disabled,
        inherited: theme.dim,
        // Not `insecure`, which is a badge: the row under the cursor has a background of its own.
        alarming: theme.notice_error,
        placeholder: theme.placeholder,
        cursor: theme.editing,
        field: field_style(theme),
        list: list_style(theme),
    }
}

/// Colours of a template: what has a value, what has none, what is secret.
fn segments(theme: &Theme, text: &str, scope: &Scope) -> Vec<Segment> {
    let style = |kind: &SegmentKind| match kind {
        SegmentKind::Text => None,
        SegmentKind::Value { secret: true, .. } => Some(theme.variable_secret),
        SegmentKind::Value { .. } => Some(theme.variable),
        SegmentKind::Undefined { .. } | SegmentKind::Error { .. } => Some(theme.variable_undefined),
    };
    inspect(text, scope)
        .into_iter()
        .filter_map(|segment| Some((segment.span, style(&segment.kind)?)))
        .collect()
}

/// A bar at the right edge, where there is more than fits.
fn scrollbar(app: &App, total: usize, top: usize, area: Rect, buffer: &mut Buffer) {
    let theme = app.theme();
    let bar = Scrollbar {
        first: top,
        page: usize::from(area.height),
        len: total,
        track: theme.scrollbar,
        thumb: theme.scrollbar_thumb,
    };
    if bar.is_needed() {
        bar.render(Rect { x: area.right().saturating_sub(1), width: 1.min(area.width), ..area }, buffer);
    }
}

/// A centred sentence or two where there is nothing else to show.
fn placeholder(lines: Vec<Line<'_>>, area: Rect, buffer: &mut Buffer, style: Style) {
    let height = (lines.len() as u16).min(area.height);
    let top = area.y + (area.height - height) / 2;
    let area = Rect { y: top, height: area.bottom() - top, ..area };
    Paragraph::new(lines).style(style).centered().wrap(Wrap { trim: true }).render(area, buffer);
}

fn too_small(app: &App, area: Rect, buffer: &mut Buffer) {
    Clear.render(area, buffer);
    let (width, height) = SMALLEST;
    let text = format!("antiphon needs {width}x{height}, this terminal is {}x{}", area.width, area.height);
    Paragraph::new(text).style(app.theme().text).wrap(Wrap { trim: true }).render(area, buffer);
}
