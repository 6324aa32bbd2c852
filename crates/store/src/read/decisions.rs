//! Decisions as they were stored, in the order they were made: for deriving them again.

use super::select::Select;
use crate::db::{Db, DbError};
use crate::value::Row;
use jiff::Timestamp;

/// A decision as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Of which lead.
    pub lead: String,
    /// The how manyeth of it.
    pub n: i64,
    /// When.
    pub at: Timestamp,
    /// The policy's version.
    pub policy: String,
    /// The directory's version.
    pub directory: String,
    /// The record, JSON.
    pub body: String,
}

/// Those that can be derived again. A person's word, and what was decided of somebody who is forgotten, keep no trace.
fn derivable(columns: &'static str) -> Select {
    Select::of(columns, "decision").and("body <> ?", [crate::value::Value::from("{}")])
}

/// Decisions after one, in order of time.
///
/// # Errors
/// When the database fails.
pub fn after(db: &mut dyn Db, last: Option<(Timestamp, String, i64)>, limit: u32) -> Result<Vec<Stored>, DbError> {
    let mut select = derivable("lead, n, at, policy, directory, body");
    if let Some((at, lead, n)) = last {
        select = select.and("(at, lead, n) > (?, ?, ?)", [at.into(), lead.into(), n.into()]);
    }
    let stored = |row: &Row| {
        Ok(Stored {
            lead: row.text(0)?.to_owned(),
            n: row.int(1)?,
            at: row.moment(2)?,
            policy: row.text(3)?.to_owned(),
            directory: row.text(4)?.to_owned(),
            body: row.text(5)?.to_owned(),
        })
    };
    select.rows(db, "at, lead, n", limit)?.iter().map(stored).collect()
}

/// How many there are.
///
/// # Errors
/// When the database fails.
pub fn count(db: &mut dyn Db) -> Result<u64, DbError> {
    let row = derivable("count(*)").one(db)?;
    row.map_or(Ok(0), |row| Ok(u64::try_from(row.int(0)?).unwrap_or(0)))
}
