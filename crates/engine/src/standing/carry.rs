//! What past decisions left behind, under a changed policy or directory.
//!
//! Pools and reps keep what is theirs by name. Members who stay keep their balances whatever became of the
//! others or of their weight; a newcomer starts level.

use super::{Memory, Standing};
use crate::lookup::Lookup;
use crate::people::RepIx;
use crate::policy::{Policy, PoolIx};
use crate::roster::Roster;

/// Numbers of the earlier policy and directory as those of the later ones.
struct Renumbered {
    pools: Vec<Option<PoolIx>>,
    reps: Vec<Option<RepIx>>,
}

impl Renumbered {
    fn pool(&self, pool: PoolIx) -> Option<PoolIx> {
        self.pools.get(pool.at()).copied().flatten()
    }

    fn memory(&self, memory: Memory) -> Option<Memory> {
        let rep = self.reps.get(memory.rep.at()).copied().flatten()?;
        Some(Memory { rep, ..memory })
    }
}

impl Standing {
    /// The same past under another policy, directory, or both. Linear in what is carried.
    #[must_use]
    pub fn carried(mut self, was: (&Policy, &Roster), is: (&Policy, &Roster)) -> Self {
        let mut next = Self { turn: self.turn, ..Self::level(is.0, is.1) };
        let reps: Vec<Option<RepIx>> = was.1.directory().reps().iter().map(|rep| is.1.directory().find(&rep.email)).collect();
        for (old, new) in reps.iter().enumerate() {
            let place = new.and_then(|new| next.by_rep.get_mut(new.at()));
            if let Some((place, tally)) = place.zip(self.by_rep.get_mut(old)) {
                *place = std::mem::take(tally);
            }
        }
        let pools: Vec<Option<PoolIx>> = was.0.pools.iter().map(|pool| is.0.pool_named(&pool.name)).collect();
        for (old, new) in (0..).map(PoolIx).zip(&pools) {
            if let Some(new) = *new {
                self.carry_pool((was.1, old), (is, new), &mut next);
            }
        }
        let renumbered = Renumbered { pools, reps };
        next.companies =
            self.companies.filter_map(|(pool, company), memory| Some(((renumbered.pool(pool)?, company), renumbered.memory(memory)?)));
        next.persons = self.persons.filter_map(|person, memory| Some((person, renumbered.memory(memory)?)));
        next
    }

    /// Members who stay keep their balance, their last turn and their counts.
    fn carry_pool(&mut self, (was, old): (&Roster, PoolIx), (is, new): ((&Policy, &Roster), PoolIx), next: &mut Self) {
        let (Some(pool), Some(rotation)) = (is.0.pool(new), self.rotations.get(old.at())) else { return };
        let before: Lookup<RepIx, usize> =
            (0..).zip(was.seats(old)).filter_map(|(seat, rep)| Some((is.1.directory().find(was.directory().key(*rep))?, seat))).collect();
        let stays: Vec<Option<usize>> = is.1.seats(new).iter().map(|rep| before.get(rep).copied()).collect();
        let members: Vec<_> = pool.members.iter().zip(&stays).map(|(member, old)| (member.weight, *old)).collect();
        if let Some(place) = next.rotations.get_mut(new.at()) {
            *place = rotation.clone().seated(&members);
        }
        if let Some((tallies, places)) = self.by_seat.get_mut(old.at()).zip(next.by_seat.get_mut(new.at())) {
            for (place, old) in places.iter_mut().zip(stays) {
                *place = old.and_then(|old| tallies.get_mut(old)).map(std::mem::take).unwrap_or_default();
            }
        }
    }
}
