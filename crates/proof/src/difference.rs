//! Difference: exactly which leads two policies route differently, as a few regions.
//!
//! Two policies differ for a lead when the rules that decide it do different things with it: other targets, other
//! skills, another SLA, held or not. What stands behind the names (members of pools, spans of SLAs, settings of
//! matching) is compared by itself: [`Differences::settings`].

mod holds;
mod settings;

use crate::findings::moment;
use crate::model::{Line, Model};
use crate::scene::{Scene, scenes};
use crate::space::cover::{Answer, LEFT_OUT, Owner, apart, covered, grown};
use crate::space::cube::Cube;
use crate::space::universe::Universe;
use crate::space::words::region;
use pointsman_engine::policy::{Action, Policy, Row};
use serde::Serialize;
use std::collections::BTreeMap;

/// Leads that are routed differently.
#[derive(Debug, Clone, Serialize)]
pub struct Difference {
    /// Which.
    pub leads: String,
    /// The rule that decides them in the old policy; `None`: the fallback takes them.
    pub old_rule: Option<String>,
    /// In the new one.
    pub new_rule: Option<String>,
    /// What becomes of them by the old policy.
    pub old: String,
    /// By the new one.
    pub new: String,
    /// One of them. `None`: no lead was found that shows it, so that it is only possible.
    pub witness: Option<Scene>,
    /// Where they lie.
    #[serde(skip)]
    pub cube: Cube,
}

/// How two policies differ.
#[derive(Debug)]
pub struct Differences {
    /// Where their cubes lie: that of both policies.
    pub universe: Universe,
    /// In the order of the old policy's rules, then of the new one's.
    pub all: Vec<Difference>,
    /// Whether there are more than were asked for.
    pub more: bool,
    /// Whether something could not be compared, because it would take too long.
    pub unknown: bool,
    /// What else differs: pools, SLAs, settings, each in a few words.
    pub settings: Vec<String>,
}

impl Differences {
    /// Whether every lead has the same rule's doing in both.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.all.is_empty() && !self.unknown && !self.more
    }
}

/// The differences, in at most so many regions.
#[must_use]
pub fn find(old: &Policy, new: &Policy, most: usize) -> Differences {
    let universe = Universe::of(&[old, new]);
    let (before, after) = (Model::of(&universe, old, 0), Model::of(&universe, new, 1));
    let pair = Pair { old: &before, new: &after, doings: doings(&before, &after), firsts: [firsts(&before), firsts(&after)] };
    let mut found = Found { unknown: after.lines.iter().any(|line| line.cubes.is_none()), ..Found::default() };
    for line in before.lines.iter().filter(|line| line.ends).map(Some).chain([None]) {
        pair.of_line(line, most, &mut found);
    }
    holds::compare(&before, &after, &mut found);
    let settings = settings::changed(&universe, old, new);
    let Found { all, more, unknown } = found;
    Differences { universe, all, more, unknown, settings }
}

/// What was found so far.
#[derive(Debug, Default)]
struct Found {
    all: Vec<Difference>,
    more: bool,
    unknown: bool,
}

struct Pair<'a> {
    old: &'a Model<'a>,
    new: &'a Model<'a>,
    /// What each line does, as a number; the last is the fallback's.
    doings: [Vec<usize>; 2],
    /// The first line that has a cube.
    firsts: [BTreeMap<&'a Cube, usize>; 2],
}

fn firsts<'a>(model: &'a Model<'_>) -> BTreeMap<&'a Cube, usize> {
    let lines = model.lines.iter().rev().filter(|line| line.ends);
    lines.flat_map(|line| line.cubes.iter().flatten().map(|cube| (cube, line.number))).collect()
}

/// What the rows of both do, numbered alike.
fn doings(old: &Model<'_>, new: &Model<'_>) -> [Vec<usize>; 2] {
    let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
    [old, new].map(|model| {
        let lines = model.lines.iter().map(|line| model.row(line)).chain([None]);
        lines
            .map(|row| {
                let next = numbers.len();
                *numbers.entry(doing(model.policy, row)).or_insert(next)
            })
            .collect()
    })
}

/// What a row does, in names.
#[must_use]
pub fn doing(policy: &Policy, row: Option<&Row>) -> String {
    let Some(row) = row else { return format!("queue:{} (the fallback)", policy.queue_name(policy.fallback.queue)) };
    let sla = row.sla.and_then(|sla| policy.slas.get(sla.at())).map(|sla| format!(", SLA {}", sla.name)).unwrap_or_default();
    let what = match &row.action {
        Action::Assign(assign) => {
            let targets: Vec<String> = assign.targets.iter().map(|target| policy.target_name(*target)).collect();
            let mut needs: Vec<&str> = assign.needs.iter().map(|need| &**need).collect();
            needs.sort_unstable();
            let needs = if needs.is_empty() { String::new() } else { format!(" with {}", needs.join(", ")) };
            format!("{}{needs}", targets.join(", else "))
        }
        Action::Suppress => "suppressed".to_owned(),
        Action::Keep => "kept by its owner".to_owned(),
        Action::Hold { limit, .. } => format!("held for {limit} at most"),
    };
    format!("{what}{sla}")
}

