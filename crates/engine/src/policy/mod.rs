//! The policy: the whole routing configuration, read from text, checked, immutable.
//!
//! This file holds what a policy *is* once checked. How text becomes it: [`source`] (the files),
//! [`read`] (sections to model), [`condition`] (conditions to normal form), [`diagnostic`] (what is wrong),
//! [`check`] (what is wrong between it and the people), [`schema`] (what editors know of it).

pub mod check;
pub mod condition;
pub mod diagnostic;
mod notify;
pub mod read;
pub mod review;
pub mod schema;
pub mod source;

pub use notify::{Channel, Missed, Notify};

use crate::calendar::{Calendar, Hours, Span};
use crate::enrich::Chain;
use crate::field::Fields;
use crate::form::Form;
use crate::matching::Settings as Matching;
use crate::value::Value;
use diagnostic::Place;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use review::Review;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

macro_rules! index {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        pub struct $name(pub u32);

        impl $name {
            /// As an index.
            #[must_use]
            pub const fn at(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

index! {
    /// A rule's number, in the order they are tried.
    RuleIx
    /// A pool's number, in file order.
    PoolIx
    /// A queue's number, in order of first mention.
    QueueIx
    /// An SLA's number, in file order.
    SlaIx
    /// A person's number among those the policy names, in order of first mention.
    PersonIx
}

/// A row of a rule. A rule that is not a table has exactly one, number 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowRef {
    /// The rule.
    pub rule: RuleIx,
    /// The row, from 0, in row order.
    pub row: u32,
}

/// A checked policy.
#[derive(Debug, Clone)]
pub struct Policy {
    /// `[policy] name`.
    pub name: Box<str>,
    /// Names this text and no other: the first 12 hex digits of the SHA-256 over all its files' names and contents.
    pub version: Box<str>,
    /// `[policy] timezone`.
    pub timezone: TimeZone,
    /// `[calendar]`: the business hours that hold where a rep has none of their own.
    pub calendar: Calendar,
    /// `[holidays]`: named lists of dates.
    pub holidays: BTreeMap<Box<str>, BTreeSet<Date>>,
    /// The same person again within this span keeps the owner. `None`: every lead is a new one.
    pub same_person: Option<Span>,
    /// Declared and used fields.
    pub fields: Fields,
    /// Named conditions.
    pub segments: BTreeMap<Box<str>, Form>,
    /// Rules in the order they are tried.
    pub rules: Vec<Rule>,
    /// Pools in file order.
    pub pools: Vec<Pool>,
    /// Queues, declared or mentioned.
    pub queues: Vec<Queue>,
    /// SLAs in file order: the first whose `condition` holds is a lead's, unless its rule names one.
    pub slas: Vec<Sla>,
    /// Where a lead goes that nothing else takes.
    pub fallback: Fallback,
    /// People the policy names, as written.
    pub people: Vec<Box<str>>,
    /// Where leads are first given to each of them; nothing where none are.
    pub takers: Vec<Option<Place>>,
    /// How accounts are found.
    pub matching: Matching,
    /// How missing fields are filled.
    pub enrich: Chain,
    /// How reps are told.
    pub notify: Notify,
    /// When a rep who keeps missing leads is taken offline. `None`: never.
    pub missed: Option<Missed>,
    /// Test leads.
    pub tests: Vec<TestLead>,
    /// What must be true of every lead.
    pub asserts: Vec<Assert>,
}

/// One `[[rule]]`.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Unique within the policy.
    pub name: Box<str>,
    /// A rule may be kept but switched off.
    pub enabled: bool,
    /// Whether it is a territory table.
    pub table: Option<Box<str>>,
    /// Its rows. A plain rule has one.
    pub rows: Vec<Row>,
    /// Whether a change of a lead that makes this rule match routes it again.
    pub reroute: bool,
    /// Findings about it that are known and meant, by code.
    pub allow: BTreeSet<Box<str>>,
    /// Where it stands.
    pub place: Place,
}

/// What a rule, or one row of a table, asks and does.
#[derive(Debug, Clone)]
pub struct Row {
    /// The whole condition, the rule's own `when` included.
    pub when: Form,
    /// What happens to a lead that satisfies it.
    pub action: Action,
    /// The SLA it names.
    pub sla: Option<SlaIx>,
    /// Where it stands.
    pub place: Place,
}

/// What a rule does with a lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Tries targets in order.
    Assign(Assign),
    /// `then = "suppress"`: the lead is not routed.
    Suppress,
    /// `then = "keep"`: its present owner stays.
    Keep,
    /// `then = "hold"`: waits until a condition holds, or the span has passed, and is then routed as if the rule were not there.
    Hold {
        /// What is waited for.
        until: Form,
        /// At most this long.
        limit: Span,
    },
}

