//! What the one writer can be asked to do, and what it answers.
//!
//! Everything that changes goes through here: a batch of requests is one transaction, applied in order. A
//! refusal concerns one request and changes nothing; trouble with the database concerns the whole batch.

use crate::db::DbError;
use crate::notification::Notification;
use jiff::{SignedDuration, Timestamp};
use pointsman_engine::account::Account;
use pointsman_engine::lead::{Lead, LeadId};
use pointsman_engine::life::Command;
use pointsman_engine::people::{Absence, Rep};
use pointsman_engine::policy::source::Sources;
use serde::{Deserialize, Serialize};

/// A request, and who makes it.
#[derive(Debug, Clone)]
pub struct Request {
    /// Who asks, for the journal: a token's name, a rep, `slack`. `None`: the server itself.
    pub actor: Option<Box<str>>,
    /// Makes asking twice safe.
    pub once: Option<Once>,
    /// What is asked.
    pub what: What,
}

impl Request {
    /// A request of the server's own.
    #[must_use]
    pub const fn own(what: What) -> Self {
        Self { actor: None, once: None, what }
    }
}

/// An `Idempotency-Key` and what came with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Once {
    /// The caller's key; the server puts the token's id before it, so that keys of different callers never meet.
    pub key: Box<str>,
    /// A hash of the request. The same key with another request is refused.
    pub fingerprint: Box<str>,
}

/// What is asked.
#[derive(Debug, Clone)]
pub enum What {
    /// Leads come in; they are decided in this order. Answers [`Reply::Leads`]. A lead whose id is known already
    /// is answered with what became of it.
    Intake(Vec<Lead>),
    /// Something happens to a lead. Answers [`Reply::Lead`].
    Life {
        /// Which.
        lead: LeadId,
        /// What.
        command: Command,
    },
    /// A lead's fields change: those given replace what was there. Answers [`Reply::Lead`].
    Change {
        /// Its id, and the fields.
        fields: Lead,
        /// Fields to empty, by name.
        cleared: Vec<Box<str>>,
    },
    /// Clocks that are due fire, of at most this many leads; waiting leads go to who can take them. Answers [`Reply::Ticked`].
    Tick {
        /// Of at most this many leads.
        most: u32,
    },
    /// A change among people.
    People(PeopleEdit),
    /// A manager grants a credit or a debit. Answers [`Reply::Done`].
    Grant {
        /// `grant_...`
        id: Box<str>,
        /// The pool's name.
        pool: Box<str>,
        /// The member.
        rep: Box<str>,
        /// More leads (or fewer, when negative), in thousandths of one.
        thousandths: i64,
        /// Why.
        reason: Box<str>,
    },
    /// Accounts are added or replaced, by id. Answers [`Reply::Done`].
    Accounts(Vec<Account>),
    /// One account is replaced if it is as the caller saw it, or removed.
    Account {
        /// Which.
        id: Box<str>,
        /// `None`: remove it.
        account: Option<Box<Account>>,
        /// Only if its etag is this.
        seen: Option<i64>,
    },
    /// A policy goes in force. The caller has checked and tested it; what cannot be read is refused all the same.
    Publish {
        /// Its files.
        files: Sources,
        /// What the publisher says of it.
        note: Option<Box<str>>,
        /// Only if this version is in force now.
        seen: Option<Box<str>>,
    },
    /// An earlier version goes in force again.
    Rollback {
        /// Which.
        version: Box<str>,
    },
    /// A courier takes messages that are due. Answers [`Reply::Claimed`].
    Claim {
        /// Which node.
        node: Box<str>,
        /// At most this many.
        most: u32,
        /// After how long they are due again if nothing is heard of them. Times are the writer's to give: its clock is
        /// the workspace's, behind which a courier's may be.
        lease: SignedDuration,
        /// Channels that are to be left alone now.
        except: Vec<Box<str>>,
    },
    /// A courier says what came of a message.
    Report {
        /// Which.
        message: Box<str>,
        /// What.
        result: Delivered,
    },
    /// A dead message is tried again.
    Retry {
        /// Which.
        message: Box<str>,
    },
    /// A small thing edited by people is put or removed: a draft, a token, a channel.
    Document {
        /// Which kind.
        kind: DocumentKind,
        /// Which.
        id: Box<str>,
        /// JSON; `None`: remove it.
        body: Option<Box<str>>,
        /// Only if its etag is this; `Some(0)`: only if it is not there.
        seen: Option<i64>,
    },
    /// The reconciler found, or no longer finds, a difference between what came in and what there is.
    Alarm {
        /// What it says; empty: all is well.
        text: Box<str>,
    },
    /// A node says that it is alive.
    Alive {
        /// Which.
        node: Box<str>,
        /// What it says of itself, JSON.
        body: Box<str>,
    },
}

