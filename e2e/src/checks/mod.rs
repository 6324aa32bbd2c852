//! The checks: what was acknowledged against what the tables say. They share no code with the writer; those that
//! could be had from it (the reconciler, `pointsman replay`) run as well.

mod clocks;
mod leads;
mod messages;
mod replay;
mod rotation;

use crate::ledger::Ledger;
use crate::scene::Scene;
use jiff::{SignedDuration, Timestamp};
use pointsman_store::db::{Db, DbError};
use pointsman_store::reconcile::Reconciler;
use std::time::{Duration, Instant};

/// When is looked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// After a round: what a killed courier had taken may still be its own for a while.
    Between,
    /// Long after the last round: everything written by then must have been delivered. (Promises go on being broken and
    /// kept, so that there are always some messages of this minute under way.)
    Settled,
}

/// How long what is due may take once everything runs again.
const PATIENCE: Duration = Duration::from_secs(60);

/// What came due just now is on its way.
const FRESH: SignedDuration = SignedDuration::from_secs(2);

/// So many differences are told.
const TOLD: usize = 12;

/// What was found to be as it should, in a few words; or everything that was not.
pub fn all(scene: &Scene, ledger: &Ledger, when: When) -> Result<String, String> {
    let mut db = scene.place.reader().map_err(|error| error.to_string())?;
    calm(&mut *db, when)?;
    db.begin_reading().map_err(|error| error.to_string())?;
    let mut found = std::mem::take(&mut ledger.entries().wrong);
    let looked = look(&mut *db, scene, ledger, &mut found);
    db.rollback();
    let mut summary = looked.map_err(|error| error.to_string())?;
    let differences = Reconciler::default().check(&mut *db, Timestamp::now()).map_err(|error| error.to_string())?;
    found.extend(differences.iter().map(|difference| format!("the reconciler: {difference}")));
    match replay::all(scene, &mut *db) {
        Ok(said) => summary.push_str(&said),
        Err(differences) => found.push(differences),
    }
    if found.is_empty() {
        return Ok(summary);
    }
    let more = found.len().saturating_sub(TOLD);
    found.truncate(TOLD);
    Err(format!("{}{}", found.join("\n"), if more > 0 { format!("\nand {more} more") } else { String::new() }))
}

fn look(db: &mut dyn Db, scene: &Scene, ledger: &Ledger, found: &mut Vec<String>) -> Result<String, DbError> {
    let leads = leads::all(db, ledger, found)?;
    let turns = rotation::all(db, found)?;
    let fired = clocks::all(db, found)?;
    let messages = messages::all(db, &scene.receiver, found)?;
    Ok(format!("{leads}, {turns}, {fired}, {messages}, "))
}

/// Waits until nothing is due that nobody has taken.
fn calm(db: &mut dyn Db, when: When) -> Result<(), String> {
    let until = Instant::now() + PATIENCE;
    loop {
        let due = due(db, when).map_err(|error| error.to_string())?;
        if due == 0 {
            return Ok(());
        }
        if Instant::now() > until {
            return Err(format!("{due} clocks or messages are due and nothing happens to them"));
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn due(db: &mut dyn Db, when: When) -> Result<i64, DbError> {
    let now = Timestamp::now() - FRESH;
    let clocks = count(db, "select count(*) from lead where ws = $1 and due <= $2", now)?;
    let messages = match when {
        When::Between => count(db, "select count(*) from message where ws = $1 and state = 'pending' and next_at <= $2", now)?,
        When::Settled => count(
            db,
            "select count(*) from message where ws = $1 and (state = 'sending' or state = 'pending' and next_at <= $2) and created_at <= $2 - 60000000",
            now,
        )?,
    };
    Ok(clocks + messages)
}

fn count(db: &mut dyn Db, sql: &str, now: Timestamp) -> Result<i64, DbError> {
    db.query(sql, &[pointsman_store::schema::WORKSPACE.into(), now.into()])?.first().map_or(Ok(0), |row| row.int(0))
}
