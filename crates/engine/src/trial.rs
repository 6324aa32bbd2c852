//! Trial: running the test leads of a policy through the same decision as real ones.

use crate::book::Book;
use crate::decide::{Arrival, Before, arrive, decide};
use crate::decision::{Decision, Outcome};
use crate::lead::Lead;
use crate::people::Absence;
use crate::policy::diagnostic::Place;
use crate::policy::{Policy, RowRef, TestLead};
use crate::record::Outline;
use crate::records::leads;
use crate::standing::Standing;
use crate::value::{Value, fold};
use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// One expectation that was not met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mismatch {
    /// What: a key of `expect`, or `lead` when the lead itself cannot be read.
    pub what: String,
    /// As the test says.
    pub expected: String,
    /// As it came out.
    pub found: String,
}

/// What came of one test.
#[derive(Debug, Clone, Serialize)]
pub struct TestResult {
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub place: Place,
    /// What was not met. Empty: it passed.
    pub mismatches: Vec<Mismatch>,
    /// Why the first lead (or the first that failed) is where it is.
    pub reason: String,
}

/// How tests cover one rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Coverage {
    /// The rule's name.
    pub rule: String,
    /// How many tests it decided.
    pub tests: usize,
    /// How many of its rows decided a test, and how many it has.
    pub rows: (usize, usize),
}

/// What came of all tests.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// In file order.
    pub tests: Vec<TestResult>,
    /// Of each enabled rule, in file order.
    pub coverage: Vec<Coverage>,
    /// How many tests ended in the fallback queue.
    pub fallback: usize,
}

impl Report {
    /// How many tests failed.
    #[must_use]
    pub fn failures(&self) -> usize {
        self.tests.iter().filter(|test| !test.mismatches.is_empty()).count()
    }
}