/// A change among people.
#[derive(Debug, Clone)]
pub enum PeopleEdit {
    /// A rep is added or replaced.
    Put {
        /// Who.
        rep: Box<Rep>,
        /// Only if the etag is this; `Some(0)`: only if there is none.
        seen: Option<i64>,
    },
    /// A rep is removed. Their leads stay theirs until somebody gives them on.
    Remove {
        /// Who.
        rep: Box<str>,
        /// Only if the etag is this.
        seen: Option<i64>,
    },
    /// An absence is added or replaced.
    Absence {
        /// `abs_...`
        id: Box<str>,
        /// Whose.
        rep: Box<str>,
        /// When.
        span: Absence,
        /// What kind.
        kind: AbsenceKind,
        /// Why, for people.
        reason: Option<Box<str>>,
    },
    /// An absence is taken back.
    Present {
        /// Which.
        id: Box<str>,
    },
}

/// What kind of absence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AbsenceKind {
    /// Planned: PTO, sick, training.
    Leave,
    /// A short pause that the rep took.
    Pause,
    /// Put offline after missing too many leads.
    Missed,
}

impl AbsenceKind {
    /// As stored and shown.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Leave => "leave",
            Self::Pause => "pause",
            Self::Missed => "missed",
        }
    }
}

/// What kind of document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentKind {
    /// The policy being edited.
    Draft,
    /// An API token (its hash, name, scopes).
    Token,
    /// A channel that messages go through (its secrets sealed).
    Channel,
    /// When a queue was last reviewed; nobody edits it.
    Review,
}

impl DocumentKind {
    /// As stored.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Token => "token",
            Self::Channel => "channel",
            Self::Review => "review",
        }
    }
}

/// What came of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivered {
    /// It is there.
    Sent {
        /// What the other side calls it, to change it later.
        external: Option<Box<str>>,
    },
    /// Try again later.
    Later {
        /// How much later.
        after: SignedDuration,
        /// Why.
        reason: Box<str>,
    },
    /// It cannot be delivered.
    Dead {
        /// Why.
        reason: Box<str>,
    },
}

/// What the writer answers. It is stored as it is where a key makes asking twice safe.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// What became of each lead, in the order they came.
    Leads(Vec<Receipt>),
    /// What became of one lead.
    Lead(Box<Receipt>),
    /// Done; the etag of what was put.
    Done {
        /// Counts up with each change.
        etag: i64,
    },
    /// A version is in force.
    Published {
        /// Which.
        version: Box<str>,
    },
    /// What a tick did.
    Ticked {
        /// How many clocks fired.
        fired: u32,
        /// How many waiting leads were routed.
        released: u32,
    },
    /// Messages taken.
    Claimed(Vec<Notification>),
}

/// What became of a lead.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Receipt {
    /// The lead. For somebody who came again, the lead that they already are.
    pub lead: LeadId,
    /// Whether the lead, or the person, was known already.
    pub repeat: bool,
    /// Where it is in its life: `assigned`, `queued`, `held`, `contacted` ...
    pub stage: Box<str>,
    /// The number of its decision in force; 0 for none.
    pub decision: u32,
    /// `assigned`, `queued`, `held`, `kept` or `suppressed`, as decided; `by_hand`, `queued`, `suppressed` or `closed`, as
    /// a person said.
    pub outcome: Box<str>,
    /// The rule that decided.
    pub rule: Option<Box<str>>,
    /// Who has it.
    pub rep: Option<Box<str>>,
    /// Through which pool.
    pub pool: Option<Box<str>>,
    /// In which queue it waits.
    pub queue: Option<Box<str>>,
    /// The account it belongs to.
    pub account: Option<Box<str>>,
    /// The promise for it.
    pub sla: Option<Box<str>>,
    /// By when it must be with a rep.
    pub route_by: Option<Timestamp>,
    /// By when the rep must have made contact.
    pub contact_by: Option<Timestamp>,
    /// Until when it is held.
    pub held_until: Option<Timestamp>,
    /// Why, in a sentence.
    pub reason: Box<str>,
}

/// Why a request was not done. Nothing of it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// There is no such thing.
    #[error("there is no {what} {id}")]
    Missing {
        /// A lead, a rep ...
        what: &'static str,
        /// Which.
        id: Box<str>,
    },
    /// It changed since the caller looked.
    #[error("{what} {id} was changed by somebody else in the meantime: read it again, and apply the change to that")]
    Changed {
        /// A rep, a draft ...
        what: &'static str,
        /// Which.
        id: Box<str>,
    },
    /// The key came with another request before.
    #[error("this Idempotency-Key came with another request before: use a new key for a new request")]
    KeyReused,
    /// No policy is in force.
    #[error("no policy is in force, so that nothing can be routed: publish one (POST /v1/policy/publish)")]
    NoPolicy,
    /// A policy that cannot be read.
    #[error("the policy has errors: {0}")]
    BadPolicy(String),
    /// The lead's life does not allow it.
    #[error("{0}")]
    Life(String),
    /// Something of ours is wrong. Nothing was done, and nobody else is concerned.
    #[error("this could not be done, for which Pointsman is to blame: {0}")]
    Ours(String),
    /// The database failed, after other requests of the batch had become true. Whether this one did is not known.
    #[error("the database failed: {0}")]
    Failed(DbError),
    /// It makes no sense.
    #[error("{0}")]
    Invalid(String),
}
