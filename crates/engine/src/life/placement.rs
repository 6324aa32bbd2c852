//! A placement: what a lead's life needs to know of a decision, in names.

use super::clock::Clock;
use crate::book::Book;
use crate::decide::Arrival;
use crate::decision::Decision;
use crate::people::RepIx;
use crate::policy::Policy;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Where a lead goes, and what is promised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placement {
    /// Where.
    #[serde(flatten)]
    pub to: To,
    /// The rule that decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<Box<str>>,
    /// The promise's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sla: Option<Box<str>>,
    /// By when it is to be with a rep.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route_by: Option<Timestamp>,
    /// By when contact is to be made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact_by: Option<Timestamp>,
    /// The clocks of all that, sorted.
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
    /// A person gave it to a rep.
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

impl Placement {
    /// Of a decision.
    #[must_use]
    pub fn of(policy: &Policy, book: &Book, arrival: &Arrival, decision: &Decision) -> Self {
        let _ = (policy, book, arrival, decision);
        todo!()
    }

    /// Of a lead that a person gives to a rep.
    #[must_use]
    pub fn by_hand(policy: &Policy, book: &Book, arrival: &Arrival, rep: RepIx) -> Self {
        let _ = (policy, book, arrival, rep);
        todo!()
    }
}
