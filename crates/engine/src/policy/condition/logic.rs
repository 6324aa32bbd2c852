//! What a condition means: names looked up, values read, not yet in normal form.

use super::Segment;
use crate::field::{FieldIx, Kind};
use crate::form::Opaque;
use crate::set::{BoolSet, ListSet, NumberSet, TextSet, ValueSet};
use std::ops::Range;

/// What a condition means. Each leaf is true, false or (on a missing field) unknown.
#[derive(Debug, Clone)]
pub enum Logic<'n> {
    /// Every part.
    All(Vec<Logic<'n>>, Range<usize>),
    /// Some part.
    Any(Vec<Logic<'n>>, Range<usize>),
    /// Not the part.
    Not(Box<Logic<'n>>),
    /// The field is missing: true or false, never unknown. With it: every value of the field's kind.
    Missing(FieldIx, ValueSet),
    /// The field's value is one of `these`.
    Values {
        /// Which field.
        field: FieldIx,
        /// The values.
        these: ValueSet,
        /// All other present values.
        others: ValueSet,
    },
    /// A test that is not a set of values.
    Opaque(Opaque),
    /// A named condition.
    Segment(&'n Segment),
}

/// Every value of a kind.
pub fn everything(kind: &Kind) -> ValueSet {
    match kind {
        Kind::Text | Kind::Choice(_) | Kind::Country => ValueSet::Text(TextSet::all()),
        Kind::Number | Kind::Integer => ValueSet::Number(NumberSet::all()),
        Kind::Bool => ValueSet::Bool(BoolSet { yes: true, no: true }),
        Kind::Time => ValueSet::Time(true),
        Kind::List => ValueSet::List(ListSet::everything()),
    }
}

/// A set of texts and its complement, which is cheaper to build beside it than from it.
pub struct TextPair {
    /// The texts.
    pub these: TextSet,
    /// All other texts.
    pub others: TextSet,
}

impl TextPair {
    /// Just these texts, folded.
    pub fn of(texts: Vec<Box<str>>) -> Self {
        let these = TextSet::of(texts);
        Self { others: these.not(), these }
    }

    /// The complement.
    pub fn swapped(self) -> Self {
        Self { these: self.others, others: self.these }
    }
}

/// The value is in the set.
pub fn texts<'n>(field: FieldIx, pair: TextPair) -> Logic<'n> {
    Logic::Values { field, these: ValueSet::Text(pair.these), others: ValueSet::Text(pair.others) }
}

/// The value is in the set.
pub fn numbers<'n>(field: FieldIx, these: NumberSet) -> Logic<'n> {
    Logic::Values { field, others: ValueSet::Number(these.not()), these: ValueSet::Number(these) }
}

/// The value is in the set.
pub fn booleans<'n>(field: FieldIx, yes: bool, no: bool) -> Logic<'n> {
    Logic::Values { field, these: ValueSet::Bool(BoolSet { yes, no }), others: ValueSet::Bool(BoolSet { yes: !yes, no: !no }) }
}

/// Some element is one of these. Otherwise every one is another.
pub fn some<'n>(field: FieldIx, pair: TextPair) -> Logic<'n> {
    Logic::Values { field, these: any_element(pair.these), others: all_elements(pair.others) }
}

/// Every element is one of these. Otherwise some one is another.
pub fn every<'n>(field: FieldIx, pair: TextPair) -> Logic<'n> {
    Logic::Values { field, these: all_elements(pair.these), others: any_element(pair.others) }
}

fn any_element(texts: TextSet) -> ValueSet {
    ValueSet::List(ListSet { any: [texts].into(), ..ListSet::everything() })
}

fn all_elements(texts: TextSet) -> ValueSet {
    ValueSet::List(ListSet { all: texts, ..ListSet::everything() })
}
