//! The history pane's state.

use crate::{
    model::ExchangeId,
    store::history::Entry,
    tui::{
        event::QueryId,
        widgets::{list::List, text_field::TextField},
    },
};

use super::super::update::Replay;

/// Entries read at a time; more are read as one scrolls.
pub const PAGE: usize = 200;

/// Whether there are entries older than those that were read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Older {
    #[default]
    Unread,
    /// The answer to the question goes after what is shown.
    Asked,
    Nothing,
}

/// State of the history.
#[derive(Debug, Default)]
pub struct History {
    /// Newest first.
    pub entries: Vec<Entry>,
    pub list: List,
    /// The filter, while there is one.
    pub filter: Option<TextField>,
    /// Whether keys go to the filter.
    pub is_filtering: bool,
    /// Of all requests, rather than of the open one.
    pub is_of_all: bool,
    /// The question whose answer is awaited; other answers are late.
    pub query: QueryId,
    pub older: Older,
    /// What is to be done with the entry that is being opened.
    pub opening: Option<(ExchangeId, Option<Replay>)>,
}

impl History {
    pub fn selected(&self) -> Option<&Entry> {
        self.entries.get(self.list.selected()?)
    }
}
