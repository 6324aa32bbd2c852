//! Targets tried, with names: what was found of a pool's past, who was looked at, and the turn.

use crate::book::Book;
use crate::decide::Arrival;
use crate::decision::{Candidate, CapKind, Owner, PoolPast, Trial, TrialResult, Verdict};
use crate::policy::{Action, Policy};
use crate::rotation::{Balance, Rotation, Seat};
use crate::standing::Memory;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// A target tried, with names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrialRecord<'a> {
    /// As written in `assign`.
    pub target: Cow<'a, str>,
    /// What came of it.
    pub result: TrialResult,
    /// Who was looked at. Of a pool first its members, in file order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<CandidateRecord<'a>>,
    /// A pool's past, as it was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pool: Option<PoolRecord<'a>>,
    /// The pool's rotation after its turn, where one was taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turn: Option<TurnRecord>,
}

/// A rep looked at, with names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CandidateRecord<'a> {
    /// Who.
    pub rep: Cow<'a, str>,
    /// Covering whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub covers: Option<Cow<'a, str>>,
    /// Why, or why not.
    pub verdict: VerdictRecord<'a>,
}

/// A verdict with names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VerdictRecord<'a> {
    /// Has it.
    Chosen,
    /// Could have taken it; somebody else was due.
    Eligible,
    /// Not a rep of the directory.
    Unknown,
    /// No longer active.
    Inactive,
    /// Takes no leads until then.
    Absent(Timestamp),
    /// Outside their working hours.
    OutsideHours,
    /// Lacks this skill.
    LacksSkill(Cow<'a, str>),
    /// A cap is reached: which, and its limit.
    AtCap(CapKind, u32),
    /// Passed on this lead before, or was replaced.
    Passed,
    /// Missed this lead before, and somebody else may be able to take it.
    Missed,
    /// In the pool with weight 0, and somebody else could.
    Spare,
}

/// What was found of a pool's past.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolRecord<'a> {
    /// What remainders are counted over.
    pub denominator: u64,
    /// Each member's, in file order.
    pub seats: Vec<SeatRecord>,
    /// How many open leads each member had, where the pool shares by that.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub open: Vec<u32>,
    /// Who had the same company within the pool's window.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company: Option<MemoryRecord<'a>>,
}

/// A rotation after its turn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TurnRecord {
    /// What remainders are counted over.
    pub denominator: u64,
    /// Each member's, in file order.
    pub seats: Vec<SeatRecord>,
}

/// A member's seat, short: units of 2^-40 of a lead that are due, the remainder, and the turn of their last lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeatRecord(pub i64, pub u64, pub u64);

/// Who had a company last, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemoryRecord<'a> {
    /// Who.
    pub rep: Cow<'a, str>,
    /// When.
    pub at: Timestamp,
}

/// Who had the same person last, when, and whether they can take the lead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnerRecord<'a> {
    /// Who.
    pub rep: Cow<'a, str>,
    /// When.
    pub at: Timestamp,
    /// `eligible`: the lead stays with them.
    pub verdict: VerdictRecord<'a>,
}

impl<'a> TrialRecord<'a> {
    pub(super) fn of(policy: &'a Policy, book: &'a Book, arrival: &Arrival, trial: &Trial) -> Self {
        let candidate = |candidate: &Candidate| CandidateRecord {
            rep: key(book, candidate.rep),
            covers: candidate.covers.map(|covered| key(book, covered)),
            verdict: VerdictRecord::of(policy, arrival, candidate.verdict),
        };
        Self {
            target: Cow::Owned(policy.target_name(trial.target)),
            result: trial.result,
            candidates: trial.candidates.iter().map(candidate).collect(),
            pool: trial.pool.as_ref().map(|past| PoolRecord::of(book, past)),
            turn: trial.turn.as_ref().map(|turn| TurnRecord { denominator: turn.after.denominator(), seats: seats(&turn.after) }),
        }
    }

    /// The balances before and after of a candidate who shared in the turn, by their place among the candidates.
    #[must_use]
    pub fn balances(&self, at: usize) -> Option<(Balance, Balance)> {
        let shares = matches!(self.candidates.get(at)?.verdict, VerdictRecord::Chosen | VerdictRecord::Eligible);
        let (before, after) = (self.pool.as_ref()?.seats.get(at)?, self.turn.as_ref()?.seats.get(at)?);
        shares.then(|| (before.balance(), after.balance()))
    }

    pub(super) fn reps(&self) -> impl Iterator<Item = &Cow<'a, str>> {
        let remembered = self.pool.iter().filter_map(|past| past.company.as_ref()).map(|memory| &memory.rep);
        self.candidates.iter().map(|candidate| &candidate.rep).chain(remembered)
    }
}

impl<'a> PoolRecord<'a> {
    fn of(book: &'a Book, past: &PoolPast) -> Self {
        Self {
            denominator: past.rotation.denominator(),
            seats: seats(&past.rotation),
            open: past.open.clone(),
            company: past.company.map(|memory| MemoryRecord::of(book, memory)),
        }
    }
}

impl<'a> MemoryRecord<'a> {
    fn of(book: &'a Book, memory: Memory) -> Self {
        Self { rep: key(book, memory.rep), at: memory.at }
    }
}

impl<'a> OwnerRecord<'a> {
    pub(super) fn of(policy: &'a Policy, book: &'a Book, arrival: &Arrival, owner: Owner) -> Self {
        let verdict = VerdictRecord::of(policy, arrival, owner.verdict);
        Self { rep: key(book, owner.memory.rep), at: owner.memory.at, verdict }
    }
}

impl<'a> VerdictRecord<'a> {
    /// A verdict with names.
    #[must_use]
    pub fn of(policy: &'a Policy, arrival: &Arrival, verdict: Verdict) -> Self {
        match verdict {
            Verdict::Chosen => Self::Chosen,
            Verdict::Eligible => Self::Eligible,
            Verdict::Unknown => Self::Unknown,
            Verdict::Inactive => Self::Inactive,
            Verdict::Absent(until) => Self::Absent(until),
            Verdict::OutsideHours => Self::OutsideHours,
            Verdict::LacksSkill(at) => {
                let action = arrival.row.and_then(|row| policy.row(row)).map(|row| &row.action);
                let needs = if let Some(Action::Assign(assign)) = action { assign.needs.get(usize::from(at)) } else { None };
                Self::LacksSkill(Cow::Borrowed(needs.map_or("needed", |need| need)))
            }
            Verdict::AtCap(cap, limit) => Self::AtCap(cap, limit),
            Verdict::Passed => Self::Passed,
            Verdict::Missed => Self::Missed,
            Verdict::Spare => Self::Spare,
        }
    }
}

impl SeatRecord {
    /// The balance.
    #[must_use]
    pub const fn balance(self) -> Balance {
        Balance { units: self.0, remainder: self.1 }
    }

    /// The whole seat, of a member with this weight.
    pub(crate) const fn seat(self, weight: u32) -> Seat {
        Seat { weight, balance: self.balance(), last: self.2 }
    }
}

fn seats(rotation: &Rotation) -> Vec<SeatRecord> {
    rotation.seats().iter().map(|seat| SeatRecord(seat.balance.units, seat.balance.remainder, seat.last)).collect()
}

fn key(book: &Book, rep: crate::people::RepIx) -> Cow<'_, str> {
    Cow::Borrowed(book.directory().key(rep))
}
