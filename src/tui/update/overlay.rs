//! What lies over the panes: opening it, moving in it, and doing what was chosen.

use crossterm::event::KeyEvent;
use ratatui::layout::Position;

use crate::{model::Row, template::Written};

use super::super::{
    action::Action,
    app::{
        App,
        notices::Notice,
        opened::Opened,
        overlay::{
            EnvironmentEditor, Help, Overlay, Pick, Picker, Prompt, consent::TrustChoice, picker::Item,
        },
        panes::Pane,
    },
    effect::Effect,
    view,
    widgets::{Handled, table::Inherited},
};
use super::{consent, editor, files, jar, mouse::PointerKind, rows};

/// Rows that page keys move by in help and notices.
const PAGE: usize = 10;

pub(super) fn contexts(overlay: &Overlay) -> Vec<&'static str> {
    match overlay {
        Overlay::Picker(_) => vec!["picker"],
        Overlay::Environment(_) => vec!["environment"],
        Overlay::Jar(_) => vec!["jar"],
        Overlay::Prompt(_) | Overlay::Secret(_) => vec!["text", "dialog"],
        _ => vec!["dialog"],
    }
}

pub(super) fn is_typing(overlay: &Overlay) -> bool {
    matches!(
        overlay,
        Overlay::Picker(_)
            | Overlay::Prompt(_)
            | Overlay::Secret(_)
            | Overlay::Environment(_)
            | Overlay::Jar(_)
    )
}

/// Takes a key that is not looked up: an answer's letter, a pane's letter, what is typed into an open cell.
pub(super) fn answer(app: &mut App, key: KeyEvent) -> Option<Vec<Effect>> {
    let letter = match key.code {
        crossterm::event::KeyCode::Char(letter) if key.modifiers.is_empty() => {
            Some(letter.to_ascii_lowercase())
        }
        _ => None,
    };
    match app.overlays.last_mut()? {
        Overlay::Question(question) => {
            let choice = question.choices.iter().find(|choice| Some(choice.letter) == letter)?;
            let reply = choice.reply.clone();
            app.overlays.pop();
            Some(files::reply(app, reply))
        }
        Overlay::Trust(_) => Some(consent::choose(app, consent::choice_of(letter?)?)),
        Overlay::Jump => {
            let pane = Pane::ALL.into_iter().find(|pane| Some(jump_letter(*pane)) == letter)?;
            app.overlays.pop();
            app.focus_pane(pane);
            Some(Vec::new())
        }
        Overlay::Environment(editor) if editor.table.editing().is_some() => {
            let handled = rows::press(&mut editor.table, &editor.elsewhere, &mut editor.rows, key);
            (handled != Handled::Ignored).then(Vec::new)
        }
        _ => None,
    }
}

/// The letter that jumping shows on a pane.
pub(in super::super) fn jump_letter(pane: Pane) -> char {
    match pane {
        Pane::Tree => 'c',
        Pane::History => 'h',
        Pane::Request => 'r',
        Pane::Response => 'a',
    }
}

