//! What is said below the request: what is wrong, what stands under the cursor, what else can be done.

use ratatui::{buffer::Buffer, layout::Rect, style::Style, text::Line, widgets::Widget};

use crate::{
    model::Body,
    template::{SegmentKind, inspect},
};

use super::super::super::{
    app::{
        App,
        editor::{Part, RowsKind, Spot, Tab},
        panes::Pane,
    },
    settings_rows,
    widgets::{
        glyphs::sanitize,
        table::{Column, Target},
        wrap::{fitted, flow},
    },
};

/// What is wrong, else the value of the variable under the cursor.
pub(super) fn of(app: &App) -> Option<(String, Style)> {
    let theme = app.theme();
    let editor = &app.editor;
    if let (Tab::Settings, Some(message)) = (editor.tab, &editor.settings_error) {
        return Some((message.clone(), theme.notice_error));
    }
    let of_body = || match (editor.tab, &editor.body_error) {
        (Tab::Body, Some((line, column, message))) => {
            let body = editor.seen.as_ref().and_then(|request| request.body.as_ref());
            let what = if matches!(body, Some(Body::Graphql { .. })) { "variables, " } else { "" };
            let text = format!("{what}line {}, column {}: {message}", line + 1, column + 1);
            Some((text, theme.notice_error))
        }
        _ => None,
    };
    under_cursor(app).or_else(of_body).or_else(|| settings(app)).or_else(|| token(app))
}

/// Rows for it in a pane of that size: as many as it takes, as far as the pane has some to spare.
pub(super) fn rows(app: &App, pane: Rect) -> u16 {
    let most = match pane.height {
        0..=5 => return 0,
        6..=7 => return 1,
        8..=15 => 2,
        _ => 4,
    };
    let wanted = of(app)
        .map_or(1, |(text, _)| flow(&sanitize(&text), usize::from(pane.width.saturating_sub(1))).len());
    most.min(u16::try_from(wanted).unwrap_or(most)).max(1)
}

/// Draws it, with an ellipsis where there is no room for all of it.
pub(super) fn draw(app: &App, area: Rect, buffer: &mut Buffer) {
    let Some((text, style)) = of(app) else { return };
    let area = Rect { x: area.x + 1, width: area.width.saturating_sub(1), ..area };
    let text = sanitize(&text).into_owned();
    for (y, line) in
        (area.y..area.bottom()).zip(fitted(&text, usize::from(area.width), usize::from(area.height)))
    {
        Line::styled(line, style).render(Rect { y, height: 1, ..area }, buffer);
    }
}

/// What is kept for a request that is sent with a token, where its authentication is shown.
fn token(app: &App) -> Option<(String, Style)> {
    if app.editor.tab != Tab::Auth {
        return None;
    }
    let wanted = app.wanted_token()?;
    let key = |action: &str| app.config.keys.keys_for(action).into_iter().next().unwrap_or_default();
    let get = key("fetch-token");
    let Some(kept) = app.kept_token(&wanted) else {
        return Some((format!("no token yet: {get} gets one, or the next send does"), app.theme().dim));
    };
    let until = kept.expires.map(|expires| {
        let local = expires.to_zoned_datetime(app.zone.clone());
        format!(" until {}", local.strftime("%Y-%m-%d %H:%M"))
    });
    let refreshed = if kept.is_refreshable { ", and can be refreshed" } else { "" };
    Some((
        format!("a token is kept{}{refreshed}; {get} gets another", until.unwrap_or_default()),
        app.theme().text,
    ))
}

/// What the setting under the cursor takes, and which others there are.
fn settings(app: &App) -> Option<(String, Style)> {
    let editor = &app.editor;
    if editor.tab != Tab::Settings || app.focus != Pane::Request {
        return None;
    }
    let table = editor.table(RowsKind::Settings);
    let typed = table.editing().filter(|_| table.column() == Column::Name).map_or("", |field| field.text());
    let current = match table.target(editor.settings.len()) {
        _ if editor.spot != Spot::Part(0) || !typed.is_empty() => None,
        Target::Row(index) => editor.settings.get(index),
        Target::Inherited(index) => editor.inherited_settings.get(index).map(|inherited| &inherited.row),
        Target::New => None,
    };
    let theme = app.theme();
    if let Some((row, takes)) = current.and_then(|row| Some((row, settings_rows::takes(&row.name)?))) {
        return Some((format!("{}: {takes}", row.name.trim()), theme.dim));
    }
    let above = editor.inherited_settings.iter().map(|inherited| &inherited.row);
    let others = settings_rows::others(editor.settings.iter().chain(above)).map(|(name, _)| name);
    let others: Vec<&str> = others.filter(|name| name.contains(typed.trim())).collect();
    let key = app.config.keys.keys_for("choose-kind").into_iter().next().unwrap_or_default();
    (!others.is_empty()).then(|| (format!("{key} adds one of: {}", others.join(", ")), theme.dim))
}

/// The variable at the cursor of the focused field: its value and where that comes from, or what is wrong with it.
fn under_cursor(app: &App) -> Option<(String, Style)> {
    let theme = app.theme();
    let editor = &app.editor;
    let (text, cursor) = match (editor.spot, editor.part()) {
        (Spot::Url, _) => (editor.url.text().to_owned(), editor.url.cursor()),
        (_, Some(Part::Field(kind))) => {
            editor.field(kind).map(|field| (field.text().to_owned(), field.cursor()))?
        }
        (_, Some(Part::Table(kind))) => {
            editor.table(kind).editing().map(|field| (field.text().to_owned(), field.cursor()))?
        }
        (_, Some(Part::Area(kind))) => {
            let (line, cursor) = editor.area(kind).current_line();
            (line.to_owned(), cursor)
        }
        _ => return None,
    };
    let segments = inspect(&text, &editor.scope);
    let segment = segments.into_iter().find(|segment| {
        segment.kind != SegmentKind::Text && segment.span.start <= cursor && cursor <= segment.span.end
    })?;
    let hinted = |message: String, hint: Option<String>| match hint {
        Some(hint) => format!("{message} — {hint}"),
        None => message,
    };
    Some(match segment.kind {
        SegmentKind::Text => return None,
        SegmentKind::Value { name, preview, origin, secret } => {
            let from = origin.map(|origin| format!("  ({origin})")).unwrap_or_default();
            (format!("{name} = {preview}{from}"), if secret { theme.variable_secret } else { theme.variable })
        }
        SegmentKind::Undefined { message, hint, .. } | SegmentKind::Error { message, hint } => {
            (hinted(message, hint), theme.notice_error)
        }
    })
}
