//! Clauses: the branches of the rows' conditions, which is what the index is made of.

use super::boxes::Span;
use super::key::{Key, keys};
use crate::field::FieldIx;
use crate::form::{Branch, Form};
use crate::policy::{RowRef, Rule};
use crate::set::ValueSet;

/// Which branch of which row's condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ClauseRef {
    /// The row, which is also the clause's priority: the least one wins.
    pub row: RowRef,
    /// The branch, from 0.
    pub branch: u32,
}

impl ClauseRef {
    /// The branch itself; `None` in rules other than those it was taken from.
    pub fn branch(self, rules: &[Rule]) -> Option<&Branch> {
        let row = rules.get(self.row.rule.at())?.rows.get(self.row.row as usize)?;
        row.when.branches.get(self.branch as usize)
    }
}

/// From which row to which a part of the index reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reach {
    /// The least row.
    pub first: RowRef,
    /// The greatest.
    pub last: RowRef,
}

impl Reach {
    /// Of these clauses; `None` of none.
    pub fn of(clauses: impl Iterator<Item = ClauseRef>) -> Option<Self> {
        let one = clauses.map(|clause| Self { first: clause.row, last: clause.row });
        one.reduce(|a, b| Self { first: a.first.min(b.first), last: a.last.max(b.last) })
    }
}

/// A clause with all that can be looked up of it.
#[derive(Debug)]
pub(super) struct Clause<'p> {
    /// Which.
    pub at: ClauseRef,
    /// Fields of which a lead must have one of these keys.
    pub keys: Vec<(FieldIx, Vec<Key<'p>>)>,
    /// Numeric fields that must lie in one of these spans, in the order of their numbers.
    pub spans: Vec<(FieldIx, Vec<Span>)>,
}

/// A clause that lists fewer values than this may still stand so many times in the index.
const COPIES: usize = 128;

impl<'p> Clause<'p> {
    /// The clauses of a row's condition.
    pub fn of_row(row: RowRef, when: &'p Form) -> impl Iterator<Item = Self> {
        (0..).zip(&when.branches).map(move |(branch, of)| Self::new(ClauseRef { row, branch }, of))
    }

    fn new(at: ClauseRef, branch: &'p Branch) -> Self {
        let (mut by_key, mut by_span) = (Vec::new(), Vec::new());
        for (field, allowed) in &branch.fields {
            if let ValueSet::Number(set) = &allowed.present {
                by_span.extend(Span::covering(set, allowed.missing).map(|spans| (*field, spans)));
            } else {
                by_key.extend(keys(allowed).map(|keys| (*field, keys)));
            }
        }
        by_span.sort_unstable_by_key(|(field, _)| *field);
        Self { at, keys: by_key, spans: by_span }
    }

    /// How often it may stand in the index: in step with the values it lists, so that the index stays
    /// linear in the policy although lists on several fields multiply.
    pub fn allowance(&self) -> usize {
        let keys = self.keys.iter().map(|(_, keys)| keys.len());
        let spans = self.spans.iter().map(|(_, spans)| spans.len());
        keys.chain(spans).sum::<usize>().max(COPIES)
    }

    /// The spans of a field; none where it is not constrained.
    pub fn spans_of(&self, field: FieldIx) -> &[Span] {
        self.spans.iter().find(|(have, _)| *have == field).map_or(&[], |(_, spans)| spans)
    }
}
