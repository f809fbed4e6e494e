//! A document: what encloses the first line, the lines with the matches in them, and a line for what is typed.

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::Style,
    text::{Line, Span},
    widgets::Widget,
};

use crate::{
    config::Theme,
    document::{Document, Lines, Search, View},
    format::size,
};

use super::super::{
    app::{
        App,
        panes::Pane,
        viewer::{QueryState, Querying, Searching, Sheet, Typing, Verdict, Viewer},
    },
    widgets::{
        document_view::{DocumentLine, DocumentView},
        glyphs::{sanitize, shorten},
        text_field::{TextField, TextFieldView},
        wrap,
    },
};
use super::{field_style, placeholder, response::document_style};

/// Rows from which on one is given to what encloses the first line.
const ROOM_FOR_CRUMBS: u16 = 12;
/// Rows of what is wrong with what is typed.
const MOST_TROUBLE: usize = 5;
/// Bytes of one line in which matches are marked: more is not on the screen.
const MARKED: u64 = 64 * 1024;

pub(super) fn draw(app: &App, viewer: &Viewer, area: Rect, buffer: &mut Buffer) {
    let sheet = viewer.sheet();
    let area = trouble(app.theme(), viewer, area, buffer);
    if let Some(query) = viewer.query.as_ref().filter(|query| query.results.is_some())
        && sheet.place.is_empty()
    {
        let text = match query.state {
            QueryState::Running => "nothing found yet",
            QueryState::Ended => "nothing found",
            QueryState::Idle | QueryState::Failed(_) => "",
        };
        return placeholder(vec![Line::raw(text)], area, buffer, app.theme().dim);
    }
    let has_crumbs = area.height >= ROOM_FOR_CRUMBS
        && sheet.lines.view() == View::Pretty
        && sheet.lines.document().kind().is_json();
    let area = if has_crumbs {
        crumbs(app.theme(), sheet, Rect { height: 1, ..area }, area.height - 1, buffer);
        Rect { y: area.y + 1, height: area.height - 1, ..area }
    } else {
        area
    };
    lines(app, sheet, area, buffer);
}

/// Why what is typed cannot be asked or searched for, above the line where it is typed; and the area that is left.
fn trouble(theme: &Theme, viewer: &Viewer, area: Rect, buffer: &mut Buffer) -> Rect {
    let query = viewer.query.as_ref().map(|query| &query.state);
    let search = viewer.sheet().search.as_ref().map(|search| &search.verdict);
    let ((Some(QueryState::Failed(message)), _) | (_, Some(Verdict::Malformed(message)))) = (query, search)
    else {
        return area;
    };
    let width = usize::from(area.width.saturating_sub(2));
    let rows = wrap::fitted(&sanitize(message.trim()), width, usize::from(area.height / 3).min(MOST_TROUBLE));
    let height = area.height - rows.len() as u16;
    for (y, row) in (area.y + height..).zip(rows) {
        Line::styled(format!(" {row}"), theme.notice_warning).render(Rect { y, height: 1, ..area }, buffer);
    }
    Rect { height, ..area }
}

/// The keys and indexes that lead to the first line in sight: `$ › items › [3]`.
fn crumbs(theme: &Theme, sheet: &Sheet, area: Rect, height: u16, buffer: &mut Buffer) {
    let first = sheet.place.window(height).start;
    let mut labels: Vec<String> =
        sheet.lines.breadcrumb(first).iter().map(|crumb| sanitize(&crumb.label).into_owned()).collect();
    // The last step is the line itself.
    labels.pop();
    let mut spans = vec![Span::styled(" $", theme.dim)];
    for label in labels {
        spans.push(Span::styled(" › ", theme.dim));
        spans.push(Span::styled(shorten(&label, 30).into_owned(), theme.syntax_key));
    }
    Line::from(spans).render(area, buffer);
}

fn lines(app: &App, sheet: &Sheet, area: Rect, buffer: &mut Buffer) {
    let theme = app.theme();
    let window = sheet.lines.window(sheet.place.window(area.height));
    let marks = Marks::of(sheet);
    let drawn: Vec<DocumentLine> = window
        .into_iter()
        .map(|mut line| {
            let found = marks.within(&sheet.lines, line.range.clone());
            line.mark(&found);
            let spans = line.spans.into_iter().map(|span| {
                let style = match span.matched {
                    true if marks.is_current(span.range.start) => theme.search_current,
                    true => theme.search_match,
                    false => span.class.style(theme),
                };
                (span.text, style)
            });
            DocumentLine { number: line.number, spans: spans.collect(), cut: line.cut }
        })
        .collect();
    DocumentView::new(&sheet.place, &drawn, document_style(theme))
        .focused(app.focus == Pane::Response)
        .numbered(sheet.lines.view() != View::Hex)
        .render(area, buffer);
}

/// The matches of a search that are in sight.
struct Marks<'a> {
    search: Option<&'a Search>,
    current: Option<&'a std::ops::Range<u64>>,
}

impl<'a> Marks<'a> {
    fn of(sheet: &'a Sheet) -> Self {
        // The hex view shows bytes as received, a search finds them in the text.
        let searching = sheet.search.as_ref().filter(|_| sheet.lines.view() != View::Hex);
        Self {
            search: searching.and_then(|searching| searching.compiled.as_ref()),
            current: searching.and_then(|searching| searching.found.as_ref()),
        }
    }