/// An action while an overlay has the focus; `None` when there is none.
pub(super) fn act(app: &mut App, action: Action) -> Option<Vec<Effect>> {
    let shown = view::picker_rows(app.screen);
    let help_rows = view::help_rows(app);
    let by = step_of(action);
    match app.overlays.last_mut()? {
        _ if action == Action::Quit => {
            app.overlays.clear();
            return None;
        }
        Overlay::Picker(picker) => match (by, action) {
            (Some(by), _) => picker.step(by, shown),
            (_, Action::Activate) => return Some(choose(app)),
            (_, Action::Leave) => close(app),
            _ => {}
        },
        Overlay::Question(question) => {
            let last = question.choices.len().saturating_sub(1);
            match (action, by) {
                (Action::MoveRight, _) => question.cursor = (question.cursor + 1).min(last),
                (Action::MoveLeft, _) => question.cursor = question.cursor.saturating_sub(1),
                (_, Some(by)) => question.cursor = question.cursor.saturating_add_signed(by).min(last),
                (Action::Activate, _) => {
                    let reply = question.choices.get(question.cursor).map(|choice| choice.reply.clone());
                    app.overlays.pop();
                    return Some(reply.map(|reply| files::reply(app, reply)).unwrap_or_default());
                }
                (Action::Leave, _) => close(app),
                _ => {}
            }
        }
        Overlay::Prompt(prompt) => match action {
            Action::CopyText => {
                let text = prompt.field.copy().filter(|text| !text.is_empty());
                let copy = text.map(|text| Effect::CopyText { text, what: "the selection".into() });
                return Some(copy.into_iter().collect());
            }
            Action::Activate => return Some(submit(app)),
            Action::Leave => close(app),
            _ => {}
        },
        Overlay::Trust(_) => return Some(consent::act_on_trust(app, action)),
        Overlay::Secret(_) => match action {
            Action::Activate => return Some(consent::submit(app)),
            Action::Leave => close(app),
            _ => {}
        },
        Overlay::Environment(editor) => {
            if action == Action::SaveRequest {
                return Some(save_environment(app));
            }
            if action == Action::Leave {
                return Some(leave_environment(app));
            }
            rows::act(&mut editor.table, &editor.elsewhere, &mut editor.rows, action);
        }
        Overlay::Jar(_) if action == Action::ShowHelp => {
            let contexts = vec!["jar"];
            app.overlays.push(Overlay::Help(Help { contexts, top: 0 }));
        }
        Overlay::Jar(_) => return Some(jar::act(app, action, by)),
        Overlay::Help(help) => match by {
            Some(by) => help.top = help.top.saturating_add_signed(by).min(help_rows),
            None => close(app),
        },
        Overlay::Notices { top } => match by {
            Some(by) => *top = top.saturating_add_signed(by).min(app.notices.all().len().saturating_sub(1)),
            None => close(app),
        },
        Overlay::Jump => close(app),
    }
    Some(Vec::new())
}

fn step_of(action: Action) -> Option<isize> {
    let page = PAGE.cast_signed();
    Some(match action {
        Action::MoveUp => -1,
        Action::MoveDown => 1,
        Action::PageUp => -page,
        Action::PageDown => page,
        Action::MoveToStart => isize::MIN,
        Action::MoveToEnd => isize::MAX,
        _ => return None,
    })
}

fn close(app: &mut App) {
    app.overlays.pop();
}

/// A key for the text of an overlay.
pub(super) fn type_key(app: &mut App, key: KeyEvent) -> Vec<Effect> {
    match app.overlays.last_mut() {
        Some(Overlay::Picker(picker)) => {
            let handled = picker.field.handle(key);
            if handled == Handled::Changed {
                picker.refilter();
            }
        }
        Some(Overlay::Prompt(prompt)) => {
            let handled = prompt.field.handle(key);
            if handled == Handled::Changed {
                prompt.error = None;
            }
        }
        Some(Overlay::Environment(editor)) => {
            rows::press(&mut editor.table, &editor.elsewhere, &mut editor.rows, key);
        }
        Some(Overlay::Secret(_)) => {
            consent::type_key(app, key);
        }
        Some(Overlay::Jar(editor)) => jar::type_key(editor, key),
        Some(Overlay::Jump) => close(app),
        _ => {}
    }
    Vec::new()
}

pub(super) fn paste(app: &mut App, text: &str) -> Vec<Effect> {
    match app.overlays.last_mut() {
        Some(Overlay::Picker(picker)) => {
            picker.field.paste(text);
            picker.refilter();
        }
        Some(Overlay::Prompt(prompt)) => {
            prompt.field.paste(text);
        }
        Some(Overlay::Secret(prompt)) => {
            prompt.field.paste(text);
        }
        Some(Overlay::Jar(editor)) => {
            editor.field.paste(text);
            editor.refilter();
        }
        Some(Overlay::Environment(editor)) => {
            editor.table.paste(text, &editor.elsewhere, &mut editor.rows);
        }
        _ => {}
    }
    Vec::new()
}

