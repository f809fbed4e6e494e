//! A body that still arrives: how far it is, and the last lines of what is text.

use std::time::Duration;

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    text::{Line, Span},
    widgets::Widget,
};

use crate::{
    format::{duration, size},
    model::ResponseHead,
};

use super::super::super::{
    app::{App, tail::Tail},
    widgets::{glyphs::sanitize, spinner},
};

/// Rows above the lines.
const ABOVE: u16 = 2;

pub(super) fn draw(
    app: &App,
    since: Duration,
    head: &ResponseHead,
    tail: &Tail,
    area: Rect,
    buffer: &mut Buffer,
) {
    let theme = app.theme();
    let elapsed = app.now.saturating_sub(since);
    let length = head.field("content-length").and_then(|length| length.parse().ok());
    let of = length.map(|length| format!(" of {}", size::human(length))).unwrap_or_default();
    let status = format!("{} {}", head.status, head.reason);
    Line::from(vec![
        Span::styled(format!(" {} ", spinner::frame(elapsed)), theme.spinner),
        Span::styled(sanitize(status.trim()).into_owned(), theme.status(head.status)),
        Span::styled(format!(" · receiving · {}{of}", size::human(tail.received())), theme.text),
        Span::styled(format!(" · {} · esc cancels", duration::human(elapsed)), theme.dim),
    ])
    .render(Rect { height: area.height.min(1), ..area }, buffer);
    if !is_text(head) || area.height <= ABOVE {
        return;
    }
    let area = Rect {
        x: area.x + 1,
        y: area.y + ABOVE,
        width: area.width.saturating_sub(1),
        height: area.height - ABOVE,
    };
    for (row, line) in (area.y..area.bottom()).zip(tail.lines(usize::from(area.height))) {
        let line = sanitize(line.trim_end_matches('\r')).into_owned();
        Line::styled(line, theme.text).render(Rect { y: row, height: 1, ..area }, buffer);
    }
}

/// Whether the head promises text that can be shown in pieces.
fn is_text(head: &ResponseHead) -> bool {
    const TEXTS: [&str; 8] = ["text/", "json", "xml", "yaml", "javascript", "csv", "urlencoded", "graphql"];
    let media_type = head.field("content-type").unwrap_or("text/plain").to_ascii_lowercase();
    TEXTS.iter().any(|text| media_type.contains(text))
}
