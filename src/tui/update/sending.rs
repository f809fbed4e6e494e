//! Sending, cancelling and replaying.

use crate::model::{Effective, NodeId, Request, VarOrigin};

use super::super::{
    app::{App, Shown, answers::Subject, notices::Notice},
    effect::{Consent, Effect, Errand, Outgoing},
};

/// Which variables a replay is sent with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Replay {
    /// Everything as it was; only secrets are looked up again.
    AsSent,
    /// The request as it was written, with today's variables.
    Today,
}

/// Sends what is shown: the open request with its edits, or a past one as it was sent.
pub(super) fn send(app: &mut App) -> Vec<Effect> {
    let mut effects = super::editor::commit(app);
    match app.subject.clone() {
        Some(Subject::Request(id)) => effects.extend(send_request(app, &id)),
        Some(Subject::Past(_)) => effects.extend(replay_shown(app, Replay::AsSent)),
        None => app.report(Notice::info("Open a request first: choose one in the collection")),
    }
    effects
}

fn send_request(app: &mut App, id: &NodeId) -> Vec<Effect> {
    let Some(effective) = app.effective(id) else {
        app.report(Notice::error(format!("{} cannot be sent: its file has an error", id.within())));
        return Vec::new();
    };
    begin(app, Subject::Request(id.clone()), Some(id.clone()), effective, Errand::Exchange)
}

/// Gets the token that the open request is sent with, and sends nothing else.
pub(super) fn fetch_token(app: &mut App) -> Vec<Effect> {
    let Some((id, effective)) = app.open_id().cloned().and_then(|id| Some((id.clone(), app.effective(&id)?)))
    else {
        return Vec::new();
    };
    begin(app, Subject::Request(id.clone()), Some(id), effective, Errand::Token)
}

/// Sends the past exchange that is shown again.
pub(in super::super) fn replay_shown(app: &mut App, how: Replay) -> Vec<Effect> {
    let Some(past) = &app.past else { return Vec::new() };
    let exchange = past.exchange.clone();
    let subject = Subject::Past(exchange.id.clone());
    let source = exchange.source.clone();
    let effective = match how {
        Replay::AsSent => fixed(app, source.as_ref(), exchange.sent.clone()),
        Replay::Today => today(app, source.as_ref(), exchange.written.clone()),
    };
    begin(app, subject, source, effective, Errand::Exchange)
}

/// A request without variables of its own: what was sent has none left.
fn fixed(app: &App, source: Option<&NodeId>, request: Request) -> Effective {
    let collection =
        source.and_then(|id| app.workspace()?.collection(id.collection())).or_else(|| app.collection());
    let base = collection.map(|collection| collection.folder.clone()).unwrap_or_default();
    Effective { request, vars: Vec::new(), base }
}

/// A request as it was written, with the variables that its place in the workspace gives it now.
fn today(app: &App, source: Option<&NodeId>, request: Request) -> Effective {
    let here = source.and_then(|id| app.workspace()?.effective(id, &Request::default()));
    let own = (VarOrigin::Request, request.vars.clone());
    let mut effective = fixed(app, source, request);
    effective.vars.push(own);
    effective.vars.extend(here.into_iter().flat_map(|here| here.vars.into_iter().skip(1)));
    effective
}

fn begin(
    app: &mut App,
    subject: Subject,
    source: Option<NodeId>,
    effective: Effective,
    errand: Errand,
) -> Vec<Effect> {
    let send = app.next_send();
    let collection = source.as_ref().and_then(|id| app.workspace()?.collection(id.collection()));
    let collection = collection.or_else(|| app.collection());
    let environment = collection.and_then(|collection| app.environment_of(collection)).cloned();
    let overrides = app.overrides.clone();
    let consent = Consent::default();
    let outgoing = Outgoing { send, source, effective, environment, overrides, errand, consent };
    let replaced = app.answers.begin(subject, send, app.now).map(Effect::CancelSend);
    super::response::shown_changed(app);
    replaced.into_iter().chain([Effect::SendRequest(Box::new(outgoing))]).collect()
}

/// Sends what waited for its user.
pub(super) fn again(app: &mut App, subject: Subject, outgoing: Outgoing) -> Vec<Effect> {
    let send = app.next_send();
    let replaced = app.answers.begin(subject, send, app.now).map(Effect::CancelSend);
    super::response::shown_changed(app);
    let outgoing = Outgoing { send, ..outgoing };
    replaced.into_iter().chain([Effect::SendRequest(Box::new(outgoing))]).collect()
}

pub(super) fn is_in_flight(app: &App) -> bool {
    matches!(app.shown(), Shown::InFlight(_))
}

/// Cancels what is in flight for what is shown.
pub(super) fn cancel(app: &mut App) -> Vec<Effect> {
    match app.shown() {
        Shown::InFlight(state) => state.in_flight().map(Effect::CancelSend).into_iter().collect(),
        _ => Vec::new(),
    }
}
