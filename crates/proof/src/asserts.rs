//! Assertions: what a policy claims of every lead, proved or shown to be wrong.

use crate::findings::clashes::does;
use crate::findings::{json, moment};
use crate::model::{Line, Model};
use crate::scene::{Scene, scenes};
use crate::space::cover::{Answer, LEFT_OUT, Owner, covered, grown};
use crate::space::cube::Cube;
use crate::space::words::region;
use pointsman_engine::book::Book;
use pointsman_engine::people::RepIx;
use pointsman_engine::policy::diagnostic::Diagnostic;
use pointsman_engine::policy::{Action, Assert, Assign, Destination, Promised, SlaIx, Target};
use std::collections::BTreeSet;

/// Assertions that are not true, each with a lead that shows it. `people` know who has which skill.
#[must_use]
pub fn find(model: &Model<'_>, people: Option<&Book>) -> Vec<Diagnostic> {
    model.policy.asserts.iter().filter_map(|assert| Proving { model, people, assert }.diagnostic()).collect()
}

/// What speaks against an assertion.
struct Against {
    /// What happens to the leads, against what is claimed.
    what: String,
    region: Cube,
    free: Cube,
}

struct Proving<'a> {
    model: &'a Model<'a>,
    people: Option<&'a Book>,
    assert: &'a Assert,
}

