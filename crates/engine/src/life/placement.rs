//! A placement: what a lead's life needs to know of a decision, in names.

use super::clock::{Clock, ClockKind};
use crate::book::Book;
use crate::decide::Arrival;
use crate::decision::{Cause, Decision, Outcome, Waiting};
use crate::people::RepIx;
use crate::policy::{Policy, PoolIx, Sla};
use crate::sla;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Where a lead goes, and what is promised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placement {
    /// When that was decided.
    pub at: Timestamp,
    /// Where.
    #[serde(flatten)]
    pub to: To,
    /// The rule that decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<Box<str>>,
    /// The promise's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sla: Option<Box<str>>,
    /// From when the promise counts.
    pub from: Timestamp,
    /// By when it is to be with a rep.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route_by: Option<Timestamp>,
    /// By when contact is to be made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact_by: Option<Timestamp>,
    /// All clocks that belong to it, sorted: also those that run only where somebody, or nobody, has the lead.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clocks: Vec<Clock>,
}

/// Where a lead goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum To {
    /// A rep gets it.
    Assigned {
        /// Who.
        rep: Box<str>,
        /// Through which pool.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pool: Option<Box<str>>,
    },
    /// A person gave it to a rep, or the rep took it.
    ByHand {
        /// Who.
        rep: Box<str>,
    },
    /// Its owner stays.
    Kept {
        /// Who, if it has one we know.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rep: Option<Box<str>>,
    },
    /// It waits for a person.
    Queued {
        /// In which queue.
        queue: Box<str>,
    },
    /// It waits for something.
    Held {
        /// For somebody of this pool; `None`: for the condition of a rule.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pool: Option<Box<str>>,
        /// At the latest.
        until: Timestamp,
    },
    /// It is not routed.
    Suppressed,
}

impl To {
    /// The rep who has it then.
    #[must_use]
    pub fn rep(&self) -> Option<&str> {
        match self {
            Self::Assigned { rep, .. } | Self::ByHand { rep } => Some(rep),
            Self::Kept { rep } => rep.as_deref(),
            Self::Queued { .. } | Self::Held { .. } | Self::Suppressed => None,
        }
    }
}

impl Placement {
    /// Of a decision.
    #[must_use]
    pub fn of(policy: &Policy, book: &Book, arrival: &Arrival, decision: &Decision) -> Self {
        let key = |rep: RepIx| Box::from(book.directory().key(rep));
        let pool = |pool: PoolIx| policy.pool(pool).map(|pool| pool.name.clone());
        let (to, rep) = match decision.outcome {
            Outcome::Assigned { rep, via } => (To::Assigned { rep: key(rep), pool: via.pool().and_then(pool) }, Some(rep)),
            Outcome::Kept(rep) => (To::Kept { rep: rep.map(key) }, rep),
            Outcome::Queued(queue) => (To::Queued { queue: policy.queue_name(queue).into() }, None),
            Outcome::Held { waiting, deadline } => {
                let pool = if let Waiting::Pool(at) = waiting { pool(at) } else { None };
                (To::Held { pool, until: deadline }, None)
            }
            Outcome::Suppressed => (To::Suppressed, None),
        };
        let rule = if let Cause::Rule(row) = decision.cause { policy.rules.get(row.rule.at()) } else { None };
        let sla = decision.sla.and_then(|sla| policy.slas.get(sla.at()));
        let rule = rule.map(|rule| rule.name.clone());
        Self { rule, ..Self::promised(policy, book, arrival, (to, rep), sla, decision.at) }
    }

    /// Of a lead that a person gives to a rep, or a rep takes, when `arrival` is decided.
    #[must_use]
    pub fn by_hand(policy: &Policy, book: &Book, arrival: &Arrival, rep: RepIx) -> Self {
        let to = To::ByHand { rep: book.directory().key(rep).into() };
        let sla = arrival.sla.and_then(|sla| policy.slas.get(sla.at()));
        Self::promised(policy, book, arrival, (to, Some(rep)), sla, arrival.now)
    }

    fn promised(
        policy: &Policy,
        book: &Book,
        arrival: &Arrival,
        (to, rep): (To, Option<RepIx>),
        promise: Option<&Sla>,
        at: Timestamp,
    ) -> Self {
        let (from, calendar) = (arrival.created(), rep.and_then(|rep| book.calendar(rep)));
        let deadlines = promise.map(|promise| sla::deadlines(promise, from, &policy.calendar, calendar)).unwrap_or_default();
        let mut clocks = Vec::new();
        let mut set = |kind, due: Option<Timestamp>| clocks.extend(due.map(|due| Clock { due, kind, step: None }));
        set(ClockKind::HoldOver, if let To::Held { until, .. } = to { Some(until) } else { None });
        set(ClockKind::Route, deadlines.route_by);
        set(ClockKind::Contact, deadlines.contact_by);
        if let Some(after) = policy.notify.next_after.filter(|_| rep.is_some()) {
            let mut due = at;
            for (number, _) in (1..).zip(policy.notify.channels.iter().skip(1)) {
                due = after.after(due);
                set(ClockKind::Unacknowledged(number), Some(due));
            }
        }
        if let Some(promise) = promise {
            let due = |within| sla::due(promise, from, within, calendar.unwrap_or(&policy.calendar));
            for (number, after) in (1..).zip(&promise.remind) {
                set(ClockKind::Remind(number), due(*after));
            }
            for (number, escalation) in (1..).zip(&promise.escalate) {
                let step = Some(escalation.step.clone());
                clocks.extend(due(escalation.after).map(|due| Clock { due, kind: ClockKind::Escalate(number), step }));
            }
        }
        clocks.sort();
        let sla = promise.map(|promise| promise.name.clone());
        Self { at, to, rule: None, sla, from, route_by: deadlines.route_by, contact_by: deadlines.contact_by, clocks }
    }
}
