//! A question to a document while it is read: nothing of it is kept that the query is past.

use std::{
    cell::{Cell, RefCell},
    fmt,
    ops::Range,
};

use bytes::Bytes;

use super::{Answer, Query, QueryFailure, ask::ask, jsonpath::Text, place::Place};
use crate::document::{Document, Kind, PathStyle, source::Source};

impl Document {
    /// Asks a growing document while its body is read: whenever the query has seen all that is there, `more` has to
    /// append to it, or drop its writer. What the query is past is let go of, so the document shows nothing
    /// afterwards, and the query must not [ask of the root](Query::asks_of_the_root) in filters. An answer's bytes
    /// have to be read while `listener` is told of it.
    pub fn ask_while_reading(
        &self,
        query: &Query,
        paths: Option<PathStyle>,
        more: &mut dyn FnMut(),
        mut listener: impl FnMut(Answer) -> bool,
    ) -> Result<(), QueryFailure> {
        if !self.kind().is_json() {
            return Err(QueryFailure::Kind);
        }
        let (raw, text) = (&*self.inner.raw, &*self.inner.text);
        let place = Cell::new(Place::START);
        let arriving = Arriving { raw, text, more: RefCell::new(more), place };
        let asked = ask(query, &arriving, self.kind() == Kind::NdJson, paths, &mut listener);
        asked.map_err(|stop| stop.failure(|offset| arriving.place.get().pass_to(offset, text)))
    }
}

struct Arriving<'a> {
    raw: &'a Source,
    text: &'a Source,
    more: RefCell<&'a mut dyn FnMut()>,
    /// Where that begins which is kept.
    place: Cell<Place>,
}

impl fmt::Debug for Arriving<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Arriving").field("place", &self.place).finish_non_exhaustive()
    }
}

impl Text for Arriving<'_> {
    fn block(&self, offset: u64) -> Bytes {
        loop {
            let complete = self.text.is_complete();
            let block = self.text.block(offset);
            if complete || !block.is_empty() {
                return block;
            }
            (self.more.borrow_mut())();
        }
    }

    fn read(&self, range: Range<u64>) -> Bytes {
        self.text.read(range)
    }

    fn release(&self, before: u64) {
        let mut place = self.place.get();
        while place.offset < before {
            let block = self.text.block(place.offset);
            let end = place.offset + block.len() as u64;
            if block.is_empty() || end > before {
                break;
            }
            place.pass(&block);
        }
        self.place.set(place);
        self.text.release(place.offset);
        // What was translated is needed no more.
        if !std::ptr::eq(self.raw, self.text) {
            self.raw.release(u64::MAX);
        }
    }
}
