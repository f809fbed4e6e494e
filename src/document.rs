//! Big text: bytes, lines, pretty-print, search, highlight. Knows neither HTTP nor the terminal; of a theme only which of its
//! roles a class has.
//!
//! A [`Document`] is its bytes as received, an index of sparse checkpoints, and nothing else: the pretty form, its
//! colours and its line numbers exist for the lines that are asked for. So a document of a gigabyte is shown as
//! soon as one of a kilobyte, and while it arrives. Whoever makes one lets a task of its own call
//! [`Document::index_more`] until it is done; everything works before that, on as much as is indexed.
//!
//! ```
//! use antiphon::document::{Document, View};
//!
//! let document = Document::new(r#"{"id":1,"tags":[]}"#.into(), Some("application/json"));
//! let lines = document.view(View::Pretty);
//! assert_eq!(lines.len(), 4);
//! assert_eq!(lines.window(1..2)[0].text(), r#"  "id": 1,"#);
//! assert_eq!(lines.path_at(2).as_deref(), Some("$.tags"));
//! ```

mod charset;
mod compare;
mod csv;
mod editor;
mod hex;
mod json;
mod kind;
mod line;
mod markup;
mod paint;
mod query;
mod search;
mod source;
mod syntax;
mod table;
mod text;
mod view;
mod writer;

#[cfg(test)]
mod tests;

use std::{
    fs::File,
    io,
    ops::Range,
    sync::{Arc, OnceLock},
};

use bytes::Bytes;
use encoding_rs::{Encoding, UTF_8};

pub use self::{
    charset::declared_text,
    compare::{
        By, Change, CompareFailure, CompareOptions, CompareProgress, ComparedLine, Comparison, Counts,
        Difference, Form,
    },
    editor::highlight_lines,
    json::{
        Crumb, JsonError, PathStyle, Rewriter, check_json, check_json_template, format_json, unquote_json,
    },
    kind::Kind,
    line::{Class, LINE_CAP, Line, Span},
    query::{Answer, Places, Query, QueryError, QueryFailure, QueryProgress},
    search::{Matches, Search, SearchError},
    table::{Column, Direction, Order, SortProgress, Table},
    view::{Lines, View},
    writer::Writer,
};
use self::{
    csv::Grid,
    json::{index::Index, scanner::Fault},
    markup::MarkupIndex,
    query::Place,
    source::Source,
    syntax::Highlighter,
    text::{Split, TextIndex},
};

/// Bytes that are indexed at once when a document is made: many pages, in less than a frame.
const FIRST: u64 = 256 * 1024;

/// Bytes that have to be UTF-8 for a document to be taken for it.
const HEAD: usize = 1 << 20;

/// The largest file in another encoding that is translated, in bytes; a larger one is read as UTF-8.
const TRANSLATED: u64 = 64 << 20;

/// A body of any size. Cheap to clone; clones are the same document.
#[derive(Debug, Clone)]
pub struct Document {
    inner: Arc<Inner>,
}

impl PartialEq for Document {
    /// Whether they are clones of one document.
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.inner, &other.inner)
    }
}

impl Eq for Document {}

#[derive(Debug)]
struct Inner {
    kind: Kind,
    encoding: &'static Encoding,
    /// As received.
    raw: Arc<Source>,
    /// As UTF-8, without a byte order mark; the same as `raw` where that is so already.
    text: Arc<Source>,
    text_index: TextIndex,
    /// For JSON.
    json: Option<Index>,
    /// For CSV.
    records: Option<TextIndex>,
    /// For XML and HTML.
    markup: Option<MarkupIndex>,
    grid: OnceLock<Grid>,
    highlighter: OnceLock<Option<Highlighter>>,
}

impl Inner {
    fn new(kind: Kind, encoding: &'static Encoding, raw: Arc<Source>, text: Arc<Source>) -> Self {
        Self {
            kind,
            encoding,
            raw,
            text,
            text_index: TextIndex::new(Split::Lines),
            json: kind.is_json().then(|| Index::new(kind == Kind::NdJson, 0)),
            records: (kind == Kind::Csv).then(|| TextIndex::new(Split::Records)),
            markup: matches!(kind, Kind::Xml | Kind::Html).then(|| MarkupIndex::new(kind == Kind::Html)),
            grid: OnceLock::new(),
            highlighter: OnceLock::new(),
        }
    }
}

/// How far the index has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Bytes of the text.
    pub indexed: u64,
    /// Bytes of the text that are there by now.
    pub total: u64,
    /// Whether everything is there and indexed.
    pub done: bool,
}

