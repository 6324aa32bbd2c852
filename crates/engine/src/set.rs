//! Sets of values: for one field, the values that satisfy a condition.
//!
//! Closed under *and*, *or* and *not*, and canonical where that is cheap. Together with "is a missing
//! value allowed" ([`Allowed`]) they are the normal form of conditions ([`crate::form`]), which decision,
//! index, explanation and proof all read. All texts here are folded ([`crate::value::fold`]).

use crate::value::Number;
use std::collections::BTreeSet;

/// A test on a folded text that is not equality.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pattern {
    /// Has this somewhere.
    Contains(Box<str>),
    /// Begins with this.
    StartsWith(Box<str>),
    /// Ends with this.
    EndsWith(Box<str>),
}

impl Pattern {
    /// Whether a folded text satisfies it.
    #[must_use]
    pub fn holds(&self, text: &str) -> bool {
        match self {
            Self::Contains(part) => text.contains(&**part),
            Self::StartsWith(part) => text.starts_with(&**part),
            Self::EndsWith(part) => text.ends_with(&**part),
        }
    }
}

/// Listed texts, or all but the listed ones.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Listed {
    /// Only these.
    In(BTreeSet<Box<str>>),
    /// All but these.
    NotIn(BTreeSet<Box<str>>),
}

/// Texts that are listed (or not), satisfy all of `with` and none of `without`.
///
/// INVARIANT: when `listed` is `In`, both pattern sets are empty (they have been applied).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TextPiece {
    /// By equality.
    pub listed: Listed,
    /// Patterns that must hold.
    pub with: BTreeSet<Pattern>,
    /// Patterns that must not.
    pub without: BTreeSet<Pattern>,
}

impl TextPiece {
    fn all() -> Self {
        Self { listed: Listed::NotIn(BTreeSet::new()), with: BTreeSet::new(), without: BTreeSet::new() }
    }

    fn holds(&self, text: &str) -> bool {
        (match &self.listed {
            Listed::In(texts) => texts.contains(text),
            Listed::NotIn(texts) => !texts.contains(text),
        }) && self.with.iter().all(|pattern| pattern.holds(text))
            && !self.without.iter().any(|pattern| pattern.holds(text))
    }

    fn and(&self, other: &Self) -> Option<Self> {
        let listed = match (&self.listed, &other.listed) {
            (Listed::In(a), Listed::In(b)) => Listed::In(a & b),
            (Listed::In(a), Listed::NotIn(b)) | (Listed::NotIn(b), Listed::In(a)) => Listed::In(a - b),
            (Listed::NotIn(a), Listed::NotIn(b)) => Listed::NotIn(a | b),
        };
        let (with, without) = (&self.with | &other.with, &self.without | &other.without);
        Self { listed, with, without }.settled()
    }

    /// Applies the patterns to a finite list; `None` when nothing is left.
    fn settled(mut self) -> Option<Self> {
        if let Listed::In(texts) = &mut self.listed {
            let (with, without) = (std::mem::take(&mut self.with), std::mem::take(&mut self.without));
            texts.retain(|text| with.iter().all(|p| p.holds(text)) && !without.iter().any(|p| p.holds(text)));
            return (!texts.is_empty()).then_some(self);
        }
        (self.with.is_disjoint(&self.without)).then_some(self)
    }

    fn not(&self) -> TextSet {
        let flipped = match &self.listed {
            Listed::In(texts) => Listed::NotIn(texts.clone()),
            Listed::NotIn(texts) => Listed::In(texts.clone()),
        };
        let mut pieces: Vec<Self> = Self { listed: flipped, ..Self::all() }.settled().into_iter().collect();
        pieces.extend(self.with.iter().map(|p| Self { without: [p.clone()].into(), ..Self::all() }));
        pieces.extend(self.without.iter().map(|p| Self { with: [p.clone()].into(), ..Self::all() }));
        TextSet { pieces }.tidy()
    }
}

/// A set of texts: the union of its pieces. No pieces: no text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TextSet {
    pieces: Vec<TextPiece>,
}

impl TextSet {
    /// Every text.
    #[must_use]
    pub fn all() -> Self {
        Self { pieces: vec![TextPiece::all()] }
    }

