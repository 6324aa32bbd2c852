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
use jiff::Timestamp;
use pointsman_engine::book::Book;
use pointsman_engine::policy::Policy;
use pointsman_engine::policy::diagnostic::{Diagnostic, Place};
use pointsman_engine::trial::usual_moment;

/// Everything that is wrong with the rules of a policy, in the order of its files. `known` is what reading it
/// found: what was said there is not said again. `people`, where they are known, say who has which skill.
#[must_use]
pub fn of(policy: &Policy, known: &[Diagnostic], people: Option<&Book>) -> Vec<Diagnostic> {
    let universe = Universe::of(&[policy]);
    let model = Model::of(&universe, policy, 0);
    let mut found = dead::find(&model);
    let dead = found.dead.clone();
    let mut all = std::mem::take(&mut found.diagnostics);
    all.extend(conditions::find(&model));
    all.extend(alternatives::find(&model, &dead));
    all.extend(values::find(&model, &dead));
    all.extend(clashes::find(&model, &dead));
    all.extend(crate::asserts::find(&model, people));
    settle(policy, known, all)
}

/// Leaves out what was said before and what a rule allows; sorts by place.
#[must_use]
pub fn settle(policy: &Policy, known: &[Diagnostic], mut found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let rule_at = |place: &Place| {
        let starts = policy.rules.iter().filter(|rule| rule.place.file == place.file && rule.place.start <= place.start);
        starts.max_by_key(|rule| rule.place.start)
    };
    let rule_of = |place: &Place| {
        let rows = |rule: &&pointsman_engine::policy::Rule| rule.rows.iter().any(|row| row.place == *place);
        policy.rules.iter().find(rows).or_else(|| rule_at(place))
    };
    // A clash says more than that its values never decide.
    let clashes: Vec<Place> = found.iter().filter(|found| found.code == "clash").map(|found| found.place.clone()).collect();
    found.retain(|diagnostic| diagnostic.code != "value-never-decides" || !clashes.contains(&diagnostic.place));
    found.retain(|diagnostic| {
        let rule = rule_of(&diagnostic.place);
        let allowed = rule.is_some_and(|rule| rule.allow.contains(diagnostic.code));
        let same = |other: &Diagnostic| {
            other.code == diagnostic.code && rule_of(&other.place).map(|rule| &rule.name) == rule.map(|rule| &rule.name)
        };
        !allowed && !known.iter().any(same)
    });
    found.sort_by(|a, b| a.place.cmp(&b.place).then_with(|| a.code.cmp(b.code)));
    found.dedup();
    found
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