/// Targets and what is needed of who takes the lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assign {
    /// In order; never empty.
    pub targets: Vec<Target>,
    /// Skills (folded) that a rep must have.
    pub needs: Vec<Box<str>>,
}

/// Where a lead can go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// `rep:E`
    Rep(PersonIx),
    /// `pool:P`
    Pool(PoolIx),
    /// `queue:Q`
    Queue(QueueIx),
    /// `account.owner`
    AccountOwner,
    /// `lead.owner`
    LeadOwner,
}

/// How a pool shares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Share {
    /// By weighted turns ([`crate::rotation`]).
    Rotation,
    /// To who has the fewest open leads, by weight.
    LeastLoaded,
    /// To the first in file order who can.
    InOrder,
}

/// A pool.
#[derive(Debug, Clone)]
pub struct Pool {
    /// Its name.
    pub name: Box<str>,
    /// In file order.
    pub members: Vec<Member>,
    /// How it shares.
    pub share: Share,
    /// `hours = "working"`: only reps inside their working hours take leads.
    pub working_hours_only: bool,
    /// Per member, counting what came through this pool.
    pub caps: Caps,
    /// The same company within this span stays with the same rep.
    pub sticky: Option<Span>,
    /// `when_empty = "wait"`: how long a lead is held until somebody can take it.
    pub wait: Option<Span>,
    /// Where it stands.
    pub place: Place,
}

/// A member of a pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub person: PersonIx,
    /// How much, in relation to the others. 0: only when nobody else can.
    pub weight: u32,
}

/// At most so many leads. `None`: no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Caps {
    /// In one clock hour of the rep's.
    pub per_hour: Option<u32>,
    /// On one day of the rep's.
    pub per_day: Option<u32>,
    /// In one week of the rep's, from Monday.
    pub per_week: Option<u32>,
    /// In any span of this length.
    pub rolling: Option<(u32, Span)>,
    /// Open at one time.
    pub open: Option<u32>,
}

impl Caps {
    /// Whether any of them counts what came in a period.
    #[must_use]
    pub const fn have_periods(&self) -> bool {
        self.per_hour.is_some() || self.per_day.is_some() || self.per_week.is_some() || self.rolling.is_some()
    }
}

/// A queue, where leads wait for a person.
#[derive(Debug, Clone)]
pub struct Queue {
    /// Its name.
    pub name: Box<str>,
    /// Who looks after it.
    pub reviewer: Option<PersonIx>,
}

/// `[fallback]`.
#[derive(Debug, Clone)]
pub struct Fallback {
    /// Where a lead goes that nothing else takes.
    pub queue: QueueIx,
    /// When its reviewer is told what waits there. `None`: never.
    pub review: Option<Review>,
}

/// Which clock an SLA runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// Day and night.
    Always,
    /// In working hours: the rep's where one has the lead, the policy's until then.
    Working,
}

/// A promise for a kind of lead.
#[derive(Debug, Clone)]
pub struct Sla {
    /// Its name.
    pub name: Box<str>,
    /// `for`: which leads it is for. `None`: only those whose rule names it.
    pub condition: Option<Form>,
    /// From the lead's creation until it is with a rep.
    pub route_within: Option<Span>,
    /// From the lead's creation until the rep's first contact.
    pub contact_within: Option<Span>,
    /// On which clock.
    pub clock: Clock,
    /// After which spans the rep is reminded.
    pub remind: Vec<Span>,
    /// What happens when nobody makes contact.
    pub escalate: Vec<Escalation>,
}

/// One step of an escalation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Escalation {
    /// From the lead's creation.
    pub after: Span,
    /// What.
    pub step: EscalationStep,
}

/// What an escalation does. A lead's clocks keep it, as it was when they were set.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EscalationStep {
    /// Tells somebody: `rep`, `manager`, or a person.
    Notify(Box<str>),
    /// Gives the lead to somebody else.
    Reassign,
}

