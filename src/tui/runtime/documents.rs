//! Bodies made ready to be shown, and written to files.

use std::{fs::File, ops::Range, path::Path};

use crate::{
    document::{Document, Query, QueryFailure, QueryProgress, Search},
    format::size,
    http,
    model::{Content, Exchange, Outcome},
};

use super::{
    super::{
        app::{notices::Notice, viewer::Pattern},
        effect::SavedBody,
        event::{Event, QueryId},
    },
    Shared,
    pace::Pace,
    turns::Turn,
};

/// Bytes that are indexed between two frames.
pub(super) const INDEX_STEP: u64 = 8 * 1024 * 1024;
/// Bytes that are searched before it is asked whether somebody still waits.
const SEARCH_STEP: usize = 16 << 20;
/// Bytes that take long enough to write for a word about it.
const LARGE: u64 = 64 << 20;

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
        std::thread::spawn(move || index(&shared, &document));
    }
    Some(document)
}

/// Indexes a document to the end of what is there, and tells of it as it goes on.
pub(super) fn index(shared: &Shared, document: &Document) {
    while !document.index_more(INDEX_STEP).done {
        shared.tell(Event::DocumentIndexed);
    }
    shared.tell(Event::DocumentIndexed);
}

/// Writes a document, as it was received, to a new file; one that exists is not replaced.
pub(super) fn save(shared: &Shared, document: &Document, path: &Path) {
    let path = shared.root.join(path);
    match http::save_new(&path, |file| document.write_to(file)) {
        Ok(size) => shared.report(Notice::info(written(size, &path))),
        Err(error) => {
            let summary = format!("The document was not written to {}", path.display());
            shared.report(Notice::from_error(summary, &error));
        }
    }
}

/// Writes an exchange's body, as it was decoded, to a new file; one that exists is not replaced.
pub(super) fn save_body(shared: &Shared, body: SavedBody, path: &Path) {
    let path = shared.root.join(path);
    match try_save(shared, body, &path) {
        Ok((size, true)) => shared.report(Notice::info(written(size, &path))),
        Ok((size, false)) => {
            let what = format!("{}: it is a part", written(size, &path));
            let hint = "the answer broke off; what is there is what arrived of it";
            shared.report(Notice::warning(what).with_hint(hint));
        }
        Err(error) => {
            let summary = format!("The body was not written to {}", path.display());
            shared.report(Notice::from_error(summary, error.as_ref()));
        }
    }
}

fn written(size: u64, path: &Path) -> String {
    format!("Wrote {} to {}", size::human(size), path.display())
}

/// The bytes that were written, and whether they are the whole.
fn try_save(
    shared: &Shared,
    mut body: SavedBody,
    path: &Path,
) -> Result<(u64, bool), Box<dyn std::error::Error>> {
    if body.content == Content::Elsewhere {
        let exchange = shared.history.get(&body.exchange)?.ok_or("it is not in the history any more")?;
        body.is_whole = matches!(exchange.outcome, Outcome::Answered(_));
        body.content = exchange.payload().ok_or("there is no body")?.content.clone();
    }
    let bytes = match &body.content {
        Content::Memory(bytes) => bytes.len() as u64,
        Content::File(file) => std::fs::metadata(file.path())?.len(),
        Content::Elsewhere => return Err("its body was not kept".into()),
    };
    if bytes >= LARGE {
        shared.report(Notice::info(format!("Writing {} to {} …", size::human(bytes), path.display())));
    }
    Ok((http::save(&body.content, path)?, body.is_whole))
}

/// Looks for a match from a byte on, and then from the other end, as long as nothing else is looked for.
pub(super) fn find(
    shared: &Shared,
    document: Document,
    pattern: Pattern,
    from: u64,
    forward: bool,
    turn: &Turn,
) {
    let at = pattern.compiled().map(|search| {
        if forward {
            next(&document, &search, from, turn).or_else(|| next(&document, &search, 0, turn))
        } else {
            document.find_previous(&search, from).or_else(|| document.find_previous(&search, u64::MAX))
        }
    });
    if turn.is_on() {
        shared.tell(Event::MatchFound { document, pattern, at });
    }
}

/// As one types, each letter looks anew through what may be a gigabyte: what is not wanted any more ends.
fn next(document: &Document, search: &Search, from: u64, turn: &Turn) -> Option<Range<u64>> {
    let starts = (from..document.progress().total).step_by(SEARCH_STEP);
    let mut starts = starts.take_while(|_| turn.is_on());
    starts.find_map(|start| document.find(search, start..start + SEARCH_STEP as u64).next())
}

/// Counts every match, and tells how many there are so far.
pub(super) fn count(shared: &Shared, document: &Document, pattern: &Pattern, turn: &Turn) {
    let Ok(search) = pattern.compiled() else { return };
    let tell = |count, is_all| {
        let (document, pattern) = (document.clone(), pattern.clone());
        shared.tell(Event::MatchesCounted { document, pattern, count, is_all });
    };
    let mut pace = Pace::default();
    let count = document.count_matches(&search, |count, _| {
        if pace.is_time(shared.now()) {
            tell(count, false);
        }
        turn.is_on()
    });
    if let Some(count) = count {
        tell(count, true);
    }
}

/// Asks a document; what is found is shown while it is found.
pub(super) fn query(shared: &Shared, run: QueryId, document: &Document, text: &str, turn: &Turn) {
    let query = match Query::parse(text) {
        Ok(query) => query,
        Err(error) => {
            let failure = Some(error.to_string());
            return shared.tell(Event::QueryEnded { run, count: 0, failure });
        }
    };
    let (results, mut writer) = Document::results();
    let mut last = QueryProgress::default();
    let mut pace = Pace::default();
    let mut is_told = false;
    let ended = document.query(&query, &mut writer, |progress| {
        last = progress;
        if pace.is_time(shared.now()) {
            if !std::mem::replace(&mut is_told, true) {
                shared.tell(Event::QueryBegan { run, results: results.clone() });
            }
            results.index_more(INDEX_STEP);
            let QueryProgress { results: count, read } = progress;
            shared.tell(Event::QueryProgressed { run, count, read });
        }
        turn.is_on()
    });
    writer.finish();
    if ended == Err(QueryFailure::Cancelled) {
        return;
    }
    // The first of them before the answer: a page is there when it is shown.
    results.index_more(INDEX_STEP);
    if !is_told {
        shared.tell(Event::QueryBegan { run, results: results.clone() });
    }
    let failure = ended.err().map(|failure| failure.to_string());
    shared.tell(Event::QueryEnded { run, count: last.results, failure });
    while turn.is_on() && !results.index_more(INDEX_STEP).done {
        shared.tell(Event::DocumentIndexed);
    }
    shared.tell(Event::DocumentIndexed);
}

/// Looks up where a JSONPath leads.
pub(super) fn locate(shared: &Shared, document: Document, path: String) {
    let at = match Query::json_path(&path) {
        Ok(query) => document.locate(&query).map_err(|failure| failure.to_string()),
        Err(error) => Err(error.to_string()),
    };
    let at = at.map(|found| found.map(|range| range.start));
    shared.tell(Event::PathLocated { document, path, at });
}
