//! People: reps, absences, and what managers granted.

use super::select::Select;
use crate::db::{Db, DbError};
use crate::value::{Row, Value};
use jiff::Timestamp;
use pointsman_engine::people::{Absence, Directory, Rep};
use pointsman_engine::value::fold;

/// A rep as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredRep {
    /// Who.
    pub rep: Rep,
    /// Counts up with each change.
    pub etag: i64,
    /// Their place in the directory's order.
    pub place: i64,
}

fn rep(row: &Row) -> Result<StoredRep, DbError> {
    Ok(StoredRep { place: row.int(0)?, etag: row.int(1)?, rep: row.json(2)? })
}

/// Reps in the directory's order, after a place.
///
/// # Errors
/// When the database fails.
pub fn reps(db: &mut dyn Db, after: Option<i64>, limit: u32) -> Result<Vec<StoredRep>, DbError> {
    let select = Select::of("place, etag, body", "rep").and("place > ?", [after.unwrap_or(i64::MIN).into()]);
    select.rows(db, "place", limit)?.iter().map(rep).collect()
}

/// A rep by key.
///
/// # Errors
/// When the database fails.
pub fn rep_of(db: &mut dyn Db, email: &str) -> Result<Option<StoredRep>, DbError> {
    let select = Select::of("place, etag, body", "rep").and("email = ?", [fold(email).as_ref().into()]);
    select.one(db)?.as_ref().map(rep).transpose()
}

/// An absence as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredAbsence {
    /// `abs_...`
    pub id: String,
    /// Whose.
    pub rep: String,
    /// When.
    pub span: Absence,
    /// `leave`, `pause` or `missed`.
    pub kind: String,
    /// Why.
    pub reason: Option<String>,
    /// Who entered it.
    pub actor: Option<String>,
}

const ABSENCE: &str = "id, rep, from_at, until_at, kind, reason, actor";

fn absence(row: &Row) -> Result<StoredAbsence, DbError> {
    Ok(StoredAbsence {
        id: row.text(0)?.to_owned(),
        rep: row.text(1)?.to_owned(),
        span: Absence { from: row.moment(2)?, until: row.moment(3)? },
        kind: row.text(4)?.to_owned(),
        reason: row.maybe_text(5)?.map(str::to_owned),
        actor: row.maybe_text(6)?.map(str::to_owned),
    })
}

/// Absences that end after a moment, the first to begin first.
///
/// # Errors
/// When the database fails.
pub fn absences(
    db: &mut dyn Db,
    rep: Option<&str>,
    ending_after: Option<Timestamp>,
    after: Option<(Timestamp, String)>,
    limit: u32,
) -> Result<Vec<StoredAbsence>, DbError> {
    let mut select = Select::of(ABSENCE, "absence").maybe("rep", rep.map(|rep| Value::from(fold(rep).as_ref())));
    if let Some(moment) = ending_after {
        select = select.and("until_at > ?", [moment.into()]);
    }
    if let Some((from, id)) = after {
        select = select.and("(from_at, id) > (?, ?)", [from.into(), id.into()]);
    }
    select.rows(db, "from_at, id", limit)?.iter().map(absence).collect()
}

/// An absence by id.
///
/// # Errors
/// When the database fails.
pub fn absence_of(db: &mut dyn Db, id: &str) -> Result<Option<StoredAbsence>, DbError> {
    Select::of(ABSENCE, "absence").and("id = ?", [id.into()]).one(db)?.as_ref().map(absence).transpose()
}

/// A credit or debit as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredGrant {
    /// `grant_...`
    pub id: String,
    /// Which pool.
    pub pool: String,
    /// Which member.
    pub rep: String,
    /// In thousandths of a lead.
    pub thousandths: i64,
    /// Why.
    pub reason: String,
    /// Who granted it.
    pub actor: Option<String>,
    /// When.
    pub at: Timestamp,
}

const GRANT: &str = "id, pool, rep, thousandths, reason, actor, at";

fn grant(row: &Row) -> Result<StoredGrant, DbError> {
    Ok(StoredGrant {
        id: row.text(0)?.to_owned(),
        pool: row.text(1)?.to_owned(),
        rep: row.text(2)?.to_owned(),
        thousandths: row.int(3)?,
        reason: row.text(4)?.to_owned(),
        actor: row.maybe_text(5)?.map(str::to_owned),
        at: row.moment(6)?,
    })
}

/// A credit or debit by id.
///
/// # Errors
/// When the database fails.
pub fn grant_of(db: &mut dyn Db, id: &str) -> Result<Option<StoredGrant>, DbError> {
    Select::of(GRANT, "grant_entry").and("id = ?", [id.into()]).one(db)?.as_ref().map(grant).transpose()
}

/// What was granted in a pool, the last first.
///
/// # Errors
/// When the database fails.
pub fn grants(db: &mut dyn Db, pool: &str, after: Option<(Timestamp, String)>, limit: u32) -> Result<Vec<StoredGrant>, DbError> {
    let mut select = Select::of(GRANT, "grant_entry").and("pool = ?", [pool.into()]);
    if let Some((at, id)) = after {
        select = select.and("(at, id) < (?, ?)", [at.into(), id.into()]);
    }
    select.rows(db, "at desc, id desc", limit)?.iter().map(grant).collect()
}

/// Everybody, with their absences.
///
/// # Errors
/// When the database fails.
pub fn directory(db: &mut dyn Db) -> Result<Directory, DbError> {
    let mut directory = Directory::default();
    for stored in Select::of("place, etag, body", "rep").all(db, "place")?.iter().map(rep) {
        // Err: never, the key is the table's too.
        let _ = directory.add(stored?.rep);
    }
    for stored in Select::of(ABSENCE, "absence").all(db, "from_at, id")?.iter().map(absence) {
        let stored = stored?;
        if let Some(rep) = directory.find(&stored.rep) {
            directory.add_absence(rep, stored.span);
        }
    }
    Ok(directory)
}
