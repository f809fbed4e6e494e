//! The lines around the panes: header, footer, and the notice that lies over them for a while.

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    text::{Line, Span},
    widgets::Widget,
};
use unicode_width::UnicodeWidthStr;

use super::super::{
    action::Action,
    app::{App, Loading, Shown, editor, overlay::Overlay, panes::Pane, response},
    update::{contexts, is_typing},
    widgets::notice::{Notice, NoticeStyle},
};

use super::overlay::notice_style;

/// Name and workspace on the left, the environment on the right.
pub(super) fn header(app: &App, area: Rect, buffer: &mut Buffer) {
    let theme = app.theme();
    buffer.set_style(area, theme.header);
    let mut left = vec![Span::styled(" antiphon ", theme.brand), Span::raw(" ")];
    match (&app.workspace, app.collection()) {
        _ if app.opened.is_some() => {}
        (_, Some(collection)) => left.push(Span::styled(collection.root.name.clone(), theme.title)),
        (Loading::Reading, _) => left.push(Span::styled("reading the collection…", theme.dim)),
        (Loading::Failed(_), _) => {
            left.push(Span::styled("the collection could not be read", theme.notice_error));
        }
        (Loading::Ready(_), None) => left.push(Span::styled("no collection", theme.dim)),
    }
    let edits = app.edits.iter().count();
    if edits > 0 {
        left.push(Span::styled(format!("  ● {edits} unsaved"), theme.unsaved));
    }
    Line::from(left).render(area, buffer);
    if app.opened.is_some() {
        return;
    }
    let badge = environment_area(app, area);
    Line::from(environment_badge(app)).render(badge, buffer);
}

fn environment_badge(app: &App) -> Vec<Span<'static>> {
    let theme = app.theme();
    let name = app.environment().map_or_else(|| "none".to_owned(), |environment| environment.name.clone());
    vec![Span::styled(" env ", theme.badge_dim), Span::styled(format!(" {name} ▾ "), theme.badge)]
}

fn environment_area(app: &App, header: Rect) -> Rect {
    let width: usize = environment_badge(app).iter().map(|span| span.content.width()).sum();
    let width = (width as u16).min(header.width);
    Rect { x: header.right() - width, width, ..header }
}

/// What a click on the header asks for.
pub(in super::super) fn header_action_at(app: &App, column: u16, row: u16) -> Option<Action> {
    let badge = environment_area(app, app.regions().header);
    badge.contains((column, row).into()).then_some(Action::SwitchEnvironment)
}

/// Keys worth knowing where the focus is, as many as fit.
pub(super) fn footer(app: &App, area: Rect, buffer: &mut Buffer) {
    let theme = app.theme();
    buffer.set_style(area, theme.footer);
    for hint in hints(app, area) {
        let line = Line::from(vec![
            Span::styled(hint.key, theme.hint_key),
            Span::styled(format!(" {}", hint.label), theme.hint),
        ]);
        line.render(hint.area, buffer);
    }
}

/// What a click on the footer asks for.
pub(in super::super) fn footer_action_at(app: &App, column: u16, row: u16) -> Option<Action> {
    let hints = hints(app, app.regions().footer);
    hints.into_iter().find(|hint| hint.area.contains((column, row).into())).map(|hint| hint.action)
}

struct Hint {
    key: String,
    label: &'static str,
    action: Action,
    area: Rect,
}

fn hints(app: &App, area: Rect) -> Vec<Hint> {
    let mut x = area.x + 1;
    let mut hints = Vec::new();
    for (action, label) in hinted(app) {
        let contexts = contexts(app);
        let Some(key) = app.config.keys.key_in(&contexts, action.name(), is_typing(app)) else { continue };
        let width = (key.width() + 1 + label.width()) as u16;
        if x + width > area.right() {
            break;
        }
        hints.push(Hint { key, label, action, area: Rect { x, width, ..area } });
        x += width + 2;
    }
    hints
}

