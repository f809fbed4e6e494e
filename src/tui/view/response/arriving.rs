//! A body that still arrives: how far it is and how fast, and the lines that are held of what is text.

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

use super::{
    super::super::{
        app::{
            App,
            panes::Pane,
            tail::{Shown, Tail},
        },
        widgets::{
            document_view::{DocumentLine, DocumentView},
            glyphs::sanitize,
            spinner,
        },
    },
    document_style,
};

/// Rows above the lines.
const ABOVE: u16 = 2;
/// Before this there is too little to tell a rate from.
const TELLING: Duration = Duration::from_millis(500);

/// A response on its way.
pub(super) struct Arriving<'a> {
    /// When it was sent for, and when its head arrived.
    pub since: Duration,
    pub began: Duration,
    pub head: &'a ResponseHead,
    pub tail: &'a Tail,
}

pub(super) fn draw(app: &App, arriving: &Arriving<'_>, area: Rect, buffer: &mut Buffer) {
    progress(app, arriving).render(Rect { height: area.height.min(1), ..area }, buffer);
    if !is_text(arriving.head) || area.height <= ABOVE {
        return;
    }
    let line = Rect { y: area.y + 1, height: 1, ..area };
    Line::styled(format!(" {}", position(app, arriving.tail)), app.theme().dim).render(line, buffer);
    let lines = Rect { y: area.y + ABOVE, height: area.height - ABOVE, ..area };
    text(app, arriving.tail, lines, buffer);
}

/// Status, size, rate and time in one line; what cancels it stands in the footer as well, so it is last.
fn progress(app: &App, arriving: &Arriving<'_>) -> Line<'static> {
    let theme = app.theme();
    let Arriving { since, began, head, tail } = arriving;
    let elapsed = app.now.saturating_sub(*since);
    let length = head.field("content-length").and_then(|length| length.parse().ok());
    let of = length.map(|length| format!(" of {}", size::human(length))).unwrap_or_default();
    let status = format!("{} {}", head.status, head.reason);
    let rate = rate(tail.received(), app.now.saturating_sub(*began));
    let rate = rate.map(|rate| format!(" · {}/s", size::human(rate))).unwrap_or_default();
    Line::from(vec![
        Span::styled(format!(" {} ", spinner::frame(elapsed)), theme.spinner),
        Span::styled(sanitize(status.trim()).into_owned(), theme.status(head.status)),
        Span::styled(format!(" · {}{of}{rate}", size::human(tail.received())), theme.text),
        Span::styled(format!(" · {} · esc cancels", duration::human(elapsed)), theme.dim),
    ])
}

/// Bytes in a second, on average.
fn rate(bytes: u64, over: Duration) -> Option<u64> {
    let millis = u64::try_from(over.as_millis()).ok()?;
    (over >= TELLING).then(|| bytes.saturating_mul(1000) / millis.max(1))
}

/// Where the reader is, and how to be elsewhere.
fn position(app: &App, tail: &Tail) -> String {
    let key = |action: &str| app.config.keys.keys_for(action).into_iter().next().unwrap_or_default();
    if tail.is_following() {
        return format!("receiving; {} reads back", key("move-up"));
    }
    let (line, lines) = (tail.gone() + tail.place().cursor() + 1, tail.gone() + tail.len());
    format!("line {line} of {lines}; {} goes on with the end", key("move-to-end"))
}

fn text(app: &App, tail: &Tail, area: Rect, buffer: &mut Buffer) {
    let theme = app.theme();
    let drawn: Vec<DocumentLine> = tail
        .place()
        .window(area.height)
        .filter_map(|number| {
            let span = match tail.line(number)? {
                Shown::Text(line) => (sanitize(&line).into_owned(), theme.text),
                Shown::Gap(bytes) => {
                    (format!("⋯ {} came too fast to be shown here", size::human(bytes)), theme.dim)
                }
            };
            Some(DocumentLine { number, spans: vec![span], cut: false })
        })
        .collect();
    DocumentView::new(tail.place(), &drawn, document_style(theme))
        .focused(app.focus == Pane::Response && !tail.is_following())
        .numbered(false)
        .render(area, buffer);
}

/// Whether the head promises text that can be shown in pieces.
fn is_text(head: &ResponseHead) -> bool {
    const TEXTS: [&str; 8] = ["text/", "json", "xml", "yaml", "javascript", "csv", "urlencoded", "graphql"];
    let media_type = head.field("content-type").unwrap_or("text/plain").to_ascii_lowercase();
    TEXTS.iter().any(|text| media_type.contains(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_told_once_there_is_enough_to_tell_it_from() {
        for (bytes, millis, expected) in [
            (10, 0, None),
            (10, 499, None),
            (1000, 500, Some(2000)),
            (0, 900, Some(0)),
            (u64::MAX, 1000, Some(u64::MAX / 1000)),
        ] {
            assert_eq!(rate(bytes, Duration::from_millis(millis)), expected, "{bytes} in {millis} ms");
        }
    }
}
