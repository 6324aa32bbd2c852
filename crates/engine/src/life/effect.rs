//! Effects: what whoever drives a life has to do, in the same transaction as the step.

use super::clock::{Clock, ClockKind};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Something to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "effect", rename_all = "snake_case")]
pub enum Effect {
    /// Decide it (again), with [`super::Life::before`], and step [`super::Command::Decided`] with the result.
    Decide,
    /// Give it to a rep by hand: step [`super::Command::Decided`] with [`super::Placement::by_hand`].
    Give {
        /// Whom.
        rep: Box<str>,
    },
    /// It no longer counts for who had it: neither in what is open nor in the period.
    GiveBack(Counted),
    /// It is no longer open with who had it. What caps count in a period stays.
    CloseTally(Counted),
    /// These clocks run from now on.
    SetClocks {
        /// Sorted.
        clocks: Vec<Clock>,
    },
    /// These clocks run no more, be it that they fired.
    StopClocks {
        /// Sorted.
        clocks: Vec<ClockKind>,
    },
    /// Tell somebody.
    Notify {
        /// Whom.
        who: Who,
        /// What.
        notice: Notice,
        /// The place of the channel among `[notify] channels`, from 0: the first for what is new, a later one
        /// where earlier ones brought no answer.
        #[serde(default, skip_serializing_if = "is_first")]
        channel: u32,
    },
    /// Messages already sent about it are to show what is true now.
    Refresh,
    /// A rep missed it, which counts towards being taken offline.
    Missed {
        /// Who.
        rep: Box<str>,
    },
    /// Forget the person: fields, memories, messages.
    Forget,
}

/// A count that a lead raised: whose, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    /// Who got it.
    pub rep: Box<str>,
    /// Through which pool.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pool: Option<Box<str>>,
    /// When.
    pub at: Timestamp,
}

/// Who is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// A rep.
    Rep(Box<str>),
    /// The manager of a rep; who has none tells nobody.
    ManagerOf(Box<str>),
    /// A person the policy names.
    Person(Box<str>),
    /// Who looks after this queue; the fallback's reviewer where it has none, or where there is no queue.
    Reviewer(Option<Box<str>>),
}

/// What they are told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "notice", rename_all = "snake_case")]
pub enum Notice {
    /// The lead is theirs.
    Assigned {
        /// By when contact is promised.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        contact_by: Option<Timestamp>,
    },
    /// The person came again.
    CameAgain {
        /// By when contact is promised.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        contact_by: Option<Timestamp>,
    },
    /// Contact is still to be made.
    Reminder {
        /// By when it is promised.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        contact_by: Option<Timestamp>,
    },
    /// Nobody has made contact.
    NotContacted {
        /// Who has it, if somebody has.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rep: Option<Box<str>>,
        /// By when it was promised.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        contact_by: Option<Timestamp>,
    },
    /// No rep has it yet.
    NotRouted {
        /// By when that was promised.
        route_by: Timestamp,
    },
    /// They have it no longer.
    TakenAway {
        /// Who has it now; `None`: no rep.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<Box<str>>,
    },
}

impl Notice {
    /// Its kind, as in its JSON.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Assigned { .. } => "assigned",
            Self::CameAgain { .. } => "came_again",
            Self::Reminder { .. } => "reminder",
            Self::NotContacted { .. } => "not_contacted",
            Self::NotRouted { .. } => "not_routed",
            Self::TakenAway { .. } => "taken_away",
        }
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
const fn is_first(channel: &u32) -> bool {
    *channel == 0
}
