//! The normal form of conditions: for each field the set of values that satisfy it.
//!
//! A [`Form`] is an *or* of [`Branch`]es; a branch is an *and* over fields, at most one [`Allowed`] per
//! field, plus tests that proof cannot see into ([`Opaque`]). Decision, index, explanation and proof read
//! this and nothing else.
//!
//! A field that a lead lacks matches nothing but `missing`: also a negated condition is false on it
//! (SQL's three-valued logic, of which only *true* counts). Negation therefore lives in the leaves, and a
//! form needs no *not*.

use crate::calendar::Span;
use crate::facts::{Fact, Facts};
use crate::field::FieldIx;
use crate::set::{Allowed, ValueSet};
use jiff::Timestamp;

/// A condition: any of its branches. No branches: never.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// The branches.
    pub branches: Vec<Branch>,
}

/// All of its parts. No parts: always.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Branch {
    /// Fields in the order they were written, each at most once.
    pub fields: Vec<(FieldIx, Allowed)>,
    /// Tests that are not sets of values.
    pub opaque: Vec<Opaque>,
}

/// How two values compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Comparison {
    /// `=`; of sets: they share an element, or hold the text.
    Equal,
    /// `!=`: both are there and not `=`.
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

/// A test that proof treats as unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opaque {
    /// A field compared with a field. False when either is missing.
    Fields(FieldIx, Comparison, FieldIx),
    /// A moment compared with a fixed one.
    Moment(FieldIx, Comparison, Timestamp),
    /// A moment in (or, if `outside`, not in) the span up to now, both ends included.
    Last {
        /// Which.
        field: FieldIx,
        /// How far back.
        span: Span,
        /// Whether it must be outside instead.
        outside: bool,
    },
    /// A moment in (or not in) the span from now on, both ends included.
    Next {
        /// Which.
        field: FieldIx,
        /// How far ahead.
        span: Span,
        /// Whether it must be outside instead.
        outside: bool,
    },
}

impl Form {
    /// Holds for every lead.
    #[must_use]
    pub fn always() -> Self {
        Self { branches: vec![Branch::default()] }
    }

    /// Holds for no lead.
    #[must_use]
    pub const fn never() -> Self {
        Self { branches: Vec::new() }
    }

    /// One field.
    #[must_use]
    pub fn field(field: FieldIx, allowed: Allowed) -> Self {
        let never = allowed.is_plainly_never();
        if never { Self::never() } else { Self { branches: vec![Branch { fields: vec![(field, allowed)], opaque: Vec::new() }] } }
    }

    /// One opaque test.
    #[must_use]
    pub fn opaque(test: Opaque) -> Self {
        Self { branches: vec![Branch { fields: Vec::new(), opaque: vec![test] }] }
    }

    /// Both hold. As many branches as the product of theirs, less those that plainly never hold.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        Self { branches: self.branches.iter().flat_map(|a| other.branches.iter().filter_map(move |b| a.and(b))).collect() }
    }

    /// Either holds.
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        let mut branches = self.branches.clone();
        for branch in &other.branches {
            if !branches.contains(branch) {
                branches.push(branch.clone());
            }
        }
        Self { branches }
    }

    /// Whether a lead satisfies it.
    #[must_use]
    pub fn holds(&self, facts: &Facts<'_>) -> bool {
        self.branches.iter().any(|branch| branch.holds(facts))
    }
}

impl Branch {
    fn and(&self, other: &Self) -> Option<Self> {
        let mut both = self.clone();
        for (field, allowed) in &other.fields {
            match both.fields.iter_mut().find(|(have, _)| have == field) {
                Some((_, have)) => {
                    *have = have.and(allowed)?;
                    if have.is_plainly_never() {
                        return None;
                    }
                }
                None => both.fields.push((*field, allowed.clone())),
            }
        }
        for test in &other.opaque {
            if !both.opaque.contains(test) {
                both.opaque.push(test.clone());
            }
        }
        Some(both)
    }

