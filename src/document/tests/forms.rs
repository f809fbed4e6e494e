//! A document is the same whole, in a file and arriving in pieces of any size.

use super::super::*;

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
