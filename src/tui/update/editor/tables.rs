//! The tables of the request pane: which rows each shows, and what is changed in them made a change of the request.

use crossterm::event::KeyEvent;
use ratatui::layout::Position;

use crate::model::{Auth, Body, Part, PartContent, Row, Rows, Vars};

use super::{
    super::{
        super::{
            action::Action,
            app::{
                App,
                editor::{RowsKind, Spot},
                notices::Notice,
                overlay::{Pick, Picker, picker::Item},
            },
            effect::Effect,
            settings_rows,
            widgets::{
                Handled,
                table::{Column, Inherited, Table, Target},
            },
        },
        rows,
    },
    content::{change, refresh},
};

/// The rows that a table shows.
pub(in super::super::super) fn rows_of(app: &App, kind: RowsKind) -> Rows {
    if kind == RowsKind::Settings {
        return app.editor.settings.clone();
    }
    let Some(request) = &app.editor.seen else { return Rows::new() };
    match kind {
        RowsKind::Path => request.path.clone(),
        RowsKind::Query => request.params.clone(),
        RowsKind::Headers => request.headers.clone(),
        RowsKind::Vars => {
            request.vars.iter().map(|(name, value)| Row::new(name.as_str(), value.as_str())).collect()
        }
        RowsKind::Form => match &request.body {
            Some(Body::Form(rows)) => rows.clone(),
            Some(Body::Multipart(parts)) => parts.iter().map(part_row).collect(),
            _ => Rows::new(),
        },
        RowsKind::AuthParams => match &request.auth {
            Some(Auth::Oauth2(oauth2)) => {
                oauth2.params.iter().map(|(name, value)| Row::new(name.as_str(), value.as_str())).collect()
            }
            _ => Rows::new(),
        },
        RowsKind::Settings => Rows::new(),
    }
}

/// The rows above a table's own that come from elsewhere.
pub(in super::super::super) fn inherited(app: &App, kind: RowsKind) -> Vec<Inherited> {
    match kind {
        RowsKind::Headers => app.editor.inherited_headers.clone(),
        RowsKind::Settings => app.editor.inherited_settings.clone(),
        _ => Vec::new(),
    }
}

/// A file as in curl: `@path;type=…;filename=…`.
fn part_row(part: &Part) -> Row {
    let mut value = match &part.content {
        PartContent::Text(text) => text.clone(),
        PartContent::File(path) => format!("@{path}"),
    };
    if let Some(media_type) = &part.media_type {
        value.extend([";type=", media_type]);
    }
    if let Some(filename) = &part.filename {
        value.extend([";filename=", filename]);
    }
    Row { name: part.name.clone(), value, enabled: part.enabled, doc: part.doc.clone() }
}

fn row_part(row: &Row) -> Part {
    let mut value = row.value.as_str();
    let (mut media_type, mut filename) = (None, None);
    while let Some((before, attribute)) = value.rsplit_once(';') {
        match attribute.split_once('=') {
            Some(("type", text)) => media_type = Some(text.to_owned()),
            Some(("filename", text)) => filename = Some(text.to_owned()),
            _ => break,
        }
        value = before;
    }
    let content = match value.strip_prefix('@') {
        Some(path) => PartContent::File(path.to_owned()),
        None => PartContent::Text(value.to_owned()),
    };
    Part { name: row.name.clone(), content, media_type, filename, enabled: row.enabled, doc: row.doc.clone() }
}

fn put_rows(app: &mut App, kind: RowsKind, rows: Rows) -> Vec<Effect> {
    match kind {
        RowsKind::Path => change(app, |request| request.path = rows),
        RowsKind::Query => change(app, |request| request.params = rows),
        RowsKind::Headers => change(app, |request| request.headers = rows),
        RowsKind::Vars => change(app, |request| request.vars = named(rows)),
        RowsKind::AuthParams => change(app, |request| {
            if let Some(own) = request.auth.as_mut().and_then(Auth::params_mut) {
                *own = named(rows);
            }
        }),
        RowsKind::Form => change(app, |request| match &mut request.body {
            Some(Body::Form(own)) => *own = rows,
            Some(Body::Multipart(parts)) => *parts = rows.iter().map(row_part).collect(),
            _ => {}
        }),
        RowsKind::Settings => put_settings(app, rows),
    }
}

