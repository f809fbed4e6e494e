//! The response pane: tabs, moving in the body, searching, copying.

use crossterm::event::KeyEvent;
use ratatui::layout::Position;

use crate::{
    document::{Document, View},
    model::{Content, Outcome},
};

use super::super::{
    action::Action,
    app::{
        App,
        notices::Notice,
        overlay::{Overlay, Prompt, Purpose},
        response::{Searching, Tab},
        tail::Tail,
    },
    effect::{Effect, SavedBody},
    view,
    widgets::{Handled, document_view::DocumentState, text_field::TextField, viewport::Step},
};
use super::{
    history::step,
    mouse::{Pointer, PointerKind},
};

/// Columns that left and right move a long line by.
const SIDEWAYS: isize = 8;

pub(super) fn contexts(app: &App) -> Vec<&'static str> {
    if is_typing(app) { vec!["text", "response"] } else { vec!["response", "list"] }
}

pub(super) fn is_typing(app: &App) -> bool {
    app.response.search.as_ref().is_some_and(|search| search.is_typing)
}

/// Another answer, or none, is beside the request now.
pub(super) fn shown_changed(app: &mut App) {
    let document = app.shown_answer().and_then(|answer| answer.document.clone());
    app.response.show(document.as_ref());
}

pub(super) fn act(app: &mut App, action: Action) -> Vec<Effect> {
    if let Some(step) = step(action) {
        read(app, |place| place.go(step));
        return Vec::new();
    }
    match action {
        Action::MoveLeft => read(app, |place| place.pan(-SIDEWAYS)),
        Action::MoveRight => read(app, |place| place.pan(SIDEWAYS)),
        Action::NextTab => step_tab(app, 1),
        Action::PreviousTab => step_tab(app, Tab::ALL.len() - 1),
        Action::ShowTab1 => show_tab(app, 0),
        Action::ShowTab2 => show_tab(app, 1),
        Action::ShowTab3 => show_tab(app, 2),
        Action::ShowTab4 => show_tab(app, 3),
        Action::ShowTab5 => show_tab(app, 4),
        Action::SwitchView => app.response.switch_view(),
        Action::ToggleWrap => {
            let is_wrapped = !app.response.body.is_wrapped();
            app.response.body.set_wrapped(is_wrapped);
            if let Some(tail) = arriving(app) {
                tail.read(|place| place.set_wrapped(is_wrapped));
            }
        }
        Action::ToggleSecrets => app.response.is_revealed = !app.response.is_revealed,
        Action::SearchText => begin_search(app),
        Action::NextMatch => return find(app, true),
        Action::PreviousMatch => return find(app, false),
        Action::Activate if is_typing(app) => return end_typing(app),
        Action::CopyBody => return copy_body(app),
        Action::CopyValue => return copy_line(app),
        Action::CopyPath => return copy_path(app),
        Action::SaveBody => ask_where_to_save(app),
        Action::Leave => return leave(app),
        _ => {}
    }
    Vec::new()
}

/// What arrives for the request that is shown, until it is whole.
fn arriving(app: &mut App) -> Option<&mut Tail> {
    app.answers.arriving_mut(app.subject.as_ref()?)
}

/// Moves in what is shown: in what arrives, else in the tab.
fn read(app: &mut App, step: impl FnOnce(&mut DocumentState)) {
    match arriving(app) {
        Some(tail) => tail.read(step),
        None => step(place(app)),
    }
}

/// Where one is in the tab that is shown.
fn place(app: &mut App) -> &mut DocumentState {
    let rows = view::response_rows(app);
    let response = &mut app.response;
    if response.tab == Tab::Body && response.lines.is_some() {
        return &mut response.body;
    }
    response.rest.set_len(rows);
    &mut response.rest
}

fn step_tab(app: &mut App, by: usize) {
    let at = Tab::ALL.iter().position(|tab| *tab == app.response.tab).unwrap_or(0);
    show_tab(app, (at + by) % Tab::ALL.len());
}

fn show_tab(app: &mut App, index: usize) {
    if let Some(tab) = Tab::ALL.get(index) {
        app.response.tab = *tab;
        app.response.rest = DocumentState::default();
    }
}

fn begin_search(app: &mut App) {
    app.response.tab = Tab::Body;
    if let Some(search) = &mut app.response.search {
        search.is_typing = true;
        search.field.select_all();
    } else {
        let field = TextField::default();
        app.response.search =
            Some(Searching { field, is_typing: true, found: None, count: None, is_missing: false });
    }
}

/// The pattern stands: keys move through the matches again.
fn end_typing(app: &mut App) -> Vec<Effect> {
    if let Some(search) = &mut app.response.search {
        search.is_typing = false;
    }
    Vec::new()
}

/// Looks for the next match from the one that was found last, or from the cursor.
fn find(app: &App, forward: bool) -> Vec<Effect> {
    let response = &app.response;
    let (Some(search), Some(lines)) = (&response.search, &response.lines) else { return Vec::new() };
    let from = search.found.as_ref().map(|found| if forward { found.start + 1 } else { found.start });
    seek(lines.document(), search.field.text(), from.unwrap_or(0), forward)
}

fn seek(document: &Document, pattern: &str, from: u64, forward: bool) -> Vec<Effect> {
    if pattern.is_empty() {
        return Vec::new();
    }
    vec![Effect::FindMatch { document: document.clone(), pattern: pattern.to_owned(), from, forward }]
}

