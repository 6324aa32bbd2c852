//! Leads: lists by what they have in common, and one with its decisions and clocks.

use super::select::Select;
use crate::db::{Db, DbError};
use crate::value::{Row, Value};
use jiff::Timestamp;
use pointsman_engine::lead::Lead;
use pointsman_engine::life::Clock;
use serde::Deserialize;

/// How a lead's promise of contact stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockState {
    /// Contact is owed, and there is time left.
    Running,
    /// Contact is owed, and its time is over.
    Overdue,
    /// Contact was made in time.
    Kept,
    /// The promise was broken, whether contact was made later or not.
    Broken,
    /// Nothing was promised.
    None,
}

/// Which leads. What is not given does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Where they are in their life.
    pub stage: Option<String>,
    /// By the rule that decided.
    pub rule: Option<String>,
    /// Through which pool they went.
    pub pool: Option<String>,
    /// Who has them.
    pub rep: Option<String>,
    /// In which queue they wait.
    pub queue: Option<String>,
    /// To which account they belong.
    pub account: Option<String>,
    /// How their promise of contact stands, at this moment.
    pub clock: Option<(ClockState, Timestamp)>,
    /// Received at this moment or later.
    pub from: Option<Timestamp>,
    /// Received before this moment.
    pub until: Option<Timestamp>,
    /// A part of the name, e-mail address or company.
    pub text: Option<String>,
}

/// One line of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its id.
    pub id: String,
    /// When it came in.
    pub received_at: Timestamp,
    /// When it came into being.
    pub created_at: Timestamp,
    /// What people recognise it by.
    pub label: String,
    /// Where it is.
    pub stage: String,
    /// Who has it.
    pub rep: Option<String>,
    /// Through which pool.
    pub pool: Option<String>,
    /// In which queue it waits.
    pub queue: Option<String>,
    /// The rule that decided.
    pub rule: Option<String>,
    /// The promise.
    pub sla: Option<String>,
    /// The account.
    pub account: Option<String>,
    /// By when contact is owed.
    pub contact_by: Option<Timestamp>,
    /// When contact was made.
    pub contacted_at: Option<Timestamp>,
    /// When the promise was first broken.
    pub breached_at: Option<Timestamp>,
}

const LINE: &str = "id, received_at, created_at, label, stage, rep, pool, queue, rule, sla, account, contact_by, contacted_at, breached_at";

fn line(row: &Row) -> Result<Line, DbError> {
    let maybe = |column| row.maybe_text(column).map(|text| text.map(str::to_owned));
    Ok(Line {
        id: row.text(0)?.to_owned(),
        received_at: row.moment(1)?,
        created_at: row.moment(2)?,
        label: row.text(3)?.to_owned(),
        stage: row.text(4)?.to_owned(),
        rep: maybe(5)?,
        pool: maybe(6)?,
        queue: maybe(7)?,
        rule: maybe(8)?,
        sla: maybe(9)?,
        account: maybe(10)?,
        contact_by: row.maybe_moment(11)?,
        contacted_at: row.maybe_moment(12)?,
        breached_at: row.maybe_moment(13)?,
    })
}

/// Leads, the last received first. `after` is the moment and id of the last one seen.
///
/// # Errors
/// When the database fails.
pub fn list(db: &mut dyn Db, filter: &Filter, after: Option<(Timestamp, String)>, limit: u32) -> Result<Vec<Line>, DbError> {
    let mut select = Select::of(LINE, "lead")
        .maybe("stage", filter.stage.as_deref())
        .maybe("rule", filter.rule.as_deref())
        .maybe("pool", filter.pool.as_deref())
        .maybe("rep", filter.rep.as_deref())
        .maybe("queue", filter.queue.as_deref())
        .maybe("account", filter.account.as_deref())
        .containing("label", filter.text.as_deref());
    if let Some((state, now)) = filter.clock {
        select = clock(select, state, now);
    }
    if let Some(from) = filter.from {
        select = select.and("received_at >= ?", [from.into()]);
    }
    if let Some(until) = filter.until {
        select = select.and("received_at < ?", [until.into()]);
    }
    if let Some((received, id)) = after {
        select = select.and("(received_at, id) < (?, ?)", [received.into(), id.into()]);
    }
    select.rows(db, "received_at desc, id desc", limit)?.iter().map(line).collect()
}

