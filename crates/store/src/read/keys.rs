//! Idempotency: what was answered to a request that came before.

use super::select::Select;
use crate::db::{Db, DbError};
use crate::request::{Once, Refused, Reply};

/// What was answered to the same request before, if it came before.
///
/// # Errors
/// When the database fails.
pub fn answer(db: &mut dyn Db, once: &Once) -> Result<Option<Result<Reply, Refused>>, DbError> {
    let found = Select::of("fingerprint, answer", "idempotency").and("key = ?", [once.key.clone().into()]).one(db)?;
    let answer = |row: crate::value::Row| Ok(if row.text(0)? == &*once.fingerprint { Ok(row.json(1)?) } else { Err(Refused::KeyReused) });
    found.map(answer).transpose()
}
