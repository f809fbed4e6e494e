//! The request pane.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    style::Style,
    text::{Line, Span},
    widgets::{Paragraph, Widget, Wrap},
};

use crate::{
    document::{Kind, highlight_lines},
    model::{Auth, Body, Request, Retry, Row, Settings},
};

use super::super::{
    app::{
        App,
        answers::Subject,
        editor::{AreaKind, FieldKind, Part, RowsKind, Spot, Tab, auth::AuthLine},
        panes::Pane,
    },
    update::{inherited, rows_of},
    widgets::{
        glyphs::{sanitize, shorten},
        table::TableView,
        tabs::{self, TabBar},
        text_area::{TextAreaStyle, TextAreaView},
        text_field::{Segment, TextFieldView},
    },
};
use super::{field_style, inside, pane_block, placeholder, response::tab_style, segments, table_style};

mod auth;
mod hint;

/// Columns of the method beside the URL.
const METHOD: u16 = 10;
/// Columns of a field's label.
const LABEL: u16 = 11;

/// Where each part of the pane stands.
pub(in super::super) struct EditorLayout {
    pub method: Rect,
    pub url: Rect,
    pub tabs: Rect,
    /// In the order of the editor's parts.
    pub parts: Vec<Rect>,
    hint: Rect,
}

impl EditorLayout {
    pub(in super::super) fn of(app: &App, area: Rect) -> Self {
        let row =
            |y: u16| Rect { y: area.y + y.min(area.height), height: u16::from(area.height > y), ..area };
        let method = Rect { width: METHOD.min(area.width), ..row(0) };
        let url = Rect { x: area.x + method.width, width: area.width - method.width, ..row(0) };
        let lines = hint::rows(app, area);
        let hint = Rect { y: area.bottom() - lines, height: lines, ..area };
        let content =
            Rect { y: area.y + area.height.min(2), height: area.height.saturating_sub(2 + lines), ..area };
        Self { method, url, tabs: row(1), parts: parts(app, content), hint }
    }
}

/// The parts of a tab from the top: fields take a row, tables and texts share what is left.
fn parts(app: &App, content: Rect) -> Vec<Rect> {
    let parts = app.editor.parts();
    let is_large = |part: &Part| matches!(part, Part::Table(_) | Part::Area(_));
    let large = parts.iter().filter(|part| is_large(part)).count() as u16;
    let left = content.height.saturating_sub(parts.len() as u16 - large);
    let above = auth::scrolled(app, &parts, content.height);
    let mut y = content.y;
    let mut seen = 0;
    parts
        .iter()
        .enumerate()
        .map(|(index, part)| {
            let height = match part {
                _ if index < above => 0,
                // Path parameters are few: they take what they need, up to half.
                Part::Table(RowsKind::Path) => (rows_of(app, RowsKind::Path).len() as u16 + 2).min(left / 2),
                part if is_large(part) => {
                    seen += 1;
                    let rest = content.bottom().saturating_sub(y);
                    if seen < large && !parts.contains(&Part::Table(RowsKind::Path)) {
                        left * 2 / 3
                    } else {
                        rest
                    }
                }
                _ => 1,
            };
            let height = height.min(content.bottom().saturating_sub(y));
            let area = Rect { y, height, ..content };
            y += height;
            area
        })
        .collect()
}

