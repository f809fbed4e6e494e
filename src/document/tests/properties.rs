//! What holds of any document: its lines, folds, paths, matches and queries agree with each other and with plain code.

use std::ops::Range;

use proptest::prelude::*;

use super::super::{json::tests::json_text, *};

/// A document that came in pieces of those sizes.
fn arrived(text: &str, cuts: &[prop::sample::Index], media_type: &str) -> Document {
    let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(text.len() + 1)).collect();
    cuts.sort_unstable();
    let (document, mut writer) = Document::growing(Bytes::new(), Some(media_type));
    let mut from = 0;
    for cut in cuts.into_iter().chain([text.len()]) {
        writer.append(Bytes::copy_from_slice(&text.as_bytes()[from..cut]));
        document.index_more(7);
        from = cut;
    }
    writer.finish();
    while !document.index_more(1 << 20).done {}
    document
}

fn all(lines: &Lines) -> Vec<Line> {
    lines.window_columns(0..lines.len(), 0..100_000)
}

fn cuts() -> impl Strategy<Value = Vec<prop::sample::Index>> {
    prop::collection::vec(any::<prop::sample::Index>(), 0..5)
}

fn found(document: &Document, query: &str) -> Vec<(Range<u64>, String)> {
    let mut out = Vec::new();
    let asked = document.ask(&Query::json_path(query).unwrap(), Some(PathStyle::Normalized), |answer| {
        if let Answer::Found { range, path } = answer {
            out.push((range, path.unwrap()));
        }
        true
    });
    assert_eq!(asked, Ok(()));
    out
}

