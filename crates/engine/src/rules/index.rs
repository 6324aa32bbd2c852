//! The index: the first match at a cost that does not grow with the number of rows.
//!
//! A tree. A split looks at one field: clauses that ask for certain values of it stand under those values,
//! all others under `rest`; a search looks under the lead's value, and under `rest`. Where no discrete
//! field separates the clauses any further, their numeric ranges do ([`super::boxes`]). A clause of which
//! every part was looked up on the way is proven by it; any other is held against the lead in full.

use super::boxes::Boxes;
use super::clause::{Clause, Found, Order, Reach};
use super::key::Part;
use super::{build, rows};
use crate::facts::{Fact, Facts};
use crate::field::FieldIx;
use crate::lookup::Lookup;
use crate::policy::{Policy, RowRef, Rule};

/// Rows, laid out so that the first that matches a lead is found without trying the others.
///
/// Memory is linear in the policy. It belongs to the rules it was built from: asked with others, its answer
/// means nothing.
#[derive(Debug)]
pub struct Index {
    /// The rows that are tried, in order.
    rows: Box<[RowRef]>,
    pub(super) root: Option<Subtree>,
}

impl Index {
    /// O(n log n) in the number of rows.
    #[must_use]
    pub fn build(policy: &Policy) -> Self {
        Self::over(&policy.rules)
    }

    /// [`Self::build`] over rules that stand by themselves.
    #[must_use]
    pub fn over(rules: &[Rule]) -> Self {
        let conditions = (0..).map(Order).zip(rows(rules));
        let clauses: Vec<Clause<'_>> = conditions.flat_map(|(row, (_, when))| Clause::of_row(row, when)).collect();
        Self { rows: rows(rules).map(|(row, _)| row).collect(), root: build::tree(&clauses) }
    }

    /// The first row that a lead satisfies, strictly after `after`: what [`super::walk()`] says.
    #[must_use]
    pub fn first(&self, policy: &Policy, facts: &Facts<'_>, after: Option<RowRef>) -> Option<RowRef> {
        self.first_among(&policy.rules, facts, after)
    }

    /// [`Self::first`] for an index that was built with [`Self::over`].
    #[must_use]
    pub fn first_among(&self, rules: &[Rule], facts: &Facts<'_>, after: Option<RowRef>) -> Option<RowRef> {
        let from = after.map_or(0, |after| self.rows.partition_point(|row| *row <= after));
        let from = Order(u32::try_from(from).unwrap_or(u32::MAX));
        let mut seek = Seek { rules, rows: &self.rows, facts, from, best: Order::NEVER };
        seek.visit(self.root.as_ref());
        self.rows.get(seek.best.0 as usize).copied()
    }
}

/// A part of the tree.
#[derive(Debug)]
pub(super) struct Subtree {
    pub reach: Reach,
    pub node: Node,
}

#[derive(Debug)]
pub(super) enum Node {
    /// One clause.
    One(Found),
    /// Clauses to be tried one by one, in the order of their rows.
    Few(Box<[Found]>),
    /// By the value of a field.
    Split(Box<Split>),
    /// By one, two or three numeric fields.
    Line(Box<Boxes<1>>),
    Plane(Box<Boxes<2>>),
    Space(Box<Boxes<3>>),
    /// All of these.
    Each(Box<[Subtree]>),
}

/// Subtrees by the value of a field.
#[derive(Debug)]
pub(super) struct Split {
    pub field: FieldIx,
    /// Under a text.
    pub texts: Texts,
    /// Under an element of a set.
    pub elements: Texts,
    pub yes: Option<Subtree>,
    pub no: Option<Subtree>,
    pub missing: Option<Subtree>,
    /// Clauses that the field says nothing about.
    pub rest: Option<Subtree>,
}

/// Subtrees by each part of a text that clauses look at.
pub(super) type Texts = Vec<(Part, Lookup<Box<str>, Subtree>)>;

/// A search under way.
pub(super) struct Seek<'q> {
    rules: &'q [Rule],
    rows: &'q [RowRef],
    pub facts: &'q Facts<'q>,
    /// No earlier row is wanted.
    from: Order,
    /// The answer so far.
    best: Order,
}

impl Seek<'_> {
    /// Whether rows of that reach can still be the answer.
    pub fn wants(&self, reach: Reach) -> bool {
        (self.from <= reach.last) & (reach.first < self.best)
    }

    /// Offers clauses that come in the order of their rows, up to the first that could not improve on the answer.
    pub fn offer_all(&mut self, clauses: impl Iterator<Item = Found>) {
        for found in clauses {
            if self.best <= found.row {
                return;
            }
            self.offer(found);
        }
    }

    /// Takes a clause's row for the answer if it is an earlier one and the lead satisfies the clause.
    fn offer(&mut self, found: Found) {
        let wanted = self.from <= found.row && found.row < self.best;
        if wanted && found.unproven.is_none_or(|branch| self.holds(found.row, branch)) {
            self.best = found.row;
        }
    }

    fn holds(&self, row: Order, branch: u32) -> bool {
        let row = self.rows.get(row.0 as usize).and_then(|at| self.rules.get(at.rule.at())?.rows.get(at.row as usize));
        row.and_then(|row| row.when.branches.get(branch as usize)).is_some_and(|branch| branch.holds(self.facts))
    }

    /// The tree is at most [`build::DEEPEST`] splits deep.
    fn visit(&mut self, subtree: Option<&Subtree>) {
        let Some(Subtree { node, .. }) = subtree.filter(|subtree| self.wants(subtree.reach)) else { return };
        match node {
            Node::One(clause) => self.offer(*clause),
            Node::Few(clauses) => self.offer_all(clauses.iter().copied()),
            Node::Split(split) => self.visit_split(split),
            Node::Line(boxes) => boxes.search(self),
            Node::Plane(boxes) => boxes.search(self),
            Node::Space(boxes) => boxes.search(self),
            Node::Each(subtrees) => subtrees.iter().for_each(|subtree| self.visit(Some(subtree))),
        }
    }

    fn visit_split(&mut self, split: &Split) {
        match self.facts.get(split.field) {
            Fact::Missing => self.visit(split.missing.as_ref()),
            Fact::Bool(true) => self.visit(split.yes.as_ref()),
            Fact::Bool(false) => self.visit(split.no.as_ref()),
            Fact::Text(text) => self.visit_text(&split.texts, text),
            Fact::List(items) => items.iter().for_each(|item| self.visit_text(&split.elements, item)),
            Fact::Number(_) | Fact::Time(_) => {}
        }
        self.visit(split.rest.as_ref());
    }

    fn visit_text(&mut self, texts: &Texts, text: &str) {
        for (part, under) in texts {
            self.visit(part.of(text).and_then(|text| under.get(text)));
        }
    }
}