fn clock(select: Select, state: ClockState, now: Timestamp) -> Select {
    match state {
        ClockState::Running => select.and("stage = 'assigned' and contact_by > ?", [now.into()]),
        ClockState::Overdue => select.and("stage = 'assigned' and contact_by <= ?", [now.into()]),
        ClockState::Kept => select.and("contacted_at is not null and breached_at is null", []),
        ClockState::Broken => select.and("breached_at is not null", []),
        ClockState::None => select.and("contact_by is null", []),
    }
}

/// The leads that wait in a queue longest, first in.
///
/// # Errors
/// When the database fails.
pub fn oldest_in_queue(db: &mut dyn Db, queue: &str, limit: u32) -> Result<Vec<Line>, DbError> {
    let select = Select::of(LINE, "lead").and("stage = 'queued' and queue = ?", [queue.into()]);
    select.rows(db, "received_at, id", limit)?.iter().map(line).collect()
}

/// One lead whole.
#[derive(Debug, Clone, PartialEq)]
pub struct Whole {
    /// Its line.
    pub line: Line,
    /// Its fields as they are now, JSON.
    pub fields: serde_json::Value,
    /// Its life, JSON.
    pub life: serde_json::Value,
    /// The last journal entry about it: tells one state from the next.
    pub seq: i64,
    /// Clocks that run, in the order in which they fire.
    pub clocks: Vec<Clock>,
}

/// What of a life says which clocks run.
#[derive(Deserialize)]
struct Running {
    #[serde(default)]
    clocks: Vec<Clock>,
}

/// A lead by id.
///
/// # Errors
/// When the database fails.
pub fn one(db: &mut dyn Db, id: &str) -> Result<Option<Whole>, DbError> {
    let select = Select::of(&format!("{LINE}, fields, life, seq"), "lead").and("id = ?", [id.into()]);
    let Some(row) = select.one(db)? else { return Ok(None) };
    let Running { mut clocks } = row.json(15)?;
    clocks.sort();
    Ok(Some(Whole { line: line(&row)?, fields: row.json(14)?, life: row.json(15)?, seq: row.int(16)?, clocks }))
}

/// A decision as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredDecision {
    /// The how manyeth of its lead.
    pub n: i64,
    /// When.
    pub at: Timestamp,
    /// The policy's version.
    pub policy: String,
    /// The directory's version; empty when there was none.
    pub directory: String,
    /// Who got it by it.
    pub rep: Option<String>,
    /// The record, JSON; `None`: a person decided.
    pub body: Option<String>,
}

fn decision(row: &Row) -> Result<StoredDecision, DbError> {
    Ok(StoredDecision {
        n: row.int(0)?,
        at: row.moment(1)?,
        policy: row.text(2)?.to_owned(),
        directory: row.text(3)?.to_owned(),
        rep: row.maybe_text(5)?.map(str::to_owned),
        body: Some(row.text(4)?).filter(|body| *body != "{}").map(str::to_owned),
    })
}

/// The decisions of a lead, in order.
///
/// # Errors
/// When the database fails.
pub fn decisions(db: &mut dyn Db, lead: &str) -> Result<Vec<StoredDecision>, DbError> {
    let select = Select::of("n, at, policy, directory, body, rep", "decision").and("lead = ?", [lead.into()]);
    select.all(db, "n")?.iter().map(decision).collect()
}

/// The n-th decision of a lead, or its last.
///
/// # Errors
/// When the database fails.
pub fn decision_of(db: &mut dyn Db, lead: &str, n: Option<i64>) -> Result<Option<StoredDecision>, DbError> {
    let select =
        Select::of("n, at, policy, directory, body, rep", "decision").and("lead = ?", [lead.into()]).maybe("n", n.map(Value::from));
    select.rows(db, "n desc", 1)?.first().map(decision).transpose()
}

/// The leads received last, the first of them first. Erased ones have nothing left to look at.
///
/// # Errors
/// When the database fails.
pub fn recent(db: &mut dyn Db, most: u32) -> Result<Vec<Lead>, DbError> {
    let select = Select::of("fields", "lead").and("stage <> 'erased'", []);
    let mut leads: Vec<Lead> =
        select.rows(db, "received_at desc, id desc", most)?.iter().map(|row| row.json(0)).collect::<Result<_, _>>()?;
    leads.reverse();
    Ok(leads)
}
