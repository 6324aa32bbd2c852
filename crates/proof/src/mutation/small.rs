//! The small changes: a condition dropped, a bound moved, rules swapped, a target changed, a member taken out.

use super::Mutant;
use pointsman_engine::field::{FieldIx, Kind};
use pointsman_engine::policy::condition::describe;
use pointsman_engine::policy::diagnostic::Place;
use pointsman_engine::policy::{Action, Assign, Policy, Row, Rule, Target};
use pointsman_engine::set::{Allowed, Listed, NumberSet, TextSet, ValueSet};
use pointsman_engine::value::Number;

/// The most rows of a table that are changed, evenly spread.
const ROWS: usize = 12;
/// The most values of a list that are taken out, evenly spread.
const VALUES: usize = 6;

/// All small changes, in the order of the policy.
pub fn mutants(policy: &Policy) -> Vec<Mutant> {
    let mut all = Vec::new();
    for (at, rule) in policy.rules.iter().enumerate().filter(|(_, rule)| rule.enabled) {
        all.extend(of_rule(policy, at, rule));
        for number in spread(rule.rows.len(), ROWS) {
            if let Some(row) = rule.rows.get(number) {
                all.extend(of_row(policy, (at, number), rule, row));
            }
        }
    }
    all.extend(of_pools(policy));
    all
}

/// Numbers below a count, at most so many, evenly spread, first and last among them.
fn spread(count: usize, most: usize) -> Vec<usize> {
    if count <= most { (0..count).collect() } else { (0..most).map(|at| at * (count - 1) / (most - 1)).collect() }
}

fn mutant(policy: &Policy, what: String, place: &Place, change: impl FnOnce(&mut Policy)) -> Mutant {
    let mut changed = policy.clone();
    change(&mut changed);
    Mutant { what, place: place.clone(), policy: changed, pools: false }
}

fn of_rule(policy: &Policy, at: usize, rule: &Rule) -> Vec<Mutant> {
    let name = &rule.name;
    let off = mutant(policy, format!("switch off `{name}`"), &rule.place, |policy| {
        policy.rules.get_mut(at).into_iter().for_each(|rule| rule.enabled = false);
    });
    let next = policy.rules.get(at + 1).filter(|next| next.enabled);
    let swapped =
        next.map(|next| mutant(policy, format!("swap `{name}` with `{}`", next.name), &rule.place, |policy| policy.rules.swap(at, at + 1)));
    [off].into_iter().chain(swapped).collect()
}

fn of_row(policy: &Policy, at: (usize, usize), rule: &Rule, row: &Row) -> Vec<Mutant> {
    let whose = if rule.table.is_some() { format!("line {} of `{}`", row.place.line, rule.name) } else { format!("`{}`", rule.name) };
    let on_row = |what: String, change: &dyn Fn(&mut Row)| {
        mutant(policy, what, &row.place, |policy| {
            policy.rules.get_mut(at.0).and_then(|rule| rule.rows.get_mut(at.1)).into_iter().for_each(change);
        })
    };
    let mut all = Vec::new();
    for (branch, of) in row.when.branches.iter().enumerate() {
        if row.when.branches.len() > 1 {
            all.push(on_row(format!("drop alternative {} of {whose}", branch + 1), &|row| drop(row.when.branches.remove(branch))));
        }
        for (part, (field, allowed)) in of.fields.iter().enumerate() {
            let name = policy.fields.name(*field);
            all.push(on_row(format!("drop the condition on {name} of {whose}"), &|row| {
                row.when.branches.get_mut(branch).into_iter().for_each(|branch| drop(branch.fields.remove(part)));
            }));
            for (what, changed) in narrowed(policy, *field, allowed) {
                all.push(on_row(format!("{what} of {name} of {whose}"), &|row| {
                    let part = row.when.branches.get_mut(branch).and_then(|branch| branch.fields.get_mut(part));
                    part.into_iter().for_each(|(_, allowed)| *allowed = changed.clone());
                }));
            }
        }
        for test in 0..of.opaque.len() {
            all.push(on_row(format!("drop a test of {whose}"), &|row| {
                row.when.branches.get_mut(branch).into_iter().for_each(|branch| _ = branch.opaque.remove(test));
            }));
        }
    }
    if let Action::Assign(assign) = &row.action {
        all.extend(
            of_assign(policy, assign)
                .into_iter()
                .map(|(what, changed)| on_row(format!("{what} of {whose}"), &|row| row.action = Action::Assign(changed.clone()))),
        );
    }
    if row.sla.is_some() {
        all.push(on_row(format!("drop the SLA of {whose}"), &|row| row.sla = None));
    }
    all
}

