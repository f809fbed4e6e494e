//! The editor of a cookie jar: opening it, moving in it, and asking for what is to be done to the jar.

use std::path::PathBuf;

use crossterm::event::KeyEvent;
use jiff::Timestamp;

use crate::http::jars::{Cookie, Edit, JarName};

use super::super::{
    action::Action,
    app::{
        App,
        overlay::{
            Choice, JarEditor, JarPurpose, Overlay, Pick, Picker, Prompt, Purpose, Question, Reply,
            picker::Item,
        },
    },
    effect::Effect,
    view,
    widgets::{Handled, text_field::TextField},
};

/// Opens the jar that the open request uses.
pub(super) fn open(app: &mut App) -> Vec<Effect> {
    let Some((jar, others)) = jars(app) else { return Vec::new() };
    app.overlays.push(Overlay::Jar(Box::new(JarEditor::new(jar.clone(), others))));
    vec![Effect::ReadJar { jar }]
}

/// The jar in use, and all that can be chosen besides those on disk.
fn jars(app: &App) -> Option<(JarName, Vec<JarName>)> {
    let collection = app.collection()?;
    let name = collection.root.id.as_str();
    let of = |environment| JarName::of(name, environment, &collection.folder);
    let usual = of(app.environment().map(|environment| environment.name.as_str()));
    let effective = app.open_id().and_then(|id| app.effective(id));
    let settings = effective.map(|effective| effective.request.http).unwrap_or_default();
    let wanted = settings.over(&app.config.http).cookies;
    let jar = JarName::wanted(wanted.as_ref(), &usual).unwrap_or(usual);
    let mut others: Vec<JarName> =
        collection.environments.iter().map(|environment| of(Some(&environment.name))).collect();
    others.extend([of(None), JarName::Loose]);
    if !others.contains(&jar) {
        others.insert(0, jar.clone());
    }
    Some((jar, others))
}

/// A jar was read: it is shown, if it is the one that is open.
pub(super) fn read(app: &mut App, jar: &JarName, cookies: &[Cookie], named: &[String], now: Timestamp) {
    let editors = app.overlays.iter_mut().filter_map(|overlay| match overlay {
        Overlay::Jar(editor) => Some(editor),
        _ => None,
    });
    for editor in editors {
        if editor.jar == *jar {
            editor.take(cookies.to_vec(), now);
        }
        for name in named.iter().cloned().map(JarName::Named) {
            if !editor.others.contains(&name) {
                editor.others.push(name);
            }
        }
    }
}

/// The jar that is open changed, or may have.
pub(super) fn refresh(app: &App) -> Option<Effect> {
    app.overlays.iter().find_map(|overlay| match overlay {
        Overlay::Jar(editor) => Some(Effect::ReadJar { jar: editor.jar.clone() }),
        _ => None,
    })
}

