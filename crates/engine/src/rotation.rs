//! Rotation: who is due.
//!
//! Each lead that a rotation shares makes every member `i` who can take it due `w_i / W` of a lead (`W`: the
//! sum of their weights) and gives one lead to one of them. A member's [`Balance`] is due minus given.
//!
//! The choice is Tijdeman's chairman assignment (R. Tijdeman, *The chairman assignment problem*, Discrete
//! Mathematics 32, 1980): among those whose balance has reached `1/(2n-2)`, the one whose balance would
//! soonest pass `1 - 1/(2n-2)`. **While the same members can take leads, no balance reaches 1 in either
//! direction**, whatever the weights; picking the largest balance does not keep that promise.
//!
//! When members come and go (absence, hours, caps, skills), no method keeps balances under 1: it is the
//! carpool problem (Fagin and Williams 1983). Two additions to Tijdeman's rule, neither of which ever acts
//! while the members stay the same, keep them bounded all the same: among several who are overdue the one
//! with the largest balance goes first, and when nobody has reached the threshold the largest balance goes.
//! **Then no balance of a pool of `n` members ever exceeds `2(n-1)`.** Proof sketch: let `T_k` be the
//! largest sum of `k` balances. A turn raises the sum of a set `A` only if `A` holds some but not all who
//! can take the lead and the chosen `j` is outside `A`; any `i` of those inside `A` had a balance less than 2
//! above `j`'s, so the sum was at most `(T_{k-1} + T_{k+1} + 2)/2` and rose by less than 1. `T_k <= 2k(n-k)`
//! therefore stays true, and for `k = 1` it is the bound.
//!
//! Balances are integers: units of 2^-40 of a lead and an exact remainder over `W`. While `W` stays the
//! same nothing is rounded; when it changes, each balance moves by less than one unit and their sum not at all.

use std::cmp::{Ordering, Reverse};

/// Units in one lead.
pub const LEAD: i64 = 1 << 40;

/// The largest weight a member may have.
pub const MAX_WEIGHT: u32 = 1_000_000;

/// Due minus given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Balance {
    /// Units of 2^-40 of a lead.
    pub units: i64,
    /// What is left over a unit, over the rotation's denominator, and less than it.
    pub remainder: u64,
}

impl Balance {
    /// In leads, rounded to thousandths (as a count of them): for people, never for decisions.
    #[must_use]
    pub fn thousandths(self) -> i64 {
        i64::try_from((i128::from(self.units) * 1000 + i128::from(LEAD / 2)).div_euclid(i128::from(LEAD))).unwrap_or(i64::MAX)
    }
}

/// A member's place in a rotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Seat {
    /// In relation to the others. 0: only when nobody else can.
    pub weight: u32,
    /// Due minus given.
    pub balance: Balance,
    /// The turn at which the member last got a lead, counted by the caller; 0: never.
    pub last: u64,
}

/// The state of one pool's rotation: its seats, in file order.
///
/// INVARIANT: the remainders add up to a multiple of the denominator, so that the sum of all balances is whole units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotation {
    seats: Vec<Seat>,
    denominator: u64,
}

/// Seats that no rotation ever had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the seats are no state of a rotation: remainders counted over {denominator} add up to {sum}, which must be a \
     multiple of it, each less than it"
)]
pub struct Unsound {
    /// What the remainders are said to be counted over.
    pub denominator: u64,
    /// Their sum.
    pub sum: u128,
}

impl Rotation {
    /// Everybody level. Weights above [`MAX_WEIGHT`] count as it.
    #[must_use]
    pub fn new(weights: impl IntoIterator<Item = u32>) -> Self {
        let seats = weights.into_iter().map(|weight| Seat { weight: weight.min(MAX_WEIGHT), ..Seat::default() });
        Self { seats: seats.collect(), denominator: 1 }
    }

