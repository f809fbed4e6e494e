//! How fast documents are indexed, laid out, searched and queried: `cargo bench --bench document`.

use antiphon::document::{Document, Lines, Query, Search, View, check_json, format_json};
use bytes::Bytes;
use divan::{Bencher, counter::BytesCount};

const JSON: Option<&str> = Some("application/json");
const SIZE: usize = 32 << 20;

fn main() {
    divan::main();
}

/// A shop's products, in one line.
fn body() -> Bytes {
    let mut text = String::from("{\"items\":[");
    for number in 0.. {
        let item = format!(
            "{{\"id\":{number},\"name\":\"Product number {number}\",\"price\":{}.{:02},\"tags\":[\"alpha\",\"beta\"],\
             \"description\":\"Lorem ipsum dolor sit amet, consectetur adipiscing elit\",\"active\":true,\
             \"owner\":{{\"id\":{},\"email\":\"user{number}@example.com\"}},\"parent\":null}}",
            number % 1000,
            number % 100,
            number % 97,
        );
        if text.len() + item.len() > SIZE {
            break;
        }
        if number > 0 {
            text.push(',');
        }
        text.push_str(&item);
    }
    text.push_str("]}");
    text.into()
}

fn indexed() -> Document {
    let document = Document::new(body(), JSON);
    while !document.index_more(1 << 20).done {}
    document
}

fn pretty() -> Lines {
    indexed().view(View::Pretty)
}

#[divan::bench]
fn first_page(bencher: Bencher) {
    let body = body();
    bencher.bench(|| Document::new(body.clone(), JSON).view(View::Pretty).window(0..50));
}

#[divan::bench]
fn index(bencher: Bencher) {
    let body = body();
    bencher.counter(BytesCount::new(body.len())).bench(|| {
        let document = Document::new(body.clone(), JSON);
        while !document.index_more(1 << 20).done {}
    });
}

#[divan::bench]
fn index_as_it_arrives(bencher: Bencher) {
    let body = body();
    bencher.counter(BytesCount::new(body.len())).bench(|| {
        let (document, mut writer) = Document::growing(body.slice(..16_384), JSON);
        for piece in body.slice(16_384..).chunks(16_384) {
            writer.append(body.slice_ref(piece));
            document.index_more(1 << 20);
        }
        writer.finish();
        while !document.index_more(1 << 20).done {}
    });
}

#[divan::bench(args = [0, 50, 100])]
fn page_at_percent(bencher: Bencher, percent: usize) {
    let lines = pretty();
    let start = lines.len().saturating_sub(50) * percent / 100;
    bencher.bench(|| lines.window(start..start + 50));
}

#[divan::bench]
fn fold_all_at_a_depth(bencher: Bencher) {
    let lines = pretty();
    bencher.bench(|| {
        let mut lines = lines.clone();
        lines.fold_from_depth(Some(2));
        lines.len()
    });
}

#[divan::bench]
fn path_of_a_line(bencher: Bencher) {
    let lines = pretty();
    bencher.bench(|| lines.path_at(lines.len() / 2));
}

#[divan::bench(args = ["Nothing like this", "nothing like this"])]
fn search_literal(bencher: Bencher, text: &str) {
    let (document, search) = (indexed(), Search::literal(text));
    bencher.counter(BytesCount::new(SIZE)).bench(|| document.find_next(&search, 0));
}

#[divan::bench]
fn search_regex(bencher: Bencher) {
    let document = indexed();
    let Ok(search) = Search::regex(r"user\d+@nowhere") else { return };
    bencher.counter(BytesCount::new(SIZE)).bench(|| document.find_next(&search, 0));
}

#[divan::bench(args = ["$.items[*].name", "$..email", "$.items[?@.price < 10].name", "[.items[].name] | length"])]
fn query(bencher: Bencher, text: &str) {
    let document = indexed();
    let Ok(query) = Query::parse(text) else { return };
    bencher.counter(BytesCount::new(SIZE)).bench(|| {
        let (_results, mut writer) = Document::results();
        document.query(&query, &mut writer, |_| true)
    });
}

#[divan::bench]
fn check(bencher: Bencher) {
    let body = body();
    let text = String::from_utf8_lossy(&body);
    bencher.counter(BytesCount::new(SIZE)).bench(|| check_json(&text));
}

#[divan::bench]
fn format(bencher: Bencher) {
    let body = body();
    let text = String::from_utf8_lossy(&body);
    bencher.counter(BytesCount::new(SIZE)).bench(|| format_json(&text));
}
