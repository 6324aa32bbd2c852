//! The reconciler: what came in against what there is.
//!
//! The tables are checked against each other by plain queries that share nothing with the writer's code. Checking
//! all leads takes a while when there are millions; a reconciler that goes on from where it was looks only at
//! the leads that the journal names since.

use crate::db::{Db, DbError};
use crate::schema::WORKSPACE;
use crate::value::Value;
use jiff::Timestamp;
use std::fmt;

/// Something that should never be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What is wrong.
    pub what: String,
    /// The leads, messages or pools concerned; the first few.
    pub which: Vec<Box<str>>,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        if !self.which.is_empty() {
            write!(f, ": {}", self.which.join(", "))?;
        }
        Ok(())
    }
}

/// How many leads are looked at in one query.
const PIECE: i64 = 500;
/// How many leads a difference names.
const NAMED: usize = 5;
/// A clock or a message that is this late was forgotten: its worker should have had it within a second.
const FORGOTTEN_S: i64 = 120;

/// What must hold of every lead. Each asks for those of which it does not.
const OF_LEADS: &[(&str, &str)] = &[
    (
        "leads whose decisions are not all there",
        "select l.id from lead l where l.ws = $1 and l.id in (each $2) \
         and l.decisions <> (select count(*) from decision d where d.ws = l.ws and d.lead = l.id)",
    ),
    (
        "leads in no stage of a life",
        "select l.id from lead l where l.ws = $1 and l.id in (each $2) \
         and l.stage not in ('held', 'queued', 'assigned', 'contacted', 'kept', 'suppressed', 'closed', 'erased')",
    ),
    (
        "leads that count for somebody who does not have them",
        "select d.lead from decision d join lead l on l.ws = d.ws and l.id = d.lead where d.ws = $1 and d.lead in (each $2) and d.open = 1 \
         and (l.stage not in ('assigned', 'contacted') or l.rep <> d.rep)",
    ),
    (
        "leads that are assigned twice",
        "select d.lead from decision d where d.ws = $1 and d.lead in (each $2) and d.open = 1 group by d.lead having count(*) > 1",
    ),
    (
        "leads that wait without a deadline",
        "select l.id from lead l where l.ws = $1 and l.id in (each $2) and l.stage = 'held' \
         and (l.due is null or l.life not like '%\"kind\":\"hold-over\"%')",
    ),
    (
        "leads with a promise of contact that no clock watches",
        "select l.id from lead l where l.ws = $1 and l.id in (each $2) and l.stage = 'assigned' and l.contact_by is not null \
         and l.contacted_at is null and l.breached_at is null and (l.due is null or l.life not like '%\"kind\":\"contact\"%')",
    ),
    (
        "leads that are over and have clocks that run",
        "select l.id from lead l where l.ws = $1 and l.id in (each $2) and l.due is not null \
         and l.stage in ('suppressed', 'closed', 'erased', 'kept')",
    ),
    (
        "assigned leads of which nobody was told",
        "select l.id from lead l where l.ws = $1 and l.id in (each $2) and l.stage = 'assigned' \
         and not exists (select 1 from message m where m.ws = l.ws and m.lead = l.id)",
    ),
];

/// A reconciler that goes on from where it was.
#[derive(Debug, Default)]
pub struct Reconciler {
    /// The last journal entry that it looked at.
    seen: i64,
}

impl Reconciler {
    /// Looks at every lead that something happened to since the last time (at the first time: at all), and at the
    /// sums of everything. Empty: all is well. Reads as of one moment.
    ///
    /// # Errors
    /// When the database fails.
    pub fn check(&mut self, db: &mut dyn Db, now: Timestamp) -> Result<Vec<Difference>, DbError> {
        db.begin_reading()?;
        let found = self.look(db, now);
        db.rollback();
        found
    }

    fn look(&mut self, db: &mut dyn Db, now: Timestamp) -> Result<Vec<Difference>, DbError> {
        let mut found = sums(db)?;
        found.extend(forgotten(db, now)?);
        let head = number(db, "select head from workspace where ws = $1")?;
        let mut seen = self.seen;
        while seen < head {
            let sql = "select distinct lead from journal where ws = $1 and seq > $2 and seq <= $3 and lead is not null";
            let rows = db.query(sql, &[WORKSPACE.into(), seen.into(), (seen + PIECE).into()])?;
            let leads: Vec<Box<str>> = rows.iter().map(|row| row.text(0).map(Into::into)).collect::<Result<_, _>>()?;
            of_leads(db, &leads, &mut found)?;
            seen += PIECE;
        }
        self.seen = head;
        Ok(found)
    }
}

