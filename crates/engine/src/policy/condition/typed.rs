//! The tests of one field, by its kind: which operators it knows, and what its values are.

use super::ast::{Direction, ElementTest, Operand, PatternWord, Quantifier, Style, Test, Word};
use super::logic::{Logic, TextPair, booleans, every, everything, numbers, some, texts};
use super::resolve::{Known, Literal, Resolver};
use super::values::{self, short};
use crate::field::Kind;
use crate::form::{Comparison, Opaque};
use crate::policy::diagnostic::Diagnostic;
use crate::set::{NumberSet, Pattern, TextSet};
use std::ops::Range;

/// The most texts in one `contains`, `starts_with` or `ends_with`.
const MOST_PATTERNS: usize = 1_000;
/// A `contains` of so few letters is worth a warning.
const SHORT: usize = 3;

impl<'n> Resolver<'_, 'n> {
    /// A test of a field.
    pub fn test(&mut self, field: &Known, test: &Test, at: &Range<usize>, negated: bool) -> Option<Logic<'n>> {
        match test {
            Test::Missing => Some(Logic::Missing(field.ix, everything(&field.kind))),
            Test::Is(operands) => match operands.as_slice() {
                [] => self.add(self.error("empty-list", at, "nothing is in an empty list".to_owned()).label("expected at least one value")),
                [Operand { style: Style::Name, .. }] => self.compare(field, Comparison::Equal, operands.first()?),
                _ => self.is(field, operands, at),
            },
            Test::Order(comparison, operand) if operand.style == Style::Name => self.compare(field, *comparison, operand),
            Test::Order(comparison, operand) => self.order(field, *comparison, operand, at),
            Test::Between(low, high) => self.between(field, low, high, at),
            Test::Pattern(word, operands) => {
                if !matches!(field.kind, Kind::Text | Kind::Choice(_) | Kind::List) {
                    return self.refuse(field, word.name(), at);
                }
                let set = self.patterns(*word, operands, at, negated)?;
                Some(if field.kind == Kind::List { some(field.ix, set) } else { texts(field.ix, set) })
            }
            Test::Within(direction, operand) => {
                if field.kind != Kind::Time {
                    return self.refuse(field, "within", at);
                }
                let span = self.check(values::span(&operand.text), &operand.at, None)?;
                Some(Logic::Opaque(match direction {
                    Direction::Last => Opaque::Last { field: field.ix, span, outside: false },
                    Direction::Next => Opaque::Next { field: field.ix, span, outside: false },
                }))
            }
        }
    }

    /// Any of these values.
    fn is(&mut self, field: &Known, operands: &[Operand], at: &Range<usize>) -> Option<Logic<'n>> {
        let literals = self.literals(operands, false)?;
        let text = |literal: &Literal<'_>| values::text(literal.text, literal.style);
        Some(match &field.kind {
            Kind::Text => texts(field.ix, TextPair::of(self.each(&literals, text)?)),
            Kind::Country => texts(field.ix, TextPair::of(self.each(&literals, |literal| values::country(literal.text, literal.style))?)),
            Kind::Choice(choices) => {
                texts(field.ix, TextPair::of(self.each(&literals, |literal| values::choice(literal.text, literal.style, choices))?))
            }
            Kind::List => some(field.ix, TextPair::of(self.each(&literals, text)?)),
            Kind::Number | Kind::Integer => {
                let sets = self.each(&literals, |literal| values::numbers(literal.text, field.kind == Kind::Integer))?;
                numbers(field.ix, NumberSet::any_of(&sets))
            }
            Kind::Bool => {
                let found = self.each(&literals, |literal| values::boolean(literal.text))?;
                booleans(field.ix, found.contains(&true), found.contains(&false))
            }
            Kind::Time => {
                let parts: Vec<_> = literals.iter().map(|literal| self.moments(field, literal)).collect();
                Logic::Any(parts.into_iter().collect::<Option<_>>()?, at.clone())
            }
        })
    }

    fn order(&mut self, field: &Known, comparison: Comparison, operand: &Operand, at: &Range<usize>) -> Option<Logic<'n>> {
        match field.kind {
            Kind::Number | Kind::Integer => {
                let bound = self.number(field, operand)?;
                Some(numbers(field.ix, values::compared(comparison, bound)))
            }
            Kind::Time => {
                self.plain(operand)?;
                self.moment(field, comparison, &operand.text, &operand.at)
            }
            _ => self.refuse(field, comparison.sign(), at),
        }
    }

    fn between(&mut self, field: &Known, low: &Operand, high: &Operand, at: &Range<usize>) -> Option<Logic<'n>> {
        match field.kind {
            Kind::Number | Kind::Integer => {
                let (low, high) = (self.number(field, low), self.number(field, high));
                let set = self.check(values::between(Some(low?), Some(high?)), at, None)?;
                Some(numbers(field.ix, set))
            }
            Kind::Time => {
                self.plain(low).and(self.plain(high))?;
                self.period(field, Some(&low.text), Some(&high.text), at)
            }
            _ => self.refuse(field, "between", at),
        }
    }

    fn number(&mut self, field: &Known, operand: &Operand) -> Option<crate::value::Number> {
        self.plain(operand)?;
        self.check(values::number(&operand.text, field.kind == Kind::Integer), &operand.at, None)
    }

    /// What stands beside `<` or in `between` is a single value.
    pub fn plain(&mut self, operand: &Operand) -> Option<()> {
        match operand.style {
            Style::Quoted | Style::Bare => Some(()),
            Style::List => {
                self.add(self.error("wrong-kind", &operand.at, "a list cannot stand here".to_owned()).label("expected one value"))
            }
            Style::Name => {
                let help = "a field can stand beside =, !=, <, <=, > and >=";
                self.add(
                    self.error("wrong-kind", &operand.at, "a field cannot stand here".to_owned())
                        .label("expected one value")
                        .help(Some(help)),
                )
            }
        }
    }

    /// A field compared with a field.
    fn compare(&mut self, left: &Known, comparison: Comparison, operand: &Operand) -> Option<Logic<'n>> {
        if self.names.fields.find(&operand.text).is_none() {
            let message = format!("`{}` is not a field", short(&operand.text));
            let quoted = format!("write \"{}\" for a text", short(&operand.text));
            let help = self.similar(&operand.text).map_or_else(|| quoted.clone(), |similar| format!("{similar} Otherwise {quoted}"));
            return self.add(self.error("unquoted-text", &operand.at, message).label("text is written in quotes").help(Some(help)));
        }
        let right = self.field(&Word { text: operand.text.clone(), at: operand.at.clone() })?;
        let (a, b) = (class(&left.kind), class(&right.kind));
        let only_equal = matches!(comparison, Comparison::Equal | Comparison::NotEqual);
        let element = only_equal && matches!((a, b), (Class::List, Class::Text) | (Class::Text, Class::List));
        if element || (a == b && (only_equal || matches!(a, Class::Number | Class::Time))) {
            return Some(Logic::Opaque(Opaque::Fields(left.ix, comparison, right.ix)));
        }
        let (sign, left_noun, right_noun) = (comparison.sign(), left.kind.noun(), right.kind.noun());
        let message = format!("`{}` is {left_noun} and `{}` is {right_noun}: `{sign}` does not compare them", left.name, right.name);
        self.add(self.error("wrong-kind", &operand.at, message))
    }

    /// What the elements of a set must be.
    pub fn elements(&mut self, field: &Known, quantifier: Quantifier, tests: &[ElementTest], at: &Range<usize>) -> Option<Logic<'n>> {
        if field.kind != Kind::List {
            return self.refuse(field, if quantifier == Quantifier::Any { "any" } else { "all" }, at);
        }
        let mut so_far = TextPair { these: TextSet::all(), others: TextSet::none() };
        for ElementTest { negated, test } in tests {
            let one = match test {
                Test::Is(operands) => {
                    let literals = self.literals(operands, false)?;
                    TextPair::of(self.each(&literals, |literal| values::text(literal.text, literal.style))?)
                }
                Test::Pattern(word, operands) => self.patterns(*word, operands, at, *negated)?,
                _ => {
                    let message = "this cannot be asked of an element".to_owned();
                    return self.add(self.error("wrong-kind", at, message).label("expected =, !=, in, contains, starts_with or ends_with"));
                }
            };
            let one = if *negated { one.swapped() } else { one };
            if so_far.these.pieces().len().saturating_mul(one.these.pieces().len()) > MOST_PATTERNS {
                return self.add(self.error("too-large", at, "these tests have too many combinations".to_owned()));
            }
            so_far = TextPair { these: so_far.these.and(&one.these), others: so_far.others.or(&one.others) };
        }
        Some(match quantifier {
            Quantifier::Any => some(field.ix, so_far),
            Quantifier::All => every(field.ix, so_far),
        })
    }

    fn patterns(&mut self, word: PatternWord, operands: &[Operand], at: &Range<usize>, negated: bool) -> Option<TextPair> {
        let literals = self.literals(operands, true)?;
        if literals.is_empty() || literals.len() > MOST_PATTERNS {
            let message = format!("`{}` takes 1 to {MOST_PATTERNS} texts, and here are {}", word.name(), literals.len());
            return self.add(self.error("too-large", at, message));
        }
        let texts = self.each(&literals, |literal| values::text(literal.text, literal.style))?;
        for (text, literal) in texts.iter().zip(&literals) {
            if word == PatternWord::Contains && text.chars().count() <= SHORT {
                self.warn_short(literal, negated);
            }
        }
        let patterns: Vec<Pattern> = texts.into_iter().map(|text| pattern(word, text)).collect();
        let sets: Vec<TextSet> = patterns.iter().cloned().map(TextSet::matching).collect();
        Some(TextPair { these: TextSet::any_of(&sets), others: TextSet::matching_none(patterns) })
    }

    fn warn_short(&mut self, literal: &Literal<'_>, negated: bool) {
        let does = if negated { "excludes" } else { "takes" };
        let message = format!("`contains \"{}\"` also {does} every text that merely has these letters in it", literal.text);
        let help = "to compare whole texts, write `=`, `in [...]` or `not in [...]`";
        let warning = Diagnostic::warning("short-contains", self.place(literal.at), message).help(Some(help));
        let _: Option<()> = self.add(warning);
    }

    fn refuse<T>(&mut self, field: &Known, operator: &str, at: &Range<usize>) -> Option<T> {
        let message = format!("`{}` is {}: `{operator}` cannot be asked of it", field.name, field.kind.noun());
        self.add(self.error("wrong-kind", at, message).label(format!("expected {}", operators(&field.kind))))
    }
}

