//! Test leads for a policy: few that reach every rule, every group of rows, both sides of every bound, and the fallback.
//!
//! What each is expected to become is what the policy does today: a person confirms it.

mod toml;

use crate::findings::{gaps, listed, moment};
use crate::model::{Line, Model};
use crate::scene::{Scene, scenes};
use crate::space::cover::Answer;
use crate::space::cube::{Cube, DimIx};
use crate::space::ranges::Ranges;
use crate::space::universe::Role;
use pointsman_engine::book::Book;
use pointsman_engine::decide::{Arrival, Before, arrive, decide};
use pointsman_engine::field::LeadField;
use pointsman_engine::matching::domain::{MailKind, mail_kind};
use pointsman_engine::policy::{Action, RowRef};
use pointsman_engine::record::Outline;
use pointsman_engine::standing::Standing;
use std::collections::{BTreeMap, BTreeSet};

pub use toml::file;

/// Keys and values of `expect`.
type Expected = Vec<(&'static str, String)>;

/// The longest way on which one after the other is absent.
const MOST_ABSENT: usize = 12;
/// How many accounts are tried for a lead that needs one.
const ACCOUNTS: usize = 400;

/// What a test lead is for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Goal {
    /// A group of rows of one rule that do the same; of a plain rule, the rule.
    Reach(usize),
    /// The value on one side of a bound: dimension, atom, and the group whose bound it is.
    Bound(usize, DimIx, u32),
    /// No rule matches.
    Fallback,
    /// These are absent, and this becomes of the lead then.
    Path(String, String),
}

/// One lead and what became of it.
#[derive(Debug, Clone)]
pub struct Generated {
    /// What it is for.
    pub name: String,
    /// The lead.
    pub scene: Scene,
    /// Who is absent.
    pub absent: Vec<String>,
    /// What it became: keys and values of `expect`.
    pub expect: Expected,
    goals: BTreeSet<Goal>,
}

/// What was made.
#[derive(Debug, Default)]
pub struct Generation {
    /// The leads.
    pub tests: Vec<Generated>,
    /// What no lead was found for, in words: rules that are dead or need an account that is not at hand.
    pub without: Vec<String>,
}

/// Test leads for a policy. Accounts are those of the book, since a test lead cannot bring its own.
#[must_use]
pub fn find(model: &Model<'_>, book: &mut Book) -> Generation {
    let mut making = Making { model, book, groups: groups(model), tests: Vec::new(), without: Vec::new() };
    making.reach();
    making.bounds();
    making.fallback();
    making.paths();
    let Making { tests, without, .. } = making;
    Generation { tests: fewest(tests), without }
}

/// Rows of a rule that do the same are one group: its number, for each line.
fn groups(model: &Model<'_>) -> Vec<usize> {
    let mut numbers: BTreeMap<(u32, String), usize> = BTreeMap::new();
    let group = |line: &Line| {
        let doing = model.row(line).map(|row| format!("{:?} {:?}", row.action, row.sla)).unwrap_or_default();
        let next = numbers.len();
        *numbers.entry((line.at.rule.0, doing)).or_insert(next)
    };
    model.lines.iter().map(group).collect()
}

/// Leaves out each lead whose goals others have as well, those with the fewest goals first.
fn fewest(tests: Vec<Generated>) -> Vec<Generated> {
    let mut reached: BTreeMap<Goal, usize> = BTreeMap::new();
    for goal in tests.iter().flat_map(|test| &test.goals) {
        *reached.entry(goal.clone()).or_default() += 1;
    }
    let mut order: Vec<usize> = (0..tests.len()).collect();
    order.sort_by_key(|at| (tests.get(*at).map_or(0, |test| test.goals.len()), std::cmp::Reverse(*at)));
    let mut out = BTreeSet::new();
    for (at, test) in order.into_iter().filter_map(|at| Some((at, tests.get(at)?))) {
        if test.goals.iter().all(|goal| reached.get(goal).is_some_and(|count| *count > 1)) {
            out.insert(at);
            for goal in &test.goals {
                reached.entry(goal.clone()).and_modify(|count| *count -= 1);
            }
        }
    }
    tests.into_iter().enumerate().filter(|(at, _)| !out.contains(at)).map(|(_, test)| test).collect()
}