/// A match was found, or there is none; late answers are dropped.
pub(super) fn found(app: &mut App, document: &Document, pattern: &str, at: Option<std::ops::Range<u64>>) {
    let response = &mut app.response;
    let (Some(search), Some(lines)) = (&mut response.search, &response.lines) else { return };
    if lines.document() != document || search.field.text() != pattern {
        return;
    }
    search.is_missing = at.is_none();
    search.found = at;
    if let Some(found) = &search.found {
        let line = lines.line_at(found.start);
        response.body.go(Step::To(line));
        if !response.body.is_wrapped()
            && let Some(line) = lines.window(line..line + 1).first()
        {
            let before = line.spans.iter().take_while(|span| span.range.end <= found.start);
            let column: usize = before.map(|span| span.text.chars().count()).sum();
            response.body.reveal_column(column);
        }
    }
}

pub(super) fn counted(app: &mut App, document: &Document, pattern: &str, count: u64) {
    let response = &mut app.response;
    if let (Some(search), Some(lines)) = (&mut response.search, &response.lines)
        && lines.document() == document
        && search.field.text() == pattern
    {
        search.count = Some(count);
    }
}

/// A key while the search has the focus: the first match is gone to as one types.
pub(super) fn type_key(app: &mut App, key: KeyEvent) -> Vec<Effect> {
    let handled = match &mut app.response.search {
        Some(search) if search.is_typing => search.field.handle(key),
        _ => return Vec::new(),
    };
    if handled == Handled::Changed { typed(app) } else { Vec::new() }
}

pub(super) fn paste(app: &mut App, text: &str) -> Vec<Effect> {
    match &mut app.response.search {
        Some(search) if search.is_typing => {
            search.field.paste(text);
            typed(app)
        }
        _ => Vec::new(),
    }
}

fn typed(app: &mut App) -> Vec<Effect> {
    let Some(search) = &mut app.response.search else { return Vec::new() };
    (search.found, search.count, search.is_missing) = (None, None, false);
    let pattern = search.field.text().to_owned();
    let Some(lines) = &app.response.lines else { return Vec::new() };
    let document = lines.document().clone();
    let mut effects = seek(&document, &pattern, 0, true);
    if !effects.is_empty() {
        effects.push(Effect::CountMatches { document, pattern });
    }
    effects
}

/// Out of the search first, then out of a past exchange.
fn leave(app: &mut App) -> Vec<Effect> {
    if app.response.search.take().is_some() {
        return Vec::new();
    }
    super::history::leave_past(app)
}

fn copy_body(app: &mut App) -> Vec<Effect> {
    let Some(payload) = app.shown_answer().and_then(|answer| answer.exchange.payload()) else {
        return Vec::new();
    };
    match &payload.content {
        Content::Memory(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => return vec![Effect::CopyText { text: text.to_owned(), what: "the body".into() }],
            Err(_) => {
                app.report(Notice::warning("The body is not text").with_hint("save it to a file instead"));
            }
        },
        Content::File(_) | Content::Elsewhere => {
            app.report(
                Notice::warning("The body is too large to copy").with_hint("save it to a file instead"),
            );
        }
    }
    Vec::new()
}

fn copy_line(app: &mut App) -> Vec<Effect> {
    let response = &app.response;
    let at = response.body.cursor();
    let text = match &response.lines {
        Some(lines) if response.tab == Tab::Body => {
            lines.window(at..at + 1).first().map(crate::document::Line::text)
        }
        _ => view::response_text(app).get(response.rest.cursor()).cloned(),
    };
    let text = text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    text.map(|text| Effect::CopyText { text, what: "the line".into() }).into_iter().collect()
}

fn copy_path(app: &mut App) -> Vec<Effect> {
    let Some(text) = super::super::app::response_path(app) else {
        app.report(Notice::info("Only lines of JSON have a path"));
        return Vec::new();
    };
    vec![Effect::CopyText { what: text.clone(), text }]
}

fn ask_where_to_save(app: &mut App) {
    let Some(answer) = app.shown_answer().filter(|answer| answer.document.is_some()) else { return };
    let body = SavedBody {
        exchange: answer.exchange.id.clone(),
        content: answer.exchange.payload().map(|payload| payload.content.clone()).unwrap_or_default(),
        is_whole: matches!(answer.exchange.outcome, Outcome::Answered(_)),
    };
    let name = answer.exchange.source.as_ref().map_or("body", |id| id.leaf());
    let extension = answer.document.as_ref().map_or("bin", |document| match document.kind() {
        crate::document::Kind::Json => "json",
        crate::document::Kind::Html => "html",
        crate::document::Kind::Xml => "xml",
        crate::document::Kind::Csv => "csv",
        crate::document::Kind::Binary => "bin",
        _ => "txt",
    });
    app.overlays.push(Overlay::Prompt(Prompt {
        title: "Save the body".into(),
        label: "File".into(),
        field: TextField::new(format!("{name}.{extension}")),
        purpose: Purpose::SaveBody(body),
        error: None,
    }));
}

pub(super) fn point(app: &mut App, pointer: Pointer) -> Vec<Effect> {
    match pointer.kind {
        PointerKind::Scroll(by) => {
            read(app, |place| place.scroll(by));
            return Vec::new();
        }
        PointerKind::Drag => {
            press_bar(app, pointer.position);
            return Vec::new();
        }
        PointerKind::Press => {}
    }
    if let Some(tab) = view::response_tab_at(app, pointer.area, pointer.position) {
        show_tab(app, tab);
    } else if !press_bar(app, pointer.position) {
        read(app, |place| {
            place.click(pointer.position);
        });
    }
    Vec::new()
}

/// Whether the position is on the scroll bar, which is moved there.
fn press_bar(app: &mut App, position: Position) -> bool {
    let mut is_on_bar = false;
    read(app, |place| is_on_bar = place.press_bar(position));
    is_on_bar
}

/// The view's name, for the tab.
pub(in super::super) fn view_name(view: View) -> &'static str {
    match view {
        View::Pretty => "pretty",
        View::Raw => "raw",
        View::Hex => "hex",
    }
}