impl Document {
    /// A body that is whole; `media_type` is its `Content-Type`. Its first pages are ready at once.
    pub fn new(bytes: Bytes, media_type: Option<&str>) -> Self {
        let kind = Kind::detect(media_type, &bytes);
        let head = bytes.get(..HEAD).unwrap_or(&bytes);
        let encoding = charset::detect(media_type, kind, head, bytes.len() <= HEAD);
        let is_text = encoding == UTF_8 && !bytes.starts_with(charset::MARK);
        let decoded = (!is_text).then(|| Arc::new(Source::whole(charset::to_utf8(encoding, &bytes))));
        let raw = Arc::new(Source::whole(bytes));
        let text = decoded.unwrap_or_else(|| Arc::clone(&raw));
        let document = Self::of(kind, encoding, raw, text);
        document.index_more(FIRST);
        document
    }

    /// The same bytes with their compact form: a container of JSON without containers in it stands on one line
    /// where it takes no more than `columns` there; 0 for none.
    ///
    /// It grows with the document that it was made of, and has an index of its own, which is to be built by
    /// [`Self::index_more`]. Other kinds have no compact form: there it is the document itself.
    #[must_use]
    pub fn compacted(&self, columns: usize) -> Self {
        let inner = &self.inner;
        match &inner.json {
            Some(json) if json.compact != columns as u64 => {
                let (raw, text) = (Arc::clone(&inner.raw), Arc::clone(&inner.text));
                let index = Index::new(json.many, columns as u64);
                let inner = Inner { json: Some(index), ..Inner::new(inner.kind, inner.encoding, raw, text) };
                let document = Self { inner: Arc::new(inner) };
                document.index_more(FIRST);
                document
            }
            _ => self.clone(),
        }
    }

    /// A body in a file that nobody changes any more. It is read as it is needed, and a few megabytes of it are
    /// kept.
    pub fn from_file(file: File, media_type: Option<&str>) -> io::Result<Self> {
        let len = file.metadata()?.len();
        let file = Arc::new(file);
        let raw = Source::default();
        raw.append_file(&file, 0..len);
        raw.complete();
        let head = raw.read(0..HEAD as u64);
        let kind = Kind::detect(media_type, &head);
        let encoding = charset::detect(media_type, kind, &head, len <= HEAD as u64);
        let raw = Arc::new(raw);
        let text = if encoding != UTF_8 && len <= TRANSLATED {
            Arc::new(Source::whole(charset::to_utf8(encoding, &raw.read(0..len))))
        } else if head.starts_with(charset::MARK) {
            let text = Source::default();
            text.append_file(&file, charset::MARK.len() as u64..len);
            text.complete();
            Arc::new(text)
        } else {
            Arc::clone(&raw)
        };
        let document = Self::of(kind, encoding, raw, text);
        document.index_more(FIRST);
        Ok(document)
    }

    /// The JSON value that stands in that range of the text, as a document of its own. The two share their bytes.
    #[must_use]
    pub fn part(&self, range: Range<u64>) -> Self {
        let text = Arc::new(self.inner.text.slice(range));
        let document = Self::of(Kind::Json, UTF_8, Arc::clone(&text), text);
        document.index_more(FIRST);
        document
    }

    /// A body that is arriving, and the end that it is written to. `head` is its first piece, from which its kind
    /// and encoding are told.
    pub fn growing(head: Bytes, media_type: Option<&str>) -> (Self, Writer) {
        let kind = Kind::detect(media_type, &head);
        let encoding = charset::detect(media_type, kind, head.get(..HEAD).unwrap_or(&head), false);
        let is_text = encoding == UTF_8 && !head.starts_with(charset::MARK);
        let raw = Arc::new(Source::default());
        let text = if is_text { Arc::clone(&raw) } else { Arc::default() };
        let document = Self::of(kind, encoding, raw, text);
        let mut writer = Writer::new(document.clone());
        writer.append(head);
        document.index_more(FIRST);
        (document, writer)
    }

    fn of(kind: Kind, encoding: &'static Encoding, raw: Arc<Source>, text: Arc<Source>) -> Self {
        Self { inner: Arc::new(Inner::new(kind, encoding, raw, text)) }
    }

    pub fn kind(&self) -> Kind {
        self.inner.kind
    }