    /// Whether a lead satisfies all parts.
    #[must_use]
    pub fn holds(&self, facts: &Facts<'_>) -> bool {
        self.fields.iter().all(|(field, allowed)| allowed.holds(facts.get(*field))) && self.opaque.iter().all(|test| test.holds(facts))
    }
}

impl Allowed {
    /// Whether a fact satisfies it. False when the fact is of another kind, which a checked policy never asks.
    #[must_use]
    pub fn holds(&self, fact: &Fact<'_>) -> bool {
        match (fact, &self.present) {
            (Fact::Missing, _) => self.missing,
            (Fact::Text(text), ValueSet::Text(set)) => set.holds(text),
            (Fact::Number(number), ValueSet::Number(set)) => set.holds(*number),
            (Fact::Bool(value), ValueSet::Bool(set)) => {
                if *value {
                    set.yes
                } else {
                    set.no
                }
            }
            (Fact::List(items), ValueSet::List(set)) => set.holds(items),
            (Fact::Time(_), ValueSet::Time(any)) => *any,
            _ => false,
        }
    }
}

impl Comparison {
    /// The one that holds exactly when this one does not (both values being there).
    #[must_use]
    pub const fn negated(self) -> Self {
        match self {
            Self::Equal => Self::NotEqual,
            Self::NotEqual => Self::Equal,
            Self::Less => Self::GreaterOrEqual,
            Self::LessOrEqual => Self::Greater,
            Self::Greater => Self::LessOrEqual,
            Self::GreaterOrEqual => Self::Less,
        }
    }

    /// As written in a policy.
    #[must_use]
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }

    fn holds<T: Ord>(self, left: &T, right: &T) -> bool {
        match self {
            Self::Equal => left == right,
            Self::NotEqual => left != right,
            Self::Less => left < right,
            Self::LessOrEqual => left <= right,
            Self::Greater => left > right,
            Self::GreaterOrEqual => left >= right,
        }
    }
}

impl Opaque {
    /// The field it is about; of two compared, the left one.
    #[must_use]
    pub const fn field(&self) -> FieldIx {
        match self {
            Self::Fields(field, ..) | Self::Moment(field, ..) | Self::Last { field, .. } | Self::Next { field, .. } => *field,
        }
    }

    /// Whether a lead satisfies it. A missing field satisfies none.
    #[must_use]
    pub fn holds(&self, facts: &Facts<'_>) -> bool {
        match self {
            Self::Fields(left, comparison, right) => compare(facts.get(*left), *comparison, facts.get(*right)),
            Self::Moment(field, comparison, moment) => matches!(facts.get(*field), Fact::Time(time) if comparison.holds(time, moment)),
            Self::Last { field, span, outside } => {
                let now = facts.now();
                matches!(facts.get(*field), Fact::Time(time) if (span.before(now) <= *time && *time <= now) != *outside)
            }
            Self::Next { field, span, outside } => {
                let now = facts.now();
                matches!(facts.get(*field), Fact::Time(time) if (now <= *time && *time <= span.after(now)) != *outside)
            }
        }
    }
}

fn compare(left: &Fact<'_>, comparison: Comparison, right: &Fact<'_>) -> bool {
    let shares = |found: bool| match comparison {
        Comparison::Equal => found,
        Comparison::NotEqual => !found,
        _ => false,
    };
    match (left, right) {
        (Fact::Text(a), Fact::Text(b)) => comparison.holds(a, b),
        (Fact::Number(a), Fact::Number(b)) => comparison.holds(a, b),
        (Fact::Time(a), Fact::Time(b)) => comparison.holds(a, b),
        (Fact::Bool(a), Fact::Bool(b)) => comparison.holds(a, b),
        (Fact::List(items), Fact::Text(text)) | (Fact::Text(text), Fact::List(items)) => shares(items.contains(text)),
        (Fact::List(a), Fact::List(b)) => shares(a.iter().any(|item| b.contains(item))),
        _ => false,
    }
}