    fn within(&self, lines: &Lines, range: std::ops::Range<u64>) -> Vec<std::ops::Range<u64>> {
        let Some(search) = self.search else { return Vec::new() };
        let end = range.end.min(range.start + MARKED);
        let mut found: Vec<_> = lines.document().find(search, range.start..end).collect();
        // A match far to the right is marked all the same once it was gone to.
        found.extend(
            self.current.filter(|current| current.start >= end && current.start < range.end).cloned(),
        );
        found
    }

    fn is_current(&self, offset: u64) -> bool {
        self.current.is_some_and(|current| current.contains(&offset))
    }
}

/// What is typed or was searched for and asked; else the path of the line, and where in the document it is.
pub(super) fn draw_bottom(app: &App, viewer: &Viewer, area: Rect, buffer: &mut Buffer) {
    let sheet = viewer.sheet();
    match (&viewer.typing, &viewer.query, &sheet.search) {
        (Typing::Place(field), ..) => {
            prompt(app, ":", field, ("a line, 50%, $.path", app.theme().dim), true, area, buffer);
        }
        (Typing::Query, Some(query), _) | (Typing::Nothing, Some(query), None) => {
            let is_typing = matches!(viewer.typing, Typing::Query);
            let (text, style) = query_verdict(app.theme(), query, viewer.document());
            prompt(app, "?", &query.field, (&text, style), is_typing, area, buffer);
        }
        (_, _, Some(search)) => {
            let is_typing = matches!(viewer.typing, Typing::Search);
            let (text, style) = search_verdict(app.theme(), search);
            let sign = if search.is_regex { "/.*/" } else { "/" };
            prompt(app, sign, &search.field, (&text, style), is_typing, area, buffer);
        }
        _ => place(app, viewer, area, buffer),
    }
}

fn prompt(
    app: &App,
    sign: &str,
    field: &TextField,
    (verdict, style): (&str, Style),
    is_typing: bool,
    area: Rect,
    buffer: &mut Buffer,
) {
    let theme = app.theme();
    let before = sign.chars().count() as u16 + 1;
    Line::styled(sign.to_owned(), theme.accent).render(area, buffer);
    // The text that is typed needs its room more than what is said of it.
    let verdict = shorten(verdict, usize::from(area.width / 2)).into_owned();
    let width = (verdict.chars().count() as u16 + 1).min(area.width);
    let rest = area.width.saturating_sub(before + width);
    TextFieldView::new(field, field_style(theme))
        .focused(is_typing)
        .render(Rect { x: area.x + before.min(area.width), width: rest, ..area }, buffer);
    Line::from(Span::styled(verdict, style)).right_aligned().render(area, buffer);
}

fn search_verdict(theme: &Theme, search: &Searching) -> (String, Style) {
    match &search.verdict {
        Verdict::Malformed(_) => ("no regular expression".into(), theme.notice_warning),
        Verdict::Missing => ("no match".into(), theme.notice_warning),
        Verdict::Fine if search.field.text().is_empty() => (String::new(), theme.dim),
        Verdict::Fine => {
            let matches = if search.count == 1 { "match" } else { "matches" };
            let more = if search.is_counted { "" } else { "…" };
            (format!("{}{more} {matches}", search.count), theme.dim)
        }
    }
}

fn query_verdict(theme: &Theme, query: &Querying, document: &Document) -> (String, Style) {
    let results = if query.count == 1 { "result" } else { "results" };
    match &query.state {
        QueryState::Idle => ("a JSONPath from $ on, or a jq filter".into(), theme.dim),
        QueryState::Running => {
            let share = query.read * 100 / document.size().max(1);
            (format!("{} {results} · {share} %", query.count), theme.dim)
        }
        QueryState::Ended => (format!("{} {results}", query.count), theme.dim),
        // In full above.
        QueryState::Failed(_) => (String::new(), theme.dim),
    }
}

/// The path of the line under the cursor; which of how many lines it is, of what, in which view.
fn place(app: &App, viewer: &Viewer, area: Rect, buffer: &mut Buffer) {
    let theme = app.theme();
    let sheet = viewer.sheet();
    let document = sheet.lines.document();
    let mut parts = Vec::new();
    let progress = document.progress();
    if !progress.done {
        parts.push(format!("{} read", size::human(progress.indexed)));
    }
    if sheet.place.len() > usize::from(area.height) {
        parts.push(format!("{}/{}", sheet.place.cursor() + 1, sheet.place.len()));
    }
    if sheet.follows && !document.is_complete() {
        parts.push("following the end".to_owned());
    }
    parts.push(document.kind().name().to_owned());
    parts.push(view_name(sheet.lines.view()).to_owned());
    let right = format!("{} ", parts.join(" · "));
    let room = usize::from(area.width).saturating_sub(right.chars().count() + 2);
    if let Some(path) = viewer.path() {
        Line::styled(format!(" {}", shorten(&sanitize(&path), room)), theme.accent).render(area, buffer);
    }
    Line::from(Span::styled(right, theme.dim)).right_aligned().render(area, buffer);
}

fn view_name(view: View) -> &'static str {
    match view {
        View::Pretty => "pretty",
        View::Raw => "raw",
        View::Hex => "hex",
    }
}
