//! How fast documents are indexed, laid out, searched, queried, sorted and compared: `cargo bench --bench document`.

use antiphon::document::{
    Answer, CompareOptions, Direction, Document, Lines, Query, Search, Table, View, check_json, format_json,
};
use bytes::Bytes;
use divan::{Bencher, counter::BytesCount};

const JSON: Option<&str> = Some("application/json");
const SIZE: usize = 32 << 20;

fn main() {
    divan::main();
}

fn body() -> Bytes {
    body_of(SIZE)
}

/// A shop's products, in one line.
fn body_of(size: usize) -> Bytes {
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
        if text.len() + item.len() > size {
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
    whole(body(), JSON)
}

fn whole(body: Bytes, media_type: Option<&str>) -> Document {
    let document = Document::new(body, media_type);
    while !document.index_more(1 << 20).done {}
    document
}

/// The same line again and again.
fn repeated(line: &str) -> Bytes {
    line.repeat(SIZE / line.len()).into()
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
fn index_compact(bencher: Bencher) {
    let body = body();
    bencher.counter(BytesCount::new(body.len())).bench(|| {
        let document = Document::new(body.clone(), JSON).compacted(80);
        while !document.index_more(1 << 20).done {}
    });
}

#[divan::bench(args = ["text/html", "text/xml", "text/csv", "application/x-ndjson", "text/plain"])]
fn index_lines(bencher: Bencher, media_type: &str) {
    let line = match media_type {
        "text/csv" => "1234,\"Product, the first\",9.99,2024-01-01T00:00:00Z\n",
        "application/x-ndjson" => "{\"id\":1234,\"name\":\"Product\",\"price\":9.99,\"tags\":[\"a\"]}\n",
        _ => "<item id=\"1234\"><name>Product</name><p>One <b>of</b> many</p><price>9.99</price></item>\n",
    };
    let body = repeated(line);
    bencher.counter(BytesCount::new(body.len())).bench(|| whole(body.clone(), Some(media_type)));
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

fn table() -> Option<Table> {
    indexed().table()
}

#[divan::bench(args = [0, 50, 100])]
fn table_page_at_percent(bencher: Bencher, percent: usize) {
    let Some(table) = table() else { return };
    let start = table.len().saturating_sub(50) * percent / 100;
    bencher.bench(|| table.window_columns(start..start + 50, 0..160));
}

/// By `id`, a number; by `name`, a text of which many begin alike; by `tags`, which are all containers.
#[divan::bench(args = [0, 1, 3])]
fn table_sort(bencher: Bencher, column: usize) {
    let Some(table) = table() else { return };
    bencher.counter(BytesCount::new(SIZE)).bench(|| table.sort(column, Direction::Descending, |_| true));
}

#[divan::bench]
fn table_page_sorted(bencher: Bencher) {
    let Some(mut table) = table() else { return };
    let order = table.sort(1, Direction::Descending, |_| true);
    table.set_order(order);
    let start = table.len() / 2;
    bencher.bench(|| table.window_columns(start..start + 50, 0..160));
}

/// A body with every so many of its items changed.
fn changed(every: usize) -> Document {
    let text = String::from_utf8_lossy(&body()).into_owned();
    let parts: Vec<_> = text.split("\"active\":true").collect();
    let join = |(number, part): (usize, &&str)| {
        let word = if number % every == 0 { "\"active\":false" } else { "\"active\":true" };
        format!("{part}{word}")
    };
    let (last, parts) = parts.split_last().unwrap_or((&"", &[]));
    let text: String = parts.iter().enumerate().map(join).chain([(*last).to_owned()]).collect();
    whole(text.into(), JSON)
}

#[divan::bench(args = [1, 1000, 1_000_000])]
fn compare(bencher: Bencher, every: usize) {
    let (left, right) = (indexed(), changed(every));
    let options = CompareOptions::default();
    bencher.counter(BytesCount::new(2 * SIZE)).bench(|| left.compare(&right, &options, |_| true));
}

#[divan::bench]
fn compare_by_line(bencher: Bencher) {
    let lines = |word: &str| {
        let line = |number| {
            format!(
                "{number} GET /products/{} {}\n",
                number % 97,
                if number % 1000 == 7 { word } else { "ok" }
            )
        };
        whole((0..800_000).map(line).collect::<String>().into(), Some("text/plain"))
    };
    let (left, right) = (lines("one"), lines("two"));
    let options = CompareOptions::default();
    bencher.bench(|| left.compare(&right, &options, |_| true));
}

/// One string of so many megabytes.
fn long(megabytes: usize) -> Document {
    let text =
        format!("{{\"a\":1,\"long\":\"{}\",\"b\":[2]}}", "Lorem ipsum ".repeat((megabytes << 20) / 12));
    whole(text.into(), JSON)
}

#[divan::bench(args = [1, 100])]
fn long_string_window(bencher: Bencher, megabytes: usize) {
    let lines = long(megabytes).view(View::Pretty);
    bencher.bench(|| lines.window_columns(0..50, 0..160));
}

#[divan::bench(args = [1, 100])]
fn long_string_far_to_the_right(bencher: Bencher, megabytes: usize) {
    let lines = long(megabytes).view(View::Pretty);
    let column = (megabytes << 20) - 1000;
    bencher.bench(|| lines.window_columns(0..50, column..column + 160));
}

#[divan::bench(args = [1, 100])]
fn long_line_far_to_the_right(bencher: Bencher, megabytes: usize) {
    let lines = long(megabytes).view(View::Raw);
    let column = (megabytes << 20) - 1000;
    bencher.bench(|| lines.window_columns(0..50, column..column + 160));
}

#[divan::bench(args = [1, 100])]
fn long_string_line_and_path(bencher: Bencher, megabytes: usize) {
    let document = long(megabytes);
    let lines = document.view(View::Pretty);
    bencher.bench(|| (lines.line_at(document.size() - 3), lines.path_at(3)));
}

#[divan::bench]
fn hex_page_of_a_gigabyte(bencher: Bencher) {
    let Ok(file) = tempfile::tempfile() else { return };
    let sized = file.set_len(1 << 30);
    let Ok(document) = sized.and_then(|()| Document::from_file(file, Some("image/png"))) else { return };
    let lines = document.view(View::Hex);
    let mut page = 0;
    bencher.bench_local(|| {
        page = (page + 7_777_777) % lines.len();
        lines.window(page..page + 50)
    });
}

/// What a JSONPath and jq take for the same of a body of 100 MB.
#[divan::bench(args = ["$.items[*].name", ".items[].name"], sample_count = 5)]
fn query_100_mb(bencher: Bencher, text: &str) {
    let document = Document::new(body_of(100 << 20), JSON);
    let Ok(query) = Query::parse(text) else { return };
    bencher.counter(BytesCount::new(100_usize << 20)).bench(|| {
        let mut results = 0;
        document.ask(&query, None, |answer| {
            results += usize::from(!matches!(answer, Answer::Passed(_)));
            true
        })
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
