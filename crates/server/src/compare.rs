//! Comparing two policies: which rules differ, and which leads would go elsewhere.

use jiff::Timestamp;
use pointsman_engine::account::Account;
use pointsman_engine::book::Book;
use pointsman_engine::decide::{Before, arrive, decide};
use pointsman_engine::lead::Lead;
use pointsman_engine::people::Directory;
use pointsman_engine::policy::{Action, Policy, Row, Rule};
use pointsman_engine::record::Outline;
use pointsman_engine::standing::Standing;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// So many leads that go elsewhere are listed; all are counted.
const LISTED: usize = 100;

/// What changes from one policy to another.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Comparison {
    /// The version in force.
    pub from: String,
    /// The version the draft would have.
    pub to: String,
    /// Rules that differ.
    pub rules: Vec<RuleChange>,
    /// How many leads were routed by both.
    pub leads: usize,
    /// How many of them would go elsewhere: another target, queue or outcome.
    pub rerouted: usize,
    /// How many would stay with their pool, but at another member's turn.
    pub other_turn: usize,
    /// The first of those that would go elsewhere.
    pub list: Vec<LeadChange>,
}

/// A rule that differs.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RuleChange {
    /// Its name.
    pub rule: String,
    /// `added`, `removed`, `changed` or `moved`.
    pub change: String,
}

/// A lead that would go elsewhere.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct LeadChange {
    /// Which.
    pub lead: String,
    /// Where it goes by the policy in force.
    pub from: Whereabouts,
    /// Where it would go.
    pub to: Whereabouts,
}

/// Where a lead goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Whereabouts {
    /// `assigned`, `queued`, `held`, `kept` or `suppressed`.
    pub outcome: String,
    /// By which rule.
    pub rule: Option<String>,
    /// Through which target.
    pub target: Option<String>,
    /// To which rep or queue.
    pub who: Option<String>,
}

/// Compares, routing leads in their order by each, with nothing decided before.
pub fn policies(old: &Policy, new: &Policy, directory: Directory, accounts: Vec<Account>, leads: Vec<Lead>) -> Comparison {
    let mut book = Book::bind(old, Some(directory), accounts);
    let from = whereabouts(old, &book, &leads);
    book.set_policy(new);
    let to = whereabouts(new, &book, &leads);
    let (mut rerouted, mut other_turn, mut list) = (0, 0, Vec::new());
    for ((lead, from), to) in leads.iter().zip(from).zip(to) {
        if (&from.outcome, &from.target, &from.who) == (&to.outcome, &to.target, &to.who) {
            continue;
        }
        if (&from.outcome, &from.target) == (&to.outcome, &to.target) {
            other_turn += 1;
            continue;
        }
        rerouted += 1;
        if list.len() < LISTED {
            list.push(LeadChange { lead: lead.id.to_string(), from, to });
        }
    }
    let (from, to) = (old.version.to_string(), new.version.to_string());
    Comparison { from, to, rules: rules(old, new), leads: leads.len(), rerouted, other_turn, list }
}

fn whereabouts(policy: &Policy, book: &Book, leads: &[Lead]) -> Vec<Whereabouts> {
    let mut standing = Standing::fresh(policy, book);
    let one = |lead: &Lead| {
        let at = lead.created_at().unwrap_or(Timestamp::UNIX_EPOCH);
        let arrival = arrive(policy, book, lead.clone(), Before::default(), at);
        let decision = decide(policy, book, &standing, &arrival);
        standing.record(policy, book, &arrival, &decision);
        let line = Outline::of(policy, book, &decision);
        Whereabouts {
            outcome: line.outcome.to_string(),
            rule: line.rule.map(|rule| rule.to_string()),
            target: line.target.map(|target| target.to_string()),
            who: line.rep.or(line.queue).map(|who| who.to_string()),
        }
    };
    leads.iter().map(one).collect()
}

fn rules(old: &Policy, new: &Policy) -> Vec<RuleChange> {
    let find = |policy: &Policy, name: &str| policy.rules.iter().position(|rule| &*rule.name == name);
    let change = |rule: &Rule, change: &str| RuleChange { rule: rule.name.to_string(), change: change.to_owned() };
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
    let fields: Vec<&str> = policy.fields.used().iter().map(|field| &*field.name).collect();
    let row = |row: &Row| {
        let branches = row.when.branches.iter().map(|branch| {
            let named = branch.fields.iter().map(|(ix, allowed)| format!("{} {allowed:?}", fields.get(ix.at()).unwrap_or(&"")));
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