    /// No text.
    #[must_use]
    pub const fn none() -> Self {
        Self { pieces: Vec::new() }
    }

    /// Just these texts, which the caller has folded.
    pub fn of(texts: impl IntoIterator<Item = Box<str>>) -> Self {
        let listed: BTreeSet<Box<str>> = texts.into_iter().collect();
        if listed.is_empty() { Self::none() } else { Self { pieces: vec![TextPiece { listed: Listed::In(listed), ..TextPiece::all() }] } }
    }

    /// The texts that satisfy a pattern.
    #[must_use]
    pub fn matching(pattern: Pattern) -> Self {
        Self { pieces: vec![TextPiece { with: [pattern].into(), ..TextPiece::all() }] }
    }

    /// The texts that satisfy none of these patterns.
    pub fn matching_none(patterns: impl IntoIterator<Item = Pattern>) -> Self {
        Self { pieces: vec![TextPiece { without: patterns.into_iter().collect(), ..TextPiece::all() }] }
    }

    /// Just one of the pieces of a set.
    #[must_use]
    pub fn only(piece: &TextPiece) -> Self {
        Self { pieces: vec![piece.clone()] }
    }

    /// The pieces whose union it is.
    #[must_use]
    pub fn pieces(&self) -> &[TextPiece] {
        &self.pieces
    }

    /// Whether a folded text is in it.
    #[must_use]
    pub fn holds(&self, text: &str) -> bool {
        self.pieces.iter().any(|piece| piece.holds(text))
    }

    /// Texts in both.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        Self { pieces: self.pieces.iter().flat_map(|a| other.pieces.iter().filter_map(move |b| a.and(b))).collect() }.tidy()
    }

    /// Texts in either.
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        Self::any_of([self, other])
    }

    /// Texts in any of these, joined at once: linear where a chain of `or` would be quadratic.
    pub fn any_of<'a>(sets: impl IntoIterator<Item = &'a Self>) -> Self {
        Self { pieces: sets.into_iter().flat_map(|set| &set.pieces).cloned().collect() }.tidy()
    }

    /// Texts not in it.
    #[must_use]
    pub fn not(&self) -> Self {
        self.pieces.iter().fold(Self::all(), |set, piece| set.and(&piece.not()))
    }

    /// Whether it is plainly every text, or plainly none. (Exact emptiness is a matter of proof.)
    #[must_use]
    pub fn is_plainly_all(&self) -> bool {
        self.pieces.contains(&TextPiece::all())
    }

    /// Whether it has no pieces at all.
    #[must_use]
    pub fn is_plainly_none(&self) -> bool {
        self.pieces.is_empty()
    }

    /// Folds pieces together: finite lists into one, plain complements into one, duplicates away, sorted.
    fn tidy(self) -> Self {
        let (mut listed, mut excluded, mut rest) = (BTreeSet::new(), None::<BTreeSet<Box<str>>>, Vec::new());
        for piece in self.pieces {
            match piece {
                TextPiece { listed: Listed::In(texts), .. } => listed.extend(texts),
                TextPiece { listed: Listed::NotIn(texts), with, without } if with.is_empty() && without.is_empty() => {
                    excluded = Some(excluded.map_or(texts.clone(), |so_far| &so_far & &texts));
                }
                other => rest.push(other),
            }
        }
        if let Some(excluded) = &mut excluded {
            excluded.retain(|text| !listed.contains(text));
            rest.retain(|piece| excluded.iter().any(|text| piece.holds(text)));
            listed.clear();
        }
        let mut pieces = Vec::new();
        if !listed.is_empty() {
            pieces.push(TextPiece { listed: Listed::In(listed), ..TextPiece::all() });
        }
        if let Some(texts) = excluded {
            pieces.push(TextPiece { listed: Listed::NotIn(texts), ..TextPiece::all() });
        }
        pieces.extend(rest);
        pieces.sort();
        pieces.dedup();
        Self { pieces }
    }
}

/// A set of numbers: closed ranges of millionths, sorted, apart and not touching.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NumberSet {
    ranges: Vec<(i128, i128)>,
}

impl NumberSet {
    /// Every number.
    #[must_use]
    pub fn all() -> Self {
        Self { ranges: vec![(i128::MIN, i128::MAX)] }
    }

