//! What lies over the panes.

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::Style,
    text::{Line, Span},
    widgets::{Block, BorderType, Clear, Paragraph, Widget, Wrap},
};
use unicode_width::UnicodeWidthStr;

use crate::config::{Theme, written};

use super::super::{
    action::Action,
    app::{
        App,
        notices::Level,
        overlay::{EnvironmentEditor, Help, Overlay, Picker, Prompt, Purpose, Question},
    },
    update::jump_letter,
    widgets::{
        glyphs::{sanitize, shorten},
        hints::HintsStyle,
        popup::{Popup, PopupStyle},
        table::TableView,
        text_field::TextFieldView,
    },
};
use super::{field_style, scrollbar, table_style};

mod consent;
mod jar;

pub(in super::super) use consent::trust_rows;
pub(in super::super) use jar::jar_rows;

/// Rows of a picker's list.
pub(in super::super) fn picker_rows(screen: Rect) -> usize {
    usize::from((screen.height * 2 / 3).saturating_sub(4).max(1))
}

/// Lines of the help that is open.
pub(in super::super) fn help_rows(app: &App) -> usize {
    match app.overlays.last() {
        Some(Overlay::Help(help)) => help_lines(app, help).len().saturating_sub(1),
        _ => 0,
    }
}

/// Where an overlay lies.
pub(in super::super) fn overlay_area(app: &App, overlay: &Overlay, screen: Rect) -> Rect {
    let (width, height) = match overlay {
        Overlay::Picker(picker) => {
            let rows = picker.items.len().min(picker_rows(screen));
            (76, rows as u16 + 4)
        }
        Overlay::Question(question) => {
            let widest = question
                .text
                .iter()
                .map(|line| line.width())
                .chain(question.choices.iter().map(|choice| choice.label.width() + 5));
            let widest = widest.max().unwrap_or(0).max(question.title.width() + 4) as u16 + 4;
            (widest.min(70), (question_lines(question, widest.min(70)) + question.choices.len()) as u16 + 3)
        }
        // A cookie on its line is long.
        Overlay::Prompt(prompt) => (if matches!(prompt.purpose, Purpose::Jar(_)) { 110 } else { 64 }, 5),
        Overlay::Secret(_) => (64, 5),
        Overlay::Trust(question) => consent::trust_size(app, question, screen),
        Overlay::Environment(editor) => (96, (editor.rows.len() + editor.elsewhere.len()) as u16 + 7),
        Overlay::Jar(_) => jar::size(screen),
        Overlay::Help(help) => (72, help_lines(app, help).len() as u16 + 2),
        Overlay::Notices { .. } => (90, screen.height.saturating_sub(4)),
        Overlay::Jump => (0, 0),
    };
    let width = width.min(screen.width.saturating_sub(2));
    let height = height.min(screen.height.saturating_sub(2));
    let x = screen.x + (screen.width - width) / 2;
    let y = match overlay {
        // A list that shrinks as one types stays where it began.
        Overlay::Picker(_) => screen.y + (screen.height / 8).max(1),
        _ => screen.y + (screen.height - height) / 2,
    };
    Rect { x, y, width, height: height.min(screen.bottom().saturating_sub(y)) }
}

pub(super) fn draw(app: &App, overlay: &Overlay, screen: Rect, buffer: &mut Buffer) {
    let area = overlay_area(app, overlay, screen);
    match overlay {
        Overlay::Jump => jump(app, screen, buffer),
        Overlay::Picker(state) => picker(app, state, area, buffer),
        Overlay::Question(state) => question(app, state, area, buffer),
        Overlay::Prompt(state) => prompt(app, state, area, buffer),
        Overlay::Trust(state) => consent::trust(app, state, area, buffer),
        Overlay::Secret(state) => consent::secret(app, state, area, buffer),
        Overlay::Environment(state) => environment(app, state, area, buffer),
        Overlay::Jar(state) => jar::draw(app, state, area, buffer),
        Overlay::Help(state) => help(app, state, area, buffer),
        Overlay::Notices { top } => notices(app, *top, area, buffer),
    }
}

/// A popup's frame; answers its inside.
fn frame(app: &App, title: &str, footer: &[(&str, &str)], area: Rect, buffer: &mut Buffer) -> Rect {
    let theme = app.theme();
    let style = PopupStyle {
        body: theme.popup,
        border: theme.popup_border,
        title: theme.title,
        hints: HintsStyle { key: theme.hint_key, label: theme.hint },
    };
    Clear.render(area, buffer);
    Popup::new(title, style).footer(footer).render(area, buffer);
    Popup::inner(area)
}

