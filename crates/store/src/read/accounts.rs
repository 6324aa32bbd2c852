//! Accounts.

use super::select::Select;
use crate::db::{Db, DbError};
use crate::value::Row;
use pointsman_engine::account::Account;

/// An account as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredAccount {
    /// Its place among all.
    pub place: i64,
    /// Counts up with each change.
    pub etag: i64,
    /// The account.
    pub account: Account,
}

fn account(row: &Row) -> Result<StoredAccount, DbError> {
    Ok(StoredAccount { place: row.int(0)?, etag: row.int(1)?, account: row.json(2)? })
}

/// Accounts in their order, after a place; those whose name or domains contain a text.
///
/// # Errors
/// When the database fails.
pub fn list(db: &mut dyn Db, text: Option<&str>, after: Option<i64>, limit: u32) -> Result<Vec<StoredAccount>, DbError> {
    let select = Select::of("place, etag, body", "account").and("place > ?", [after.unwrap_or(i64::MIN).into()]).containing("label", text);
    select.rows(db, "place", limit)?.iter().map(account).collect()
}

/// An account by id.
///
/// # Errors
/// When the database fails.
pub fn one(db: &mut dyn Db, id: &str) -> Result<Option<StoredAccount>, DbError> {
    Select::of("place, etag, body", "account").and("id = ?", [id.into()]).one(db)?.as_ref().map(account).transpose()
}

/// Every account, in their order.
///
/// # Errors
/// When the database fails.
pub fn all(db: &mut dyn Db) -> Result<Vec<Account>, DbError> {
    Select::of("body", "account").all(db, "place")?.iter().map(|row| row.json(0)).collect()
}
