//! The one function: policy, book of people and accounts, lead, now -> decision with its trace.
//!
//! In two steps, so that a file can be read by several threads and still be decided in order:
//! [`arrive`] enriches, matches and finds the rule, and depends on no other lead; [`decide`] tries the
//! rule's targets against what past decisions left behind ([`Standing`]). Applying the decision is
//! [`Standing::record`]. The server, `route`, tests and simulations all run exactly this.

mod pool;

use crate::availability::Request;
use crate::book::Book;
use crate::calendar::Span;
use crate::decision::{Candidate, Cause, Decision, Outcome, Owner, Trial, TrialResult, Verdict, Via, Waiting};
use crate::facts::Facts;
use crate::field::LeadField;
use crate::lead::Lead;
use crate::matching::Match;
use crate::people::RepIx;
use crate::policy::{Action, Policy, RowRef, SlaIx, Target};
use crate::sla;
use crate::standing::Standing;
use crate::value::fold;
use jiff::Timestamp;

/// What happened to the lead before this decision.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Before {
    /// Since when a rule holds it, if one does or did.
    pub held_since: Option<Timestamp>,
    /// Since when it waits for somebody of a pool, if it does.
    pub waiting_since: Option<Timestamp>,
    /// Reps who passed on it: they do not get it again.
    pub passed: Vec<RepIx>,
    /// Reps who missed it, those first who did longest ago: they get it again only if nobody else can take it.
    pub missed: Vec<RepIx>,
    /// From when its promises count, where that is not its creation: after a miss, from the reassignment.
    pub clock_from: Option<Timestamp>,
    /// It changed, and a rule routes it again: who had it does not keep it as the owner of the same person.
    pub rerouted: bool,
}

/// A lead with everything about it that no other lead can change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// As enriched.
    pub lead: Lead,
    /// The account found.
    pub matched: Option<Match>,
    /// The row that decides. `None`: no rule matches.
    pub row: Option<RowRef>,
    /// The promise for it.
    pub sla: Option<SlaIx>,
    /// The moment of the decision.
    pub now: Timestamp,
    /// What happened to it before.
    pub before: Before,
    person: Option<Box<str>>,
}

impl Arrival {
    /// Who it is: the folded e-mail address.
    #[must_use]
    pub fn person(&self) -> Option<&str> {
        self.person.as_deref()
    }

    /// From when promises count.
    #[must_use]
    pub fn created(&self) -> Timestamp {
        self.before.clock_from.or_else(|| self.lead.created_at()).unwrap_or(self.now)
    }

    /// The lead as the policy sees it.
    #[must_use]
    pub fn facts<'a>(&'a self, policy: &Policy, book: &'a Book) -> Facts<'a> {
        let account = self.matched.as_ref().and_then(|found| Some((book.matcher.account(found.account)?, found)));
        Facts::read(&policy.fields, &policy.matching, &self.lead, account, self.now)
    }
}

/// Enriches, matches, and finds the rule and the promise.
#[must_use]
pub fn arrive(policy: &Policy, book: &Book, mut lead: Lead, before: Before, now: Timestamp) -> Arrival {
    policy.enrich.fill(&mut lead, &policy.matching);
    let matched = book.matcher.find(&lead);
    Arrival::found(policy, book, lead, matched, before, now)
}

impl Arrival {
    /// A lead that is enriched and whose account is known: only the rule and the promise are found.
    #[must_use]
    pub fn found(policy: &Policy, book: &Book, lead: Lead, matched: Option<Match>, before: Before, now: Timestamp) -> Self {
        let person = policy.same_person.and(lead.text(LeadField::Email)).map(|email| fold(email).into());
        Self { lead, matched, row: None, sla: None, now, before, person }.again(policy, book, now)
    }

    /// The same lead at another moment: its fields and its match are what they were.
    #[must_use]
    pub fn again(mut self, policy: &Policy, book: &Book, now: Timestamp) -> Self {
        self.now = now;
        let facts = self.facts(policy, book);
        let row = deciding_row(policy, book, &facts, self.before.held_since);
        let named = row.and_then(|row| policy.row(row)).and_then(|row| row.sla);
        let sla = named.or_else(|| {
            let at = policy.slas.iter().position(|sla| sla.condition.as_ref().is_some_and(|condition| condition.holds(&facts)))?;
            u32::try_from(at).ok().map(SlaIx)
        });
        (self.row, self.sla) = (row, sla);
        self
    }
}