proptest! {
    #[test]
    fn records_are_laid_out_one_after_the_other(
        records in prop::collection::vec(json_text(), 0..5),
        space in prop_oneof![Just("\n"), Just(" \n\n"), Just(" ")],
        cuts in cuts(),
    ) {
        let document = arrived(&records.join(space), &cuts, "application/x-ndjson");
        prop_assert_eq!(document.error(), None);
        let lines = document.view(View::Pretty);
        let mut expected = Vec::new();
        for (number, record) in records.iter().enumerate() {
            let one = Document::new(record.clone().into(), Some("application/json")).view(View::Pretty);
            for line in all(&one) {
                let path = one.path_at(line.number).unwrap();
                expected.push((line.text(), path.replacen('$', &format!("$[{number}]"), 1)));
            }
        }
        let shown: Vec<_> =
            all(&lines).iter().map(|line| (line.text(), lines.path_at(line.number).unwrap())).collect();
        prop_assert_eq!(shown, expected);
    }

    #[test]
    fn what_was_folded_and_opened_is_as_before(
        text in json_text(),
        steps in prop::collection::vec((0usize..6, any::<prop::sample::Index>()), 0..8),
        compact in prop_oneof![Just(0usize), 0usize..40],
    ) {
        let document = Document::new(text.into(), Some("application/json")).compacted(compact);
        let before = document.view(View::Pretty);
        let mut lines = before.clone();
        for (step, at) in &steps {
            let line = at.index(lines.len());
            match step {
                0 => lines.fold_from_depth(Some(line % 4)),
                1 => drop(lines.fold(line)),
                2 => drop(lines.unfold(line)),
                3 => drop(lines.toggle_fold(line)),
                4 => drop(lines.fold_siblings(line)),
                _ => {
                    let shown = all(&lines);
                    // What is open is folded by one key and opened by the next.
                    if !lines.is_folded(line) && let Some(folded) = lines.fold(line) {
                        prop_assert!(lines.is_folded(folded) || lines.len() == shown.len());
                        if lines.is_folded(folded) {
                            lines.unfold(folded);
                        }
                        prop_assert_eq!(all(&lines), shown);
                    }
                }
            }
            let shown = all(&lines);
            prop_assert_eq!(shown.len(), lines.len());
            for (number, line) in shown.iter().enumerate() {
                prop_assert_eq!(line.number, number);
                prop_assert_eq!(lines.line_at(line.range.start), number);
            }
        }
        lines.fold_from_depth(None);
        prop_assert_eq!(all(&lines), all(&before));
    }

    #[test]
    fn the_path_of_a_line_leads_back_to_it(text in json_text(), cuts in cuts(), rule in 0usize..4) {
        let document = arrived(&text, &cuts, "application/json");
        let mut lines = document.view(View::Pretty);
        if rule > 0 {
            lines.fold_from_depth(Some(rule));
        }
        for line in all(&lines) {
            let path = lines.path_at(line.number).unwrap();
            let nodes = found(&document, &path);
            // A key may stand twice in an object, and a closing bracket has its container's path.
            let on_line = |(range, _): &&(Range<u64>, String)| {
                line.range.start <= range.start && range.start < line.range.end || range.end == line.range.end
                    || range.end + 1 == line.range.end
            };
            let node = nodes.iter().find(on_line);
            prop_assert!(node.is_some(), "{path} of line {} finds {nodes:?}", line.number);
            let (range, normalized) = node.unwrap();
            prop_assert!(found(&document, normalized).iter().any(|(again, same)| again == range && same == normalized));
        }
    }

    #[test]
    fn every_node_has_the_path_that_finds_it(text in json_text(), query in prop::sample::select(vec![
        "$", "$.*", "$..*", "$..[0]", "$..[-1]", "$..[::-1]", "$..[?@.a]", "$..['a','b']", "$..[?@ > 0, 0]", "$.*.*", "$[*][1:]",
    ])) {
        let document = Document::new(text.into(), Some("application/json"));
        for (range, path) in found(&document, query) {
            prop_assert!(found(&document, &path).contains(&(range.clone(), path.clone())), "{path}");
        }
    }

    #[test]
    fn a_query_finds_the_same_while_the_text_arrives(
        text in json_text(),
        many: bool,
        size in 1usize..9,
        query in prop::sample::select(vec![
            "$", "$.*", "$..*", "$..[0]", "$..[-1]", "$..[-2:]", "$..[::-1]", "$..[?@.a]", "$..['a','b']", "$..[?@ > 0, 0]", "$..a",
        ]),
    ) {
        let media_type = if many { "application/x-ndjson" } else { "application/json" };
        let text = if many { format!("{text}\n{text} 7") } else { text };
        let query = Query::json_path(query).unwrap();
        let style = Some(PathStyle::Short);
        let mut expected = Vec::new();
        let whole = Document::new(text.clone().into(), Some(media_type));
        whole.ask(&query, style, |answer| {
            if let Answer::Found { range, path } = answer {
                expected.push((whole.read(range), path));
            }
            true
        }).unwrap();
        let (document, writer) = Document::growing(Bytes::new(), Some(media_type));
        let mut writer = Some(writer);
        let mut pieces = text.as_bytes().chunks(size);
        let mut more = || match (pieces.next(), &mut writer) {
            (Some(piece), Some(writer)) => writer.append(Bytes::copy_from_slice(piece)),
            _ => writer = None,
        };
        let mut shown = Vec::new();
        document.ask_while_reading(&query, style, &mut more, |answer| {
            if let Answer::Found { range, path } = answer {
                let length = range.end - range.start;
                let bytes = document.read(range);
                assert_eq!(bytes.len() as u64, length);
                shown.push((bytes, path));
            }
            true
        }).unwrap();
        prop_assert_eq!(shown, expected);
    }

    #[test]
    fn a_match_in_any_fold_is_shown_when_it_is_wanted(text in json_text(), word in "[a-e1-3]", rule in 0usize..4) {
        let document = Document::new(text.into(), Some("application/json"));
        for found in document.find(&Search::literal(&word), 0..u64::MAX) {
            let mut lines = document.view(View::Pretty);
            lines.fold_from_depth(Some(rule));
            let shown = lines.reveal(found.start);
            let mut line = lines.window_columns(shown..shown + 1, 0..100_000).remove(0);
            line.mark(std::slice::from_ref(&found));
            let marked: String =
                line.spans.iter().filter(|span| span.matched).map(|span| span.text.as_str()).collect();
            prop_assert_eq!(marked.to_lowercase(), word.to_lowercase());
        }
    }

    #[test]
    fn matches_are_counted_as_plain_code_counts_them(
        text in "[abAB\né]{0,60}",
        word in "[abAé]{1,3}",
        cuts in cuts(),
        before in 0u64..70,
    ) {
        let document = arrived(&text, &cuts, "text/plain");
        for search in [Search::literal(&word), Search::regex(&word).unwrap()] {
            let smart = if word.contains('A') { "" } else { "(?i)" };
            let plain = regex::Regex::new(&format!("{smart}{word}")).unwrap();
            let expected: Vec<_> =
                plain.find_iter(&text).map(|found| found.start() as u64..found.end() as u64).collect();
            prop_assert_eq!(document.count_matches(&search, |_, _| true), Some(expected.len() as u64));
            prop_assert_eq!(document.find(&search, 0..u64::MAX).collect::<Vec<_>>(), expected);
            // A match that is looked for from somewhere need not be one that follows another.
            let starts = |from: usize| plain.find_at(&text, from).map(|found| found.start() as u64);
            let from = (0..=text.len()).find(|at| *at as u64 >= before && text.is_char_boundary(*at));
            let next = document.find_next(&search, from.unwrap_or(text.len()) as u64);
            prop_assert_eq!(next.map(|found| found.start), from.and_then(starts));
        }
    }
}
