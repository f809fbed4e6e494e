//! The response pane's state: which tab, where in it, what is searched for.

use std::ops::Range;

use crate::{
    document::{Document, Lines, View},
    tui::widgets::{document_view::DocumentState, text_field::TextField, viewport::Step},
};

/// What of an answer is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tab {
    #[default]
    Body,
    Headers,
    Cookies,
    Timing,
    /// The request as it went out, hop by hop.
    Sent,
}

impl Tab {
    pub const ALL: [Self; 5] = [Self::Body, Self::Headers, Self::Cookies, Self::Timing, Self::Sent];

    pub fn title(self) -> &'static str {
        match self {
            Self::Body => "Body",
            Self::Headers => "Headers",
            Self::Cookies => "Cookies",
            Self::Timing => "Timing",
            Self::Sent => "Sent",
        }
    }
}

/// A search in the body.
#[derive(Debug)]
pub struct Searching {
    pub field: TextField,
    pub is_typing: bool,
    /// The match that was gone to last.
    pub found: Option<Range<u64>>,
    /// All matches, once they are counted.
    pub count: Option<u64>,
    /// There is none.
    pub is_missing: bool,
}

/// State of the response pane.
#[derive(Debug, Default)]
pub struct Response {
    pub tab: Tab,
    /// The body's lines, in the view that was chosen.
    pub lines: Option<Lines>,
    pub body: DocumentState,
    /// Where one is in the other tabs, which are lists of lines.
    pub rest: DocumentState,
    pub search: Option<Searching>,
    /// Whether secrets of the request as sent are shown.
    pub is_revealed: bool,
}

impl Response {
    /// Another body is shown, from its beginning.
    pub fn show(&mut self, document: Option<&Document>) {
        let is_wrapped = self.body.is_wrapped();
        self.lines = document.map(|document| document.view(document.default_view()));
        self.body = DocumentState::default();
        self.body.set_wrapped(is_wrapped);
        self.rest = DocumentState::default();
        self.search = None;
        self.is_revealed = false;
        self.measure();
    }

    /// More of the document may be known.
    pub fn measure(&mut self) {
        self.body.set_len(self.lines.as_ref().map_or(0, Lines::len));
    }

    /// Goes on to the next way to show the body, staying at the same bytes.
    pub fn switch_view(&mut self) {
        let Some(lines) = &self.lines else { return };
        let next = match lines.view() {
            View::Pretty => View::Raw,
            View::Raw => View::Hex,
            View::Hex => View::Pretty,
        };
        let at =
            lines.window(self.body.cursor()..self.body.cursor() + 1).first().map(|line| line.range.start);
        let lines = lines.document().view(next);
        let line = at.map_or(0, |at| lines.line_at(at));
        self.lines = Some(lines);
        self.measure();
        self.body.go(Step::To(line));
    }
}
