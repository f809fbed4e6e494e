//! One document on the screen: its lines in some view, the place in them, what is searched for and asked of it.
//!
//! Knows nothing of requests: the response pane holds one, and so does `antiphon view`. What takes long (matches,
//! queries, paths) is asked for as effects, and its answers name what they answer, so that late ones are dropped.

use std::ops::Range;

use crate::{
    document::{Document, Lines, Search, View},
    tui::{
        event::QueryId,
        widgets::{document_view::DocumentState, text_field::TextField, viewport::Step},
    },
};

/// Lines and where one is in them.
#[derive(Debug)]
pub struct Sheet {
    pub lines: Lines,
    pub place: DocumentState,
    pub search: Option<Searching>,
    /// The cursor stays at the end while the document grows.
    pub follows: bool,
}

/// What is searched for, as it was typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pattern {
    pub text: String,
    pub is_regex: bool,
}

impl Pattern {
    /// What looks for it; or why it is no regular expression.
    pub fn compiled(&self) -> Result<Search, String> {
        if self.is_regex {
            // The lines before the last show the place, which the field shows as well.
            let reason =
                |error: &str| error.lines().last().unwrap_or(error).trim_start_matches("error: ").to_owned();
            return Search::regex(&self.text).map_err(|error| reason(&error.to_string()));
        }
        Ok(Search::literal(&self.text))
    }
}

/// A search in a sheet.
#[derive(Debug, Default)]
pub struct Searching {
    pub field: TextField,
    pub is_regex: bool,
    /// What looks for the pattern; `None` where it is no regular expression.
    pub compiled: Option<Search>,
    /// The match that was gone to last.
    pub found: Option<Range<u64>>,
    /// Matches so far.
    pub count: u64,
    /// All of them are counted.
    pub is_counted: bool,
    pub verdict: Verdict,
    /// Where the cursor was when the search began: typing looks from there.
    pub origin: u64,
}

/// What came of looking for a match.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Verdict {
    /// Nothing was looked for yet, or it was found.
    #[default]
    Fine,
    Missing,
    /// The pattern is no regular expression.
    Malformed(String),
}

impl Searching {
    pub fn pattern(&self) -> Pattern {
        Pattern { text: self.field.text().to_owned(), is_regex: self.is_regex }
    }
}

/// A JSONPath or a jq filter with what it finds.
#[derive(Debug)]
pub struct Querying {
    pub field: TextField,
    /// The run whose results are shown.
    pub run: QueryId,
    /// What it found so far, a document of its own.
    pub results: Option<Sheet>,
    pub count: u64,
    /// Bytes of the document that were read.
    pub read: u64,
    pub state: QueryState,
    /// Which of the earlier queries is in the field; 0 is the last one.
    pub recalled: Option<usize>,
}

/// How far a query is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum QueryState {
    /// Nothing was asked.
    #[default]
    Idle,
    Running,
    Ended,
    /// Why it did not begin, or not come to its end.
    Failed(String),
}

/// What is being typed in the viewer's bottom line.
#[derive(Debug, Default)]
pub enum Typing {
    #[default]
    Nothing,
    Search,
    Query,
    /// A line, a percentage or a path to go to.
    Place(TextField),
}

/// A document as it is looked at.
#[derive(Debug)]
pub struct Viewer {
    source: Sheet,
    pub query: Option<Querying>,
    pub typing: Typing,
}

impl Sheet {
    pub fn new(document: &Document) -> Self {
        let mut sheet = Self {
            lines: document.view(document.default_view()),
            place: DocumentState::default(),
            search: None,
            follows: false,
        };
        sheet.measure();
        sheet
    }

    /// More of the document may be known, or something was folded.
    pub fn measure(&mut self) {
        self.place.set_len(self.lines.len());
        if self.follows {
            self.place.go(Step::Last);
        }
    }

    /// Moves the cursor. Who goes to the end of what still grows goes on with it.
    pub fn step(&mut self, step: Step) {
        self.follows = step == Step::Last && !self.lines.document().is_complete();
        self.place.go(step);
    }

    /// The offset of the first byte that the cursor's line shows.
    pub fn offset(&self) -> Option<u64> {
        let at = self.place.cursor();
        self.lines.window(at..at + 1).first().map(|line| line.range.start)
    }

    /// Goes to a byte of the text: opens what hides it, and moves sideways to its column where lines are not
    /// wrapped.
    pub fn go_to(&mut self, offset: u64) {
        let line = self.lines.reveal(offset);
        self.measure();
        self.step(Step::To(line));
        if self.place.is_wrapped() {
            return;
        }
        if let Some(line) = self.lines.window(line..line + 1).first() {
            let before = line.spans.iter().take_while(|span| span.range.end <= offset);
            let column: usize = before.map(|span| span.text.chars().count()).sum();
            self.place.reveal_column(column);
        }
    }

    /// Shows the document in another view, at the same bytes.
    pub fn switch_to(&mut self, view: View) {
        let at = self.offset();
        self.lines = self.lines.document().view(view);
        let line = at.map_or(0, |at| self.lines.line_at(at));
        self.measure();
        self.step(Step::To(line));
    }
}

impl Viewer {
    pub fn new(document: &Document, is_wrapped: bool, follows: bool) -> Self {
        let mut source = Sheet::new(document);
        source.follows = follows;
        source.place.set_wrapped(is_wrapped);
        Self { source, query: None, typing: Typing::Nothing }
    }

    /// The document itself, whatever was asked of it.
    pub fn document(&self) -> &Document {
        self.source.lines.document()
    }

    /// What is on the screen: what a query found, while there is one, else the document.
    pub fn sheet(&self) -> &Sheet {
        self.query.as_ref().and_then(|query| query.results.as_ref()).unwrap_or(&self.source)
    }

    pub fn sheet_mut(&mut self) -> &mut Sheet {
        self.query.as_mut().and_then(|query| query.results.as_mut()).unwrap_or(&mut self.source)
    }

    /// More of the documents may be known.
    pub fn measure(&mut self) {
        self.source.measure();
        if let Some(results) = self.query.as_mut().and_then(|query| query.results.as_mut()) {
            results.measure();
        }
    }

    pub fn is_typing(&self) -> bool {
        !matches!(self.typing, Typing::Nothing)
    }

    /// Where letters go, while something is typed.
    pub fn field_mut(&mut self) -> Option<&mut TextField> {
        if matches!(self.typing, Typing::Search) {
            return self.sheet_mut().search.as_mut().map(|search| &mut search.field);
        }
        match &mut self.typing {
            Typing::Place(field) => Some(field),
            Typing::Query => self.query.as_mut().map(|query| &mut query.field),
            Typing::Nothing | Typing::Search => None,
        }
    }

    /// The JSONPath of the line under the cursor, in the document that is on the screen.
    pub fn path(&self) -> Option<String> {
        let sheet = self.sheet();
        sheet.lines.path_at(sheet.place.cursor())
    }
}
