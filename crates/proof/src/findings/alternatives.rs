//! Alternatives of a condition, the sides of an `or`, that never decide: no lead can satisfy them, or earlier rules take
//! all leads that do.

use super::values::is_special;
use super::{listed, quoted};
use crate::model::{Line, Model};
use crate::space::cover::{Answer, LEFT_OUT, NATURE, Owner, covered};
use crate::space::cube::Cube;
use pointsman_engine::form::Branch;
use pointsman_engine::policy::condition::describe;
use pointsman_engine::policy::diagnostic::Diagnostic;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// One alternative of a line.
#[derive(Debug)]
pub struct Alternative<'a> {
    /// Which.
    pub branch: &'a Branch,
    /// The same as cubes.
    pub cubes: Cow<'a, [Cube]>,
    /// Whether it decides.
    pub fate: Fate,
}

/// What becomes of the leads of an alternative.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// Some of them reach it; or that would take too long to say.
    Decides,
    /// There are none.
    Nobody,
    /// These lines take all of them before.
    Taken(BTreeSet<Owner>),
}

/// The alternatives of a line that some lead reaches.
#[must_use]
pub fn of<'m>(model: &Model<'m>, line: &'m Line) -> Vec<Alternative<'m>> {
    let branches = model.row(line).map_or(&[][..], |row| &row.when.branches);
    if let ([branch], Some(cubes)) = (branches, &line.cubes) {
        return vec![Alternative { branch, cubes: Cow::Borrowed(cubes), fate: Fate::Decides }];
    }
    let alternative = |branch| {
        let cubes = model.universe.branch(model.part, branch)?;
        Some(Alternative { branch, fate: fate(model, line, &cubes), cubes: Cow::Owned(cubes) })
    };
    branches.iter().filter_map(alternative).collect()
}

fn fate(model: &Model<'_>, line: &Line, cubes: &[Cube]) -> Fate {
    let impossible = |cube: &Cube| {
        let nature: Vec<_> = model.universe.impossible().iter().filter(|other| other.meets(cube)).map(|other| (other, NATURE)).collect();
        matches!(covered(model.universe, cube, &nature), Answer::Covered(_))
    };
    if cubes.iter().all(impossible) {
        return Fate::Nobody;
    }
    taken(model, line, cubes.iter()).map_or(Fate::Decides, Fate::Taken)
}

/// Who takes all leads of some cubes of a line before it; `None`: some lead is left, or that would take too long to say.
pub fn taken<'c>(model: &Model<'_>, line: &Line, mut cubes: impl Iterator<Item = &'c Cube>) -> Option<BTreeSet<Owner>> {
    cubes.try_fold(BTreeSet::new(), |mut all, cube| match model.taken(line, cube) {
        Answer::Covered(by) => {
            all.extend(by.into_iter().filter(|owner| *owner < LEFT_OUT));
            Some(all)
        }
        Answer::Free(_) | Answer::TooHard => None,
    })
}

/// Of every line that some lead reaches.
#[must_use]
pub fn find(model: &Model<'_>, dead: &BTreeSet<usize>) -> Vec<Diagnostic> {
    let live = model.lines.iter().enumerate().filter(|(number, _)| !dead.contains(number)).map(|(_, line)| line);
    live.flat_map(|line| {
        let all = of(model, line);
        [nobody(model, line, &all), taken_before(model, line, &all)].into_iter().flatten().collect::<Vec<_>>()
    })
    .collect()
}

fn nobody(model: &Model<'_>, line: &Line, all: &[Alternative<'_>]) -> Option<Diagnostic> {
    let first = all.iter().find(|alternative| alternative.fate == Fate::Nobody)?;
    let message = format!("in `{}`, one alternative is for nobody: {}", model.name(line), words(model, first.branch));
    let help = "its parts exclude each other: correct it, or take it out";
    Some(Diagnostic::warning("branch-never-decides", model.row(line)?.place.clone(), message).help(Some(help)))
}

/// Where earlier lines are for some of this one's leads only, they are special cases before the general one: of that
/// nothing is said.
fn taken_before(model: &Model<'_>, line: &Line, all: &[Alternative<'_>]) -> Option<Diagnostic> {
    let earlier = |by: &BTreeSet<Owner>| by.iter().filter_map(|owner| model.of_owner(*owner)).collect::<Vec<_>>();
    let told: Vec<(&Branch, Vec<&Line>)> = (all.iter())
        .filter_map(|alternative| if let Fate::Taken(by) = &alternative.fate { Some((alternative.branch, earlier(by))) } else { None })
        .filter(|(_, by)| !by.iter().all(|earlier| is_special(earlier, line)))
        .collect();
    let (branch, by) = told.first()?;
    let names: Vec<String> = by.iter().map(|line| model.name(line)).collect();
    let (which, verb) = match told.len() {
        1 => ("one alternative never decides:".to_owned(), if names.len() == 1 { "takes" } else { "together take" }),
        many => (
            format!("{many} of {} alternatives never decide, such as", all.len()),
            if names.len() == 1 { "takes" } else { "together take" },
        ),
    };
    let message = format!("in `{}`, {which} {}", model.name(line), words(model, branch));
    let label = format!("{} {verb} all of its leads before", listed(&quoted(&names)));
    let help = "take it out, or move the rule up; or brackets are missing in the condition";
    let diagnostic = Diagnostic::warning("branch-never-decides", model.row(line)?.place.clone(), message);
    Some(diagnostic.label(label).help(Some(help)).rules(names))
}

/// A branch as it was meant.
fn words(model: &Model<'_>, branch: &Branch) -> String {
    let field = |(field, allowed): &(pointsman_engine::field::FieldIx, pointsman_engine::set::Allowed)| {
        let field = model.policy.fields.get(*field)?;
        Some(format!("{} {}", field.name, describe::allowed(field, allowed)))
    };
    let tests = branch.opaque.iter().map(|test| describe::opaque(&model.policy.fields, test));
    branch.fields.iter().filter_map(field).chain(tests).collect::<Vec<_>>().join("; ")
}