    /// The rotation for other members: of each the weight, and the place of their seat so far. The same members with
    /// the same weights keep everything exactly; otherwise balances are settled, and a newcomer starts level.
    #[must_use]
    pub fn seated(mut self, members: &[(u32, Option<usize>)]) -> Self {
        let seat_of = |seats: &[Seat], at: Option<usize>| at.and_then(|at| seats.get(at).copied());
        let stays = |(weight, at): &(u32, Option<usize>)| seat_of(&self.seats, *at).is_some_and(|seat| seat.weight == *weight);
        if members.len() != self.seats.len() || !members.iter().all(stays) {
            self.settle();
        }
        let seated =
            members.iter().map(|(weight, at)| Seat { weight: (*weight).min(MAX_WEIGHT), ..seat_of(&self.seats, *at).unwrap_or_default() });
        Self { seats: seated.collect(), denominator: self.denominator }
    }

    /// A rotation exactly as it was, from its seats and what their remainders are counted over.
    pub fn restored(seats: impl IntoIterator<Item = Seat>, denominator: u64) -> Result<Self, Unsound> {
        let seats: Vec<Seat> = seats.into_iter().collect();
        let sum: u128 = seats.iter().map(|seat| u128::from(seat.balance.remainder)).sum();
        let sound = denominator > 0
            && sum.is_multiple_of(u128::from(denominator))
            && seats.iter().all(|seat| seat.weight <= MAX_WEIGHT && seat.balance.remainder < denominator);
        if sound { Ok(Self { seats, denominator }) } else { Err(Unsound { denominator, sum }) }
    }

    /// The seats, in file order.
    #[must_use]
    pub fn seats(&self) -> &[Seat] {
        &self.seats
    }

    /// What the remainders are counted over.
    #[must_use]
    pub const fn denominator(&self) -> u64 {
        self.denominator
    }

    /// Grants a credit (more leads) or a debit (fewer), in units of 2^-40 of a lead. The others bear it by their
    /// weights, so that the sum of balances stays: who is granted a lead gets one more than their share. With
    /// nobody to bear it nothing changes.
    pub fn grant(&mut self, seat: usize, units: i64) {
        let others = self.seats.iter().enumerate().filter(|(at, _)| *at != seat);
        let total: i128 = others.map(|(_, other)| i128::from(other.weight)).sum();
        if total == 0 || seat >= self.seats.len() {
            return;
        }
        let (mut weight, mut borne) = (0, 0);
        for (at, other) in self.seats.iter_mut().enumerate() {
            if at == seat {
                other.balance.units = other.balance.units.saturating_add(units);
            } else {
                weight += i128::from(other.weight);
                let until_here = i64::try_from(i128::from(units) * weight / total).unwrap_or(units);
                other.balance.units = other.balance.units.saturating_sub(until_here - borne);
                borne = until_here;
            }
        }
    }

    /// Rounds every remainder away: each balance moves by less than a unit, their sum not at all.
    pub fn settle(&mut self) {
        self.rebase(1);
    }

    /// One turn among the seats of these numbers (in file order, each once): who gets the lead, with all
    /// balances moved. `None` when there is nobody. `turn` is greater than every turn before.
    /// Linear in the number of seats (and sorting them when the members change).
    pub fn turn(&mut self, eligible: &[usize], turn: u64) -> Option<usize> {
        let weight = |seat: &usize| self.seats.get(*seat).map_or(0, |seat| seat.weight);
        let total: u64 = eligible.iter().map(|seat| u64::from(weight(seat))).sum();
        if total == 0 {
            let spare = eligible.iter().copied().filter_map(|at| Some((self.seats.get(at)?.last, at))).min()?.1;
            self.seats.get_mut(spare)?.last = turn;
            return Some(spare);
        }
        self.rebase(total);
        for at in eligible {
            if let Some(seat) = self.seats.get_mut(*at) {
                seat.become_due(total);
            }
        }
        let chosen = self.choose(eligible, total)?;
        let seat = self.seats.get_mut(chosen)?;
        seat.balance.units = seat.balance.units.saturating_sub(LEAD);
        seat.last = turn;
        Some(chosen)
    }

