//! What is wrong between a policy and the people it is for.

use super::diagnostic::{Diagnostic, Place, did_you_mean};
use super::{PersonIx, Policy};
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
    let takers = (0..).map(PersonIx).zip(&policy.takers).filter_map(|(person, place)| Some((person, true, place.as_ref()?)));
    let absent = policy.tests.iter().flat_map(|test| test.absent.iter().map(|person| (*person, false, &test.place)));
    takers.chain(absent)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::read::read;
    use crate::policy::source::Sources;

    fn policy() -> Policy {
        let routing = r#"
            [policy]
            name = "Test"
            [fallback]
            queue = "catch-all"
            [[rule]]
            name = "All"
            assign = ["pool:a", "rep:cleo@x.example"]
            [pool.a]
            members = ["ana@x.example", "ben@x.example", "cleo@x.example"]
        "#;
        read(&Sources::single(routing)).policy.unwrap()
    }

    fn directory(reps: &[(&str, Option<&str>, bool)]) -> Directory {
        let mut directory = Directory::default();
        for (email, backup, active) in reps {
            let rep = Rep { backup: backup.map(Into::into), active: *active, ..Rep::new(email) };
            directory.add(rep).unwrap();
        }
        directory
    }

    fn messages(reps: &[(&str, Option<&str>, bool)]) -> Vec<String> {
        against(&policy(), &directory(reps)).into_iter().map(|found| found.message).collect()
    }

    #[test]
    fn people_of_the_policy_are_in_the_directory_and_active() {
        let reps = [("Ana@x.example", None, true), ("bem@x.example", None, true), ("cleo@x.example", None, false)];
        let found = against(&policy(), &directory(&reps));
        let said: Vec<_> = found.iter().map(|found| (found.code, found.place.line, found.help.as_deref())).collect();
        assert_eq!(
            said,
            [
                ("unknown-person", 10, Some("did you mean `bem@x.example`?")),
                ("inactive-person", 10, Some("take them out, or set `active` to yes")),
            ]
        );
    }

    #[test]
    fn a_circle_of_backups_is_an_error_each_circle_once() {
        let reps = [
            ("ana@x.example", Some("ben@x.example"), true),
            ("ben@x.example", Some("CLEO@x.example"), true),
            ("cleo@x.example", Some("ben@x.example"), true),
            ("dan@x.example", Some("dan@x.example"), true),
            ("eva@x.example", Some("ana@x.example"), true),
        ];
        assert_eq!(
            messages(&reps),
            [
                "backups go in a circle: `ben@x.example` -> `cleo@x.example` -> `ben@x.example`",
                "backups go in a circle: `dan@x.example` -> `dan@x.example`",
            ]
        );
    }

    #[test]
    fn an_unknown_backup_is_a_warning() {
        let reps = [("ana@x.example", Some("bob@x.example"), true), ("ben@x.example", None, true), ("cleo@x.example", None, true)];
        let found = against(&policy(), &directory(&reps));
        assert_eq!(found.iter().map(|found| found.code).collect::<Vec<_>>(), ["unknown-person"]);
    }
}
