//! Explanation: what follows from a decision and the policy, derived on demand.
//!
//! Nothing of this is stored: each rule before the one that decided, with the first condition that failed
//! (field, wanted, found), and why a given rep does not have the lead.

use crate::book::Book;
use crate::decide::Arrival;
use crate::decision::{Decision, Outcome};
use crate::facts::{Fact, Facts};
use crate::field::{Kind, LeadField};
use crate::form::{Branch, Form};
use crate::people::RepIx;
use crate::policy::condition::describe;
use crate::policy::{Action, Policy, Rule, Target};
use crate::words;
use serde::Serialize;
use std::fmt;

/// A condition that a lead does not satisfy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Failed {
    /// The field, as the policy writes it.
    pub field: String,
    /// What it should be.
    pub wanted: String,
    /// What it is: the value, or `missing`.
    pub found: String,
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: wanted {}, found {}", self.field, self.wanted, self.found)
    }
}

/// What came of one rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "result", rename_all = "snake_case")]
pub enum RuleResult {
    /// It is switched off.
    Disabled,
    /// It does not match: the condition that failed first. Of a table or of alternatives, those of the row
    /// or alternative that got furthest.
    NoMatch {
        /// How many rows the table has, and the line of the row that came closest.
        #[serde(skip_serializing_if = "Option::is_none")]
        table: Option<ClosestRow>,
        /// What failed. `None`: a table without rows, or a condition that no lead can satisfy.
        #[serde(skip_serializing_if = "Option::is_none")]
        failed: Option<Failed>,
    },
    /// It would hold the lead, but what it waits for is there already, or it has waited long enough.
    NeedNotWait,
    /// It decides.
    Decides {
        /// The table's line.
        #[serde(skip_serializing_if = "Option::is_none")]
        line: Option<u32>,
    },
    /// It comes later and matches as well: the order decides.
    MatchesToo {
        /// The table's line.
        #[serde(skip_serializing_if = "Option::is_none")]
        line: Option<u32>,
    },
}

/// The row of a table that came closest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClosestRow {
    /// How many rows there are.
    pub rows: usize,
    /// Its line in the table's file.
    pub line: u32,
}

/// One rule and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleStory {
    /// Its number, from 1.
    pub number: usize,
    /// Its name.
    pub rule: String,
    /// What came of it.
    #[serde(flatten)]
    pub result: RuleResult,
}

/// Every rule up to and including the one that decides, all of them when none does; and those after it that match, too.
#[must_use]
pub fn rules(policy: &Policy, book: &Book, arrival: &Arrival) -> Vec<RuleStory> {
    let facts = arrival.facts(policy, book);
    let last = arrival.row.map_or(policy.rules.len(), |row| row.rule.at() + 1);
    let story = |at: usize, rule: &Rule, result| RuleStory { number: at + 1, rule: rule.name.to_string(), result };
    let until = policy.rules.iter().enumerate().take(last);
    let until = until.map(|(at, rule)| story(at, rule, rule_result(policy, rule, at, arrival, &facts)));
    let after = policy.rules.iter().enumerate().skip(last).filter(|(_, rule)| rule.enabled);
    let after = after.filter_map(|(at, rule)| {
        let row = rule.rows.iter().find(|row| row.when.holds(&facts))?;
        Some(story(at, rule, RuleResult::MatchesToo { line: rule.table.as_ref().map(|_| row.place.line) }))
    });
    until.chain(after).collect()
}

fn rule_result(policy: &Policy, rule: &Rule, at: usize, arrival: &Arrival, facts: &Facts<'_>) -> RuleResult {
    if !rule.enabled {
        return RuleResult::Disabled;
    }
    if let Some(row) = arrival.row.filter(|row| row.rule.at() == at) {
        let line = rule.table.as_ref().and_then(|_| rule.rows.get(row.row as usize)).map(|row| row.place.line);
        return RuleResult::Decides { line };
    }
    if rule.rows.iter().any(|row| matches!(row.action, Action::Hold { .. }) && row.when.holds(facts)) {
        return RuleResult::NeedNotWait;
    }
    let mut closest: Option<(usize, u32, Option<Failed>)> = None;
    for row in &rule.rows {
        let (reached, failed) = first_failure(policy, &row.when, facts);
        if closest.as_ref().is_none_or(|(best, _, _)| reached > *best) {
            closest = Some((reached, row.place.line, failed));
        }
    }
    let (line, failed) = closest.map_or((0, None), |(_, line, failed)| (line, failed));
    RuleResult::NoMatch { table: rule.table.as_ref().map(|_| ClosestRow { rows: rule.rows.len(), line }), failed }
}

/// Of the alternative that gets furthest: how many conditions hold before the first that fails, and that one.
#[must_use]
pub fn first_failure(policy: &Policy, form: &Form, facts: &Facts<'_>) -> (usize, Option<Failed>) {
    let mut best: (usize, Option<Failed>) = (0, None);
    for branch in &form.branches {
        let (reached, failed) = branch_failure(policy, branch, facts);
        if best.1.is_none() || reached > best.0 {
            best = (reached, failed);
        }
    }
    best
}

