//! Two policies side by side: which rules differ, and where a lead goes by each.

use crate::book::Book;
use crate::decide::{Arrival, Before, arrive, decide};
use crate::lead::Lead;
use crate::policy::{Action, Policy, Row, Rule};
use crate::record::Outline;
use crate::standing::Standing;
use jiff::Timestamp;
use serde::Serialize;

/// A rule that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleChange {
    /// Its name.
    pub rule: String,
    /// `added`, `removed`, `changed` or `moved`.
    pub change: &'static str,
}

/// The rules that differ: those that are gone, then the others in their new order.
#[must_use]
pub fn rules(old: &Policy, new: &Policy) -> Vec<RuleChange> {
    let find = |policy: &Policy, name: &str| policy.rules.iter().position(|rule| &*rule.name == name);
    let change = |rule: &Rule, change| RuleChange { rule: rule.name.to_string(), change };
    let removed = old.rules.iter().filter(|rule| find(new, &rule.name).is_none());
    let mut changes: Vec<RuleChange> = removed.map(|rule| change(rule, "removed")).collect();
    // What both have keeps its order unless it moved: the order is compared among those only.
    let mut common = old.rules.iter().filter(|rule| find(new, &rule.name).is_some());
    for rule in &new.rules {
        let Some(before) = find(old, &rule.name).and_then(|at| old.rules.get(at)) else {
            changes.push(change(rule, "added"));
            continue;
        };
        let moved = common.next().is_none_or(|at_its_place| at_its_place.name != rule.name);
        if shape(old, before) != shape(new, rule) {
            changes.push(change(rule, "changed"));
        } else if moved {
            changes.push(change(rule, "moved"));
        }
    }
    changes
}

/// What a rule says, with names in place of numbers and without its place in the file.
fn shape(policy: &Policy, rule: &Rule) -> Vec<String> {
    let row = |row: &Row| {
        let branches = row.when.branches.iter().map(|branch| {
            let named = branch.fields.iter().map(|(field, allowed)| format!("{} {allowed:?}", policy.fields.name(*field)));
            format!("{:?} {:?}", named.collect::<Vec<_>>(), branch.opaque)
        });
        let action = match &row.action {
            Action::Assign(assign) => {
                let targets: Vec<String> = assign.targets.iter().map(|target| policy.target_name(*target)).collect();
                format!("{targets:?} {:?}", assign.needs)
            }
            other => format!("{other:?}"),
        };
        let sla = row.sla.and_then(|sla| policy.slas.get(sla.at())).map(|sla| &sla.name);
        format!("{} {:?} {action} {sla:?}", rule.enabled, branches.collect::<Vec<_>>())
    };
    rule.rows.iter().map(row).collect()
}

/// Where a lead goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Whereabouts {
    /// `assigned`, `queued`, `held`, `kept` or `suppressed`.
    pub outcome: String,
    /// By which rule. `None`: no rule matches.
    pub rule: Option<String>,
    /// Through which target.
    pub target: Option<String>,
    /// To which rep or queue.
    pub who: Option<String>,
}

/// What becomes of a lead under another policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moved {
    /// The same, by the same rule.
    Not,
    /// The same, but by another rule.
    OtherRule,
    /// The same pool, but another member's turn, because the rotation stands elsewhere.
    OtherTurn,
    /// Another target, queue or outcome.
    Rerouted,
}

impl Whereabouts {
    /// How it differs from where the lead went before.
    #[must_use]
    pub fn moved_from(&self, before: &Self) -> Moved {
        if (&self.outcome, &self.target) != (&before.outcome, &before.target) {
            Moved::Rerouted
        } else if self.who != before.who {
            Moved::OtherTurn
        } else if self.rule != before.rule {
            Moved::OtherRule
        } else {
            Moved::Not
        }
    }
}

/// One policy at work on leads in their order, with nothing decided before.
#[derive(Debug)]
pub struct Side<'a> {
    /// The policy.
    pub policy: &'a Policy,
    /// The same, bound.
    pub book: &'a Book,
    standing: Standing,
}

impl<'a> Side<'a> {
    /// Nothing decided yet.
    #[must_use]
    pub fn new(policy: &'a Policy, book: &'a Book) -> Self {
        Self { policy, book, standing: Standing::fresh(policy, book) }
    }

    /// A lead that comes in.
    #[must_use]
    pub fn arrive(&self, lead: Lead, now: Timestamp) -> Arrival {
        arrive(self.policy, self.book, lead, Before::default(), now)
    }

    /// Decides it, and remembers so.
    pub fn take(&mut self, arrival: &Arrival) -> Whereabouts {
        let decision = decide(self.policy, self.book, &self.standing, arrival);
        self.standing.record(self.policy, self.book, arrival, &decision);
        let line = Outline::of(self.policy, self.book, &decision);
        Whereabouts {
            outcome: line.outcome.to_string(),
            rule: line.rule.map(|rule| rule.to_string()),
            target: line.target.map(|target| target.to_string()),
            who: line.rep.or(line.queue).map(|who| who.to_string()),
        }
    }
}
