//! What a user does to files: save, create, rename, move, duplicate, delete and bring back.

use crate::model::{NodeId, Request};

use super::super::{
    app::{
        App,
        answers::Subject,
        editor::AreaKind,
        notices::Notice,
        overlay::{Choice, Overlay, Prompt, Purpose, Question, Reply},
    },
    effect::Effect,
    widgets::text_field::TextField,
};

/// Saves the open request, if it has unsaved edits.
pub(super) fn save(app: &mut App) -> Vec<Effect> {
    let mut effects = super::editor::commit(app);
    match app.open_id().cloned() {
        Some(id) if app.edits.is_edited(&id) => effects.extend(save_one(app, &id, false)),
        Some(id) => app.report(Notice::info(format!("{} has no unsaved edits", id.within()))),
        None if app.past.is_some() => {
            let hint = "esc goes back to the request";
            app.report(
                Notice::info("What was sent is in the history already, and is not saved to a file")
                    .with_hint(hint),
            );
        }
        None => {}
    }
    effects
}

pub(super) fn save_all(app: &mut App) -> Vec<Effect> {
    let mut effects = super::editor::commit(app);
    let ids: Vec<NodeId> = app.edits.iter().map(|(id, _)| id.clone()).collect();
    effects.extend(ids.iter().filter_map(|id| save_one(app, id, false)));
    effects
}

/// The effect that writes an edit; with `force` also over a file that changed meanwhile.
pub(super) fn save_one(app: &App, id: &NodeId, force: bool) -> Option<Effect> {
    let edit = app.edits.get(id)?.clone();
    let base = edit.base.map(Box::new);
    Some(Effect::SaveRequest { id: id.clone(), request: Box::new(edit.request), base, force })
}

/// Opens a request beside its last answer.
pub(super) fn open(app: &mut App, id: &NodeId) -> Vec<Effect> {
    let subject = Subject::Request(id.clone());
    if app.subject.as_ref() == Some(&subject) {
        return Vec::new();
    }
    let unknown = app.answers.get(&subject).is_none();
    app.subject = Some(subject);
    app.tree.cursor = Some(id.clone());
    super::editor::shown_changed(app);
    super::response::shown_changed(app);
    let mut effects = super::history::subject_changed(app);
    if unknown {
        effects.push(Effect::FindLatest { request: id.clone() });
    }
    effects.push(Effect::Remember(Box::new(app.remembered())));
    effects
}

/// The folder in which something new comes to stand: where the tree's cursor is.
fn folder_here(app: &App) -> Option<NodeId> {
    let workspace = app.workspace()?;
    let first = || workspace.collections.first().map(|collection| collection.root.id.clone());
    let Some(cursor) = &app.tree.cursor else { return first() };
    if workspace.folder(cursor).is_some() { Some(cursor.clone()) } else { cursor.parent().or_else(first) }
}

pub(super) fn ask_new_request(app: &mut App) {
    if let Some(folder) = folder_here(app) {
        let title = format!("New request in {folder}");
        ask_name(app, title, "Name", String::new(), Purpose::NewRequest { folder });
    }
}

pub(super) fn ask_new_folder(app: &mut App) {
    if let Some(folder) = folder_here(app) {
        let title = format!("New folder in {folder}");
        ask_name(app, title, "Name", String::new(), Purpose::NewFolder { folder });
    }
}

pub(super) fn ask_rename(app: &mut App) {
    if let Some(id) = app.tree.cursor.clone().filter(|id| id.parent().is_some()) {
        ask_name(
            app,
            format!("Rename {}", id.within()),
            "New name",
            id.leaf().to_owned(),
            Purpose::Rename(id),
        );
    }
}

fn ask_name(app: &mut App, title: String, label: &str, text: String, purpose: Purpose) {
    let field = TextField::new(text);
    app.overlays.push(Overlay::Prompt(Prompt { title, label: label.into(), field, purpose, error: None }));
}

pub(super) fn ask_discard(app: &mut App) {
    let Some(id) = app.open_id().cloned().filter(|id| app.edits.is_edited(id)) else { return };
    let text = vec![format!("Drop the unsaved edits of {}?", id.within())];
    ask(
        app,
        "Discard edits",
        text,
        &[('d', "Discard", Reply::DiscardEdits(id)), ('c', "Keep", Reply::Nothing)],
    );
}

pub(super) fn ask_delete(app: &mut App) {
    let Some(id) = app.tree.cursor.clone() else { return };
    if id.parent().is_none() {
        app.report(Notice::warning("A whole collection is not deleted from here"));
        return;
    }
    let is_folder = app.workspace().is_some_and(|workspace| workspace.folder(&id).is_some());
    let what = if is_folder { "folder, with everything in it" } else { "request" };
    let text =
        vec![format!("Delete the {what}?"), format!("  {}", id.within()), "It can be brought back.".into()];
    ask(app, "Delete", text, &[('d', "Delete", Reply::Delete(id)), ('c', "Cancel", Reply::Nothing)]);
}

