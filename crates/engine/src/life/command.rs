//! Commands: what can be asked of a lead's life, by a decision, a person or a clock.

use super::clock::ClockKind;
use super::placement::Placement;
use crate::value::fold;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Something that happens to a lead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum Command {
    /// Where it goes: the answer to [`super::Effect::Decide`] or [`super::Effect::Give`], or a lead that waited
    /// for a pool and can now leave it.
    Decided(Placement),
    /// The same person came again, and the engine kept them with their owner.
    Again(Placement),
    /// The rep has seen it and takes care of it.
    Accept {
        /// Who says so.
        by: By,
    },
    /// The rep does not want it: somebody else gets it.
    Pass {
        /// Who says so.
        by: By,
        /// Why, in their words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Box<str>>,
        /// It is no lead worth having: it does not count for who had it.
        #[serde(default, skip_serializing_if = "is_false")]
        bad_lead: bool,
    },
    /// The rep made contact.
    Contacted {
        /// Who says so.
        by: By,
        /// When; a moment after now counts as now.
        at: Timestamp,
    },
    /// A clock's time has come.
    Due {
        /// Which.
        clock: ClockKind,
    },
    /// Somebody else gets it.
    Reassign {
        /// Who says so.
        by: By,
        /// This rep. `None`: whom the policy finds, other than who has it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<Box<str>>,
    },
    /// A rep takes it from a queue.
    Claim {
        /// Who says so.
        by: By,
        /// Who gets it.
        rep: Box<str>,
    },
    /// It goes to a queue, where it waits for a person.
    Requeue {
        /// Who says so.
        by: By,
        /// Which queue.
        queue: Box<str>,
    },
    /// It is not to be routed.
    Suppress {
        /// Who says so.
        by: By,
        /// Why, in their words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Box<str>>,
    },
    /// It is over.
    Close {
        /// Who says so.
        by: By,
        /// How it ended.
        result: Closing,
    },
    /// All that is known of the person is to be forgotten.
    Erase {
        /// Who says so.
        by: By,
    },
    /// Its fields changed, by enrichment or by a person.
    Changed {
        /// The rule that decides it as it is now.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rule: Option<Box<str>>,
        /// Whether that rule says `reroute = true`.
        #[serde(default, skip_serializing_if = "is_false")]
        reroute: bool,
    },
}

/// Who acts. Whether they may is the server's to know; a rep may act only on leads that are theirs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// A rep, for themselves: their key.
    Rep(Box<str>),
    /// Somebody who may act for any rep (a manager, an administrator, the API): their name.
    Other(Box<str>),
}

impl By {
    /// Their name.
    #[must_use]
    pub fn name(&self) -> &str {
        let (Self::Rep(name) | Self::Other(name)) = self;
        name
    }

    /// Whether they may act on what a rep has.
    pub(super) fn may_act_for(&self, rep: &str) -> bool {
        match self {
            Self::Rep(name) => same(name, rep),
            Self::Other(_) => true,
        }
    }
}

/// Whether two keys are one rep's.
pub(super) fn same(one: &str, other: &str) -> bool {
    fold(one) == fold(other)
}

impl Closing {
    /// In words, to follow "closed as".
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Won => "won",
            Self::Lost => "lost",
            Self::Bad => "a bad lead",
            Self::Duplicate => "a duplicate",
        }
    }
}

/// How a lead ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Closing {
    /// It became business.
    Won,
    /// It did not.
    Lost,
    /// It was no lead: it does not count for who had it.
    Bad,
    /// It was a lead we had already.
    Duplicate,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
pub(super) const fn is_false(flag: &bool) -> bool {
    !*flag
}
