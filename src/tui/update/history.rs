//! The history pane: listing, opening and replaying what was sent.

use crossterm::event::KeyEvent;

use crate::{
    model::{Exchange, Outcome},
    store::history::{Entry, Filter},
};

use super::super::{
    action::Action,
    app::{
        App,
        answers::{Answer, Subject},
        history::{Older, PAGE},
        panes::Pane,
    },
    effect::Effect,
    event::QueryId,
    widgets::{Handled, text_field::TextField, viewport::Step},
};
use super::{
    mouse::{Pointer, PointerKind},
    sending::{self, Replay},
};

pub(super) fn contexts(app: &App) -> Vec<&'static str> {
    if app.history.is_filtering { vec!["text", "history"] } else { vec!["history", "list"] }
}

pub(super) fn is_typing(app: &App) -> bool {
    app.history.is_filtering
}

pub(super) fn act(app: &mut App, action: Action) -> Vec<Effect> {
    if let Some(step) = step(action) {
        app.history.list.go(step);
        return more(app);
    }
    match action {
        Action::Activate if app.history.is_filtering => app.history.is_filtering = false,
        Action::Activate => return open_selected(app, None),
        Action::ReplayAsSent => return replay(app, Replay::AsSent),
        Action::ReplayToday => return replay(app, Replay::Today),
        Action::FilterHistory | Action::SearchText => {
            app.history.filter.get_or_insert_with(|| TextField::new(""));
            app.history.is_filtering = true;
        }
        Action::ToggleScope => {
            app.history.is_of_all = !app.history.is_of_all;
            return refresh(app);
        }
        Action::DeleteEntry => {
            let id = app.history.selected().map(|entry| entry.id.clone());
            return id.map(|id| Effect::DeleteExchange { id }).into_iter().collect();
        }
        Action::Leave => return leave(app),
        _ => {}
    }
    Vec::new()
}

/// What moving means in a list.
pub(super) fn step(action: Action) -> Option<Step> {
    Some(match action {
        Action::MoveUp => Step::Up,
        Action::MoveDown => Step::Down,
        Action::PageUp => Step::PageUp,
        Action::PageDown => Step::PageDown,
        Action::HalfPageUp => Step::HalfUp,
        Action::HalfPageDown => Step::HalfDown,
        Action::MoveToStart => Step::First,
        Action::MoveToEnd => Step::Last,
        _ => return None,
    })
}

fn leave(app: &mut App) -> Vec<Effect> {
    app.history.is_filtering = false;
    if app.history.filter.take().is_some() {
        return refresh(app);
    }
    leave_past(app)
}

/// Out of a past exchange, back to the request that it came from.
pub(super) fn leave_past(app: &mut App) -> Vec<Effect> {
    let Some(past) = app.past.take() else { return Vec::new() };
    let back = past.exchange.source.clone().filter(|id| app.request(id).is_some());
    app.subject = back.map(Subject::Request);
    super::editor::shown_changed(app);
    super::response::shown_changed(app);
    subject_changed(app)
}

pub(super) fn type_key(app: &mut App, key: KeyEvent) -> Vec<Effect> {
    let is_filtering = app.history.is_filtering;
    let handled = app.history.filter.as_mut().filter(|_| is_filtering).map(|field| field.handle(key));
    if handled == Some(Handled::Changed) { refresh(app) } else { Vec::new() }
}

pub(super) fn paste(app: &mut App, text: &str) -> Vec<Effect> {
    match &mut app.history.filter {
        Some(field) if app.history.is_filtering => {
            field.paste(text);
            refresh(app)
        }
        _ => Vec::new(),
    }
}

pub(super) fn point(app: &mut App, pointer: Pointer) -> Vec<Effect> {
    match pointer.kind {
        PointerKind::Scroll(by) => {
            app.history.list.scroll(by);
            more(app)
        }
        PointerKind::Press if app.history.list.press_bar(pointer.position) => more(app),
        PointerKind::Press => match app.history.list.click(pointer.position) {
            Some(_) => open_selected(app, None),
            None => Vec::new(),
        },
        PointerKind::Drag => {
            app.history.list.press_bar(pointer.position);
            more(app)
        }
    }
}