/// An action in the editor.
pub(super) fn act(app: &mut App, action: Action, by: Option<isize>) -> Vec<Effect> {
    let rows = view::jar_rows(app.screen);
    let Some(Overlay::Jar(editor)) = app.overlays.last_mut() else { return Vec::new() };
    if let Some(by) = by {
        editor.step(by, rows);
        return Vec::new();
    }
    let jar = editor.jar.clone();
    let current = editor.current().cloned();
    let now = editor.now;
    match action {
        Action::ToggleSecrets => editor.is_revealed = !editor.is_revealed,
        Action::Leave if !editor.field.is_empty() => {
            editor.field.set_text("");
            editor.refilter();
        }
        Action::Leave => {
            app.overlays.pop();
        }
        Action::Activate => {
            if let Some(cookie) = current {
                let purpose = JarPurpose::Set { instead_of: Some(cookie.key()), now };
                ask(app, "Edit cookie", "cookie", &cookie.line(), purpose);
            }
        }
        Action::AddRow => {
            let host = current.map_or_else(|| host_of_request(app), |cookie| cookie.domain);
            let line = format!("name=value; Host={host}; Path=/");
            ask(app, "New cookie", "cookie", &line, JarPurpose::Set { instead_of: None, now });
        }
        Action::ImportCookies => ask(app, "Import cookies", "file", "cookies.txt", JarPurpose::Import),
        Action::ExportCookies => ask(app, "Export cookies", "file", "cookies.txt", JarPurpose::Export),
        Action::DeleteRow => {
            return current
                .map(|cookie| Effect::ChangeJar { jar, edit: Edit::Delete(cookie.key()) })
                .into_iter()
                .collect();
        }
        Action::DeleteExpired => return vec![Effect::ChangeJar { jar, edit: Edit::DeleteExpired }],
        Action::DeleteDomain => {
            if let Some(cookie) = current {
                let text = format!("All cookies of {} go, and those of names below it stay.", cookie.domain);
                ask_delete(app, text, jar, Edit::DeleteDomain(cookie.domain));
            }
        }
        Action::ClearJar => {
            let text = format!("All cookies of {jar} go, also those that the filter hides.");
            ask_delete(app, text, jar, Edit::Clear);
        }
        Action::SwitchJar => {
            let items = editor.others.iter().map(|jar| {
                let detail = if matches!(jar, JarName::Named(_)) { "named in settings" } else { "" };
                Item::new(jar.to_string(), detail, Pick::Jar(jar.clone()))
            });
            let picker =
                Picker::new("Cookie jar", items.collect()).at(|pick| *pick == Pick::Jar(jar.clone()));
            app.overlays.push(Overlay::Picker(picker));
        }
        _ => {}
    }
    Vec::new()
}

fn ask(app: &mut App, title: &str, label: &str, text: &str, purpose: JarPurpose) {
    app.overlays.push(Overlay::Prompt(Prompt {
        title: title.into(),
        label: label.into(),
        field: TextField::new(text),
        purpose: Purpose::Jar(purpose),
        error: None,
    }));
}

fn ask_delete(app: &mut App, text: String, jar: JarName, edit: Edit) {
    let choice = |letter, label: &str, reply| Choice { letter, label: label.into(), reply };
    app.overlays.push(Overlay::Question(Question {
        title: "Delete cookies".into(),
        text: vec![text],
        choices: vec![
            choice('d', "Delete them", Reply::ChangeJar { jar, edit }),
            choice('c', "Keep them", Reply::Nothing),
        ],
        cursor: 1,
    }));
}

/// Where the open request goes, if its URL says so as it is written or was sent last.
fn host_of_request(app: &App) -> String {
    let sent = app.shown_answer().and_then(|answer| answer.exchange.last_hop());
    let url = sent.and_then(|hop| url::Url::parse(&hop.request.url.masked()).ok());
    url.and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_else(|| "localhost".into())
}

/// Another jar was chosen in the picker over the editor.
pub(super) fn switch(app: &mut App, jar: JarName) -> Vec<Effect> {
    let Some(Overlay::Jar(editor)) = app.overlays.last_mut() else { return Vec::new() };
    let others = std::mem::take(&mut editor.others);
    **editor = JarEditor::new(jar.clone(), others);
    vec![Effect::ReadJar { jar }]
}

/// Does what a prompt of the editor was for. The error says why the text cannot be taken.
pub(super) fn submit(app: &App, purpose: &JarPurpose, text: &str) -> Result<Vec<Effect>, String> {
    let jar = app.overlays.iter().rev().find_map(|overlay| match overlay {
        Overlay::Jar(editor) => Some(editor.jar.clone()),
        _ => None,
    });
    let Some(jar) = jar else { return Ok(Vec::new()) };
    let path = || match text.trim() {
        "" => Err("a path is needed".to_owned()),
        path => Ok(PathBuf::from(path)),
    };
    Ok(vec![match purpose {
        JarPurpose::Set { instead_of, now } => {
            let cookie = Box::new(Cookie::parse_line(text, *now)?);
            Effect::ChangeJar { jar, edit: Edit::Set { cookie, instead_of: instead_of.clone() } }
        }
        JarPurpose::Import => Effect::ImportCookies { jar, path: path()? },
        JarPurpose::Export => Effect::ExportCookies { jar, path: path()? },
    }])
}

/// A key for the filter.
pub(super) fn type_key(editor: &mut JarEditor, key: KeyEvent) {
    if editor.field.handle(key) == Handled::Changed {
        editor.refilter();
    }
}
