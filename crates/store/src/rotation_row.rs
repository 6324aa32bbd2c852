//! A pool's rotation as a row: its members' balances by name.

use pointsman_engine::rotation::{Balance, Rotation, Seat};
use serde::{Deserialize, Serialize};

/// A pool's rotation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RotationRow {
    /// What the remainders are counted over.
    pub denominator: u64,
    /// In file order.
    pub seats: Vec<SeatRow>,
    /// What the balances add up to, in units, since its members last changed: turns and grants keep it. Nothing, but
    /// for what members who left took with them.
    #[serde(default)]
    pub sum: i64,
}

/// A member's balance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeatRow {
    /// Who.
    pub rep: Box<str>,
    /// In relation to the others.
    pub weight: u32,
    /// Units of 2^-40 of a lead.
    pub units: i64,
    /// Over the denominator.
    pub remainder: u64,
    /// The turn at which they last got a lead.
    pub last: u64,
}

impl RotationRow {
    /// As stored.
    pub(crate) fn of<'a>(rotation: &Rotation, reps: impl Iterator<Item = &'a str>, sum: i64) -> Self {
        let seat = |(seat, rep): (&Seat, &str)| SeatRow {
            rep: rep.into(),
            weight: seat.weight,
            units: seat.balance.units,
            remainder: seat.balance.remainder,
            last: seat.last,
        };
        Self { denominator: rotation.denominator(), seats: rotation.seats().iter().zip(reps).map(seat).collect(), sum }
    }
}

impl SeatRow {
    pub(crate) const fn seat(&self) -> Seat {
        Seat { weight: self.weight, balance: Balance { units: self.units, remainder: self.remainder }, last: self.last }
    }
}
