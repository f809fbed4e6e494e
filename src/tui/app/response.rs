//! The response pane's state: which tab, and where in it.

use super::viewer::Viewer;
use crate::{document::Document, tui::widgets::document_view::DocumentState};

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

/// State of the response pane.
#[derive(Debug, Default)]
pub struct Response {
    pub tab: Tab,
    /// The body, where there is one.
    pub viewer: Option<Viewer>,
    /// Where one is in the other tabs, which are lists of lines.
    pub rest: DocumentState,
    /// Whether secrets of the request as sent are shown.
    pub is_revealed: bool,
}

impl Response {
    /// A body is shown: from its beginning, or where one is in it already. `follows` begins at the end of what arrives.
    pub fn show(&mut self, document: Option<&Document>, follows: bool) {
        self.is_revealed = false;
        if document.is_some() && document == self.viewer.as_ref().map(Viewer::document) {
            self.measure();
            return;
        }
        let is_wrapped = self.viewer.as_ref().is_some_and(|viewer| viewer.sheet().place.is_wrapped());
        self.viewer = document.map(|document| Viewer::new(document, is_wrapped, follows));
        self.rest = DocumentState::default();
    }

    /// More of the document may be known.
    pub fn measure(&mut self) {
        if let Some(viewer) = &mut self.viewer {
            viewer.measure();
        }
    }
}
