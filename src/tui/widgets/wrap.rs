//! Where a text breaks into rows of a width: by words for sentences, by graphemes for documents.

use std::ops::Range;

use super::glyphs;

/// Cells between tab stops in a document.
pub const TAB_WIDTH: usize = 4;

/// The bytes of each row of a text that flows: broken at spaces, at line breaks, and inside a word only when
/// the word alone is too wide. Spaces at a break belong to no row.
pub fn flow(text: &str, width: usize) -> Vec<Range<usize>> {
    let mut rows = Vec::new();
    let mut start = 0;
    for line in text.split('\n') {
        flow_line(line, start, width.max(1), &mut rows);
        start += line.len() + 1;
    }
    rows
}

/// A text that flows, in at most so many rows: the last one says where there is more.
pub fn fitted(text: &str, width: usize, rows: usize) -> Vec<String> {
    let all = flow(text, width);
    let is_cut = all.len() > rows;
    all.into_iter()
        .take(rows)
        .enumerate()
        .filter_map(|(row, range)| {
            let range = if is_cut && row + 1 == rows { range.start..text.len() } else { range };
            text.get(range).map(|text| glyphs::shorten(text, width).into_owned())
        })
        .collect()
}

fn flow_line(line: &str, offset: usize, width: usize, rows: &mut Vec<Range<usize>>) {
    let mut start = 0;
    let mut used = 0;
    // The row's end before the last spaces, and where the word after them begins.
    let mut last_break: Option<(usize, usize)> = None;
    for glyph in glyphs::glyphs(line) {
        let is_space = line.get(glyph.bytes.clone()) == Some(" ");
        while used + glyph.width > width && !is_space && glyph.bytes.start > start {
            let (end, next) = last_break.take().unwrap_or((glyph.bytes.start, glyph.bytes.start));
            rows.push(offset + start..offset + end);
            start = next;
            used = line.get(next..glyph.bytes.start).map_or(0, glyphs::width);
        }
        used += glyph.width;
        if is_space {
            let end = last_break
                .filter(|(_, next)| *next == glyph.bytes.start)
                .map_or(glyph.bytes.start, |(end, _)| end);
            last_break = Some((end, glyph.bytes.end));
        }
    }
    let end = line.trim_end_matches([' ', '\r']).len().max(start);
    rows.push(offset + start..offset + end);
}

/// The width of a grapheme of a document that begins at a column: a tab reaches to the next stop.
pub fn width_at(glyph: &glyphs::Glyph<'_>, source: &str, column: usize) -> usize {
    if source.get(glyph.bytes.clone()) == Some("\t") { TAB_WIDTH - column % TAB_WIDTH } else { glyph.width }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_in_no_row_is_said_to_go_on() {
        for (rows, shown) in [
            (0, vec![]),
            (1, vec!["the quick…"]),
            (2, vec!["the quick", "brown fox…"]),
            (3, vec!["the quick", "brown fox", "jumps"]),
        ] {
            assert_eq!(fitted("the quick brown fox jumps", 10, rows), shown);
        }
    }

    #[test]
    fn sentences_break_at_spaces() {
        for (text, width, rows) in [
            ("the quick brown fox", 9, vec!["the quick", "brown fox"]),
            ("the quick brown fox", 10, vec!["the quick", "brown fox"]),
            ("a  b", 1, vec!["a", "b"]),
            ("unbreakable", 4, vec!["unbr", "eaka", "ble"]),
            ("an unbreakable", 4, vec!["an", "unbr", "eaka", "ble"]),
            ("one\n\ntwo ", 10, vec!["one", "", "two"]),
            ("日本語", 4, vec!["日本", "語"]),
            ("日本語", 1, vec!["日", "本", "語"]),
            ("", 5, vec![""]),
        ] {
            let found: Vec<&str> = flow(text, width).into_iter().map(|range| &text[range]).collect();
            assert_eq!(found, rows, "{text:?} in {width}");
        }
    }

    proptest::proptest! {
        #[test]
        fn rows_fit_and_only_spaces_are_left_out(text in "[a-z日\u{301} \n]{0,40}", width in 2..12_usize) {
            let mut end = 0;
            for range in flow(&text, width) {
                assert!(text[end..range.start].chars().all(|c| c == ' ' || c == '\n'));
                assert!(glyphs::width(&text[range.clone()]) <= width, "{:?}", &text[range]);
                end = range.end;
            }
            assert!(text[end..].chars().all(|c| c == ' ' || c == '\n'));
        }
    }
}
