//! Questions to the history. It is opened when it is first asked, behind the first frame.

use std::{
    path::Path,
    sync::{
        OnceLock,
        atomic::{AtomicBool, Ordering},
    },
};

use crate::{
    model::{Exchange, ExchangeId, NodeId},
    store::{
        history::{Filter, History, HistoryError},
        places::Places,
    },
};

use super::{
    super::{
        app::notices::Notice,
        event::{Event, QueryId},
    },
    Shared, documents,
};

/// The history, opened once.
#[derive(Debug)]
pub(super) struct Shelf {
    places: Places,
    history: OnceLock<Result<History, HistoryError>>,
    /// Whether it was said that a damaged file was set aside.
    told: AtomicBool,
}

impl Shelf {
    pub(super) fn new(places: Places) -> Self {
        Self { places, history: OnceLock::new(), told: AtomicBool::new(false) }
    }

    fn opened(&self) -> Result<&History, &HistoryError> {
        self.history.get_or_init(|| History::open(&self.places)).as_ref()
    }
}

/// Why an exchange could not be read or kept.
#[derive(Debug, thiserror::Error)]
pub(super) enum ShelfError {
    #[error("the history could not be opened: {0}")]
    Closed(String),
    #[error(transparent)]
    History(#[from] HistoryError),
}

impl Shelf {
    fn open(&self) -> Result<&History, ShelfError> {
        self.opened().map_err(|error| {
            let mut text = error.to_string();
            let mut source = std::error::Error::source(error);
            while let Some(cause) = source {
                text = format!("{text}: {cause}");
                source = cause.source();
            }
            ShelfError::Closed(text)
        })
    }

    pub(super) fn record(&self, exchange: &Exchange, folder: Option<&Path>) -> Result<(), ShelfError> {
        Ok(self.open()?.record(exchange, folder)?)
    }

    /// `true` the first time.
    fn tell_once(&self) -> bool {
        !self.told.swap(true, Ordering::Relaxed)
    }

    pub(super) fn get(&self, id: &ExchangeId) -> Result<Option<Exchange>, ShelfError> {
        Ok(self.open()?.get(&id.0)?)
    }
}

pub(super) fn list(shared: &Shared, query: QueryId, filter: &Filter) {
    let listed = shared.history.open().and_then(|history| Ok(history.list(filter)?));
    match listed {
        Ok(entries) => shared.tell(Event::HistoryListed { query, entries }),
        Err(error) => shared.report(Notice::from_error("The history cannot be listed", &error)),
    }
    if let Ok(History { set_aside: Some(aside), .. }) = shared.history.open()
        && shared.history.tell_once()
    {
        let notice = Notice::warning("The history was damaged, and is begun anew");
        shared.report(notice.with_hint(format!("the old one is kept as {}", aside.display())));
    }
}

pub(super) fn open(shared: &Shared, id: &ExchangeId) {
    match shared.history.get(id) {
        Ok(Some(exchange)) => {
            let document = documents::of(shared, &exchange);
            shared.tell(Event::ExchangeOpened { exchange: Box::new(exchange), document });
        }
        Ok(None) => shared.report(Notice::warning("This entry is not in the history any more")),
        Err(error) => shared.report(Notice::from_error("The entry cannot be opened", &error)),
    }
}

/// The last answer of a request, to show beside it. That there is none is no news.
pub(super) fn find_latest(shared: &Shared, request: NodeId) {
    let folder = shared.collection_folder(&request);
    let found = shared.history.open().and_then(|history| Ok(history.latest(&request, &folder)?));
    match found {
        Ok(Some(exchange)) => {
            let document = documents::of(shared, &exchange);
            shared.tell(Event::LatestFound { request, exchange: Box::new(exchange), document });
        }
        Ok(None) => {}
        Err(error) => shared.report(Notice::from_error("The last answer cannot be read", &error)),
    }
}

pub(super) fn delete(shared: &Shared, id: &ExchangeId) {
    match shared.history.open().and_then(|history| Ok(history.delete(id)?)) {
        Ok(_) => shared.tell(Event::HistoryChanged),
        Err(error) => shared.report(Notice::from_error("The entry was not deleted", &error)),
    }
}