    /// Notes that a seat got a lead by another way of sharing: balances stay as they are. Returns the seat.
    pub fn given(&mut self, seat: Option<usize>, turn: u64) -> Option<usize> {
        self.seats.get_mut(seat?)?.last = turn;
        seat
    }

    /// Tijdeman's choice, balances being due for this lead already.
    fn choose(&self, eligible: &[usize], total: u64) -> Option<usize> {
        let sharing = || eligible.iter().filter_map(|at| Some((*at, self.seats.get(*at)?))).filter(|(_, seat)| seat.weight > 0);
        let n = i128::try_from(sharing().count()).unwrap_or(i128::MAX).max(1);
        // Everything is counted in parts of 1/(LEAD * total) of a lead, times 2n-2, so that nothing is divided.
        let one = i128::from(LEAD) * i128::from(total);
        let spread = (2 * n - 2).max(1);
        let urgency = |seat: &Seat| {
            let balance = seat.balance.over(total);
            let ready = balance * spread >= one;
            let short = one * (spread - 1) - balance * spread;
            let wait = if !ready {
                i128::MAX
            } else if short <= 0 {
                0
            } else {
                div_up(short, i128::from(seat.weight) * i128::from(LEAD) * spread)
            };
            // Overdue ones, and those not ready when nobody is, go by balance.
            let by_balance = if wait == 0 || !ready { Reverse(balance) } else { Reverse(0) };
            (wait, by_balance)
        };
        let mut best: Option<((i128, Reverse<i128>), u64, usize)> = None;
        for (at, seat) in sharing() {
            let key = (urgency(seat), seat.last, at);
            if best.as_ref().is_none_or(|least| key.cmp(least) == Ordering::Less) {
                best = Some(key);
            }
        }
        best.map(|(_, _, at)| at)
    }

    /// Counts remainders over another denominator. What does not fit is rounded: as many seats as the
    /// remainders make whole units together get one, the largest remainders first, then file order.
    fn rebase(&mut self, denominator: u64) {
        if self.denominator == denominator {
            return;
        }
        let sum: u128 = self.seats.iter().map(|seat| u128::from(seat.balance.remainder)).sum();
        let whole = usize::try_from(sum / u128::from(self.denominator.max(1))).unwrap_or(usize::MAX);
        if whole > 0 {
            let mut order: Vec<usize> = (0..self.seats.len()).collect();
            order.sort_by_key(|at| (Reverse(self.seats.get(*at).map_or(0, |seat| seat.balance.remainder)), *at));
            for at in order.into_iter().take(whole) {
                if let Some(seat) = self.seats.get_mut(at) {
                    seat.balance.units = seat.balance.units.saturating_add(1);
                }
            }
        }
        for seat in &mut self.seats {
            seat.balance.remainder = 0;
        }
        self.denominator = denominator;
    }
}

impl Seat {
    /// Due `weight / total` of a lead more.
    fn become_due(&mut self, total: u64) {
        let due = u64::from(self.weight) << 40;
        let (mut units, mut remainder) = (due / total, self.balance.remainder + due % total);
        if remainder >= total {
            remainder -= total;
            units += 1;
        }
        self.balance = Balance { units: self.balance.units.saturating_add(units.cast_signed()), remainder };
    }
}

impl Balance {
    /// In parts of 1/(LEAD * denominator) of a lead, which is exact.
    fn over(self, denominator: u64) -> i128 {
        i128::from(self.units) * i128::from(denominator) + i128::from(self.remainder)
    }
}

fn div_up(a: i128, b: i128) -> i128 {
    // 64-bit division is several times faster, and nearly always enough.
    match (u64::try_from(a), u64::try_from(b)) {
        (Ok(a), Ok(b)) => i128::from(a.div_ceil(b.max(1))),
        _ => (a + b - 1) / b.max(1),
    }
}

#[cfg(test)]
mod tests;