/// A condition with a bound moved or a value taken out.
fn narrowed(policy: &Policy, field: FieldIx, allowed: &Allowed) -> Vec<(String, Allowed)> {
    let with = |present: ValueSet| Allowed { missing: allowed.missing, present };
    match &allowed.present {
        ValueSet::Number(set) => {
            let kind = policy.fields.get(field).map(|field| &field.kind);
            moved(set, kind == Some(&Kind::Integer)).into_iter().map(|(what, set)| (what, with(ValueSet::Number(set)))).collect()
        }
        ValueSet::Text(set) => {
            let Some(kind) = policy.fields.get(field) else { return Vec::new() };
            let listed: Vec<&Box<str>> = set
                .pieces()
                .iter()
                .filter_map(|piece| if let Listed::In(texts) = &piece.listed { Some(texts) } else { None })
                .flatten()
                .collect();
            if listed.len() < 2 {
                return Vec::new();
            }
            let without = |text: &str| {
                let one = TextSet::of([text.into()]);
                let shown = describe::allowed(kind, &Allowed { missing: false, present: ValueSet::Text(one.clone()) });
                (format!("take out the value {shown}"), with(ValueSet::Text(set.and(&one.not()))))
            };
            spread(listed.len(), VALUES).into_iter().filter_map(|at| listed.get(at)).map(|text| without(text)).collect()
        }
        ValueSet::Bool(_) | ValueSet::List(_) | ValueSet::Time(_) => Vec::new(),
    }
}

/// Each end of each range moved by one, outwards and inwards.
fn moved(set: &NumberSet, whole: bool) -> Vec<(String, NumberSet)> {
    let step = if whole { Number::ONE } else { Number::ONE / 100 };
    let mut all = Vec::new();
    for (at, (low, high)) in set.ranges().iter().enumerate() {
        let end = |number: i128| Some(Number(number)).filter(|number| number.0 != i128::MIN && number.0 != i128::MAX);
        let with = |low: Option<Number>, high: Option<Number>| {
            let others = set
                .ranges()
                .iter()
                .enumerate()
                .filter(|(other, _)| *other != at)
                .map(|(_, range)| NumberSet::between(end(range.0), end(range.1)));
            let all: Vec<NumberSet> = others.chain([NumberSet::between(low, high)]).collect();
            NumberSet::any_of(&all)
        };
        for by in [-step, step] {
            if let Some(bound) = end(*low) {
                all.push((format!("move the bound {bound} to {}", Number(bound.0 + by)), with(Some(Number(bound.0 + by)), end(*high))));
            }
            if let Some(bound) = end(*high) {
                all.push((format!("move the bound {bound} to {}", Number(bound.0 + by)), with(end(*low), Some(Number(bound.0 + by)))));
            }
        }
    }
    all
}

/// Targets dropped, or sent to the fallback queue; skills no longer asked for.
fn of_assign(policy: &Policy, assign: &Assign) -> Vec<(String, Assign)> {
    let nobody = Target::Queue(policy.fallback.queue);
    let mut all = Vec::new();
    if assign.targets.first() != Some(&nobody) {
        all.push((
            "send all leads to the fallback queue instead".to_owned(),
            Assign { targets: vec![nobody], needs: assign.needs.clone() },
        ));
    }
    for at in 0..assign.targets.len() {
        if assign.targets.len() > 1 {
            let mut targets = assign.targets.clone();
            let gone = targets.remove(at);
            all.push((format!("drop the target {}", policy.target_name(gone)), Assign { targets, needs: assign.needs.clone() }));
        }
    }
    if !assign.needs.is_empty() {
        all.push(("ask for no skills".to_owned(), Assign { targets: assign.targets.clone(), needs: Vec::new() }));
    }
    all
}

fn of_pools(policy: &Policy) -> Vec<Mutant> {
    let pools = policy.pools.iter().enumerate().filter(|(_, pool)| pool.members.len() > 1);
    let seats = pools.flat_map(|(at, pool)| (0..pool.members.len()).map(move |seat| (at, pool, seat)));
    seats
        .map(|(at, pool, seat)| {
            let who = pool.members.get(seat).and_then(|member| policy.people.get(member.person.at())).map_or("", |name| name);
            let taken_out = mutant(policy, format!("take {who} out of the pool `{}`", pool.name), &pool.place, |policy| {
                policy.pools.get_mut(at).into_iter().for_each(|pool| _ = pool.members.remove(seat));
            });
            Mutant { pools: true, ..taken_out }
        })
        .collect()
}