/// The file of an unsaved edit says something else now: nothing is lost before the user has chosen.
pub(super) fn ask_conflict(app: &mut App, id: &NodeId, theirs: Option<&Request>) {
    let happened =
        if theirs.is_some() { "changed on disk" } else { "was deleted or cannot be read any more" };
    let text = vec![
        format!("{} {happened} since you began to edit it.", id.within()),
        "Nothing was written. Your edit is kept as a draft until you choose.".into(),
    ];
    let mut choices = vec![('o', "Overwrite with mine", Reply::Overwrite(id.clone()))];
    if theirs.is_some() {
        choices.push(('t', "Take theirs, drop my edit", Reply::TakeTheirs(id.clone())));
    }
    choices.push(('c', "Decide later", Reply::Nothing));
    ask(app, "Changed on disk", text, &choices);
}

fn ask(app: &mut App, title: &str, text: Vec<String>, choices: &[(char, &str, Reply)]) {
    let choices = choices.iter().cloned();
    let choices =
        choices.map(|(letter, label, reply)| Choice { letter, label: label.into(), reply }).collect();
    app.overlays.push(Overlay::Question(Question { title: title.into(), text, choices, cursor: 0 }));
}

/// Does what the answer to a question stands for.
pub(super) fn reply(app: &mut App, reply: Reply) -> Vec<Effect> {
    match reply {
        Reply::Nothing => Vec::new(),
        Reply::QuitAndKeepDrafts => {
            app.is_quitting = true;
            vec![Effect::Remember(Box::new(app.remembered())), Effect::Quit]
        }
        Reply::SaveAllAndQuit => {
            app.is_quitting = true;
            save_all(app)
        }
        Reply::Delete(id) => {
            let kind = app.kind_of(&id);
            vec![Effect::DeleteNode { id, kind }]
        }
        Reply::ChangeJar { jar, edit } => vec![Effect::ChangeJar { jar, edit }],
        Reply::DiscardEdits(id) => {
            let is_new = app.edits.discard(&id).is_some_and(|edit| edit.base.is_none());
            if is_new && app.open_id() == Some(&id) {
                app.subject = None;
            }
            super::editor::shown_changed(app);
            vec![Effect::DiscardDraft { id }]
        }
        Reply::Overwrite(id) => save_one(app, &id, true).into_iter().collect(),
        Reply::TakeTheirs(id) => {
            app.edits.discard(&id);
            super::editor::shown_changed(app);
            vec![Effect::DiscardDraft { id }, Effect::LoadWorkspace]
        }
    }
}

/// Does what a prompt was for. The error says why the text cannot be taken.
pub(super) fn submit(app: &mut App, purpose: &Purpose, text: &str) -> Result<Vec<Effect>, String> {
    let leaf = crate::store::workspace::slug(text);
    let free = |app: &App, id: &NodeId| match app.workspace() {
        Some(workspace) if workspace.request(id).is_some() || workspace.folder(id).is_some() => {
            Err(format!("there is already a {}", id.within()))
        }
        _ if leaf.is_empty() => Err("a name needs at least one letter or digit".to_owned()),
        _ => Ok(()),
    };
    match purpose {
        Purpose::NewRequest { folder } => {
            let id = folder.child(&leaf);
            free(app, &id)?;
            let request =
                Request { url: "{{ base_url }}/".into(), method: "GET".into(), ..Request::default() };
            Ok(vec![Effect::CreateRequest { id, request: Box::new(request) }])
        }
        Purpose::NewFolder { folder } => {
            let id = folder.child(&leaf);
            free(app, &id)?;
            Ok(vec![Effect::CreateFolder { id }])
        }
        Purpose::Rename(id) => {
            let parent = id.parent().ok_or("a collection's folder is not renamed from here")?;
            if leaf == id.leaf() {
                return Ok(Vec::new());
            }
            free(app, &parent.child(&leaf))?;
            Ok(vec![Effect::RenameNode { kind: app.kind_of(id), id: id.clone(), leaf }])
        }
        Purpose::SearchBody => {
            let area = app.editor.area_mut(AreaKind::Body);
            match area.search(text, false) {
                Ok(0) if !text.is_empty() => Err("it does not stand in the body".into()),
                Ok(_) => {
                    area.find(true);
                    Ok(Vec::new())
                }
                Err(error) => Err(error.to_string()),
            }
        }
        Purpose::Jar(purpose) => super::jar::submit(app, purpose, text),
        Purpose::SaveBody(body) => {
            if text.trim().is_empty() {
                return Err("a path is needed".into());
            }
            Ok(vec![Effect::SaveBody { body: body.clone(), path: text.trim().into() }])
        }
        Purpose::SaveDocument(document) => {
            if text.trim().is_empty() {
                return Err("a path is needed".into());
            }
            Ok(vec![Effect::SaveDocument { document: document.clone(), path: text.trim().into() }])
        }
    }
}

/// What accepting a prompt will do, said while one types.
pub(in super::super) fn consequence(purpose: &Purpose, text: &str) -> String {
    let leaf = crate::store::workspace::slug(text);
    if leaf.is_empty() {
        return String::new();
    }
    match purpose {
        Purpose::NewRequest { folder } => format!("→ {folder}/{leaf}.toml"),
        Purpose::NewFolder { folder } => format!("→ {folder}/{leaf}/"),
        Purpose::Rename(id) => format!(
            "→ {}",
            id.parent().map_or_else(|| leaf.clone(), |parent| parent.child(&leaf).to_string())
        ),
        Purpose::SaveBody(_) | Purpose::SaveDocument(_) | Purpose::SearchBody | Purpose::Jar(_) => {
            String::new()
        }
    }
}
