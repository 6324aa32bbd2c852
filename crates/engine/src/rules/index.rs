//! The index: the first match at a cost that does not grow with the number of rows.
//!
//! A tree. A split looks at one field: clauses that ask for certain values of it stand under those values,
//! all others under `rest`; a search looks under the lead's value, and under `rest`. Where no discrete
//! field separates the clauses any further, their numeric ranges do ([`super::boxes`]). What a search
//! comes upon is only offered: [`Seek`] holds it against the lead in full.

use super::boxes::Boxes;
use super::clause::{Clause, ClauseRef, Reach};
use super::key::Cut;
use super::{build, rows};
use crate::facts::{Fact, Facts};
use crate::field::FieldIx;
use crate::lookup::Lookup;
use crate::policy::{Policy, RowRef, Rule};

/// Rows, laid out so that the first that matches a lead is found without trying the others.
///
/// Memory is linear in the policy. It belongs to the rules it was built from: asked with others, it may
/// miss a match, but never reports a row that does not match.
#[derive(Debug)]
pub struct Index {
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
        let clauses: Vec<Clause<'_>> = rows(rules).flat_map(|(row, when)| Clause::of_row(row, when)).collect();
        Self { root: build::tree(&clauses) }
    }

    /// The first row that a lead satisfies, strictly after `after`: what [`super::walk()`] says.
    #[must_use]
    pub fn first(&self, policy: &Policy, facts: &Facts<'_>, after: Option<RowRef>) -> Option<RowRef> {
        self.first_among(&policy.rules, facts, after)
    }

    /// [`Self::first`] for an index that was built with [`Self::over`].
    #[must_use]
    pub fn first_among(&self, rules: &[Rule], facts: &Facts<'_>, after: Option<RowRef>) -> Option<RowRef> {
        let mut seek = Seek { rules, facts, after, best: None };
        seek.visit(self.root.as_ref());
        seek.best
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
    One(ClauseRef),
    /// Clauses to be tried one by one, in the order of their rows.
    Few(Box<[ClauseRef]>),
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
    /// Under a text, by each part of it that clauses look at.
    pub texts: Vec<(Cut, Lookup<Box<str>, Subtree>)>,
    pub yes: Option<Subtree>,
    pub no: Option<Subtree>,
    pub missing: Option<Subtree>,
    /// Clauses that the field says nothing about.
    pub rest: Option<Subtree>,
}

/// A search under way.
pub(super) struct Seek<'q> {
    pub rules: &'q [Rule],
    pub facts: &'q Facts<'q>,
    pub after: Option<RowRef>,
    pub best: Option<RowRef>,
}

impl Seek<'_> {
    /// Whether rows of that reach can still be the answer.
    pub fn wants(&self, reach: Reach) -> bool {
        Some(reach.last) > self.after && self.best.is_none_or(|best| reach.first < best)
    }

    /// Offers clauses that come in the order of their rows, up to the first that could not improve on the answer.
    pub fn offer_all(&mut self, clauses: impl Iterator<Item = ClauseRef>) {
        for clause in clauses {
            if self.best.is_some_and(|best| best <= clause.row) {
                return;
            }
            self.offer(clause);
        }
    }

    /// Takes a clause's row for the answer if it is an earlier one and the lead satisfies the clause.
    fn offer(&mut self, clause: ClauseRef) {
        let wanted = self.wants(Reach { first: clause.row, last: clause.row });
        if wanted && clause.branch(self.rules).is_some_and(|branch| branch.holds(self.facts)) {
            self.best = Some(clause.row);
        }
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
            Fact::Text(text) => self.visit_text(split, text),
            Fact::List(items) => items.iter().for_each(|item| self.visit_text(split, item)),
            Fact::Number(_) | Fact::Time(_) => {}
        }
        self.visit(split.rest.as_ref());
    }

    fn visit_text(&mut self, split: &Split, text: &str) {
        for (cut, under) in &split.texts {
            self.visit(cut.of(text).and_then(|part| under.get(part)));
        }
    }
}
