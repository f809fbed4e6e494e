//! Whatever the bytes are: tables and comparisons of them do no harm.

use std::sync::Arc;

use proptest::prelude::*;

use super::super::*;

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..200),
        "[\\[\\]{}:,\"\\\\a1<>/=&; \r\n\t\u{0}é-]{0,200}".prop_map(String::into_bytes),
        "(\\{\"a\":|\\[|\\]|\\}|,|1|\"x\\\\\"|\"id\":2|\u{202e}|茶){0,40}".prop_map(String::into_bytes),
    ]
}

fn kind() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "application/json",
        "application/x-ndjson",
        "text/csv",
        "text/html",
        "text/xml",
        "text/css",
        "text/plain",
        "image/png",
    ])
}

/// In two pieces, between which it is indexed.
fn arriving(bytes: &[u8], kind: &str) -> (Document, Writer, Vec<u8>) {
    let (head, rest) = bytes.split_at(bytes.len() / 2);
    let (document, writer) = Document::growing(Bytes::copy_from_slice(head), Some(kind));
    (document, writer, rest.to_vec())
}

fn look(table: &Table) {
    let rows = table.window_columns(0..30, 3..40);
    assert_eq!(rows.len(), table.len().min(30));
    for line in &rows {
        assert!(line.text().chars().all(|letter| !letter.is_control()), "{line:?}");
        assert!(table.line_at(line.range.start) < table.len());
        for column in 0..table.columns().len() {
            table.value(line.number, column);
            table.path(line.number, Some(column));
        }
    }
    assert!(table.header(0..60).text().chars().all(|letter| !letter.is_control()));
    for column in 0..table.columns().len() {
        let order = table.sort(column, Direction::Descending, |_| true).unwrap();
        let mut sorted = table.clone();
        sorted.set_order(Some(order));
        assert_eq!(sorted.window_columns(0..30, 0..40).len(), rows.len());
    }
}

proptest! {
    #[test]
    fn any_bytes_as_a_table(bytes in bytes(), kind in kind(), at in 0u64..200) {
        let (document, mut writer, rest) = arriving(&bytes, kind);
        let early = document.table();
        early.iter().for_each(look);
        writer.append(rest.into());
        writer.finish();
        while !document.index_more(7).done {}
        for table in early.into_iter().chain(document.table()).chain(document.table_at(at)) {
            look(&table);
        }
    }

    #[test]
    fn any_bytes_compared(left in bytes(), right in bytes(), kinds in (kind(), kind()), same: bool) {
        let kinds = if same { (kinds.0, kinds.0) } else { kinds };
        let (left, right) =
            (Document::new(left.into(), Some(kinds.0)), Document::new(right.into(), Some(kinds.1)));
        let mut options = CompareOptions::default();
        options.ignored.add("$..id").unwrap();
        let difference = Arc::new(left.compare(&right, &options, |_| true).unwrap());
        for form in [Form::Unified, Form::Aligned] {
            let comparison = difference.view(form, Some(1));
            let rows = comparison.window_columns(0..usize::MAX, 0..40);
            prop_assert_eq!(rows.len(), comparison.len());
            for row in 0..rows.len() {
                comparison.path(row);
                let (next, previous) = (comparison.next_change(row), comparison.previous_change(row));
                prop_assert!(next.is_none_or(|next| next > row && next < rows.len()));
                prop_assert!(previous.is_none_or(|previous| previous < row));
            }
        }
    }
}

#[test]
fn a_gigabyte_of_bytes_is_at_hand() {
    let file = tempfile::tempfile().unwrap();
    file.set_len(1 << 30).unwrap();
    let document = Document::from_file(file, Some("image/png")).unwrap();
    let lines = document.view(View::Hex);
    assert_eq!((lines.len(), lines.line_at(u64::MAX)), (1 << 26, (1 << 26) - 1));
    let last = lines.window((1 << 26) - 1..usize::MAX);
    assert_eq!(last.len(), 1);
    assert!(last[0].text().starts_with("3ffffff0  00 00"), "{}", last[0].text());
}