impl Proving<'_> {
    fn diagnostic(&self) -> Option<Diagnostic> {
        let (place, name) = (self.assert.place.clone(), &self.assert.name);
        let Some(cubes) = self.model.universe.cubes(self.model.part, &self.assert.when) else {
            return Some(Diagnostic::warning(
                "assertion",
                place,
                format!("`{name}` cannot be proved: its condition has too many alternatives"),
            ));
        };
        let mut possible = None;
        let lines = self.model.lines.iter().map(Some).chain([None]);
        for (line, cube) in lines.flat_map(|line| cubes.iter().map(move |cube| (line, cube))) {
            let against = match self.against(line, cube) {
                Ok(None) => continue,
                Ok(Some(against)) => against,
                Err(TooHard) => {
                    return Some(Diagnostic::warning("assertion", place, format!("`{name}` could not be proved: it would take too long")));
                }
            };
            let by = line.map_or_else(|| "no rule".to_owned(), |line| format!("`{}`", self.model.name(line)));
            let told = format!("{} by {by}: {}", against.what, region(self.model.universe, &against.region));
            match self.shown(line, &[&against.region, &against.free]) {
                Some(scene) => {
                    let error = Diagnostic::error("assertion", place, format!("`{name}` is not true")).label(told.clone());
                    return Some(error.witness(json(&scene)));
                }
                None => possible = possible.or(Some(told)),
            }
        }
        possible.map(|told| Diagnostic::warning("assertion", place, format!("`{name}` may not be true")).label(told))
    }

    /// A lead that really goes that way.
    fn shown(&self, line: Option<&Line>, cubes: &[&Cube]) -> Option<Scene> {
        let mut all = cubes.iter().flat_map(|cube| scenes(self.model.universe, self.model.policy, cube, moment(self.model.policy)));
        all.find(|scene| scene.run(self.model.policy).is_some_and(|shown| shown.is_by(line.map(|line| line.at))))
    }

    /// A part of a cube that a line takes against the assertion.
    fn against(&self, line: Option<&Line>, cube: &Cube) -> Result<Option<Against>, TooHard> {
        let action = line.and_then(|line| self.model.row(line)).map(|row| &row.action);
        let whole = vec![Cube::all()];
        let cubes = match line {
            Some(line) => line.cubes.as_ref().ok_or(TooHard)?,
            None => &whole,
        };
        let wrong = self.wrong(line, action);
        for both in cubes.iter().filter_map(|other| other.and(cube)) {
            let before = match line {
                Some(line) => self.model.before(line, &both),
                None => self.model.all(&both),
            };
            if let Some(what) = &wrong {
                if let Some((region, free)) = self.reached(&both, &before)? {
                    return Ok(Some(Against { what: what.clone(), region, free }));
                }
            } else if let Some(against) = self.without_promise(line, action, &both, &before)? {
                return Ok(Some(against));
            }
        }
        Ok(None)
    }

    fn reached(&self, cube: &Cube, by: &[(&Cube, Owner)]) -> Result<Option<(Cube, Cube)>, TooHard> {
        match covered(self.model.universe, cube, by) {
            Answer::Free(free) => Ok(Some((grown(self.model.universe, &free, cube, by), free))),
            Answer::Covered(_) => Ok(None),
            Answer::TooHard => Err(TooHard),
        }
    }

    /// What a line does that may not be, whatever the lead.
    fn wrong(&self, line: Option<&Line>, action: Option<&Action>) -> Option<String> {
        let goes = destinations(action);
        let told = || {
            line.and_then(|line| self.model.row(line))
                .map_or_else(|| "left to the fallback".to_owned(), |row| format!("given to {}", does(self.model, row)))
        };
        let held = matches!(action, Some(Action::Hold { .. }));
        let never = goes.iter().any(|goes| self.assert.never.contains(goes));
        let only = !held && !self.assert.only.is_empty() && !goes.iter().all(|goes| self.assert.only.contains(goes));
        if never || only {
            return Some(told());
        }
        let lacking = match action {
            Some(Action::Assign(assign)) => self.assert.skill.iter().find(|skill| !self.has_skill(assign, skill)),
            None => self.assert.skill.first(),
            Some(Action::Suppress | Action::Keep | Action::Hold { .. }) => None,
        };
        lacking.map(|skill| format!("{} without {skill} being asked for", told()))
    }

    /// Whether whoever receives a lead has a skill: the rule asks for it, or everybody who can get the lead has it.
    fn has_skill(&self, assign: &Assign, skill: &str) -> bool {
        let queue_first = matches!(assign.targets.first(), Some(Target::Queue(_)));
        let asked = assign.needs.iter().any(|need| **need == *skill);
        !queue_first && (asked || assign.targets.iter().all(|target| self.all_have(*target, skill)))
    }

    fn all_have(&self, target: Target, skill: &str) -> bool {
        let Some(book) = self.people else { return matches!(target, Target::Queue(_)) };
        match target {
            Target::Queue(_) => true,
            Target::Pool(pool) => book.seats(pool).iter().all(|rep| with_backups(book, *rep, skill)),
            Target::Rep(person) => book.person(person).is_some_and(|rep| with_backups(book, rep, skill)),
            Target::AccountOwner | Target::LeadOwner => false,
        }
    }

    /// Leads of a line that no SLA, or another one, is for. Who is suppressed or held is promised nothing.
    fn without_promise(
        &self,
        line: Option<&Line>,
        action: Option<&Action>,
        cube: &Cube,
        before: &[(&Cube, Owner)],
    ) -> Result<Option<Against>, TooHard> {
        let Some(wanted) = self.assert.sla.filter(|_| !matches!(action, Some(Action::Suppress | Action::Hold { .. }))) else {
            return Ok(None);
        };
        let named = line.and_then(|line| self.model.row(line)).and_then(|row| row.sla);
        let (for_it, earlier) = match (wanted, named) {
            (Promised::Any, Some(_)) => return Ok(None),
            (Promised::Named(sla), Some(named)) if named == sla => return Ok(None),
            (Promised::Named(_), Some(_)) => (Vec::new(), Vec::new()),
            (Promised::Any, None) => (self.slas(|_| true)?, Vec::new()),
            (Promised::Named(sla), None) => (self.slas(|at| at == sla)?, self.slas(|at| at < sla)?),
        };
        let met: Vec<(&Cube, Owner)> = for_it.iter().filter(|other| other.meets(cube)).map(|other| (other, LEFT_OUT)).collect();
        let by: Vec<(&Cube, Owner)> = before.iter().copied().chain(met).collect();
        let what = match wanted {
            Promised::Any => "given no SLA".to_owned(),
            Promised::Named(sla) => format!("not given the SLA {}", self.model.policy.slas.get(sla.at()).map_or("", |sla| &sla.name)),
        };
        if let Some((region, free)) = self.reached(cube, &by)? {
            return Ok(Some(Against { what, region, free }));
        }
        for other in earlier.iter().filter_map(|other| other.and(cube)) {
            let before: Vec<_> = before.iter().copied().filter(|(by, _)| by.meets(&other)).collect();
            if let Some((region, free)) = self.reached(&other, &before)? {
                return Ok(Some(Against { what, region, free }));
            }
        }
        Ok(None)
    }

    fn slas(&self, wanted: impl Fn(SlaIx) -> bool) -> Result<Vec<Cube>, TooHard> {
        let all = (0..).map(SlaIx).zip(&self.model.policy.slas).filter(|(at, _)| wanted(*at));
        let forms = all.filter_map(|(_, sla)| sla.condition.as_ref());
        let cubes: Option<Vec<Vec<Cube>>> = forms.map(|form| self.model.universe.cubes(self.model.part, form)).collect();
        Ok(cubes.ok_or(TooHard)?.concat())
    }
}

struct TooHard;

/// Where a row sends leads.
fn destinations(action: Option<&Action>) -> Vec<Destination> {
    match action {
        None => vec![Destination::Fallback],
        Some(Action::Suppress) => vec![Destination::Suppress],
        Some(Action::Keep) => vec![Destination::Keep],
        Some(Action::Hold { .. }) => vec![Destination::Hold],
        Some(Action::Assign(assign)) => assign.targets.iter().map(|target| Destination::Target(*target)).collect(),
    }
}

/// Whether a rep and all who may cover them have a skill.
fn with_backups(book: &Book, rep: RepIx, skill: &str) -> bool {
    let (mut next, mut met) = (Some(rep), BTreeSet::new());
    while let Some(rep) = next.filter(|rep| met.insert(*rep)) {
        if !book.directory().get(rep).is_some_and(|rep| rep.skills.iter().any(|has| **has == *skill)) {
            return false;
        }
        next = book.backup(rep);
    }
    true
}