/// Another request is shown: its history is listed.
pub(super) fn subject_changed(app: &mut App) -> Vec<Effect> {
    if app.history.is_of_all { Vec::new() } else { refresh(app) }
}

/// Lists anew, from the newest.
pub(super) fn refresh(app: &mut App) -> Vec<Effect> {
    app.history.older = Older::Unread;
    ask(app, None)
}

/// Reads on where the end of what was read comes into sight.
fn more(app: &mut App) -> Vec<Effect> {
    let history = &app.history;
    let seen = history.list.viewport().first() + 2 * history.list.viewport().page();
    if history.older != Older::Unread || seen < history.entries.len() {
        return Vec::new();
    }
    let before = history.entries.last().map(|entry| entry.id.clone());
    app.history.older = Older::Asked;
    ask(app, before)
}

fn ask(app: &mut App, before: Option<crate::model::ExchangeId>) -> Vec<Effect> {
    let query = app.next_query();
    app.history.query = query;
    let source = match &app.subject {
        Some(Subject::Request(id)) => Some(id.clone()),
        Some(Subject::Past(_)) => app.past.as_ref().and_then(|past| past.exchange.source.clone()),
        None => None,
    };
    let request = source.filter(|_| !app.history.is_of_all);
    let collection = request.as_ref().and_then(|id| app.workspace()?.collection(id.collection()));
    let filter = Filter {
        text: app.history.filter.as_ref().map(|field| field.text().to_owned()).unwrap_or_default(),
        collection: collection.map(|collection| collection.folder.clone()),
        request,
        before,
        limit: PAGE,
    };
    vec![Effect::ListHistory { query, filter }]
}

/// An answer to a question: late ones are dropped.
pub(super) fn listed(app: &mut App, query: QueryId, entries: Vec<Entry>) {
    let history = &mut app.history;
    if history.query != query {
        return;
    }
    let continues = history.older == Older::Asked;
    history.older = if entries.len() < PAGE { Older::Nothing } else { Older::Unread };
    if continues {
        history.entries.extend(entries);
    } else {
        let selected = history.selected().map(|entry| entry.id.clone());
        history.entries = entries;
        history.list.set_len(history.entries.len());
        let again = selected.and_then(|id| history.entries.iter().position(|entry| entry.id == id));
        history.list.select(again.unwrap_or(0));
    }
    history.list.set_len(history.entries.len());
}

fn open_selected(app: &mut App, replay: Option<Replay>) -> Vec<Effect> {
    let Some(id) = app.history.selected().map(|entry| entry.id.clone()) else { return Vec::new() };
    app.history.opening = Some((id.clone(), replay));
    vec![Effect::OpenExchange { id }]
}

/// Replays the selected entry; one that is not open is opened first.
fn replay(app: &mut App, how: Replay) -> Vec<Effect> {
    let selected = app.history.selected().map(|entry| entry.id.clone());
    match &app.past {
        Some(past) if Some(&past.exchange.id) == selected.as_ref() => sending::replay_shown(app, how),
        _ => open_selected(app, Some(how)),
    }
}

/// A past exchange came from the disk: both sides are shown as they were.
pub(super) fn opened(app: &mut App, answer: Answer) -> Vec<Effect> {
    let Some((id, replay)) = app.history.opening.take() else { return Vec::new() };
    if id != answer.exchange.id {
        return Vec::new();
    }
    app.subject = Some(Subject::Past(id));
    app.past = Some(Box::new(answer));
    super::editor::shown_changed(app);
    super::response::shown_changed(app);
    if app.panes.maximised == Some(Pane::History) || app.regions().response.is_none() {
        app.focus_pane(Pane::Response);
    }
    replay.map(|how| sending::replay_shown(app, how)).unwrap_or_default()
}

/// How an exchange ended, in a few words.
pub(in super::super) fn ending(exchange: &Exchange) -> String {
    match (&exchange.outcome, exchange.response()) {
        (Outcome::Failed { failure, .. }, _) => failure.message.clone(),
        (Outcome::Answered(_), Some(head)) => format!("{} {}", head.status, head.reason).trim().to_owned(),
        (Outcome::Answered(_), None) => "no answer".into(),
    }
}
