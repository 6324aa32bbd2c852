//! Waiting: held leads, decided again when what they wait for may have come.
//!
//! A lead held by a rule waits for its own fields, which this room does not change: it is decided again at its
//! deadline, and a caller whose lead changes before takes it out and lets it arrive anew. Leads held by a pool
//! wait for somebody of it, and leave in the order in which they came.

use crate::book::Book;
use crate::decide::{Arrival, arrive, decide};
use crate::decision::{self, Decision, Outcome};
use crate::policy::{Policy, PoolIx};
use crate::standing::Standing;
use jiff::Timestamp;
use std::collections::BTreeMap;

/// A held lead; `T` is what its caller knows it by.
#[derive(Debug, Clone)]
struct Held<T> {
    ticket: T,
    arrival: Arrival,
    deadline: Timestamp,
}

/// A place in a queue: by time, then by order of coming.
type Place = (Timestamp, u64);

/// Held leads.
#[derive(Debug, Clone)]
pub struct Waiting<T> {
    /// By deadline.
    for_fields: BTreeMap<Place, Held<T>>,
    /// Oldest first.
    for_pools: BTreeMap<PoolIx, BTreeMap<Place, Held<T>>>,
    came: u64,
}

impl<T> Default for Waiting<T> {
    fn default() -> Self {
        Self { for_fields: BTreeMap::new(), for_pools: BTreeMap::new(), came: 0 }
    }
}

impl<T> Waiting<T> {
    /// How many leads wait.
    #[must_use]
    pub fn len(&self) -> usize {
        self.for_fields.len() + self.for_pools.values().map(BTreeMap::len).sum::<usize>()
    }

    /// Whether none waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.for_fields.is_empty() && self.for_pools.is_empty()
    }

    /// Gives up waiting: the tickets, in no order that means anything.
    pub fn into_tickets(self) -> impl Iterator<Item = T> {
        let pools = self.for_pools.into_values().flat_map(BTreeMap::into_values);
        self.for_fields.into_values().chain(pools).map(|held| held.ticket)
    }

    /// Takes a lead in if its decision is to hold it; gives the ticket back otherwise. Logarithmic.
    pub fn hold(&mut self, ticket: T, arrival: &Arrival, decision: &Decision) -> Option<T> {
        let Outcome::Held { waiting, deadline } = decision.outcome else { return Some(ticket) };
        self.put(waiting, Held { ticket, arrival: arrival.clone(), deadline });
        None
    }

    fn put(&mut self, waiting: decision::Waiting, mut held: Held<T>) {
        self.came += 1;
        let now = held.arrival.now;
        match waiting {
            decision::Waiting::Condition => {
                held.arrival.before.held_since.get_or_insert(now);
                self.for_fields.insert((held.deadline, self.came), held);
            }
            decision::Waiting::Pool(pool) => {
                let since = *held.arrival.before.waiting_since.get_or_insert(now);
                self.for_pools.entry(pool).or_default().insert((since, self.came), held);
            }
        }
    }

    /// Decides again every lead whose deadline has passed (as at its deadline), and of each pool, oldest first,
    /// those that somebody can take at `now`. Records the decisions. Apart from those it takes one decision
    /// for each pool that is waited for.
    pub fn release(&mut self, policy: &Policy, book: &Book, standing: &mut Standing, now: Timestamp) -> Vec<(T, Arrival, Decision)> {
        let mut released = Vec::new();
        while let Some(first) = self.for_fields.first_entry().filter(|first| first.get().deadline <= now) {
            let held = first.remove();
            released.extend(self.again(policy, book, standing, held, now));
        }
        for pool in policy.pools.iter().enumerate().filter_map(|(at, _)| u32::try_from(at).ok()).map(PoolIx) {
            while let Some(held) = self.next_of(pool, policy, book, standing, now) {
                released.extend(self.again(policy, book, standing, held, now));
            }
            if self.for_pools.get(&pool).is_some_and(BTreeMap::is_empty) {
                self.for_pools.remove(&pool);
            }
        }
        released
    }

    /// The oldest lead that waits for a pool, if somebody can take it now or its time is over.
    fn next_of(&mut self, pool: PoolIx, policy: &Policy, book: &Book, standing: &Standing, now: Timestamp) -> Option<Held<T>> {
        let mut first = self.for_pools.get_mut(&pool)?.first_entry()?;
        let held = first.get_mut();
        // Looked at as it arrived, which is quick; decided in full only when it may leave.
        held.arrival.now = now;
        let waits = held.deadline > now && decide(policy, book, standing, &held.arrival).outcome.is_held();
        (!waits).then(|| first.remove())
    }

    /// Decides a lead in full, at its deadline or now, whichever is earlier; it may have to wait for another thing.
    fn again(
        &mut self,
        policy: &Policy,
        book: &Book,
        standing: &mut Standing,
        held: Held<T>,
        now: Timestamp,
    ) -> Option<(T, Arrival, Decision)> {
        let Arrival { lead, before, .. } = held.arrival;
        let arrival = arrive(policy, book, lead, before, held.deadline.min(now));
        let decision = decide(policy, book, standing, &arrival);
        if let Outcome::Held { waiting, deadline } = decision.outcome {
            self.put(waiting, Held { ticket: held.ticket, arrival, deadline });
            return None;
        }
        standing.record(policy, book, &arrival, &decision);
        Some((held.ticket, arrival, decision))
    }
}
