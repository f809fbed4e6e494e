//! Queries: JSONPath over bytes, jq over values. What they find is a document of its own, one result after another.

mod jq;
mod jsonpath;

use std::{fmt, ops::ControlFlow};

use bytes::Bytes;

pub use self::jsonpath::Places;
pub(crate) use self::jsonpath::{Followed, Step};
use self::{
    jq::Program,
    jsonpath::{Event, Path, Root, select},
};
use super::{Document, JsonError, Kind, Writer};

/// Bytes of results that are appended at once.
const BATCH: usize = 64 * 1024;

/// A question to a JSON document.
#[derive(Debug)]
pub struct Query(Language);

#[derive(Debug)]
enum Language {
    JsonPath(Path),
    Jq(Program),
}

/// What is wrong with the text of a query. The column counts characters from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryError {
    pub column: usize,
    pub message: String,
}

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "column {}: {}", self.column, self.message)
    }
}

impl std::error::Error for QueryError {}

/// Why a query did not come to its end. What it found before stands.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QueryFailure {
    /// Whoever was told of its progress said so.
    #[error("cancelled")]
    Cancelled,
    #[error("the document is no JSON: {0}")]
    Document(JsonError),
    #[error("only JSON can be queried")]
    Kind,
    /// What jq says.
    #[error("{0}")]
    Jq(String),
    /// jq holds a whole value in memory.
    #[error("jq would need the whole document in memory, more than {} MB: a JSONPath does not", .0 >> 20)]
    TooLarge(u64),
}

/// How far a query has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueryProgress {
    /// Bytes of the document.
    pub read: u64,
    pub results: u64,
}

impl Query {
    /// A text that starts with `$` is a JSONPath, any other is jq.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        if text.trim_start().starts_with('$') { Self::json_path(text.trim()) } else { Self::jq(text) }
    }

    /// A JSONPath (RFC 9535). Results come in the order in which they stand in the document; one that segments
    /// reach in several ways may come more than once.
    pub fn json_path(text: &str) -> Result<Self, QueryError> {
        Ok(Self(Language::JsonPath(jsonpath::parse(text)?)))
    }

    /// A jq filter. It can read nothing but its input.
    pub fn jq(text: &str) -> Result<Self, QueryError> {
        Ok(Self(Language::Jq(Program::compile(text)?)))
    }
}

impl Document {
    /// An empty document for results, one JSON value after another, and the end to write them to.
    pub fn results() -> (Self, Writer) {
        Self::growing(Bytes::new(), Some("application/x-ndjson"))
    }

    /// Asks, and appends each result to `results` on a line of its own; for a task. Every megabyte and at every
    /// result it tells how far it is, and stops when it is answered false. Returns the number of results.
    ///
    /// What a JSONPath finds is appended as it was received. Records of NDJSON are the items of one array to a
    /// JSONPath, and inputs one after another to jq.
    pub fn query(
        &self,
        query: &Query,
        results: &mut Writer,
        mut go_on: impl FnMut(QueryProgress) -> bool,
    ) -> Result<u64, QueryFailure> {
        if !self.kind().is_json() {
            return Err(QueryFailure::Kind);
        }
        let mut output = Output { writer: results, pending: Vec::new(), count: 0 };
        let ended = match &query.0 {
            Language::JsonPath(path) => self.select(path, &mut output, &mut go_on),
            Language::Jq(program) => self.run(program, &mut output, &mut go_on),
        };
        output.flush();
        ended.map(|()| output.count)
    }

    fn select(
        &self,
        path: &Path,
        output: &mut Output<'_>,
        go_on: &mut dyn FnMut(QueryProgress) -> bool,
    ) -> Result<(), QueryFailure> {
        let source = &*self.inner.text;
        let (mut cancelled, mut read) = (false, 0);
        let many = self.kind() == Kind::NdJson;
        let ended = select(&source, many, &path.segments, &Root::new(source, path), &mut |event| {
            match event {
                Event::Found(range) => output.push(&source.read(range)),
                Event::Passed(offset) => read = offset,
            }
            cancelled = !go_on(QueryProgress { read, results: output.count });
            if cancelled { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        match ended {
            _ if cancelled => Err(QueryFailure::Cancelled),
            Ok(()) => Ok(()),
            Err(fault) => Err(QueryFailure::Document(self.json_error(fault))),
        }
    }

    fn run(
        &self,
        program: &Program,
        output: &mut Output<'_>,
        go_on: &mut dyn FnMut(QueryProgress) -> bool,
    ) -> Result<(), QueryFailure> {
        let source = &*self.inner.text;
        let many = self.kind() == Kind::NdJson;
        let path = if many { Path::items() } else { Path::whole() };
        let (mut failure, mut read) = (None, 0);
        let ended = select(&source, many, &path.segments, &Root::new(source, &path), &mut |event| {
            let ended = match event {
                Event::Passed(offset) => {
                    read = offset;
                    Ok(())
                }
                Event::Found(range) if range.end - range.start > jq::LARGEST => {
                    Err(QueryFailure::TooLarge(jq::LARGEST))
                }
                Event::Found(range) => program.run(&source.read(range), |result| {
                    output.push(result.as_bytes());
                    go_on(QueryProgress { read, results: output.count })
                }),
            };
            let cancelled =
                || (!go_on(QueryProgress { read, results: output.count })).then_some(QueryFailure::Cancelled);
            failure = ended.err().or_else(cancelled);
            if failure.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        match (failure, ended) {
            (Some(failure), _) => Err(failure),
            (None, Err(fault)) => Err(QueryFailure::Document(self.json_error(fault))),
            (None, Ok(())) => Ok(()),
        }
    }
}

/// Results on their way to a document, some at a time.
struct Output<'a> {
    writer: &'a mut Writer,
    pending: Vec<u8>,
    count: u64,
}

impl Output<'_> {
    fn push(&mut self, result: &[u8]) {
        self.pending.extend_from_slice(result);
        self.pending.push(b'\n');
        self.count += 1;
        // The first result is shown at once.
        if self.pending.len() >= BATCH || self.count == 1 {
            self.flush();
        }
    }

    fn flush(&mut self) {
        self.writer.append(std::mem::take(&mut self.pending).into());
    }
}
