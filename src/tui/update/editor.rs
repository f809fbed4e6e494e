//! The request pane: moving among its parts, and giving each what is typed.

use crossterm::event::{KeyCode, KeyEvent};

use crate::model::Request;

use super::super::{
    action::Action,
    app::{
        App,
        answers::Subject,
        editor::{AreaKind, Part, Spot, Tab},
        notices::Notice,
        overlay::{Overlay, Pick, Picker, picker::Item},
        panes::Pane,
    },
    effect::Effect,
    view,
    widgets::Handled,
};
use super::{
    mouse::{Pointer, PointerKind},
    sending,
};

mod auth;
mod body;
mod content;
mod selection;
mod tables;

pub(in super::super) use auth::inherited_auth;
pub(super) use auth::{choose as choose_auth, set_auth_kind};
pub(super) use body::set_kind as set_body_kind;
pub(super) use content::set_method;
pub(super) use tables::add_setting;
pub(in super::super) use tables::{inherited, rows_of};

const METHODS: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

pub(super) fn contexts(app: &App) -> Vec<&'static str> {
    let editor = &app.editor;
    match (editor.spot, editor.part()) {
        (Spot::Url, _) | (_, Some(Part::Field(_))) => vec!["text", "request"],
        (_, Some(Part::Table(_))) => vec!["table", "request"],
        (_, Some(Part::Area(_))) => vec!["body", "request"],
        _ => vec!["request", "list"],
    }
}

pub(super) fn is_typing(app: &App) -> bool {
    let editor = &app.editor;
    editor.spot == Spot::Url || matches!(editor.part(), Some(Part::Field(_) | Part::Table(_) | Part::Area(_)))
}

/// A key for an open cell of a table, which takes tab, enter and esc before anything else does.
pub(super) fn first_refusal(app: &mut App, key: KeyEvent) -> Option<Vec<Effect>> {
    let Some(Part::Table(kind)) = app.editor.part() else { return None };
    app.editor.table(kind).editing()?;
    let (handled, effects) = tables::press_rows(app, kind, key);
    (handled != Handled::Ignored).then_some(effects)
}

/// The shown request is another, or is said otherwise: every widget shows it anew.
pub(super) fn shown_changed(app: &mut App) {
    let request = app.shown_request().cloned();
    app.editor.show(request.as_ref());
    content::refresh(app);
}

/// The workspace was read again: widgets follow where the request changed under them.
pub(super) fn reloaded(app: &mut App) {
    if app.shown_request() == app.editor.seen.as_ref() {
        content::refresh(app);
    } else {
        shown_changed(app);
    }
}

pub(super) fn act(app: &mut App, action: Action) -> Vec<Effect> {
    if let Some(Part::Table(kind)) = app.editor.part()
        && let Some(effects) = tables::act_rows(app, kind, action)
    {
        return effects;
    }
    match action {
        Action::MoveUp => step(app, false),
        Action::MoveDown => step(app, true),
        Action::MoveLeft | Action::MoveRight => return sideways(app, action == Action::MoveRight),
        Action::NextTab => return show_tab(app, 1),
        Action::PreviousTab => return show_tab(app, Tab::ALL.len() - 1),
        Action::ShowTab1 => return go_to_tab(app, 0),
        Action::ShowTab2 => return go_to_tab(app, 1),
        Action::ShowTab3 => return go_to_tab(app, 2),
        Action::ShowTab4 => return go_to_tab(app, 3),
        Action::ShowTab5 => return go_to_tab(app, 4),
        Action::ShowTab6 => return go_to_tab(app, 5),
        Action::ShowTab7 => return go_to_tab(app, 6),
        Action::Activate => return activate(app),
        Action::ChooseMethod => choose_method(app),
        Action::ChooseKind => choose_kind(app),
        Action::CopyText | Action::CutText => return selection::copy(app, action == Action::CutText),
        Action::FormatBody => return body::format(app),
        Action::SearchText => body::ask_search(app),
        Action::NextMatch => body::find(app, true),
        Action::PreviousMatch => body::find(app, false),
        Action::UndoEdit | Action::RedoEdit => return selection::undo(app, action == Action::UndoEdit),
        Action::ReplayAsSent if app.past.is_some() => {
            return sending::replay_shown(app, sending::Replay::AsSent);
        }
        Action::ReplayToday if app.past.is_some() => {
            return sending::replay_shown(app, sending::Replay::Today);
        }
        Action::Leave => return leave(app),
        _ => {}
    }
    Vec::new()
}

/// Up and down through method and URL, the tabs, and the parts of the tab.
fn step(app: &mut App, down: bool) {
    let last = app.editor.parts().len().saturating_sub(1);
    app.editor.spot = match (app.editor.spot, down) {
        (Spot::Method | Spot::Url, true) | (Spot::Part(0), false) => Spot::Tabs,
        (Spot::Tabs, true) => Spot::Part(0),
        (Spot::Part(index), true) => Spot::Part((index + 1).min(last)),
        (Spot::Part(index), false) => Spot::Part(index - 1),
        (Spot::Tabs, false) => Spot::Url,
        (spot @ (Spot::Method | Spot::Url), false) => spot,
    };
}

