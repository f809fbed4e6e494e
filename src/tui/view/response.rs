//! The response pane: how it went in one line, and tabs for what came.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    style::Style,
    text::{Line, Span},
    widgets::{Paragraph, Widget, Wrap},
};

use crate::{
    config::Theme,
    format::{duration, size},
    model::{Exchange, Failure, Outcome},
};

use super::super::{
    app::{
        App, Shown,
        answers::{Answer, State},
        opened::Opened,
        panes::Pane,
        response::Tab,
    },
    widgets::{
        document_view::{DocumentLine, DocumentStyle, DocumentView},
        glyphs::sanitize,
        spinner,
        tabs::{self, TabBar, TabBarStyle},
        wrap,
    },
};
use super::{inside, pane_block, placeholder, viewer};

mod arriving;
mod cookies;
mod facts;
mod security;
mod sent;
mod sign_in;

/// The rows of the pane's inside.
struct Parts {
    summary: Rect,
    tabs: Rect,
    content: Rect,
    /// The search, or the path of the line.
    bottom: Rect,
}

fn parts(area: Rect) -> Parts {
    let row = |y: u16| Rect { y: area.y + y.min(area.height), height: u16::from(area.height > y), ..area };
    let has_bottom = area.height > 5;
    let content = area.height.saturating_sub(2 + u16::from(has_bottom));
    Parts {
        summary: row(0),
        tabs: row(1),
        content: Rect { y: area.y + area.height.min(2), height: content, ..area },
        bottom: if has_bottom { row(area.height - 1) } else { Rect { height: 0, ..area } },
    }
}

pub(super) fn draw(app: &App, area: Rect, buffer: &mut Buffer) {
    let theme = app.theme();
    let name = app.opened.as_ref().map_or_else(|| "Response".into(), |opened| sanitize(&opened.name));
    let mut title = vec![Span::styled(format!(" {name} "), theme.title)];
    if app.past.is_some() {
        title.push(Span::styled("as it was ", theme.accent));
    }
    pane_block(app, Pane::Response, Line::from(title)).render(area, buffer);
    let area = inside(area);
    if let Some(opened) = &app.opened {
        return opened_document(app, opened, area, buffer);
    }
    match app.shown() {
        Shown::Nothing => nothing(app, area, buffer),
        Shown::InFlight(state) => in_flight(app, state, area, buffer),
        Shown::Refused(refusal) => {
            let part = refusal.part.as_deref().unwrap_or("request");
            let heading = format!("Not sent: the {part} cannot be sent as it is");
            failure(theme, &heading, &refusal.failure, area, buffer);
        }
        Shown::Done(answer) => done(app, answer, area, buffer),
    }
}

/// A document by itself: all of the pane but one line is its own.
fn opened_document(app: &App, opened: &Opened, area: Rect, buffer: &mut Buffer) {
    match &app.response.viewer {
        Some(shown) => {
            let height = area.height.saturating_sub(1);
            viewer::draw(app, shown, Rect { height, ..area }, buffer);
            let bottom = Rect { y: area.y + height, height: area.height - height, ..area };
            viewer::draw_bottom(app, shown, bottom, buffer);
        }
        None if opened.is_waiting => {
            placeholder(vec![Line::raw("nothing has come yet")], area, buffer, app.theme().dim);
        }
        None => {}
    }
}

fn nothing(app: &App, area: Rect, buffer: &mut Buffer) {
    let theme = app.theme();
    let key = |action: &str| app.config.keys.keys_for(action).into_iter().next().unwrap_or_default();
    let lines = if app.subject.is_some() {
        vec![Line::raw("not sent yet"), Line::raw(format!("{} sends it", key("send-request")))]
    } else {
        vec![
            Line::raw("choose a request in the collection"),
            Line::raw(format!("{} finds one by name", key("open-palette"))),
        ]
    };
    placeholder(lines, area, buffer, theme.dim);
}

