//! The fewest changes of a lead that would have sent it elsewhere.
//!
//! All fields but a few stay as they are; which few is tried from one on. That earlier rules would not take the lead
//! instead is proved, and the changed lead is run.

use crate::findings::clashes::does;
use crate::model::{Line, Model};
use crate::scene::{Scene, scenes};
use crate::space::cover::{Answer, grown};
use crate::space::cube::{Cube, DimIx};
use crate::space::place::Point;
use crate::space::ranges::Ranges;
use crate::space::universe::{Aspect, Role};
use crate::space::words::allowed;
use pointsman_engine::field::{LeadField, Place};
use pointsman_engine::policy::condition::describe;
use serde::Serialize;
use std::collections::BTreeSet;

/// More changes than this are no advice.
const MOST: usize = 4;
/// How many questions are asked at most.
const QUESTIONS: usize = 20_000;

/// Changes that would have sent a lead elsewhere.
#[derive(Debug, Clone, Serialize)]
pub struct Counterfactual {
    /// What would have to be different, field by field.
    pub changes: Vec<Change>,
    /// The rule that would decide then.
    pub rule: String,
    /// What it does.
    pub then: String,
    /// A lead so changed.
    pub witness: Scene,
}

/// One field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Which.
    pub field: String,
    /// What it would have to be.
    pub wanted: String,
}

/// The fewest changes of a lead after which a line decides that is one of those wanted. `scene` is the lead as it came
/// in, with the account it matched; `point` where it lies.
#[must_use]
pub fn find(model: &Model<'_>, scene: &Scene, point: &Point<'_>, wanted: impl Fn(&Line) -> bool) -> Option<Counterfactual> {
    let levers = levers(model);
    let turning = Turning { model, scene, point, levers };
    let mut goals: Vec<(&Line, &Cube, BTreeSet<usize>)> = Vec::new();
    for line in model.lines.iter().filter(|line| line.ends && wanted(line)) {
        for cube in line.cubes.iter().flatten() {
            goals.extend(turning.needed(cube).filter(|needed| needed.len() <= MOST).map(|needed| (line, cube, needed)));
        }
    }
    goals.sort_by_key(|(line, _, needed)| (needed.len(), line.number));
    let mut asked = 0;
    for most in 1..=MOST {
        for (line, cube, needed) in goals.iter().filter(|(_, _, needed)| needed.len() <= most) {
            for turned in turning.sets(needed, most) {
                asked += 1;
                if asked > QUESTIONS {
                    return None;
                }
                if let Some(found) = turning.turned(line, cube, &turned) {
                    return Some(found);
                }
            }
        }
    }
    None
}

/// What changes together: a field and its source, an address with its domain and kind, a matched account.
#[derive(Debug)]
struct Lever {
    /// Columns of the lead; none: it is the account.
    columns: Vec<String>,
    /// The fields, by number.
    aspects: Vec<usize>,
}

fn levers(model: &Model<'_>) -> Vec<Lever> {
    let mut levers: Vec<Lever> = Vec::new();
    for (at, aspect) in model.universe.aspects.iter().enumerate() {
        let column = match &aspect.field.place {
            Place::Lead(LeadField::Id) => continue,
            Place::Lead(field) | Place::SourceOf(field) => field.name().to_owned(),
            Place::LeadCustom(name) => name.to_string(),
            Place::EmailDomain | Place::EmailKind => "email".to_owned(),
            Place::Account(_) | Place::AccountCustom(_) | Place::MatchMethod | Place::MatchScore => String::new(),
        };
        match levers.iter_mut().find(|lever| lever.columns.first().map_or("", |first| first) == column) {
            Some(lever) => lever.aspects.push(at),
            None => {
                levers.push(Lever { columns: Some(column).filter(|column| !column.is_empty()).into_iter().collect(), aspects: vec![at] })
            }
        }
    }
    levers
}

struct Turning<'a> {
    model: &'a Model<'a>,
    scene: &'a Scene,
    point: &'a Point<'a>,
    levers: Vec<Lever>,
}

