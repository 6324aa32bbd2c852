//! Standing: what past decisions left behind. Balances, counts, who had whom.
//!
//! [`crate::decide`] only reads it; [`Standing::record`] applies a decision. A server keeps the same facts as
//! rows and fills this from them.

mod carry;

use crate::book::Book;
use crate::calendar::Span;
use crate::decide::Arrival;
use crate::decision::{Decision, Outcome, Via};
use crate::life::Counted;
use crate::lookup::Lookup;
use crate::people::RepIx;
use crate::policy::{Policy, PoolIx};
use crate::rotation::Rotation;
use jiff::Timestamp;
use std::collections::VecDeque;

/// Leads that somebody got.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    /// When, sorted; kept for as long as a cap may ask.
    times: VecDeque<Timestamp>,
    /// Assigned and not yet closed.
    pub open: u32,
}

impl Tally {
    /// How many came at `from` or later. Logarithmic.
    #[must_use]
    pub fn since(&self, from: Timestamp) -> u32 {
        let before = self.times.partition_point(|time| *time < from);
        u32::try_from(self.times.len() - before).unwrap_or(u32::MAX)
    }

    /// How many came later than `moment`. Logarithmic.
    #[must_use]
    pub fn after(&self, moment: Timestamp) -> u32 {
        let before = self.times.partition_point(|time| *time <= moment);
        u32::try_from(self.times.len() - before).unwrap_or(u32::MAX)
    }

    fn add(&mut self, at: Timestamp, timed: bool) {
        self.open = self.open.saturating_add(1);
        if !timed {
            return;
        }
        let place = self.times.partition_point(|time| *time <= at);
        self.times.insert(place, at);
        let oldest = LONGEST_PERIOD.before(at);
        while self.times.front().is_some_and(|time| *time < oldest) {
            self.times.pop_front();
        }
    }

    /// Gives one back: a lead that was reassigned, or passed on as a bad one.
    pub fn give_back(&mut self, at: Timestamp) {
        self.open = self.open.saturating_sub(1);
        if let Ok(place) = self.times.binary_search(&at) {
            self.times.remove(place);
        }
    }
}

/// Rolling caps may look back this far at most; a policy that asks for more is an error.
pub const LONGEST_PERIOD: Span = Span { days: 93, seconds: 0 };

/// Who had a person or a company last, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Memory {
    /// Who.
    pub rep: RepIx,
    /// When.
    pub at: Timestamp,
}

/// What past decisions left behind, for one policy and one directory.
#[derive(Debug, Clone)]
pub struct Standing {
    turn: u64,
    rotations: Vec<Rotation>,
    by_rep: Vec<Tally>,
    by_seat: Vec<Vec<Tally>>,
    companies: Lookup<(PoolIx, Box<str>), Memory>,
    persons: Lookup<Box<str>, Memory>,
}

impl Standing {
    /// Nothing has happened yet: everybody is level.
    #[must_use]
    pub fn fresh(policy: &Policy, book: &Book) -> Self {
        Self {
            turn: 0,
            rotations: policy.pools.iter().map(|pool| Rotation::new(pool.members.iter().map(|member| member.weight))).collect(),
            by_rep: vec![Tally::default(); book.directory().reps().len()],
            by_seat: policy.pools.iter().map(|pool| vec![Tally::default(); pool.members.len()]).collect(),
            companies: Lookup::default(),
            persons: Lookup::default(),
        }
    }

    /// The number of the next turn.
    #[must_use]
    pub const fn next_turn(&self) -> u64 {
        self.turn + 1
    }

    /// A pool's rotation.
    #[must_use]
    pub fn rotation(&self, pool: PoolIx) -> Option<&Rotation> {
        self.rotations.get(pool.at())
    }

    /// A pool's rotation, to grant credits or to carry balances over.
    pub fn rotation_mut(&mut self, pool: PoolIx) -> Option<&mut Rotation> {
        self.rotations.get_mut(pool.at())
    }

    /// What a rep got, by any path.
    #[must_use]
    pub fn of_rep(&self, rep: RepIx) -> Option<&Tally> {
        self.by_rep.get(rep.at())
    }

    /// What a rep got, to give some back or to set what is open from elsewhere.
    pub fn of_rep_mut(&mut self, rep: RepIx) -> Option<&mut Tally> {
        self.by_rep.get_mut(rep.at())
    }

    /// What a member got through a pool.
    #[must_use]
    pub fn of_seat(&self, pool: PoolIx, seat: usize) -> Option<&Tally> {
        self.by_seat.get(pool.at())?.get(seat)
    }

    /// Who had a company last, through a pool.
    #[must_use]
    pub fn company(&self, pool: PoolIx, company: &str) -> Option<Memory> {
        self.companies.get(&(pool, Box::from(company))).copied()
    }

    /// Who had a person (a folded e-mail address) last.
    #[must_use]
    pub fn person(&self, email: &str) -> Option<Memory> {
        self.persons.get(email).copied()
    }