/// Kinds that compare with each other.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Text,
    Number,
    Bool,
    Time,
    List,
}

const fn class(kind: &Kind) -> Class {
    match kind {
        Kind::Text | Kind::Choice(_) | Kind::Country => Class::Text,
        Kind::Number | Kind::Integer => Class::Number,
        Kind::Bool => Class::Bool,
        Kind::Time => Class::Time,
        Kind::List => Class::List,
    }
}

fn pattern(word: PatternWord, text: Box<str>) -> Pattern {
    match word {
        PatternWord::Contains => Pattern::Contains(text),
        PatternWord::StartsWith => Pattern::StartsWith(text),
        PatternWord::EndsWith => Pattern::EndsWith(text),
    }
}

const fn operators(kind: &Kind) -> &'static str {
    match kind {
        Kind::Text | Kind::Choice(_) => "=, !=, in, contains, starts_with, ends_with or is missing",
        Kind::Country => "=, !=, in or is missing",
        Kind::Number | Kind::Integer => "=, !=, <, <=, >, >=, in, between or is missing",
        Kind::Bool => "=, != or is missing",
        Kind::Time => "=, !=, <, <=, >, >=, between, within or is missing",
        Kind::List => "=, !=, in, contains, starts_with, ends_with, any, all or is missing",
    }
}