/// Which actions the footer names, the most useful first.
fn hinted(app: &App) -> Vec<(Action, &'static str)> {
    let mut hinted: Vec<(Action, &'static str)> = Vec::new();
    if let Some(overlay) = app.overlays.last() {
        return match overlay {
            Overlay::Jump | Overlay::Question(_) => vec![(Action::Leave, "cancel")],
            Overlay::Picker(_) => vec![(Action::Activate, "choose"), (Action::Leave, "close")],
            Overlay::Prompt(_) => vec![(Action::Activate, "accept"), (Action::Leave, "cancel")],
            _ => vec![(Action::Leave, "close")],
        };
    }
    if app.answers.is_anything_in_flight() {
        hinted.push((Action::Leave, "cancel"));
    }
    if app.opened.is_some() {
        return vec![
            (Action::SearchText, "search"),
            (Action::QueryDocument, "query"),
            (Action::ToggleFold, "fold"),
            (Action::SwitchView, "view"),
            (Action::GoToPlace, "go to"),
            (Action::CopyValue, "copy"),
            (Action::OpenPalette, "commands"),
            (Action::ShowHelp, "help"),
            (Action::Quit, "quit"),
        ];
    }
    hinted.push((Action::SendRequest, "send"));
    match app.focus {
        Pane::Tree => hinted.extend([
            (Action::Activate, "open"),
            (Action::FilterTree, "filter"),
            (Action::NewRequest, "new"),
        ]),
        Pane::Request => hinted.extend(of_request(app)),
        Pane::Response => hinted.extend(of_response(app)),
        Pane::History => hinted.extend([
            (Action::Activate, "open"),
            (Action::ReplayAsSent, "replay"),
            (Action::ReplayToday, "with today's variables"),
        ]),
    }
    hinted.extend([
        (Action::OpenPalette, "commands"),
        (Action::SwitchEnvironment, "environment"),
        (Action::JumpToPane, "jump"),
        (Action::ShowHelp, "help"),
        (Action::Quit, "quit"),
    ]);
    hinted
}

/// What is done in the tab of the request that is shown.
fn of_request(app: &App) -> Vec<(Action, &'static str)> {
    let mut hinted = vec![(Action::SaveRequest, "save")];
    match app.editor.tab {
        editor::Tab::Auth => {
            hinted.push((Action::ChooseKind, "kind"));
            if app.wanted_token().is_some() {
                hinted.push((Action::FetchToken, "get token"));
            }
        }
        editor::Tab::Body => hinted.push((Action::ChooseKind, "kind")),
        editor::Tab::Settings => hinted.push((Action::ChooseKind, "add a setting")),
        _ => {}
    }
    // Where there is more to name, this one gives room: tabs are in sight.
    if hinted.len() == 1 {
        hinted.push((Action::NextTab, "next tab"));
    }
    hinted
}

/// What is done in the tab of the response that is shown, or while it is awaited.
fn of_response(app: &App) -> Vec<(Action, &'static str)> {
    let Shown::Done(answer) = app.shown() else { return Vec::new() };
    let mut hinted = match app.response.tab {
        response::Tab::Body => vec![
            (Action::SearchText, "search"),
            (Action::QueryDocument, "query"),
            (Action::ToggleFold, "fold"),
            (Action::SwitchView, "view"),
            (Action::CopyValue, "copy value"),
            (Action::SaveBody, "save body"),
        ],
        response::Tab::Cookies => vec![(Action::EditCookies, "edit jar"), (Action::CopyValue, "copy line")],
        _ => vec![(Action::CopyValue, "copy line")],
    };
    if answer.exchange.has_secrets() && app.response.tab != response::Tab::Body {
        let label = if app.response.is_revealed { "hide secrets" } else { "reveal secrets" };
        hinted.push((Action::ToggleSecrets, label));
    }
    hinted
}

/// The last notice, over the bottom right corner.
pub(super) fn notice(app: &App, screen: Rect, buffer: &mut Buffer) {
    let Some(notice) = app.notices.shown() else { return };
    let theme = app.theme();
    let summary = notice_style(theme, notice.level);
    let style =
        NoticeStyle { body: theme.popup, border: summary, summary, cause: theme.popup, hint: theme.dim };
    let mut view = Notice::new(&notice.summary, style).causes(&notice.causes);
    if let Some(hint) = &notice.hint {
        view = view.hint(hint);
    }
    let above_footer = Rect { height: screen.height.saturating_sub(1), ..screen };
    let area = view.area(above_footer);
    view.render(area, buffer);
}