pub(super) fn draw(app: &App, area: Rect, buffer: &mut Buffer) {
    let theme = app.theme();
    pane_block(app, Pane::Request, title(app)).render(area, buffer);
    let area = inside(area);
    let Some(request) = app.shown_request() else {
        unreadable(app, area, buffer);
        return;
    };
    let layout = EditorLayout::of(app, area);
    let is_focused = app.focus == Pane::Request && app.overlays.is_empty();
    method(app, request, is_focused && app.editor.spot == Spot::Method, layout.method, buffer);
    let url_segments = segments(theme, app.editor.url.text(), &app.editor.scope);
    TextFieldView::new(&app.editor.url, field_style(theme))
        .placeholder("https://example.com/path")
        .segments(&url_segments)
        .focused(is_focused && app.editor.spot == Spot::Url)
        .render(layout.url, buffer);
    let labels = tab_labels(request);
    let active = Tab::ALL.iter().position(|tab| *tab == app.editor.tab).unwrap_or(0);
    let mut style = tab_style(theme);
    if is_focused && app.editor.spot == Spot::Tabs {
        style.active = style.active.patch(theme.selection);
    }
    TabBar::new(&tab_list(&labels), active, style).render(layout.tabs, buffer);
    for (index, (part, area)) in app.editor.parts().into_iter().zip(&layout.parts).enumerate() {
        let is_focused = is_focused && app.editor.spot == Spot::Part(index);
        draw_part(app, request, part, is_focused, *area, buffer);
    }
    auth::draw_more(app, &layout.parts, buffer);
    if app.editor.tab == Tab::Auth
        && request.auth.is_none()
        && let Some(kind) = layout.parts.first()
    {
        let y = kind.bottom();
        let below = Rect { y, height: layout.hint.y.saturating_sub(y), ..*kind };
        auth::draw_inherited(app, below, buffer);
    }
    hint::draw(app, layout.hint, buffer);
}

fn title(app: &App) -> Line<'static> {
    let theme = app.theme();
    let mut spans = vec![Span::styled(" Request ", theme.title)];
    // Before the name, which may be long: this must not be what is cut.
    if app.subject.is_some() && is_unverified(app) {
        spans.push(Span::styled("certificates not verified ", theme.insecure));
    }
    match &app.subject {
        Some(Subject::Request(id)) => {
            spans.push(Span::styled(format!("{} ", sanitize(id.within())), theme.dim));
            if app.edits.is_edited(id) {
                spans.push(Span::styled("● unsaved ", theme.unsaved));
            }
        }
        Some(Subject::Past(_)) => spans.push(Span::styled("as it was sent ", theme.accent)),
        None => {}
    }
    Line::from(spans)
}

/// Whether the settings, the request's own or the nearest above, turn verification off.
fn is_unverified(app: &App) -> bool {
    let own = app.editor.settings.iter().filter(|row| row.enabled);
    let above = app.editor.inherited_settings.iter().map(|inherited| &inherited.row);
    own.chain(above).find(|row| row.name.trim() == "verify").is_some_and(turns_verification_off)
}

fn turns_verification_off(row: &Row) -> bool {
    row.name.trim() == "verify" && row.value.trim() == "false"
}

/// Nothing is open, or its file cannot be read.
fn unreadable(app: &App, area: Rect, buffer: &mut Buffer) {
    let theme = app.theme();
    let problem = app.open_id().and_then(|id| app.on_disk(id)).and_then(|node| node.content.as_ref().err());
    let Some(problem) = problem else {
        placeholder(vec![Line::raw("no request is open")], area, buffer, theme.dim);
        return;
    };
    let place = problem.place.map(|place| format!(":{}:{}", place.line, place.column)).unwrap_or_default();
    let file = problem.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut lines = vec![
        Line::styled("This file cannot be read", theme.notice_error),
        Line::raw(""),
        Line::styled(format!("{file}{place}"), theme.accent),
        Line::styled(sanitize(&problem.message).into_owned(), theme.text),
    ];
    lines.extend(problem.hint.iter().map(|hint| Line::styled(format!("→ {}", sanitize(hint)), theme.dim)));
    lines.extend([
        Line::raw(""),
        Line::styled("Mend it in an editor: it is read again when it is saved.", theme.dim),
    ]);
    let area = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    Paragraph::new(lines).wrap(Wrap { trim: false }).render(area, buffer);
}

fn method(app: &App, request: &Request, is_focused: bool, area: Rect, buffer: &mut Buffer) {
    let theme = app.theme();
    let name = sanitize(request.method()).into_owned();
    let style = theme.method(request.method());
    let style = if is_focused { style.patch(theme.selection) } else { style };
    let name = shorten(&name, usize::from(area.width.saturating_sub(4))).into_owned();
    Line::from(vec![Span::styled(format!(" {name} "), style), Span::styled("▾ ", theme.dim)])
        .render(area, buffer);
}

