//! Colours for a text that is being written.

use std::ops::Range;

use super::{
    Kind,
    json::{lexer, template},
    line::Class,
    syntax::{Classes, Highlighter},
};

/// Lines that are parsed before the ones that are asked for.
const RUN_UP: usize = 200;

/// The classed parts of those lines of a text: byte ranges within each line, in order and without gaps.
///
/// JSON may hold templates (`{{ … }}`), which have a class of their own, as they do in every other kind.
pub fn highlight_lines(kind: Kind, text: &str, lines: Range<usize>) -> Vec<Vec<(Range<usize>, Class)>> {
    let mut classes = if kind.is_json() { json(text, &lines) } else { parsed(kind, text, &lines) };
    let shown = text.split('\n').skip(lines.start);
    for (line, classes) in shown.zip(&mut classes) {
        for template in template::find_all(line) {
            overlay(classes, &template);
        }
    }
    classes
}

fn json(text: &str, lines: &Range<usize>) -> Vec<Classes> {
    let masked = template::mask(text);
    let shown = masked.split(|byte| *byte == b'\n').skip(lines.start).take(lines.len());
    shown.map(lexer::lex).collect()
}

fn parsed(kind: Kind, text: &str, lines: &Range<usize>) -> Vec<Classes> {
    let first = lines.start.saturating_sub(RUN_UP);
    let shown = || text.split('\n').skip(first).take(lines.end.saturating_sub(first));
    let classes = match Highlighter::new(kind) {
        Some(highlighter) => highlighter.classes(first as u64, shown().map(str::as_bytes)),
        None => shown().map(|line| vec![(0..line.len(), Class::Text)]).collect(),
    };
    classes.into_iter().skip(lines.start - first).collect()
}

/// Gives a part of a line another class.
fn overlay(classes: &mut Classes, part: &Range<usize>) {
    let before = classes.iter().map(|(range, class)| (range.start..range.end.min(part.start), *class));
    let after = classes.iter().map(|(range, class)| (range.start.max(part.end)..range.end, *class));
    let own = [(part.clone(), Class::Template)];
    let mut parts: Classes = before.chain(own).chain(after).filter(|(range, _)| !range.is_empty()).collect();
    parts.sort_by_key(|(range, _)| range.start);
    *classes = parts;
}