fn branch_failure(policy: &Policy, branch: &Branch, facts: &Facts<'_>) -> (usize, Option<Failed>) {
    for (reached, (ix, allowed)) in branch.fields.iter().enumerate() {
        let found = facts.get(*ix);
        if !allowed.holds(found)
            && let Some(field) = policy.fields.get(*ix)
        {
            let failed =
                Failed { field: field.name.to_string(), wanted: describe::allowed(field, allowed), found: shown(found, &field.kind) };
            return (reached, Some(failed));
        }
    }
    for (reached, test) in branch.opaque.iter().enumerate() {
        if !test.holds(facts) {
            let failed = Failed {
                field: policy.fields.name(test.field()).to_owned(),
                wanted: describe::opaque(&policy.fields, test),
                found: shown(facts.get(test.field()), &Kind::Text),
            };
            return (branch.fields.len() + reached, Some(failed));
        }
    }
    (branch.fields.len() + branch.opaque.len(), None)
}

/// A fact as people read it: facts are folded, and country codes are shown as they are written.
fn shown(fact: &Fact<'_>, kind: &Kind) -> String {
    match fact {
        Fact::Missing => "missing".to_owned(),
        Fact::Text(text) if *kind == Kind::Country => text.to_uppercase(),
        Fact::Text(text) => text.to_string(),
        Fact::Number(number) => number.to_string(),
        Fact::Bool(value) => if *value { "yes" } else { "no" }.to_owned(),
        Fact::Time(time) => time.to_string(),
        Fact::List(items) => items.join(", "),
    }
}

/// Why a rep does not have a lead: one sentence for each way by which it could have reached them.
#[must_use]
pub fn why_not(policy: &Policy, book: &Book, arrival: &Arrival, decision: &Decision, rep: RepIx) -> Vec<String> {
    let who = book.directory().key(rep);
    if matches!(decision.outcome, Outcome::Assigned { rep: has, .. } | Outcome::Kept(Some(has)) if has == rep) {
        return vec![format!("{who} has this lead")];
    }
    let mut reasons: Vec<String> = Vec::new();
    for trial in &decision.tried {
        let target = policy.target_name(trial.target);
        for candidate in trial.candidates.iter().filter(|candidate| candidate.rep == rep) {
            let verdict = words::verdict(policy, arrival, candidate.verdict, &policy.timezone);
            reasons.push(format!("{who} was looked at for {target}: {verdict}"));
        }
    }
    reasons.dedup(); // where those who missed it were tried too, there is a second round
    let facts = arrival.facts(policy, book);
    for (at, rule) in policy.rules.iter().enumerate() {
        reasons.extend(rule_reason(policy, book, arrival, decision, &facts, (at, rule), rep));
    }
    if reasons.is_empty() {
        reasons.push(match book.is_known(rep) {
            true => format!(
                "no rule of this policy leads to {who}: neither by name, nor through a pool, nor as the owner of this lead or its account"
            ),
            false => format!("{who} is not a rep of the directory"),
        });
    }
    reasons
}

/// Why one rule that could lead to a rep did not.
fn rule_reason(
    policy: &Policy,
    book: &Book,
    arrival: &Arrival,
    decision: &Decision,
    facts: &Facts<'_>,
    (at, rule): (usize, &Rule),
    rep: RepIx,
) -> Option<String> {
    let reaches = |target: &Target| reaches(book, arrival, *target, rep);
    let decided = arrival.row.map(|row| row.rule.at());
    let name = &rule.name;
    let mut closest: Option<(usize, Option<Failed>, Target)> = None;
    for (row_at, row) in rule.rows.iter().enumerate() {
        let Action::Assign(assign) = &row.action else { continue };
        let Some(target) = assign.targets.iter().copied().find(reaches) else { continue };
        if arrival.row.is_some_and(|row| row.rule.at() == at && row.row as usize == row_at) {
            let tried = decision.tried.iter().any(|trial| trial.target == target);
            let taken = decision.tried.last().map(|trial| policy.target_name(trial.target)).unwrap_or_default();
            return (!tried).then(|| {
                format!(
                    "rule \"{name}\" would reach them through {}, but {taken} stands before it and took the lead",
                    policy.target_name(target)
                )
            });
        }
        let (reached, failed) = first_failure(policy, &row.when, facts);
        if closest.as_ref().is_none_or(|(best, _, _)| reached > *best) {
            closest = Some((reached, failed, target));
        }
    }
    let (_, failed, target) = closest?;
    let target = policy.target_name(target);
    Some(match failed {
        _ if !rule.enabled => format!("rule \"{name}\" leads to them ({target}), but is switched off"),
        Some(failed) => format!("rule \"{name}\" leads to them ({target}), but does not match: {failed}"),
        None => {
            let first = decided.and_then(|rule| policy.rules.get(rule)).map_or("", |rule| &rule.name);
            format!("rule \"{name}\" leads to them ({target}) and matches, but rule \"{first}\" comes first and decides")
        }
    })
}

fn reaches(book: &Book, arrival: &Arrival, target: Target, rep: RepIx) -> bool {
    match target {
        Target::Rep(person) => book.person(person) == Some(rep),
        Target::Pool(pool) => book.seats(pool).contains(&rep),
        Target::Queue(_) => false,
        Target::AccountOwner => {
            let account = arrival.matched.as_ref().and_then(|found| book.matcher.account(found.account));
            account.and_then(|account| book.directory().find(account.owner.as_deref()?)) == Some(rep)
        }
        Target::LeadOwner => arrival.lead.text(LeadField::Owner).and_then(|owner| book.directory().find(owner)) == Some(rep),
    }
}