fn number(db: &mut dyn Db, sql: &str) -> Result<i64, DbError> {
    db.query(sql, &[WORKSPACE.into()])?.first().map_or(Ok(0), |row| row.int(0))
}

/// What came in is what there is.
fn sums(db: &mut dyn Db) -> Result<Vec<Difference>, DbError> {
    let mut found = Vec::new();
    let received = number(db, "select received from workspace where ws = $1")?;
    let leads = number(db, "select count(*) from lead where ws = $1")?;
    if received != leads {
        found.push(Difference { what: format!("{received} leads came in, {leads} are there"), which: Vec::new() });
    }
    let head = number(db, "select head from workspace where ws = $1")?;
    let entries = number(db, "select count(*) from journal where ws = $1")?;
    if head != entries {
        found.push(Difference { what: format!("the journal is numbered up to {head} and has {entries} entries"), which: Vec::new() });
    }
    let lost = number(
        db,
        "select count(*) from decision d where d.ws = $1 and not exists (select 1 from lead l where l.ws = d.ws and l.id = d.lead)",
    )?;
    if lost > 0 {
        found.push(Difference { what: format!("{lost} decisions are of leads that are not there"), which: Vec::new() });
    }
    found.extend(balances(db)?);
    Ok(found)
}

/// What a rotation owes to some it has given to others: its balances add up to what they did when its members last
/// changed, exactly.
fn balances(db: &mut dyn Db) -> Result<Vec<Difference>, DbError> {
    let mut found = Vec::new();
    for row in db.query("select pool, body from rotation where ws = $1 order by pool", &[WORKSPACE.into()])? {
        let rotation: crate::rotation_row::RotationRow = row.json(1)?;
        let denominator = i128::from(rotation.denominator.max(1));
        let sum: i128 = rotation.seats.iter().map(|seat| i128::from(seat.units) * denominator + i128::from(seat.remainder)).sum();
        if sum != i128::from(rotation.sum) * denominator {
            let what =
                format!("the balances of a pool add up to {sum} over {denominator}, and to {} when its members last changed", rotation.sum);
            found.push(Difference { what, which: vec![row.text(0)?.into()] });
        }
    }
    Ok(found)
}

/// Clocks and messages that nobody takes care of.
fn forgotten(db: &mut dyn Db, now: Timestamp) -> Result<Vec<Difference>, DbError> {
    let late = now.as_microsecond() - FORGOTTEN_S * 1_000_000;
    let mut found = Vec::new();
    for (what, sql) in [
        ("clocks that should have fired long ago", "select id from lead where ws = $1 and due < $2 order by due limit 6"),
        (
            "messages that nobody delivers",
            "select id from message where ws = $1 and next_at < $2 and (state = 'pending' or state = 'sending') order by next_at limit 6",
        ),
    ] {
        let rows = db.query(sql, &[WORKSPACE.into(), late.into()])?;
        push(&mut found, what, rows.iter().map(|row| row.text(0).map(Into::into)).collect::<Result<_, _>>()?);
    }
    Ok(found)
}

fn of_leads(db: &mut dyn Db, leads: &[Box<str>], found: &mut Vec<Difference>) -> Result<(), DbError> {
    if leads.is_empty() {
        return Ok(());
    }
    for (what, sql) in OF_LEADS {
        let rows = db.query(sql, &[WORKSPACE.into(), Value::Texts(leads.to_vec())])?;
        push(found, what, rows.iter().map(|row| row.text(0).map(Into::into)).collect::<Result<_, _>>()?);
    }
    let named = "select count(*) from lead where ws = $1 and id in (each $2)";
    let there = db.query(named, &[WORKSPACE.into(), Value::Texts(leads.to_vec())])?.first().map_or(Ok(0), |row| row.int(0))?;
    if usize::try_from(there) != Ok(leads.len()) {
        let what = format!("the journal names {} leads of which {there} are there", leads.len());
        found.push(Difference { what, which: Vec::new() });
    }
    Ok(())
}

fn push(found: &mut Vec<Difference>, what: &str, mut which: Vec<Box<str>>) {
    if which.is_empty() {
        return;
    }
    match found.iter_mut().find(|difference| difference.what == what) {
        Some(known) => known.which.append(&mut which),
        None => found.push(Difference { what: what.to_owned(), which }),
    }
    if let Some(known) = found.iter_mut().find(|difference| difference.what == what) {
        known.which.truncate(NAMED);
    }
}
