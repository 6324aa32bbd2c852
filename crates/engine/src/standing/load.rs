//! Standing from what was stored: turns, seats of rotations, and assignments that still count.
//!
//! What is loaded equals what lived on, exactly, as long as policy and directory are those it was stored under;
//! under others it is carried over, as [`Standing::carried`] does.

use super::{Standing, Tally};
use crate::book::Book;
use crate::lookup::Lookup;
use crate::people::RepIx;
use crate::policy::{Policy, PoolIx};
use crate::rotation::{Rotation, Seat, Unsound};
use crate::value::fold;
use jiff::Timestamp;

/// What an assignment still counts for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// In the periods of caps: it was not given back.
    pub period: bool,
    /// As an open lead: it is not closed.
    pub open: bool,
}

impl Counts {
    /// As a new assignment does.
    pub const NEW: Self = Self { period: true, open: true };
}

impl Standing {
    /// The number of the last decision.
    #[must_use]
    pub const fn last_turn(&self) -> u64 {
        self.turn
    }

    /// Sets the number of the last decision.
    pub const fn set_last_turn(&mut self, turn: u64) {
        self.turn = turn;
    }

    /// Puts a pool's rotation in as it was stored: each member's seat by the rep's key, in any order, and what
    /// the remainders are counted over. A member without a seat starts level; a seat of nobody is left out.
    pub fn load_rotation<K: AsRef<str>>(
        &mut self,
        policy: &Policy,
        book: &Book,
        pool: PoolIx,
        stored: &[(K, Seat)],
        denominator: u64,
    ) -> Result<(), Unsound> {
        let whole = Rotation::restored(stored.iter().map(|(_, seat)| *seat), denominator)?;
        let (Some(settings), Some(place)) = (policy.pool(pool), self.rotations.get_mut(pool.at())) else { return Ok(()) };
        let by_key: Lookup<Box<str>, usize> = (0..).zip(stored).map(|(at, (key, _))| (Box::from(&*fold(key.as_ref())), at)).collect();
        let seat_of = |rep: &RepIx| by_key.get(&*fold(book.directory().key(*rep))).copied();
        let members = settings.members.iter().zip(book.seats(pool)).map(|(member, rep)| (member.weight, seat_of(rep)));
        *place = whole.seated(&members.collect::<Vec<_>>());
        Ok(())
    }

    /// Forgets what everybody got, to be counted anew: caps that nobody had before have counted nothing.
    pub fn forget_counts(&mut self) {
        self.by_rep.fill_with(Tally::default);
        self.by_seat.iter_mut().for_each(|seats| seats.fill_with(Tally::default));
    }

    /// Counts an assignment for a rep, and for the member of the pool it came through, as far as it still counts.
    pub fn count(&mut self, policy: &Policy, book: &Book, (rep, pool): (RepIx, Option<PoolIx>), at: Timestamp, counts: Counts) {
        let daily = book.directory().get(rep).is_some_and(|rep| rep.daily_cap.is_some());
        let periods = pool.and_then(|pool| policy.pool(pool)).is_some_and(|pool| pool.caps.have_periods());
        self.with_tallies(book, (rep, pool), |tally, of_seat| {
            if counts.open {
                tally.add_open();
            }
            if counts.period && if of_seat { periods } else { daily } {
                tally.add_time(at);
            }
        });
    }
}