    /// No number.
    #[must_use]
    pub const fn none() -> Self {
        Self { ranges: Vec::new() }
    }

    /// From `low` to `high`, both included; open where `None`. Empty when they cross.
    #[must_use]
    pub fn between(low: Option<Number>, high: Option<Number>) -> Self {
        let (low, high) = (low.map_or(i128::MIN, |n| n.0), high.map_or(i128::MAX, |n| n.0));
        if low > high { Self::none() } else { Self { ranges: vec![(low, high)] } }
    }

    /// Numbers below (a step of one millionth is the finest there is).
    #[must_use]
    pub fn below(bound: Number) -> Self {
        bound.0.checked_sub(1).map_or_else(Self::none, |high| Self::between(None, Some(Number(high))))
    }

    /// Numbers above.
    #[must_use]
    pub fn above(bound: Number) -> Self {
        bound.0.checked_add(1).map_or_else(Self::none, |low| Self::between(Some(Number(low)), None))
    }

    /// The ranges, both ends included.
    #[must_use]
    pub fn ranges(&self) -> &[(i128, i128)] {
        &self.ranges
    }

    /// Whether a number is in it.
    #[must_use]
    pub fn holds(&self, number: Number) -> bool {
        let after = self.ranges.partition_point(|range| range.0 <= number.0);
        after.checked_sub(1).and_then(|at| self.ranges.get(at)).is_some_and(|range| number.0 <= range.1)
    }

    /// Numbers in both.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        self.not().or(&other.not()).not()
    }

    /// Numbers in either.
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        Self::any_of([self, other])
    }

    /// Numbers in any of these, joined at once.
    pub fn any_of<'a>(sets: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut all: Vec<(i128, i128)> = sets.into_iter().flat_map(|set| &set.ranges).copied().collect();
        all.sort_unstable();
        let mut ranges: Vec<(i128, i128)> = Vec::with_capacity(all.len());
        for (low, high) in all {
            match ranges.last_mut() {
                Some(last) if low <= last.1.saturating_add(1) => last.1 = last.1.max(high),
                _ => ranges.push((low, high)),
            }
        }
        Self { ranges }
    }

    /// Numbers not in it.
    #[must_use]
    pub fn not(&self) -> Self {
        let mut ranges = Vec::with_capacity(self.ranges.len() + 1);
        let mut next = Some(i128::MIN);
        for (low, high) in &self.ranges {
            if let (Some(from), Some(to)) = (next, low.checked_sub(1))
                && from <= to
            {
                ranges.push((from, to));
            }
            next = high.checked_add(1);
        }
        ranges.extend(next.map(|from| (from, i128::MAX)));
        Self { ranges }
    }
}

/// A set of truth values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct BoolSet {
    /// `true` is in it.
    pub yes: bool,
    /// `false` is in it.
    pub no: bool,
}

/// A condition on the elements of a field that holds a set.
///
/// A set satisfies it when for each of `any` some element is in that set, and every element is in `all`.
/// (`any` over two sets is not `any` over their intersection: hence a list.)
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ListSet {
    /// For each of these, some element is in it.
    pub any: BTreeSet<TextSet>,
    /// Every element is in this.
    pub all: TextSet,
}

impl ListSet {
    /// Every set that has an element.
    #[must_use]
    pub fn everything() -> Self {
        Self { any: BTreeSet::new(), all: TextSet::all() }
    }

    /// Whether a set of folded texts satisfies it.
    #[must_use]
    pub fn holds<T: AsRef<str>>(&self, items: &[T]) -> bool {
        !items.is_empty()
            && self.any.iter().all(|set| items.iter().any(|item| set.holds(item.as_ref())))
            && (self.all.is_plainly_all() || items.iter().all(|item| self.all.holds(item.as_ref())))
    }

    /// Sets that satisfy both.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        Self { any: &self.any | &other.any, all: self.all.and(&other.all) }
    }
}

