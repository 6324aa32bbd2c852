//! The outline: what became of a lead, in one line.

use crate::book::Book;
use crate::decision::{Cause, Decision, Outcome, Via};
use crate::people::RepIx;
use crate::policy::Policy;
use crate::words;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// What became of a lead: the columns of `route --out`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outline<'a> {
    /// `assigned`, `queued`, `held`, `kept` or `suppressed`.
    pub outcome: Cow<'a, str>,
    /// The rule's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<Cow<'a, str>>,
    /// The line of a table's row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// The target that took it; `fallback` when none could.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<Cow<'a, str>>,
    /// Who has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rep: Option<Cow<'a, str>>,
    /// Whom they cover.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub covers: Option<Cow<'a, str>>,
    /// Through which pool.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pool: Option<Cow<'a, str>>,
    /// In which queue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue: Option<Cow<'a, str>>,
    /// The SLA.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sla: Option<Cow<'a, str>>,
    /// By when it must be with a rep.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route_by: Option<Timestamp>,
    /// By when the rep must have made contact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact_by: Option<Timestamp>,
    /// A held lead's deadline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_until: Option<Timestamp>,
    /// Why, in a sentence.
    pub reason: String,
}

impl<'a> Outline<'a> {
    /// The line of a decision.
    #[must_use]
    pub fn of(policy: &'a Policy, book: &'a Book, decision: &Decision) -> Self {
        let key = |rep: RepIx| Cow::Borrowed(book.directory().key(rep));
        let (rep, via, queue, held_until) = match &decision.outcome {
            Outcome::Assigned { rep, via } => (Some(key(*rep)), Some(*via), None, None),
            Outcome::Kept(rep) => (rep.map(key), None, None, None),
            Outcome::Queued(queue) => (None, None, Some(Cow::Borrowed(policy.queue_name(*queue))), None),
            Outcome::Held { deadline, .. } => (None, None, None, Some(*deadline)),
            Outcome::Suppressed => (None, None, None, None),
        };
        let row = if let Cause::Rule(row) = decision.cause { Some(row) } else { None };
        let rule = row.and_then(|row| policy.rules.get(row.rule.at()));
        let line = row
            .zip(rule)
            .filter(|(_, rule)| rule.table.is_some())
            .and_then(|(row, rule)| Some(rule.rows.get(row.row as usize)?.place.line));
        Self {
            outcome: Cow::Borrowed(decision.outcome.name()),
            rule: rule.map(|rule| Cow::Borrowed(&*rule.name)),
            line,
            target: match decision.target {
                Some(target) => Some(Cow::Owned(policy.target_name(target))),
                None => queue.as_ref().map(|_| Cow::Borrowed("fallback")),
            },
            rep,
            covers: if let Some(Via::Backup { of, .. }) = via { Some(key(of)) } else { None },
            pool: via.and_then(Via::pool).and_then(|pool| policy.pool(pool)).map(|pool| Cow::Borrowed(&*pool.name)),
            queue,
            sla: decision.sla.and_then(|sla| policy.slas.get(sla.at())).map(|sla| Cow::Borrowed(&*sla.name)),
            route_by: decision.route_by,
            contact_by: decision.contact_by,
            held_until,
            reason: words::reason(policy, book, decision),
        }
    }
}