/// The first row that matches, a `hold` that is over left out.
fn deciding_row(policy: &Policy, book: &Book, facts: &Facts<'_>, held_since: Option<Timestamp>) -> Option<RowRef> {
    let mut after = None;
    loop {
        let row = book.index.first(policy, facts, after)?;
        match policy.row(row).map(|row| &row.action) {
            Some(Action::Hold { until, limit }) if until.holds(facts) || is_over(held_since, *limit, facts.now()) => after = Some(row),
            _ => return Some(row),
        }
    }
}

fn is_over(since: Option<Timestamp>, limit: Span, now: Timestamp) -> bool {
    since.is_some_and(|since| limit.after(since) <= now)
}

/// Decides an arrival.
#[must_use]
pub fn decide(policy: &Policy, book: &Book, standing: &Standing, arrival: &Arrival) -> Decision {
    let now = arrival.now;
    let action = arrival.row.and_then(|row| policy.row(row)).map(|row| &row.action);
    let request = |needs| Request { policy, book, standing, arrival, needs, now, forgiven: 0 };
    let mut cause = arrival.row.map_or(Cause::NoRule, Cause::Rule);
    let (mut tried, mut target, mut owner) = (Vec::new(), None, None);
    let outcome = match action {
        Some(Action::Suppress) => Outcome::Suppressed,
        Some(Action::Keep) => {
            let outcome;
            (outcome, target, tried) = request(&[]).keep();
            outcome
        }
        Some(Action::Hold { limit, .. }) => {
            Outcome::Held { waiting: Waiting::Condition, deadline: limit.after(arrival.before.held_since.unwrap_or(now)) }
        }
        Some(Action::Assign(assign)) => {
            owner = request(&assign.needs).same_person();
            if let Some(rep) = owner.and_then(Owner::stays) {
                cause = Cause::SamePerson;
                Outcome::Kept(Some(rep))
            } else {
                let outcome;
                (outcome, target, tried) = request(&assign.needs).assign_after_misses(&assign.targets);
                outcome
            }
        }
        None => {
            owner = request(&[]).same_person();
            match owner.and_then(Owner::stays) {
                Some(rep) => {
                    cause = Cause::SamePerson;
                    Outcome::Kept(Some(rep))
                }
                None => Outcome::Queued(policy.fallback.queue),
            }
        }
    };
    let promise = arrival.sla.and_then(|sla| policy.slas.get(sla.at())).filter(|_| outcome != Outcome::Suppressed);
    let rep = match outcome {
        Outcome::Assigned { rep, .. } | Outcome::Kept(Some(rep)) => book.calendar(rep),
        _ => None,
    };
    let deadlines = promise.map(|sla| sla::deadlines(sla, arrival.created(), &policy.calendar, rep));
    Decision {
        at: now,
        turn: standing.next_turn(),
        outcome,
        cause,
        target,
        sla: arrival.sla.filter(|_| promise.is_some()),
        route_by: deadlines.as_ref().and_then(|deadlines| deadlines.route_by),
        contact_by: deadlines.and_then(|deadlines| deadlines.contact_by),
        owner,
        tried,
    }
}

/// What a target did with the lead.
pub(crate) struct Attempt {
    pub(crate) trial: Trial,
    pub(crate) outcome: Option<Outcome>,
}

