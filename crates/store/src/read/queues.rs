//! Queues: how many leads wait in each, and since when.

use crate::db::{Db, DbError};
use crate::schema::WORKSPACE;
use jiff::Timestamp;

/// A queue in which leads wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Its name.
    pub queue: String,
    /// How many leads.
    pub leads: i64,
    /// When the one that waits longest came in.
    pub oldest: Timestamp,
}

/// Queues in which leads wait, by name.
///
/// # Errors
/// When the database fails.
pub fn waiting(db: &mut dyn Db) -> Result<Vec<Waiting>, DbError> {
    let sql = "select queue, count(*), min(received_at) from lead where ws = $1 and stage = 'queued' and queue is not null \
               group by queue order by queue";
    let waiting = |row: &crate::value::Row| Ok(Waiting { queue: row.text(0)?.to_owned(), leads: row.int(1)?, oldest: row.moment(2)? });
    db.query(sql, &[WORKSPACE.into()])?.iter().map(waiting).collect()
}