fn put_settings(app: &mut App, mut rows: Rows) -> Vec<Effect> {
    // A file has no way to write a setting that is off: without its row it is inherited.
    if rows.iter().any(|row| !row.enabled) {
        for row in &mut rows {
            row.enabled = true;
        }
        app.report(Notice::info("A setting has no switch").with_hint("delete its row to inherit it"));
    }
    let settings = settings_rows::to(&rows);
    app.editor.settings = rows;
    match settings {
        Ok((http, retry)) => {
            app.editor.settings_error = None;
            change(app, |request| (request.http, request.retry) = (http, retry))
        }
        // What is wrong stays on screen to be mended; the request keeps what it had.
        Err(message) => {
            app.editor.settings_error = Some(message);
            refresh(app);
            Vec::new()
        }
    }
}

/// The settings that have no row here and are not inherited, to choose from.
pub(super) fn other_settings(app: &App) -> Picker {
    let own = rows_of(app, RowsKind::Settings);
    let others = settings_rows::others(own.iter());
    let items = others.map(|(name, takes)| Item::new(name, takes, Pick::Setting(name)));
    Picker::new("Add a setting", items.collect())
}

/// Gives a setting a row, with its value open for typing; one that is inherited begins as it is inherited.
pub(in super::super) fn add_setting(app: &mut App, name: &'static str) -> Vec<Effect> {
    let mut effects = commit_rows(app, RowsKind::Settings);
    let above = inherited(app, RowsKind::Settings);
    let value = above.into_iter().find(|above| above.row.name == name).map(|above| above.row.value);
    let mut rows = rows_of(app, RowsKind::Settings);
    rows.push(Row::new(name, value.as_deref().unwrap_or_default()));
    if value.is_some() {
        effects.extend(put_settings(app, rows));
    } else {
        app.editor.settings = rows;
        refresh(app);
    }
    app.editor.spot = Spot::Part(0);
    let (mut rows, above) = (rows_of(app, RowsKind::Settings), inherited(app, RowsKind::Settings));
    let last = rows.len().saturating_sub(1);
    let table = app.editor.table_mut(RowsKind::Settings);
    table.select(last, Column::Value);
    table.begin(&above, &mut rows, None);
    effects
}

/// Rows that have a name, without what else they have.
fn named(rows: Rows) -> Vars {
    rows.into_iter().filter(|row| !row.name.is_empty()).map(|row| (row.name, row.value)).collect()
}

/// Does something to a table and its rows, and takes up what it changed.
fn with_rows(
    app: &mut App,
    kind: RowsKind,
    work: impl FnOnce(&mut Table, &[Inherited], &mut Rows) -> Handled,
) -> (Handled, Vec<Effect>) {
    let (mut rows, inherited) = (rows_of(app, kind), inherited(app, kind));
    let before = rows.clone();
    let handled = work(app.editor.table_mut(kind), &inherited, &mut rows);
    let effects = if rows == before { Vec::new() } else { put_rows(app, kind, rows) };
    (handled, effects)
}

pub(super) fn press_rows(app: &mut App, kind: RowsKind, key: KeyEvent) -> (Handled, Vec<Effect>) {
    with_rows(app, kind, |table, inherited, own| rows::press(table, inherited, own, key))
}

pub(super) fn act_rows(app: &mut App, kind: RowsKind, action: Action) -> Option<Vec<Effect>> {
    let mut known = true;
    let (_, effects) = with_rows(app, kind, |table, inherited, own| {
        rows::act(table, inherited, own, action).unwrap_or_else(|| {
            known = false;
            Handled::Ignored
        })
    });
    known.then_some(effects)
}

pub(super) fn commit_rows(app: &mut App, kind: RowsKind) -> Vec<Effect> {
    with_rows(app, kind, |table, _, own| table.commit(own)).1
}

pub(super) fn paste_rows(app: &mut App, kind: RowsKind, text: &str) -> Vec<Effect> {
    with_rows(app, kind, |table, inherited, own| table.paste(text, inherited, own)).1
}

pub(super) fn click_rows(app: &mut App, kind: RowsKind, position: Position) -> Vec<Effect> {
    with_rows(app, kind, |table, inherited, own| {
        if table.press_bar(position) { Handled::Moved } else { table.click(position, inherited, own) }
    })
    .1
}

pub(super) fn is_at_first_row(app: &App, kind: RowsKind) -> bool {
    let first = if inherited(app, kind).is_empty() {
        match rows_of(app, kind).len() {
            0 => Target::New,
            _ => Target::Row(0),
        }
    } else {
        Target::Inherited(0)
    };
    app.editor.table(kind).target(rows_of(app, kind).len()) == first
}

pub(super) fn is_at_last_row(app: &App, kind: RowsKind) -> bool {
    app.editor.table(kind).target(rows_of(app, kind).len()) == Target::New
}