fn in_flight(app: &App, state: &State, area: Rect, buffer: &mut Buffer) {
    let theme = app.theme();
    let (since, what, detail) = match state {
        State::Sending { since, phase, uploaded, .. } => {
            let uploaded = uploaded.map(|(sent, total)| match total {
                Some(total) if total > 0 => format!("{} of {}", size::human(sent), size::human(total)),
                _ => size::human(sent),
            });
            (*since, phase.progress().to_owned(), uploaded.unwrap_or_default())
        }
        State::Receiving { since, began, head, received, .. } => {
            let (since, began, received) = (*since, *began, *received);
            let arriving = arriving::Arriving { since, began, head, received };
            return arriving::draw(app, &arriving, area, buffer);
        }
        State::Waiting { since, made, until, .. } => {
            let left = until.saturating_sub(app.now).as_secs_f64();
            let what = format!("attempt {made} failed, the next comes in {left:.1} s");
            (*since, what, String::new())
        }
        State::Authorizing { since, authorizing, .. } => {
            return sign_in::draw(app, *since, authorizing, area, buffer);
        }
        State::Refused(_) | State::Done(_) => return,
    };
    let elapsed = app.now.saturating_sub(since);
    let lines = vec![
        Line::from(vec![
            Span::styled(format!("{} ", spinner::frame(elapsed)), theme.spinner),
            Span::styled(what, theme.text),
            Span::styled(format!("  {:.1} s", elapsed.as_secs_f64()), theme.dim),
        ]),
        Line::styled(detail, theme.dim),
        Line::styled("esc cancels", theme.dim),
    ];
    placeholder(lines, area, buffer, theme.text);
}

/// A failure with its causes and what to try.
fn failure(theme: &Theme, heading: &str, failure: &Failure, area: Rect, buffer: &mut Buffer) -> u16 {
    let mut lines = vec![Line::styled(sanitize(heading).into_owned(), theme.notice_error)];
    if heading != failure.message || !failure.causes.is_empty() {
        lines.push(Line::raw(""));
    }
    if heading != failure.message {
        lines.push(Line::styled(sanitize(&failure.message).into_owned(), theme.text));
    }
    lines
        .extend(failure.causes.iter().map(|cause| Line::styled(format!("· {}", sanitize(cause)), theme.dim)));
    if let Some(hint) = &failure.hint {
        lines.extend([Line::raw(""), Line::styled(format!("→ {}", sanitize(hint)), theme.accent)]);
    }
    let area = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    let rows = |line: &Line<'_>| wrap::flow(&line.to_string(), usize::from(area.width)).len();
    let height = lines.iter().map(rows).sum::<usize>().try_into().unwrap_or(u16::MAX);
    Paragraph::new(lines).wrap(Wrap { trim: false }).render(area, buffer);
    height
}

fn done(app: &App, answer: &Answer, area: Rect, buffer: &mut Buffer) {
    let theme = app.theme();
    let parts = parts(area);
    summary(theme, &answer.exchange, parts.summary.width).render(parts.summary, buffer);
    let labels = tab_labels(answer);
    let tabs = tab_list(&labels);
    let active = Tab::ALL.iter().position(|tab| *tab == app.response.tab).unwrap_or(0);
    TabBar::new(&tabs, active, tab_style(theme)).render(parts.tabs, buffer);
    match app.response.tab {
        Tab::Body => body(app, answer, &parts, buffer),
        _ => facts(app, answer, parts.content, buffer),
    }
}

pub(super) fn tab_style(theme: &Theme) -> TabBarStyle {
    TabBarStyle { tab: theme.tab, active: theme.tab_active, badge: theme.accent, more: theme.dim }
}

