//! A message: plain data that says everything a delivery needs, so that nothing is looked up when it goes out.
//!
//! It is stored as JSON in the outbox. What it shows is derived from it by pure functions
//! ([`crate::content`], then [`crate::slack::blocks`], [`crate::email::compose`], [`crate::webhook::payload`]).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// One message to one recipient.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// `msg_...`: the same in every attempt, so that a receiver can recognise a second delivery.
    pub id: String,
    /// When what it tells of happened.
    pub at: Timestamp,
    /// Who gets it.
    #[serde(default)]
    pub to: Recipient,
    /// What happened.
    pub notice: Notice,
    /// The lead it is about; absent where it is about a rep, and in events.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<About>,
    /// What the recipient may answer now, in the order of the buttons.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub actions: Vec<Action>,
    /// The `external` of an earlier delivery that this one brings up to date instead of saying it anew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<String>,
}

/// Who gets a message. A channel needs only its own part; webhooks need none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipient {
    /// Who it is, as in the directory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<Person>,
    /// The Slack member (`U...`) or conversation (`C...`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slack_id: Option<String>,
    /// The IANA time zone in which they read times; UTC when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timezone: Option<String>,
}

/// Somebody of the house.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The e-mail address, which is also the key in the directory.
    pub email: String,
    /// The name, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Notice {
    /// The lead is now the recipient's.
    Assigned,
    /// A person whose lead the recipient has came again.
    CameAgain,
    /// The lead is not contacted yet, and its time runs out.
    Reminder,
    /// The time to contact the lead is over. To the rep, or to their manager.
    Breach,
    /// The lead was taken from the recipient.
    Reassigned {
        /// Who has it now; nobody when it went to a queue.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<Person>,
    },
    /// The lead waits in a queue for somebody to take it.
    Queued {
        /// The queue.
        queue: String,
    },
    /// Leads wait in a queue that somebody reviews at this time.
    Review {
        /// The queue.
        queue: String,
        /// How many wait.
        count: u32,
        /// Some of them, those first that came first.
        first: Vec<InQueue>,
    },
    /// A rep missed so many leads that they get none for now. To the rep, or to their manager.
    Offline {
        /// Who.
        rep: Person,
        /// How many they missed.
        missed: u32,
        /// Until when; by hand when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Timestamp>,
    },
    /// Something for programs to know, sent to webhooks.
    Event {
        /// Full stops between its parts: `lead.assigned`.
        event: String,
        /// What there is to say.
        data: serde_json::Value,
    },
}

impl Notice {
    /// The notice in one word, as in the outbox and in the types of webhooks.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Assigned => "assigned",
            Self::CameAgain => "came_again",
            Self::Reminder => "reminder",
            Self::Breach => "breach",
            Self::Reassigned { .. } => "reassigned",
            Self::Queued { .. } => "queued",
            Self::Review { .. } => "review",
            Self::Offline { .. } => "offline",
            Self::Event { .. } => "event",
        }
    }
}

/// A lead that waits in a queue, without anything of the person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InQueue {
    /// The company it is of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
    /// Why it is there.
    pub why: String,
    /// When it came in.
    pub since: Timestamp,
}

/// The lead a message is about, and how it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// The lead.
    pub lead: Lead,
    /// Why it is where it is, as a sentence without a full stop.
    #[serde(default)]
    pub why: String,
    /// The rule that decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// The account it matched, by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// Until when it should be contacted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact_by: Option<Timestamp>,
    /// Who has the lead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rep: Option<Person>,
    /// What has become of it.
    #[serde(default)]
    pub state: State,
}

/// What a message shows of a lead. Texts are as the lead gave them: whoever shows them makes them harmless.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lead {
    /// `lead_...`, or the id it came with.
    pub id: String,
    /// First and last name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Job title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Company.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
    /// E-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Phone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Country.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// What they asked for: the kind of request, the product, their own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_for: Option<String>,
    /// Where they came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Further facts to show, as label and value.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub more: Vec<(String, String)>,
}

/// What has become of the lead when the message is written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum State {
    /// Nobody answered yet.
    #[default]
    Open,
    /// A rep said that they take care of it.
    Accepted {
        /// Who.
        by: Person,
        /// When.
        at: Timestamp,
    },
    /// A rep contacted it.
    Contacted {
        /// Who.
        by: Person,
        /// When.
        at: Timestamp,
    },
    /// A rep passed it on.
    Passed {
        /// Who.
        by: Person,
        /// When.
        at: Timestamp,
    },
    /// Somebody else has it.
    Moved {
        /// Who has it now; nobody when it waits or went to a queue.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<Person>,
        /// When.
        at: Timestamp,
    },
    /// It is over: won, lost, no lead at all.
    Closed {
        /// When.
        at: Timestamp,
    },
    /// The person's data was erased: nothing of the lead may be shown any more.
    Erased,
}

/// What a recipient may answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// "I take care of it."
    Accept,
    /// "I contacted them."
    Contacted,
    /// "Give it to somebody else."
    Pass,
}

impl Action {
    /// All of them, in the order of the buttons.
    pub const ALL: [Self; 3] = [Self::Accept, Self::Contacted, Self::Pass];

    /// As in links, buttons' ids and stored messages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Contacted => "contacted",
            Self::Pass => "pass",
        }
    }

    /// On a button.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Accept => "Accept",
            Self::Contacted => "Contacted",
            Self::Pass => "Pass",
        }
    }

    /// The action of that exact name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.name() == name)
    }
}

/// What came of an attempt to deliver a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The other side has it.
    Delivered {
        /// What the other side calls it, or answered; given back in [`Message::replaces`] to bring it up to date.
        external: String,
    },
    /// Not now.
    Retry {
        /// How long the other side asks to be left alone.
        after: Option<Duration>,
        /// Why, as a sentence.
        reason: String,
    },
    /// Never, unless somebody changes something first.
    Dead {
        /// Why, and what to do.
        reason: String,
    },
}

impl Outcome {
    /// Not now, without being told when.
    #[must_use]
    pub fn retry(reason: impl Into<String>) -> Self {
        Self::Retry { after: None, reason: reason.into() }
    }

    /// Never, unless somebody changes something first.
    #[must_use]
    pub fn dead(reason: impl Into<String>) -> Self {
        Self::Dead { reason: reason.into() }
    }
}
