//! The request that is shown: changes of it, and what the widgets have to know of it and of what it inherits.

use crate::model::{Body, NodeId, Request, Row, Rows};

use super::super::super::{
    app::{
        App,
        editor::{AreaKind, FieldKind, RowsKind},
    },
    effect::Effect,
    settings_rows,
    widgets::table::Inherited,
};
use super::{
    auth,
    tables::{inherited, rows_of},
};

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

/// Makes a change of the request, and keeps the widgets' idea of it in step.
pub(super) fn change(app: &mut App, change: impl FnOnce(&mut Request)) -> Vec<Effect> {
    let effects = app.edit_request(change);
    app.editor.seen = app.shown_request().cloned();
    refresh(app);
    effects
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

pub(in super::super) fn set_method(app: &mut App, method: String) -> Vec<Effect> {
    change(app, |request| request.method = method)
}
