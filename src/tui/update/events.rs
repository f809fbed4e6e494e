//! What happened outside, taken up by the state.

use crate::{
    http::Progress,
    model::{Exchange, NodeId, Request, Workspace},
};

use super::super::{
    app::{
        App, Loading,
        answers::{Answer, State, Subject},
        edits::Edit,
        notices::Notice,
        overlay::Overlay,
    },
    effect::Effect,
    event::{Event, RestoredDraft, SendId},
};
use super::{files, history, tokens, viewer};

pub(super) fn take(app: &mut App, event: Event) -> Vec<Effect> {
    match event {
        Event::Ticked { now } => {
            app.now = now;
            app.notices.expire(now);
        }
        Event::Terminated => {
            app.is_quitting = true;
            return vec![Effect::Remember(Box::new(app.remembered())), Effect::Quit];
        }
        Event::WorkspaceLoaded { workspace } => return workspace_loaded(app, *workspace),
        Event::WorkspaceFailed { notice } => {
            app.report(notice.clone());
            app.workspace = Loading::Failed(notice);
        }
        Event::FilesChanged => return vec![Effect::LoadWorkspace],
        Event::DraftsLoaded { drafts } => drafts_loaded(app, drafts),
        Event::RequestSaved { id, request } => return request_saved(app, &id, &request),
        Event::RequestChangedOnDisk { id, theirs } => {
            app.is_quitting = false;
            files::ask_conflict(app, &id, theirs.as_deref());
        }
        Event::EnvironmentSaved { collection, environment } => {
            app.report(Notice::info(format!("Saved environment {} of {collection}", environment.name)));
            return vec![Effect::LoadWorkspace];
        }
        Event::NodeCreated { id, open } => return node_created(app, id, open),
        Event::NodeMoved { from, to } => return node_moved(app, &from, &to),
        Event::NodeDeleted { id, deleted } => return node_deleted(app, &id, deleted),
        Event::NodeRestored { id } => {
            app.report(Notice::info(format!("Brought back {}", id.within())));
            app.tree.cursor = Some(id.clone());
            // Where nothing else was opened meanwhile, it is shown again.
            if app.subject.is_none() {
                app.tree.open_when_loaded(id);
            }
            return vec![Effect::LoadWorkspace];
        }
        Event::SendProgressed { send, now, progress } => {
            app.now = now;
            app.answers.progress(send, now, &progress);
            if matches!(progress, Progress::Shown(_)) {
                super::response::shown_changed(app);
            }
            if let Progress::Authorizing(authorizing) = &progress
                && app.answers.awaiting(send).is_some()
            {
                return tokens::progressed(authorizing);
            }
        }
        Event::SendRefused { send, refusal } => {
            if let Some(subject) = app.answers.awaiting(send) {
                app.answers.finish(subject, State::Refused(refusal));
            }
        }
        Event::ExchangeEnded { send, exchange, document } => {
            return exchange_ended(app, send, Answer { exchange: *exchange, document });
        }
        Event::TrustWanted { outgoing, asked, also } => {
            super::consent::trust_wanted(app, outgoing, asked, also);
        }
        Event::SecretsWanted { outgoing, questions } => {
            super::consent::secrets_wanted(app, outgoing, questions);
        }
        Event::TokensListed { tokens } => tokens::listed(app, tokens),
        Event::TokenFetched { send, result } => return tokens::fetched(app, send, result),
        Event::DocumentOpened { document } => viewer::opened(app, &document),
        Event::DocumentIndexed => app.response.measure(),
        Event::SecretsMissing { names } => {
            if let Some(Overlay::Environment(editor)) = app.overlays.last_mut() {
                editor.mark_missing(&names);
            }
        }
        Event::JarRead { jar, cookies, named, now } => super::jar::read(app, &jar, &cookies, &named, now),
        Event::HistoryListed { query, entries } => history::listed(app, query, entries),
        Event::HistoryChanged => return history::refresh(app),
        Event::ExchangeOpened { exchange, document } => {
            return history::opened(app, Answer { exchange: *exchange, document });
        }
        Event::LatestFound { request, exchange, document } => {
            let subject = Subject::Request(request);
            if app.answers.get(&subject).is_none() {
                let answer = Answer { exchange: *exchange, document };
                let is_shown = app.subject.as_ref() == Some(&subject);
                app.answers.finish(subject, State::Done(Box::new(answer)));
                if is_shown {
                    super::response::shown_changed(app);
                }
            }
        }
        Event::Noticed { notice } => app.report(notice),
        Event::PathLocated { document, path, at } => viewer::located(app, &document, &path, at),
        answer => {
            if let Some(viewer) = &mut app.response.viewer {
                viewer::answered(viewer, answer);
            }
        }
    }
    Vec::new()
}

/// The workspace was read, for the first time or again.
fn workspace_loaded(app: &mut App, workspace: Workspace) -> Vec<Effect> {
    let is_first = app.workspace().is_none();
    app.workspace = Loading::Ready(Box::new(workspace));
    app.choose_environments();
    if is_first {
        let first =
            app.tree.take_reopen().filter(|id| app.request(id).is_some()).or_else(|| first_request(app));
        let effects = first.map(|id| files::open(app, &id)).unwrap_or_default();
        return [effects, history::refresh(app)].concat();
    }
    if let Some(Subject::Request(id)) = app.subject.clone()
        && app.request(&id).is_none()
        && app.on_disk(&id).is_none()
    {
        app.subject = None;
    }
    let ids: Vec<NodeId> = app.tree_rows().iter().map(|row| row.id().clone()).collect();
    app.tree.keep_cursor_valid(&ids);
    if let Some(id) = app.tree.take_reopen()
        && app.request(&id).is_some()
    {
        return files::open(app, &id);
    }
    super::editor::reloaded(app);
    Vec::new()
}

