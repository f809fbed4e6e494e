//! The hex view: sixteen bytes a line, with their offset and what they are as text. Any line is found by arithmetic.

use std::ops::Range;

use super::{
    line::{Class, Line, LineBuilder},
    source::Source,
};

const WIDTH: u64 = 16;

pub(crate) fn len(source: &Source) -> u64 {
    source.len().div_ceil(WIDTH)
}

pub(crate) fn line_at(offset: u64) -> u64 {
    offset / WIDTH
}

pub(crate) fn lines(source: &Source, lines: Range<u64>, columns: &Range<usize>) -> Vec<Line> {
    let end = lines.end.min(len(source));
    // Offsets have eight digits; sixteen where the document needs more.
    let digits = if source.len() > u64::from(u32::MAX) { 16 } else { 8 };
    (lines.start..end).map(|number| line(source, number, digits, columns.clone())).collect()
}

fn line(source: &Source, number: u64, digits: usize, columns: Range<usize>) -> Line {
    let start = number * WIDTH;
    let bytes = source.read(start..start + WIDTH);
    let end = start + bytes.len() as u64;
    let mut line = LineBuilder::new(number as usize, start..end, columns);
    line.insert(Class::Offset, &format!("{start:0digits$x}  "), start);
    for position in 0..WIDTH as usize {
        let gap = if position == 7 { "  " } else { " " };
        match bytes.get(position) {
            Some(byte) => {
                let at = start + position as u64;
                line.stand_in(byte_class(*byte), &format!("{byte:02x}{gap}"), at..at + 1);
            }
            None => line.insert(Class::Text, &format!("  {gap}"), end),
        }
    }
    line.insert(Class::Punctuation, " ", end);
    for (at, byte) in (start..).zip(&bytes) {
        let shown = if byte.is_ascii_graphic() || *byte == b' ' { char::from(*byte) } else { '·' };
        line.stand_in(byte_class(*byte), shown.encode_utf8(&mut [0; 4]), at..at + 1);
    }
    line.finish()
}

/// Zeroes step back, what is not text stands out.
fn byte_class(byte: u8) -> Class {
    match byte {
        0 => Class::Null,
        0x20..=0x7e => Class::Text,
        _ => Class::Byte,
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    #[test]
    fn bytes_offsets_and_text() {
        let source = Source::whole(Bytes::from_static(b"{\"id\": 12345678}\nab\0"));
        let lines: Vec<_> = lines(&source, 0..9, &(0..100)).iter().map(Line::text).collect();
        assert_eq!(
            lines,
            [
                "00000000  7b 22 69 64 22 3a 20 31  32 33 34 35 36 37 38 7d  {\"id\": 12345678}",
                "00000010  0a 61 62 00                                       ·ab·",
            ]
        );
    }
}
