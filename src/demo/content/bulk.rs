//! Bodies of a given size, made as they are sent: big JSON, and downloads with ranges (RFC 9110, section 14).

use std::{convert::Infallible, ops::Range};

use axum::{
    body::Body,
    extract::Path,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures_util::stream;

use crate::demo::{params::number, problem::Problem, shop};

/// As much as is made in one piece.
const PIECE: u64 = 64 * 1024;
const LARGEST: u64 = 16 << 30;

const JSON_START: &str = "{\"records\": [\n";
const JSON_END: &str = "\n], \"padding\": \"";
const JSON_LAST: &str = "\"}\n";

/// Valid JSON of exactly so many bytes: records, and a padding text of what is left.
pub(in crate::demo) async fn big_json(Path(size): Path<String>) -> Result<Response, Problem> {
    let size = number("bytes", &size, 64..=LARGEST)?;
    let fields =
        [(header::CONTENT_TYPE, "application/json".to_owned()), (header::CONTENT_LENGTH, size.to_string())];
    let pieces = stream::unfold(JsonWriter::new(size), |mut writer| async move {
        let piece = writer.piece();
        (!piece.is_empty()).then(|| (Ok::<_, Infallible>(Bytes::from(piece)), writer))
    });
    Ok((fields, Body::from_stream(pieces)).into_response())
}

struct JsonWriter {
    /// Bytes still to write, the end included.
    left: u64,
    record: u64,
    ended: bool,
}

impl JsonWriter {
    fn new(size: u64) -> Self {
        Self { left: size, record: 0, ended: false }
    }

    /// The next piece; empty after the last.
    fn piece(&mut self) -> String {
        let mut out = String::new();
        if self.record == 0 && !self.ended {
            self.push(&mut out, JSON_START);
        }
        while !self.ended && (out.len() as u64) < PIECE {
            let record = record(self.record);
            let end = (JSON_END.len() + JSON_LAST.len()) as u64;
            if self.left < record.len() as u64 + end {
                self.push(&mut out, JSON_END);
                let padding = self.left.saturating_sub(JSON_LAST.len() as u64) as usize;
                self.push(&mut out, &"x".repeat(padding));
                self.push(&mut out, JSON_LAST);
                self.ended = true;
            } else {
                self.push(&mut out, &record);
                self.record += 1;
            }
        }
        out
    }

    fn push(&mut self, out: &mut String, text: &str) {
        out.push_str(text);
        self.left = self.left.saturating_sub(text.len() as u64);
    }
}

fn record(at: u64) -> String {
    let comma = if at == 0 { "" } else { ",\n" };
    let value = mix(at);
    format!(
        "{comma}  {{\"id\": {at}, \"sku\": \"{value:016x}\", \"price\": {}.{:02}, \"in_stock\": {}, \
         \"tags\": [\"n{}\", \"größe\"], \"note\": null}}",
        value % 1000,
        value % 100,
        value.is_multiple_of(3),
        value % 7
    )
}

/// So many bytes, always the same ones, whole or a range of them.
pub(in crate::demo) async fn download(
    Path(size): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let size = number("bytes", &size, 0..=LARGEST)?;
    let tag = format!("\"bytes-{size}\"");
    if shop::is_known(&headers, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response());
    }
    let may_range = headers.get(header::IF_RANGE).is_none_or(|given| given.as_bytes() == tag.as_bytes());
    let asked = headers.get(header::RANGE).and_then(|value| value.to_str().ok()).filter(|_| may_range);
    let (status, range) = match asked.map_or(Asked::Whole, |text| Asked::read(text, size)) {
        Asked::Whole => (StatusCode::OK, 0..size),
        Asked::Part(range) => (StatusCode::PARTIAL_CONTENT, range),
        Asked::Outside => {
            return Err(Problem::new(StatusCode::RANGE_NOT_SATISFIABLE, format!("there are {size} bytes"))
                .with_header(header::CONTENT_RANGE, &format!("bytes */{size}")));
        }
    };
    let fields = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (header::CONTENT_LENGTH, (range.end - range.start).to_string()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"practice-{size}.bin\"")),
        (header::ACCEPT_RANGES, "bytes".to_owned()),
        (header::ETAG, tag),
    ];
    let partial = status == StatusCode::PARTIAL_CONTENT;
    let part = partial.then(|| {
        [(header::CONTENT_RANGE, format!("bytes {}-{}/{size}", range.start, range.end.saturating_sub(1)))]
    });
    let mut response = (status, fields, bytes_of(range)).into_response();
    for (name, value) in part.into_iter().flatten() {
        if let Ok(value) = value.parse() {
            response.headers_mut().insert(name, value);
        }
    }
    Ok(response)
}

/// What a Range field asks for.
#[derive(Debug, PartialEq, Eq)]
enum Asked {
    Whole,
    Part(Range<u64>),
    /// No byte that is there.
    Outside,
}

impl Asked {
    /// Other units than bytes, several ranges and what cannot be read are ignored, as RFC 9110 allows.
    fn read(text: &str, size: u64) -> Self {
        let Some((first, last)) = text.strip_prefix("bytes=").and_then(|range| range.trim().split_once('-'))
        else {
            return Self::Whole;
        };
        let range = match (first.parse::<u64>(), last.parse::<u64>()) {
            (Ok(first), Ok(last)) if first <= last => first..last.saturating_add(1).min(size),
            (Ok(first), Err(_)) if last.is_empty() => first..size,
            (Err(_), Ok(suffix)) if first.is_empty() => size.saturating_sub(suffix)..size,
            _ => return Self::Whole,
        };
        if range.is_empty() { Self::Outside } else { Self::Part(range) }
    }
}

fn bytes_of(range: Range<u64>) -> Body {
    Body::from_stream(stream::unfold(range, |range| async move {
        let end = range.end.min(range.start.saturating_add(PIECE));
        let piece: Vec<u8> = (range.start..end).map(byte_at).collect();
        (!piece.is_empty()).then(|| (Ok::<_, Infallible>(Bytes::from(piece)), end..range.end))
    }))
}

/// The byte at that place of every download.
pub(super) fn byte_at(at: u64) -> u8 {
    mix(at / 8).to_le_bytes()[(at % 8) as usize]
}

/// The finaliser of splitmix64: every input has its own, seemingly random, output.
fn mix(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_valid_and_of_the_size_asked_for() {
        for size in (64..400).chain([200_000, 1_000_003]) {
            let mut writer = JsonWriter::new(size);
            let text: String =
                std::iter::from_fn(|| Some(writer.piece()).filter(|piece| !piece.is_empty())).collect();
            assert_eq!(text.len() as u64, size);
            serde_json::from_str::<serde_json::Value>(&text).unwrap();
        }
    }

    #[test]
    fn ranges_are_read_as_the_rfc_says() {
        let cases = [
            ("bytes=0-9", Asked::Part(0..10)),
            ("bytes=90-", Asked::Part(90..100)),
            ("bytes=-5", Asked::Part(95..100)),
            ("bytes=-500", Asked::Part(0..100)),
            ("bytes=50-1000", Asked::Part(50..100)),
            ("bytes=100-", Asked::Outside),
            ("bytes=-0", Asked::Outside),
            ("bytes=9-3", Asked::Whole),
            ("bytes=0-1,4-5", Asked::Whole),
            ("lines=0-1", Asked::Whole),
        ];
        for (text, expected) in cases {
            assert_eq!(Asked::read(text, 100), expected, "{text}");
        }
    }
}