struct Making<'a> {
    model: &'a Model<'a>,
    book: &'a mut Book,
    groups: Vec<usize>,
    tests: Vec<Generated>,
    without: Vec<String>,
}

impl Making<'_> {
    fn group(&self, line: &Line) -> usize {
        self.groups.get(line.number).copied().unwrap_or(usize::MAX)
    }

    fn reach(&mut self) {
        let mut met: BTreeSet<usize> = BTreeSet::new();
        let mut missed: BTreeMap<usize, String> = BTreeMap::new();
        for line in &self.model.lines {
            let group = self.group(line);
            if met.contains(&group) {
                continue;
            }
            let name = self.model.name(line);
            match self.free(line, |cube| Some(cube.clone())).and_then(|free| self.lead(&free, Some(line.at))) {
                Some(scene) => {
                    met.insert(group);
                    self.add(name, scene, Vec::new(), Goal::Reach(group));
                }
                None => drop(missed.entry(group).or_insert(name)),
            }
        }
        self.without.extend(missed.into_iter().filter(|(group, _)| !met.contains(group)).map(|(_, name)| name));
    }

    /// A part of a line's cubes, so changed, that the line decides.
    fn free(&self, line: &Line, change: impl Fn(&Cube) -> Option<Cube>) -> Option<Cube> {
        line.cubes.iter().flatten().filter_map(change).find_map(|cube| match self.model.taken(line, &cube) {
            Answer::Free(free) => Some(free),
            Answer::Covered(_) | Answer::TooHard => None,
        })
    }

    /// The last value inside each bound of a line's numbers, and the first outside.
    fn bounds(&mut self) {
        let mut met: BTreeSet<(usize, DimIx, u32)> = BTreeSet::new();
        for line in &self.model.lines {
            for (dim, inside, outside) in self.ends(line) {
                let group = self.group(line);
                if !met.insert((group, dim, inside)) | !met.insert((group, dim, outside)) {
                    continue;
                }
                let name = self.model.name(line);
                let at = |atom: u32| {
                    move |cube: &Cube| cube.get(dim).is_some_and(|set| set.has(inside)).then(|| cube.with(dim, Ranges::one(atom)))
                };
                let Some(free) = self.free(line, at(inside)) else { continue };
                if let Some(scene) = self.lead(&free, Some(line.at)).map(|scene| self.at_end(scene, dim, inside, outside)) {
                    self.add(format!("{name}: {}", self.told(dim, &scene)), scene, Vec::new(), Goal::Bound(group, dim, inside));
                }
                let beyond = free.with(dim, Ranges::one(outside));
                if let Some(scene) = self.lead_anywhere(&beyond).map(|scene| self.at_end(scene, dim, outside, inside)) {
                    self.add(
                        format!("{name}, just outside: {}", self.told(dim, &scene)),
                        scene,
                        Vec::new(),
                        Goal::Bound(group, dim, outside),
                    );
                }
            }
        }
    }

    /// Of each numeric dimension of a line, pairs of neighbouring atoms of which one is inside.
    fn ends(&self, line: &Line) -> Vec<(DimIx, u32, u32)> {
        let mut ends = Vec::new();
        for (dim, set) in line.cubes.iter().flatten().flat_map(Cube::parts) {
            let numeric = self
                .model
                .universe
                .get(*dim)
                .filter(|of| of.role == Role::Value)
                .and_then(|of| self.model.universe.aspects.get(of.aspect?));
            let Some(aspect) = numeric.filter(|aspect| aspect.range(1).is_some()) else { continue };
            let usual = |atom: u32| aspect.range(atom).is_some_and(|range| range.1 >= 0);
            for (low, high) in set.ranges() {
                let pairs = [(*low, low.checked_sub(1)), (*high, high.checked_add(1))];
                let pairs = pairs
                    .into_iter()
                    .filter_map(|(inside, outside)| Some((inside, outside.filter(|outside| *outside > 0 && usual(*outside))?)));
                ends.extend(pairs.filter(|(inside, _)| *inside > 0).map(|(inside, outside)| (*dim, inside, outside)));
            }
        }
        ends
    }

    /// A scene with the value of its atom that is nearest to another atom.
    fn at_end(&self, mut scene: Scene, dim: DimIx, atom: u32, other: u32) -> Scene {
        let Some(aspect) = self.model.universe.get(dim).and_then(|of| self.model.universe.aspects.get(of.aspect?)) else { return scene };
        let Some((low, high)) = aspect.range(atom) else { return scene };
        let nearest = if other > atom { high } else { low };
        let whole = aspect.field.kind == pointsman_engine::field::Kind::Integer;
        let number = if whole && other > atom {
            Some(nearest.div_euclid(1_000_000) * 1_000_000)
        } else if whole {
            crate::space::nature::whole_in(low, high)
        } else {
            Some(nearest)
        };
        if let (Some(number), Some(slot)) = (number, scene.lead.get_mut(&*aspect.field.name)) {
            let number = pointsman_engine::value::Number(number);
            *slot = serde_json::Value::from(number.to_string());
            if let Ok(whole) = number.to_string().parse::<i64>() {
                *slot = whole.into();
            }
        }
        scene
    }

    fn told(&self, dim: DimIx, scene: &Scene) -> String {
        let name =
            self.model.universe.get(dim).and_then(|of| self.model.universe.aspects.get(of.aspect?)).map_or("", |aspect| &aspect.field.name);
        let value = scene.lead.get(name).map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned)).unwrap_or_default();
        format!("{name} {value}")
    }

    fn fallback(&mut self) {
        for gap in gaps::find(self.model, 1).all {
            self.add("No rule matches".to_owned(), gap.scene, Vec::new(), Goal::Fallback);
        }
    }

    /// What becomes of a lead of each group when whoever would get it is absent, and who then would, and so on: backups,
    /// the next targets, the fallback queue. A way that another group has shown is not shown again.
    fn paths(&mut self) {
        let mut met: BTreeSet<usize> = BTreeSet::new();
        let mut shown: BTreeSet<Goal> = BTreeSet::new();
        for line in &self.model.lines {
            let assigns = self.model.row(line).is_some_and(|row| matches!(row.action, Action::Assign(_)));
            if !assigns || !met.insert(self.group(line)) {
                continue;
            }
            let Some(scene) = self.free(line, |cube| Some(cube.clone())).and_then(|free| self.lead(&free, Some(line.at))) else { continue };
            let (mut whom, mut absent) = (Vec::new(), Vec::new());
            for _ in 0..MOST_ABSENT {
                let Some((_, expect)) = self.outcome(&scene, &absent) else { break };
                if !absent.is_empty() {
                    let then: Vec<&str> = expect.iter().filter(|(key, _)| *key != "rule").map(|(_, value)| &**value).collect();
                    let goal = Goal::Path(whom.join(" and "), then.join(" "));
                    let name = format!("Without {}", listed(&whom));
                    if shown.insert(goal.clone()) {
                        self.add(name, scene.clone(), absent.clone(), goal);
                    }
                }
                let of = |key: &str| expect.iter().find(|(known, _)| *known == key).map(|(_, value)| value.clone());
                match (of("pool").as_deref().and_then(|pool| self.members(pool)), of("rep")) {
                    (Some((pool, members)), _) => {
                        whom.push(format!("all of pool {pool}"));
                        absent.extend(members.into_iter().filter(|member| !absent.contains(member)).collect::<Vec<_>>());
                    }
                    (None, Some(rep)) if !absent.contains(&rep) => {
                        whom.push(rep.clone());
                        absent.push(rep);
                    }
                    _ => break,
                }
            }
        }
    }

    fn members(&self, pool: &str) -> Option<(String, Vec<String>)> {
        let policy = self.model.policy;
        let pool = policy.pools.iter().find(|of| *of.name == *pool)?;
        let members = pool.members.iter().filter_map(|member| policy.people.get(member.person.at())).map(ToString::to_string);
        Some((pool.name.to_string(), members.collect()))
    }

    fn lead(&self, cube: &Cube, row: Option<RowRef>) -> Option<Scene> {
        self.candidates(cube).into_iter().find(|scene| self.arrival(scene).is_some_and(|arrival| arrival.row == row))
    }

    /// A lead of a cube, wherever it goes.
    fn lead_anywhere(&self, cube: &Cube) -> Option<Scene> {
        self.candidates(cube).into_iter().find(|scene| self.arrival(scene).is_some())
    }

    /// Scenes of a cube; where one needs an account, with addresses at the accounts that there are.
    fn candidates(&self, cube: &Cube) -> Vec<Scene> {
        let all = scenes(self.model.universe, self.model.policy, cube, moment(self.model.policy));
        let Some(first) = all.first().filter(|scene| scene.account.is_some()) else { return all };
        let accounts = self.book.matcher.accounts().iter();
        let domains =
            accounts.filter_map(|account| account.domains.iter().find(|domain| mail_kind(domain) == MailKind::Company)).take(ACCOUNTS);
        let at = |domain: &str| {
            let mut scene = Scene { account: None, ..first.clone() };
            scene.lead.insert(LeadField::Email.name().to_owned(), format!("jo@{domain}").into());
            scene
        };
        domains.map(|domain| at(domain)).collect()
    }

    fn arrival(&self, scene: &Scene) -> Option<Arrival> {
        Some(arrive(self.model.policy, self.book, scene.read()?, Before::default(), scene.now))
    }

    fn add(&mut self, name: String, scene: Scene, absent: Vec<String>, goal: Goal) {
        if let Some((arrival, expect)) = self.outcome(&scene, &absent) {
            let goals = self.goals(&arrival, goal);
            self.tests.push(Generated { name, scene, absent, expect, goals });
        }
    }

    /// What a lead is when it arrives, and what becomes of it, while these are absent.
    fn outcome(&mut self, scene: &Scene, absent: &[String]) -> Option<(Arrival, Expected)> {
        let present = self.book.roster().clone();
        for rep in absent.iter().filter_map(|person| present.directory().find(person)) {
            let until = scene.now.saturating_add(jiff::SignedDuration::from_hours(24)).unwrap_or(scene.now);
            self.book.add_absence(rep, pointsman_engine::people::Absence { from: scene.now, until });
        }
        let policy = self.model.policy;
        let outcome = self.arrival(scene).map(|arrival| {
            let decision = decide(policy, self.book, &Standing::fresh(policy, self.book), &arrival);
            let expect = expected(&Outline::of(policy, self.book, &decision));
            (arrival, expect)
        });
        self.book.set_roster(present);
        outcome
    }

    /// The goal a lead was made for, and the group that it reaches besides.
    fn goals(&self, arrival: &Arrival, goal: Goal) -> BTreeSet<Goal> {
        let line = arrival.row.and_then(|row| self.model.lines.iter().find(|line| line.at == row));
        let reached = line.map(|line| Goal::Reach(self.group(line))).filter(|_| !matches!(goal, Goal::Path(..)));
        reached.into_iter().chain([goal]).collect()
    }
}

/// What is expected of a lead: the rule, and where it goes. Whose turn it is in a pool is not the rule's to say.
fn expected(line: &Outline<'_>) -> Expected {
    let mut expect = vec![("outcome", line.outcome.to_string()), ("rule", line.rule.as_deref().unwrap_or_default().to_owned())];
    expect.extend(line.target.as_ref().map(|target| ("target", target.to_string())));
    expect.extend(line.rep.as_ref().filter(|_| line.pool.is_none()).map(|rep| ("rep", rep.to_string())));
    expect.extend(line.pool.as_ref().map(|pool| ("pool", pool.to_string())));
    expect.extend(line.queue.as_ref().map(|queue| ("queue", queue.to_string())));
    expect
}
