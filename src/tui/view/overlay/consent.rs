//! The questions that a send waits for: what a collection asks for, and secrets.

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::Style,
    text::{Line, Span},
    widgets::Widget,
};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::{
    config::Theme,
    model::Asked,
    tui::{
        app::{
            App,
            overlay::{
                Overlay,
                consent::{SecretPrompt, TrustChoice, TrustQuestion},
            },
        },
        view::{field_style, scrollbar},
        widgets::{glyphs::sanitize, text_field::TextFieldView},
    },
};

use super::{frame, overlay_area};

/// Columns of the trust question, where the screen has them.
const WIDTH: u16 = 84;
/// Rows besides the text: the frame, a gap, the choices.
const AROUND: u16 = 3 + TrustChoice::ALL.len() as u16;

/// How much of a text is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::tui) struct Room {
    pub shown: usize,
    pub total: usize,
}

impl Room {
    /// Lines that have no room.
    pub fn hidden(self) -> usize {
        self.total.saturating_sub(self.shown)
    }
}

/// The lines of the trust question that is open.
pub(in crate::tui) fn trust_rows(app: &App) -> Room {
    match app.overlays.last() {
        Some(overlay @ Overlay::Trust(question)) => {
            let area = overlay_area(app, overlay, app.screen);
            let shown = usize::from(area.height.saturating_sub(AROUND));
            Room { shown, total: lines(question, app.theme(), area.width).len() }
        }
        _ => Room::default(),
    }
}

/// The size that an overlay of this file wants, without looking at the screen's height.
pub(super) fn trust_size(app: &App, question: &TrustQuestion, screen: Rect) -> (u16, u16) {
    let width = WIDTH.min(screen.width.saturating_sub(2));
    (width, lines(question, app.theme(), width).len() as u16 + AROUND)
}

pub(super) fn trust(app: &App, question: &TrustQuestion, area: Rect, buffer: &mut Buffer) {
    let theme = app.theme();
    let room = trust_rows(app);
    let footer: &[(&str, &str)] = match room.hidden() {
        0 => &[("esc", "not now")],
        _ => &[("up down", "read on"), ("tab", "choose"), ("esc", "not now")],
    };
    let inner = frame(app, "Do you trust this collection?", footer, area, buffer);
    let text = Rect { height: inner.height.saturating_sub(AROUND - 2), ..inner };
    let lines = lines(question, theme, area.width);
    let top = question.top.min(room.hidden());
    let total = lines.len();
    for (y, line) in (text.y..text.bottom()).zip(lines.into_iter().skip(top)) {
        line.render(Rect { y, height: 1, ..text }, buffer);
    }
    scrollbar(app, total, top, text, buffer);
    let first = inner.bottom().saturating_sub(TrustChoice::ALL.len() as u16);
    for (y, choice) in (first..inner.bottom()).zip(TrustChoice::ALL) {
        let line = Rect { y, height: 1, ..inner };
        let base = if choice == question.cursor { theme.selection } else { theme.popup };
        buffer.set_style(line, base);
        let spans = [
            Span::styled(format!(" {} ", choice.letter()), base.patch(theme.hint_key)),
            Span::styled(format!(" {}", choice.label()), base),
        ];
        Line::from(spans.to_vec()).render(line, buffer);
    }
}

/// What is asked for, word for word: what does not fit a line goes on in the next.
fn lines(question: &TrustQuestion, theme: &Theme, width: u16) -> Vec<Line<'static>> {
    // The frame and its padding, and the column of the scroll bar.
    let width = usize::from(width.saturating_sub(5)).max(8);
    let mut lines = Vec::new();
    let mut put = |text: &str, indent: usize, style: Style| {
        for part in wrapped(&sanitize(text), width.saturating_sub(indent)) {
            lines.push(Line::styled(format!("{}{part}", " ".repeat(indent)), style));
        }
    };
    let folder = &question.outgoing.effective.base;
    put(&format!("The collection in {}", folder.display()), 0, theme.popup);
    put("asks for more than its own files. Nothing of this was done yet.", 0, theme.popup);
    for (title, asked) in [("To send this:", &question.asked), ("With other requests:", &question.also)] {
        if asked.is_empty() {
            continue;
        }
        put("", 0, theme.popup);
        put(title, 0, theme.title);
        for Asked { what, by, .. } in asked {
            put(what, 2, theme.accent);
            put(by, 4, theme.dim);
        }
    }
    lines
}

/// A text in lines of at most so many columns, at least one.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for c in text.chars() {
        let own = c.width().unwrap_or(0);
        if used + own > width.max(1) {
            lines.push(String::new());
            used = 0;
        }
        used += own;
        if let Some(line) = lines.last_mut() {
            line.push(c);
        }
    }
    lines
}

pub(super) fn secret(app: &App, prompt: &SecretPrompt, area: Rect, buffer: &mut Buffer) {
    let theme = app.theme();
    let Some(question) = prompt.question() else { return };
    let title = match prompt.questions.len() {
        1 => format!("Secret {}", question.name),
        all => format!("Secret {} ({} of {all})", question.name, prompt.answers.len() + 1),
    };
    let inner = frame(app, &title, &[("enter", "send"), ("esc", "not now")], area, buffer);
    let line = |row: u16| Rect { y: inner.y + row, height: u16::from(inner.height > row), ..inner };
    let text = if question.text.is_empty() { &question.name } else { &question.text };
    let label = format!("{}: ", sanitize(text));
    // Of a long question the end goes, so that there is room to type.
    let room = (label.width() as u16).min(inner.width.saturating_sub(12));
    Line::styled(label, theme.popup).render(Rect { width: room, ..line(0) }, buffer);
    let field = Rect { x: inner.x + room, width: inner.width - room, ..line(0) };
    TextFieldView::new(&prompt.field, field_style(theme)).focused(true).render(field, buffer);
    let kept = "kept until you quit, for this collection and environment";
    Line::styled(kept, theme.dim).render(line(1), buffer);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_cut_off() {
        assert_eq!(wrapped("abcdef", 4), ["abcd", "ef"]);
        assert_eq!(wrapped("漢字", 3), ["漢", "字"]);
        assert_eq!(wrapped("", 4), [""]);
        assert_eq!(wrapped("漢", 0), ["", "漢"]);
    }
}
