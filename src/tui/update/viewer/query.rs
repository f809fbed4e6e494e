//! Asking a document: a JSONPath or a jq filter, with results as one types, shown as a document of their own.

use crate::document::Document;

use super::super::super::{
    app::{
        App,
        viewer::{QueryState, Querying, Sheet, Typing, Viewer},
    },
    effect::Effect,
    event::QueryId,
    widgets::text_field::TextField,
};

/// Queries that are kept for each request.
const KEPT: usize = 30;

pub(super) fn begin(app: &mut App) -> Vec<Effect> {
    let run = app.next_query();
    let Some(viewer) = &mut app.response.viewer else { return Vec::new() };
    viewer.typing = Typing::Query;
    let query = viewer.query.get_or_insert_with(|| Querying {
        field: TextField::new("$"),
        run,
        results: None,
        count: 0,
        read: 0,
        state: QueryState::Idle,
        recalled: None,
    });
    query.recalled = None;
    Vec::new()
}

/// Asks what the field says now; what was asked before is cancelled.
pub(super) fn ask(app: &mut App) -> Vec<Effect> {
    let run = app.next_query();
    let Some(viewer) = &mut app.response.viewer else { return Vec::new() };
    let document = viewer.document().clone();
    let Some(query) = &mut viewer.query else { return Vec::new() };
    let text = query.field.text().trim().to_owned();
    (query.run, query.count, query.read) = (run, 0, 0);
    if text.is_empty() || text == "$" {
        (query.results, query.state) = (None, QueryState::Idle);
        return vec![Effect::CancelQuery];
    }
    query.state = QueryState::Running;
    vec![Effect::RunQuery { run, document, text }]
}

/// The query stands: keys move through its results.
pub(super) fn end(app: &mut App) -> Vec<Effect> {
    let subject = subject(app);
    let Some(viewer) = &mut app.response.viewer else { return Vec::new() };
    viewer.typing = Typing::Nothing;
    let Some(query) = &viewer.query else { return Vec::new() };
    if query.state == QueryState::Idle {
        return leave(viewer);
    }
    if !matches!(query.state, QueryState::Failed(_)) {
        let text = query.field.text().trim().to_owned();
        let asked = app.queries.entry(subject).or_default();
        asked.retain(|earlier| *earlier != text);
        asked.insert(0, text);
        asked.truncate(KEPT);
    }
    Vec::new()
}

/// No query: the document itself, where one was in it.
pub(super) fn leave(viewer: &mut Viewer) -> Vec<Effect> {
    viewer.typing = Typing::Nothing;
    viewer.query = None;
    vec![Effect::CancelQuery]
}

/// Puts an earlier query of this request into the field, or a later one.
pub(super) fn recall(app: &mut App, earlier: bool) -> Vec<Effect> {
    let asked = app.queries.get(&subject(app)).cloned().unwrap_or_default();
    let Some(query) = app.response.viewer.as_mut().and_then(|viewer| viewer.query.as_mut()) else {
        return Vec::new();
    };
    let at = match (query.recalled, earlier) {
        (None, true) => Some(0),
        (None, false) => return Vec::new(),
        (Some(at), true) => Some((at + 1).min(asked.len().saturating_sub(1))),
        (Some(at), false) => at.checked_sub(1),
    };
    let text = at.map_or(Some("$"), |at| asked.get(at).map(String::as_str));
    let Some(text) = text else { return Vec::new() };
    query.recalled = at;
    query.field = TextField::new(text);
    ask(app)
}

/// Under which name the queries of what is shown are kept.
fn subject(app: &App) -> String {
    let id = app.shown_answer().and_then(|answer| answer.exchange.source.as_ref()).or(app.open_id());
    id.map(ToString::to_string).unwrap_or_default()
}

fn awaiting(viewer: &mut Viewer, run: QueryId) -> Option<&mut Querying> {
    viewer.query.as_mut().filter(|query| query.run == run)
}

/// A query has begun to find things; they go into `results`.
pub(super) fn began(viewer: &mut Viewer, run: QueryId, results: &Document) {
    let is_wrapped = viewer.sheet().place.is_wrapped();
    let Some(query) = awaiting(viewer, run) else { return };
    let mut sheet = Sheet::new(results);
    sheet.place.set_wrapped(is_wrapped);
    query.results = Some(sheet);
}

pub(super) fn progressed(viewer: &mut Viewer, run: QueryId, count: u64, read: u64) {
    if let Some(query) = awaiting(viewer, run) {
        (query.count, query.read) = (count, read);
        if let Some(results) = &mut query.results {
            results.measure();
        }
    }
}

pub(super) fn ended(viewer: &mut Viewer, run: QueryId, count: u64, failure: Option<String>) {
    let Some(query) = awaiting(viewer, run) else { return };
    query.count = count;
    query.state = failure.map_or(QueryState::Ended, QueryState::Failed);
    if let Some(results) = &mut query.results {
        results.measure();
    }
}
