//! What is changed in the request pane, made a change of the request.

use crossterm::event::KeyEvent;
use ratatui::layout::Position;

use crate::{
    document::format_json,
    model::{Auth, Body, NodeId, Part, PartContent, Request, Row, Rows, Vars},
};

use super::super::super::{
    action::Action,
    app::{
        App,
        editor::{AreaKind, FieldKind, RowsKind},
        notices::Notice,
        overlay::{Overlay, Pick, Picker, Prompt, Purpose, picker::Item},
    },
    effect::Effect,
    settings_rows,
    widgets::{
        Handled,
        table::{Inherited, Table, Target},
        text_field::TextField,
    },
};
use super::{super::rows, auth};

/// What the widgets cannot know by themselves: what is inherited, what resolves.
pub(super) fn refresh(app: &mut App) {
    app.editor.scope = match (app.open_id().cloned(), &app.past) {
        (Some(id), _) => app.scope(&id),
        (None, Some(past)) => past.exchange.source.clone().map(|id| app.scope(&id)).unwrap_or_default(),
        (None, None) => crate::template::Scope::default(),
    };
    let folders = app.open_id().map(|id| defaults_above(app, id)).unwrap_or_default();
    let own: Vec<String> = app
        .editor
        .seen
        .iter()
        .flat_map(|request| &request.headers)
        .map(|row| row.name.to_lowercase())
        .collect();
    let mut headers: Vec<Inherited> = Vec::new();
    let mut settings: Vec<Inherited> = Vec::new();
    for Above { origin, headers: of_headers, settings: of_settings } in folders {
        let is_new = |row: &Row, known: &[Inherited]| {
            !known.iter().any(|known| known.row.name.eq_ignore_ascii_case(&row.name))
        };
        for row in of_headers {
            if !own.contains(&row.name.to_lowercase()) && is_new(&row, &headers) {
                headers.push(Inherited { row, origin: origin.clone() });
            }
        }
        for row in of_settings {
            if !app.editor.settings.iter().any(|own| own.name == row.name) && is_new(&row, &settings) {
                settings.push(Inherited { row, origin: origin.clone() });
            }
        }
    }
    app.editor.inherited_headers = headers;
    app.editor.inherited_settings = settings;
    for kind in [
        RowsKind::Path,
        RowsKind::Query,
        RowsKind::Headers,
        RowsKind::Form,
        RowsKind::AuthParams,
        RowsKind::Vars,
        RowsKind::Settings,
    ] {
        let (inherited, count) = (inherited(app, kind).len(), rows_of(app, kind).len());
        app.editor.table_mut(kind).sync(inherited, count);
    }
}

/// What one folder, or the user's settings, give to a request below it.
struct Above {
    origin: String,
    headers: Rows,
    settings: Rows,
}

/// What each folder above a request gives, the nearest first, and at last the defaults.
fn defaults_above(app: &App, id: &NodeId) -> Vec<Above> {
    let mut above = Vec::new();
    let mut folder = id.parent();
    while let Some(id) = folder {
        if let Some(found) = app.workspace().and_then(|workspace| workspace.folder(&id)) {
            let defaults = &found.defaults;
            above.push(Above {
                origin: id.leaf().to_owned(),
                headers: defaults.headers.clone(),
                settings: settings_rows::of(&defaults.http, &defaults.retry),
            });
        }
        folder = id.parent();
    }
    let settings = settings_rows::of(&app.config.http, &app.config.retry);
    above.push(Above { origin: "default".into(), headers: Rows::new(), settings });
    above
}

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

