//! What is wrong with a policy for every possible lead, as diagnostics.

pub mod alternatives;
pub mod clashes;
pub mod conditions;
pub mod dead;
pub mod gaps;
pub mod people;
pub mod values;

use crate::model::{Line, Model};
use crate::scene::{Scene, scenes};
use crate::space::cube::Cube;
use crate::space::universe::Universe;
use dead::Dead;
use jiff::Timestamp;
use pointsman_engine::account::Owners;
use pointsman_engine::book::Book;
use pointsman_engine::policy::diagnostic::{Diagnostic, Place};
use pointsman_engine::policy::read::FIRST;
use pointsman_engine::policy::{Policy, Rule, check};
use pointsman_engine::trial::usual_moment;

/// So many repetitions of what is about a way of writing are told with the first.
const REPEATED: usize = 3;

/// Everything that is wrong with a policy and the people it is for, in the order of its files: `read` is what reading
/// it found, to which comes what is true of all leads, of the people of a book at a moment, and of who owns accounts.
/// What a rule allows is left out; what stands in many places is told once.
#[must_use]
pub fn all(policy: &Policy, read: Vec<Diagnostic>, book: &Book, owners: &Owners, now: Timestamp) -> Vec<Diagnostic> {
    let named = Some(book).filter(|book| book.has_directory());
    let mut all = read;
    all.extend(named.map(|book| check::against(policy, book.directory())).unwrap_or_default());
    let mut proved = of(policy, named);
    proved.extend(people::find(policy, book, owners, now));
    proved.retain(|proved| !all.iter().any(|known| known.code == proved.code && same_rule(policy, known, proved)));
    all.extend(proved);
    all.retain(|found| !is_allowed(policy, found));
    less(policy, &mut all);
    all.sort_by(|a, b| (&*a.place.file != FIRST, &a.place, a.code).cmp(&(&*b.place.file != FIRST, &b.place, b.code)));
    all.dedup();
    all
}

/// What is true of all leads. `people`, where they are known, say who has which skill.
fn of(policy: &Policy, people: Option<&Book>) -> Vec<Diagnostic> {
    let universe = Universe::of(&[policy]);
    let model = Model::of(&universe, policy, 0);
    let Dead { diagnostics: mut all, dead, .. } = dead::find(&model);
    all.extend(conditions::find(&model));
    all.extend(alternatives::find(&model, &dead));
    all.extend(values::find(&model, &dead));
    all.extend(clashes::find(&model, &dead));
    all.extend(crate::asserts::find(&model, people));
    all
}

/// The rule that a place is in.
fn rule_of<'a>(policy: &'a Policy, place: &Place) -> Option<&'a Rule> {
    let rows = |rule: &&Rule| rule.rows.iter().any(|row| row.place == *place);
    let before = policy.rules.iter().filter(|rule| rule.place.file == place.file && rule.place.start <= place.start);
    policy.rules.iter().find(rows).or_else(|| before.max_by_key(|rule| rule.place.start))
}

/// Whether the rule it is about, or every one that leads to the pool it is about, says that it is known and meant.
fn is_allowed(policy: &Policy, found: &Diagnostic) -> bool {
    let allows = |rule: &Rule| rule.allow.contains(found.code);
    if found.code.starts_with("nobody") {
        let mut led = policy.rules.iter().filter(|rule| found.rules.iter().any(|name| **name == *rule.name)).peekable();
        return led.peek().is_some() && led.all(allows);
    }
    rule_of(policy, &found.place).is_some_and(allows)
}

fn same_rule(policy: &Policy, a: &Diagnostic, b: &Diagnostic) -> bool {
    rule_of(policy, &a.place).map(|rule| &rule.name) == rule_of(policy, &b.place).map(|rule| &rule.name)
}

/// Leaves out what another finding says better, and the repetitions of what is about a way of writing.
fn less(policy: &Policy, all: &mut Vec<Diagnostic>) {
    let of = |code: &str| all.iter().filter(|found| found.code == code).cloned().collect::<Vec<_>>();
    let (clashes, pools, always) = (of("clash"), of("nobody-there"), of("always-true"));
    let clashes_too = |found: &Diagnostic| {
        clashes.iter().any(|clash| clash.place == found.place && found.rules.iter().all(|rule| clash.rules.contains(rule)))
    };
    let empty = policy.pools.iter().filter(|pool| pools.iter().any(|found| found.place == pool.place));
    let members: Vec<&Place> =
        empty.flat_map(|pool| &pool.members).filter_map(|member| policy.takers.get(member.person.at())?.as_ref()).collect();
    all.retain(|found| match found.code {
        "value-never-decides" | "branch-never-decides" => found.rules.is_empty() || !clashes_too(found),
        "nearly-always-true" => !always.iter().any(|other| same_rule(policy, other, found)),
        "inactive-person" => !members.contains(&&found.place),
        _ => true,
    });
    let short: Vec<String> = all.iter().filter(|found| found.code == "short-contains").map(|found| found.place.line.to_string()).collect();
    if let [_, others @ ..] = short.as_slice()
        && others.len() >= REPEATED
    {
        let more = format!("the same in {} more places: lines {}", others.len(), listed(others));
        let mut met = false;
        all.retain(|found| found.code != "short-contains" || !std::mem::replace(&mut met, true));
        if let Some(first) = all.iter_mut().find(|found| found.code == "short-contains") {
            first.help = Some(first.help.take().map_or_else(|| more.clone(), |help| format!("{help}\n{more}")));
        }
    }
}

/// A moment at which scenes play: that of test leads that name none.
#[must_use]
pub fn moment(policy: &Policy) -> Timestamp {
    usual_moment(policy)
}

/// A lead of the first of some cubes that has one which a line decides, as the engine says.
#[must_use]
pub fn shown(model: &Model<'_>, cubes: &[&Cube], line: Option<&Line>) -> Option<Scene> {
    let wanted = line.map(|line| line.at);
    let mut all = cubes.iter().flat_map(|cube| scenes(model.universe, model.policy, cube, moment(model.policy)));
    all.find(|scene| scene.run(model.policy).is_some_and(|shown| shown.is_by(wanted)))
}

/// A scene as JSON, for diagnostics.
#[must_use]
pub fn json(scene: &Scene) -> Option<serde_json::Value> {
    serde_json::to_value(scene).ok()
}

/// Names in a row: `a`, `a and b`, `a, b and 3 more`.
#[must_use]
pub fn listed(names: &[String]) -> String {
    const SHOWN: usize = 4;
    match names.split_last() {
        None => String::new(),
        Some((only, [])) => only.clone(),
        Some(_) if names.len() > SHOWN => {
            let first: Vec<&str> = names.iter().take(SHOWN - 1).map(String::as_str).collect();
            format!("{} and {} more", first.join(", "), names.len() + 1 - SHOWN)
        }
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

/// Names as they are quoted in messages.
#[must_use]
pub fn quoted(names: &[String]) -> Vec<String> {
    names.iter().map(|name| format!("`{name}`")).collect()
}
