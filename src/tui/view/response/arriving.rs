//! A body that still arrives: how far it is and how fast, and what is there of it.

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

use super::super::{
    super::{
        app::App,
        widgets::{glyphs::sanitize, spinner},
    },
    viewer,
};

/// Before this there is too little to tell a rate from.
const TELLING: Duration = Duration::from_millis(500);

/// A response on its way.
pub(super) struct Arriving<'a> {
    /// When it was sent for, and when its head arrived.
    pub since: Duration,
    pub began: Duration,
    pub head: &'a ResponseHead,
    /// Bytes of the body.
    pub received: u64,
}

pub(super) fn draw(app: &App, arriving: &Arriving<'_>, area: Rect, buffer: &mut Buffer) {
    progress(app, arriving).render(Rect { height: area.height.min(1), ..area }, buffer);
    let Some(shown) = app.response.viewer.as_ref().filter(|_| area.height > 2) else { return };
    let lines = Rect { y: area.y + 1, height: area.height - 2, ..area };
    viewer::draw(app, shown, lines, buffer);
    viewer::draw_bottom(app, shown, Rect { y: area.bottom() - 1, height: 1, ..area }, buffer);
}

/// Status, size, rate and time in one line; what cancels it stands in the footer as well, so it is last.
fn progress(app: &App, arriving: &Arriving<'_>) -> Line<'static> {
    let theme = app.theme();
    let Arriving { since, began, head, received } = arriving;
    let elapsed = app.now.saturating_sub(*since);
    let length = head.field("content-length").and_then(|length| length.parse().ok());
    let of = length.map(|length| format!(" of {}", size::human(length))).unwrap_or_default();
    let status = format!("{} {}", head.status, head.reason);
    let rate = rate(*received, app.now.saturating_sub(*began));
    let rate = rate.map(|rate| format!(" · {}/s", size::human(rate))).unwrap_or_default();
    Line::from(vec![
        Span::styled(format!(" {} ", spinner::frame(elapsed)), theme.spinner),
        Span::styled(sanitize(status.trim()).into_owned(), theme.status(head.status)),
        Span::styled(format!(" · {}{of}{rate}", size::human(*received)), theme.text),
        Span::styled(format!(" · {} · esc cancels", duration::human(elapsed)), theme.dim),
    ])
}

/// Bytes in a second, on average.
fn rate(bytes: u64, over: Duration) -> Option<u64> {
    let millis = u64::try_from(over.as_millis()).ok()?;
    (over >= TELLING).then(|| bytes.saturating_mul(1000) / millis.max(1))
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
