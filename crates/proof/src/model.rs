//! A policy as proof looks at it: its rows in order, each with its cubes, and what covers what comes later.

use crate::space::cover::{Answer, Cover, Owner, covered};
use crate::space::cube::Cube;
use crate::space::universe::Universe;
use pointsman_engine::policy::{Action, Policy, Row, RowRef, Rule, RuleIx};

/// One row that is tried.
#[derive(Debug)]
pub struct Line {
    /// Its number among the lines, which its cubes have as owner.
    pub number: usize,
    /// Which.
    pub at: RowRef,
    /// Its condition. `None`: it has too many alternatives to be looked at.
    pub cubes: Option<Vec<Cube>>,
    /// Of a row that holds leads: what it waits for. Leads that have it already are not held.
    pub until: Vec<Cube>,
    /// Whether it ends the rules for its leads. A row that holds does not.
    pub ends: bool,
    /// How many of the covering cubes come before it.
    before: usize,
}

/// A policy and its cubes.
#[derive(Debug)]
pub struct Model<'a> {
    /// The policy.
    pub policy: &'a Policy,
    /// Where its cubes lie.
    pub universe: &'a Universe,
    /// Its number among the policies of the universe.
    pub part: usize,
    /// The rows of enabled rules, in the order they are tried.
    pub lines: Vec<Line>,
    /// What no lead is in, then the cubes of all rows that end the rules, in order.
    pub cover: Cover,
}

impl<'a> Model<'a> {
    /// Of one policy of a universe.
    #[must_use]
    pub fn of(universe: &'a Universe, policy: &'a Policy, part: usize) -> Self {
        let mut model = Self { policy, universe, part, lines: Vec::new(), cover: Cover::of(universe) };
        let enabled = (0..).map(RuleIx).zip(&policy.rules).filter(|(_, rule)| rule.enabled);
        for (rule, of) in enabled {
            for (row, of) in (0..).zip(&of.rows) {
                model.line(RowRef { rule, row }, of);
            }
        }
        model
    }

    fn line(&mut self, at: RowRef, row: &Row) {
        let cubes = self.universe.cubes(self.part, &row.when);
        let (before, owner) = (self.cover.len(), self.owner());
        let (ends, until) = match &row.action {
            Action::Hold { until, .. } => (false, self.universe.cubes(self.part, until).unwrap_or_default()),
            _ => (true, Vec::new()),
        };
        for cube in cubes.iter().flatten().filter(|_| ends) {
            self.cover.push(cube.clone(), owner);
        }
        self.lines.push(Line { number: self.lines.len(), at, cubes, until, ends, before });
    }

    fn owner(&self) -> Owner {
        Owner::try_from(self.lines.len()).unwrap_or(Owner::MAX)
    }

    /// A line by its number as an owner.
    #[must_use]
    pub fn of_owner(&self, owner: Owner) -> Option<&Line> {
        self.lines.get(owner as usize)
    }

    /// What meets a cube of what comes before a line: earlier rows, what the line waits for, and what no lead is in.
    #[must_use]
    pub fn before<'m>(&'m self, line: &'m Line, cube: &Cube) -> Vec<(&'m Cube, Owner)> {
        let own = line.until.iter().filter(|until| until.meets(cube)).map(|until| (until, crate::space::cover::LEFT_OUT));
        let mut all = self.cover.meeting(cube, line.before);
        all.extend(own);
        all
    }

    /// Whether earlier rows take all of a cube of a line.
    #[must_use]
    pub fn taken(&self, line: &Line, cube: &Cube) -> Answer {
        covered(self.universe, cube, &self.before(line, cube))
    }

    /// What meets a cube of all rows.
    #[must_use]
    pub fn all(&self, cube: &Cube) -> Vec<(&Cube, Owner)> {
        self.cover.meeting(cube, self.cover.len())
    }

    /// A line's rule.
    #[must_use]
    pub fn rule(&self, line: &Line) -> Option<&'a Rule> {
        self.policy.rules.get(line.at.rule.at())
    }

    /// A line's row.
    #[must_use]
    pub fn row(&self, line: &Line) -> Option<&'a Row> {
        self.policy.row(line.at)
    }

    /// What a line is called: `Germany`, or `US territories, line 12`.
    #[must_use]
    pub fn name(&self, line: &Line) -> String {
        match (self.rule(line), self.row(line)) {
            (Some(rule), Some(row)) if rule.table.is_some() => format!("{}, line {}", rule.name, row.place.line),
            (Some(rule), _) => rule.name.to_string(),
            _ => String::new(),
        }
    }

    /// Whether two lines do the same with a lead.
    #[must_use]
    pub fn same(&self, a: &Line, b: &Line) -> bool {
        match (self.row(a), self.row(b)) {
            (Some(a), Some(b)) => a.action == b.action && a.sla == b.sla,
            _ => false,
        }
    }
}