fn picker(app: &App, picker: &Picker, area: Rect, buffer: &mut Buffer) {
    let theme = app.theme();
    let inner = frame(app, &picker.title, &[("enter", "choose"), ("esc", "close")], area, buffer);
    let line = Rect { height: 1.min(inner.height), ..inner };
    TextFieldView::new(&picker.field, field_style(theme))
        .placeholder("type to filter")
        .focused(true)
        .render(line, buffer);
    let rule = "─".repeat(usize::from(inner.width));
    Line::styled(rule, theme.border)
        .render(Rect { y: inner.y + 1, height: 1.min(inner.height.saturating_sub(1)), ..inner }, buffer);
    let rows = Rect { y: inner.y + 2, height: inner.height.saturating_sub(2), ..inner };
    if picker.matches.is_empty() {
        Line::styled("nothing matches", theme.dim)
            .render(Rect { height: 1.min(rows.height), ..rows }, buffer);
        return;
    }
    let shown = picker.matches.iter().enumerate().skip(picker.top).take(usize::from(rows.height));
    for (y, (index, found)) in (rows.y..).zip(shown) {
        let Some(item) = picker.items.get(found.item) else { continue };
        let line = Rect { y, height: 1, width: rows.width.saturating_sub(1), ..rows };
        let is_chosen = index == picker.cursor;
        let base = if is_chosen { theme.selection } else { theme.popup };
        buffer.set_style(line, base);
        let label = sanitize(&item.label);
        // The name is what one chooses by: what is said of it takes the room that is left.
        let left = usize::from(line.width).saturating_sub(label.width() + 2);
        let detail = shorten(&item.detail, left).into_owned();
        let room = usize::from(line.width).saturating_sub(detail.width() + 2);
        let spans: Vec<Span> = shorten(&label, room)
            .chars()
            .enumerate()
            .map(|(at, letter)| {
                let is_match = found.positions.binary_search(&(at as u32)).is_ok();
                Span::styled(letter.to_string(), if is_match { base.patch(theme.accent) } else { base })
            })
            .collect();
        Line::from(spans).render(line, buffer);
        let style = if is_chosen { base } else { base.patch(theme.dim) };
        Line::from(Span::styled(detail, style)).right_aligned().render(line, buffer);
    }
    scrollbar(app, picker.matches.len(), picker.top, rows, buffer);
}

fn question_lines(question: &Question, width: u16) -> usize {
    let width = usize::from(width.saturating_sub(4)).max(1);
    question.text.iter().map(|line| line.width().div_ceil(width).max(1)).sum()
}

fn question(app: &App, question: &Question, area: Rect, buffer: &mut Buffer) {
    let theme = app.theme();
    let inner = frame(app, &question.title, &[], area, buffer);
    let text: Vec<Line> = question.text.iter().map(|line| Line::raw(sanitize(line))).collect();
    Paragraph::new(text).style(theme.popup).wrap(Wrap { trim: false }).render(inner, buffer);
    let first = inner.bottom().saturating_sub(question.choices.len() as u16);
    for (y, (index, choice)) in (first..inner.bottom()).zip(question.choices.iter().enumerate()) {
        let line = Rect { y, height: 1, ..inner };
        let base = if index == question.cursor { theme.selection } else { theme.popup };
        buffer.set_style(line, base);
        let spans = [
            Span::styled(format!(" {} ", choice.letter), base.patch(theme.hint_key)),
            Span::styled(format!(" {}", choice.label), base),
        ];
        Line::from(spans.to_vec()).render(line, buffer);
    }
}

fn prompt(app: &App, prompt: &Prompt, area: Rect, buffer: &mut Buffer) {
    let theme = app.theme();
    let inner = frame(app, &prompt.title, &[("enter", "accept"), ("esc", "cancel")], area, buffer);
    let line = |row: u16| Rect { y: inner.y + row, height: u16::from(inner.height > row), ..inner };
    let label = format!("{}: ", prompt.label);
    let width = label.width() as u16;
    Line::styled(label, theme.dim).render(line(0), buffer);
    let field =
        Rect { x: inner.x + width.min(inner.width), width: inner.width.saturating_sub(width), ..line(0) };
    TextFieldView::new(&prompt.field, field_style(theme)).focused(true).render(field, buffer);
    let (text, style) = match &prompt.error {
        Some(error) => (error.clone(), theme.notice_error),
        None => (super::super::update::consequence(&prompt.purpose, prompt.field.text()), theme.dim),
    };
    Line::styled(sanitize(&text).into_owned(), style).render(line(1), buffer);
}

fn environment(app: &App, editor: &EnvironmentEditor, area: Rect, buffer: &mut Buffer) {
    let theme = app.theme();
    let dot = if editor.is_edited() { " ●" } else { "" };
    let title = format!("Environment {} of {}{dot}", editor.environment.name, editor.collection);
    let footer = [("enter", "edit"), ("del", "remove"), ("ctrl+s", "save"), ("esc", "save and close")];
    let inner = frame(app, &title, &footer, area, buffer);
    let scope = app.open_id().map(|id| app.scope(id)).unwrap_or_default();
    let colour = |text: &str| super::segments(theme, text, &scope);
    TableView::new(&editor.table, &editor.rows, table_style(theme))
        .inherited(&editor.elsewhere)
        .labels("variable", "value")
        .colour(&colour)
        .focused(true)
        .render(inner, buffer);
}