/// The moment of a test that names none: a Wednesday at 10:00 in the policy's time zone (2026-01-07).
#[must_use]
pub fn usual_moment(policy: &Policy) -> Timestamp {
    policy.timezone.to_timestamp(date(2026, 1, 7).at(10, 0, 0, 0)).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// Runs all test leads. Each begins with nothing decided before; the book is left as it was.
#[must_use]
pub fn run(policy: &Policy, book: &mut Book) -> Report {
    let mut deciding: BTreeMap<RowRef, BTreeSet<usize>> = BTreeMap::new();
    let (mut tests, mut fallback) = (Vec::with_capacity(policy.tests.len()), 0);
    for (at, test) in policy.tests.iter().enumerate() {
        let (result, decided) = run_test(policy, book, test);
        for (arrival, decision) in &decided {
            if let Some(row) = arrival.row {
                deciding.entry(row).or_default().insert(at);
            }
            fallback += usize::from(
                matches!(decision.outcome, Outcome::Queued(queue) if queue == policy.fallback.queue && decision.target.is_none()),
            );
        }
        tests.push(result);
    }
    let coverage = policy.rules.iter().enumerate().filter(|(_, rule)| rule.enabled).map(|(at, rule)| {
        let rows: Vec<_> = deciding.iter().filter(|(row, _)| row.rule.at() == at).collect();
        let by: BTreeSet<usize> = rows.iter().flat_map(|(_, tests)| tests.iter().copied()).collect();
        Coverage { rule: rule.name.to_string(), tests: by.len(), rows: (rows.len(), rule.rows.len()) }
    });
    Report { tests, coverage: coverage.collect(), fallback }
}

fn run_test(policy: &Policy, book: &mut Book, test: &TestLead) -> (TestResult, Vec<(Arrival, Decision)>) {
    let present = book.roster().clone();
    let mut mismatches = Vec::new();
    let leads: Vec<Lead> = (1..=test.times).filter_map(|number| lead(test, number, &mut mismatches)).collect();
    let at = test.at.or_else(|| leads.first().and_then(Lead::created_at)).unwrap_or_else(|| usual_moment(policy));
    for person in &test.absent {
        if let Some(rep) = book.person(*person) {
            let until = at.saturating_add(SignedDuration::from_hours(24)).unwrap_or(Timestamp::MAX);
            book.add_absence(rep, Absence { from: at, until });
        }
    }
    let mut standing = Standing::fresh(policy, book);
    let mut decided = Vec::with_capacity(leads.len());
    for lead in leads {
        let arrival = arrive(policy, book, lead, Before::default(), at);
        let decision = decide(policy, book, &standing, &arrival);
        standing.record(policy, book, &arrival, &decision);
        decided.push((arrival, decision));
    }
    let reason = compare(policy, book, test, &decided, &mut mismatches);
    book.set_roster(present);
    (TestResult { name: test.name.to_string(), place: test.place.clone(), mismatches, reason }, decided)
}

/// The test's lead as intake would read it, with `{n}` in its texts replaced by its number.
fn lead(test: &TestLead, number: u32, mismatches: &mut Vec<Mismatch>) -> Option<Lead> {
    let numbered = |text: &str| serde_json::Value::from(text.replace("{n}", &number.to_string()));
    let mut fields: serde_json::Map<String, serde_json::Value> = (test.lead.iter())
        .map(|(name, value)| {
            let value = match value {
                Value::Text(text) => numbered(text),
                Value::List(items) => items.iter().map(|item| numbered(item)).collect(),
                Value::Bool(value) => (*value).into(),
                Value::Number(_) | Value::Time(_) => value.to_string().into(),
            };
            (name.to_string(), value)
        })
        .collect();
    fields.entry("id").or_insert_with(|| format!("test-{number}").into());
    let mut problems = Vec::new();
    let lead = leads::from_json(&fields, u64::from(test.place.line), &mut problems);
    if number == 1 {
        mismatches.extend(problems.into_iter().map(|problem| Mismatch {
            what: "lead".to_owned(),
            expected: problem.column.map_or_else(|| "a lead that can be read".to_owned(), |column| format!("a readable {column}")),
            found: problem.message,
        }));
    }
    lead
}

/// Compares every lead with what is expected; at most one mismatch per key. Returns the reason to show.
fn compare(policy: &Policy, book: &Book, test: &TestLead, decided: &[(Arrival, Decision)], mismatches: &mut Vec<Mismatch>) -> String {
    let mut reason = None;
    for (arrival, decision) in decided {
        let found = compare_one(policy, book, test, arrival, decision);
        if reason.is_none() || (mismatches.is_empty() && !found.is_empty()) {
            reason = Some(crate::words::reason(policy, book, decision));
        }
        for mismatch in found {
            if !mismatches.iter().any(|have| have.what == mismatch.what) {
                mismatches.push(mismatch);
            }
        }
    }
    if !test.expect.share.is_empty() {
        mismatches.extend(compare_share(book, test, decided));
    }
    reason.unwrap_or_default()
}

fn compare_one(policy: &Policy, book: &Book, test: &TestLead, arrival: &Arrival, decision: &Decision) -> Vec<Mismatch> {
    let (expect, line) = (&test.expect, Outline::of(policy, book, decision));
    let account = arrival.matched.as_ref().and_then(|found| book.matcher.account(found.account)).map(|account| &*account.id);
    let texts = [
        ("outcome", &expect.outcome, Some(&*line.outcome)),
        ("rule", &expect.rule, line.rule.as_deref()),
        ("target", &expect.target, line.target.as_deref()),
        ("rep", &expect.rep, line.rep.as_deref()),
        ("pool", &expect.pool, line.pool.as_deref()),
        ("queue", &expect.queue, line.queue.as_deref()),
        ("account", &expect.account, account),
        ("sla", &expect.sla, line.sla.as_deref()),
    ];
    let moments = [("route_by", expect.route_by, line.route_by), ("contact_by", expect.contact_by, line.contact_by)];
    let shown = |text: &str| if text.is_empty() { "none".to_owned() } else { text.to_owned() };
    let texts = texts.into_iter().filter_map(|(what, expected, found)| {
        let (expected, found) = (expected.as_deref()?, found.unwrap_or(""));
        (fold(expected) != fold(found)).then(|| Mismatch { what: what.to_owned(), expected: shown(expected), found: shown(found) })
    });
    let moments = moments.into_iter().filter_map(|(what, expected, found)| {
        let expected = expected?;
        let found_text = found.map_or_else(|| "none".to_owned(), |moment| moment.to_string());
        (Some(expected) != found).then(|| Mismatch { what: what.to_owned(), expected: expected.to_string(), found: found_text })
    });
    texts.chain(moments).collect()
}

fn compare_share(book: &Book, test: &TestLead, decided: &[(Arrival, Decision)]) -> Option<Mismatch> {
    let mut shares: BTreeMap<String, u32> = BTreeMap::new();
    for (_, decision) in decided {
        if let Outcome::Assigned { rep, .. } | Outcome::Kept(Some(rep)) = decision.outcome {
            *shares.entry(fold(book.directory().key(rep)).into_owned()).or_default() += 1;
        }
    }
    let expected: BTreeMap<String, u32> = test.expect.share.iter().map(|(rep, count)| (fold(rep).into_owned(), *count)).collect();
    let shown = |shares: &BTreeMap<String, u32>| shares.iter().map(|(rep, count)| format!("{rep} {count}")).collect::<Vec<_>>().join(", ");
    let same = expected.iter().all(|(rep, count)| shares.get(rep).copied().unwrap_or(0) == *count)
        && shares.keys().all(|rep| expected.contains_key(rep));
    (!same).then(|| Mismatch { what: "share".to_owned(), expected: shown(&expected), found: shown(&shares) })
}
