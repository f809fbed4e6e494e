//! The history's tables, and how an older file becomes a newer one.

use std::{fs::File, io::Read, path::Path, time::Duration};

use rusqlite::{Connection, ErrorCode, OpenFlags, config::DbConfig};

use super::HistoryError;

/// Each step takes a file one version on; a file's `user_version` says how many it has seen. Steps are never changed,
/// only added.
const STEPS: &[&str] = &["
    CREATE TABLE exchange (
        id TEXT PRIMARY KEY,
        started INTEGER NOT NULL,
        source TEXT,
        collection TEXT,
        environment TEXT,
        method TEXT NOT NULL,
        url TEXT NOT NULL,
        status INTEGER,
        reason TEXT NOT NULL,
        failure TEXT,
        duration_us INTEGER NOT NULL,
        size INTEGER NOT NULL,
        body TEXT,
        content TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX exchange_by_source ON exchange (source, id);
    CREATE INDEX exchange_by_body ON exchange (body) WHERE body IS NOT NULL;
    CREATE TABLE body (hash TEXT PRIMARY KEY, content BLOB);
"];

/// What every SQLite file begins with.
const HEADER: &[u8] = b"SQLite format 3\0";

/// Whether there is a file that is not SQLite's. An empty one is: nothing has been written to it yet.
pub(super) fn is_other(path: &Path) -> bool {
    let mut begin = Vec::new();
    let read = File::open(path).and_then(|file| file.take(HEADER.len() as u64).read_to_end(&mut begin));
    read.is_ok() && !begin.is_empty() && begin != HEADER
}

/// Opens the file, readable by its owner alone, and brings it up to date.
pub(super) fn open(path: &Path, patience: Duration) -> Result<Connection, HistoryError> {
    let unusable = |source| HistoryError::Unusable { path: path.to_owned(), source };
    own(path).map_err(|source| HistoryError::Unreachable { path: path.to_owned(), source })?;
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags).map_err(unusable)?;
    connection.busy_timeout(patience).map_err(unusable)?;
    connection.pragma_update(None, "journal_mode", "WAL").map_err(unusable)?;
    connection.pragma_update(None, "synchronous", "NORMAL").map_err(unusable)?;
    leave_log(&connection, true).map_err(unusable)?;
    let version = version(&connection).map_err(unusable)?;
    if version > STEPS.len() {
        return Err(HistoryError::Newer { path: path.to_owned() });
    }
    if version < STEPS.len() {
        migrate(&mut connection).map_err(unusable)?;
    }
    Ok(connection)
}

/// Whether closing leaves the log as it is, rather than bring it into the file and wait for the disk to have it.
pub(super) fn leave_log(connection: &Connection, leave: bool) -> rusqlite::Result<bool> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, leave)
}

/// Makes the file before SQLite does, which would leave its mode to the umask.
fn own(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

fn version(connection: &Connection) -> rusqlite::Result<usize> {
    let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    Ok(usize::try_from(version).unwrap_or(usize::MAX))
}

fn migrate(connection: &mut Connection) -> rusqlite::Result<()> {
    // Another program may be at it too: who comes second finds it done.
    let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    for step in STEPS.iter().skip(version(&transaction)?) {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "user_version", i64::try_from(STEPS.len()).unwrap_or(i64::MAX))?;
    transaction.commit()
}

/// Whether the file itself is broken, and not only out of reach.
pub(super) fn is_damage(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt))
}
