//! Standing: what past decisions left behind. Balances, counts, who had whom.
//!
//! [`crate::decide`] only reads it; [`Standing::record`] applies a decision. A server keeps the same facts as
//! rows and fills this from them.

mod carry;
mod load;
mod memories;
mod tally;

pub use load::Counts;
pub use memories::{Asks, Memories, Memory};
pub use tally::{LONGEST_PERIOD, Tally};

use crate::book::Book;
use crate::decide::Arrival;
use crate::decision::Decision;
use crate::lookup::Lookup;
use crate::people::RepIx;
use crate::policy::{Policy, PoolIx};
use crate::roster::Roster;
use crate::rotation::Rotation;
use jiff::Timestamp;

/// What past decisions left behind, for one policy and one directory.
#[derive(Debug, Clone, PartialEq, Eq)]
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
        Self::level(policy, book.roster())
    }

    /// Nobody is said to have reached a cap: for a stored decision, which says who has.
    pub(crate) fn told(policy: &Policy, book: &Book) -> Self {
        let mut standing = Self::fresh(policy, book);
        let tallies = standing.by_rep.iter_mut().chain(standing.by_seat.iter_mut().flatten());
        tallies.for_each(|tally| *tally = Tally::told());
        standing
    }

    fn level(policy: &Policy, roster: &Roster) -> Self {
        Self {
            turn: 0,
            rotations: policy.pools.iter().map(|pool| Rotation::new(pool.members.iter().map(|member| member.weight))).collect(),
            by_rep: vec![Tally::default(); roster.directory().reps().len()],
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

    /// What a member got through a pool, to put in what a stored decision says of it.
    pub(crate) fn of_seat_mut(&mut self, pool: PoolIx, seat: usize) -> Option<&mut Tally> {
        self.by_seat.get_mut(pool.at())?.get_mut(seat)
    }

    /// Applies a decision: its turn, the rotation's step, counts and memories, together.
    pub fn record(&mut self, policy: &Policy, book: &Book, arrival: &Arrival, decision: &Decision) {
        self.turn = decision.turn;
        if let Some(turn) = decision.tried.last().and_then(|trial| trial.turn.as_ref())
            && let Some(rotation) = self.rotations.get_mut(turn.pool.at())
        {
            rotation.clone_from(&turn.after);
        }
        if let Some(taker) = decision.taker() {
            self.count(policy, book, taker, decision.at, Counts::NEW);
        }
        self.remember(Self::memories_of(policy, book, arrival, decision));
    }

    /// A lead is given to a rep by hand, perhaps as a member of a pool: it counts, but is no turn.
    pub fn give(&mut self, policy: &Policy, book: &Book, taker: (RepIx, Option<PoolIx>), at: Timestamp) {
        self.count(policy, book, taker, at, Counts::NEW);
    }

    /// A lead is closed: the rep who got it, through that pool, has one open lead less. What caps count in a
    /// period stays.
    pub fn close(&mut self, book: &Book, taker: (RepIx, Option<PoolIx>)) {
        self.with_tallies(book, taker, |tally, _| tally.close());
    }

    /// A lead is given back, because it was reassigned or passed on as a bad one: it no longer counts for the
    /// rep who got it at that moment, through that pool.
    pub fn give_back(&mut self, book: &Book, taker: (RepIx, Option<PoolIx>), at: Timestamp) {
        self.with_tallies(book, taker, |tally, _| tally.give_back(at));
    }

    /// The counts that an assignment raises: the rep's, and (`true`) the member's of the pool it came through.
    fn with_tallies(&mut self, book: &Book, (rep, pool): (RepIx, Option<PoolIx>), change: impl Fn(&mut Tally, bool)) {
        if let Some(tally) = self.by_rep.get_mut(rep.at()) {
            change(tally, false);
        }
        let seat = pool.and_then(|pool| Some((pool, book.seats(pool).iter().position(|member| *member == rep)?)));
        if let Some(tally) = seat.and_then(|(pool, seat)| self.of_seat_mut(pool, seat)) {
            change(tally, true);
        }
    }
}
