//! Documents: drafts, tokens, channels.

use super::select::Select;
use crate::db::{Db, DbError};
use crate::request::DocumentKind;
use crate::value::Row;

/// A document as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredDocument {
    /// Its id.
    pub id: String,
    /// Counts up with each change.
    pub etag: i64,
    /// JSON.
    pub body: String,
}

fn document(row: &Row) -> Result<StoredDocument, DbError> {
    Ok(StoredDocument { id: row.text(0)?.to_owned(), etag: row.int(1)?, body: row.text(2)?.to_owned() })
}

/// All of a kind, by id. There are few.
///
/// # Errors
/// When the database fails.
pub fn all(db: &mut dyn Db, kind: DocumentKind) -> Result<Vec<StoredDocument>, DbError> {
    Select::of("id, etag, body", "document").and("kind = ?", [kind.name().into()]).all(db, "id")?.iter().map(document).collect()
}

/// One of a kind.
///
/// # Errors
/// When the database fails.
pub fn one(db: &mut dyn Db, kind: DocumentKind, id: &str) -> Result<Option<StoredDocument>, DbError> {
    let select = Select::of("id, etag, body", "document").and("kind = ? and id = ?", [kind.name().into(), id.into()]);
    select.one(db)?.as_ref().map(document).transpose()
}
