//! Life: what happens to a lead after it is decided, as a state machine.
//!
//! [`Life::step`] takes a command and gives the life after it, the events that happened and the effects that
//! whoever drives it has to carry out, all in one transaction. It knows no clock, no store and no policy: a
//! decision comes in as a [`Placement`], in names, with the clocks of its promise, so that a promise stays as
//! it was made whatever is published later. docs/semantics/life.md says what anybody can do, and runs as tests.

mod clock;
mod command;
mod effect;
mod event;
mod placement;
mod refusal;

pub use clock::{Clock, ClockKind, UnknownClock};
pub use command::{By, Closing, Command};
pub use effect::{Counted, Effect, Notice, Who};
pub use event::Event;
pub use placement::{Placement, To};
pub use refusal::Refusal;

use crate::decide::Before;
use crate::people::Directory;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The state of one lead, in names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Life {
    /// Where it is.
    #[serde(flatten)]
    pub stage: Stage,
    /// The rule that decided last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<Box<str>>,
    /// The promise that was made last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sla: Option<Box<str>>,
    /// By when it is to be with a rep.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route_by: Option<Timestamp>,
    /// By when contact is to be made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact_by: Option<Timestamp>,
    /// Running clocks, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clocks: Vec<Clock>,
    /// When it was first with a rep.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub routed_at: Option<Timestamp>,
    /// When who has it accepted it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted_at: Option<Timestamp>,
    /// The first contact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contacted_at: Option<Timestamp>,
    /// When a promise of contact was first broken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub breached_at: Option<Timestamp>,
    /// Who passed on it: they do not get it again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub passed: Vec<Box<str>>,
    /// Who missed it: they get it again only if nobody else can.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missed: Vec<Box<str>>,
    /// Rules that routed it again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rerouted: Vec<Box<str>>,
    /// Since when a rule held it, if one does or did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_since: Option<Timestamp>,
    /// Since when it waits for somebody of a pool, if it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting_since: Option<Timestamp>,
    /// From when promises count, if not from the lead's creation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock_from: Option<Timestamp>,
}

/// Where a lead is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "stage", rename_all = "snake_case")]
pub enum Stage {
    /// Its decision is being made: between a step that asks for one and the step that brings it, in one
    /// transaction. Every life begins here; none is stored here.
    Undecided {
        /// A rule of the policy asks for it: that its person is known does not keep it with their owner.
        #[serde(default, skip_serializing_if = "command::is_false")]
        rerouted: bool,
    },
    /// It waits for something.
    Held {
        /// For somebody of this pool; `None`: for the condition of a rule.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pool: Option<Box<str>>,
        /// At the latest.
        until: Timestamp,
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
    #[serde(default, skip_serializing_if = "command::is_false")]
    pub kept: bool,
}

/// A life after a command, what happened, and what is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// After it.
    pub life: Life,
    /// What happened, in order. Empty: the command changed nothing, because it was true already.
    pub events: Vec<Event>,
    /// What is to be done, in order.
    pub effects: Vec<Effect>,
}

impl Life {
    /// A life that begins: its first decision is to be made.
    #[must_use]
    pub fn new() -> Self {
        todo!()
    }

    /// A life that begins with its first decision.
    ///
    /// # Errors
    /// Never for a placement that the engine made.
    pub fn begin(placement: Placement, now: Timestamp) -> Result<Step, Refusal> {
        Self::new().step(Command::Decided(placement), now)
    }

    /// Carries out a command.
    ///
    /// # Errors
    /// When it cannot be, with what to do instead.
    pub fn step(self, command: Command, now: Timestamp) -> Result<Step, Refusal> {
        let _ = (command, now);
        todo!()
    }

    /// What the next decision has to know of what happened before.
    #[must_use]
    pub fn before(&self, directory: &Directory) -> Before {
        let _ = directory;
        todo!()
    }

    /// Who has it.
    #[must_use]
    pub const fn holder(&self) -> Option<&Holder> {
        if let Stage::Assigned(holder) | Stage::Contacted(holder) = &self.stage { Some(holder) } else { None }
    }

    /// Whether the same person's next request can be recorded on it ([`Command::Again`]). Else that request is a
    /// lead of its own.
    #[must_use]
    pub const fn takes_again(&self) -> bool {
        !matches!(self.stage, Stage::Undecided { .. } | Stage::Suppressed { .. } | Stage::Erased)
    }
}