/// Each tab's label, and how many things are in it.
fn tab_labels(answer: &Answer) -> Vec<(&'static str, Option<usize>)> {
    let head = answer.exchange.response();
    let attempts = answer.exchange.attempts.iter();
    let hops: usize = attempts.map(|attempt| attempt.hops.len() + attempt.token_requests.len()).sum();
    let label = |tab: Tab| {
        let count = match tab {
            Tab::Headers => head.map(|head| head.fields.len()),
            Tab::Cookies => head.map(|head| head.fields("set-cookie").count()).filter(|count| *count > 0),
            Tab::Sent => Some(hops).filter(|hops| *hops > 1),
            Tab::Body | Tab::Timing => None,
        };
        (tab.title(), count)
    };
    Tab::ALL.map(label).to_vec()
}

fn tab_list<'a>(labels: &[(&'a str, Option<usize>)]) -> Vec<tabs::Tab<'a>> {
    let tab = |(label, count): &(&'a str, Option<usize>)| match count {
        Some(count) => tabs::Tab::new(label).count(*count),
        None => tabs::Tab::new(label),
    };
    labels.iter().map(tab).collect()
}

/// The tab at a place, given the inside of the pane.
pub(in super::super) fn response_tab_at(app: &App, area: Rect, position: Position) -> Option<usize> {
    let answer = app.shown_answer()?;
    let labels = tab_labels(answer);
    TabBar::new(&tab_list(&labels), 0, tab_style(app.theme())).at(parts(area).tabs, position)
}

/// "200 OK · 12 ms · 4.1 KiB · HTTP/1.1": as much as fits, the most telling first.
fn summary<'a>(theme: &Theme, exchange: &Exchange, width: u16) -> Line<'a> {
    let mut parts: Vec<Span<'a>> = Vec::new();
    let mut room = usize::from(width);
    let mut add = |text: String, style: Style, parts: &mut Vec<Span<'a>>| {
        if text.is_empty() {
            return;
        }
        let text = sanitize(&text).into_owned();
        let needed = text.chars().count() + if parts.is_empty() { 1 } else { 3 };
        if needed > room && !parts.is_empty() {
            return;
        }
        room = room.saturating_sub(needed);
        parts.push(Span::styled(if parts.is_empty() { " " } else { " · " }, theme.dim));
        parts.push(Span::styled(text, style));
    };
    if let Outcome::Failed { failure, .. } = &exchange.outcome {
        add(facts::kind_name(failure.kind).to_owned(), theme.notice_error, &mut parts);
    }
    if let Some(head) = exchange.response() {
        let reason = if head.reason.is_empty() { facts::reason(head.status) } else { &head.reason };
        add(format!("{} {reason}", head.status).trim().to_owned(), theme.status(head.status), &mut parts);
    }
    if facts::is_unverified(exchange) {
        add("certificate not verified".into(), theme.insecure, &mut parts);
    }
    add(duration::human(exchange.duration), theme.text, &mut parts);
    if let Some(payload) = exchange.payload() {
        let sizes = if payload.wire_size == payload.size {
            size::human(payload.size)
        } else {
            format!("{} ({} on the wire)", size::human(payload.size), size::human(payload.wire_size))
        };
        add(sizes, theme.text, &mut parts);
    }
    if let Some(hop) = exchange.last_hop() {
        add(hop.request.version.clone(), theme.dim, &mut parts);
        if let Some(connection) = &hop.connection {
            let reuse = if connection.reused { "reused" } else { "new" };
            add(format!("{reuse} connection {}", connection.id), theme.dim, &mut parts);
        }
    }
    Line::from(parts)
}

