//! The authentication's tab: its kind, its texts and its choices.

use crate::model::{Auth, Choice};

use super::{
    super::super::{
        app::{
            App,
            editor::auth::AuthLine,
            overlay::{Overlay, Pick, Picker, picker::Item},
        },
        effect::Effect,
    },
    content::change,
};

/// What a request without its own has from above, and the folder that has it.
pub(in super::super::super) fn inherited_auth(app: &App) -> Option<(String, Auth)> {
    let workspace = app.workspace()?;
    let mut folder = app.open_id()?.parent();
    while let Some(id) = folder {
        if let Some(auth) = workspace.folder(&id).and_then(|found| found.defaults.auth.clone()) {
            return Some((id.leaf().to_owned(), auth));
        }
        folder = id.parent();
    }
    None
}

pub(super) fn auth_kinds(app: &App) -> Picker {
    const KINDS: [(Option<&str>, &str); 9] = [
        (None, "inherit from the folder"),
        (Some("none"), "none"),
        (Some("bearer"), "bearer token"),
        (Some("basic"), "basic: name and password"),
        (Some("digest"), "digest: name and password"),
        (Some("api_key"), "API key"),
        (Some("aws"), "AWS signature"),
        (Some("oauth2"), "OAuth 2"),
        (Some("netrc"), "name and password from netrc"),
    ];
    let current = app.editor.seen.as_ref().and_then(|request| request.auth.as_ref()).map(Auth::kind);
    Picker::of_kinds("Authentication", &KINDS, current, Pick::AuthKind)
}

/// A text of the form was typed at.
pub(super) fn text_changed(app: &mut App, index: usize, text: String) -> Vec<Effect> {
    let Some(line) = app.editor.auth.get_mut(index) else { return Vec::new() };
    line.mask();
    let key = line.key();
    change(app, |request| {
        let mut texts = request.auth.as_mut().map(Auth::texts_mut).unwrap_or_default();
        if let Some((_, own)) = texts.iter_mut().find(|(own, _)| *own == key) {
            **own = text;
        }
    })
}

fn choice(app: &App, index: usize) -> Option<Choice> {
    match app.editor.auth.get(index)? {
        AuthLine::Choice(choice) => Some(*choice),
        AuthLine::Text { .. } => None,
    }
}

/// Goes on to the next word of a choice, or to the one before.
pub(super) fn cycle(app: &mut App, index: usize, forward: bool) -> Vec<Effect> {
    let Some(Choice { key, words, chosen, .. }) = choice(app, index) else { return Vec::new() };
    let at = words.iter().position(|word| *word == chosen).unwrap_or(0);
    let next = (at + if forward { 1 } else { words.len() - 1 }) % words.len().max(1);
    words.get(next).map_or_else(Vec::new, |word| choose(app, key, word))
}

/// Changes a choice of two words; asks where there are more.
pub(super) fn ask(app: &mut App, index: usize) -> Vec<Effect> {
    let Some(Choice { key, words, chosen, .. }) = choice(app, index) else { return Vec::new() };
    if words.len() < 3 {
        return cycle(app, index, true);
    }
    let label = app.editor.auth.get(index).map(AuthLine::label).unwrap_or_default();
    let items = words.iter().map(|word| Item::new(word.replace('_', " "), "", Pick::AuthChoice(key, word)));
    let picker = Picker::new(label, items.collect()).at(|pick| *pick == Pick::AuthChoice(key, chosen));
    app.overlays.push(Overlay::Picker(picker));
    Vec::new()
}

/// Makes a choice another; the form is that of what is chosen from now on.
pub(in super::super) fn choose(app: &mut App, key: &str, word: &str) -> Vec<Effect> {
    let effects = change(app, |request| {
        if let Some(auth) = &mut request.auth {
            auth.choose(key, word);
        }
    });
    super::shown_changed(app);
    effects
}

/// Makes the authentication one of another kind; a name and a secret stay.
pub(in super::super) fn set_auth_kind(app: &mut App, kind: Option<&'static str>) -> Vec<Effect> {
    let effects = change(app, |request| {
        let before = request.auth.take().map(|auth| auth.texts()).unwrap_or_default();
        request.auth = kind.and_then(Auth::of_kind);
        let mut after = request.auth.as_mut().map(Auth::texts_mut).unwrap_or_default();
        for keys in [&NAMES[..], &SECRETS[..]] {
            let stays = before.iter().find(|(key, text)| keys.contains(key) && !text.is_empty());
            let place = after.iter_mut().find(|(key, _)| keys.contains(key));
            if let (Some((_, text)), Some((_, own))) = (stays, place) {
                text.clone_into(own);
            }
        }
    });
    super::shown_changed(app);
    effects
}

/// Keys of who asks, and of what proves it, in any kind of authentication.
const NAMES: [&str; 4] = ["username", "name", "access_key", "client_id"];
const SECRETS: [&str; 5] = ["password", "bearer", "value", "secret_key", "client_secret"];