/// Each tab's label, how many rows it has, and whether it has anything else in it.
fn tab_labels(request: &Request) -> Vec<(&'static str, usize, bool)> {
    let enabled = |rows: &[Row]| rows.iter().filter(|row| row.enabled).count();
    Tab::ALL
        .map(|tab| {
            let (count, dot) = match tab {
                Tab::Params => (enabled(&request.path) + enabled(&request.params), false),
                Tab::Headers => (enabled(&request.headers), false),
                Tab::Auth => (0, request.auth.as_ref().is_some_and(|auth| *auth != Auth::None)),
                Tab::Body => (0, request.body.is_some()),
                Tab::Vars => (request.vars.len(), false),
                Tab::Settings => (0, has_settings(request)),
                Tab::Docs => (0, !request.doc.is_empty()),
            };
            (tab.title(), count, dot)
        })
        .to_vec()
}

fn has_settings(request: &Request) -> bool {
    request.http != Settings::default() || request.retry != Retry::default()
}

fn tab_list<'a>(labels: &[(&'a str, usize, bool)]) -> Vec<tabs::Tab<'a>> {
    let tab = |(label, count, dot): &(&'a str, usize, bool)| match count {
        0 => tabs::Tab::new(label).dot(*dot),
        count => tabs::Tab::new(label).count(*count),
    };
    labels.iter().map(tab).collect()
}

/// The tab at a place, given the row of the tabs.
pub(in super::super) fn editor_tab_at(app: &App, area: Rect, position: Position) -> Option<usize> {
    let labels = tab_labels(app.shown_request()?);
    let active = Tab::ALL.iter().position(|tab| *tab == app.editor.tab).unwrap_or(0);
    TabBar::new(&tab_list(&labels), active, tab_style(app.theme())).at(area, position)
}

fn draw_part(app: &App, request: &Request, part: Part, is_focused: bool, area: Rect, buffer: &mut Buffer) {
    match part {
        Part::Kind => kind(app, request, is_focused, area, buffer),
        Part::Choice(index) => {
            if let Some(line @ AuthLine::Choice(choice)) = app.editor.auth.get(index) {
                auth::draw_choice(app, &line.label(), *choice, is_focused, area, buffer);
            }
        }
        Part::Table(kind) => table(app, kind, is_focused, area, buffer),
        Part::Field(kind) => field(app, kind, is_focused, area, buffer),
        Part::Area(kind) => text(app, request, kind, is_focused, area, buffer),
    }
}

fn kind(app: &App, request: &Request, is_focused: bool, area: Rect, buffer: &mut Buffer) {
    let theme = app.theme();
    let text = match app.editor.tab {
        Tab::Auth => auth::kind(app, request.auth.as_ref()),
        _ => request.body.as_ref().map_or("none", Body::kind).to_owned(),
    };
    let style = if is_focused { theme.selection } else { theme.accent };
    let spans = vec![
        Span::styled(format!("{:<width$}", " kind", width = usize::from(label_width(app))), theme.dim),
        Span::styled(format!(" {text} ▾ "), style),
    ];
    Line::from(spans).render(area, buffer);
}

/// Columns of the labels in the tab that is shown.
fn label_width(app: &App) -> u16 {
    if app.editor.tab == Tab::Auth { auth::label_width(app) } else { LABEL }
}

fn table(app: &App, kind: RowsKind, is_focused: bool, area: Rect, buffer: &mut Buffer) {
    let theme = app.theme();
    let (rows, above) = (rows_of(app, kind), inherited(app, kind));
    let (name, value) = match kind {
        RowsKind::Path => ("path parameter", "value"),
        RowsKind::Query => ("query parameter", "value"),
        RowsKind::Headers => ("header", "value"),
        RowsKind::Form => ("field", "value, or @file"),
        RowsKind::AuthParams => ("further parameter", "value"),
        RowsKind::Vars => ("variable", "default value"),
        RowsKind::Settings => ("setting", "value"),
    };
    let colour = |text: &str| segments(theme, text, &app.editor.scope);
    let alarming = |row: &Row| kind == RowsKind::Settings && turns_verification_off(row);
    TableView::new(app.editor.table(kind), &rows, table_style(theme))
        .inherited(&above)
        .alarming(&alarming)
        .labels(name, value)
        .colour(&colour)
        .focused(is_focused)
        .render(area, buffer);
}