    /// The encoding's name, as WHATWG's standard has it.
    pub fn encoding(&self) -> &'static str {
        self.inner.encoding.name()
    }

    /// Bytes as received, so far.
    pub fn size(&self) -> u64 {
        self.inner.raw.len()
    }

    /// Whether nothing more comes.
    pub fn is_complete(&self) -> bool {
        self.inner.raw.is_complete()
    }

    /// The view to begin with.
    pub fn default_view(&self) -> View {
        if self.inner.kind == Kind::Binary { View::Hex } else { View::Pretty }
    }

    /// The views that differ for its kind, the one to begin with first.
    pub fn views(&self) -> Vec<View> {
        let inner = &self.inner;
        let has_layout = inner.json.is_some() || inner.records.is_some() || inner.markup.is_some();
        match inner.kind {
            Kind::Binary => vec![View::Hex, View::Raw],
            _ if has_layout => vec![View::Pretty, View::Raw, View::Hex],
            _ => vec![View::Pretty, View::Hex],
        }
    }

    pub fn view(&self, view: View) -> Lines {
        Lines::new(self.clone(), view)
    }

    /// The bytes of the text in that range (a line's or a span's, say), as far as they are there.
    pub fn read(&self, range: Range<u64>) -> Bytes {
        self.inner.text.read(range)
    }

    /// Writes the bytes as they were received, as far as they are there. Gives how many.
    ///
    /// # Errors
    /// Those of `out`; and where a file that the bytes lie in cannot be read to its end.
    pub fn write_to(&self, out: &mut impl io::Write) -> io::Result<u64> {
        let (raw, end) = (&self.inner.raw, self.size());
        let mut at = 0;
        while at < end {
            let block = raw.block(at);
            if block.is_empty() {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let left = usize::try_from(end - at).unwrap_or(usize::MAX);
            let block = block.slice(..block.len().min(left));
            out.write_all(&block)?;
            at += block.len() as u64;
        }
        Ok(at)
    }

    /// Indexes up to `budget` bytes more. For a task: call it until it is done, and after each piece of a body
    /// that is arriving. Readers never wait for it.
    pub fn index_more(&self, budget: u64) -> Progress {
        let inner = &self.inner;
        inner.text_index.build(&inner.text, budget);
        if let Some(json) = &inner.json {
            json.build(&inner.text, budget);
        }
        if let Some(records) = &inner.records {
            records.build(&inner.text, budget);
        }
        if let Some(markup) = &inner.markup {
            markup.build(&inner.text, budget);
        }
        self.progress()
    }

    pub fn progress(&self) -> Progress {
        let text = self.inner.text_index.extent();
        let (indexed, done) = match self.inner.json.as_ref().map(Index::extent) {
            Some(json) if json.fault.is_none() => (json.scanned.min(text.scanned), json.ended && text.ended),
            _ => (text.scanned, text.ended),
        };
        let (indexed, done) = match self.inner.markup.as_ref().map(MarkupIndex::extent) {
            Some(markup) => (markup.scanned.min(indexed), markup.ended && done),
            None => (indexed, done),
        };
        Progress { indexed, total: self.inner.text.len(), done }
    }

    /// What is wrong with a JSON document, as far as it is indexed.
    pub fn error(&self) -> Option<JsonError> {
        self.inner.json.as_ref()?.extent().fault.map(|fault| self.json_error(fault))
    }

    fn json_error(&self, fault: Fault) -> JsonError {
        let (line, start) = self.inner.text_index.line_at(&self.inner.text, fault.offset);
        let place = Place { offset: start, line: line as usize + 1, column: 1 };
        place.pass_to(fault.offset, &*self.inner.text).error(fault)
    }

    /// The matches that begin in that range of the text, as ranges of its bytes, found as they are asked for.
    pub fn find<'a>(&'a self, search: &'a Search, range: Range<u64>) -> Matches<'a> {
        Matches::new(search, &self.inner.text, range)
    }

    /// The first match that begins at or after `from`.
    pub fn find_next(&self, search: &Search, from: u64) -> Option<Range<u64>> {
        self.find(search, from..u64::MAX).next()
    }

    /// The last match that begins before `before`.
    pub fn find_previous(&self, search: &Search, before: u64) -> Option<Range<u64>> {
        search.last(&self.inner.text, before)
    }

    /// Counts all matches, for a task: every few megabytes it tells how many there are up to which offset, and
    /// stops with `None` when it is answered false.
    pub fn count_matches(&self, search: &Search, go_on: impl FnMut(u64, u64) -> bool) -> Option<u64> {
        search.count(&self.inner.text, go_on)
    }

    /// How CSV's records are laid out: measured anew until there is enough to measure.
    fn grid(&self) -> Grid {
        let text = &self.inner.text;
        let measure = || Grid::measure(&text.read(0..csv::SAMPLE));
        if text.is_complete() || text.len() >= csv::SAMPLE {
            self.inner.grid.get_or_init(measure).clone()
        } else {
            measure()
        }
    }

    fn highlighter(&self) -> Option<&Highlighter> {
        self.inner.highlighter.get_or_init(|| Highlighter::new(self.inner.kind)).as_ref()
    }
}
