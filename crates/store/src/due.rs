//! When something is due next, found by index: clocks, and messages to be delivered.

use crate::db::{Db, DbError};
use crate::schema::WORKSPACE;
use jiff::Timestamp;

/// When the next clock fires.
///
/// # Errors
/// When the database fails.
pub fn next_clock(db: &mut dyn Db) -> Result<Option<Timestamp>, DbError> {
    first(db, "select due from lead where ws = $1 and due is not null order by due limit 1")
}

/// When the next message is to be delivered.
///
/// # Errors
/// When the database fails.
pub fn next_message(db: &mut dyn Db) -> Result<Option<Timestamp>, DbError> {
    first(db, "select next_at from message where ws = $1 and (state = 'pending' or state = 'sending') order by next_at limit 1")
}

/// Whether a message is to be delivered now. As in the writer, it is never earlier than the workspace's last moment: a
/// node whose clock is behind delivers what the others wrote all the same.
///
/// # Errors
/// When the database fails.
pub fn message_is_due(db: &mut dyn Db, clock: Timestamp) -> Result<bool, DbError> {
    let last = first(db, "select at from workspace where ws = $1")?;
    Ok(next_message(db)?.is_some_and(|due| due <= clock || Some(due) <= last))
}

/// Whether leads wait for somebody of a pool.
///
/// # Errors
/// When the database fails.
pub fn somebody_waits(db: &mut dyn Db) -> Result<bool, DbError> {
    let sql = "select 1 from lead where ws = $1 and waiting_since is not null limit 1";
    Ok(!db.query(sql, &[WORKSPACE.into()])?.is_empty())
}

fn first(db: &mut dyn Db, sql: &str) -> Result<Option<Timestamp>, DbError> {
    db.query(sql, &[WORKSPACE.into()])?.first().map(|row| row.moment(0)).transpose()
}
