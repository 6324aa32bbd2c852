//! SQLite: one file, one process, one writer. Every commit is on the disk before it is answered
//! (`synchronous = FULL` in WAL mode; <https://sqlite.org/pragma.html#pragma_synchronous>).

use crate::db::{Db, DbError, DbErrorKind, Insert, Update, each};
use crate::value::{Row, Value, clean_all};
use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, OpenFlags, Statement, ffi};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Duration;

/// How long a statement waits for somebody else's lock before it is refused.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long the log's emptying waits for readers before it is put off to the next time.
const SCRUB_PATIENCE: Duration = Duration::from_millis(50);

/// A connection to a file.
pub struct Sqlite(Connection);

impl Sqlite {
    /// Opens the file to write, making it if it is not there.
    ///
    /// # Errors
    /// When it cannot be opened or is no database.
    pub fn writer(path: &Path) -> Result<Self, DbError> {
        make_private(path);
        let connection = Connection::open(path)?;
        connection.busy_timeout(PATIENCE)?;
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.pragma_update(None, "secure_delete", "on")?;
        connection.pragma_update(None, "synchronous", "full")?;
        connection.pragma_update(None, "wal_autocheckpoint", 4000)?;
        connection.pragma_update(None, "cache_size", -16 * 1024)?;
        Ok(Self::with(connection))
    }

    /// Opens the file to read only.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn reader(path: &Path) -> Result<Self, DbError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(PATIENCE)?;
        Ok(Self::with(connection))
    }

    fn with(connection: Connection) -> Self {
        connection.set_prepared_statement_cache_capacity(128);
        Self(connection)
    }

    fn prepared<T>(&self, sql: &str, args: &[Value], run: impl FnOnce(&mut Statement<'_>) -> rusqlite::Result<T>) -> Result<T, DbError> {
        let mut statement = self.0.prepare_cached(&dialect(sql))?;
        for (at, value) in args.iter().enumerate() {
            statement.raw_bind_parameter(at + 1, value)?;
        }
        Ok(run(&mut statement)?)
    }

    fn each_row(&self, sql: &str, rows: Vec<Vec<Value>>) -> Result<(), DbError> {
        let mut statement = self.0.prepare_cached(sql)?;
        for row in rows {
            for (at, value) in row.iter().enumerate() {
                statement.raw_bind_parameter(at + 1, value)?;
            }
            statement.raw_execute()?;
        }
        Ok(())
    }
}

/// Makes the file for its owner alone, if it is not there; SQLite's own files beside it follow it. What keeps it from
/// being made is told when it is opened.
fn make_private(path: &Path) {
    drop(std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path));
}

fn dialect(sql: &str) -> String {
    let list = |not: bool, place: &str| format!("{}in (select value from json_each({place}))", if not { "not " } else { "" });
    each(sql, list).replace('$', "?")
}

impl Db for Sqlite {
    fn begin(&mut self) -> Result<(), DbError> {
        self.execute("begin immediate", Vec::new())
    }

    fn begin_reading(&mut self) -> Result<(), DbError> {
        self.execute("begin", Vec::new())
    }

    fn commit(&mut self) -> Result<(), DbError> {
        self.execute("commit", Vec::new())
    }

    fn rollback(&mut self) {
        if !self.0.is_autocommit() {
            let _ = self.execute("rollback", Vec::new());
        }
    }

    fn query(&mut self, sql: &str, args: &[Value]) -> Result<Vec<Row>, DbError> {
        self.prepared(sql, args, |statement| {
            let columns = statement.column_count();
            let mut found = statement.raw_query();
            let mut rows = Vec::new();
            while let Some(row) = found.next()? {
                rows.push(Row((0..columns).map(|at| row.get_ref(at).map(value)).collect::<Result<_, _>>()?));
            }
            Ok(rows)
        })
    }

    fn execute(&mut self, sql: &str, args: Vec<Value>) -> Result<(), DbError> {
        self.prepared(sql, &args, |statement| statement.raw_execute().map(drop))
    }

    fn insert(&mut self, into: &Insert, rows: Vec<Vec<Value>>) -> Result<(), DbError> {
        let places: Vec<String> = (1..=into.columns.len()).map(|place| format!("?{place}")).collect();
        self.each_row(&format!("{into} values ({}) {}", places.join(", "), into.conflict), rows)
    }

    fn update(&mut self, update: &Update, rows: Vec<Vec<Value>>) -> Result<(), DbError> {
        let keys: Vec<String> = update.keys().zip(1..).map(|(name, place)| format!("{name} = ?{place}")).collect();
        let sets: Vec<String> = update.sets().zip(1 + keys.len()..).map(|(name, place)| format!("{name} = ?{place}")).collect();
        self.each_row(&format!("update {} set {} where {}", update.table, sets.join(", "), keys.join(" and ")), rows)
    }

    fn script(&mut self, sql: &str) -> Result<(), DbError> {
        Ok(self.0.execute_batch(sql)?)
    }

    fn scrub(&mut self) -> bool {
        // Pages in the file are overwritten with zeros when their rows go; what is left are earlier pages in the log.
        let emptied = || {
            self.0.busy_timeout(SCRUB_PATIENCE)?;
            let busy = self.0.query_row("pragma wal_checkpoint(truncate)", [], |row| row.get::<_, i64>(0));
            self.0.busy_timeout(PATIENCE)?;
            Ok::<bool, rusqlite::Error>(busy? == 0)
        };
        emptied().unwrap_or(false)
    }

    fn is_shared(&self) -> bool {
        false
    }
}

fn value(found: ValueRef<'_>) -> Value {
    match found {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Int(number),
        // No column of ours holds one; where an average makes one, whole numbers are meant.
        #[allow(clippy::cast_possible_truncation, reason = "saturates, which is what is wanted")]
        ValueRef::Real(number) => Value::Int(number as i64),
        ValueRef::Text(text) | ValueRef::Blob(text) => Value::Text(String::from_utf8_lossy(text).into()),
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Null => ToSqlOutput::Borrowed(ValueRef::Null),
            Self::Int(number) => ToSqlOutput::Borrowed(ValueRef::Integer(*number)),
            Self::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Self::Texts(texts) => ToSqlOutput::Owned(serde_json::json!(clean_all(texts)).to_string().into()),
        })
    }
}

impl From<rusqlite::Error> for DbError {
    fn from(error: rusqlite::Error) -> Self {
        let kind = match error.sqlite_error_code() {
            Some(ffi::ErrorCode::DatabaseBusy | ffi::ErrorCode::DatabaseLocked) => DbErrorKind::Busy,
            Some(
                ffi::ErrorCode::SystemIoFailure
                | ffi::ErrorCode::DiskFull
                | ffi::ErrorCode::CannotOpen
                | ffi::ErrorCode::DatabaseCorrupt
                | ffi::ErrorCode::NotADatabase
                | ffi::ErrorCode::ReadOnly,
            ) => DbErrorKind::Lost,
            _ => DbErrorKind::Shape,
        };
        Self { kind, what: format!("SQLite: {error}") }
    }
}
