//! Waiting: held leads, decided again when what they wait for may have come.
//!
//! A lead is held by a rule (until a condition holds) or by a pool (until somebody can take it), and for a
//! limited time. What a held lead waits for can change with time only as far as this room knows; a caller
//! whose leads change (by enrichment, by a person) takes them out and lets them arrive anew.

use crate::book::Book;
use crate::decide::{Arrival, Before, arrive, decide};
use crate::decision::{self, Decision, Outcome};
use crate::lead::Lead;
use crate::policy::{Policy, PoolIx};
use crate::standing::Standing;
use jiff::Timestamp;

/// A held lead; `T` is what its caller knows it by.
#[derive(Debug, Clone)]
struct Held<T> {
    ticket: T,
    lead: Lead,
    before: Before,
    since: Timestamp,
    deadline: Timestamp,
    waiting: decision::Waiting,
}

/// Held leads, oldest first.
#[derive(Debug, Clone)]
pub struct Waiting<T> {
    held: Vec<Held<T>>,
}

impl<T> Default for Waiting<T> {
    fn default() -> Self {
        Self { held: Vec::new() }
    }
}

impl<T> Waiting<T> {
    /// How many leads wait.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.held.len()
    }

    /// Whether none waits.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.held.is_empty()
    }

    /// Gives up waiting: the tickets, oldest first.
    pub fn into_tickets(self) -> impl Iterator<Item = T> {
        self.held.into_iter().map(|held| held.ticket)
    }

    /// Takes a lead in if its decision is to hold it; gives the ticket back otherwise.
    pub fn hold(&mut self, ticket: T, arrival: &Arrival, decision: &Decision) -> Option<T> {
        let Outcome::Held { waiting, deadline } = decision.outcome else { return Some(ticket) };
        let since = arrival.held_since.unwrap_or(arrival.now);
        let before = Before { held_since: Some(since), passed: arrival.passed.clone() };
        let held = Held { ticket, lead: arrival.lead.clone(), before, since, deadline, waiting };
        let place = self.held.partition_point(|other| other.since <= since);
        self.held.insert(place, held);
        None
    }

    /// Decides again, oldest first, every held lead whose deadline has passed (at its deadline) or whose wait
    /// may be over (at `now`), and records the decisions. Of leads that wait for one pool, those behind one
    /// that still waits are not asked. Linear in the number of held leads.
    pub fn release(&mut self, policy: &Policy, book: &Book, standing: &mut Standing, now: Timestamp) -> Vec<(T, Arrival, Decision)> {
        let (mut released, mut still) = (Vec::new(), Vec::with_capacity(self.held.len()));
        let mut blocked: Vec<PoolIx> = Vec::new();
        for held in std::mem::take(&mut self.held) {
            let expired = held.deadline <= now;
            let behind = matches!(held.waiting, decision::Waiting::Pool(pool) if blocked.contains(&pool));
            if behind && !expired {
                still.push(held);
                continue;
            }
            let arrival = arrive(policy, book, held.lead.clone(), held.before.clone(), held.deadline.min(now));
            let decision = decide(policy, book, standing, &arrival);
            if let Outcome::Held { waiting, deadline } = decision.outcome {
                if let decision::Waiting::Pool(pool) = waiting {
                    blocked.push(pool);
                }
                still.push(Held { waiting, deadline, ..held });
            } else {
                standing.record(policy, book, &arrival, &decision);
                released.push((held.ticket, arrival, decision));
            }
        }
        self.held = still;
        released
    }
}
