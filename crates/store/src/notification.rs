//! A notification: what somebody is to be told, as a courier gets it when it takes a message from the outbox.
//!
//! The row keeps only what happened and whom it concerns; what it shows of the lead is read when the message is
//! taken, so that a message says what is true when it goes out, and an erased lead is nowhere in the outbox.

use jiff::Timestamp;
use pointsman_engine::lead::Lead;
use pointsman_engine::life::{self, Life};
use serde::{Deserialize, Serialize};

/// A message taken from the outbox.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Notification {
    /// `msg_...`: the same in every attempt.
    pub id: Box<str>,
    /// How often it was tried before.
    pub attempts: u32,
    /// When what it tells of happened.
    pub at: Timestamp,
    /// The name of the channel it goes through.
    pub channel: Box<str>,
    /// To whom. `None`: an event, for programs.
    pub to: Option<Recipient>,
    /// What happened.
    pub notice: Notice,
    /// The lead it is about, as it is now.
    pub about: Option<Box<About>>,
    /// What waits in the queue it is about.
    pub waiting: Option<Waiting>,
    /// The earlier delivery that this one brings up to date.
    pub replaces: Option<Box<str>>,
}

/// What waits in a queue when a message about it goes out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// How many leads.
    pub count: u32,
    /// Some of them, those first that came first.
    pub first: Vec<InQueue>,
}

/// A lead in a queue, without anything of the person: what was sent cannot be erased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InQueue {
    /// The company it is of.
    pub company: Option<Box<str>>,
    /// Why it is there.
    pub why: Box<str>,
    /// When it came in.
    pub since: Timestamp,
}

/// Who is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipient {
    /// The key in the directory, or an address the policy names.
    pub person: Box<str>,
    /// What people call them.
    pub name: Option<Box<str>>,
    /// Their Slack user.
    pub slack_id: Option<Box<str>>,
    /// In which they read times.
    pub timezone: Box<str>,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notice {
    /// To a lead, for people.
    Lead(life::Notice),
    /// A queue is to be reviewed: leads wait in it.
    Review {
        /// Which.
        queue: Box<str>,
    },
    /// A rep is offline: they missed too many leads.
    Offline {
        /// Who.
        rep: Box<str>,
        /// How many.
        missed: u32,
        /// Until when.
        until: Timestamp,
    },
    /// To a lead, for programs.
    Event {
        /// `lead.assigned` ...
        event: Box<str>,
        /// The event as the journal has it.
        data: serde_json::Value,
    },
}

impl Notice {
    /// Whether it tells programs that a lead was erased: they are to forget it too.
    #[must_use]
    pub fn is_erasure(&self) -> bool {
        matches!(self, Self::Event { event, .. } if **event == *"lead.erased")
    }
}

/// A lead as it is when the message goes out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct About {
    /// Its fields.
    pub lead: Lead,
    /// Where it is in its life.
    pub life: Life,
    /// Why it is where it is.
    pub reason: Box<str>,
    /// The account's name.
    pub account: Option<Box<str>>,
    /// The name of who has it.
    pub rep_name: Option<Box<str>>,
}
