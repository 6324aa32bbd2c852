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
use pointsman_engine::policy::PoolIx;
use pointsman_engine::record::{Outline, Record};
use pointsman_engine::standing::Memory;
use std::collections::{BTreeMap, BTreeSet};

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

/// Who has a person.
#[derive(Debug, Clone)]
pub(super) struct PersonRow {
    pub rep: Box<str>,
    pub lead: Box<str>,
    pub at: Timestamp,
    /// Whether this batch changed it.
    pub changed: bool,
}

/// Who had a company.
#[derive(Debug, Clone)]
pub(super) struct CompanyRow {
    pub rep: Box<str>,
    pub at: Timestamp,
    pub changed: bool,
}

/// What was decided, in names, for whoever drives the lead's life.
pub(super) struct Decided {
    pub placement: Placement,
    pub outcome: Box<str>,
    pub reason: Box<str>,
    pub account: Option<Box<str>>,
    /// It stays with the owner of the same person.
    pub same_person: bool,
    row: DecisionRow,
}

impl Batch<'_> {
    /// Reads who had the persons and companies of these arrivals.
    pub(super) fn recall(&mut self, arrivals: &[&Arrival]) -> Result<(), DbError> {
        let Some(ruling) = &self.world.ruling else { return Ok(()) };
        let (mut persons, mut companies) = (BTreeSet::new(), BTreeMap::<PoolIx, BTreeSet<Box<str>>>::new());
        for arrival in arrivals {
            let asks = arrival.asks(&ruling.policy, &ruling.book);
            persons.extend(asks.person.filter(|person| !self.persons.contains_key(*person)).map(Box::from));
            if let Some(company) = asks.company {
                for pool in asks.pools {
                    companies.entry(pool).or_default().insert(company.clone());
                }
            }
        }
        self.recall_persons(persons.into_iter().collect())?;
        for (pool, companies) in companies {
            self.recall_companies(pool, companies.into_iter().collect())?;
        }
        Ok(())
    }

    fn recall_persons(&mut self, emails: Vec<Box<str>>) -> Result<(), DbError> {
        let Some(ruling) = self.world.ruling.as_mut().filter(|_| !emails.is_empty()) else { return Ok(()) };
        let sql = "select email, rep, lead, at from person where ws = $1 and email in (each $2)";
        for row in self.db.query(sql, &[WORKSPACE.into(), Value::Texts(emails)])? {
            let (email, at) = (row.text(0)?, row.moment(3)?);
            if let Some(rep) = ruling.rep(row.text(1)?) {
                ruling.standing.recall_person(email, Memory { rep, at });
            }
            self.persons.insert(email.into(), PersonRow { rep: row.text(1)?.into(), lead: row.text(2)?.into(), at, changed: false });
        }
        Ok(())
    }

    fn recall_companies(&mut self, pool: PoolIx, companies: Vec<Box<str>>) -> Result<(), DbError> {
        let Some(ruling) = self.world.ruling.as_mut() else { return Ok(()) };
        let Some(name) = ruling.policy.pool(pool).map(|pool| pool.name.clone()) else { return Ok(()) };
        let unread: Vec<Box<str>> =
            companies.into_iter().filter(|company| !self.companies.contains_key(&(name.clone(), company.clone()))).collect();
        if unread.is_empty() {
            return Ok(());
        }
        let sql = "select company, rep, at from company where ws = $1 and pool = $2 and company in (each $3)";
        for row in self.db.query(sql, &[WORKSPACE.into(), (&*name).into(), Value::Texts(unread)])? {
            let at = row.moment(2)?;
            if let Some(rep) = ruling.rep(row.text(1)?) {
                ruling.standing.recall_company(pool, row.text(0)?, Memory { rep, at });
            }
            self.companies.insert((name.clone(), row.text(0)?.into()), CompanyRow { rep: row.text(1)?.into(), at, changed: false });
        }
        Ok(())
    }

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
        let same_person = decision.cause == Cause::SamePerson;
        Ok(Some(Decided { placement, outcome: row.outcome.clone(), reason, account, same_person, row }))
    }

    /// Notes a decision as the `n`-th of a lead, and who has its person and company now.
    pub(super) fn note(&mut self, decided: Decided, arrival: &Arrival, lead: &str, n: u32, seq: i64) {
        let DecisionRow { rep, at, .. } = &decided.row;
        if let Some((ruling, rep)) = self.world.ruling.as_ref().zip(rep.clone()) {
            let at = *at;
            let kept = decided.row.counts || &*decided.row.outcome == "kept";
            if let Some(person) = arrival.person().filter(|_| kept) {
                self.persons.insert(person.into(), PersonRow { rep: rep.clone(), lead: lead.into(), at, changed: true });
            }
            let pool = decided.row.pool.clone().filter(|_| decided.row.counts);
            let sticky = pool.as_deref().and_then(|pool| ruling.policy.pool_named(pool)).and_then(|pool| ruling.policy.pool(pool)?.sticky);
            if let Some(((pool, _), company)) = pool.zip(sticky).zip(ruling.book.company_of(arrival)) {
                self.companies.insert((pool, company), CompanyRow { rep, at, changed: true });
            }
        }
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

impl Batch<'_> {
    /// A person gave the lead to a rep: they have its person from now on.
    pub(super) fn remember_by_hand(&mut self, lead: &str, person: Option<&str>, rep: &str) {
        let Some(person) = person else { return };
        if let Some(ruling) = self.world.ruling.as_mut()
            && let Some(ix) = ruling.rep(rep)
        {
            ruling.standing.recall_person(person, Memory { rep: ix, at: self.now });
        }
        self.persons.insert(person.into(), PersonRow { rep: rep.into(), lead: lead.into(), at: self.now, changed: true });
    }
}
