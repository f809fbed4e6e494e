//! Searching in what is on the screen: the first match is gone to as one types, and all are counted behind it.

use std::ops::Range;

use crate::document::Document;

use super::super::super::{
    app::viewer::{Pattern, Searching, Sheet, Typing, Verdict, Viewer},
    effect::Effect,
};

pub(super) fn begin(viewer: &mut Viewer) -> Vec<Effect> {
    viewer.typing = Typing::Search;
    let sheet = viewer.sheet_mut();
    let origin = sheet.offset().unwrap_or(0);
    let search = sheet.search.get_or_insert_with(Searching::default);
    search.origin = origin;
    search.field.select_all();
    Vec::new()
}

/// The pattern stands: keys move through the matches again.
pub(super) fn end(viewer: &mut Viewer) -> Vec<Effect> {
    viewer.typing = Typing::Nothing;
    let sheet = viewer.sheet_mut();
    if sheet.search.as_ref().is_some_and(|search| search.field.text().is_empty()) {
        sheet.search = None;
    }
    Vec::new()
}

/// No search: back to where it began.
pub(super) fn leave(viewer: &mut Viewer) -> Vec<Effect> {
    viewer.typing = Typing::Nothing;
    let sheet = viewer.sheet_mut();
    if let Some(search) = sheet.search.take() {
        sheet.go_to(search.origin);
    }
    Vec::new()
}

pub(super) fn toggle_regex(viewer: &mut Viewer) -> Vec<Effect> {
    if let Some(search) = &mut viewer.sheet_mut().search {
        search.is_regex = !search.is_regex;
    }
    seek_from_origin(viewer)
}

/// Looks for the next match from the one that was found last, or from the cursor.
pub(super) fn find(viewer: &Viewer, forward: bool) -> Vec<Effect> {
    let sheet = viewer.sheet();
    let Some(search) = &sheet.search else { return Vec::new() };
    let from = match &search.found {
        Some(found) if forward => found.start + 1,
        Some(found) => found.start,
        None => sheet.offset().unwrap_or(0),
    };
    seek(sheet, search, from, forward)
}

/// The pattern changed: what was found and counted is forgotten.
pub(super) fn seek_from_origin(viewer: &mut Viewer) -> Vec<Effect> {
    let sheet = viewer.sheet_mut();
    let document = sheet.lines.document().clone();
    let Some(before) = sheet.search.take() else { return Vec::new() };
    let Searching { field, is_regex, origin, .. } = before;
    let mut search = Searching { field, is_regex, origin, ..Searching::default() };
    let pattern = search.pattern();
    // Drawing marks the matches in sight, again and again.
    search.compiled = pattern.compiled().ok();
    let mut effects = seek(sheet, &search, origin, true);
    sheet.search = Some(search);
    // Also for an empty pattern: it ends the count that is going on.
    effects.push(Effect::CountMatches { document, pattern });
    effects
}

fn seek(sheet: &Sheet, search: &Searching, from: u64, forward: bool) -> Vec<Effect> {
    let pattern = search.pattern();
    if pattern.text.is_empty() {
        return Vec::new();
    }
    vec![Effect::FindMatch { document: sheet.lines.document().clone(), pattern, from, forward }]
}

/// The search that an answer belongs to; late answers have none.
fn awaiting<'a>(viewer: &'a mut Viewer, document: &Document, pattern: &Pattern) -> Option<&'a mut Sheet> {
    let sheet = viewer.sheet_mut();
    let is_asked = sheet.search.as_ref().is_some_and(|search| search.pattern() == *pattern);
    (is_asked && sheet.lines.document() == document).then_some(sheet)
}

/// A match was found, or there is none, or the pattern is none.
pub(super) fn found(
    viewer: &mut Viewer,
    document: &Document,
    pattern: &Pattern,
    at: Result<Option<Range<u64>>, String>,
) {
    let Some(sheet) = awaiting(viewer, document, pattern) else { return };
    let Some(search) = &mut sheet.search else { return };
    let (verdict, found) = match at {
        Ok(Some(found)) => (Verdict::Fine, Some(found)),
        Ok(None) => (Verdict::Missing, None),
        Err(message) => (Verdict::Malformed(message), None),
    };
    (search.verdict, search.found) = (verdict, found.clone());
    if let Some(found) = found {
        sheet.go_to(found.start);
    }
}

pub(super) fn counted(viewer: &mut Viewer, document: &Document, pattern: &Pattern, count: u64, is_all: bool) {
    if let Some(search) = awaiting(viewer, document, pattern).and_then(|sheet| sheet.search.as_mut()) {
        (search.count, search.is_counted) = (count, is_all);
    }
}
