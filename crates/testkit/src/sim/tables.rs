//! The tables of a simulated workspace: made quickly, and read as a whole.

use super::wrong::{Checked, Wrong};
use pointsman_store::db::{Db, DbError};
use pointsman_store::schema::{WORKSPACE, migrate};
use pointsman_store::sqlite::Sqlite;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

/// All tables, and what orders their rows.
const TABLES: &[(&str, &str)] = &[
    ("workspace", "ws"),
    ("journal", "seq"),
    ("lead", "id"),
    ("decision", "lead, n"),
    ("message", "id"),
    ("person", "email"),
    ("company", "pool, company"),
    ("rotation", "pool"),
    ("rep", "email"),
    ("absence", "id"),
    ("grant_entry", "id"),
    ("directory", "version"),
    ("account", "id"),
    ("policy", "version"),
    ("document", "kind, id"),
    ("idempotency", "key"),
    ("node", "id"),
];

/// A connection that does not wait for the disk: what breaks here is broken by the plan, and no power is lost.
pub(super) fn open(path: &Path) -> Result<Sqlite, DbError> {
    let mut db = Sqlite::writer(path)?;
    db.script("pragma synchronous = off")?;
    Ok(db)
}

/// Makes an empty workspace, as a copy of one that was migrated once.
pub(super) fn make(path: &Path) -> Checked {
    static EMPTY: OnceLock<Result<Vec<u8>, Wrong>> = OnceLock::new();
    let empty = EMPTY.get_or_init(|| {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("empty.db");
        let mut db = open(&file)?;
        migrate(&mut db)?;
        db.script("pragma wal_checkpoint(truncate)")?;
        Ok(fs::read(&file)?)
    });
    Ok(fs::write(path, empty.as_ref().map_err(Clone::clone)?)?)
}

/// Everything there is, as text.
pub(super) fn dump(db: &mut dyn Db) -> Checked<String> {
    let mut text = String::new();
    for (table, order) in TABLES {
        for row in db.query(&format!("select * from {table} where ws = $1 order by {order}"), &[WORKSPACE.into()])? {
            let _ = writeln!(text, "{table} {:?}", row.0);
        }
    }
    Ok(text)
}