impl Turning<'_> {
    /// The levers of a dimension.
    fn of(&self, dim: DimIx) -> Vec<usize> {
        let Some(of) = self.model.universe.get(dim) else { return Vec::new() };
        let lever = |aspect: usize| self.levers.iter().position(|lever| lever.aspects.contains(&aspect));
        match (of.aspect, of.role) {
            (Some(aspect), _) => lever(aspect).into_iter().collect(),
            (None, Role::Blind(at)) => {
                let fields = self.model.universe.blind_at(at).map(|test| self.model.universe.fields_of(test)).unwrap_or_default();
                let number = |aspect: &Aspect| self.model.universe.aspects.iter().position(|other| other.base == aspect.base);
                fields.into_iter().filter_map(number).filter_map(lever).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The levers of which one at least must be turned for each part of a cube that the lead is not in; `None` when
    /// there is a part that nothing turns.
    fn needed(&self, cube: &Cube) -> Option<BTreeSet<usize>> {
        let mut needed = BTreeSet::new();
        for (dim, set) in cube.parts() {
            if self.point.atom(*dim).is_some_and(|atom| !set.has(atom)) {
                needed.insert(*self.of(*dim).first()?);
            }
        }
        Some(needed)
    }

    /// All sets of so many levers that have the needed ones among them.
    fn sets(&self, needed: &BTreeSet<usize>, most: usize) -> Vec<BTreeSet<usize>> {
        let mut sets = vec![needed.clone()];
        while sets.first().is_some_and(|set| set.len() < most) {
            let mut wider = BTreeSet::new();
            for set in &sets {
                let others = (0..self.levers.len()).filter(|lever| !set.contains(lever));
                wider.extend(others.map(|lever| set.iter().copied().chain([lever]).collect::<BTreeSet<_>>()));
            }
            if wider.is_empty() {
                return Vec::new();
            }
            sets = wider.into_iter().collect();
        }
        sets
    }

    fn turned(&self, line: &Line, cube: &Cube, turned: &BTreeSet<usize>) -> Option<Counterfactual> {
        let mut fixed = cube.clone();
        for dim in (0..).take(self.model.universe.size()) {
            let levers = self.of(dim);
            let stays = !levers.iter().any(|lever| turned.contains(lever));
            if let Some(atom) = self.point.atom(dim).filter(|_| stays)
                && !fixed.narrow(dim, &Ranges::one(atom))
            {
                return None;
            }
        }
        let Answer::Free(free) = self.model.taken(line, &fixed) else { return None };
        let all = scenes(self.model.universe, self.model.policy, &free, self.scene.now);
        let witness = all
            .into_iter()
            .map(|made| self.merged(&made, turned))
            .find(|scene| scene.run(self.model.policy).is_some_and(|shown| shown.then == Some(line.at)))?;
        let wide = grown(self.model.universe, &free, &fixed, &self.model.before(line, &fixed));
        let row = self.model.row(line)?;
        Some(Counterfactual { changes: self.changes(&wide, turned), rule: self.model.name(line), then: does(self.model, row), witness })
    }

    /// The lead as it was, but for what is turned.
    fn merged(&self, made: &Scene, turned: &BTreeSet<usize>) -> Scene {
        let mut scene = self.scene.clone();
        for lever in turned.iter().filter_map(|lever| self.levers.get(*lever)) {
            for column in &lever.columns {
                match made.lead.get(column) {
                    Some(value) => drop(scene.lead.insert(column.clone(), value.clone())),
                    None => drop(scene.lead.remove(column)),
                }
            }
            if lever.columns.is_empty() {
                scene.account.clone_from(&made.account);
                for column in
                    ["email", "website", "company"].iter().filter(|column| !scene.lead.contains_key(**column)).copied().collect::<Vec<_>>()
                {
                    scene.lead.extend(made.lead.get(column).map(|value| (column.to_owned(), value.clone())));
                }
            }
        }
        scene
    }

    /// What is asked of the fields that are turned.
    fn changes(&self, wide: &Cube, turned: &BTreeSet<usize>) -> Vec<Change> {
        let aspects = turned.iter().filter_map(|lever| self.levers.get(*lever)).flat_map(|lever| &lever.aspects);
        let aspects = aspects.filter_map(|aspect| self.model.universe.aspects.get(*aspect));
        let asked = aspects.filter(|aspect| aspect.dims().any(|dim| wide.get(dim).is_some()));
        asked
            .filter(|aspect| {
                aspect.dims().any(|dim| self.point.atom(dim).is_some_and(|atom| wide.get(dim).is_some_and(|set| !set.has(atom))))
            })
            .map(|aspect| Change {
                field: aspect.field.name.to_string(),
                wanted: describe::allowed(&aspect.field, &allowed(self.model.universe, aspect, wide)),
            })
            .collect()
    }
}