impl Request<'_> {
    /// The owner of the same person's last lead, if that was within the policy's window.
    fn same_person(&self) -> Option<Owner> {
        let memory = self.standing.person(self.arrival.person().filter(|_| !self.arrival.before.rerouted)?)?;
        let fresh = self.policy.same_person.is_some_and(|window| window.after(memory.at) >= self.now);
        fresh.then(|| Owner { memory, verdict: self.of_rep(memory.rep) })
    }

    /// The owner stays. But who is away never receives a lead, their own neither: it goes where it would if it were assigned to
    /// its owner.
    fn keep(&self) -> (Outcome, Option<Target>, Vec<Trial>) {
        let owner = self.arrival.lead.text(LeadField::Owner).and_then(|owner| self.book.directory().find(owner));
        let outcome = match owner.map(|owner| (owner, self.of_rep(owner))) {
            Some((_, Verdict::Absent(_) | Verdict::Inactive)) => return self.assign_after_misses(&[Target::LeadOwner]),
            Some((owner, _)) if self.arrival.before.passed.contains(&owner) => Outcome::Queued(self.policy.fallback.queue),
            Some((_, Verdict::Unknown)) => Outcome::Kept(None),
            _ => Outcome::Kept(owner),
        };
        (outcome, None, Vec::new())
    }

    /// First without those who missed the lead. Where it would then end in the fallback queue, with them, those who missed
    /// it longest ago before the others. The trace has the last round that found nobody and the one that found somebody, if any.
    fn assign_after_misses(&self, targets: &[Target]) -> (Outcome, Option<Target>, Vec<Trial>) {
        let first = self.assign(targets);
        if first.1.is_some() || self.arrival.before.missed.is_empty() {
            return first;
        }
        let mut last = first;
        for forgiven in 1..=self.arrival.before.missed.len() {
            let (outcome, target, tried) = Self { forgiven, ..*self }.assign(targets);
            if target.is_some() {
                // The last round that found nobody says why those forgiven before could not: replay needs it.
                return (outcome, target, last.2.into_iter().chain(tried).collect());
            }
            last = (outcome, target, tried);
        }
        last
    }

    /// The first target that can take the lead does; if none can, the fallback queue does.
    fn assign(&self, targets: &[Target]) -> (Outcome, Option<Target>, Vec<Trial>) {
        let mut tried = Vec::with_capacity(1);
        for target in targets {
            let attempt = self.attempt(*target);
            tried.push(attempt.trial);
            if let Some(outcome) = attempt.outcome {
                return (outcome, Some(*target), tried);
            }
        }
        (Outcome::Queued(self.policy.fallback.queue), None, tried)
    }

    /// Tries one target.
    pub(crate) fn attempt(&self, target: Target) -> Attempt {
        match target {
            Target::Rep(person) => match self.book.person(person) {
                Some(rep) => self.named(target, rep),
                None => refused(target, TrialResult::UnknownOwner),
            },
            Target::Pool(at) => match self.policy.pool(at) {
                Some(pool) => self.pool(target, at, pool),
                None => refused(target, TrialResult::NobodyCan),
            },
            Target::Queue(queue) => Attempt {
                trial: Trial { target, result: TrialResult::Took, candidates: Vec::new(), pool: None, turn: None },
                outcome: Some(Outcome::Queued(queue)),
            },
            Target::AccountOwner => match self.arrival.matched.as_ref().and_then(|found| self.book.matcher.account(found.account)) {
                Some(account) => self.owner(target, account.owner.as_deref()),
                None => refused(target, TrialResult::NoAccount),
            },
            Target::LeadOwner => self.owner(target, self.arrival.lead.text(LeadField::Owner)),
        }
    }

    fn owner(&self, target: Target, owner: Option<&str>) -> Attempt {
        match owner.map(|owner| self.book.directory().find(owner)) {
            Some(Some(rep)) => self.named(target, rep),
            Some(None) => refused(target, TrialResult::UnknownOwner),
            None => refused(target, TrialResult::NoOwner),
        }
    }

    /// A rep named by the target, or who covers their absence.
    fn named(&self, target: Target, rep: RepIx) -> Attempt {
        let mut candidates = Vec::with_capacity(1);
        let took = self.cover(rep, &mut candidates, |rep| self.of_rep(rep));
        let outcome = took.map(|taker| Outcome::Assigned {
            rep: taker,
            via: if taker == rep { Via::Named } else { Via::Backup { of: rep, pool: None } },
        });
        Attempt { trial: Trial { target, result: result(outcome.is_some()), candidates, pool: None, turn: None }, outcome }
    }

    /// The first of a rep, their backup, the backup's backup ... who can take the lead. Only an absence (or
    /// having left) is covered: who is present and full passes the lead to the next target.
    fn cover(&self, rep: RepIx, looked_at: &mut Vec<Candidate>, can: impl Fn(RepIx) -> Verdict) -> Option<RepIx> {
        let (start, mut at, mut covers) = (looked_at.len(), rep, None);
        loop {
            let verdict = can(at);
            let taken = verdict == Verdict::Eligible;
            looked_at.push(Candidate { rep: at, covers, verdict: if taken { Verdict::Chosen } else { verdict } });
            if taken {
                return Some(at);
            }
            if !matches!(verdict, Verdict::Absent(_) | Verdict::Inactive) {
                return None;
            }
            let next = self.book.backup(at)?;
            if looked_at.iter().skip(start).any(|candidate| candidate.rep == next) {
                return None; // a cycle of backups, which `check` reports
            }
            (covers, at) = (Some(at), next);
        }
    }
}

const fn result(took: bool) -> TrialResult {
    if took { TrialResult::Took } else { TrialResult::NobodyCan }
}

const fn refused(target: Target, result: TrialResult) -> Attempt {
    Attempt { trial: Trial { target, result, candidates: Vec::new(), pool: None, turn: None }, outcome: None }
}
