//! A document is the same whole, in a file and arriving in pieces of any size, in its compact form as well.

use std::{io::Write as _, sync::Arc};

use proptest::prelude::*;

use super::super::*;

/// An array of that many items, some of which fit on a line and some do not.
fn body(items: usize) -> String {
    let item = |number: usize| {
        let deep = format!("{{\"id\":{number},\"at\":{{\"x\":1,\"y\":[{number},2]}},\"none\":[]}}");
        let plain = format!("{{\"id\": {number}, \"name\": \"{}\"}}", "x".repeat(number % 50));
        let list = format!("[{}]", vec!["true"; number % 9].join(" , "));
        [deep, plain, list][number % 3].clone()
    };
    format!("[{}]", (0..items).map(item).collect::<Vec<_>>().join(",\n"))
}

fn arriving(body: &str, sizes: &[usize], compacted_after: usize, columns: usize) -> Document {
    let (head, mut rest) = body.split_at(sizes[0].min(body.len()));
    let (document, mut writer) =
        Document::growing(Bytes::copy_from_slice(head.as_bytes()), Some("application/json"));
    let mut compact = None;
    for number in 0.. {
        if number == compacted_after {
            compact = Some(document.compacted(columns));
        }
        if rest.is_empty() {
            break;
        }
        let (piece, after) = rest.split_at(sizes[number % sizes.len()].min(rest.len()));
        writer.append(Bytes::copy_from_slice(piece.as_bytes()));
        if let Some(compact) = &compact {
            compact.index_more(1000);
        }
        rest = after;
    }
    writer.finish();
    let document = compact.unwrap_or_else(|| document.compacted(columns));
    while !document.index_more(30_000).done {}
    document
}

fn in_file(body: &str, columns: usize) -> Document {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(body.as_bytes()).unwrap();
    let document = Document::from_file(file, Some("application/json")).unwrap().compacted(columns);
    while !document.index_more(50_000).done {}
    document
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn a_compact_form_is_the_same_however_it_came(
        items in 1usize..4000,
        columns in prop_oneof![Just(0usize), 0usize..80],
        sizes in prop::collection::vec(1usize..40_000, 1..5),
        compacted_after in 0usize..6,
        folds in prop::collection::vec(any::<prop::sample::Index>(), 0..5),
        at: prop::sample::Index,
    ) {
        let body = body(items);
        let whole = Document::new(body.clone().into(), Some("application/json")).compacted(columns);
        while !whole.index_more(1 << 20).done {}
        let expected = whole.view(View::Pretty);
        let all: Vec<_> = expected.window(0..usize::MAX).iter().map(Line::text).collect();
        prop_assert_eq!(all.len(), expected.len());
        for document in [arriving(&body, &sizes, compacted_after, columns), in_file(&body, columns)] {
            let mut lines = document.view(View::Pretty);
            prop_assert_eq!(lines.len(), all.len());
            for fold in &folds {
                lines.fold(fold.index(lines.len()));
            }
            let shown = lines.len();
            let start = at.index(shown);
            let window = lines.window(start..start + 40);
            prop_assert_eq!(window.len(), 40.min(shown - start));
            // What is shown under folds is what stands there without them.
            for line in window.iter().filter(|line| !lines.is_folded(line.number)) {
                prop_assert_eq!(&line.text(), &all[expected.line_at(line.range.start)]);
                prop_assert_eq!(lines.line_at(line.range.start), line.number);
            }
            lines.fold_from_depth(None);
            let start = at.index(all.len());
            let window: Vec<_> = lines.window(start..start + 40).iter().map(Line::text).collect();
            prop_assert_eq!(&window[..], &all[start..(start + 40).min(all.len())]);
        }
    }
}

#[test]
fn records_are_numbered_behind_a_checkpoint() {
    let records: Vec<_> = (0..20_000).map(|number| format!("{{\"id\":{number}}}\n")).collect();
    let document = Document::new(records.concat().into(), Some("application/x-ndjson"));
    while !document.index_more(1 << 20).done {}
    let lines = document.view(View::Pretty);
    for record in [0, 1, 9_000, 9_001, 19_999] {
        assert_eq!(lines.path_at(record * 3 + 1), Some(format!("$[{record}].id")));
    }
    // Wherever a checkpoint may have been taken.
    for record in (4_000..12_000).step_by(7) {
        assert_eq!(lines.path_at(record * 3), Some(format!("$[{record}]")));
    }
}

#[test]
fn what_has_no_compact_form_is_the_document_itself() {
    let document = Document::new("a,b\n".into(), Some("text/csv"));
    assert_eq!(document.compacted(40), document);
    let (shared, mut writer) = Document::growing("[1,".into(), Some("application/json"));
    let compact = shared.compacted(40);
    writer.append_file(&Arc::new(tempfile::tempfile().unwrap()), 0..0);
    writer.append("2]".into());
    writer.finish();
    compact.index_more(9);
    assert_eq!(compact.view(View::Pretty).window(0..9)[0].text(), "[1, 2]");
}
