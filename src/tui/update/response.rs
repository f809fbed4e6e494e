//! The response pane: its tabs, and what they list. The body is the viewer's.

use crate::{document::Kind, model::Outcome};

use super::super::{
    action::Action,
    app::{
        App, Shown,
        overlay::{Overlay, Prompt, Purpose},
        response::Tab,
    },
    effect::{Effect, SavedBody},
    view,
    widgets::{
        document_view::{DocumentState, SIDESTEP},
        text_field::TextField,
    },
};
use super::{
    history::step,
    mouse::{Pointer, PointerKind},
    viewer,
};

pub(super) fn contexts(app: &App) -> Vec<&'static str> {
    match (viewer::is_typing(app), &app.opened) {
        (true, _) => vec!["text", "response"],
        (false, None) => vec!["response", "list"],
        (false, Some(_)) => vec!["viewing", "response", "list"],
    }
}

/// Another answer, or none, is beside the request now; or one that arrives is there in part.
pub(super) fn shown_changed(app: &mut App) {
    let document = app.shown_document().cloned();
    let follows = matches!(app.shown(), Shown::InFlight(state) if state.is_stream());
    app.response.show(document.as_ref(), follows);
}

pub(super) fn act(app: &mut App, action: Action) -> Vec<Effect> {
    if matches!(action, Action::SearchText | Action::QueryDocument | Action::GoToPlace) {
        app.response.tab = Tab::Body;
    }
    if app.shown_tab() == Tab::Body
        && let Some(effects) = viewer::act(app, action)
    {
        return effects;
    }
    if let Some(step) = step(action) {
        place(app).go(step);
        return Vec::new();
    }
    match action {
        Action::MoveLeft => place(app).pan(-SIDESTEP),
        Action::MoveRight => place(app).pan(SIDESTEP),
        Action::NextTab => step_tab(app, 1),
        Action::PreviousTab => step_tab(app, Tab::ALL.len() - 1),
        Action::ShowTab1 => show_tab(app, 0),
        Action::ShowTab2 => show_tab(app, 1),
        Action::ShowTab3 => show_tab(app, 2),
        Action::ShowTab4 => show_tab(app, 3),
        Action::ShowTab5 => show_tab(app, 4),
        Action::ToggleSecrets => app.response.is_revealed = !app.response.is_revealed,
        Action::CopyBody => return viewer::copy_body(app),
        Action::CopyValue => return copy_line(app),
        Action::SaveBody => ask_where_to_save(app),
        Action::Leave => return super::history::leave_past(app),
        _ => {}
    }
    Vec::new()
}

/// Where one is in the tab that is shown.
fn place(app: &mut App) -> &mut DocumentState {
    let is_body = app.shown_tab() == Tab::Body && app.response.viewer.is_some();
    let rows = if is_body { 0 } else { view::response_rows(app) };
    let response = &mut app.response;
    match &mut response.viewer {
        Some(viewer) if is_body => {
            let sheet = viewer.sheet_mut();
            sheet.follows = false;
            &mut sheet.place
        }
        _ => {
            response.rest.set_len(rows);
            &mut response.rest
        }
    }
}

fn step_tab(app: &mut App, by: usize) {
    let at = Tab::ALL.iter().position(|tab| *tab == app.response.tab).unwrap_or(0);
    show_tab(app, (at + by) % Tab::ALL.len());
}

fn show_tab(app: &mut App, index: usize) {
    if let Some(tab) = Tab::ALL.get(index) {
        app.response.tab = *tab;
        app.response.rest = DocumentState::default();
    }
}

fn copy_line(app: &App) -> Vec<Effect> {
    let text = view::response_text(app).get(app.response.rest.cursor()).map(|text| text.trim().to_owned());
    let text = text.filter(|text| !text.is_empty());
    text.map(|text| Effect::CopyText { text, what: "the line".into() }).into_iter().collect()
}

/// The body of the answer; of a document that is looked at by itself, or of what a query found, that document.
fn ask_where_to_save(app: &mut App) {
    let Some(shown) = &app.response.viewer else { return };
    let document = shown.sheet().lines.document().clone();
    let is_queried = shown.query.is_some();
    let purpose = match app.shown_answer().filter(|_| !is_queried) {
        Some(answer) => Purpose::SaveBody(SavedBody {
            exchange: answer.exchange.id.clone(),
            content: answer.exchange.payload().map(|payload| payload.content.clone()).unwrap_or_default(),
            is_whole: matches!(answer.exchange.outcome, Outcome::Answered(_)),
        }),
        None => Purpose::SaveDocument(document.clone()),
    };
    let source = app.shown_answer().and_then(|answer| answer.exchange.source.as_ref());
    let name = match (is_queried, source) {
        (true, _) => "results",
        (false, source) => source.map_or("body", |id| id.leaf()),
    };
    app.overlays.push(Overlay::Prompt(Prompt {
        title: if is_queried { "Save what was found".into() } else { "Save the body".into() },
        label: "File".into(),
        field: TextField::new(format!("{name}.{}", extension(document.kind()))),
        purpose,
        error: None,
    }));
}

fn extension(kind: Kind) -> &'static str {
    match kind {
        Kind::Json => "json",
        Kind::NdJson => "ndjson",
        Kind::Html => "html",
        Kind::Xml => "xml",
        Kind::Csv => "csv",
        Kind::Css => "css",
        Kind::JavaScript => "js",
        Kind::Yaml => "yaml",
        Kind::Markdown => "md",
        Kind::Binary => "bin",
        Kind::Text => "txt",
    }
}

pub(super) fn point(app: &mut App, pointer: Pointer) -> Vec<Effect> {
    match pointer.kind {
        PointerKind::Scroll(by) => {
            place(app).scroll(by);
            return Vec::new();
        }
        PointerKind::Drag => {
            place(app).press_bar(pointer.position);
            return Vec::new();
        }
        PointerKind::Press => {}
    }
    if let Some(tab) = view::response_tab_at(app, pointer.area, pointer.position) {
        show_tab(app, tab);
    } else if !place(app).press_bar(pointer.position) {
        place(app).click(pointer.position);
    }
    Vec::new()
}