/// The mouse over an overlay: chooses what is clicked, scrolls, and closes with a click beside it.
pub(super) fn point(app: &mut App, kind: PointerKind, position: Position) -> Vec<Effect> {
    let Some(overlay) = app.overlays.last() else { return Vec::new() };
    let area = view::overlay_area(app, overlay, app.screen);
    if let PointerKind::Scroll(by) = kind {
        let action = if by < 0 { Action::MoveUp } else { Action::MoveDown };
        return (0..by.unsigned_abs()).filter_map(|_| act(app, action)).flatten().collect();
    }
    if kind == PointerKind::Press && !area.contains(position) {
        if let Some(Overlay::Jump) = app.overlays.last()
            && let Some(pane) = app.regions().pane_at(position.x, position.y)
        {
            app.focus_pane(pane);
        }
        return act(app, Action::Leave).unwrap_or_default();
    }
    let row = usize::from(position.y.saturating_sub(area.y));
    match app.overlays.last_mut() {
        // The frame, the field and a line under it stand above the rows.
        Some(Overlay::Picker(picker)) if kind == PointerKind::Press && row >= 3 => {
            let index = picker.top + row - 3;
            if index < picker.matches.len() {
                picker.cursor = index;
                return choose(app);
            }
        }
        Some(Overlay::Question(question)) if kind == PointerKind::Press => {
            let first = usize::from(area.height).saturating_sub(question.choices.len() + 1);
            if let Some(choice) = row.checked_sub(first).and_then(|index| question.choices.get(index)) {
                let reply = choice.reply.clone();
                app.overlays.pop();
                return files::reply(app, reply);
            }
        }
        Some(Overlay::Trust(_)) if kind == PointerKind::Press => {
            let first = usize::from(area.height).saturating_sub(TrustChoice::ALL.len() + 1);
            let choice = row.checked_sub(first).and_then(|index| TrustChoice::ALL.get(index));
            return choice.map(|choice| consent::choose(app, *choice)).unwrap_or_default();
        }
        Some(Overlay::Jar(editor)) if kind == PointerKind::Press && row >= 3 => {
            let index = editor.top + row - 3;
            if index < editor.shown().len() {
                editor.cursor = index;
            }
        }
        Some(Overlay::Environment(editor)) if kind == PointerKind::Press => {
            editor.table.click(position, &editor.elsewhere, &mut editor.rows);
        }
        Some(Overlay::Environment(editor)) => {
            editor.table.drag(position);
        }
        _ => {}
    }
    Vec::new()
}

/// Every action by its sentence, and every request by its name.
pub(super) fn open_palette(app: &mut App) {
    let keys =
        |action: Action| app.config.keys.keys_for(action.name()).into_iter().next().unwrap_or_default();
    let mut items: Vec<Item> = Action::ALL
        .iter()
        .filter(|action| action.group() != "Moving" && (app.opened.is_none() || Opened::offers(**action)))
        .map(|action| Item::new(action.sentence(), keys(*action), Pick::Action(*action)))
        .collect();
    let requests = app.workspace().map(crate::model::Workspace::requests).unwrap_or_default();
    items.extend(requests.iter().map(|request| {
        let detail = request.content.as_ref().map_or("broken", |request| request.method()).to_owned();
        Item::new(request.id.as_str(), detail, Pick::OpenRequest(request.id.clone()))
    }));
    app.overlays.push(Overlay::Picker(Picker::new("Find anything", items)));
}

pub(super) fn open_environments(app: &mut App) {
    let Some(collection) = app.collection() else { return };
    let name = collection.root.id.as_str().to_owned();
    let current = app.environments.get(&name).cloned();
    let pick = |environment: Option<&str>| Pick::Environment {
        collection: name.clone(),
        name: environment.map(str::to_owned),
    };
    let mut items: Vec<Item> = collection
        .environments
        .iter()
        .map(|environment| {
            let first_line = environment.doc.lines().next().unwrap_or_default();
            Item::new(environment.name.as_str(), first_line, pick(Some(&environment.name)))
        })
        .collect();
    items.push(Item::new("none", "variables of folders and requests alone", pick(None)));
    let picker = Picker::new(format!("Environment of {name}"), items)
        .at(|pick| matches!(pick, Pick::Environment { name, .. } if *name == current));
    app.overlays.push(Overlay::Picker(picker));
}

pub(super) fn open_themes(app: &mut App) {
    let items =
        app.themes.iter().map(|theme| Item::new(theme.name.as_str(), "", Pick::Theme(theme.name.clone())));
    let current = app.theme().name.clone();
    let picker = Picker::new("Theme", items.collect()).at(|pick| *pick == Pick::Theme(current.clone()));
    app.overlays.push(Overlay::Picker(picker));
}