fn body(app: &App, answer: &Answer, parts: &Parts, buffer: &mut Buffer) {
    let theme = app.theme();
    let mut area = parts.content;
    if let Outcome::Failed { failure: reason, partial } = &answer.exchange.outcome {
        let used = failure(theme, &reason.message, reason, area, buffer).saturating_add(1);
        if partial.as_ref().is_none_or(|partial| partial.size == 0) || area.height < used.saturating_add(3) {
            return;
        }
        area = Rect { y: area.y + used, height: area.height - used, ..area };
    }
    area = notes(theme, &answer.exchange, area, buffer);
    let Some(shown) = &app.response.viewer else {
        let text = match answer.exchange.payload() {
            Some(payload) if payload.size > 0 => "the body was not kept",
            _ => "no body",
        };
        placeholder(vec![Line::raw(text)], area, buffer, theme.dim);
        return;
    };
    viewer::draw(app, shown, area, buffer);
    viewer::draw_bottom(app, shown, parts.bottom, buffer);
}

/// What is worth a word about the exchange, above its body; and the area that is left for that, a few rows at least.
fn notes(theme: &Theme, exchange: &Exchange, mut area: Rect, buffer: &mut Buffer) -> Rect {
    for note in exchange.notes() {
        let note = sanitize(&note);
        for row in wrap::flow(&note, usize::from(area.width.saturating_sub(2))) {
            if area.height <= 3 {
                return area;
            }
            let line = Line::styled(format!(" {}", note.get(row).unwrap_or_default()), theme.notice_warning);
            line.render(Rect { height: 1, ..area }, buffer);
            area = Rect { y: area.y + 1, height: area.height - 1, ..area };
        }
    }
    area
}

pub(super) fn document_style(theme: &Theme) -> DocumentStyle {
    DocumentStyle {
        text: theme.text,
        cursor_line: theme.cursor_line,
        selection: theme.marked,
        line_number: theme.line_number,
        current_number: theme.accent,
        more: theme.dim,
        track: theme.scrollbar,
        thumb: theme.scrollbar_thumb,
    }
}

/// The lines of a tab that lists facts.
fn facts_of(app: &App, answer: &Answer) -> Vec<Line<'static>> {
    let theme = app.theme();
    match app.response.tab {
        Tab::Body => Vec::new(),
        Tab::Headers => facts::headers(theme, &answer.exchange, app.response.is_revealed),
        Tab::Cookies => cookies::cookies(theme, &answer.exchange, app.response.is_revealed, columns(app)),
        Tab::Timing => facts::timing(theme, &answer.exchange),
        Tab::Sent => sent::lines(theme, &answer.exchange, app.response.is_revealed),
    }
}

/// Columns of a line in the pane, without its scroll bar.
fn columns(app: &App) -> usize {
    let pane = app.regions().of(Pane::Response).unwrap_or(app.screen);
    usize::from(inside(pane).width.saturating_sub(1))
}

fn facts(app: &App, answer: &Answer, area: Rect, buffer: &mut Buffer) {
    let lines = facts_of(app, answer);
    if lines.is_empty() {
        placeholder(vec![Line::raw("nothing here")], area, buffer, app.theme().dim);
        return;
    }
    let mut state = app.response.rest.clone();
    state.set_len(lines.len());
    let drawn: Vec<DocumentLine> = lines
        .into_iter()
        .enumerate()
        .skip(state.window(area.height).start)
        .take(usize::from(area.height))
        .map(|(number, line)| DocumentLine {
            number,
            spans: line
                .spans
                .into_iter()
                .map(|span| (span.content.into_owned(), line.style.patch(span.style)))
                .collect(),
            cut: false,
        })
        .collect();
    DocumentView::new(&state, &drawn, document_style(app.theme()))
        .focused(app.focus == Pane::Response)
        .numbered(false)
        .render(area, buffer);
}

/// How many lines the tab has that is shown.
pub(in super::super) fn response_rows(app: &App) -> usize {
    app.shown_answer().map_or(0, |answer| facts_of(app, answer).len())
}

/// The lines of the tab that is shown, as text.
pub(in super::super) fn response_text(app: &App) -> Vec<String> {
    let lines = app.shown_answer().map(|answer| facts_of(app, answer)).unwrap_or_default();
    lines.iter().map(ToString::to_string).collect()
}
