//! CSV as a table: one record a line, its fields in columns as wide as those of the first records are.

use std::ops::Range;

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::{
    line::{Class, Line, LineBuilder},
    text::{Breaks, Split},
};

/// Bytes at the start that columns are measured by.
pub(crate) const SAMPLE: u64 = 64 * 1024;
/// The widest that a column is made; a longer field is cut, and is whole in the raw view.
pub(crate) const WIDEST: usize = 40;
pub(crate) const GAP: &str = " │ ";

/// How the records of a document are laid out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Grid {
    delimiter: u8,
    widths: Vec<usize>,
}

impl Grid {
    /// Measures the records at the start of a document; one that `sample` cuts in two counts as far as it goes.
    pub(crate) fn measure(sample: &[u8]) -> Self {
        let delimiter = delimiter(sample);
        let mut widths: Vec<usize> = Vec::new();
        for record in records(sample) {
            let record = sample.get(record).unwrap_or_default();
            for (column, field) in fields(record, delimiter).into_iter().enumerate() {
                let width = text(record.get(field).unwrap_or_default()).width().min(WIDEST);
                match widths.get_mut(column) {
                    Some(widest) => *widest = width.max(*widest),
                    None => widths.push(width),
                }
            }
        }
        Self { delimiter, widths }
    }

    /// The record of that number, whose bytes begin at the start of `range`.
    pub(crate) fn line(&self, number: u64, range: Range<u64>, record: &[u8], columns: Range<usize>) -> Line {
        let mut line = LineBuilder::new(number as usize, range.clone(), columns);
        let all = fields(record, self.delimiter);
        let last = all.len().saturating_sub(1);
        for (column, field) in all.into_iter().enumerate() {
            if line.is_full() {
                line.cut();
                break;
            }
            let bytes = record.get(field.clone()).unwrap_or_default();
            let at = range.start + field.start as u64..range.start + field.end as u64;
            let width = self.widths.get(column).copied().unwrap_or_default();
            let class = if number == 0 { Class::Heading } else { class(bytes) };
            let used = cell(&mut line, class, bytes, at.clone());
            if column < last {
                line.insert(Class::Text, &" ".repeat(width.saturating_sub(used)), at.end);
                line.insert(Class::Punctuation, GAP, at.end);
            }
        }
        line.finish()
    }
}

/// Pushes a field and says how many columns it took.
fn cell(line: &mut LineBuilder, class: Class, bytes: &[u8], at: Range<u64>) -> usize {
    let shown = text(bytes);
    let width = shown.width();
    if width <= WIDEST && shown.as_bytes() == bytes {
        line.push(class, at.start, bytes);
        return width;
    }
    let cut = cut(&shown, WIDEST);
    let used = cut.width();
    line.stand_in(class, &cut, at);
    used
}

/// The text up to so many columns; `…` stands for the rest.
pub(crate) fn cut(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut used = 0;
    let fits = |letter: &char| {
        used += letter.width().unwrap_or(0);
        used < columns
    };
    text.chars().take_while(fits).chain(['…']).collect()
}

/// What a field says: without its quotes, line breaks and other control characters.
pub(crate) fn text(field: &[u8]) -> String {
    let inner = field.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\""));
    let text = String::from_utf8_lossy(inner.unwrap_or(field));
    let text = if inner.is_some() { text.replace("\"\"", "\"") } else { text.into_owned() };
    if text.contains(char::is_control) { text.replace(char::is_control, " ") } else { text }
}

fn class(field: &[u8]) -> Class {
    if is_number(field) { Class::Number } else { Class::Text }
}

/// Whether a field is a number in decimal notation.
pub(crate) fn is_number(field: &[u8]) -> bool {
    // What `f64` has besides are words, as `inf`.
    let starts = |text: &&str| {
        text.trim_start_matches(['-', '+'])
            .starts_with(|letter: char| letter == '.' || letter.is_ascii_digit())
    };
    std::str::from_utf8(field)
        .ok()
        .map(str::trim)
        .filter(starts)
        .is_some_and(|text| text.parse::<f64>().is_ok())
}

/// The commonest of the usual delimiters in the first record.
pub(crate) fn delimiter(sample: &[u8]) -> u8 {
    let first = records(sample).next().and_then(|record| sample.get(record)).unwrap_or_default();
    let count = |delimiter: &u8| fields(first, *delimiter).len();
    // Of equals, `max_by_key` takes the last.
    [b'|', b'\t', b';', b','].into_iter().max_by_key(count).unwrap_or(b',')
}

/// The records of a text, without their line breaks.
fn records(text: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let mut ends = Vec::new();
    Breaks::new(Split::Records, 0).feed(text, |at| {
        ends.push(at);
        true
    });
    let rest = ends.last().map_or(0, |last| last + 1) < text.len();
    ends.extend(rest.then_some(text.len()));
    let mut at = 0;
    ends.into_iter().map(move |end| std::mem::replace(&mut at, end + 1)..end)
}

/// The fields of a record (RFC 4180, section 2): between delimiters that are not in quotes. A quote that does not
/// begin a field is a letter.
pub(crate) fn fields(record: &[u8], delimiter: u8) -> Vec<Range<usize>> {
    let record = record.strip_suffix(b"\r").unwrap_or(record);
    let (mut fields, mut start, mut quoted, mut closed) = (Vec::new(), 0, false, None);
    for found in memchr::memchr2_iter(delimiter, b'"', record) {
        if record.get(found) == Some(&b'"') {
            let opens = found == start || closed == Some(found);
            closed = quoted.then_some(found + 1);
            quoted = !quoted && opens;
        } else if !quoted {
            fields.push(start..found);
            start = found + 1;
        }
    }
    fields.push(start..record.len());
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> Vec<String> {
        let table = Grid::measure(text.as_bytes());
        let lines = records(text.as_bytes()).zip(0..).map(|(range, number)| {
            let at = range.start as u64..range.end as u64;
            table.line(number, at, &text.as_bytes()[range], 0..200).text()
        });
        lines.collect()
    }

    #[test]
    fn columns_line_up() {
        let expected =
            ["id │ name         │ price", "1  │ Tea, \"green\" │ 3.50", "20 │ 茶           │ 4", "3"];
        assert_eq!(table("id,name,price\n1,\"Tea, \"\"green\"\"\",3.50\n20,茶,4\n3\n"), expected);
    }

    #[test]
    fn delimiters_are_told_apart() {
        assert_eq!(table("a;b\n1,5;2"), ["a   │ b", "1,5 │ 2"]);
        assert_eq!(table("a\tb\r\n1\t2\r\n"), ["a │ b", "1 │ 2"]);
        assert_eq!(table("a,b\n5\" x,\"6\"\"\"\n"), ["a    │ b", "5\" x │ 6\""]);
    }

    #[test]
    fn long_and_broken_fields_take_one_line() {
        let text = format!("a,b\n\"x\ny\",{}", "z".repeat(90));
        assert_eq!(table(&text)[1], format!("x y │ {}…", "z".repeat(39)));
    }
}
