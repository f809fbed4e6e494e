//! The viewer: moving, folding, views, copying. Searching, asking and going to a place each have a file below.

use crossterm::event::KeyEvent;

use crate::document::{Document, Lines};

use super::super::{
    action::Action,
    app::{
        App,
        notices::Notice,
        panes::Pane,
        viewer::{Typing, Viewer},
    },
    effect::Effect,
    event::Event,
    widgets::{Handled, document_view::SIDESTEP, viewport::Step},
};

mod copy;
mod place;
mod query;
mod search;

pub(super) use copy::body as copy_body;
pub(super) use place::located;

pub(super) fn is_typing(app: &App) -> bool {
    app.response.viewer.as_ref().is_some_and(Viewer::is_typing)
}

/// Whether going out one level is out of something in the viewer: what is typed, searched, asked or selected.
pub(super) fn takes_leave(app: &App) -> bool {
    let viewer = app.response.viewer.as_ref().filter(|_| app.focus == Pane::Response);
    viewer.is_some_and(|viewer| {
        let sheet = viewer.sheet();
        let is_open = sheet.search.is_some() || sheet.place.selection().is_some();
        is_open || viewer.query.is_some() || viewer.is_typing()
    })
}

/// `None` when the action is not the viewer's, or when there is none.
pub(super) fn act(app: &mut App, action: Action) -> Option<Vec<Effect>> {
    let viewer = app.response.viewer.as_mut()?;
    if viewer.is_typing() {
        return while_typing(app, action);
    }
    if let Some(step) = super::history::step(action) {
        viewer.sheet_mut().step(step);
        return Some(Vec::new());
    }
    let effects = match action {
        Action::MoveLeft => pan(viewer, -SIDESTEP),
        Action::MoveRight => pan(viewer, SIDESTEP),
        Action::Activate | Action::ToggleFold => fold(app, Lines::toggle_fold),
        Action::Fold => fold(app, Lines::fold),
        Action::Unfold => fold(app, |lines, line| lines.unfold(line).or(Some(line))),
        Action::FoldSiblings => fold(app, Lines::fold_siblings),
        Action::FoldAll => fold_from(app, Some(1)),
        Action::FoldDepth2 => fold_from(app, Some(2)),
        Action::FoldDepth3 => fold_from(app, Some(3)),
        Action::FoldDepth4 => fold_from(app, Some(4)),
        Action::UnfoldAll => fold_from(app, None),
        Action::GoToEnclosing => enclosing(viewer),
        Action::SwitchView => switch_view(viewer),
        Action::ToggleWrap => toggle_wrap(viewer),
        Action::SelectLines => {
            viewer.sheet_mut().place.toggle_selection();
            Vec::new()
        }
        Action::SearchText => search::begin(viewer),
        Action::NextMatch => search::find(viewer, true),
        Action::PreviousMatch => search::find(viewer, false),
        Action::QueryDocument => query::begin(app),
        Action::GoToPlace => place::begin(viewer),
        Action::CopyValue => copy::value(app),
        Action::CopyKey => copy::key(app),
        Action::CopyPath => copy::path(app),
        Action::Leave => return leave(viewer),
        _ => return None,
    };
    Some(effects)
}

/// What the bottom line's field does with an action; moving goes on in the lines behind it.
fn while_typing(app: &mut App, action: Action) -> Option<Vec<Effect>> {
    let viewer = app.response.viewer.as_mut()?;
    let effects = match (&viewer.typing, action) {
        (Typing::Search, Action::Activate) => search::end(viewer),
        (Typing::Search, Action::ToggleRegex) => search::toggle_regex(viewer),
        (Typing::Search, Action::NextMatch) => search::find(viewer, true),
        (Typing::Search, Action::PreviousMatch) => search::find(viewer, false),
        (Typing::Search, Action::Leave) => search::leave(viewer),
        (Typing::Query, Action::Activate) => query::end(app),
        (Typing::Query, Action::MoveUp) => query::recall(app, true),
        (Typing::Query, Action::MoveDown) => query::recall(app, false),
        (Typing::Query, Action::Leave) => query::leave(viewer),
        (Typing::Place(_), Action::Activate) => return Some(place::go(app)),
        (Typing::Place(_), Action::Leave) => {
            viewer.typing = Typing::Nothing;
            Vec::new()
        }
        (_, action) => {
            let step = super::history::step(action)?;
            viewer.sheet_mut().step(step);
            Vec::new()
        }
    };
    Some(effects)
}