/// The variables of the environment in use, beside those that come from elsewhere.
pub(super) fn open_environment_editor(app: &mut App) -> Vec<Effect> {
    let (Some(collection), Some(environment)) = (app.collection(), app.environment()) else {
        app.report(Notice::info("No environment is chosen: choose one first"));
        return Vec::new();
    };
    let id = app.open_id().cloned().unwrap_or_else(|| collection.root.id.child("-"));
    let scope = app.scope(&id);
    let mut elsewhere = Vec::new();
    for variable in scope.variables() {
        for (index, definition) in variable.definitions.iter().enumerate() {
            let Written::Template(text) = definition.value else { continue };
            if matches!(definition.origin, crate::model::VarOrigin::Environment(_)) {
                continue;
            }
            let origin = if index == 0 {
                definition.origin.to_string()
            } else {
                format!("{} (overruled)", definition.origin)
            };
            elsewhere.push(Inherited { row: Row::new(variable.name, text.as_str()), origin });
        }
    }
    let sources = environment.secrets.clone();
    let base = collection.folder.clone();
    let editor =
        EnvironmentEditor::new(collection.root.id.as_str().to_owned(), environment.clone(), elsewhere);
    app.overlays.push(Overlay::Environment(Box::new(editor)));
    if sources.is_empty() { Vec::new() } else { vec![Effect::FindMissingSecrets { sources, base }] }
}

fn save_environment(app: &mut App) -> Vec<Effect> {
    let Some(Overlay::Environment(editor)) = app.overlays.last_mut() else { return Vec::new() };
    editor.table.commit(&mut editor.rows);
    let environment = editor.edited();
    let collection = editor.collection.clone();
    let is_edited = editor.is_edited();
    let base = editor.environment.clone();
    app.overlays.pop();
    if is_edited { vec![Effect::SaveEnvironment { collection, environment, base }] } else { Vec::new() }
}

/// Out of a cell first, then out of the editor: what was edited is saved, for leaving must not lose it.
fn leave_environment(app: &mut App) -> Vec<Effect> {
    if let Some(Overlay::Environment(editor)) = app.overlays.last_mut()
        && editor.table.editing().is_some()
    {
        editor.table.cancel();
        return Vec::new();
    }
    save_environment(app)
}

/// Takes the chosen item of a picker.
fn choose(app: &mut App) -> Vec<Effect> {
    let Some(Overlay::Picker(picker)) = app.overlays.last() else { return Vec::new() };
    let Some(pick) = picker.chosen() else { return Vec::new() };
    app.overlays.pop();
    match pick {
        Pick::Action(action) => app.act(action),
        Pick::OpenRequest(id) => {
            app.tree.reveal(&id);
            let effects = files::open(app, &id);
            app.focus_pane(Pane::Request);
            effects
        }
        Pick::Environment { collection, name } => {
            match name {
                Some(name) => app.environments.insert(collection, name),
                None => app.environments.remove(&collection),
            };
            vec![Effect::Remember(Box::new(app.remembered()))]
        }
        Pick::Jar(jar) => jar::switch(app, jar),
        Pick::Theme(name) => {
            app.theme = app.themes.iter().position(|theme| theme.name == name).unwrap_or(app.theme);
            app.chosen_theme = Some(name);
            vec![Effect::Remember(Box::new(app.remembered()))]
        }
        Pick::Method(method) => editor::set_method(app, method),
        Pick::Setting(name) => editor::add_setting(app, name),
        Pick::BodyKind(kind) => editor::set_body_kind(app, kind),
        Pick::AuthKind(kind) => editor::set_auth_kind(app, kind),
        Pick::AuthChoice(key, word) => editor::choose_auth(app, key, word),
        Pick::MoveTo { node, folder } => {
            vec![Effect::MoveNode { kind: app.kind_of(&node), id: node, folder }]
        }
    }
}

fn submit(app: &mut App) -> Vec<Effect> {
    let Some(Overlay::Prompt(Prompt { field, purpose, .. })) = app.overlays.last() else { return Vec::new() };
    let (text, purpose) = (field.text().to_owned(), purpose.clone());
    match files::submit(app, &purpose, &text) {
        Ok(effects) => {
            app.overlays.pop();
            effects
        }
        Err(message) => {
            if let Some(Overlay::Prompt(prompt)) = app.overlays.last_mut() {
                prompt.error = Some(message);
            }
            Vec::new()
        }
    }
}
