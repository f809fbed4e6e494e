//! Copying out of a document: the value, key or path of a line, selected lines, all of it.

use crate::document::{Kind, Line};

use super::super::super::{
    app::{App, notices::Notice},
    effect::Effect,
};

/// Bytes that are worth handing to a clipboard; the terminal's limit is lower still.
const MOST: u64 = 8 << 20;

/// The selected lines; else the value that the line stands for, a string without its quotes and escapes; else the
/// line.
pub(super) fn value(app: &mut App) -> Vec<Effect> {
    let Some(viewer) = &mut app.response.viewer else { return Vec::new() };
    let sheet = viewer.sheet_mut();
    if let Some(selected) = sheet.place.selection() {
        sheet.place.clear_selection();
        let what = match selected.len() {
            1 => "a line".to_owned(),
            count => format!("{count} lines"),
        };
        let lines: Vec<String> = sheet.lines.window(selected).iter().map(Line::text).collect();
        return copied(lines.join("\n"), what);
    }
    let line = sheet.place.cursor();
    if let Some(range) = sheet.lines.value_at(line) {
        if range.end - range.start > MOST {
            app.report(
                Notice::warning("The value is too large to copy").with_hint("save it to a file instead"),
            );
            return Vec::new();
        }
        let bytes = sheet.lines.document().read(range);
        let text = String::from_utf8_lossy(&bytes);
        let plain = serde_json::from_str::<String>(&text).unwrap_or_else(|_| text.into_owned());
        return copied(plain, "the value".into());
    }
    let text = sheet.lines.window(line..line + 1).first().map(Line::text).unwrap_or_default();
    copied(text.trim().to_owned(), "the line".into())
}

pub(super) fn key(app: &mut App) -> Vec<Effect> {
    let key = app.response.viewer.as_ref().and_then(|viewer| {
        let sheet = viewer.sheet();
        sheet.lines.key_at(sheet.place.cursor())
    });
    match key {
        Some(key) => copied(key.clone(), key),
        None => no_path(app),
    }
}

pub(super) fn path(app: &mut App) -> Vec<Effect> {
    match app.response.viewer.as_ref().and_then(super::Viewer::path) {
        Some(path) => copied(path.clone(), path),
        None => no_path(app),
    }
}

/// The whole of what is on the screen, as it was received.
pub(in super::super) fn body(app: &mut App) -> Vec<Effect> {
    let Some(viewer) = &app.response.viewer else { return Vec::new() };
    let document = viewer.sheet().lines.document().clone();
    if document.size() > MOST {
        let notice = Notice::warning("The body is too large to copy");
        app.report(notice.with_hint("save the body to a file instead"));
        return Vec::new();
    }
    if document.kind() == Kind::Binary {
        app.report(Notice::warning("The body is not text").with_hint("save it to a file instead"));
        return Vec::new();
    }
    let text = document.read(0..u64::MAX);
    copied(String::from_utf8_lossy(&text).into_owned(), "the body".into())
}

fn copied(text: String, what: String) -> Vec<Effect> {
    if text.is_empty() { Vec::new() } else { vec![Effect::CopyText { text, what }] }
}

fn no_path(app: &mut App) -> Vec<Effect> {
    app.report(Notice::info("Only lines of JSON have a path"));
    Vec::new()
}