/// Makes a change of the request, and keeps the widgets' idea of it in step.
pub(super) fn change(app: &mut App, change: impl FnOnce(&mut Request)) -> Vec<Effect> {
    let effects = app.edit_request(change);
    app.editor.seen = app.shown_request().cloned();
    refresh(app);
    effects
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

/// The URL was typed at: names of path parameters that it has now get a row, and empty ones that it lost go.
pub(super) fn url_changed(app: &mut App) -> Vec<Effect> {
    let url = app.editor.url.text().to_owned();
    change(app, |request| {
        let names = crate::http::path_parameters(&url);
        request.path.retain(|row| !row.value.is_empty() || names.contains(&row.name.as_str()));
        for name in names {
            if !request.path.iter().any(|row| row.name == name) {
                request.path.push(Row::new(name, ""));
            }
        }
        request.url.clone_from(&url);
    })
}

pub(super) fn area_changed(app: &mut App, kind: AreaKind) -> Vec<Effect> {
    let text = app.editor.area(kind).text();
    let effects = change(app, |request| match (kind, &mut request.body) {
        (AreaKind::Doc, _) => request.doc = text,
        (AreaKind::Body, Some(Body::Json(own) | Body::Text(own) | Body::Xml(own) | Body::Base64(own))) => {
            *own = text;
        }
        (AreaKind::Body, Some(Body::Graphql { query, .. })) => *query = text,
        (AreaKind::Variables, Some(Body::Graphql { variables, .. })) => *variables = text,
        _ => {}
    });
    app.editor.check_body();
    effects
}

pub(super) fn field_changed(app: &mut App, kind: FieldKind) -> Vec<Effect> {
    let Some(text) = app.editor.field(kind).map(|field| field.text().to_owned()) else { return Vec::new() };
    if let FieldKind::Auth(index) = kind {
        return auth::text_changed(app, index, text);
    }
    change(app, |request| match kind {
        FieldKind::Auth(_) => {}
        FieldKind::File => {
            if let Some(Body::File(path)) = &mut request.body {
                *path = text;
            }
        }
        FieldKind::Operation => {
            if let Some(Body::Graphql { operation, .. }) = &mut request.body {
                *operation = text;
            }
        }
        FieldKind::Tags => {
            request.tags = text.split([' ', ',']).filter(|tag| !tag.is_empty()).map(str::to_owned).collect();
        }
    })
}

/// Copies what is selected where the focus is, or cuts it.
pub(super) fn copy(app: &mut App, cut: bool) -> Vec<Effect> {
    use super::super::super::app::editor::{Part as EditorPart, Spot};
    let cut = cut && matches!(app.subject, Some(super::super::super::app::answers::Subject::Request(_)));
    let of_field = |field: &mut TextField| if cut { field.cut() } else { field.copy() };
    let (spot, part) = (app.editor.spot, app.editor.part());
    let text = match (spot, part) {
        (Spot::Url, _) => of_field(&mut app.editor.url),
        (_, Some(EditorPart::Field(kind))) => app.editor.field_mut(kind).and_then(of_field),
        (_, Some(EditorPart::Table(kind))) => app.editor.table_mut(kind).editing_mut().and_then(of_field),
        (_, Some(EditorPart::Area(kind))) => {
            let area = app.editor.area_mut(kind);
            if cut { area.cut() } else { area.copy() }
        }
        _ => None,
    };
    let Some(text) = text.filter(|text| !text.is_empty()) else {
        app.report(
            Notice::info("Nothing is selected")
                .with_hint("shift with the arrows selects, ctrl+a selects all"),
        );
        return Vec::new();
    };
    let mut effects = match (spot, part) {
        _ if !cut => Vec::new(),
        (Spot::Url, _) => url_changed(app),
        (_, Some(EditorPart::Field(kind))) => field_changed(app, kind),
        (_, Some(EditorPart::Area(kind))) => area_changed(app, kind),
        // A cell counts when it is closed.
        _ => Vec::new(),
    };
    effects.push(Effect::CopyText { text, what: "the selection".into() });
    effects
}

pub(super) fn undo(app: &mut App, back: bool) -> Vec<Effect> {
    use super::super::super::app::editor::Part as EditorPart;
    match app.editor.part() {
        Some(EditorPart::Area(kind)) => {
            let area = app.editor.area_mut(kind);
            if back {
                area.undo()
            } else {
                area.redo()
            };
            area_changed(app, kind)
        }
        _ => Vec::new(),
    }
}

/// Lays out the JSON of the body, keeping numbers, order and templates as they are.
pub(super) fn format_body(app: &mut App) -> Vec<Effect> {
    let Some(Body::Json(text)) = app.editor.seen.as_ref().and_then(|request| request.body.as_ref()) else {
        app.report(Notice::info("Only a JSON body is laid out"));
        return Vec::new();
    };
    match format_json(text) {
        Ok(formatted) => match app.editor.area_mut(AreaKind::Body).replace_all(&formatted) {
            Ok(_) => area_changed(app, AreaKind::Body),
            Err(limit) => {
                app.report(Notice::warning(limit.to_string()));
                Vec::new()
            }
        },
        Err(error) => {
            let message =
                format!("Not laid out: line {}, column {}: {}", error.line, error.column, error.message);
            app.report(Notice::warning(message));
            Vec::new()
        }
    }
}

/// Asks what to search for in the text area.
pub(super) fn ask_search(app: &mut App) {
    app.overlays.push(Overlay::Prompt(Prompt {
        title: "Search in the body".into(),
        label: "Text".into(),
        field: TextField::default(),
        purpose: Purpose::SearchBody,
        error: None,
    }));
}

pub(super) fn find(app: &mut App, forward: bool) {
    app.editor.area_mut(AreaKind::Body).find(forward);
}

pub(super) fn body_kinds(app: &App) -> Picker {
    const KINDS: [(Option<&str>, &str); 9] = [
        (None, "none"),
        (Some("json"), "JSON"),
        (Some("text"), "text"),
        (Some("xml"), "XML"),
        (Some("form"), "form, URL-encoded"),
        (Some("multipart"), "multipart form, with files"),
        (Some("file"), "a file's bytes"),
        (Some("graphql"), "GraphQL"),
        (Some("base64"), "bytes, as base64"),
    ];
    let current = app.editor.seen.as_ref().and_then(|request| request.body.as_ref()).map(Body::kind);
    let items =
        KINDS.iter().map(|(kind, label)| Item::new(*label, kind.unwrap_or_default(), Pick::BodyKind(*kind)));
    Picker::new("Body", items.collect()).at(|pick| *pick == Pick::BodyKind(current))
}

pub(in super::super) fn set_method(app: &mut App, method: String) -> Vec<Effect> {
    change(app, |request| request.method = method)
}

/// Makes the body one of another kind; text stays where both have some.
pub(in super::super) fn set_body_kind(app: &mut App, kind: Option<&'static str>) -> Vec<Effect> {
    let effects = change(app, |request| {
        let text = match request.body.take() {
            Some(Body::Json(text) | Body::Text(text) | Body::Xml(text) | Body::Base64(text)) => text,
            Some(Body::Graphql { query, .. }) => query,
            _ => String::new(),
        };
        request.body = kind.map(|kind| match kind {
            "json" => Body::Json(text),
            "xml" => Body::Xml(text),
            "form" => Body::Form(Rows::new()),
            "multipart" => Body::Multipart(Vec::new()),
            "file" => Body::File(String::new()),
            "graphql" => Body::Graphql { query: text, variables: String::new(), operation: String::new() },
            "base64" => Body::Base64(text),
            _ => Body::Text(text),
        });
    });
    super::shown_changed(app);
    effects
}
