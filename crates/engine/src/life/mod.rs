//! Life: what happens to a lead after it is decided, as a state machine.
//!
//! [`Life::step`] takes a command and gives the life after it, the events that happened and the effects that
//! whoever drives it has to carry out, all in one transaction. It knows no clock, no store and no policy: a
//! decision comes in as a [`Placement`], in names, with the clocks of its promise, so that a promise stays as
//! it was made whatever is published later. docs/semantics/life.md says what anybody can do, and runs as tests.
//!
//! [`place`] is what decisions do to a life, [`rep`] what who has it does, [`others`] what anybody else does,
//! [`due`] what clocks do.

mod clock;
mod command;
mod due;
mod effect;
mod event;
mod others;
mod place;
mod placement;
mod refusal;
mod rep;
mod stage;
mod stepping;
#[cfg(test)]
mod tests;
pub mod words;

pub use clock::{Clock, ClockKind, UnknownClock};
pub use command::{By, Closing, Command};
pub use effect::{Counted, Effect, Notice, Who};
pub use event::Event;
pub use placement::{Placement, To};
pub use refusal::Refusal;
pub use stage::{Holder, Stage};

use crate::decide::Before;
use crate::people::{Directory, RepIx};
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
    /// When a promise of contact was first broken: its deadline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub breached_at: Option<Timestamp>,
    /// Who passed on it: they do not get it again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub passed: Vec<Box<str>>,
    /// Who missed it, those first who did longest ago: they get it again only if nobody else can.
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
    /// From when the promise counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promised_from: Option<Timestamp>,
}

/// A life after a command, what happened, and what is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// After it.
    pub life: Life,
    /// What happened, in order. Empty, with no effects: the command changed nothing, because it was true already.
    pub events: Vec<Event>,
    /// What is to be done, in this order.
    pub effects: Vec<Effect>,
}

impl Life {
    /// A life that begins with its first decision.
    ///
    /// # Errors
    /// None: whatever is decided is possible for a lead to which nothing has happened.
    pub fn begin(placement: Placement, now: Timestamp) -> Result<Step, Refusal> {
        let undecided = Self {
            stage: Stage::Undecided { from: None, by_rule: false },
            rule: None,
            sla: None,
            route_by: None,
            contact_by: None,
            clocks: Vec::new(),
            routed_at: None,
            accepted_at: None,
            contacted_at: None,
            breached_at: None,
            passed: Vec::new(),
            missed: Vec::new(),
            rerouted: Vec::new(),
            held_since: None,
            waiting_since: None,
            promised_from: None,
        };
        undecided.step(Command::Decided(placement), now)
    }

    /// Carries out a command. Linear in the life's own lists, which are short.
    ///
    /// # Errors
    /// When it cannot be carried out, with what to do instead.
    pub fn step(self, command: Command, now: Timestamp) -> Result<Step, Refusal> {
        stepping::step(self, command, now)
    }

    /// What a decision at `now` has to know of what happened before.
    #[must_use]
    pub fn before(&self, directory: &Directory, now: Timestamp) -> Before {
        let known = |names: &[Box<str>]| -> Vec<RepIx> { names.iter().filter_map(|name| directory.find(name)).collect() };
        Before {
            held_since: self.held_since,
            waiting_since: self.waiting_since,
            passed: known(&self.passed),
            missed: known(&self.missed),
            clock_from: self.promises_from(now),
            rerouted: self.is_rerouted(),
        }
    }

    /// Whether a rule routes it again and nobody has it yet, be it that it waits for somebody.
    const fn is_rerouted(&self) -> bool {
        matches!(self.stage, Stage::Undecided { by_rule: true, .. } | Stage::Held { by_rule: true, .. })
    }

    /// From when the promise of a decision at `now` counts: a promise that is kept, broken or called off is followed
    /// by a new one; one that still runs stays what it was, whoever has to keep it.
    fn promises_from(&self, now: Timestamp) -> Option<Timestamp> {
        let over = match self.stage {
            Stage::Undecided { .. } => false,
            Stage::Held { .. } | Stage::Queued { .. } | Stage::Assigned(_) => self.contact_by.is_some() && !self.owes_contact(),
            Stage::Contacted(_) | Stage::Kept | Stage::Suppressed { .. } | Stage::Closed { .. } | Stage::Erased => true,
        };
        if over { Some(now) } else { self.promised_from }
    }

    /// Whether contact is promised, and not yet made or missed.
    #[must_use]
    pub fn owes_contact(&self) -> bool {
        self.clocks.iter().any(|clock| clock.kind == ClockKind::Contact)
    }

    /// Who has it.
    #[must_use]
    pub const fn holder(&self) -> Option<&Holder> {
        if let Stage::Assigned(holder) | Stage::Contacted(holder) = &self.stage { Some(holder) } else { None }
    }

    /// The queue it waits in.
    #[must_use]
    pub const fn queue(&self) -> Option<&str> {
        if let Stage::Queued { queue } = &self.stage { Some(queue) } else { None }
    }

    /// Whether the next request of the same person, kept with `owner`, can be recorded on it ([`Command::Again`]).
    /// Else that request is a lead of its own.
    #[must_use]
    pub fn takes_again(&self, owner: &str) -> bool {
        match self.stage {
            Stage::Assigned(_) | Stage::Contacted(_) => true,
            Stage::Undecided { .. } | Stage::Suppressed { .. } | Stage::Erased => false,
            Stage::Held { .. } | Stage::Queued { .. } | Stage::Kept | Stage::Closed { .. } => !self.has_passed(owner),
        }
    }

    /// Whether a rep passed on it.
    #[must_use]
    pub fn has_passed(&self, rep: &str) -> bool {
        self.passed.iter().any(|name| command::same(name, rep))
    }
}
