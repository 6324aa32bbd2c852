//! Gaps: leads that no rule takes, so that only the fallback does, as a few regions.

use super::{json, shown};
use crate::model::Model;
use crate::scene::Scene;
use crate::space::cover::{Answer, LEFT_OUT, apart, covered, grown};
use crate::space::cube::Cube;
use crate::space::nature::unlikely;
use crate::space::words::region;
use pointsman_engine::policy::diagnostic::{Diagnostic, Place};

/// Some leads that no rule takes.
#[derive(Debug)]
pub struct Gap {
    /// Where they lie. Gaps may overlap.
    pub cube: Cube,
    /// Which they are.
    pub words: String,
    /// One of them.
    pub scene: Scene,
}

/// All leads that no rule takes.
#[derive(Debug, Default)]
pub struct Gaps {
    /// The regions, in the order they were found.
    pub all: Vec<Gap>,
    /// Whether there are more.
    pub more: bool,
}

/// How many regions that cannot be shown are passed over.
const UNSHOWN: usize = 20;

/// The leads that no rule takes, in at most so many regions. Values that a choice does not declare, and numbers below
/// zero, are left out of account.
#[must_use]
pub fn find(model: &Model<'_>, most: usize) -> Gaps {
    let mut gaps = Gaps::default();
    let odd = unlikely(model.universe);
    let rows = model.all(&Cube::all());
    let mut past: Vec<Cube> = Vec::new();
    let mut tried = 0;
    while tried < most + UNSHOWN {
        tried += 1;
        let left_out = odd.iter().chain(&past).map(|cube| (cube, LEFT_OUT));
        let by: Vec<_> = rows.iter().copied().chain(left_out).collect();
        let free = match covered(model.universe, &Cube::all(), &by) {
            Answer::Free(free) => free,
            Answer::Covered(_) => return gaps,
            Answer::TooHard => break,
        };
        let cube = grown(model.universe, &free, &Cube::all(), &rows);
        // The plainest lead there is for the first; for others one that is in none before.
        let cubes = if gaps.all.is_empty() { [&cube, &free] } else { [&free, &cube] };
        if let Some(scene) = shown(model, &cubes, None) {
            if gaps.all.len() == most {
                break;
            }
            gaps.all.push(Gap { words: region(model.universe, &cube), cube: cube.clone(), scene });
            past.extend(apart(model.universe, &cube));
        } else {
            past.push(free);
        }
    }
    gaps.more = true;
    gaps
}

impl Gap {
    /// As a note at the fallback.
    #[must_use]
    pub fn diagnostic(&self, place: Place) -> Diagnostic {
        Diagnostic::note("gap", place, format!("no rule takes these leads: {}", self.words)).witness(json(&self.scene))
    }
}
