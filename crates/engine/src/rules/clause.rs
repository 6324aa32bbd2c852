//! Clauses: the branches of the rows' conditions, which is what the index is made of.

use super::key::{Keys, keys};
use super::span::Spans;
use crate::field::FieldIx;
use crate::form::{Branch, Form};
use crate::set::ValueSet;

/// A row's number among all that are tried, in the order they are: its priority, of which the least wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Order(pub u32);

impl Order {
    /// After every row.
    pub const NEVER: Self = Self(u32::MAX);
}

/// A clause at the end of a way through the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    /// The row.
    pub row: Order,
    /// The branch of its condition that is still to be held against the lead. `None`: to come here is to
    /// satisfy it, since every part of it was looked up on the way, and exactly.
    pub unproven: Option<u32>,
}

/// From which row to which a part of the index reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reach {
    /// The least row.
    pub first: Order,
    /// The greatest.
    pub last: Order,
}

impl Reach {
    /// Of these rows; `None` of none.
    pub fn of(rows: impl Iterator<Item = Order>) -> Option<Self> {
        let one = rows.map(|row| Self { first: row, last: row });
        one.reduce(|a, b| Self { first: a.first.min(b.first), last: a.last.max(b.last) })
    }
}

/// A clause with all that can be looked up of it.
#[derive(Debug)]
pub(super) struct Clause<'p> {
    /// The row.
    pub row: Order,
    /// The branch of its condition, from 0.
    pub branch: u32,
    /// How many parts its branch has: fields and opaque tests.
    pub parts: usize,
    /// Fields of which a lead must have one of these keys.
    pub keys: Vec<(FieldIx, Keys<'p>)>,
    /// Numeric fields that must lie in one of these spans, in the order of their numbers.
    pub spans: Vec<(FieldIx, Spans)>,
}

/// A clause that lists fewer values than this may still stand so many times in the index.
const COPIES: usize = 32;

impl<'p> Clause<'p> {
    /// The clauses of a row's condition.
    pub fn of_row(row: Order, when: &'p Form) -> impl Iterator<Item = Self> {
        (0..).zip(&when.branches).map(move |(branch, of)| Self::new(row, branch, of))
    }

    fn new(row: Order, number: u32, branch: &'p Branch) -> Self {
        let (mut by_key, mut by_span) = (Vec::new(), Vec::new());
        for (field, allowed) in &branch.fields {
            if let ValueSet::Number(set) = &allowed.present {
                by_span.extend(Spans::covering(set, allowed.missing).map(|spans| (*field, spans)));
            } else {
                by_key.extend(keys(allowed).map(|keys| (*field, keys)));
            }
        }
        by_span.sort_unstable_by_key(|(field, _)| *field);
        let parts = branch.fields.len() + branch.opaque.len();
        Self { row, branch: number, parts, keys: by_key, spans: by_span }
    }

    /// As it is found where so many of its parts are open.
    pub fn found(&self, open: usize) -> Found {
        Found { row: self.row, unproven: (open > 0).then_some(self.branch) }
    }

    /// How often it may stand in the index: in step with the values it lists, so that the index stays
    /// linear in the policy although lists on several fields multiply.
    pub fn allowance(&self) -> usize {
        let keys = self.keys.iter().map(|(_, keys)| keys.keys.len());
        let spans = self.spans.iter().map(|(_, spans)| spans.spans.len());
        keys.chain(spans).sum::<usize>().max(COPIES)
    }
}
