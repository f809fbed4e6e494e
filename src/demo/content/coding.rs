//! Content codings (RFC 9110, section 8.4.1).

use async_compression::tokio::bufread::{BrotliEncoder, GzipEncoder, ZlibEncoder, ZstdEncoder};
use axum::{
    extract::Path,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use serde_json::json;
use tokio::io::{AsyncRead, AsyncReadExt};

use crate::demo::problem::{Problem, pretty};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coding {
    Gzip,
    Brotli,
    Zstd,
    /// The zlib format, which is what HTTP means by it.
    Deflate,
}

impl Coding {
    const ALL: [Self; 4] = [Self::Zstd, Self::Brotli, Self::Gzip, Self::Deflate];

    fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Brotli => "br",
            Self::Zstd => "zstd",
            Self::Deflate => "deflate",
        }
    }
}

/// `bytes`, encoded.
pub(super) async fn encode(coding: Coding, bytes: &[u8]) -> Vec<u8> {
    let mut encoder: Box<dyn AsyncRead + Send + Unpin + '_> = match coding {
        Coding::Gzip => Box::new(GzipEncoder::new(bytes)),
        Coding::Brotli => Box::new(BrotliEncoder::new(bytes)),
        Coding::Zstd => Box::new(ZstdEncoder::new(bytes)),
        Coding::Deflate => Box::new(ZlibEncoder::new(bytes)),
    };
    let mut out = Vec::new();
    // Reading from memory does not fail.
    let _ = encoder.read_to_end(&mut out).await;
    out
}

/// In the coding that the path names, asked for or not.
pub(in crate::demo) async fn compressed(Path(name): Path<String>) -> Result<Response, Problem> {
    let coding = Coding::ALL.into_iter().find(|coding| coding.name() == name);
    let coding = coding.ok_or_else(|| Problem::parameter("coding", "expected gzip, br, zstd or deflate"))?;
    Ok(answer(Some(coding)).await)
}

/// In the best coding that `Accept-Encoding` names, or as it is.
pub(in crate::demo) async fn negotiated(headers: HeaderMap) -> Response {
    let accepts = |coding: &Coding| {
        let values = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
        values.flat_map(|value| value.split(',')).any(|item| {
            let (name, weight) = item.split_once(';').unwrap_or((item, ""));
            let refused =
                weight.trim().strip_prefix("q=").is_some_and(|q| q.trim_matches(['0', '.']).is_empty());
            name.trim().eq_ignore_ascii_case(coding.name()) && !refused
        })
    };
    answer(Coding::ALL.into_iter().find(accepts)).await
}

async fn answer(coding: Option<Coding>) -> Response {
    let name = coding.map(Coding::name);
    let lines: Vec<_> = (1..=200).map(|line| format!("line {line} of a text that repeats itself")).collect();
    let text = pretty(&json!({ "coding": name, "lines": lines }));
    let fields = [(header::CONTENT_TYPE, "application/json"), (header::VARY, "accept-encoding")];
    match coding {
        None => (fields, text).into_response(),
        Some(coding) => {
            let body = encode(coding, text.as_bytes()).await;
            (fields, [(header::CONTENT_ENCODING, coding.name())], body).into_response()
        }
    }
}

/// gzip that is right at first, and then is not.
pub(in crate::demo) async fn broken_gzip() -> Response {
    let mut body = encode(Coding::Gzip, &[b"gzip, until here. ".repeat(50), vec![b'!'; 500]].concat()).await;
    let half = body.len() / 2;
    body.iter_mut().skip(half).for_each(|byte| *byte = !*byte);
    let fields = [(header::CONTENT_TYPE, "text/plain"), (header::CONTENT_ENCODING, "gzip")];
    (fields, body).into_response()
}