/// The document that is looked at by itself is there, or the first of it.
pub(super) fn opened(app: &mut App, document: &Document) {
    app.response.show(Some(document), false);
    if let Some(opened) = &mut app.opened {
        opened.is_waiting = false;
    }
}

/// What was looked for, counted or asked has come, or a part of it.
pub(super) fn answered(viewer: &mut Viewer, event: Event) {
    match event {
        Event::MatchFound { document, pattern, at } => search::found(viewer, &document, &pattern, at),
        Event::MatchesCounted { document, pattern, count, is_all } => {
            search::counted(viewer, &document, &pattern, count, is_all);
        }
        Event::QueryBegan { run, results } => query::began(viewer, run, &results),
        Event::QueryProgressed { run, count, read } => query::progressed(viewer, run, count, read),
        Event::QueryEnded { run, count, failure } => query::ended(viewer, run, count, failure),
        _ => {}
    }
}

/// Out of the selection first, then the search, then the query.
fn leave(viewer: &mut Viewer) -> Option<Vec<Effect>> {
    let sheet = viewer.sheet_mut();
    if sheet.place.selection().is_some() {
        sheet.place.clear_selection();
    } else if sheet.search.take().is_none() {
        return viewer.query.is_some().then(|| query::leave(viewer));
    }
    Some(Vec::new())
}

/// A key for the field in the bottom line.
pub(super) fn type_key(app: &mut App, key: KeyEvent) -> Vec<Effect> {
    let field = app.response.viewer.as_mut().and_then(Viewer::field_mut);
    match field.map(|field| field.handle(key)) {
        Some(Handled::Changed) => typed(app),
        _ => Vec::new(),
    }
}

pub(super) fn paste(app: &mut App, text: &str) -> Vec<Effect> {
    let Some(field) = app.response.viewer.as_mut().and_then(Viewer::field_mut) else { return Vec::new() };
    field.paste(text);
    typed(app)
}

/// The field says something else: what is looked for or asked as one types begins anew.
fn typed(app: &mut App) -> Vec<Effect> {
    match app.response.viewer.as_mut().map(|viewer| (&viewer.typing, viewer.is_typing())) {
        Some((Typing::Query, _)) => query::ask(app),
        Some((Typing::Search, _)) => {
            app.response.viewer.as_mut().map(search::seek_from_origin).unwrap_or_default()
        }
        _ => Vec::new(),
    }
}

fn pan(viewer: &mut Viewer, columns: isize) -> Vec<Effect> {
    viewer.sheet_mut().place.pan(columns);
    Vec::new()
}

/// Folds or opens at the cursor, which goes to the line of the container.
fn fold(app: &mut App, change: impl FnOnce(&mut Lines, usize) -> Option<usize>) -> Vec<Effect> {
    let Some(viewer) = &mut app.response.viewer else { return Vec::new() };
    let sheet = viewer.sheet_mut();
    match change(&mut sheet.lines, sheet.place.cursor()) {
        Some(line) => {
            sheet.measure();
            sheet.step(Step::To(line));
        }
        None if sheet.lines.path_at(sheet.place.cursor()).is_none() => {
            app.report(Notice::info("Only pretty JSON can be folded"));
        }
        None => {}
    }
    Vec::new()
}

/// Folds everything from a depth on, or opens everything; the cursor stays at what it was on.
fn fold_from(app: &mut App, depth: Option<usize>) -> Vec<Effect> {
    let Some(viewer) = &mut app.response.viewer else { return Vec::new() };
    let sheet = viewer.sheet_mut();
    let at = sheet.offset();
    sheet.lines.fold_from_depth(depth);
    sheet.measure();
    let line = at.map_or(0, |at| sheet.lines.line_at(at));
    sheet.step(Step::To(line));
    Vec::new()
}

fn enclosing(viewer: &mut Viewer) -> Vec<Effect> {
    let sheet = viewer.sheet_mut();
    if let Some(line) = sheet.lines.enclosing(sheet.place.cursor()) {
        sheet.step(Step::To(line));
    }
    Vec::new()
}

fn switch_view(viewer: &mut Viewer) -> Vec<Effect> {
    let sheet = viewer.sheet_mut();
    let views = sheet.lines.document().views();
    let at = views.iter().position(|view| *view == sheet.lines.view()).unwrap_or(0);
    if let Some(next) = views.get((at + 1) % views.len().max(1)) {
        sheet.switch_to(*next);
    }
    Vec::new()
}

fn toggle_wrap(viewer: &mut Viewer) -> Vec<Effect> {
    let place = &mut viewer.sheet_mut().place;
    place.set_wrapped(!place.is_wrapped());
    Vec::new()
}
