//! Every exchange, kept: one SQLite file in the data folder, and large bodies beside it.
//!
//! Durability: write-ahead log with `synchronous = NORMAL`. A crash of the program loses nothing that
//! [`History::record`] came back from; a crash of the machine may lose the last moments, and never damages the file.
//! A short log outlives the program, since a `send` would mostly wait for the disk to have it in the file.
//! Secrets are not in an [`Exchange`] that is stored: marked text writes its mask, `sent` holds references, and what the
//! server repeated of them is redacted by value.

use std::{
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{places::Places, private};
use crate::model::{Exchange, ExchangeId, Failure, NodeId, Outcome};

mod bodies;
mod schema;
#[cfg(test)]
mod tests;

/// How long a write waits for another program's.
const PATIENCE: Duration = Duration::from_secs(5);
/// Bytes of log that are left to the next program, which has to read them when it opens the history.
const LONG_LOG: u64 = 1 << 20;

/// The history of a user. One serves all threads.
#[derive(Debug)]
pub struct History {
    connection: Mutex<Connection>,
    /// SQLite's write-ahead log.
    log: PathBuf,
    bodies: PathBuf,
    /// A damaged file that was set aside when this one was begun.
    pub set_aside: Option<PathBuf>,
}

/// Why the history could not be used.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    #[error("the history {} cannot be used", .path.display())]
    Unusable { path: PathBuf, source: rusqlite::Error },
    #[error("the history {} cannot be reached", .path.display())]
    Unreachable { path: PathBuf, source: std::io::Error },
    #[error("the history {} was written by a newer version of antiphon", .path.display())]
    Newer { path: PathBuf },
    #[error("the history cannot be read or written")]
    Database(#[from] rusqlite::Error),
    #[error("a body of the history cannot be read or written")]
    Body(#[from] std::io::Error),
    #[error("an entry of the history is not as it was written")]
    Damaged(#[from] serde_json::Error),
    #[error("{0} is the beginning of more than one entry")]
    Ambiguous(String),
}

/// Which entries to list, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Words that all stand in the method, URL, request's id, environment, status or failure.
    pub text: String,
    /// Of this saved request only.
    pub request: Option<NodeId>,
    /// Of the collection in this folder only.
    pub collection: Option<PathBuf>,
    /// Older than this entry: for paging.
    pub before: Option<ExchangeId>,
    /// 0: no limit.
    pub limit: usize,
}

/// A line of the history.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Entry {
    pub id: ExchangeId,
    pub started: Timestamp,
    pub source: Option<NodeId>,
    pub environment: Option<String>,
    pub method: String,
    /// With secrets masked.
    pub url: String,
    /// Of the answer; `None` when none came.
    pub status: Option<u16>,
    pub reason: String,
    /// Why there is no whole answer.
    pub failure: Option<Failure>,
    pub duration: Duration,
    /// Decoded bytes of body.
    pub size: u64,
}

impl Drop for History {
    fn drop(&mut self) {
        let is_short = std::fs::metadata(&self.log).is_ok_and(|log| log.len() < LONG_LOG);
        // At worst the log is as long as it was.
        let _ = schema::leave_log(&self.lock(), is_short);
    }
}

impl History {
    /// Opens the history, and begins it where there is none. A damaged file is set aside, see [`History::set_aside`].
    pub fn open(places: &Places) -> Result<Self, HistoryError> {
        let path = places.history();
        let unreachable = |source| HistoryError::Unreachable { path: path.clone(), source };
        private::create_folder(&places.data).map_err(unreachable)?;
        // Of two programs that find a damaged file, the second shall not set aside what the first has begun.
        let _alone = private::lock(&path.with_extension("lock")).map_err(unreachable)?;
        // SQLite would clear the log of a file that it does not know.
        let opened = if schema::is_other(&path) {
            None
        } else {
            match schema::open(&path, PATIENCE) {
                Err(HistoryError::Unusable { source, .. }) if schema::is_damage(&source) => None,
                opened => Some(opened?),
            }
        };
        let (connection, set_aside) = if let Some(connection) = opened {
            (connection, None)
        } else {
            let aside = set_aside(&path).map_err(unreachable)?;
            (schema::open(&path, PATIENCE)?, Some(aside))
        };
        let log = path.with_extension("sqlite-wal");
        Ok(Self { connection: Mutex::new(connection), log, bodies: places.bodies(), set_aside })
    }

    /// Keeps an exchange with its body. When this comes back, it is on disk.
    pub fn record(&self, exchange: &Exchange, collection: Option<&Path>) -> Result<(), HistoryError> {
        // The body is redacted while it is packed: it may be too large for memory.
        let body = match exchange.payload() {
            Some(payload) => bodies::pack(payload, &exchange.secrets, &self.bodies)?,
            None => None,
        };
        let (whole, exchange) = (exchange, &exchange.without_body().redacted());
        let (status, reason) = match exchange.response() {
            Some(head) => (Some(head.status), head.reason.as_str()),
            None => (None, ""),
        };
        let failure = match &exchange.outcome {
            Outcome::Failed { failure, .. } => Some(serde_json::to_string(failure)?),
            Outcome::Answered(_) => None,
        };
        let first = exchange.attempts.first().and_then(|attempt| attempt.hops.first());
        let url = first.map_or_else(|| exchange.sent.url.clone(), |hop| hop.request.url.masked());
        let size = exchange.payload().map_or(0, |payload| payload.size);
        let text = serde_json::to_string(exchange)?;
        let mut connection = self.lock();
        let transaction = connection.transaction()?;
        if let Some(bodies::Packed { hash, content }) = &body {
            transaction
                .prepare_cached("INSERT OR IGNORE INTO body (hash, content) VALUES (?1, ?2)")?
                .execute(params![hash, content])?;
            // Whoever deleted the last other entry with this body has taken its file along.
            if let (None, Some(payload)) = (content, whole.payload())
                && !bodies::is_stored(&self.bodies, hash)
            {
                bodies::pack(payload, &whole.secrets, &self.bodies)?;
            }
        }
        transaction
            .prepare_cached(
                "INSERT OR REPLACE INTO exchange (id, started, source, collection, environment, method, url, status, \
                 reason, failure, duration_us, size, body, content) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
            )?
            .execute(params![
                exchange.id.0,
                exchange.started.as_microsecond(),
                exchange.source.as_ref().map(NodeId::as_str),
                collection.map(|folder| folder.to_string_lossy().into_owned()),
                exchange.environment,
                exchange.sent.method(),
                url,
                status,
                reason,
                failure,
                i64::try_from(exchange.duration.as_micros()).unwrap_or(i64::MAX),
                i64::try_from(size).unwrap_or(i64::MAX),
                body.as_ref().map(|body| body.hash.as_str()),
                text,
            ])?;
        transaction.commit()?;
        Ok(())
    }

    /// Entries, newest first.
    pub fn list(&self, filter: &Filter) -> Result<Vec<Entry>, HistoryError> {
        let mut sql = format!("SELECT {ENTRY} FROM exchange WHERE 1");
        let mut values: Vec<String> = Vec::new();
        let mut add = |condition: &str, value: String| {
            values.push(value);
            sql.push_str(&condition.replace('?', &format!("?{}", values.len())));
        };
        for word in filter.text.split_whitespace() {
            add(
                " AND (method || ' ' || url || ' ' || coalesce(source, '') || ' ' || coalesce(environment, '') || ' ' || \
                coalesce(status, '') || ' ' || reason || ' ' || coalesce(failure, '')) LIKE ? ESCAPE '\\'",
                pattern(word),
            );
        }
        if let Some(request) = &filter.request {
            add(" AND source = ?", request.as_str().to_owned());
        }
        if let Some(collection) = &filter.collection {
            add(" AND collection = ?", collection.to_string_lossy().into_owned());
        }
        if let Some(before) = &filter.before {
            add(" AND id < ?", before.0.clone());
        }
        sql.push_str(" ORDER BY id DESC");
        if filter.limit > 0 {
            sql.push_str(" LIMIT ");
            sql.push_str(&filter.limit.to_string());
        }
        let connection = self.lock();
        let mut statement = connection.prepare_cached(&sql)?;
        let rows = statement.query_map(rusqlite::params_from_iter(values), entry)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The entry of that id, or whose id begins like this, with its body.
    pub fn get(&self, id: &str) -> Result<Option<Exchange>, HistoryError> {
        let connection = self.lock();
        let mut statement = connection.prepare_cached(
            "SELECT e.content, e.body, b.content FROM exchange e LEFT JOIN body b ON b.hash = e.body \
             WHERE e.id >= ?1 AND e.id < ?1 || 'g' ORDER BY e.id LIMIT 2",
        )?;
        let mut rows = statement.query([id])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        let mut exchange: Exchange =
            serde_json::from_str(row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?)?;
        let (hash, content): (Option<String>, Option<Vec<u8>>) = (row.get(1)?, row.get(2)?);
        if exchange.id.0 != id && rows.next()?.is_some() {
            return Err(HistoryError::Ambiguous(id.to_owned()));
        }
        if let Some(hash) = hash {
            bodies::unpack(&mut exchange, &hash, content, &self.bodies)?;
        }
        Ok(Some(exchange))
    }

    /// The newest entry of a saved request of the collection in that folder.
    pub fn latest(&self, request: &NodeId, collection: &Path) -> Result<Option<Exchange>, HistoryError> {
        let newest = self
            .lock()
            .prepare_cached(
                "SELECT id FROM exchange WHERE source = ?1 AND collection = ?2 ORDER BY id DESC LIMIT 1",
            )?
            .query_row([request.as_str(), &collection.to_string_lossy()], |row| row.get::<_, String>(0))
            .optional()?;
        newest.map_or(Ok(None), |id| self.get(&id))
    }

    /// Deletes an entry, and its body where no other has the same. Answers whether there was one.
    pub fn delete(&self, id: &ExchangeId) -> Result<bool, HistoryError> {
        let mut connection = self.lock();
        let transaction = connection.transaction()?;
        let hash: Option<Option<String>> = transaction
            .query_row("DELETE FROM exchange WHERE id = ?1 RETURNING body", [&id.0], |row| row.get(0))
            .optional()?;
        if let Some(Some(hash)) = &hash {
            let orphans = transaction.execute(
                "DELETE FROM body WHERE hash = ?1 AND NOT EXISTS (SELECT 1 FROM exchange WHERE body = ?1)",
                [hash],
            )?;
            // Before the commit: after it, another program may have kept the same body again.
            if orphans > 0 {
                bodies::remove(&self.bodies, hash);
            }
        }
        transaction.commit()?;
        Ok(hash.is_some())
    }

    /// How many entries there are.
    pub fn count(&self) -> Result<u64, HistoryError> {
        let count: i64 = self.lock().query_row("SELECT count(*) FROM exchange", [], |row| row.get(0))?;
        Ok(count.unsigned_abs())
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Puts a damaged file out of the way, with its log, which may hold entries that can be saved.
fn set_aside(path: &Path) -> std::io::Result<PathBuf> {
    let aside = private::set_aside(path)?;
    for tail in ["-wal", "-shm"] {
        let with_tail = |path: &Path| {
            let mut name = path.to_owned().into_os_string();
            name.push(tail);
            name
        };
        match std::fs::rename(with_tail(path), with_tail(&aside)) {
            // A log left here would be taken for the new file's.
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(aside)
}

/// The columns of an [`Entry`].
const ENTRY: &str =
    "id, started, source, environment, method, url, status, reason, failure, duration_us, size";

fn entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    let failure: Option<String> = row.get(8)?;
    Ok(Entry {
        id: ExchangeId(row.get(0)?),
        started: Timestamp::from_microsecond(row.get(1)?).unwrap_or_default(),
        source: row.get::<_, Option<String>>(2)?.map(NodeId::new),
        environment: row.get(3)?,
        method: row.get(4)?,
        url: row.get(5)?,
        status: row.get(6)?,
        reason: row.get(7)?,
        failure: failure.and_then(|failure| serde_json::from_str(&failure).ok()),
        duration: Duration::from_micros(row.get::<_, i64>(9)?.unsigned_abs()),
        size: row.get::<_, i64>(10)?.unsigned_abs(),
    })
}

/// A LIKE pattern for text that contains the word.
fn pattern(word: &str) -> String {
    let escaped = word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{escaped}%")
}
