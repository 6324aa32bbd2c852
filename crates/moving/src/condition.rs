//! Conditions as one tree, in two-valued logic: each test says what holds on a blank field.
//!
//! Salesforce knows true and false only; our policy language has *unknown* for a missing field, too. Here every
//! test carries its answer for blank ([`Test::blank`]), so that negation is a matter of the leaves and nothing is ever
//! unknown. [`crate::write`] turns it into `field is missing or ...` where that is needed.

use crate::columns::ColumnIx;
use pointsman_engine::value::fold;
use std::collections::BTreeSet;
use std::ops::Not;

/// A condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// Holds for every lead.
    Always,
    /// Holds for no lead.
    Never,
    /// All of these.
    All(Vec<Condition>),
    /// Any of these.
    Any(Vec<Condition>),
    /// A test of one column.
    Test(Test),
    /// Two columns hold the same, blank being the same as blank; or, negated, not the same.
    Same(ColumnIx, ColumnIx, bool),
}

/// A test of one column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Test {
    /// Which.
    pub column: ColumnIx,
    /// What is asked of a value that is there.
    pub asks: Asks,
    /// Of any of these. None: no value satisfies it.
    pub values: Vec<String>,
    /// Whether a value that is there must fail instead.
    pub negated: bool,
    /// Whether it holds on a blank field.
    pub blank: bool,
}

/// What a test asks of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asks {
    /// Being one of the values.
    Is,
    /// Having one of them somewhere.
    Contains,
    /// Beginning with one of them.
    StartsWith,
    /// Ending with one of them.
    EndsWith,
    /// `<` the one value.
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

impl Test {
    /// A test that a blank field fails.
    #[must_use]
    pub fn new(column: ColumnIx, asks: Asks, values: impl IntoIterator<Item = String>) -> Self {
        Self { column, asks, values: values.into_iter().collect(), negated: false, blank: false }
    }

    /// Whether the field is blank.
    #[must_use]
    pub fn is_blank(column: ColumnIx) -> Self {
        Self { blank: true, ..Self::new(column, Asks::Is, []) }
    }

    /// The same, with its answer for a blank field.
    #[must_use]
    pub fn on_blank(self, blank: bool) -> Self {
        Self { blank, ..self }
    }
}

impl Condition {
    /// The same in fewer words: nested parts joined, constants and repetitions gone, one list out of several.
    #[must_use]
    pub fn simplified(self) -> Self {
        match self {
            Self::All(parts) => joined(parts, true),
            Self::Any(parts) => joined(parts, false),
            Self::Test(test) if test.values.is_empty() && test.negated == test.blank => {
                if test.blank {
                    Self::Always
                } else {
                    Self::Never
                }
            }
            other => other,
        }
    }

    fn as_test(&self) -> Option<&Test> {
        if let Self::Test(test) = self { Some(test) } else { None }
    }

    /// Calls a function with every test and with the columns of every comparison.
    pub fn each(&self, test: &mut impl FnMut(&Test), same: &mut impl FnMut(ColumnIx, ColumnIx)) {
        match self {
            Self::Always | Self::Never => {}
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.each(test, same)),
            Self::Test(leaf) => test(leaf),
            Self::Same(left, right, _) => same(*left, *right),
        }
    }
}

/// The opposite.
impl Not for Condition {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self::Always => Self::Never,
            Self::Never => Self::Always,
            Self::All(parts) => Self::Any(parts.into_iter().map(Self::not).collect()),
            Self::Any(parts) => Self::All(parts.into_iter().map(Self::not).collect()),
            Self::Test(test) => Self::Test(Test { negated: !test.negated, blank: !test.blank, ..test }),
            Self::Same(left, right, negated) => Self::Same(left, right, !negated),
        }
    }
}

/// Simplifies parts joined with *and* (`all`) or *or*.
fn joined(parts: Vec<Condition>, all: bool) -> Condition {
    let (nothing, everything) = if all { (Condition::Always, Condition::Never) } else { (Condition::Never, Condition::Always) };
    let mut flat: Vec<Condition> = Vec::new();
    for part in parts.into_iter().map(Condition::simplified) {
        match part {
            Condition::All(inner) if all => flat.extend(inner),
            Condition::Any(inner) if !all => flat.extend(inner),
            part if part == nothing => {}
            part if part == everything => return everything,
            part => flat.push(part),
        }
    }
    let mut kept: Vec<Condition> = Vec::new();
    for part in flat {
        let taken = match &part {
            Condition::Test(test) => {
                kept.iter_mut().any(|have| if let Condition::Test(have) = have { have.take(test, all) } else { false })
            }
            _ => kept.contains(&part),
        };
        if !taken {
            kept.push(part);
        }
    }
    blank_once(&mut kept, all);
    match (kept.pop(), kept.is_empty()) {
        (None, _) => nothing,
        (Some(only), true) => only,
        (Some(last), false) => {
            kept.push(last);
            if all { Condition::All(kept) } else { Condition::Any(kept) }
        }
    }
}

