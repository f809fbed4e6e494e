//! Keys: an action by the keymap, or text for the field that has the focus.

use crossterm::event::{KeyEvent, KeyEventKind};

use crate::config::{Key, Lookup};

use super::super::{
    action::Action,
    app::{App, panes::Pane},
    effect::Effect,
};
use super::{editor, history, overlay, response, tree, viewer};

/// A key was pressed.
pub(super) fn press(app: &mut App, event: KeyEvent) -> Vec<Effect> {
    if event.kind == KeyEventKind::Release {
        return Vec::new();
    }
    app.notices.dismiss();
    if let Some(effects) = overlay::answer(app, event) {
        app.pending.clear();
        return effects;
    }
    if app.overlays.is_empty()
        && app.focus == Pane::Request
        && let Some(effects) = editor::first_refusal(app, event)
    {
        app.pending.clear();
        return effects;
    }
    let typing = is_typing(app);
    let contexts = contexts(app);
    app.pending.push(Key::from(event));
    match app.config.keys.lookup(&contexts, &app.pending, typing) {
        Lookup::Action(name) => {
            app.pending.clear();
            Action::named(&name).map(|action| app.act(action)).unwrap_or_default()
        }
        Lookup::Pending => Vec::new(),
        Lookup::None => {
            let began = app.pending.len() > 1;
            app.pending.clear();
            // A key that does not go on with a sequence begins anew.
            if began { press(app, event) } else { type_key(app, event) }
        }
    }
}

/// The keymap's contexts of what has focus, the most specific first.
pub(in super::super) fn contexts(app: &App) -> Vec<&'static str> {
    let mut contexts = match app.overlays.last() {
        Some(overlay) => return overlay::contexts(overlay),
        None => match app.focus {
            Pane::Tree => tree::contexts(app),
            Pane::Request => editor::contexts(app),
            Pane::Response => response::contexts(app),
            Pane::History => history::contexts(app),
        },
    };
    contexts.push("global");
    contexts
}

/// Whether a text field has the focus: then every printable key is text.
pub(in super::super) fn is_typing(app: &App) -> bool {
    match app.overlays.last() {
        Some(overlay) => overlay::is_typing(overlay),
        None => match app.focus {
            Pane::Tree => app.tree.is_filtering,
            Pane::Request => editor::is_typing(app),
            Pane::Response => viewer::is_typing(app),
            Pane::History => history::is_typing(app),
        },
    }
}

fn type_key(app: &mut App, event: KeyEvent) -> Vec<Effect> {
    if !app.overlays.is_empty() {
        return overlay::type_key(app, event);
    }
    match app.focus {
        Pane::Tree => tree::type_key(app, event),
        Pane::Request => editor::type_key(app, event),
        Pane::Response => viewer::type_key(app, event),
        Pane::History => history::type_key(app, event),
    }
}

/// The terminal pasted text: it goes to the field that has the focus, as one edit.
pub(super) fn paste(app: &mut App, text: &str) -> Vec<Effect> {
    app.pending.clear();
    if !app.overlays.is_empty() {
        return overlay::paste(app, text);
    }
    match app.focus {
        Pane::Tree => tree::paste(app, text),
        Pane::Request => editor::paste(app, text),
        Pane::Response => viewer::paste(app, text),
        Pane::History => history::paste(app, text),
    }
}
