//! Values of a list that never decide, because an earlier rule takes every lead that has them.
//!
//! An earlier rule that is for some of a later one's leads only is a special case before the general one, which is
//! how ordered rules work: of that nothing is said.

use super::{listed, quoted};
use crate::model::{Line, Model};
use crate::space::cover::{Answer, LEFT_OUT, Owner};
use crate::space::cube::Cube;
use crate::space::ranges::Ranges;
use crate::space::universe::{Aspect, MISSING};
use pointsman_engine::field::Kind;
use pointsman_engine::policy::diagnostic::Diagnostic;
use pointsman_engine::set::{Pattern, ValueSet};
use std::collections::{BTreeMap, BTreeSet};

/// More lines of a rule than this are told together.
const TOLD: usize = 3;

/// Of every line that some lead reaches.
#[must_use]
pub fn find(model: &Model<'_>, dead: &BTreeSet<usize>) -> Vec<Diagnostic> {
    let live = model.lines.iter().enumerate().filter(|(number, _)| !dead.contains(number)).map(|(_, line)| line);
    let found = live.flat_map(|line| model.universe.aspects.iter().filter_map(move |aspect| Some((line, of_field(model, line, aspect)?))));
    together(model, found.collect())
}

/// Of many lines of one rule with the same code only the first is told, with the numbers of the others.
#[must_use]
pub fn together(model: &Model<'_>, found: Vec<(&Line, Diagnostic)>) -> Vec<Diagnostic> {
    let mut groups: BTreeMap<_, Vec<(&Line, Diagnostic)>> = BTreeMap::new();
    for (line, diagnostic) in found {
        groups.entry((line.at.rule, diagnostic.code)).or_default().push((line, diagnostic));
    }
    let mut all = Vec::new();
    for (_, mut group) in groups {
        if group.len() > TOLD {
            let others: Vec<String> =
                group.iter().skip(1).filter_map(|(line, _)| model.row(line)).map(|row| row.place.line.to_string()).collect();
            let unique: BTreeSet<String> = others.iter().cloned().collect();
            let others: Vec<String> = others.into_iter().filter(|line| unique.contains(line)).collect();
            group.truncate(1);
            for (_, diagnostic) in &mut group {
                let more = format!("the same in {} more rows: lines {}", others.len(), listed(&others));
                diagnostic.help = Some(diagnostic.help.take().map_or_else(|| more.clone(), |help| format!("{help}\n{more}")));
            }
        }
        all.extend(group.into_iter().map(|(_, diagnostic)| diagnostic));
    }
    all
}

fn of_field(model: &Model<'_>, line: &Line, aspect: &Aspect) -> Option<Diagnostic> {
    let special =
        |owners: &BTreeSet<Owner>| owners.iter().filter_map(|owner| model.of_owner(*owner)).all(|earlier| is_special(earlier, line));
    let taken: Vec<_> = never(model, line, aspect)?.into_iter().filter(|(_, owners)| !owners.is_empty() && !special(owners)).collect();
    let by: BTreeSet<Owner> = taken.iter().flat_map(|(_, owners)| owners.iter().copied()).collect();
    told(model, line, aspect, &taken.into_iter().map(|(atom, _)| atom).collect::<Vec<_>>(), &by)
}

/// Of a field of which a line lists several texts: those that never decide, with who takes their leads before. Empty
/// where no lead can have the value and satisfy the line.
#[must_use]
pub fn never(model: &Model<'_>, line: &Line, aspect: &Aspect) -> Option<Vec<(u32, BTreeSet<Owner>)>> {
    let cubes = line.cubes.as_ref()?;
    let sets: Vec<&Ranges> = cubes.iter().filter_map(|cube| cube.get(aspect.base)).collect();
    let rest = aspect.rest()?;
    if sets.len() < cubes.len() || sets.iter().any(|set| set.has(rest)) {
        return None;
    }
    let atoms = sets.iter().fold(Ranges::none(), |all, set| all.or(set)).minus(&Ranges::one(MISSING));
    if atoms.count() < 2 {
        return None;
    }
    Some(atoms.iter().filter_map(|atom| Some((atom, taken(model, line, cubes, aspect, atom)?))).collect())
}