/// Of several tests of one column, one says enough about blank: among alternatives the first takes it for all; where
/// all must hold, one that refuses it refuses it for all. What asks for nothing else is then not needed.
fn blank_once(parts: &mut Vec<Condition>, all: bool) {
    let decided: BTreeSet<ColumnIx> =
        parts.iter().filter_map(Condition::as_test).filter(|test| test.blank != all).map(|test| test.column).collect();
    for column in decided {
        let mut blank = !all;
        let mut values = false;
        for part in parts.iter_mut() {
            let Condition::Test(test) = part else { continue };
            if test.column == column && !test.values.is_empty() {
                test.blank = blank;
                (blank, values) = (false, true);
            }
        }
        let needless = |test: &Test| values && test.column == column && test.values.is_empty() && test.negated == all;
        parts.retain(|part| !part.as_test().is_some_and(needless));
    }
}

impl Test {
    /// Takes another test into this one, where both together are one test: any of two lists is one list, none of two
    /// lists is none of one. Says whether it did.
    fn take(&mut self, other: &Self, all: bool) -> bool {
        let lists = matches!(self.asks, Asks::Is | Asks::Contains | Asks::StartsWith | Asks::EndsWith);
        let alike = self.column == other.column && self.negated == other.negated && (self.asks == other.asks || other.values.is_empty());
        if self == other {
            return true;
        }
        if !lists || !alike || self.negated != all {
            return false;
        }
        let have: BTreeSet<String> = self.values.iter().map(|value| fold(value).into_owned()).collect();
        self.values.extend(other.values.iter().filter(|value| !have.contains(&*fold(value))).cloned());
        self.blank = if all { self.blank && other.blank } else { self.blank || other.blank };
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is(column: usize, values: &[&str]) -> Test {
        Test::new(ColumnIx(column), Asks::Is, values.iter().map(ToString::to_string))
    }

    fn test(test: Test) -> Condition {
        Condition::Test(test)
    }

    #[test]
    fn one_list_in_several_criteria_is_one_list_again() {
        let parts = vec![test(is(0, &["a", "b"])), test(is(1, &["x"])), test(is(0, &["B", "c"])), test(Test::is_blank(ColumnIx(0)))];
        let joined = Condition::Any(vec![test(is(0, &["a", "b", "c"]).on_blank(true)), test(is(1, &["x"]))]);
        assert_eq!(Condition::Any(parts).simplified(), joined);
    }

    #[test]
    fn none_of_two_lists_is_none_of_one_but_any_of_them_is_not() {
        let none = |values: &[&str]| test(is(0, values)).not();
        let both = Condition::All(vec![none(&["a"]), none(&["b"])]).simplified();
        assert_eq!(both, test(Test { negated: true, blank: true, ..is(0, &["a", "b"]) }));
        let Condition::Any(either) = Condition::Any(vec![none(&["a"]), none(&["b"])]).simplified() else { panic!("two lists") };
        assert_eq!(either.len(), 2);
    }

    #[test]
    fn blank_is_said_once() {
        let (a, not_b) = (is(0, &["a"]), Test { asks: Asks::Contains, negated: true, blank: true, ..is(0, &["b"]) });
        let both = Condition::All(vec![test(not_b.clone()), test(Test { negated: true, ..a.clone() })]).simplified();
        assert_eq!(both, Condition::All(vec![test(not_b.clone().on_blank(false)), test(Test { negated: true, ..a.clone() })]));
        let either = Condition::Any(vec![test(Test { negated: true, blank: true, ..a.clone() }), test(not_b.clone())]).simplified();
        assert_eq!(
            either,
            Condition::Any(vec![test(Test { negated: true, blank: true, ..a.clone() }), test(not_b.clone().on_blank(false))])
        );
        let missing = Condition::Any(vec![test(not_b.clone()), test(Test::is_blank(ColumnIx(0)))]).simplified();
        assert_eq!(missing, test(not_b));
    }

    #[test]
    fn constants_go() {
        let some = test(is(0, &["a"]));
        assert_eq!(Condition::All(vec![some.clone(), Condition::Always]).simplified(), some);
        assert_eq!(Condition::Any(vec![some.clone(), Condition::Never.not()]).simplified(), Condition::Always);
        assert_eq!(Condition::All(vec![some, Condition::All(vec![Condition::Never])]).simplified(), Condition::Never);
        assert_eq!(Condition::All(Vec::new()).simplified(), Condition::Always);
        assert_eq!(test(is(0, &[])).not().simplified(), Condition::Always);
    }
}
