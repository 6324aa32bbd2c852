//! What must hold after every step: the promises of DESIGN section 7, read from the tables with plain queries that
//! share nothing with the writer's.

pub mod decisions;
pub mod journal;
pub mod leads;
pub mod messages;
pub mod recount;
pub mod standing;

use super::model::Model;
use super::wrong::{Checked, ensure};
use jiff::Timestamp;
use pointsman_store::db::{Db, DbError};
use pointsman_store::reconcile::Reconciler;
use pointsman_store::request::{Refused, Reply, Request, What};
use pointsman_store::schema::WORKSPACE;
use pointsman_store::value::{Row, Value};
use std::collections::BTreeMap;

/// What was there before a step.
#[derive(Debug)]
pub struct Before {
    /// Clocks that ran, and when each is due.
    pub clocks: Vec<(Box<str>, Box<str>, i64)>,
    /// Reps that took leads, and their absences.
    pub people: decisions::People,
}

impl Before {
    /// Reads it.
    ///
    /// # Errors
    /// When the database fails.
    pub fn read(db: &mut dyn Db) -> Checked<Self> {
        let mut clocks = Vec::new();
        for row in ask(db, "select id, life from lead where ws = $1 and due is not null")? {
            clocks.extend(
                leads::clocks_of(&row.json(1)?)?.into_iter().map(|(kind, due)| (row.text(0).unwrap_or_default().into(), kind.into(), due)),
            );
        }
        Ok(Self { clocks, people: decisions::People::read(db)? })
    }
}

/// The checks, and what they know from the steps before.
#[derive(Debug, Default)]
pub struct Checks {
    journal: journal::Journal,
    decisions: decisions::Decisions,
    recount: recount::Recount,
    messages: messages::Messages,
    reconciler: Reconciler,
}

impl Checks {
    /// After a step, whatever came of it.
    ///
    /// # Errors
    /// When something does not hold.
    pub fn after_step(&mut self, db: &mut dyn Db, before: &Before, model: &Model, now: Timestamp) -> Checked {
        let entries = self.journal.read(db, now)?;
        journal::clocks_fired_when_due(&entries, before)?;
        self.messages.owe(&entries);
        self.messages.none_is_lost(db, model)?;
        every_acknowledged_lead_is_there(db, model)?;
        leads::of(db, &journal::touched(&entries))?;
        let decided = self.decisions.read_on(db)?;
        decisions::nobody_absent_receives(&decided, &entries, before)?;
        decisions::who_missed_it_gets_it_last(&decided)?;
        self.decisions.replay(db, &decided)?;
        self.recount.add(db, &mut self.decisions.policies, &decided, &entries)?;
        // Nothing is late as of long ago: what waits for a courier or a tick is checked at rest.
        let found = self.reconciler.check(db, Timestamp::UNIX_EPOCH)?;
        ensure(found.is_empty(), || format!("the reconciler finds: {}", listed(&found)))
    }

    /// What was answered, against what there is.
    ///
    /// # Errors
    /// When they differ.
    pub fn of_answers(&mut self, db: &mut dyn Db, requests: &[Request], answers: &[Result<Reply, Refused>], clock: Timestamp) -> Checked {
        let ticks: Vec<(u32, u32)> = requests
            .iter()
            .zip(answers)
            .filter_map(|(request, answer)| match (&request.what, answer) {
                (What::Tick { most }, Ok(Reply::Ticked { fired, .. })) => Some((*most, *fired)),
                _ => None,
            })
            .collect();
        if ticks.is_empty() {
            return Ok(());
        }
        let fired: u32 = ticks.iter().map(|(_, fired)| fired).sum();
        self.journal.last_fired(fired)?;
        let all = requests.len() == 1 && ticks.iter().all(|(most, _)| *most >= 1000);
        let sql = format!("select id, due from lead where ws = $1 and due <= {} limit 3", clock.as_microsecond());
        let left = if all { ask(db, &sql)? } else { Vec::new() };
        ensure(left.is_empty(), || format!("clocks are due after a tick: {left:?}"))
    }

    /// What a node holds in memory is what the tables say.
    ///
    /// # Errors
    /// When it is not.
    pub fn knows(loaded: &standing::Known, node: usize, known: &standing::Known) -> Checked {
        ensure(loaded == known, || format!("node {node} knows other than the tables: {}", known.difference(loaded)))
    }

    /// All leads and all messages.
    ///
    /// # Errors
    /// When something does not hold.
    pub fn all(&mut self, db: &mut dyn Db, model: &Model) -> Checked {
        let rows = ask(db, "select id from lead where ws = $1 order by id")?;
        let all = rows.iter().map(|row| row.text(0).map(Into::into)).collect::<Result<Vec<Box<str>>, DbError>>()?;
        leads::of(db, &all)?;
        leads::counted_once(db)?;
        leads::who_is_erased_is_nowhere(db)?;
        self.messages.everybody_was_told(db)?;
        self.messages.sent_stays_sent(db, model)
    }

    /// Nothing is left to be done.
    ///
    /// # Errors
    /// When something is.
    pub fn at_rest(&mut self, db: &mut dyn Db, now: Timestamp) -> Checked {
        let found = Reconciler::default().check(db, now)?;
        ensure(found.is_empty(), || format!("at rest the reconciler finds: {}", listed(&found)))?;
        messages::none_is_under_way(db)
    }
}

fn listed(found: &[pointsman_store::reconcile::Difference]) -> String {
    found.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// P1: what was answered with success is there; what came in is what there is.
fn every_acknowledged_lead_is_there(db: &mut dyn Db, model: &Model) -> Checked {
    let rows = ask(db, "select id, decisions from lead where ws = $1")?;
    let there: BTreeMap<&str, i64> = rows.iter().map(|row| Ok((row.text(0)?, row.int(1)?))).collect::<Result<_, DbError>>()?;
    for (lead, decisions) in &model.leads {
        let found = there.get(&**lead);
        ensure(found.is_some_and(|found| *found >= i64::from(*decisions)), || {
            format!("lead {lead} was acknowledged with {decisions} decisions; there: {found:?}")
        })?;
    }
    let twice: Vec<_> = model.void.iter().filter(|id| there.contains_key(&***id)).collect();
    ensure(twice.is_empty(), || format!("leads came in twice under one key: {twice:?}"))?;
    let received = ask(db, "select received from workspace where ws = $1")?.first().map_or(Ok(-1), |row| row.int(0))?;
    ensure(usize::try_from(received) == Ok(there.len()), || format!("{received} leads came in, {} are there", there.len()))
}

/// Asks something of the one workspace.
pub(super) fn ask(db: &mut dyn Db, sql: &str) -> Result<Vec<Row>, DbError> {
    db.query(sql, &[WORKSPACE.into()])
}

/// Asks about these; none where there are none to ask about.
pub(super) fn ask_each(db: &mut dyn Db, sql: &str, which: &[Box<str>]) -> Result<Vec<Row>, DbError> {
    if which.is_empty() { Ok(Vec::new()) } else { db.query(sql, &[WORKSPACE.into(), Value::Texts(which.to_vec())]) }
}
