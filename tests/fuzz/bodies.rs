//! What the fuzz targets do with a row of bytes, whatever they are: `fuzz/` drives these bodies with libFuzzer, and
//! `main.rs` with random inputs in every `cargo test`.

use std::ops::Range;

use antiphon::document::{Answer, Document, PathStyle, Query, Search, View};
use bytes::Bytes;

const TYPES: [&str; 4] =
    ["application/json", "application/x-ndjson", "text/plain", "application/octet-stream"];

/// Takes the first byte off, 0 where there is none.
fn first(data: &mut &[u8]) -> u8 {
    let taken = data.split_first();
    *data = taken.map_or(&[], |(_, rest)| rest);
    taken.map_or(0, |(byte, _)| *byte)
}

/// Takes the first line off, as text.
fn line<'a>(data: &mut &'a [u8]) -> &'a str {
    let end = data.iter().position(|byte| *byte == b'\n').unwrap_or(data.len());
    let line = std::str::from_utf8(&data[..end]).unwrap_or_default();
    *data = data.get(end + 1..).unwrap_or_default();
    line
}

/// Pieces of 1 to 16 bytes, as a seed has it.
fn pieces(data: &[u8], seed: u8) -> impl Iterator<Item = Bytes> {
    let (mut rest, mut state) = (data, u32::from(seed) | 1);
    std::iter::from_fn(move || {
        state = state.wrapping_mul(1_103_515_245).wrapping_add(12345);
        let size = (1 + (state >> 16) as usize % 16).min(rest.len());
        let (piece, after) = rest.split_at(size);
        rest = after;
        (size > 0).then(|| Bytes::copy_from_slice(piece))
    })
}

fn whole(data: &[u8], media_type: &str) -> Document {
    let document = Document::new(Bytes::copy_from_slice(data), Some(media_type));
    while !document.index_more(1 << 20).done {}
    document
}

/// The same in pieces, unless the first bytes tell what the rest is: then they have to come first.
fn arrived(data: &[u8], one: &Document, media_type: &str, seed: u8) -> Document {
    let (document, mut writer) = Document::growing(Bytes::new(), Some(media_type));
    let marked = data.starts_with(b"\xef\xbb\xbf");
    if marked || (document.kind(), document.encoding()) != (one.kind(), one.encoding()) {
        return one.clone();
    }
    for piece in pieces(data, seed) {
        writer.append(piece);
        document.index_more(u64::from(seed % 20) + 1);
    }
    writer.finish();
    while !document.index_more(64).done {}
    document
}

/// A document is the same whether its bytes come at once or in pieces, and its lines agree with each other.
pub fn index(mut data: &[u8]) {
    let (media_type, seed) = (TYPES[usize::from(first(&mut data)) % TYPES.len()], first(&mut data));
    let one = whole(data, media_type);
    let other = arrived(data, &one, media_type, seed);
    if media_type == TYPES[0]
        && one.encoding() == "UTF-8"
        && !data.starts_with(b"\xef\xbb\xbf")
        && !data.is_empty()
    {
        let theirs = serde_json::from_slice::<serde::de::IgnoredAny>(data);
        assert_eq!(one.error().is_none(), theirs.is_ok(), "{:?} and {theirs:?}", one.error());
    }
    assert_eq!(one.error(), other.error());
    let mut folded = one.view(View::Pretty);
    folded.fold_from_depth(Some(usize::from(seed % 4)));
    folded.window(0..folded.len());
    for view in [View::Pretty, View::Raw, View::Hex] {
        let (lines, others) = (one.view(view), other.view(view));
        assert_eq!(lines.len(), others.len());
        let shown = lines.window(0..lines.len());
        assert_eq!(shown.len(), lines.len());
        assert!(view == View::Hex || shown == others.window(0..others.len()));
        for line in shown {
            assert_eq!(lines.path_at(line.number), others.path_at(line.number));
            if !line.range.is_empty() {
                assert_eq!(lines.line_at(line.range.start), line.number);
            }
        }
    }
}

fn found(document: &Document, query: &Query) -> Vec<(Range<u64>, String)> {
    let mut found = Vec::new();
    let _ = document.ask(query, Some(PathStyle::Normalized), |answer| {
        if let Answer::Found { range, path } = answer {
            found.push((range, path.unwrap_or_default()));
        }
        found.len() < 50
    });
    found
}

/// A JSONPath, the first line, finds in the rest what its paths find again, also while that arrives.
pub fn query(mut data: &[u8]) {
    let (seed, text) = (first(&mut data), line(&mut data));
    let _ = Query::jq(text);
    let Ok(query) = Query::json_path(text) else { return };
    let document = whole(data, TYPES[0]);
    let nodes = found(&document, &query);
    for (range, path) in &nodes {
        let Ok(again) = Query::json_path(path) else { panic!("{path} is no JSONPath") };
        assert!(found(&document, &again).contains(&(range.clone(), path.clone())), "{path}");
    }
    if query.asks_of_the_root() || data.is_empty() {
        return;
    }
    let (growing, writer) = Document::growing(Bytes::new(), Some(TYPES[0]));
    let (mut writer, mut rest) = (Some(writer), pieces(data, seed));
    let mut more = || match (rest.next(), &mut writer) {
        (Some(piece), Some(writer)) => writer.append(piece),
        _ => writer = None,
    };
    let mut count = 0;
    let _ = growing.ask_while_reading(&query, None, &mut more, |answer| {
        if let Answer::Found { range, .. } = answer {
            assert_eq!(range, nodes[count].0);
            assert_eq!(growing.read(range.clone()), document.read(range));
            count += 1;
        }
        count < 50
    });
    assert_eq!(count, nodes.len());
}

/// A search, the first line, finds in the rest the same in pieces and at once, forwards and backwards.
pub fn search(mut data: &[u8]) {
    let (seed, text) = (first(&mut data), line(&mut data));
    let search = if seed % 2 == 0 { Some(Search::literal(text)) } else { Search::regex(text).ok() };
    let Some(search) = search else { return };
    let one = whole(data, TYPES[2]);
    let other = arrived(data, &one, TYPES[2], seed);
    let matches: Vec<_> = one.find(&search, 0..u64::MAX).collect();
    assert_eq!(other.find(&search, 0..u64::MAX).collect::<Vec<_>>(), matches);
    assert_eq!(one.count_matches(&search, |_, _| true), Some(matches.len() as u64));
    assert!(matches.windows(2).all(|pair| pair[0].end <= pair[1].start));
    assert!(matches.iter().all(|found| !found.is_empty()));
    if seed % 2 == 0 && !text.is_empty() && text.chars().any(char::is_uppercase) {
        assert_eq!(
            matches.len(),
            data.windows(text.len())
                .fold((0, 0), |(count, skip), window| match skip {
                    0 if window == text.as_bytes() => (count + 1, text.len() - 1),
                    0 => (count, 0),
                    _ => (count, skip - 1),
                })
                .0
        );
    }
    assert_eq!(one.find_next(&search, 0), matches.first().cloned());
    assert_eq!(
        one.find_previous(&search, u64::MAX).map(|found| found.start),
        matches.last().map(|found| found.start)
    );
}
