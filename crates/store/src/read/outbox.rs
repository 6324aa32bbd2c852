//! The outbox: messages, what came of them, and how many there are of each.

use super::select::Select;
use crate::db::{Db, DbError};
use crate::value::Row;
use jiff::Timestamp;

/// A message as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredMessage {
    /// `msg_...`
    pub id: String,
    /// About which lead.
    pub lead: Option<String>,
    /// Through which channel.
    pub channel: String,
    /// To whom.
    pub recipient: Option<String>,
    /// What it tells.
    pub kind: String,
    /// `pending`, `sending`, `sent` or `dead`.
    pub state: String,
    /// How often it was tried.
    pub attempts: i64,
    /// When it is tried next.
    pub next_at: Timestamp,
    /// Why it was not delivered, the last time.
    pub reason: Option<String>,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it was delivered.
    pub sent_at: Option<Timestamp>,
    /// What it says, JSON.
    pub body: serde_json::Value,
}

const MESSAGE: &str = "id, lead, channel, recipient, kind, state, attempts, next_at, reason, created_at, sent_at, body";

fn message(row: &Row) -> Result<StoredMessage, DbError> {
    let maybe = |column| row.maybe_text(column).map(|text| text.map(str::to_owned));
    Ok(StoredMessage {
        id: row.text(0)?.to_owned(),
        lead: maybe(1)?,
        channel: row.text(2)?.to_owned(),
        recipient: maybe(3)?,
        kind: row.text(4)?.to_owned(),
        state: row.text(5)?.to_owned(),
        attempts: row.int(6)?,
        next_at: row.moment(7)?,
        reason: maybe(8)?,
        created_at: row.moment(9)?,
        sent_at: row.maybe_moment(10)?,
        body: row.json(11)?,
    })
}

/// Which messages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// In which state.
    pub state: Option<String>,
    /// Through which channel.
    pub channel: Option<String>,
    /// To whom.
    pub recipient: Option<String>,
    /// About which lead.
    pub lead: Option<String>,
}

/// Messages, the last written first: their ids are in the order of time.
///
/// # Errors
/// When the database fails.
pub fn list(db: &mut dyn Db, filter: &Filter, after: Option<String>, limit: u32) -> Result<Vec<StoredMessage>, DbError> {
    let mut select = Select::of(MESSAGE, "message")
        .maybe("state", filter.state.as_deref())
        .maybe("channel", filter.channel.as_deref())
        .maybe("recipient", filter.recipient.as_deref())
        .maybe("lead", filter.lead.as_deref());
    if let Some(id) = after {
        select = select.and("id < ?", [id.into()]);
    }
    select.rows(db, "id desc", limit)?.iter().map(message).collect()
}

/// A message by id.
///
/// # Errors
/// When the database fails.
pub fn one(db: &mut dyn Db, id: &str) -> Result<Option<StoredMessage>, DbError> {
    Select::of(MESSAGE, "message").and("id = ?", [id.into()]).one(db)?.as_ref().map(message).transpose()
}

/// How many messages wait for their delivery, and how many were given up.
///
/// # Errors
/// When the database fails.
pub fn waiting_and_dead(db: &mut dyn Db) -> Result<(i64, i64), DbError> {
    let mut count = |condition: &str| Select::of("count(*)", "message").and(condition, []).one(db)?.map_or(Ok(0), |row| row.int(0));
    Ok((count("(state = 'pending' or state = 'sending')")?, count("state = 'dead'")?))
}