    /// Applies a decision: the rotation's step, counts and memories, together.
    pub fn record(&mut self, policy: &Policy, book: &Book, arrival: &Arrival, decision: &Decision) {
        self.turn += 1;
        if let Some(turn) = decision.tried.last().and_then(|trial| trial.turn.as_ref())
            && let Some(rotation) = self.rotations.get_mut(turn.pool.at())
        {
            rotation.clone_from(&turn.after);
        }
        match decision.outcome {
            Outcome::Assigned { rep, via } => {
                self.count(policy, book, rep, via, decision.at);
                if let Some(pool) = via.pool()
                    && policy.pool(pool).is_some_and(|pool| pool.sticky.is_some())
                    && let Some(company) = book.company_of(arrival)
                {
                    self.companies.insert((pool, company), Memory { rep, at: decision.at });
                }
                self.remember(policy, arrival, rep, decision.at);
            }
            Outcome::Kept(Some(rep)) => self.remember(policy, arrival, rep, decision.at),
            Outcome::Kept(None) | Outcome::Queued(_) | Outcome::Held { .. } | Outcome::Suppressed => {}
        }
    }

    fn count(&mut self, policy: &Policy, book: &Book, rep: RepIx, via: Via, at: Timestamp) {
        if let Some(tally) = self.by_rep.get_mut(rep.at()) {
            tally.add(at, book.directory().get(rep).is_some_and(|rep| rep.daily_cap.is_some()));
        }
        if let Some(pool) = via.pool()
            && let Some(caps) = policy.pool(pool).map(|pool| pool.caps)
            && let Some(seat) = book.seats(pool).iter().position(|member| *member == rep)
            && let Some(tally) = self.by_seat.get_mut(pool.at()).and_then(|seats| seats.get_mut(seat))
        {
            tally.add(at, caps.per_hour.is_some() || caps.per_day.is_some() || caps.per_week.is_some() || caps.rolling.is_some());
        }
    }

    /// A rep gets a lead by hand, which counts as any other and is no turn.
    pub fn give(&mut self, policy: &Policy, book: &Book, rep: RepIx, at: Timestamp) {
        self.count(policy, book, rep, Via::Named, at);
    }

    /// A lead is closed: the rep who got it by this decision has one open lead less. What caps count in a
    /// period stays.
    pub fn close(&mut self, book: &Book, decision: &Decision) {
        self.with_tallies(book, decision, |tally| tally.open = tally.open.saturating_sub(1));
    }

    /// A lead is given back, because it was reassigned or passed on as a bad one: it no longer counts for the
    /// rep who got it by this decision.
    pub fn give_back(&mut self, book: &Book, decision: &Decision) {
        self.with_tallies(book, decision, |tally| tally.give_back(decision.at));
    }

    /// The counts that a decision raised: the rep's, and the member's of the pool it came through.
    fn with_tallies(&mut self, book: &Book, decision: &Decision, change: impl Fn(&mut Tally)) {
        if let Outcome::Assigned { rep, via } = decision.outcome {
            self.tallies_of(book, rep, via.pool(), change);
        }
    }

    /// As [`Self::close`], for what a lead's life says was counted.
    pub fn close_counted(&mut self, policy: &Policy, book: &Book, counted: &Counted) {
        self.with_counted(policy, book, counted, |tally| tally.open = tally.open.saturating_sub(1));
    }

    /// As [`Self::give_back`], for what a lead's life says was counted.
    pub fn give_back_counted(&mut self, policy: &Policy, book: &Book, counted: &Counted) {
        self.with_counted(policy, book, counted, |tally| tally.give_back(counted.at));
    }

    /// A rep or a pool that is no more has no count to change.
    fn with_counted(&mut self, policy: &Policy, book: &Book, counted: &Counted, change: impl Fn(&mut Tally)) {
        let Some(rep) = book.directory().find(&counted.rep) else { return };
        let pool = counted.pool.as_ref().and_then(|name| (0..).zip(&policy.pools).find(|(_, pool)| pool.name == *name));
        self.tallies_of(book, rep, pool.map(|(at, _)| PoolIx(at)), change);
    }

    fn tallies_of(&mut self, book: &Book, rep: RepIx, pool: Option<PoolIx>, change: impl Fn(&mut Tally)) {
        self.by_rep.get_mut(rep.at()).map(&change);
        let seat = pool.and_then(|pool| Some((pool, book.seats(pool).iter().position(|member| *member == rep)?)));
        seat.and_then(|(pool, seat)| self.by_seat.get_mut(pool.at())?.get_mut(seat)).map(&change);
    }

    fn remember(&mut self, policy: &Policy, arrival: &Arrival, rep: RepIx, at: Timestamp) {
        if policy.same_person.is_some()
            && let Some(email) = arrival.person()
        {
            self.persons.insert(email.into(), Memory { rep, at });
        }
    }
}
