//! The history pane: one line for each exchange.

use std::time::Duration;

use jiff::{Timestamp, tz::TimeZone};
use ratatui::{
    buffer::Buffer,
    layout::Rect,
    text::{Line, Span},
    widgets::Widget,
};

use crate::{config::Theme, format::duration, store::history::Entry};

use super::super::{
    app::{App, answers::Subject, panes::Pane},
    widgets::{
        glyphs::{sanitize, shorten},
        list::ListView,
        text_field::TextFieldView,
    },
};
use super::{field_style, inside, list_style, pane_block, placeholder};

pub(super) fn draw(app: &App, area: Rect, buffer: &mut Buffer) {
    let theme = app.theme();
    let history = &app.history;
    let of = if history.is_of_all || app.subject.is_none() { "all" } else { "this request" };
    let title =
        Line::from(vec![Span::styled(" History ", theme.title), Span::styled(format!("{of} "), theme.dim)]);
    pane_block(app, Pane::History, title).render(area, buffer);
    let mut area = inside(area);
    if let Some(field) = &history.filter {
        let line = Rect { height: 1.min(area.height), ..area };
        Line::styled("/ ", theme.accent).render(line, buffer);
        let rest = Rect { x: line.x + 2, width: line.width.saturating_sub(2), ..line };
        TextFieldView::new(field, field_style(theme))
            .placeholder("filter")
            .focused(history.is_filtering)
            .render(rest, buffer);
        area = Rect { y: area.y + line.height, height: area.height - line.height, ..area };
    }
    if history.entries.is_empty() {
        let text = if history.filter.is_some() { "nothing matches" } else { "nothing was sent yet" };
        placeholder(vec![Line::raw(text)], area, buffer, theme.dim);
        return;
    }
    let mut style = list_style(theme);
    if app.focus == Pane::History {
        style.selected = theme.selection;
    }
    let now = app.wall();
    let past = match &app.subject {
        Some(Subject::Past(id)) => Some(id),
        _ => None,
    };
    ListView::new(&history.list, style, |index, area: Rect, buffer: &mut Buffer| {
        let Some(entry) = history.entries.get(index) else { return };
        entry_line(
            theme,
            entry,
            past == Some(&entry.id),
            &when(entry.started, now, &app.zone, area.width < 24),
            usize::from(area.width),
        )
        .render(area, buffer);
    })
    .render(area, buffer);
}

fn entry_line<'a>(theme: &Theme, entry: &'a Entry, is_open: bool, when: &str, width: usize) -> Line<'a> {
    let (status, style) = match (entry.status, &entry.failure) {
        (_, Some(_)) => ("ERR".to_owned(), theme.notice_error),
        (Some(status), None) => (status.to_string(), theme.status(status)),
        (None, None) => ("—".to_owned(), theme.dim),
    };
    let mark = if is_open { "▸" } else { " " };
    let mut spans = vec![
        Span::styled(mark, theme.accent),
        Span::styled(format!("{when} "), theme.dim),
        Span::styled(format!("{status:<4}"), style),
    ];
    let tail = format!(" {:>7}", duration::human(entry.duration));
    let used = 2 + when.len() + 4 + tail.len();
    let name = entry.source.as_ref().map_or(entry.url.as_str(), |id| id.within());
    if width > used + 8 {
        let method = format!("{:<5}", shorten(&entry.method, 4));
        spans.push(Span::styled(method, theme.method(&entry.method)));
        let room = width.saturating_sub(used + 5);
        let shown = shorten(&sanitize(name), room).into_owned();
        spans.push(Span::raw(format!("{shown:<room$}")));
    }
    spans.push(Span::styled(tail, theme.dim));
    Line::from(spans)
}

/// The time of day for the last hours, else the date.
fn when(started: Timestamp, now: Timestamp, zone: &TimeZone, is_narrow: bool) -> String {
    let local = started.to_zoned_datetime(zone.clone());
    let age = Duration::from_secs(now.as_second().abs_diff(started.as_second()));
    let format = match (age < Duration::from_hours(20), is_narrow) {
        (true, true) => "%H:%M",
        (true, false) => "%H:%M:%S",
        (false, _) => "%d %b",
    };
    local.strftime(format).to_string()
}
