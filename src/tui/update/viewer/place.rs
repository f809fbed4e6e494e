//! Going to a place that is typed: a line, a percentage, a JSONPath.

use crate::document::Document;

use super::super::super::{
    app::{
        App,
        notices::Notice,
        viewer::{Typing, Viewer},
    },
    effect::Effect,
    widgets::{text_field::TextField, viewport::Step},
};

pub(super) fn begin(viewer: &mut Viewer) -> Vec<Effect> {
    viewer.typing = Typing::Place(TextField::new(""));
    Vec::new()
}

/// Goes to what was typed.
pub(super) fn go(app: &mut App) -> Vec<Effect> {
    let Some(viewer) = &mut app.response.viewer else { return Vec::new() };
    let Typing::Place(field) = std::mem::take(&mut viewer.typing) else { return Vec::new() };
    let text = field.text().trim().to_owned();
    if text.is_empty() {
        return Vec::new();
    }
    if text.starts_with('$') {
        let document = viewer.sheet().lines.document().clone();
        return vec![Effect::LocatePath { document, path: text }];
    }
    let len = viewer.sheet().place.len();
    if let Some(line) = line_of(&text, len) {
        viewer.sheet_mut().step(Step::To(line));
    } else {
        let notice = Notice::warning(format!("{text} is no place in a document"));
        app.report(notice.with_hint("a line as in 120, a share as in 50%, or a JSONPath as in $.items[3]"));
    }
    Vec::new()
}

/// The line, from 0, that a number from 1 or a percentage stands for.
fn line_of(text: &str, len: usize) -> Option<usize> {
    let last = len.saturating_sub(1);
    if let Some(percent) = text.strip_suffix('%') {
        let percent: f64 = percent.trim().parse().ok().filter(|percent| (0.0..=100.0).contains(percent))?;
        return Some((last as f64 * percent / 100.0).round() as usize);
    }
    let number: usize = text.parse().ok()?;
    Some(number.saturating_sub(1).min(last))
}

/// A JSONPath was looked up.
pub(in super::super) fn located(
    app: &mut App,
    document: &Document,
    path: &str,
    at: Result<Option<u64>, String>,
) {
    let Some(viewer) = &mut app.response.viewer else { return };
    let sheet = viewer.sheet_mut();
    if sheet.lines.document() != document {
        return;
    }
    match at {
        Ok(Some(offset)) => sheet.go_to(offset),
        Ok(None) => app.report(Notice::warning(format!("Nothing is at {path}"))),
        Err(message) => app.report(Notice::warning(format!("Cannot go to {path}: {message}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_lines_or_shares() {
        let cases = [("1", Some(0)), ("7", Some(6)), ("0", Some(0)), ("999", Some(100)), ("50%", Some(50))];
        for (text, line) in cases {
            assert_eq!(line_of(text, 101), line, "{text}");
        }
        for text in ["", "x", "101%", "-1", "-1%", "NaN%"] {
            assert_eq!(line_of(text, 101), None, "{text}");
        }
        assert_eq!(line_of("100%", 0), Some(0));
    }
}