fn field(app: &App, kind: FieldKind, is_focused: bool, area: Rect, buffer: &mut Buffer) {
    let theme = app.theme();
    let label = match kind {
        FieldKind::Auth(index) => app.editor.auth.get(index).map(AuthLine::label).unwrap_or_default(),
        FieldKind::File => "file".into(),
        FieldKind::Operation => "operation".into(),
        FieldKind::Tags => "tags".into(),
    };
    let Some(field) = app.editor.field(kind) else { return };
    let style = if is_focused { theme.accent } else { theme.dim };
    Line::styled(format!(" {label}"), style).render(area, buffer);
    let x = area.x + label_width(app).min(area.width);
    let rest = Rect { x, width: area.right().saturating_sub(x), ..area };
    let segments = segments(theme, field.text(), &app.editor.scope);
    TextFieldView::new(field, field_style(theme))
        .segments(&segments)
        .placeholder(match kind {
            FieldKind::Auth(index) => app.editor.auth.get(index).map_or("", AuthLine::placeholder),
            FieldKind::File => "path, from the collection's folder",
            _ => "",
        })
        .focused(is_focused)
        .render(rest, buffer);
}

fn text(app: &App, request: &Request, kind: AreaKind, is_focused: bool, area: Rect, buffer: &mut Buffer) {
    let theme = app.theme();
    let language = match (kind, &request.body) {
        (AreaKind::Body, Some(Body::Json(_))) | (AreaKind::Variables, _) => Kind::Json,
        (AreaKind::Body, Some(Body::Xml(_))) => Kind::Xml,
        (AreaKind::Doc, _) => Kind::Markdown,
        _ => Kind::Text,
    };
    let state = app.editor.area(kind);
    let colour = |lines: std::ops::Range<usize>| -> Vec<Vec<Segment>> {
        let source = state.lines().join("\n");
        let highlighted = highlight_lines(language, &source, lines.clone());
        highlighted
            .into_iter()
            .enumerate()
            .map(|(index, spans)| {
                let mut styled: Vec<Segment> =
                    spans.into_iter().map(|(range, class)| (range, class.style(theme))).collect();
                if kind != AreaKind::Doc
                    && let Some(line) = state.lines().get(lines.start + index)
                {
                    overlay(&mut styled, segments(theme, line, &app.editor.scope));
                }
                styled
            })
            .collect()
    };
    let placeholder = match kind {
        AreaKind::Doc => "what this request is for",
        AreaKind::Variables => "variables, as JSON",
        AreaKind::Body => "",
    };
    TextAreaView::new(state, area_style(app))
        .placeholder(placeholder)
        .colour(&colour)
        .focused(is_focused)
        .render(area, buffer);
}

/// Lays the colours of variables over those of the language.
fn overlay(styled: &mut Vec<Segment>, above: Vec<Segment>) {
    for (range, style) in above {
        let mut cut: Vec<Segment> = Vec::with_capacity(styled.len() + 2);
        for (own, own_style) in styled.drain(..) {
            if own.start < range.start {
                cut.push((own.start..own.end.min(range.start), own_style));
            }
            if own.end > range.end {
                cut.push((own.start.max(range.end)..own.end, own_style));
            }
        }
        cut.push((range, style));
        cut.sort_by_key(|(range, _)| range.start);
        *styled = cut;
    }
}

fn area_style(app: &App) -> TextAreaStyle {
    let theme = app.theme();
    TextAreaStyle {
        text: theme.text,
        cursor_line: Style::new(),
        search: theme.search_match,
        error: theme.syntax_error,
        selection: theme.marked,
        cursor: theme.cursor,
        line_number: theme.line_number,
        current_number: theme.accent,
        placeholder: theme.placeholder,
        notice: theme.notice_warning,
        track: theme.scrollbar,
        thumb: theme.scrollbar_thumb,
    }
}
