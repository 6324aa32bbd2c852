//! Stages: where a lead is, and what is owed there.

use super::clock::ClockKind;
use super::command::{Closing, is_false};
use super::effect::Counted;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Where a lead is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "stage", rename_all = "snake_case")]
pub enum Stage {
    /// Its decision is being made: between a step that asks for one and the step that brings it, in one
    /// transaction. Every life begins here; none is stored here.
    Undecided {
        /// Who had it, to be told when somebody else gets it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<Box<str>>,
        /// A rule of the policy asks for it: that its person is known does not keep it with their owner.
        #[serde(default, skip_serializing_if = "is_false")]
        by_rule: bool,
    },
    /// It waits for something.
    Held {
        /// For somebody of this pool; `None`: for the condition of a rule.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pool: Option<Box<str>>,
        /// At the latest.
        until: Timestamp,
        /// It waits because a rule of the policy routes it again, as in [`Self::Undecided`].
        #[serde(default, skip_serializing_if = "is_false")]
        by_rule: bool,
    },
    /// It waits for a person.
    Queued {
        /// In which queue.
        queue: Box<str>,
    },
    /// A rep has it and owes contact.
    Assigned(Holder),
    /// A rep has it and made contact.
    Contacted(Holder),
    /// Its owner stays, and is nobody we know.
    Kept,
    /// It is not routed.
    Suppressed {
        /// The person who said so; `None`: a rule.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<Box<str>>,
    },
    /// It is over.
    Closed {
        /// How it ended.
        result: Closing,
        /// Who had it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rep: Option<Box<str>>,
    },
    /// Nothing is known of its person any more.
    Erased,
}

/// Who has a lead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// Who.
    pub rep: Box<str>,
    /// Through which pool they got it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pool: Option<Box<str>>,
    /// When.
    pub at: Timestamp,
    /// They had it before: it counts in no cap.
    #[serde(default, skip_serializing_if = "is_false")]
    pub kept: bool,
}

impl Holder {
    /// The count that the lead raised with them.
    pub(super) fn counted(&self) -> Option<Counted> {
        (!self.kept).then(|| Counted { rep: self.rep.clone(), pool: self.pool.clone(), at: self.at })
    }
}

impl Stage {
    /// In files, filters and the API.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Undecided { .. } => "undecided",
            Self::Held { .. } => "held",
            Self::Queued { .. } => "queued",
            Self::Assigned(_) => "assigned",
            Self::Contacted(_) => "contacted",
            Self::Kept => "kept",
            Self::Suppressed { .. } => "suppressed",
            Self::Closed { .. } => "closed",
            Self::Erased => "erased",
        }
    }

    /// Where it is, to follow "the lead is".
    pub(super) fn words(&self) -> Box<str> {
        match self {
            Self::Undecided { .. } => "being decided".into(),
            Self::Held { pool: Some(pool), .. } => format!("waiting for somebody of pool {pool}").into(),
            Self::Held { pool: None, .. } => "held by a rule".into(),
            Self::Queued { queue } => format!("in queue {queue}").into(),
            Self::Assigned(holder) | Self::Contacted(holder) => format!("with {}", holder.rep).into(),
            Self::Kept => "with an owner who is not a rep we know".into(),
            Self::Suppressed { .. } => "suppressed".into(),
            Self::Closed { .. } => "closed".into(),
            Self::Erased => "erased".into(),
        }
    }

    /// Whether a clock of this kind runs here: only where somebody still owes what it counts.
    #[must_use]
    pub const fn runs(&self, kind: ClockKind) -> bool {
        match kind {
            ClockKind::HoldOver => matches!(self, Self::Held { .. }),
            ClockKind::Route => matches!(self, Self::Held { .. } | Self::Queued { .. }),
            ClockKind::Remind(_) | ClockKind::Unacknowledged(_) => matches!(self, Self::Assigned(_)),
            ClockKind::Contact | ClockKind::Escalate(_) => matches!(self, Self::Held { .. } | Self::Queued { .. } | Self::Assigned(_)),
        }
    }
}
