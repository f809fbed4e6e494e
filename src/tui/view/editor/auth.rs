//! The authentication's tab: its choices, and what a request without its own inherits.

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    text::{Line, Span},
    widgets::Widget,
};
use unicode_width::UnicodeWidthStr;

use crate::model::{Auth, Choice};

use super::super::super::{
    app::{
        App,
        editor::{Part, Spot, Tab, auth::is_hidden},
    },
    update::inherited_auth,
    widgets::glyphs::{sanitize, shorten},
};

/// Rows of a table in a form that is too high for its pane.
const TABLE: u16 = 4;

/// Columns of the labels.
pub(super) fn label_width(app: &App) -> u16 {
    let widest = app.editor.auth.iter().map(|line| line.label().width()).max().unwrap_or(0);
    (widest as u16 + 3).max(super::LABEL)
}

/// How many parts are above the pane's top: none but where a form is too high, and then as many as bring its focus
/// into sight.
pub(super) fn scrolled(app: &App, parts: &[Part], height: u16) -> usize {
    let Spot::Part(focus) = app.editor.spot else { return 0 };
    if app.editor.tab != Tab::Auth {
        return 0;
    }
    let rows = |part: &Part| if matches!(part, Part::Table(_)) { TABLE.min(height) } else { 1 };
    let mut first = 0;
    while first < focus && parts.iter().take(focus + 1).skip(first).map(rows).sum::<u16>() > height {
        first += 1;
    }
    first
}

/// Arrows at the edge where more of the form is above or below.
pub(super) fn draw_more(app: &App, areas: &[Rect], buffer: &mut Buffer) {
    if app.editor.tab != Tab::Auth {
        return;
    }
    let is_hidden = |area: Option<&Rect>| area.is_some_and(|area| area.height == 0);
    let mut shown = areas.iter().filter(|area| area.height > 0);
    let (first, last) = (shown.clone().next(), shown.next_back());
    for (is_more, at, arrow) in [(is_hidden(areas.first()), first, "▲"), (is_hidden(areas.last()), last, "▼")]
    {
        if let Some(area) = at.filter(|area| is_more && area.width > 0) {
            let cell = Rect { x: area.right() - 1, width: 1, height: 1, ..*area };
            Line::styled(arrow, app.theme().dim).render(cell, buffer);
        }
    }
}

/// The kind as the form's first line says it.
pub(super) fn kind(app: &App, auth: Option<&Auth>) -> String {
    match auth {
        Some(auth) => auth.kind().to_owned(),
        None => match inherited_auth(app) {
            Some((folder, auth)) => format!("inherited: {}, from {}", auth.kind(), sanitize(&folder)),
            None => "inherited: none".into(),
        },
    }
}

/// What is inherited, to be read: as it is written, with its secrets hidden.
pub(super) fn draw_inherited(app: &App, area: Rect, buffer: &mut Buffer) {
    let Some((_, auth)) = inherited_auth(app) else { return };
    let theme = app.theme();
    let texts = auth.texts().into_iter().filter(|(_, text)| !text.is_empty());
    let texts = texts.map(|(key, text)| {
        let text = if is_hidden(key, &text) { crate::model::MASK.to_owned() } else { text };
        (key, text)
    });
    let choices = auth.choices().into_iter().map(|choice| (choice.key, choice.chosen.to_owned()));
    for (row, (key, text)) in area.rows().zip(texts.chain(choices)) {
        let text = sanitize(&text).into_owned();
        let text = shorten(&text, usize::from(area.width.saturating_sub(18))).into_owned();
        Line::styled(format!(" {:<16} {text}", key.replace('_', " ")), theme.dim).render(row, buffer);
    }
}

/// A choice: left and right change it, enter picks.
pub(super) fn draw_choice(
    app: &App,
    label: &str,
    choice: Choice,
    is_focused: bool,
    area: Rect,
    buffer: &mut Buffer,
) {
    let theme = app.theme();
    let chosen = match (choice.words, choice.chosen) {
        (["true", "false"], "true") => "on",
        (["true", "false"], _) => "off",
        (_, word) => word,
    };
    let (name, value) = if is_focused { (theme.accent, theme.selection) } else { (theme.dim, theme.accent) };
    let width = usize::from(label_width(app));
    Line::from(vec![
        Span::styled(format!("{:<width$}", format!(" {label}")), name),
        Span::styled(format!(" {chosen} ▾ "), value),
    ])
    .render(area, buffer);
}
