//! Conditions that say nothing: true whatever a field is.

use crate::model::{Line, Model};
use crate::space::cover::{Answer, NATURE, covered};
use crate::space::cube::Cube;
use crate::space::ranges::Ranges;
use crate::space::universe::MISSING;
use pointsman_engine::form::Branch;
use pointsman_engine::policy::condition::describe;
use pointsman_engine::policy::diagnostic::Diagnostic;

/// Of every row.
#[must_use]
pub fn find(model: &Model<'_>) -> Vec<Diagnostic> {
    model.lines.iter().filter_map(|line| always(model, line)).collect()
}

/// A field of which every value will do, or a whole condition that every lead satisfies.
fn always(model: &Model<'_>, line: &Line) -> Option<Diagnostic> {
    let row = model.row(line)?;
    let written = row.when.branches.iter().any(|branch| !branch.fields.is_empty());
    let plain = row.when.branches.iter().any(|branch| branch.fields.is_empty() && branch.opaque.is_empty());
    if row.when.branches.len() > 1 && written && !plain && holds_always(model, line.cubes.as_ref()?) {
        let message = format!("the condition of `{}` holds for every lead", model.name(line));
        return Some(
            Diagnostic::warning("always-true", row.place.clone(), message).help(Some("leave it out, or write `and` if all must hold")),
        );
    }
    let field = row.when.branches.iter().find_map(|branch| any_value(model, branch))?;
    let message = format!("in `{}`, the condition on `{field}` holds whatever its value is", model.name(line));
    Some(Diagnostic::warning("always-true", row.place.clone(), message).help(Some("leave it out, or ask whether it is missing")))
}

fn holds_always(model: &Model<'_>, cubes: &[Cube]) -> bool {
    let nature = model.universe.impossible().iter().map(|cube| (cube, NATURE));
    let by: Vec<_> = cubes.iter().map(|cube| (cube, 0)).chain(nature).collect();
    matches!(covered(model.universe, &Cube::all(), &by), Answer::Covered(_))
}

/// A field of a branch that is asked for more than being there, yet accepts every value.
fn any_value(model: &Model<'_>, branch: &Branch) -> Option<String> {
    branch.fields.iter().find_map(|(field, allowed)| {
        let aspect = model.universe.aspect(model.part, *field)?;
        // Of other conditions that say nothing the reader has told.
        if aspect.patterns.is_empty() && aspect.elements.is_empty() {
            return None;
        }
        if ["present", "anything", "missing"].contains(&&*describe::allowed(&aspect.field, allowed)) {
            return None;
        }
        let cubes = model.universe.allowed(aspect, allowed);
        let mut there = Cube::all();
        let present = model.universe.possible(aspect.base).minus(&Ranges::one(MISSING));
        let some = model.universe.narrow(&mut there, aspect.base, &present);
        let by: Vec<_> = cubes.iter().map(|cube| (cube, 0)).collect();
        let met: Vec<_> = by.into_iter().filter(|(cube, _)| cube.meets(&there)).collect();
        (some && matches!(covered(model.universe, &there, &met), Answer::Covered(_))).then(|| aspect.field.name.to_string())
    })
}