/// Keys of the contexts, nearest first, then of everywhere.
fn help_lines(app: &App, help: &Help) -> Vec<(String, &'static str)> {
    let mut lines: Vec<(String, &'static str)> = Vec::new();
    for context in &help.contexts {
        let mut of_context: Vec<(Action, Vec<String>)> = Vec::new();
        for (_, binding) in app.config.keys.bindings().filter(|(own, _)| own == context) {
            let Some(action) = Action::named(&binding.action) else { continue };
            match of_context.iter_mut().find(|(known, _)| *known == action) {
                Some((_, keys)) => keys.push(written(&binding.keys)),
                None => of_context.push((action, vec![written(&binding.keys)])),
            }
        }
        if of_context.is_empty() {
            continue;
        }
        lines.push((String::new(), context_title(context)));
        lines.extend(of_context.into_iter().map(|(action, keys)| (keys.join("  "), action.sentence())));
    }
    lines
}

fn context_title(context: &str) -> &'static str {
    match context {
        "global" => "Everywhere",
        "list" => "Moving",
        "tree" => "Collection",
        "request" => "Request",
        "table" => "Rows",
        "text" => "Text",
        "body" => "Body",
        "response" => "Response",
        "viewing" => "Document",
        "history" => "History",
        "picker" => "Lists",
        "jar" => "Cookies",
        _ => "Here",
    }
}

fn help(app: &App, help: &Help, area: Rect, buffer: &mut Buffer) {
    let theme = app.theme();
    let inner = frame(app, "Keys", &[("esc", "close"), ("up down", "scroll")], area, buffer);
    let lines = help_lines(app, help);
    let top = help.top.min(lines.len().saturating_sub(usize::from(inner.height)));
    let column = 24.min(inner.width / 2);
    for (y, (keys, sentence)) in (inner.y..inner.bottom()).zip(lines.iter().skip(top)) {
        let line = Rect { y, height: 1, ..inner };
        if keys.is_empty() {
            Line::styled(*sentence, theme.title).render(line, buffer);
            continue;
        }
        let keys_area = Rect { x: line.x + 1, width: column.saturating_sub(2), ..line };
        Line::styled(shorten(keys, usize::from(keys_area.width)).into_owned(), theme.hint_key)
            .render(keys_area, buffer);
        let rest = Rect { x: line.x + column, width: line.width.saturating_sub(column + 1), ..line };
        Line::styled(*sentence, theme.popup).render(rest, buffer);
    }
    scrollbar(app, lines.len(), top, inner, buffer);
}

fn notices(app: &App, top: usize, area: Rect, buffer: &mut Buffer) {
    let theme = app.theme();
    let inner = frame(app, "What was reported", &[("esc", "close")], area, buffer);
    let mut lines: Vec<Line> = Vec::new();
    for notice in app.notices.all().iter().rev().skip(top) {
        let style = notice_style(theme, notice.level);
        lines.push(Line::styled(sanitize(&notice.summary).into_owned(), style));
        lines.extend(
            notice.causes.iter().map(|cause| Line::styled(format!("  · {}", sanitize(cause)), theme.popup)),
        );
        lines.extend(
            notice.hint.iter().map(|hint| Line::styled(format!("  → {}", sanitize(hint)), theme.dim)),
        );
    }
    if lines.is_empty() {
        lines.push(Line::styled("nothing yet", theme.dim));
    }
    Paragraph::new(lines).style(theme.popup).wrap(Wrap { trim: false }).render(inner, buffer);
}

pub(super) fn notice_style(theme: &Theme, level: Level) -> Style {
    match level {
        Level::Info => theme.notice_info,
        Level::Warning => theme.notice_warning,
        Level::Error => theme.notice_error,
    }
}

/// A letter in the middle of each pane.
fn jump(app: &App, screen: Rect, buffer: &mut Buffer) {
    let theme = app.theme();
    for (pane, area) in super::super::layout::regions(screen, &app.panes, app.focus).shown() {
        let label = format!(" {}  {} ", jump_letter(pane), pane.title());
        let width = (label.width() as u16 + 2).min(area.width);
        let sign = Rect {
            x: area.x + (area.width - width) / 2,
            y: area.y + area.height.saturating_sub(3) / 2,
            width,
            height: 3.min(area.height),
        };
        Clear.render(sign, buffer);
        let block =
            Block::bordered().border_type(BorderType::Thick).border_style(theme.accent).style(theme.popup);
        let inner = block.inner(sign);
        block.render(sign, buffer);
        Line::from(vec![
            Span::styled(format!(" {} ", jump_letter(pane)), theme.brand),
            Span::styled(format!(" {}", pane.title()), theme.popup),
        ])
        .render(inner, buffer);
    }
}