fn sideways(app: &mut App, right: bool) -> Vec<Effect> {
    if let Some(Part::Choice(index)) = app.editor.part() {
        return if is_editable(app) { auth::cycle(app, index, right) } else { Vec::new() };
    }
    match app.editor.spot {
        Spot::Tabs => return show_tab(app, if right { 1 } else { Tab::ALL.len() - 1 }),
        Spot::Method if right => app.editor.spot = Spot::Url,
        _ => {}
    }
    Vec::new()
}

fn show_tab(app: &mut App, by: usize) -> Vec<Effect> {
    let at = Tab::ALL.iter().position(|tab| *tab == app.editor.tab).unwrap_or(0);
    let effects = set_tab(app, (at + by) % Tab::ALL.len());
    if matches!(app.editor.spot, Spot::Part(_)) {
        app.editor.spot = Spot::Tabs;
    }
    effects
}

/// Shows a tab and goes into it.
fn go_to_tab(app: &mut App, index: usize) -> Vec<Effect> {
    let effects = set_tab(app, index);
    app.editor.spot = Spot::Part(usize::from(app.editor.parts().len() > 1 && app.editor.tab == Tab::Body));
    effects
}

/// Shows a tab; what was typed into an open cell of the one before counts.
fn set_tab(app: &mut App, index: usize) -> Vec<Effect> {
    let Some(tab) = Tab::ALL.get(index) else { return Vec::new() };
    let effects = commit(app);
    app.editor.tab = *tab;
    effects
}

/// Closes an open cell, so that what was typed into it counts.
pub(super) fn commit(app: &mut App) -> Vec<Effect> {
    match app.editor.part() {
        Some(Part::Table(kind)) if app.editor.table(kind).editing().is_some() => {
            tables::commit_rows(app, kind)
        }
        _ => Vec::new(),
    }
}

fn activate(app: &mut App) -> Vec<Effect> {
    match (app.editor.spot, app.editor.part()) {
        (Spot::Method, _) => choose_method(app),
        (Spot::Url, _) => return sending::send(app),
        (Spot::Tabs, _) => app.editor.spot = Spot::Part(0),
        (_, Some(Part::Kind)) => choose_kind(app),
        (_, Some(Part::Choice(index))) if is_editable(app) => return auth::ask(app, index),
        (_, Some(Part::Field(_))) => step(app, true),
        _ => {}
    }
    Vec::new()
}

/// Out of a part to the tabs, from there out of a past exchange, or to the tree.
fn leave(app: &mut App) -> Vec<Effect> {
    if matches!(app.editor.spot, Spot::Part(_)) {
        let effects = commit(app);
        app.editor.spot = Spot::Tabs;
        return effects;
    }
    if app.past.is_some() {
        return super::history::leave_past(app);
    }
    app.focus_pane(Pane::Tree);
    Vec::new()
}

fn choose_method(app: &mut App) {
    if !is_editable(app) {
        return;
    }
    let current = app.shown_request().map_or("GET", Request::method).to_owned();
    let items = METHODS.iter().map(|method| Item::new(*method, "", Pick::Method((*method).to_owned())));
    let mut items: Vec<Item> = items.collect();
    if !METHODS.contains(&current.as_str()) {
        items.push(Item::new(current.as_str(), "", Pick::Method(current.clone())));
    }
    let picker = Picker::new("Method", items).taking_own(|text| {
        let token = text.trim();
        let is_token = !token.is_empty() && ::http::Method::from_bytes(token.as_bytes()).is_ok();
        is_token.then(|| Pick::Method(token.to_ascii_uppercase()))
    });
    let picker = picker.at(|pick| *pick == Pick::Method(current.clone()));
    app.overlays.push(Overlay::Picker(picker));
}

fn choose_kind(app: &mut App) {
    if !is_editable(app) {
        return;
    }
    let picker = match app.editor.tab {
        Tab::Auth => auth::auth_kinds(app),
        Tab::Body => body::kinds(app),
        Tab::Settings => tables::other_settings(app),
        _ => return,
    };
    app.overlays.push(Overlay::Picker(picker));
}

/// Whether the shown request can be changed; says so where it cannot.
fn is_editable(app: &mut App) -> bool {
    match &app.subject {
        Some(Subject::Request(id)) if app.request(id).is_some() => true,
        Some(Subject::Past(_)) => {
            let hint = "esc goes back to the request; sending it again is a replay";
            app.report(Notice::info("What was sent cannot be changed").with_hint(hint));
            false
        }
        _ => false,
    }
}

