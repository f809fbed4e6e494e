//! Indented markup, whole and as it arrives.

use bytes::Bytes;
use proptest::prelude::*;

use super::*;
use crate::document::source::Source;

fn whole(text: &str, html: bool) -> (Source, MarkupIndex) {
    let (source, index) = (Source::whole(Bytes::copy_from_slice(text.as_bytes())), MarkupIndex::new(html));
    while !index.build(&source, u64::MAX).ended {}
    (source, index)
}

fn laid_out(text: &str, html: bool) -> Vec<String> {
    let (source, index) = whole(text, html);
    let lines = index.lines(&source, 0..u64::MAX);
    assert_eq!(lines.len() as u64, index.extent().lines);
    let shown = |line: &MarkupLine| &text[line.range.start as usize..line.range.end as usize];
    lines.iter().map(|line| format!("{}{}", "  ".repeat(line.depth), shown(line))).collect()
}

#[test]
fn xml() {
    let text = "<?xml version=\"1.0\"?><shop><!-- one\n two --><item id='a>b'><name>Tea</name><empty></empty>\
                <none/></item><![CDATA[<raw>]]>text</shop>";
    let expected = [
        "<?xml version=\"1.0\"?>",
        "<shop>",
        "  <!-- one",
        "  two -->",
        "  <item id='a>b'>",
        "    <name>Tea</name>",
        "    <empty></empty>",
        "    <none/>",
        "  </item>",
        "  <![CDATA[<raw>]]>",
        "  text",
        "</shop>",
    ];
    assert_eq!(laid_out(text, false), expected);
}

#[test]
fn html() {
    let text = "<!DOCTYPE html><html><head><meta charset=utf-8><script>if (a < b)\n  go()</script></head>\
                <body><p>Some <b>bold</b> text<p>More<ul><li>a<li>b</ul></body></html>";
    let expected = [
        "<!DOCTYPE html>",
        "<html>",
        "  <head>",
        "    <meta charset=utf-8>",
        "    <script>if (a < b)",
        "  go()</script>",
        "  </head>",
        "  <body>",
        "    <p>Some <b>bold</b> text",
        "    <p>More",
        "      <ul>",
        "        <li>a",
        "        <li>b",
        "      </ul>",
        "  </body>",
        "</html>",
    ];
    assert_eq!(laid_out(text, true), expected);
}

proptest! {
    #[test]
    fn nothing_but_white_space_is_lost(text in "[<>/a-c!?\"' \n-]{0,60}", html: bool) {
        let squeeze = |text: &str| text.replace([' ', '\n'], "");
        let shown: String = laid_out(&text, html).concat();
        prop_assert_eq!(squeeze(&shown), squeeze(&text));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn it_is_the_same_in_any_pieces_and_from_any_line(
        seed in "(<a>|</a>|<b x='1'>|</b>|text|\n| |<!-- c|-->|<p>|<br>|<script>|</script>|<i>x</i>|<|>|\"){1,30}",
        times in 1usize..4000,
        html: bool,
        sizes in prop::collection::vec(700usize..70_000, 1..4),
        at: prop::sample::Index,
    ) {
        let text = seed.repeat(times.min(300_000 / seed.len()));
        let (source, index) = whole(&text, html);
        let all = index.lines(&source, 0..u64::MAX);
        let (arriving, growing) = (Source::default(), MarkupIndex::new(html));
        let mut rest = text.as_bytes();
        for size in sizes.iter().cycle() {
            let (piece, after) = rest.split_at((*size).min(rest.len()));
            arriving.append(Bytes::copy_from_slice(piece));
            growing.build(&arriving, 50_000);
            rest = after;
            if rest.is_empty() {
                break;
            }
        }
        arriving.complete();
        while !growing.build(&arriving, 50_000).ended {}
        prop_assert_eq!(growing.extent(), index.extent());
        if all.is_empty() {
            return Ok(());
        }
        for number in [0, at.index(all.len()), all.len() - 1] {
            let window = index.lines(&source, number as u64..number as u64 + 30);
            prop_assert_eq!(&window[..], &all[number..(number + 30).min(all.len())]);
            prop_assert_eq!(growing.lines(&arriving, number as u64..number as u64 + 30), window);
            prop_assert_eq!(index.line_at(&source, all[number].range.start), number as u64);
        }
    }
}

#[test]
fn what_never_ends_is_cut() {
    let text = format!("<a>{}<b>{}", "x".repeat(3 << 20), "<!-- never closed ".repeat(200_000));
    let (source, index) = whole(&text, false);
    let lines = index.lines(&source, 0..u64::MAX);
    let shown: u64 = lines.iter().map(|line| line.range.end - line.range.start).sum();
    // White space at the ends of lines is all that is missing.
    assert!(text.len() as u64 - shown < 20, "{shown}");
}
