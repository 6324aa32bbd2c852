//! What is wrong between a policy and the people it is for.

use super::diagnostic::{Diagnostic, Place, did_you_mean};
use super::{Action, PersonIx, Policy, Target};
use crate::people::{Directory, Rep, RepIx};
use std::collections::{BTreeMap, BTreeSet};

/// Compares a policy with a directory: members of pools, `rep:` targets and test leads' absent people whom
/// the directory lacks, and members and targets who are inactive (warnings, each person once); backups and
/// managers whom the directory lacks (warnings); backups in a circle (errors).
///
/// What is wrong within the directory has the place `reps`, line 1: a directory does not keep its lines.
/// Linear in rows, pools and people, plus one "did you mean" over the directory for each person it lacks.
#[must_use]
pub fn against(policy: &Policy, directory: &Directory) -> Vec<Diagnostic> {
    let mut found = people(policy, directory);
    found.extend(directory.reps().iter().flat_map(|rep| colleagues(rep, directory)));
    found.extend(circles(directory));
    found
}

/// Whom the policy gives leads to, and who is absent in its test leads, with their places.
fn named(policy: &Policy) -> impl Iterator<Item = (PersonIx, bool, &Place)> {
    let members = policy.pools.iter().flat_map(|pool| pool.members.iter().map(|member| (member.person, true, &pool.place)));
    let rows = policy.rules.iter().flat_map(|rule| &rule.rows);
    let targets = rows.flat_map(|row| {
        let targets = if let Action::Assign(assign) = &row.action { assign.targets.as_slice() } else { &[] };
        targets.iter().filter_map(|target| if let Target::Rep(person) = target { Some((*person, true, &row.place)) } else { None })
    });
    let absent = policy.tests.iter().flat_map(|test| test.absent.iter().map(|person| (*person, false, &test.place)));
    members.chain(targets).chain(absent)
}

fn people(policy: &Policy, directory: &Directory) -> Vec<Diagnostic> {
    let mut met = BTreeSet::new();
    let once = named(policy).filter(|(person, ..)| met.insert(*person));
    once.filter_map(|(person, takes_leads, place)| {
        let name = policy.people.get(person.at())?;
        match directory.find(name).and_then(|rep| directory.get(rep)) {
            None => {
                let message = format!("`{name}` is not in the directory of reps: no lead will reach them");
                Some(Diagnostic::warning("unknown-person", place.clone(), message).help(suggestion(name, directory)))
            }
            Some(rep) if takes_leads && !rep.active => {
                let message = format!("`{name}` is inactive: no lead will reach them");
                Some(Diagnostic::warning("inactive-person", place.clone(), message).help(Some("take them out, or set `active` to yes")))
            }
            Some(_) => None,
        }
    })
    .collect()
}

fn suggestion(name: &str, directory: &Directory) -> Option<String> {
    did_you_mean(name, directory.reps().iter().map(|rep| &rep.email))
}

fn of_directory() -> Place {
    Place { file: "reps".into(), line: 1, column: 1, ..Place::default() }
}

/// A rep's backup and manager, where the directory lacks them.
fn colleagues(rep: &Rep, directory: &Directory) -> Vec<Diagnostic> {
    let named = [("backup", &rep.backup), ("manager", &rep.manager)];
    let unknown = named.into_iter().filter_map(|(role, name)| Some((role, name.as_ref()?)));
    unknown
        .filter(|(_, name)| directory.find(name).is_none())
        .map(|(role, name)| {
            let message = format!("`{name}`, the {role} of `{}`, is not in the directory of reps", rep.email);
            Diagnostic::warning("unknown-person", of_directory(), message).help(suggestion(name, directory))
        })
        .collect()
}

/// Circles of backups, each once.
fn circles(directory: &Directory) -> Vec<Diagnostic> {
    let numbers = || (0..).map(RepIx).zip(directory.reps());
    let backups: BTreeMap<RepIx, RepIx> = numbers().filter_map(|(rep, of)| Some((rep, directory.find(of.backup.as_deref()?)?))).collect();
    let mut met = BTreeSet::new();
    let mut found = Vec::new();
    for (start, _) in numbers() {
        let mut way = Vec::new();
        let mut next = Some(start);
        while let Some(rep) = next.filter(|rep| met.insert(*rep)) {
            way.push(rep);
            next = backups.get(&rep).copied();
        }
        let circle = way.iter().skip_while(|rep| Some(**rep) != next);
        let names: Vec<_> = circle.chain(next.as_ref()).map(|rep| format!("`{}`", directory.key(*rep))).collect();
        if names.len() > 1 {
            let problem = Diagnostic::error("circle", of_directory(), format!("backups go in a circle: {}", names.join(" -> ")));
            found.push(problem.help(Some("give one of them another backup, or none")));
        }
    }
    found
}
