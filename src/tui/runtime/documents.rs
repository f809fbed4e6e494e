//! Bodies made ready to be shown, and written to files.

use std::{fs::File, io::Write, path::Path};

use crate::{
    document::{Document, Search},
    model::{Content, Exchange, ExchangeId},
};

use super::{
    super::{app::notices::Notice, event::Event},
    Shared,
};

/// Bytes that are indexed between two frames.
const INDEX_STEP: u64 = 8 * 1024 * 1024;

/// The document of an exchange's body; the rest of its index is built behind it.
pub(super) fn of(shared: &Shared, exchange: &Exchange) -> Option<Document> {
    let payload = exchange.payload().filter(|payload| payload.size > 0)?;
    let document = match &payload.content {
        Content::Memory(bytes) => Document::new(bytes.clone(), payload.media_type.as_deref()),
        Content::File(file) => match File::open(file.path())
            .and_then(|file| Document::from_file(file, payload.media_type.as_deref()))
        {
            Ok(document) => document,
            Err(error) => {
                shared.report(Notice::from_error("The body cannot be shown", &error));
                return None;
            }
        },
        Content::Elsewhere => return None,
    };
    if !document.progress().done {
        let (shared, document) = (shared.clone(), document.clone());
        // A thread of its own: a gigabyte takes seconds, and blocking threads are for short work.
        std::thread::spawn(move || {
            while !document.index_more(INDEX_STEP).done {
                shared.tell(Event::DocumentIndexed);
            }
            shared.tell(Event::DocumentIndexed);
        });
    }
    Some(document)
}

/// Writes an exchange's body, as it was decoded, to a new file; one that exists is not replaced.
pub(super) fn save_body(shared: &Shared, id: &ExchangeId, path: &Path) {
    let path = if path.is_absolute() { path.to_owned() } else { shared.root.join(path) };
    match try_save(shared, id, &path) {
        Ok(size) => shared.report(Notice::info(format!("Wrote {size} bytes to {}", path.display()))),
        Err(error) => {
            let summary = format!("The body was not written to {}", path.display());
            shared.report(Notice::from_error(summary, error.as_ref()));
        }
    }
}

fn try_save(shared: &Shared, id: &ExchangeId, path: &Path) -> Result<u64, Box<dyn std::error::Error>> {
    let exchange = shared.history.get(id)?.ok_or("it is not in the history any more")?;
    let payload = exchange.payload().ok_or("there is no body")?;
    let folder = path.parent().ok_or("this is not a file's path")?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    match &payload.content {
        Content::Memory(bytes) => file.write_all(bytes)?,
        Content::File(from) => {
            std::io::copy(&mut File::open(from.path())?, &mut file)?;
        }
        Content::Elsewhere => return Err("its body was not kept".into()),
    }
    file.as_file().sync_all()?;
    file.persist_noclobber(path).map_err(|error| error.error)?;
    Ok(payload.size)
}

/// Looks for a match from a byte on, and then from the other end.
pub(super) fn find(shared: &Shared, document: Document, pattern: String, from: u64, forward: bool) {
    let search = Search::literal(&pattern);
    let at = if forward {
        document.find_next(&search, from).or_else(|| document.find_next(&search, 0))
    } else {
        document.find_previous(&search, from).or_else(|| document.find_previous(&search, document.size()))
    };
    shared.tell(Event::MatchFound { document, pattern, at });
}

/// Counts every match.
pub(super) fn count(shared: &Shared, document: Document, pattern: String) {
    if let Some(count) = document.count_matches(&Search::literal(&pattern), |_, _| true) {
        shared.tell(Event::MatchesCounted { document, pattern, count });
    }
}
