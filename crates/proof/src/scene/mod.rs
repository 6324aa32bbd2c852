//! Scenes: a concrete lead, with the account it matches, that shows what is claimed.
//!
//! A scene is made of a cube by giving each field a value that the cube allows, and then *run*: enriched, matched
//! and read as any lead is. What it shows is what the engine says of it, so that nothing is claimed that no lead shows.

mod mail;
mod make;
mod values;

pub use make::scenes;

use jiff::Timestamp;
use pointsman_engine::account::Account;
use pointsman_engine::facts::Facts;
use pointsman_engine::lead::Lead;
use pointsman_engine::matching::{Match, Matcher};
use pointsman_engine::policy::{Action, Policy, RowRef, SlaIx};
use pointsman_engine::records::leads;
use pointsman_engine::rules::walk;
use serde::Serialize;
use serde_json::{Map, Value};

/// A lead as it would come in, and the account that it matches, if it needs one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Scene {
    /// The lead's fields.
    pub lead: Map<String, Value>,
    /// The account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<Account>,
    /// When it comes in.
    #[serde(skip)]
    pub now: Timestamp,
}

/// What a policy does with a scene.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    /// The row that decides.
    pub row: Option<RowRef>,
    /// The row that decides once it has been held, if it is.
    pub then: Option<RowRef>,
    /// The promise for it.
    pub sla: Option<SlaIx>,
}

impl Shown {
    /// Whether it shows that a row does something with the lead: holds it, or decides it in the end. `None`: no row does.
    #[must_use]
    pub fn is_by(&self, row: Option<RowRef>) -> bool {
        self.then == row || (row.is_some() && self.row == row)
    }
}

impl Scene {
    /// The lead as intake reads it; `None` when it would be turned away or a value is not read.
    #[must_use]
    pub fn read(&self) -> Option<Lead> {
        let mut problems = Vec::new();
        leads::from_json(&self.lead, 1, &mut problems).filter(|_| problems.is_empty())
    }

    /// Runs it: enriched and matched, by the first row that matches. The same as [`pointsman_engine::decide::arrive`]
    /// on a book with this one account, without the index.
    #[must_use]
    pub fn run(&self, policy: &Policy) -> Option<Shown> {
        let arrived = self.arrive(policy)?;
        let facts = arrived.facts(policy, self.now);
        let row = deciding(policy, &facts, None, false);
        let held = |row: &RowRef| matches!(policy.row(*row).map(|row| &row.action), Some(Action::Hold { .. }));
        let then = if row.as_ref().is_some_and(held) { deciding(policy, &facts, row, true) } else { row };
        let named = row.and_then(|row| policy.row(row)).and_then(|row| row.sla);
        let first = || policy.slas.iter().position(|sla| sla.condition.as_ref().is_some_and(|condition| condition.holds(&facts)));
        let sla = named.or_else(|| first().and_then(|at| u32::try_from(at).ok()).map(SlaIx));
        Some(Shown { row, then, sla })
    }

    /// The lead enriched, and its account where it really matches.
    #[must_use]
    pub fn arrive(&self, policy: &Policy) -> Option<Arrived> {
        let mut lead = self.read()?;
        policy.enrich.fill(&mut lead, &policy.matching);
        let matcher = Matcher::build(self.account.iter().cloned().collect(), policy.matching.clone());
        let found = matcher.find(&lead);
        let account = found.as_ref().and_then(|found| matcher.account(found.account)).cloned();
        Some(Arrived { lead, matched: account.zip(found) })
    }
}

/// A lead that has come in.
#[derive(Debug)]
pub struct Arrived {
    /// As enriched.
    pub lead: Lead,
    /// The account found.
    pub matched: Option<(Account, Match)>,
}

impl Arrived {
    /// As a policy sees it.
    #[must_use]
    pub fn facts(&self, policy: &Policy, now: Timestamp) -> Facts<'_> {
        let matched = self.matched.as_ref().map(|(account, found)| (account, found));
        Facts::read(&policy.fields, &policy.matching, &self.lead, matched, now)
    }
}

/// The first row that matches after another; holds are passed over when they are over, or have nothing to wait for.
fn deciding(policy: &Policy, facts: &Facts<'_>, after: Option<RowRef>, over: bool) -> Option<RowRef> {
    let mut after = after;
    loop {
        let row = walk(policy, facts, after)?;
        match policy.row(row).map(|row| &row.action) {
            Some(Action::Hold { until, .. }) if over || until.holds(facts) => after = Some(row),
            _ => return Some(row),
        }
    }
}