/// Who takes all leads with a value; `None`: not all are taken.
fn taken(model: &Model<'_>, line: &Line, cubes: &[Cube], aspect: &Aspect, atom: u32) -> Option<BTreeSet<Owner>> {
    let mut all = BTreeSet::new();
    for cube in cubes.iter().filter(|cube| cube.get(aspect.base).is_some_and(|set| set.has(atom))) {
        match model.taken(line, &cube.with(aspect.base, Ranges::one(atom))) {
            Answer::Covered(by) => all.extend(by.into_iter().filter(|owner| *owner < LEFT_OUT)),
            Answer::Free(_) | Answer::TooHard => return None,
        }
    }
    Some(all)
}

/// Whether an earlier line is for some of a later one's leads only.
#[must_use]
pub fn is_special(earlier: &Line, later: &Line) -> bool {
    let (Some(earlier), Some(later)) = (&earlier.cubes, &later.cubes) else { return false };
    earlier.iter().all(|cube| later.iter().any(|other| cube.is_within(other)))
}

fn told(model: &Model<'_>, line: &Line, aspect: &Aspect, never: &[u32], by: &BTreeSet<Owner>) -> Option<Diagnostic> {
    let row = model.row(line)?;
    let texts: Vec<&str> = never.iter().filter_map(|atom| aspect.text(*atom)).collect();
    let lines: Vec<&Line> = by.iter().filter_map(|owner| model.of_owner(*owner)).collect();
    let names: Vec<String> = lines.iter().map(|line| model.name(line)).collect();
    let shown: Vec<String> =
        texts.iter().map(|text| if aspect.field.kind == Kind::Country { text.to_uppercase() } else { (*text).to_owned() }).collect();
    let first = texts.first()?;
    if let Some((pattern, of)) = lines.iter().find_map(|earlier| Some((swallows(model, earlier, aspect, first)?, model.name(earlier)))) {
        let message = format!(
            "`{} contains \"{pattern}\"` of `{of}` also takes {}, which `{}` lists",
            aspect.field.name,
            listed(&quoted(&shown)),
            model.name(line)
        );
        let help = "to compare whole texts, write `=` or `in [...]`; or move the rule with `contains` down";
        return Some(Diagnostic::warning("contains-swallows", row.place.clone(), message).help(Some(help)).rules(names));
    }
    let verb = if shown.len() == 1 { "never decides" } else { "never decide" };
    let whose = if shown.len() == 1 { "all leads with it" } else { "all leads with them" };
    let noun = if shown.len() == 1 { "value" } else { "values" };
    let take = if names.len() == 1 { "takes" } else { "take" };
    let message = format!(
        "in `{}`, the {noun} {} of {} {verb}: {} {take} {whose} before",
        model.name(line),
        listed(&shown),
        aspect.field.name,
        listed(&quoted(&names))
    );
    Some(Diagnostic::warning("value-never-decides", row.place.clone(), message).help(Some("take them out here, or there")).rules(names))
}

/// The `contains` of an earlier line that holds on a text without being it.
#[must_use]
pub fn swallows(model: &Model<'_>, earlier: &Line, aspect: &Aspect, text: &str) -> Option<String> {
    let branches = model.row(earlier)?.when.branches.iter();
    let of_field = branches
        .flat_map(|branch| &branch.fields)
        .filter(|(field, _)| model.universe.aspect(model.part, *field).is_some_and(|other| other.base == aspect.base));
    let pieces = of_field.flat_map(|(_, allowed)| if let ValueSet::Text(set) = &allowed.present { set.pieces() } else { &[] });
    let mut parts =
        pieces.flat_map(|piece| &piece.with).filter_map(|pattern| if let Pattern::Contains(part) = pattern { Some(part) } else { None });
    parts.find(|part| ***part != *text && text.contains(&***part)).map(ToString::to_string)
}
