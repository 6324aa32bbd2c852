//! Events: what happened to a lead, as its timeline and the journal keep it.

use super::command::{By, Closing, is_false};
use super::effect::Who;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Something that happened. The moment is the step's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// A decision gave it to a rep.
    Assigned {
        /// Who has it.
        rep: Box<str>,
        /// Through which pool.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pool: Option<Box<str>>,
        /// By which rule; `None`: none matched, or the same person came before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rule: Option<Box<str>>,
    },
    /// A decision left it with its owner, if it has one we know.
    Kept {
        /// The owner.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rep: Option<Box<str>>,
        /// By which rule.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rule: Option<Box<str>>,
    },
    /// A decision put it into a queue.
    Queued {
        /// Which.
        queue: Box<str>,
        /// By which rule.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rule: Option<Box<str>>,
    },
    /// A decision holds it.
    Held {
        /// For somebody of this pool; `None`: for the condition of a rule.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pool: Option<Box<str>>,
        /// At the latest.
        until: Timestamp,
        /// By which rule.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rule: Option<Box<str>>,
    },
    /// A decision, or a person, said not to route it.
    Suppressed {
        /// The person.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<By>,
        /// The rule.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rule: Option<Box<str>>,
        /// Why, in the person's words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Box<str>>,
    },
    /// The promise was over before anybody had the lead: it came too late to be kept.
    TooLate {
        /// By when contact was promised.
        contact_by: Timestamp,
    },
    /// The rep accepted it.
    Accepted {
        /// Who said so.
        by: By,
        /// Who has it.
        rep: Box<str>,
    },
    /// The rep passed on it.
    Passed {
        /// Who said so.
        by: By,
        /// Who had it.
        rep: Box<str>,
        /// Why, in their words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Box<str>>,
        /// As a bad lead.
        #[serde(default, skip_serializing_if = "is_false")]
        bad_lead: bool,
    },
    /// Contact was made.
    Contacted {
        /// Who said so.
        by: By,
        /// Who has it.
        rep: Box<str>,
        /// When.
        at: Timestamp,
        /// By when it was promised.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        contact_by: Option<Timestamp>,
    },
    /// A held lead has waited long enough.
    HoldOver,
    /// It was with no rep in the time promised.
    NotRouted {
        /// By when it should have been.
        route_by: Timestamp,
        /// Who was told.
        told: Who,
    },
    /// The rep was reminded.
    Reminded {
        /// Who.
        rep: Box<str>,
    },
    /// The promise of contact was broken.
    Breached {
        /// Who had it; `None`: nobody did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rep: Option<Box<str>>,
        /// By when contact was promised.
        contact_by: Timestamp,
    },
    /// An escalation told somebody that contact was not made.
    Escalated {
        /// Who.
        told: Who,
        /// Who has the lead, if somebody has.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rep: Option<Box<str>>,
        /// By when contact was promised.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        contact_by: Option<Timestamp>,
    },
    /// An escalation took it away from the rep.
    TakenAway {
        /// Who had it.
        rep: Box<str>,
    },
    /// The rep did not react to a message: the next channel's turn.
    Unacknowledged {
        /// Who.
        rep: Box<str>,
        /// The channel that is tried now: its place among `[notify] channels`, from 0.
        channel: u32,
    },
    /// Somebody had it routed again, or gave it to a rep.
    Reassigned {
        /// Who said so.
        by: By,
        /// Who had it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<Box<str>>,
        /// Who has it now; `None`: whom the policy finds.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<Box<str>>,
    },
    /// A rep took it from where it waited.
    Claimed {
        /// Who said so.
        by: By,
        /// Who has it now.
        rep: Box<str>,
        /// From which queue.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        queue: Option<Box<str>>,
    },
    /// Somebody put it into a queue.
    Requeued {
        /// Who said so.
        by: By,
        /// Which.
        queue: Box<str>,
        /// Who had it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<Box<str>>,
    },
    /// It is over.
    Closed {
        /// Who said so.
        by: By,
        /// How it ended.
        result: Closing,
    },
    /// The person was forgotten.
    Erased {
        /// Who said so.
        by: By,
    },
    /// It changed, and a rule of the policy routes it again.
    Rerouted {
        /// Which; `None`: it was held, and is decided anew.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rule: Option<Box<str>>,
    },
    /// The same person came again.
    CameAgain {
        /// Who has it.
        rep: Box<str>,
    },
}

impl Event {
    /// Who did it; `None`: a decision or a clock.
    #[must_use]
    pub const fn by(&self) -> Option<&By> {
        match self {
            Self::Accepted { by, .. }
            | Self::Passed { by, .. }
            | Self::Contacted { by, .. }
            | Self::Reassigned { by, .. }
            | Self::Claimed { by, .. }
            | Self::Requeued { by, .. }
            | Self::Closed { by, .. }
            | Self::Erased { by } => Some(by),
            Self::Suppressed { by, .. } => by.as_ref(),
            _ => None,
        }
    }

    /// Its kind, as in its JSON.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Assigned { .. } => "assigned",
            Self::Kept { .. } => "kept",
            Self::Queued { .. } => "queued",
            Self::Held { .. } => "held",
            Self::Suppressed { .. } => "suppressed",
            Self::TooLate { .. } => "too_late",
            Self::Accepted { .. } => "accepted",
            Self::Passed { .. } => "passed",
            Self::Contacted { .. } => "contacted",
            Self::HoldOver => "hold_over",
            Self::NotRouted { .. } => "not_routed",
            Self::Reminded { .. } => "reminded",
            Self::Breached { .. } => "breached",
            Self::Escalated { .. } => "escalated",
            Self::TakenAway { .. } => "taken_away",
            Self::Unacknowledged { .. } => "unacknowledged",
            Self::Reassigned { .. } => "reassigned",
            Self::Claimed { .. } => "claimed",
            Self::Requeued { .. } => "requeued",
            Self::Closed { .. } => "closed",
            Self::Erased { .. } => "erased",
            Self::Rerouted { .. } => "rerouted",
            Self::CameAgain { .. } => "came_again",
        }
    }
}