/// One `[[test]]`: a lead and what must become of it.
#[derive(Debug, Clone)]
pub struct TestLead {
    /// Its name.
    pub name: Box<str>,
    /// When the lead comes in.
    pub at: Option<Timestamp>,
    /// Who is absent at that moment.
    pub absent: Vec<PersonIx>,
    /// The lead's fields, as a file or the API would bring them.
    pub lead: BTreeMap<Box<str>, Value>,
    /// How many such leads come in, one after the other.
    pub times: u32,
    /// What must become of each of them (`share`: of all together).
    pub expect: Expect,
    /// Where it stands.
    pub place: Place,
}

/// What a test lead expects. Only what is given is compared; names compare folded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Expect {
    /// `assigned`, `queued`, `held`, `kept` or `suppressed`.
    pub outcome: Option<Box<str>>,
    /// The rule's name; the empty text means that none matched.
    pub rule: Option<Box<str>>,
    /// The target that took it, as written in `assign`.
    pub target: Option<Box<str>>,
    /// Who has it.
    pub rep: Option<Box<str>>,
    /// Through which pool.
    pub pool: Option<Box<str>>,
    /// In which queue.
    pub queue: Option<Box<str>>,
    /// The matched account's id; the empty text means that none matched.
    pub account: Option<Box<str>>,
    /// Which SLA.
    pub sla: Option<Box<str>>,
    /// Its deadlines.
    pub route_by: Option<Timestamp>,
    /// Its deadlines.
    pub contact_by: Option<Timestamp>,
    /// How many of `times` leads each rep has.
    pub share: BTreeMap<Box<str>, u32>,
}

/// One `[[assert]]`: what must be true of every lead that satisfies a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assert {
    /// Its name.
    pub name: Box<str>,
    /// For which leads.
    pub when: Form,
    /// Where none of them may ever go.
    pub never: Vec<Destination>,
    /// Where each of them goes, and nowhere else. Empty: anywhere.
    pub only: Vec<Destination>,
    /// Skills (folded) that whoever receives one has.
    pub skill: Vec<Box<str>>,
    /// The SLA that each of them has.
    pub sla: Option<Promised>,
    /// Where it stands.
    pub place: Place,
}

/// Where a lead can go, fallback and outcomes without a target included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Destination {
    /// A target of a rule, be it the first or one after it.
    Target(Target),
    /// The fallback queue, because no rule matches.
    Fallback,
    /// Not routed.
    Suppress,
    /// Stays with its owner.
    Keep,
    /// Held first.
    Hold,
}

/// Which SLA an assertion asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Promised {
    /// Some one.
    Any,
    /// This one.
    Named(SlaIx),
}

/// Findings about a rule, which it may acknowledge with `allow`.
pub const FINDINGS: &[&str] = &[
    "never-reached",
    "never-true",
    "always-true",
    "nearly-always-true",
    "value-never-decides",
    "value-adds-nothing",
    "branch-never-decides",
    "contains-swallows",
    "short-contains",
    "clash",
    "nobody-there",
    "nobody-at-times",
];

/// The default of `[calendar] hours`.
pub const DEFAULT_HOURS: &str = "Mon-Fri 09:00-17:00";

impl Policy {
    /// A row.
    #[must_use]
    pub fn row(&self, at: RowRef) -> Option<&Row> {
        self.rules.get(at.rule.at())?.rows.get(at.row as usize)
    }

    /// A pool.
    #[must_use]
    pub fn pool(&self, at: PoolIx) -> Option<&Pool> {
        self.pools.get(at.at())
    }

    /// The pool of that name.
    #[must_use]
    pub fn pool_named(&self, name: &str) -> Option<PoolIx> {
        (0..).map(PoolIx).zip(&self.pools).find(|(_, pool)| *pool.name == *name).map(|(at, _)| at)
    }

    /// A queue's name; empty for a number of another policy.
    #[must_use]
    pub fn queue_name(&self, at: QueueIx) -> &str {
        self.queues.get(at.at()).map_or("", |queue| &queue.name)
    }

    /// A target as it is written in `assign`.
    #[must_use]
    pub fn target_name(&self, target: Target) -> String {
        match target {
            Target::Rep(person) => format!("rep:{}", self.people.get(person.at()).map_or("", |name| name)),
            Target::Pool(pool) => format!("pool:{}", self.pool(pool).map_or("", |pool| &pool.name)),
            Target::Queue(queue) => format!("queue:{}", self.queue_name(queue)),
            Target::AccountOwner => "account.owner".to_owned(),
            Target::LeadOwner => "lead.owner".to_owned(),
        }
    }
}

/// Used by readers of hours that have none: the default.
#[must_use]
pub fn default_hours() -> Option<Hours> {
    Hours::parse(DEFAULT_HOURS).ok()
}