impl Pair<'_> {
    fn of_line(&self, line: Option<&Line>, most: usize, found: &mut Found) {
        let whole = vec![Cube::all()];
        let Some(cubes) = line.map_or(Some(&whole), |line| line.cubes.as_ref()) else {
            found.unknown = true;
            return;
        };
        for cube in cubes {
            // Rows of the new policy that may take some of these leads; at last its fallback.
            let mut others: Vec<(Option<&Line>, &Cube)> = self
                .new
                .all(cube)
                .into_iter()
                .filter(|(_, owner)| *owner < LEFT_OUT)
                .map(|(cube, owner)| (self.new.of_owner(owner), cube))
                .collect();
            others.push((None, cube));
            for (other, theirs) in others {
                // Two policies are the same for the most part: most often the same row comes earlier in the other one.
                let earlier = |side: usize, of: &Cube, than: Option<&Line>| {
                    let first = self.firsts.get(side).and_then(|firsts| firsts.get(of));
                    first.is_some_and(|first| than.is_none_or(|than| *first < than.number))
                };
                if self.number(0, line) != self.number(1, other)
                    && !earlier(1, cube, other)
                    && !earlier(0, theirs, line)
                    && let Some(both) = cube.and(theirs)
                {
                    self.of_both((line, other), &both, most, found);
                }
            }
        }
    }

    fn number(&self, side: usize, line: Option<&Line>) -> Option<usize> {
        let model = if side == 0 { self.old } else { self.new };
        let at = line.map_or(model.lines.len(), |line| line.number);
        self.doings.get(side)?.get(at).copied()
    }

    /// The leads of a cube that the one line decides in the old policy, and the other in the new.
    fn of_both(&self, lines: (Option<&Line>, Option<&Line>), cube: &Cube, most: usize, found: &mut Found) {
        let before = |model: &'_ Model<'_>, line: Option<&Line>| -> Vec<(Cube, Owner)> {
            let all = match line {
                Some(line) => model.before(line, cube),
                None => model.all(cube),
            };
            all.into_iter().map(|(cube, owner)| (cube.clone(), owner)).collect()
        };
        let mut by: Vec<(Cube, Owner)> = before(self.old, lines.0).into_iter().chain(before(self.new, lines.1)).collect();
        loop {
            let refs: Vec<(&Cube, Owner)> = by.iter().map(|(cube, owner)| (cube, *owner)).collect();
            let free = match covered(self.old.universe, cube, &refs) {
                Answer::Covered(_) => return,
                Answer::TooHard => {
                    found.unknown = true;
                    return;
                }
                Answer::Free(free) => free,
            };
            if found.all.len() >= most {
                found.more = true;
                return;
            }
            let region = grown(self.old.universe, &free, cube, &refs);
            let told = self.told(lines, &region, &free);
            // What no lead shows, though no blind test is in it, is nothing that a lead can be.
            if told.witness.is_some() || self.old.universe.is_blind(&free) {
                found.all.push(told);
                by.extend(apart(self.old.universe, &region).into_iter().map(|cube| (cube, LEFT_OUT)));
            } else {
                by.push((free, LEFT_OUT));
            }
        }
    }

    fn told(&self, (old, new): (Option<&Line>, Option<&Line>), cube: &Cube, free: &Cube) -> Difference {
        let name = |model: &Model<'_>, line: Option<&Line>| line.map(|line| model.name(line));
        let row = |line: Option<&Line>| line.map(|line| line.at);
        let shows = |scene: &Scene| {
            let then = |policy: &Policy| scene.run(policy).map(|shown| shown.then);
            then(self.old.policy) == Some(row(old)) && then(self.new.policy) == Some(row(new))
        };
        let mut all = [cube, free].into_iter().flat_map(|cube| scenes(self.old.universe, self.new.policy, cube, moment(self.new.policy)));
        Difference {
            leads: region(self.old.universe, cube),
            old_rule: name(self.old, old),
            new_rule: name(self.new, new),
            old: doing(self.old.policy, old.and_then(|line| self.old.row(line))),
            new: doing(self.new.policy, new.and_then(|line| self.new.row(line))),
            witness: all.find(shows),
            cube: cube.clone(),
        }
    }
}