fn first_request(app: &App) -> Option<NodeId> {
    app.workspace()?.requests().first().map(|request| request.id.clone())
}

fn drafts_loaded(app: &mut App, drafts: Vec<RestoredDraft>) {
    let count = drafts.len();
    for RestoredDraft { id, request, base } in drafts {
        app.edits.restore(id, Edit { request, base });
    }
    super::editor::reloaded(app);
    if count > 0 {
        let noun = if count == 1 { "request has" } else { "requests have" };
        app.report(Notice::info(format!("{count} {noun} unsaved edits from an earlier session")));
    }
}

fn request_saved(app: &mut App, id: &NodeId, saved: &Request) -> Vec<Effect> {
    app.edits.saved(id, saved);
    super::editor::reloaded(app);
    app.report(Notice::info(format!("Saved {}", id.within())));
    let mut effects = vec![Effect::DiscardDraft { id: id.clone() }, Effect::LoadWorkspace];
    if let Some(edit) = app.edits.get(id).cloned() {
        let base = edit.base.map(Box::new);
        effects.push(Effect::KeepDraft { id: id.clone(), request: Box::new(edit.request), base });
    }
    if app.is_quitting && app.edits.is_empty() {
        effects.extend([Effect::Remember(Box::new(app.remembered())), Effect::Quit]);
    }
    effects
}

fn node_created(app: &mut App, id: NodeId, open: bool) -> Vec<Effect> {
    app.tree.reveal(&id);
    app.tree.cursor = Some(id.clone());
    if open {
        app.tree.open_when_loaded(id);
    }
    vec![Effect::LoadWorkspace]
}

fn node_moved(app: &mut App, from: &NodeId, to: &NodeId) -> Vec<Effect> {
    app.edits.move_node(from, to);
    app.answers.move_node(from, to);
    if let Some(Subject::Request(id)) = &app.subject {
        app.subject = Some(Subject::Request(id.rebased(from, to)));
    }
    app.tree.move_node(from, to);
    app.report(Notice::info(format!("{} is now {}", from.within(), to.within())));
    vec![Effect::LoadWorkspace]
}

fn node_deleted(app: &mut App, id: &NodeId, deleted: crate::store::workspace::Deleted) -> Vec<Effect> {
    let gone: Vec<NodeId> =
        app.edits.iter().map(|(id, _)| id.clone()).filter(|edit| edit.is_within(id)).collect();
    let effects = gone.into_iter().map(|id| {
        app.edits.discard(&id);
        Effect::DiscardDraft { id }
    });
    let mut effects: Vec<Effect> = effects.collect();
    if app.open_id().is_some_and(|open| open.is_within(id)) {
        app.subject = None;
    }
    app.tree.deleted.push((id.clone(), deleted));
    let undo = app.config.keys.keys_for("undo-delete").first().cloned().unwrap_or_default();
    app.report(Notice::info(format!("Deleted {}", id.within())).with_hint(format!("{undo} brings it back")));
    effects.push(Effect::LoadWorkspace);
    effects
}

/// A send came to its end. The answer goes where it was asked for; a late one, which was replaced, nowhere.
fn exchange_ended(app: &mut App, send: SendId, answer: Answer) -> Vec<Effect> {
    let mut refresh: Vec<Effect> = super::jar::refresh(app).into_iter().collect();
    if answer.exchange.attempts.iter().any(|attempt| !attempt.token_requests.is_empty()) {
        refresh.push(Effect::ListTokens);
    }
    let Some(subject) = app.answers.awaiting(send) else { return refresh };
    report_jars(app, &answer.exchange);
    let is_shown = app.subject.as_ref() == Some(&subject);
    match subject {
        Subject::Past(_) => {
            app.answers.forget(&subject);
            if is_shown {
                let before = app.past.as_ref().map(|past| history::ending(&past.exchange));
                app.report(replayed(&answer.exchange, before));
                app.subject = Some(Subject::Past(answer.exchange.id.clone()));
                app.past = Some(Box::new(answer));
                super::response::shown_changed(app);
            }
        }
        Subject::Request(_) => {
            app.answers.finish(subject, State::Done(Box::new(answer)));
            if is_shown {
                super::response::shown_changed(app);
            }
        }
    }
    refresh
}

/// What was wrong with the cookie jar is said once for an exchange.
fn report_jars(app: &mut App, exchange: &Exchange) {
    let hops = exchange.attempts.iter().flat_map(|attempt| &attempt.hops);
    if let Some(problem) = hops.flat_map(|hop| &hop.cookies.problems).next() {
        app.report(Notice::warning(problem));
    }
}

/// Says how a replay ended, beside how it had ended before.
fn replayed(exchange: &Exchange, before: Option<String>) -> Notice {
    let now = history::ending(exchange);
    match before {
        Some(before) if before != now => Notice::warning(format!("Replayed: {now} (it was {before})")),
        _ => Notice::info(format!("Replayed: {now}")),
    }
}
