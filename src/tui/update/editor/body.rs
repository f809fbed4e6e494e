//! The body's kind, and what is done to its text as a whole.

use crate::{
    document::format_json,
    model::{Body, Rows},
};

use super::{
    super::super::{
        app::{
            App,
            editor::AreaKind,
            notices::Notice,
            overlay::{Overlay, Pick, Picker, Prompt, Purpose},
        },
        effect::Effect,
        widgets::text_field::TextField,
    },
    content::{area_changed, change},
};

/// Lays out the JSON of the body, keeping numbers, order and templates as they are.
pub(super) fn format(app: &mut App) -> Vec<Effect> {
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

pub(super) fn kinds(app: &App) -> Picker {
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
    Picker::of_kinds("Body", &KINDS, current, Pick::BodyKind)
}

/// Makes the body one of another kind; text stays where both have some.
pub(in super::super) fn set_kind(app: &mut App, kind: Option<&'static str>) -> Vec<Effect> {
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
