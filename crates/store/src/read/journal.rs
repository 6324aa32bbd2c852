//! The journal: a lead's story, and the stream that others follow.

use super::select::Select;
use crate::db::{Db, DbError};
use crate::value::{Row, Value};
use jiff::Timestamp;

/// An entry as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredEntry {
    /// Its number.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// What kind.
    pub kind: String,
    /// About which lead.
    pub lead: Option<String>,
    /// About which rep.
    pub rep: Option<String>,
    /// Who did it; `None`: the server.
    pub actor: Option<String>,
    /// In a sentence; may be empty.
    pub text: String,
    /// For programs, by kind; may be null.
    pub data: serde_json::Value,
}

fn entry(row: &Row) -> Result<StoredEntry, DbError> {
    let maybe = |column| row.maybe_text(column).map(|text| text.map(str::to_owned));
    let body: crate::journal::Body = row.json(6)?;
    Ok(StoredEntry {
        seq: row.int(0)?,
        at: row.moment(1)?,
        kind: row.text(2)?.to_owned(),
        lead: maybe(3)?,
        rep: maybe(4)?,
        actor: maybe(5)?,
        text: body.text.into(),
        data: body.data,
    })
}

const ENTRY: &str = "seq, at, kind, lead, rep, actor, body";

/// Entries by which nodes keep each other's counts and messages; they tell people nothing.
pub const BOOKKEEPING: [&str; 2] = ["counted", "refreshed"];

/// Everything that happened to a lead, in order.
///
/// # Errors
/// When the database fails.
pub fn of_lead(db: &mut dyn Db, lead: &str) -> Result<Vec<StoredEntry>, DbError> {
    let silent = Value::Texts(BOOKKEEPING.map(Into::into).to_vec());
    let select = Select::of(ENTRY, "journal").and("lead = ? and kind not in (each ?)", [lead.into(), silent]);
    select.all(db, "seq")?.iter().map(entry).collect()
}

/// What happened after an entry, in order.
///
/// # Errors
/// When the database fails.
pub fn after(db: &mut dyn Db, seq: i64, limit: u32) -> Result<Vec<StoredEntry>, DbError> {
    Select::of(ENTRY, "journal").and("seq > ?", [seq.into()]).rows(db, "seq", limit)?.iter().map(entry).collect()
}

/// The number of the last entry.
///
/// # Errors
/// When the database fails.
pub fn head(db: &mut dyn Db) -> Result<i64, DbError> {
    Select::of("head", "workspace").one(db)?.map_or(Ok(0), |row| row.int(0))
}
