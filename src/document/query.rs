//! Queries: JSONPath over bytes, jq over values. What they find is told as it is found, or becomes a document of its
//! own, one result after another.

mod arriving;
mod ask;
mod jq;
mod jsonpath;
mod place;

use std::{fmt, ops::Range};

use bytes::Bytes;

pub use self::jsonpath::Places;
pub(crate) use self::jsonpath::{Followed, Step};
pub(super) use self::place::Place;
use self::{ask::ask, jq::Program, jsonpath::Path};
use super::{Document, JsonError, Kind, PathStyle, Writer};

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
    #[error(
        "jq would need the whole document in memory, more than {} MB: a JSONPath does not, nor a filter that begins with \
         the items of a container, as `.items[] | …`",
        .0 >> 20
    )]
    TooLarge(u64),
    /// jq goes through a value on the stack.
    #[error("jq takes no more than {0} containers in each other: a JSONPath does")]
    TooDeep(usize),
    /// jq made such a value: writing it goes through it on the stack too.
    #[error("the filter makes a value of more than {0} containers in each other")]
    MadeTooDeep(usize),
}

/// How far a query has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct QueryProgress {
    /// Bytes of the document.
    pub read: u64,
    pub results: u64,
}

/// What a query tells while it is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// A JSONPath found a value: the bytes of the text where it stands, as it was received.
    Found { range: Range<u64>, path: Option<String> },
    /// jq made a value, as text.
    Made(String),
    /// So many bytes have been read.
    Passed(u64),
}

impl Query {
    /// A text that starts with `$` is a JSONPath, any other is jq.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        if text.trim_start().starts_with('$') { Self::json_path(text.trim()) } else { Self::jq(text) }
    }

    /// Whether it is a JSONPath.
    pub fn is_json_path(&self) -> bool {
        matches!(self.0, Language::JsonPath(_))
    }

    /// Whether a filter of it asks of the whole document (`$`), which then has to stay at hand.
    pub fn asks_of_the_root(&self) -> bool {
        matches!(&self.0, Language::JsonPath(path) if path.asks_of_the_root())
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
        let mut output = Output { writer: results, pending: Vec::new(), count: 0 };
        let mut read = 0;
        let ended = self.ask(query, None, |answer| {
            match answer {
                Answer::Found { range, .. } => output.push(&self.read(range)),
                Answer::Made(text) => output.push(text.as_bytes()),
                Answer::Passed(offset) => read = offset,
            }
            go_on(QueryProgress { read, results: output.count })
        });
        output.flush();
        ended.map(|()| output.count)
    }

    /// The first value that a JSONPath finds, as a range of the text. jq makes values and has no place for them.
    pub fn locate(&self, query: &Query) -> Result<Option<Range<u64>>, QueryFailure> {
        let mut first = None;
        let ended = self.ask(query, None, |answer| {
            if let Answer::Found { range, .. } = answer {
                first = Some(range);
            }
            first.is_none()
        });
        match (first, ended) {
            (Some(first), _) => Ok(Some(first)),
            (None, ended) => ended.map(|()| None),
        }
    }

    /// Asks, and gives each answer to `listener`, until that answers false. `paths` says how the paths of what a
    /// JSONPath finds are written, where they are wanted.
    pub fn ask(
        &self,
        query: &Query,
        paths: Option<PathStyle>,
        mut listener: impl FnMut(Answer) -> bool,
    ) -> Result<(), QueryFailure> {
        if !self.kind().is_json() {
            return Err(QueryFailure::Kind);
        }
        let source = &*self.inner.text;
        let asked = ask(query, source, self.kind() == Kind::NdJson, paths, &mut listener);
        asked.map_err(|stop| stop.failure(|offset| Place::START.pass_to(offset, source)))
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
