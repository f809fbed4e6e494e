//! Actions that mean the same wherever the focus is.

use super::super::{
    action::Action,
    app::{
        App,
        notices::Notice,
        opened::Opened,
        overlay::{Choice, Help, Overlay, Question, Reply},
        panes::{Arrangement, Pane},
    },
    effect::Effect,
    layout,
};
use super::{files, jar, keys, overlay, sending, tokens, viewer};

/// Per cent or columns that one key makes a pane larger or smaller.
const STEP: i16 = 5;

/// `None` when the action is the focused pane's own.
pub(super) fn act(app: &mut App, action: Action) -> Option<Vec<Effect>> {
    if app.opened.is_some() && !Opened::offers(action) {
        return Some(Vec::new());
    }
    let mut effects = Vec::new();
    match action {
        Action::SendRequest => effects = sending::send(app),
        Action::CancelRequest => effects = sending::cancel(app),
        Action::Leave if sending::is_in_flight(app) && !viewer::takes_leave(app) => {
            effects = sending::cancel(app);
        }
        Action::SaveRequest => effects = files::save(app),
        Action::SaveAll => effects = files::save_all(app),
        Action::OpenPalette => overlay::open_palette(app),
        Action::SwitchEnvironment => overlay::open_environments(app),
        Action::EditEnvironment => effects = overlay::open_environment_editor(app),
        Action::EditCookies => effects = jar::open(app),
        Action::SwitchTheme => overlay::open_themes(app),
        Action::JumpToPane => app.overlays.push(Overlay::Jump),
        Action::ShowHelp => {
            let contexts = keys::contexts(app);
            app.overlays.push(Overlay::Help(Help { contexts, top: 0 }));
        }
        Action::ShowNotices => app.overlays.push(Overlay::Notices { top: 0 }),
        Action::FetchToken => effects = tokens::fetch(app),
        Action::ForgetToken => effects = tokens::forget(app),
        Action::OpenSignIn => effects = tokens::open_page(app),
        Action::CopySignIn => effects = tokens::copy_page(app),
        Action::ForgetSecrets => {
            app.report(Notice::info("Secrets are forgotten: the next send looks them up anew"));
            effects.push(Effect::ForgetSecrets { answers: true });
        }
        Action::ReloadWorkspace => {
            effects.extend([Effect::ForgetSecrets { answers: false }, Effect::LoadWorkspace]);
        }
        Action::Redraw => effects.push(Effect::Redraw),
        Action::Quit => effects = quit(app),
        Action::NewRequest => files::ask_new_request(app),
        Action::DiscardEdits => files::ask_discard(app),
        Action::NextPane => step_focus(app, true),
        Action::PreviousPane => step_focus(app, false),
        Action::FocusTree => app.focus_pane(Pane::Tree),
        Action::FocusRequest => app.focus_pane(Pane::Request),
        Action::FocusUrl => {
            app.focus_pane(Pane::Request);
            app.editor.focus_url();
        }
        Action::FocusResponse => app.focus_pane(Pane::Response),
        Action::FocusHistory => app.focus_pane(Pane::History),
        Action::ToggleTree => toggle(app, Pane::Tree),
        Action::ToggleRequest => toggle(app, Pane::Request),
        Action::ToggleResponse => toggle(app, Pane::Response),
        Action::ToggleHistory => toggle(app, Pane::History),
        Action::MaximisePane => {
            app.panes.maximised = if app.panes.maximised.is_some() { None } else { Some(app.focus) };
        }
        Action::SwitchLayout => {
            app.panes.arrangement = match app.panes.arrangement {
                Arrangement::ByWidth => Arrangement::SideBySide,
                Arrangement::SideBySide => Arrangement::Stacked,
                Arrangement::Stacked => Arrangement::ByWidth,
            };
        }
        Action::WidenPane => resize(app, STEP, 0),
        Action::NarrowPane => resize(app, -STEP, 0),
        Action::HeightenPane => resize(app, 0, STEP),
        Action::LowerPane => resize(app, 0, -STEP),
        _ => return None,
    }
    Some(effects)
}

/// Quits at once where nothing can be lost; else asks.
pub(super) fn quit(app: &mut App) -> Vec<Effect> {
    if app.opened.is_some() {
        app.is_quitting = true;
        return vec![Effect::Quit];
    }
    if app.edits.is_empty() {
        app.is_quitting = true;
        return vec![Effect::Remember(Box::new(app.remembered())), Effect::Quit];
    }
    let names: Vec<String> = app.edits.iter().map(|(id, _)| format!("  {}", id.within())).collect();
    let choices = [
        ('s', "Save all and quit", Reply::SaveAllAndQuit),
        ('k', "Quit and keep the edits as drafts", Reply::QuitAndKeepDrafts),
        ('c', "Stay", Reply::Nothing),
    ];
    let mut text = vec!["These requests have unsaved edits:".to_owned()];
    text.extend(names);
    app.overlays.push(Overlay::Question(Question {
        title: "Quit".into(),
        text,
        choices: choices.map(|(letter, label, reply)| Choice { letter, label: label.into(), reply }).into(),
        cursor: 0,
    }));
    Vec::new()
}

fn step_focus(app: &mut App, forward: bool) {
    let shown: Vec<Pane> = if app.panes.maximised.is_some() {
        Pane::ALL.to_vec()
    } else {
        Pane::ALL.into_iter().filter(|pane| !app.panes.is_hidden(*pane)).collect()
    };
    let Some(at) = shown.iter().position(|pane| *pane == app.focus) else {
        app.focus_shown();
        return;
    };
    let by = if forward { 1 } else { shown.len() - 1 };
    app.focus = shown[(at + by) % shown.len()];
    if app.panes.maximised.is_some() {
        app.panes.maximised = Some(app.focus);
    }
}

fn toggle(app: &mut App, pane: Pane) {
    if app.panes.is_hidden(pane) {
        app.panes.show(pane);
        return;
    }
    // The last pane stays: an empty screen helps nobody.
    if app.panes.hidden.len() + 1 < Pane::ALL.len() {
        app.panes.hide(pane);
        app.panes.maximised = None;
        app.focus_shown();
    }
}

/// Makes the focused pane wider or taller, as far as its neighbour allows.
fn resize(app: &mut App, columns: i16, rows: i16) {
    let regions = app.regions();
    let beside = regions.is_side_by_side();
    let panes = &mut app.panes;
    match (app.focus, columns, rows) {
        (Pane::Tree | Pane::History, columns, 0) => {
            let width = layout::side_width(app.screen.width, panes.side_width);
            panes.side_width = Some(shifted(width, columns, 16, 60));
        }
        (Pane::Tree, _, rows) => panes.history_share = shifted(panes.history_share, -rows, 10, 90),
        (Pane::History, _, rows) => panes.history_share = shifted(panes.history_share, rows, 10, 90),
        (Pane::Request, columns, _) if beside => {
            panes.request_width = shifted(panes.request_width, columns, 10, 90);
        }
        (Pane::Response, columns, _) if beside => {
            panes.request_width = shifted(panes.request_width, -columns, 10, 90);
        }
        (Pane::Request, _, rows) => panes.request_height = shifted(panes.request_height, rows, 10, 90),
        (Pane::Response, _, rows) => panes.request_height = shifted(panes.request_height, -rows, 10, 90),
    }
}

fn shifted(value: u16, by: i16, least: u16, most: u16) -> u16 {
    value.saturating_add_signed(by).clamp(least, most)
}
