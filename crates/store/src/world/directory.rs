//! Reps and absences, from the tables.

use crate::db::{Db, DbError};
use crate::schema::WORKSPACE;
use pointsman_engine::people::{Absence, Directory, Rep};

/// The absences of one rep.
pub(crate) fn absences(db: &mut dyn Db, rep: &str) -> Result<Vec<Absence>, DbError> {
    let sql = "select from_at, until_at from absence where ws = $1 and rep = $2 order by from_at, id";
    let rows = db.query(sql, &[WORKSPACE.into(), rep.into()])?;
    rows.iter().map(|row| Ok(Absence { from: row.moment(0)?, until: row.moment(1)? })).collect()
}

/// The directory as it is now.
pub(crate) fn read(db: &mut dyn Db) -> Result<Directory, DbError> {
    let mut directory = Directory::default();
    for row in db.query("select body from rep where ws = $1 order by place, email", &[WORKSPACE.into()])? {
        let rep: Rep = row.json(0)?;
        // The key of the table is the key of the directory: none comes twice.
        let _ = directory.add(rep);
    }
    for row in db.query("select rep, from_at, until_at from absence where ws = $1 order by rep, from_at, id", &[WORKSPACE.into()])? {
        if let Some(rep) = directory.find(row.text(0)?) {
            directory.add_absence(rep, Absence { from: row.moment(1)?, until: row.moment(2)? });
        }
    }
    Ok(directory)
}
