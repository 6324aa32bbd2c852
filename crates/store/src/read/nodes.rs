//! Nodes: who serves this database, and what they say of themselves.

use super::select::Select;
use crate::db::{Db, DbError};
use crate::value::Row;
use jiff::Timestamp;

/// A node as it last said.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredNode {
    /// Its id.
    pub id: String,
    /// When.
    pub seen_at: Timestamp,
    /// What, JSON.
    pub body: serde_json::Value,
}

/// All nodes there ever were, the last heard of first; at most so many.
///
/// # Errors
/// When the database fails.
pub fn all(db: &mut dyn Db, most: u32) -> Result<Vec<StoredNode>, DbError> {
    let node = |row: &Row| Ok(StoredNode { id: row.text(0)?.to_owned(), seen_at: row.moment(1)?, body: row.json(2)? });
    Select::of("id, seen_at, body", "node").rows(db, "seen_at desc, id", most)?.iter().map(node).collect()
}
