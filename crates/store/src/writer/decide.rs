//! Deciding within a batch: what the engine must know of the past is read, what it decided is noted.

use super::Batch;
use crate::db::DbError;
use crate::schema::WORKSPACE;
use crate::value::{Value, json};
use jiff::Timestamp;
use pointsman_engine::account::AccountIx;
use pointsman_engine::decide::{Arrival, decide};
use pointsman_engine::decision::Cause;
use pointsman_engine::life::{Counted, Placement};
use pointsman_engine::people::RepIx;
use pointsman_engine::record::{Outline, Record};
use pointsman_engine::standing::{Memories, Standing};

/// A decision on its way into the table.
#[derive(Debug)]
pub(super) struct DecisionRow {
    pub lead: Box<str>,
    pub n: u32,
    pub seq: i64,
    pub at: Timestamp,
    pub outcome: Box<str>,
    pub rule: Option<Box<str>>,
    pub rep: Option<Box<str>>,
    pub pool: Option<Box<str>>,
    pub turn: u64,
    pub policy: Box<str>,
    pub directory: Box<str>,
    pub counts: bool,
    pub open: bool,
    pub body: Value,
}

/// A decision of an earlier batch that stands no longer as it was written.
#[derive(Debug)]
pub(super) struct Uncounted {
    pub lead: Box<str>,
    pub by: Counted,
    pub counts: bool,
}

/// What was decided, in names, for whoever drives the lead's life.
pub(super) struct Decided {
    pub placement: Placement,
    pub outcome: Box<str>,
    pub reason: Box<str>,
    pub account: Option<Box<str>>,
    /// It stays with the owner of the same person.
    pub same_person: bool,
    memories: Memories,
    row: DecisionRow,
}

impl Batch<'_> {
    /// Whether an arrival would still be held if it were decided now. Changes nothing.
    pub(super) fn would_wait(&self, arrival: &Arrival) -> bool {
        self.world.ruling.as_ref().is_none_or(|ruling| decide(&ruling.policy, &ruling.book, &ruling.standing, arrival).outcome.is_held())
    }

    /// Decides an arrival and moves balances and counts. What it says is yet to be noted ([`Batch::note`]).
    /// `None` without a policy.
    pub(super) fn decide(&mut self, arrival: &Arrival) -> Result<Option<Decided>, DbError> {
        self.keep_directory()?;
        let Some(ruling) = self.world.ruling.as_mut() else { return Ok(None) };
        let (policy, book) = (&*ruling.policy, &ruling.book);
        let decision = decide(policy, book, &ruling.standing, arrival);
        ruling.standing.record(policy, book, arrival, &decision);
        let outline = Outline::of(policy, book, &decision);
        let record = Record::of(policy, book, arrival, &decision);
        let owned = |text: Option<&str>| text.map(Box::<str>::from);
        let taken = decision.taker().is_some();
        let row = DecisionRow {
            lead: arrival.lead.id.0.clone(),
            n: 0,
            seq: 0,
            at: self.now,
            outcome: outline.outcome.into(),
            rule: owned(outline.rule.as_deref()),
            rep: owned(outline.rep.as_deref()),
            pool: owned(outline.pool.as_deref()),
            turn: decision.turn,
            policy: policy.version.clone(),
            directory: book.directory_version().unwrap_or_default().into(),
            counts: taken,
            open: taken,
            body: json(&record)?,
        };
        let reason: Box<str> = (&*outline.reason).into();
        if let Some(turn) = decision.tried.last().and_then(|trial| trial.turn.as_ref())
            && let Some(pool) = policy.pool(turn.pool)
        {
            self.moved.insert(pool.name.clone());
        }
        let account = arrival.matched.as_ref().and_then(|found| account_id(book, found.account));
        let placement = Placement::of(policy, book, arrival, &decision);
        let memories = Standing::memories_of(policy, book, arrival, &decision);
        let same_person = decision.cause == Cause::SamePerson;
        Ok(Some(Decided { placement, outcome: row.outcome.clone(), reason, account, same_person, memories, row }))
    }

    /// Notes a decision as the `n`-th of a lead, and who has its person and company now.
    pub(super) fn note(&mut self, decided: Decided, lead: &str, n: u32, seq: i64) {
        self.remember(decided.memories, lead);
        self.decisions.push(DecisionRow { lead: lead.into(), n, seq, ..decided.row });
    }

    /// Notes that a person gave a lead to a rep: it counts, and nothing was decided.
    pub(super) fn note_by_hand(&mut self, lead: &str, n: u32, seq: i64, rep: RepIx) -> Result<(), DbError> {
        self.keep_directory()?;
        let Some(ruling) = self.world.ruling.as_mut() else { return Ok(()) };
        ruling.standing.give(&ruling.policy, &ruling.book, (rep, None), self.now);
        let row = DecisionRow {
            lead: lead.into(),
            n,
            seq,
            at: self.now,
            outcome: "by_hand".into(),
            rule: None,
            rep: Some(ruling.book.directory().key(rep).into()),
            pool: None,
            turn: ruling.standing.last_turn(),
            policy: ruling.policy.version.clone(),
            directory: ruling.book.directory_version().unwrap_or_default().into(),
            counts: true,
            open: true,
            body: Value::from("{}"),
        };
        self.decisions.push(row);
        Ok(())
    }

    /// What a lead counted for somebody no longer does: not at all, or (`counts`) only as no longer open.
    pub(super) fn uncount(&mut self, lead: &str, by: &Counted, counts: bool) {
        self.world.ahead = true;
        if let Some(ruling) = self.world.ruling.as_mut()
            && let Some(rep) = ruling.rep(&by.rep)
        {
            let pool = by.pool.as_deref().and_then(|pool| ruling.policy.pool_named(pool));
            if counts {
                ruling.standing.close(&ruling.book, (rep, pool));
            } else {
                ruling.standing.give_back(&ruling.book, (rep, pool), by.at);
            }
        }
        let pending =
            self.decisions.iter_mut().find(|row| row.open && *row.lead == *lead && row.at == by.at && row.rep.as_ref() == Some(&by.rep));
        match pending {
            Some(row) => (row.counts, row.open) = (counts, false),
            None => self.uncounted.push(Uncounted { lead: lead.into(), by: by.clone(), counts }),
        }
    }
}

fn account_id(book: &pointsman_engine::book::Book, account: AccountIx) -> Option<Box<str>> {
    book.matcher.account(account).map(|account| account.id.clone())
}

impl DecisionRow {
    pub fn values(self) -> Vec<Value> {
        vec![
            WORKSPACE.into(),
            self.lead.into(),
            self.n.into(),
            self.seq.into(),
            self.at.into(),
            self.outcome.into(),
            self.rule.into(),
            self.rep.into(),
            self.pool.into(),
            i64::try_from(self.turn).unwrap_or(i64::MAX).into(),
            self.policy.into(),
            self.directory.into(),
            self.counts.into(),
            self.open.into(),
            self.body,
        ]
    }
}
