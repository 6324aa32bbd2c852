//! What a condition says, as written: names are not yet looked up, values not yet read.
//!
//! Expressions, tables and cells all become this, so that names and kinds are checked in one place
//! ([`super::resolve`]). Ranges are bytes of the text that the condition was read from ([`super::spot`]).

use crate::form::Comparison;
use std::ops::Range;

/// A part of a condition and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expr {
    /// What.
    pub node: Node,
    /// Where.
    pub at: Range<usize>,
}

/// What a part says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// Every part holds. No parts: always.
    All(Vec<Expr>),
    /// Some part holds.
    Any(Vec<Expr>),
    /// The part does not hold.
    Not(Box<Expr>),
    /// A name alone: a segment, or a field that is true.
    Name(Word),
    /// A test of a field's value. Of a set: some element passes it.
    Test(Word, Test),
    /// A test of the elements of a set.
    Elements(Word, Quantifier, Vec<ElementTest>),
    /// What could not be read. It has been reported.
    Wrong,
}

/// A name and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// As written, without quotes.
    pub text: Box<str>,
    /// Where.
    pub at: Range<usize>,
}

/// How many elements of a set must pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantifier {
    /// At least one.
    Any,
    /// Each.
    All,
}

/// One of the tests that the same element must pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ElementTest {
    /// Whether it must fail instead.
    pub negated: bool,
    /// The test.
    pub test: Test,
}

/// A test of one value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// `=`, `in`: any of these. One unquoted name: equal to that field.
    Is(Vec<Operand>),
    /// `<`, `<=`, `>`, `>=`.
    Order(Comparison, Operand),
    /// `between`: both ends included.
    Between(Operand, Operand),
    /// `contains`, `starts_with`, `ends_with`: any of these.
    Pattern(PatternWord, Vec<Operand>),
    /// `is missing`.
    Missing,
    /// `within`.
    Within(Direction, Operand),
}

/// A test of a part of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PatternWord {
    /// Somewhere.
    Contains,
    /// At the beginning.
    StartsWith,
    /// At the end.
    EndsWith,
}

impl PatternWord {
    /// As written in a policy.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Contains => "contains",
            Self::StartsWith => "starts_with",
            Self::EndsWith => "ends_with",
        }
    }

    /// The one of that name, in any case.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Contains, Self::StartsWith, Self::EndsWith].into_iter().find(|word| word.name().eq_ignore_ascii_case(name))
    }
}

/// Before or after now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// `within last`, and `within` alone.
    Last,
    /// `within next`.
    Next,
}

/// A value to compare with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operand {
    /// Without quotes, without `@`.
    pub text: Box<str>,
    /// How it was written.
    pub style: Style,
    /// Where.
    pub at: Range<usize>,
}

/// How a value was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// In quotes, or as a cell.
    Quoted,
    /// A number, truth value, date or time without quotes.
    Bare,
    /// A name without quotes.
    Name,
    /// `@list`
    List,
}
