//! A decision: the outcome for one lead at one moment, with its trace.
//!
//! In memory it is made of numbers into policy, directory and accounts; [`crate::record`] writes it with
//! names, which is the form that is stored and shown. The trace keeps what cannot be derived again: what the
//! decision found of the past is noted in it as it stood then, so that it can be replayed. Which rules were
//! tried and why they failed follows from it and the policy ([`crate::explain`]).

use crate::people::RepIx;
use crate::policy::{PoolIx, QueueIx, RowRef, SlaIx, Target};
use crate::rotation::Rotation;
use crate::standing::Memory;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What becomes of a lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// A rep has it.
    Assigned {
        /// Who.
        rep: RepIx,
        /// How.
        via: Via,
    },
    /// It waits for a person in a queue.
    Queued(QueueIx),
    /// It waits for something, until a deadline at most.
    Held {
        /// For what.
        waiting: Waiting,
        /// At this moment it is routed with what is known.
        deadline: Timestamp,
    },
    /// Its present owner stays.
    Kept(Option<RepIx>),
    /// It is not routed.
    Suppressed,
}

impl Outcome {
    /// Whether the lead waits for something.
    #[must_use]
    pub const fn is_held(&self) -> bool {
        matches!(self, Self::Held { .. })
    }

    /// In files, tests and the API.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Assigned { .. } => "assigned",
            Self::Queued(_) => "queued",
            Self::Held { .. } => "held",
            Self::Kept(_) => "kept",
            Self::Suppressed => "suppressed",
        }
    }
}

/// What a held lead waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waiting {
    /// The condition of a rule that holds.
    Condition,
    /// Somebody of this pool.
    Pool(PoolIx),
}

/// How a rep came to a lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via {
    /// A turn in a pool.
    Turn(PoolIx),
    /// The same company was with this rep before, in this pool.
    Sticky(PoolIx),
    /// Named by the target: a rep, the account's or the lead's owner.
    Named,
    /// Covers this absent rep.
    Backup {
        /// Who is covered.
        of: RepIx,
        /// The pool whose member is covered, if it came through one.
        pool: Option<PoolIx>,
    },
}

impl Via {
    /// The pool it came through.
    #[must_use]
    pub const fn pool(self) -> Option<PoolIx> {
        match self {
            Self::Turn(pool) | Self::Sticky(pool) => Some(pool),
            Self::Named => None,
            Self::Backup { pool, .. } => pool,
        }
    }
}

/// Why the decision stands where it does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// A rule's row matched.
    Rule(RowRef),
    /// The same person came before, within the policy's window.
    SamePerson,
    /// No rule matched.
    NoRule,
}

/// A decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// When.
    pub at: Timestamp,
    /// Its number: greater than that of every decision before.
    pub turn: u64,
    /// What.
    pub outcome: Outcome,
    /// By what.
    pub cause: Cause,
    /// The target that took the lead; `None` for the fallback and for outcomes without a target.
    pub target: Option<Target>,
    /// The promise made.
    pub sla: Option<SlaIx>,
    /// By when the lead must be with a rep.
    pub route_by: Option<Timestamp>,
    /// By when the rep must have made contact.
    pub contact_by: Option<Timestamp>,
    /// The owner of the same person's last lead, where that was within the policy's window.
    pub owner: Option<Owner>,
    /// Each target tried, in order, the one that took the lead last.
    pub tried: Vec<Trial>,
}

impl Decision {
    /// Whom an assignment counts for: the rep, and the pool they got it through.
    #[must_use]
    pub const fn taker(&self) -> Option<(RepIx, Option<PoolIx>)> {
        if let Outcome::Assigned { rep, via } = self.outcome { Some((rep, via.pool())) } else { None }
    }
}

/// Who had the same person before, and whether they can take the lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owner {
    /// Who and when.
    pub memory: Memory,
    /// `Eligible`: the lead stays with them.
    pub verdict: Verdict,
}

impl Owner {
    /// The owner, if the lead stays with them.
    #[must_use]
    pub fn stays(self) -> Option<RepIx> {
        (self.verdict == Verdict::Eligible).then_some(self.memory.rep)
    }
}

/// One target and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    /// Which.
    pub target: Target,
    /// What came of it.
    pub result: TrialResult,
    /// The reps who were looked at, in the order they were. Of a pool first its members, in file order.
    pub candidates: Vec<Candidate>,
    /// What was found of a pool's past.
    pub pool: Option<PoolPast>,
    /// The turn of the rotation, where one was taken.
    pub turn: Option<Turn>,
}

/// A pool's past as a decision found it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoolPast {
    /// Its rotation before the turn.
    pub rotation: Rotation,
    /// Who had the same company within the pool's window.
    pub company: Option<Memory>,
    /// How many open leads each member had, where the pool shares by that; else empty.
    pub open: Vec<u32>,
}

/// What came of a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TrialResult {
    /// It took the lead.
    Took,
    /// Nobody of it can take the lead.
    NobodyCan,
    /// Nobody of it can take the lead now; the pool waits.
    Waits,
    /// No account matches.
    NoAccount,
    /// The account, or the lead, has no owner.
    NoOwner,
    /// The owner is not a rep we know.
    UnknownOwner,
}

/// A turn of a rotation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// Which pool.
    pub pool: PoolIx,
    /// The seats that could take the lead, in file order.
    pub eligible: Vec<usize>,
    /// The whole rotation after; before, it was as [`Trial::pool`] says.
    pub after: Rotation,
}

/// A rep looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate {
    /// Who.
    pub rep: RepIx,
    /// Covering whom.
    pub covers: Option<RepIx>,
    /// What came of it.
    pub verdict: Verdict,
}

/// Why a rep has the lead, or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
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
    /// Lacks a skill: its place in the rule's `needs`.
    LacksSkill(u16),
    /// A cap is reached: which, and its limit.
    AtCap(CapKind, u32),
    /// Passed on this lead before.
    Passed,
    /// Missed this lead before, and it was not yet known that nobody else can take it.
    Missed,
    /// In the pool with weight 0, and somebody else could.
    Spare,
}

/// Which cap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CapKind {
    /// The pool's, per hour.
    PerHour,
    /// The pool's, per day.
    PerDay,
    /// The pool's, per week.
    PerWeek,
    /// The pool's, in a rolling span.
    Rolling,
    /// The pool's, open.
    Open,
    /// The rep's own, per day.
    OwnPerDay,
    /// The rep's own, open.
    OwnOpen,
}