/// The present values that satisfy a condition, by kind of field.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum ValueSet {
    /// Of text, choice and country fields.
    Text(TextSet),
    /// Of integer and number fields.
    Number(NumberSet),
    /// Of yes-or-no fields.
    Bool(BoolSet),
    /// Of fields that hold sets.
    List(ListSet),
    /// Of time fields: any moment (true) or none (false). What a moment must be is an opaque test.
    Time(bool),
}

/// What one field may be: these values, and perhaps missing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Allowed {
    /// Whether a lead that lacks the field satisfies it.
    pub missing: bool,
    /// Which present values do.
    pub present: ValueSet,
}

impl Allowed {
    /// Both must hold. `None` when the two are of different kinds, which a checked policy never asks.
    #[must_use]
    pub fn and(&self, other: &Self) -> Option<Self> {
        let present = match (&self.present, &other.present) {
            (ValueSet::Text(a), ValueSet::Text(b)) => ValueSet::Text(a.and(b)),
            (ValueSet::Number(a), ValueSet::Number(b)) => ValueSet::Number(a.and(b)),
            (ValueSet::Bool(a), ValueSet::Bool(b)) => ValueSet::Bool(BoolSet { yes: a.yes && b.yes, no: a.no && b.no }),
            (ValueSet::List(a), ValueSet::List(b)) => ValueSet::List(a.and(b)),
            (ValueSet::Time(a), ValueSet::Time(b)) => ValueSet::Time(*a && *b),
            _ => return None,
        };
        Some(Self { missing: self.missing && other.missing, present })
    }

    /// Whether plainly nothing satisfies it: not missing, and no value. (Exact emptiness is a matter of proof.)
    #[must_use]
    pub fn is_plainly_never(&self) -> bool {
        !self.missing
            && match &self.present {
                ValueSet::Text(set) => set.is_plainly_none(),
                ValueSet::Number(set) => set.ranges().is_empty(),
                ValueSet::Bool(set) => !set.yes && !set.no,
                ValueSet::List(set) => set.all.is_plainly_none() || set.any.iter().any(TextSet::is_plainly_none),
                ValueSet::Time(any) => !any,
            }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn texts() -> impl Strategy<Value = TextSet> {
        let word = "[ab]{0,3}";
        let leaf = prop_oneof![
            proptest::collection::vec(word, 0..3).prop_map(|words| TextSet::of(words.into_iter().map(Into::into))),
            word.prop_map(|w| TextSet::matching(Pattern::Contains(w.into()))),
            word.prop_map(|w| TextSet::matching(Pattern::StartsWith(w.into()))),
            word.prop_map(|w| TextSet::matching(Pattern::EndsWith(w.into()))),
        ];
        leaf.prop_recursive(3, 8, 2, |inner| {
            prop_oneof![
                inner.clone().prop_map(|a| a.not()),
                (inner.clone(), inner.clone()).prop_map(|(a, b)| a.and(&b)),
                (inner.clone(), inner).prop_map(|(a, b)| a.or(&b)),
            ]
        })
    }

    fn numbers() -> impl Strategy<Value = NumberSet> {
        let bound = proptest::option::of(-5_i64..5).prop_map(|n| n.map(Number::whole));
        proptest::collection::vec((bound.clone(), bound), 0..4)
            .prop_map(|ranges| ranges.into_iter().fold(NumberSet::none(), |set, (low, high)| set.or(&NumberSet::between(low, high))))
    }

    proptest! {
        #[test]
        fn text_sets_obey_the_laws_of_sets(a in texts(), b in texts(), text in "[abc]{0,4}") {
            prop_assert_eq!(a.and(&b).holds(&text), a.holds(&text) && b.holds(&text));
            prop_assert_eq!(a.or(&b).holds(&text), a.holds(&text) || b.holds(&text));
            prop_assert_eq!(a.not().holds(&text), !a.holds(&text));
        }

        #[test]
        fn number_sets_obey_the_laws_of_sets(a in numbers(), b in numbers(), units in -6_000_000_i128..6_000_000) {
            let number = Number(units);
            prop_assert_eq!(a.and(&b).holds(number), a.holds(number) && b.holds(number));
            prop_assert_eq!(a.or(&b).holds(number), a.holds(number) || b.holds(number));
            prop_assert_eq!(a.not().holds(number), !a.holds(number));
            prop_assert_eq!(a.not().not(), a);
        }
    }
}