/// A key for the part that has the focus.
pub(super) fn type_key(app: &mut App, key: KeyEvent) -> Vec<Effect> {
    if !is_editable(app) {
        return Vec::new();
    }
    match (app.editor.spot, app.editor.part()) {
        (Spot::Url, _) => match app.editor.url.handle(key) {
            Handled::Changed => content::url_changed(app),
            Handled::Ignored if key.code == KeyCode::Left => {
                app.editor.spot = Spot::Method;
                Vec::new()
            }
            _ => Vec::new(),
        },
        (_, Some(Part::Table(kind))) => {
            let is_first = key.code == KeyCode::Up && tables::is_at_first_row(app, kind);
            let is_last = key.code == KeyCode::Down && tables::is_at_last_row(app, kind);
            if (is_first || is_last) && key.modifiers.is_empty() && app.editor.table(kind).editing().is_none()
            {
                step(app, is_last);
                return Vec::new();
            }
            tables::press_rows(app, kind, key).1
        }
        (_, Some(Part::Area(kind))) => {
            let area = app.editor.area_mut(kind);
            if key.code == KeyCode::Up && key.modifiers.is_empty() && area.cursor().0 == 0 {
                step(app, false);
                return Vec::new();
            }
            if area.handle(key) == Handled::Changed { content::area_changed(app, kind) } else { Vec::new() }
        }
        (_, Some(Part::Field(kind))) => {
            let handled = app.editor.field_mut(kind).map(|field| field.handle(key));
            if handled == Some(Handled::Changed) { content::field_changed(app, kind) } else { Vec::new() }
        }
        _ => Vec::new(),
    }
}

pub(super) fn paste(app: &mut App, text: &str) -> Vec<Effect> {
    if !is_editable(app) {
        return Vec::new();
    }
    match (app.editor.spot, app.editor.part()) {
        (Spot::Url, _) => {
            app.editor.url.paste(text);
            content::url_changed(app)
        }
        (_, Some(Part::Area(kind))) => match app.editor.area_mut(kind).paste(text) {
            Ok(_) => content::area_changed(app, kind),
            Err(limit) => {
                app.report(Notice::warning(limit.to_string()));
                Vec::new()
            }
        },
        (_, Some(Part::Field(kind))) => {
            if let Some(field) = app.editor.field_mut(kind) {
                field.paste(text);
            }
            content::field_changed(app, kind)
        }
        (_, Some(Part::Table(kind))) => tables::paste_rows(app, kind, text),
        _ => Vec::new(),
    }
}

/// The mouse in the pane: what is clicked gets the focus, and the click.
pub(super) fn point(app: &mut App, pointer: Pointer) -> Vec<Effect> {
    let layout = view::EditorLayout::of(app, pointer.area);
    if pointer.kind == PointerKind::Press {
        if layout.method.contains(pointer.position) {
            app.editor.spot = Spot::Method;
            choose_method(app);
            return Vec::new();
        }
        if layout.url.contains(pointer.position) {
            let effects = commit(app);
            app.editor.spot = Spot::Url;
            app.editor.url.click(pointer.position);
            return effects;
        }
        if let Some(tab) = view::editor_tab_at(app, layout.tabs, pointer.position) {
            let effects = set_tab(app, tab);
            app.editor.spot = Spot::Tabs;
            return effects;
        }
    }
    let Some(index) = layout.parts.iter().position(|area| area.contains(pointer.position)) else {
        return Vec::new();
    };
    let mut effects = Vec::new();
    if app.editor.spot != Spot::Part(index) && pointer.kind == PointerKind::Press {
        effects = commit(app);
        app.editor.spot = Spot::Part(index);
    }
    let part = app.editor.parts().get(index).copied();
    match (part, pointer.kind) {
        (Some(Part::Kind), PointerKind::Press) => choose_kind(app),
        (Some(Part::Choice(index)), PointerKind::Press) if is_editable(app) => {
            effects.extend(auth::ask(app, index));
        }
        (Some(Part::Area(kind)), _) => point_at_area(app, kind, pointer),
        (Some(Part::Field(kind)), PointerKind::Press) => {
            app.editor.field_mut(kind).map(|field| field.click(pointer.position));
        }
        (Some(Part::Field(kind)), PointerKind::Drag) => {
            app.editor.field_mut(kind).map(|field| field.drag(pointer.position));
        }
        (Some(Part::Table(kind)), PointerKind::Press) => {
            effects.extend(tables::click_rows(app, kind, pointer.position));
        }
        (Some(Part::Table(kind)), PointerKind::Drag) => {
            app.editor.table_mut(kind).drag(pointer.position);
        }
        (Some(Part::Table(kind)), PointerKind::Scroll(by)) => app.editor.table_mut(kind).scroll(by),
        _ => {}
    }
    effects
}

fn point_at_area(app: &mut App, kind: AreaKind, pointer: Pointer) {
    let area = app.editor.area_mut(kind);
    match pointer.kind {
        PointerKind::Scroll(by) => area.scroll(by),
        PointerKind::Press if area.press_bar(pointer.position) => {}
        PointerKind::Press => {
            area.click(pointer.position);
        }
        PointerKind::Drag => {
            area.drag(pointer.position);
        }
    }
}
