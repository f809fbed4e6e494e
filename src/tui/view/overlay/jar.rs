//! The cookies of a jar as a list, with the facts of the one under the cursor below it.

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::Style,
    text::{Line, Span},
    widgets::Widget,
};

use crate::{
    config::Theme,
    http::jars::{Cookie, SameSite},
    model::MASK,
};

use super::{
    super::{
        super::{
            app::{App, overlay::JarEditor},
            widgets::{
                glyphs::{sanitize, shorten},
                text_field::TextFieldView,
            },
        },
        field_style, scrollbar,
    },
    frame,
};

/// Lines of the popup besides the rows: its frame, the filter, a rule, a rule and the facts.
const AROUND: u16 = 6;

const FOOTER: [(&str, &str); 6] = [
    ("enter", "edit"),
    ("ins", "add"),
    ("del", "delete"),
    ("alt+s", "reveal"),
    ("F1", "all keys"),
    ("esc", "close"),
];

/// Columns and lines that the editor wants.
pub(super) fn size(screen: Rect) -> (u16, u16) {
    (110, screen.height.saturating_sub(4))
}

/// Rows of cookies on a screen of that size.
pub(in super::super::super) fn jar_rows(screen: Rect) -> usize {
    usize::from(size(screen).1.saturating_sub(AROUND).max(1))
}

pub(super) fn draw(app: &App, editor: &JarEditor, area: Rect, buffer: &mut Buffer) {
    let theme = app.theme();
    let title = format!("Cookies of {}", sanitize(&editor.jar.to_string()));
    let inner = frame(app, &title, &FOOTER, area, buffer);
    let line = |row: u16| Rect { y: inner.y + row, height: u16::from(inner.height > row), ..inner };
    TextFieldView::new(&editor.field, field_style(theme))
        .placeholder("type to filter")
        .focused(true)
        .render(line(0), buffer);
    let rule = "─".repeat(usize::from(inner.width));
    Line::styled(rule.as_str(), theme.border).render(line(1), buffer);
    let rows = Rect { y: inner.y + 2, height: inner.height.saturating_sub(4), ..inner };
    let shown = editor.shown();
    if shown.is_empty() {
        let text = match &editor.cookies {
            None => "reading …",
            Some(all) if all.is_empty() => "no cookies yet; answers set them, insert adds one",
            Some(_) => "nothing matches",
        };
        Line::styled(text, theme.dim).render(Rect { height: 1.min(rows.height), ..rows }, buffer);
        return;
    }
    let visible = shown.iter().enumerate().skip(editor.top).take(usize::from(rows.height));
    for (y, (index, cookie)) in (rows.y..).zip(visible) {
        let line = Rect { y, height: 1, width: rows.width.saturating_sub(1), ..rows };
        row(theme, editor, cookie, index == editor.cursor, line, buffer);
    }
    scrollbar(app, shown.len(), editor.top, rows, buffer);
    Line::styled(rule, theme.border).render(line(inner.height.saturating_sub(2)), buffer);
    if let Some(cookie) = editor.current() {
        let facts = facts(editor, cookie);
        let room = usize::from(inner.width);
        Line::styled(shorten(&facts, room).into_owned(), theme.dim)
            .render(line(inner.height.saturating_sub(1)), buffer);
    }
}

fn row(
    theme: &Theme,
    editor: &JarEditor,
    cookie: &Cookie,
    is_current: bool,
    line: Rect,
    buffer: &mut Buffer,
) {
    let base = if is_current { theme.selection } else { theme.popup };
    buffer.set_style(line, base);
    let styled = |style: Style| if is_current { base } else { base.patch(style) };
    let end = end(editor, cookie);
    let end_style = if cookie.is_expired(editor.now) { theme.notice_warning } else { theme.dim };
    let width = usize::from(line.width);
    let [place, name, value] = columns(width);
    let below = if cookie.host_only { "" } else { "." };
    let where_to = format!("{below}{}{}", cookie.domain, cookie.path);
    let secret = if editor.is_revealed { cookie.value.as_str() } else { MASK };
    let value_style = if editor.is_revealed { theme.syntax_string } else { theme.variable_secret };
    let cell = |text: &str, width: usize| format!("{:<width$} ", shorten(&sanitize(text), width));
    Line::from(vec![
        Span::styled(cell(&where_to, place), base),
        Span::styled(cell(&cookie.name, name), styled(theme.syntax_key)),
        Span::styled(cell(secret, value), styled(value_style)),
        Span::styled(cell(&end, END), styled(end_style)),
        Span::styled(flags(cookie), styled(theme.dim)),
    ])
    .render(line, buffer);
}

/// Columns for when a cookie ends.
const END: usize = 10;
/// And for its flags: `S H Strict`.
const FLAGS: usize = 10;

/// Widths of where it goes, its name and its value: what is left, in shares.
fn columns(width: usize) -> [usize; 3] {
    let left = width.saturating_sub(END + FLAGS + 4);
    let (place, name) = (left * 2 / 5, left / 4);
    [place, name, left - place - name]
}

/// The day, as that is what matters of one that lasts.
fn end(editor: &JarEditor, cookie: &Cookie) -> String {
    match cookie.expires {
        None => "session".into(),
        Some(at) if at <= editor.now => "expired".into(),
        Some(at) => at.strftime("%Y-%m-%d").to_string(),
    }
}

fn flags(cookie: &Cookie) -> String {
    let flag = |is_set: bool, letter: &str| if is_set { letter.to_owned() } else { " ".to_owned() };
    let same_site = cookie.same_site.map_or("", SameSite::name);
    format!("{} {} {same_site}", flag(cookie.secure, "S"), flag(cookie.http_only, "H"))
}

fn facts(editor: &JarEditor, cookie: &Cookie) -> String {
    let scope = if cookie.host_only { "this host alone" } else { "and the names below it" };
    let moment = "%Y-%m-%d %H:%M:%S UTC";
    let end = match cookie.expires {
        None => "until it is deleted".to_owned(),
        Some(at) if at <= editor.now => format!("expired {}", at.strftime(moment)),
        Some(at) => format!("until {}", at.strftime(moment)),
    };
    let mut facts = vec![format!("{}: {scope}", cookie.domain), end];
    facts.extend(cookie.secure.then(|| "Secure".to_owned()));
    facts.extend(cookie.http_only.then(|| "HttpOnly".to_owned()));
    facts.extend(cookie.same_site.map(|same_site| format!("SameSite={}", same_site.name())));
    sanitize(&facts.join(" · ")).into_owned()
}
