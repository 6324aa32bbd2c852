//! Policies that are or were in force, and the directories that decisions were made under.

use super::select::Select;
use crate::db::{Db, DbError};
use crate::value::Row;
use jiff::Timestamp;
use pointsman_engine::people::Directory;
use pointsman_engine::policy::source::Sources;

/// A version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Its name: a hash of its content.
    pub version: String,
    /// When it went in force first.
    pub at: Timestamp,
    /// The policy's name.
    pub name: String,
    /// Who published it.
    pub actor: Option<String>,
    /// What they said of it.
    pub note: Option<String>,
}

fn version(row: &Row) -> Result<Version, DbError> {
    Ok(Version {
        version: row.text(0)?.to_owned(),
        at: row.moment(1)?,
        name: row.text(2)?.to_owned(),
        actor: row.maybe_text(3)?.map(str::to_owned),
        note: row.maybe_text(4)?.map(str::to_owned),
    })
}

/// Versions, the last published first.
///
/// # Errors
/// When the database fails.
pub fn versions(db: &mut dyn Db, after: Option<(Timestamp, String)>, limit: u32) -> Result<Vec<Version>, DbError> {
    let mut select = Select::of("version, at, name, actor, note", "policy");
    if let Some((at, version)) = after {
        select = select.and("(at, version) < (?, ?)", [at.into(), version.into()]);
    }
    select.rows(db, "at desc, version desc", limit)?.iter().map(version).collect()
}

/// The version in force.
///
/// # Errors
/// When the database fails.
pub fn in_force(db: &mut dyn Db) -> Result<Option<String>, DbError> {
    let row = Select::of("policy", "workspace").one(db)?;
    row.map_or(Ok(None), |row| Ok(row.maybe_text(0)?.map(str::to_owned)))
}

/// A version and its files.
///
/// # Errors
/// When the database fails.
pub fn one(db: &mut dyn Db, name: &str) -> Result<Option<(Version, Sources)>, DbError> {
    let select = Select::of("version, at, name, actor, note, files", "policy").and("version = ?", [name.into()]);
    let Some(row) = select.one(db)? else { return Ok(None) };
    Ok(Some((version(&row)?, Sources { files: row.json(5)? })))
}

/// Reps and absences of a version.
///
/// # Errors
/// When the database fails.
pub fn directory(db: &mut dyn Db, name: &str) -> Result<Option<Directory>, DbError> {
    Select::of("body", "directory").and("version = ?", [name.into()]).one(db)?.map(|row| row.json(0)).transpose()
}
