//! Lists over the same fields that clash: one country in two territories with different targets.
//!
//! Overlaps of other kinds are how ordered rules work and are told on request only ([`overlaps`]).

use super::values::{is_special, together};
use super::{json, shown};
use crate::model::{Line, Model};
use crate::space::cover::{Answer, LEFT_OUT, covered, grown};
use crate::space::cube::Cube;
use crate::space::gather::Class;
use crate::space::universe::{Role, Universe};
use crate::space::words::region;
use pointsman_engine::policy::diagnostic::Diagnostic;
use pointsman_engine::policy::{Action, Row};
use std::collections::BTreeSet;

/// The clashes, each at the later line.
#[must_use]
pub fn find(model: &Model<'_>, dead: &BTreeSet<usize>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut met = BTreeSet::new();
    for (number, later) in model.lines.iter().enumerate().filter(|(number, line)| line.ends && !dead.contains(number)) {
        for (owner, a, b) in pairs(model, number, later) {
            let Some(earlier) = model.of_owner(owner).filter(|earlier| clash(model, earlier, later, a, b)) else { continue };
            // One for each two rules; of a table, one for each row.
            if met.contains(&(earlier.at.rule, later.at)) {
                continue;
            }
            if let Some(diagnostic) = told(model, earlier, later, a, b) {
                met.insert((earlier.at.rule, later.at));
                found.push((later, diagnostic));
            }
        }
    }
    together(model, found)
}

/// Earlier lines that do something else, with the cubes that meet.
fn pairs<'m>(model: &'m Model<'_>, number: usize, later: &'m Line) -> impl Iterator<Item = (u32, &'m Cube, &'m Cube)> {
    later.cubes.iter().flatten().flat_map(move |b| {
        let before = model.before(later, b).into_iter().filter(move |(_, owner)| *owner < LEFT_OUT && (*owner as usize) < number);
        before
            .filter(move |(_, owner)| model.of_owner(*owner).is_some_and(|earlier| !model.same(earlier, later)))
            .map(move |(a, owner)| (owner, a, b))
    })
}

/// Whether they are lists over the same fields, of which neither is a special case of the other.
fn clash(model: &Model<'_>, earlier: &Line, later: &Line, a: &Cube, b: &Cube) -> bool {
    let dims = |cube: &Cube| cube.parts().iter().map(|(dim, _)| *dim).collect::<Vec<_>>();
    if dims(a) != dims(b) || a.parts().is_empty() || ![a, b].iter().all(|cube| is_list(model.universe, cube)) {
        return false;
    }
    if !is_special(earlier, later) {
        return true;
    }
    // Rows of a table are meant to stand side by side: a state in two of them is a clash, a size within a size may be meant.
    let text = |dim: u32| {
        model.universe.get(dim).and_then(|dim| model.universe.aspects.get(dim.aspect?)).is_some_and(|aspect| aspect.class() == Class::Text)
    };
    let wider = b.parts().iter().filter(|(dim, set)| a.get(*dim) != Some(set));
    earlier.at.rule == later.at.rule && a != b && wider.map(|(dim, _)| *dim).all(text)
}

/// Whether a cube is made of listed texts, ranges and yes or no only.
fn is_list(universe: &Universe, cube: &Cube) -> bool {
    cube.parts().iter().all(|(dim, set)| {
        let Some(of) = universe.get(*dim).filter(|of| of.role == Role::Value) else { return false };
        let rest = of.aspect.and_then(|aspect| universe.aspects.get(aspect)).and_then(|aspect| aspect.rest());
        rest.is_none_or(|rest| !set.has(rest))
    })
}

fn told(model: &Model<'_>, earlier: &Line, later: &Line, a: &Cube, b: &Cube) -> Option<Diagnostic> {
    let both = a.and(b)?;
    let Answer::Free(free) = model.taken(earlier, &both) else { return None };
    let scene = shown(model, &[&free], Some(earlier))?;
    let (one, other) = (model.name(earlier), model.name(later));
    let (first, second) = (does(model, model.row(earlier)?), does(model, model.row(later)?));
    let message = format!("`{one}` and `{other}` both claim {}", region(model.universe, &both));
    let diagnostic =
        Diagnostic::warning("clash", model.row(later)?.place.clone(), message).label(format!("the first decides: {first}; here: {second}"));
    Some(diagnostic.help(Some("give them to one of the two")).rules(vec![one, other]).witness(json(&scene)))
}

/// What a row does, in the words of a policy.
#[must_use]
pub fn does(model: &Model<'_>, row: &Row) -> String {
    match &row.action {
        Action::Assign(assign) => {
            let targets: Vec<String> = assign.targets.iter().map(|target| model.policy.target_name(*target)).collect();
            let needs = if assign.needs.is_empty() { String::new() } else { format!(" with {}", assign.needs.join(", ")) };
            format!("{}{needs}", targets.join(", else "))
        }
        Action::Suppress => "suppressed".to_owned(),
        Action::Keep => "kept".to_owned(),
        Action::Hold { .. } => "held".to_owned(),
    }
}

/// Every two rules that some lead satisfies both of and that do different things, where neither is a special case of
/// the other: there the order decides. With a rule's name, those of that rule.
#[must_use]
pub fn overlaps(model: &Model<'_>, rule: Option<&str>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut met = BTreeSet::new();
    for (number, later) in model.lines.iter().enumerate().filter(|(_, line)| line.ends) {
        for (owner, a, b) in pairs(model, number, later) {
            let Some(earlier) = model.of_owner(owner) else { continue };
            let named = |line: &Line| rule.is_none_or(|name| model.rule(line).is_some_and(|rule| *rule.name == *name));
            if !(named(earlier) || named(later)) || is_special(earlier, later) || met.contains(&(earlier.at.rule, later.at.rule)) {
                continue;
            }
            if let Some(diagnostic) = overlap(model, earlier, later, a, b) {
                met.insert((earlier.at.rule, later.at.rule));
                found.push(diagnostic);
            }
        }
    }
    found
}

fn overlap(model: &Model<'_>, earlier: &Line, later: &Line, a: &Cube, b: &Cube) -> Option<Diagnostic> {
    let both = a.and(b)?;
    let by = model.before(earlier, &both);
    let Answer::Free(free) = covered(model.universe, &both, &by) else { return None };
    let grown = grown(model.universe, &free, &both, &by);
    let scene = shown(model, &[&grown, &free], Some(earlier))?;
    let told = region(model.universe, &grown);
    let (one, other) = (model.name(earlier), model.name(later));
    let (first, second) = (does(model, model.row(earlier)?), does(model, model.row(later)?));
    let message = format!("order decides between `{one}` and `{other}`: {told}");
    let diagnostic =
        Diagnostic::note("overlap", model.row(later)?.place.clone(), message).label(format!("the first decides: {first}; here: {second}"));
    Some(diagnostic.rules(vec![one, other]).witness(json(&scene)))
}
