//! A send that waits for a token: for its server, or for somebody who signs in.

use std::time::Duration;

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    text::{Line, Span},
    widgets::{Paragraph, Widget, Wrap},
};

use crate::{format::duration, http::Authorizing};

use super::super::super::{
    app::App,
    widgets::{glyphs::sanitize, spinner},
};

pub(super) fn draw(app: &App, since: Duration, authorizing: &Authorizing, area: Rect, buffer: &mut Buffer) {
    let theme = app.theme();
    let elapsed = app.now.saturating_sub(since);
    let mut lines = vec![Line::from(vec![
        Span::styled(format!("{} ", spinner::frame(elapsed)), theme.spinner),
        Span::styled(what(authorizing), theme.text),
        Span::styled(format!("  {:.1} s", elapsed.as_secs_f64()), theme.dim),
    ])];
    let (page, code, patience) = match authorizing {
        Authorizing::Requesting | Authorizing::Sharing => (None, None, None),
        Authorizing::Browser { url, patience } => (Some(url.reveal()), None, Some(patience)),
        Authorizing::Device { code, url, patience, .. } => (Some(url.as_str()), Some(code), Some(patience)),
    };
    // A long URL may not fit: what one can do stands before it.
    if let Some(patience) = patience {
        let key = |action: &str| app.config.keys.keys_for(action).into_iter().next().unwrap_or_default();
        let copied = if code.is_some() { "the code" } else { "the URL" };
        lines.push(Line::styled(
            format!("{} copies {copied} · {} opens the page", key("copy-sign-in"), key("open-sign-in")),
            theme.dim,
        ));
        let left = duration::human(patience.saturating_sub(elapsed));
        lines.push(Line::styled(format!("waits for {left} more · esc cancels"), theme.dim));
    } else {
        lines.push(Line::styled("esc cancels", theme.dim));
    }
    if let Some(page) = page {
        lines.extend([Line::raw(""), Line::styled(sanitize(page).into_owned(), theme.accent)]);
    }
    if let Some(code) = code {
        lines.extend([
            Line::raw(""),
            Line::styled("and give the code", theme.text),
            Line::raw(""),
            Line::styled(format!("  {}", spaced(&sanitize(code))), theme.title),
        ]);
    }
    let area = Rect {
        x: area.x + 2,
        y: area.y + 1,
        width: area.width.saturating_sub(4),
        height: area.height.saturating_sub(1),
    };
    Paragraph::new(lines).wrap(Wrap { trim: false }).render(area, buffer);
}

fn what(authorizing: &Authorizing) -> &'static str {
    match authorizing {
        Authorizing::Requesting => "getting a token",
        Authorizing::Sharing => "another send is getting this token",
        Authorizing::Browser { .. } => "sign in: your browser opens at",
        Authorizing::Device { .. } => "sign in: open, on any machine,",
    }
}

/// A code is read aloud and typed: its characters stand apart.
fn spaced(code: &str) -> String {
    code.chars().flat_map(|letter| [letter, ' ']).collect::<String>().trim_end().to_owned()
}
