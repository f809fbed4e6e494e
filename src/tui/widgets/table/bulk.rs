//! Rows as text, to edit or paste many at once: `Name: value` a line, `#` before a row that is switched off.
//!
//! What a row is for is not part of the text; [`merge`] keeps it for rows whose name is still there.

use crate::model::{Row, Rows};

/// One line for each row. A line break in a value is a space.
pub fn format(rows: &[Row]) -> String {
    let mut text = String::new();
    for row in rows {
        let off = if row.enabled { "" } else { "# " };
        let value = row.value.replace(['\n', '\r'], " ");
        text.push_str(format!("{off}{}: {value}", row.name).trim_end());
        text.push('\n');
    }
    text
}

/// The rows of a text. The name ends at the first colon (a leading one belongs to the name, as in `:authority`)
/// or, in a line without one, at the first `=`; a line with neither is a name without a value. Empty lines and
/// a lone `#` mean nothing.
pub fn parse(text: &str) -> Rows {
    text.lines().filter_map(parse_line).collect()
}

/// The rows of an edited text, with the notes of the rows it was made from: the first row of a name passes its
/// note on to the first line of that name, and so on.
pub fn merge(text: &str, before: &[Row]) -> Rows {
    let mut noted: Vec<&Row> = before.iter().filter(|row| !row.doc.is_empty()).collect();
    let mut rows = parse(text);
    for row in &mut rows {
        if let Some(index) = noted.iter().position(|old| old.name == row.name) {
            row.doc.clone_from(&noted.remove(index).doc);
        }
    }
    rows
}

fn parse_line(line: &str) -> Option<Row> {
    let line = line.trim();
    let (enabled, line) = match line.strip_prefix('#') {
        Some(rest) => (false, rest.trim_start()),
        None => (true, line),
    };
    if line.is_empty() {
        return None;
    }
    let lead = line.len() - line.trim_start_matches(':').len();
    let rest = line.get(lead..)?;
    let split = rest.find(':').or_else(|| rest.find('=')).map(|at| lead + at);
    let (name, value) = match split {
        Some(at) => (line.get(..at)?, line.get(at + 1..)?),
        None => (line, ""),
    };
    Some(Row { enabled, ..Row::new(name.trim_end(), value.trim_start()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn off(row: Row) -> Row {
        Row { enabled: false, ..row }
    }

    #[test]
    fn lines_become_rows() {
        for (line, row) in [
            ("Accept: text/html", Some(Row::new("Accept", "text/html"))),
            ("  Accept :text/html  ", Some(Row::new("Accept", "text/html"))),
            ("x: a: b", Some(Row::new("x", "a: b"))),
            ("page=2", Some(Row::new("page", "2"))),
            ("url: http://x?a=b", Some(Row::new("url", "http://x?a=b"))),
            (":authority: host", Some(Row::new(":authority", "host"))),
            ("# off: 1", Some(off(Row::new("off", "1")))),
            ("#off: 1", Some(off(Row::new("off", "1")))),
            ("lonely", Some(Row::new("lonely", ""))),
            ("empty:", Some(Row::new("empty", ""))),
            ("#", None),
            ("   ", None),
        ] {
            assert_eq!(parse(line), row.into_iter().collect::<Rows>(), "{line:?}");
        }
    }

    #[test]
    fn notes_survive_an_edit_of_the_text() {
        let noted = |name, value, doc: &str| Row { doc: doc.to_owned(), ..Row::new(name, value) };
        let before = [noted("a", "1", "first"), Row::new("b", "2"), noted("a", "3", "second")];
        let after = merge("b: 2\na: 9\na: 3\na: 4\n", &before);
        assert_eq!(
            after,
            [Row::new("b", "2"), noted("a", "9", "first"), noted("a", "3", "second"), Row::new("a", "4")]
        );
    }

    proptest::proptest! {
        #[test]
        fn what_is_written_reads_back(
            rows in proptest::collection::vec(("[A-Za-z][A-Za-z0-9-]{0,8}", "([!-~][ -~]{0,10})?", proptest::bool::ANY), 0..6),
        ) {
            let rows: Rows = rows
                .into_iter()
                .map(|(name, value, enabled)| Row { enabled, ..Row::new(name, value.trim_end()) })
                .collect();
            assert_eq!(parse(&format(&rows)), rows);
        }
    }
}
