//! From what is written to what is meant: names looked up, kinds checked, values read.
//!
//! All errors of a condition are reported, not only the first.

use super::ast::{Direction, ElementTest, Expr, Node, Operand, PatternWord, Quantifier, Style, Test, Word};
use super::spot::Spots;
use super::values::{self, Extent, Problem, short};
use super::{Names, Segment};
use crate::field::{FieldIx, Kind};
use crate::form::{Comparison, Opaque};
use crate::policy::diagnostic::{Diagnostic, Place, did_you_mean};
use crate::set::{BoolSet, ListSet, NumberSet, Pattern, TextSet, ValueSet};
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

/// The most findings that one condition reports.
const MOST_FINDINGS: usize = 100;
/// The most values in one condition, those of its lists included.
const MOST_VALUES: usize = 1 << 18;
/// The most texts in one `contains`, `starts_with` or `ends_with`.
const MOST_PATTERNS: usize = 1_000;
/// A `contains` of so few letters is worth a warning.
const SHORT: usize = 3;

/// Looks up and checks everything. `None`: there are errors, which have been reported.
pub fn resolve<'n>(expr: &Expr, names: &mut Names<'n>, spots: &Spots<'_>) -> Option<Logic<'n>> {
    let before = names.found.len();
    Resolver { names, spots, before, values: 0 }.logic(expr, false)
}

struct Resolver<'r, 'n> {
    names: &'r mut Names<'n>,
    spots: &'r Spots<'r>,
    /// How many findings there were before this condition.
    before: usize,
    /// How many values it has so far.
    values: usize,
}

/// A field that has been looked up.
struct Known {
    ix: FieldIx,
    name: Box<str>,
    kind: Kind,
}

/// A value to compare with; one of a list stands where the list is named.
struct Literal<'v> {
    text: &'v str,
    style: Style,
    at: &'v Range<usize>,
    list: Option<&'v str>,
}

/// The tree.
impl<'n> Resolver<'_, 'n> {
    fn logic(&mut self, expr: &Expr, negated: bool) -> Option<Logic<'n>> {
        match &expr.node {
            Node::All(parts) => Some(Logic::All(self.parts(parts, negated)?, expr.at.clone())),
            Node::Any(parts) => Some(Logic::Any(self.parts(parts, negated)?, expr.at.clone())),
            Node::Not(part) => Some(Logic::Not(Box::new(self.logic(part, !negated)?))),
            Node::Name(word) => self.name(word),
            Node::Test(word, Test::Is(names)) if &*word.text == "segment" => self.segments(names, &expr.at),
            Node::Test(word, test) => {
                let field = self.field(word)?;
                self.test(&field, test, &expr.at, negated)
            }
            Node::Elements(word, quantifier, tests) => {
                let field = self.field(word)?;
                self.elements(&field, *quantifier, tests, &expr.at)
            }
            Node::Wrong => None,
        }
    }

    fn parts(&mut self, parts: &[Expr], negated: bool) -> Option<Vec<Logic<'n>>> {
        let parts: Vec<Option<Logic<'n>>> = parts.iter().map(|part| self.logic(part, negated)).collect();
        parts.into_iter().collect()
    }

    /// A name alone: a segment, or a field that is true.
    fn name(&mut self, word: &Word) -> Option<Logic<'n>> {
        let segments = self.names.segments;
        if let Some(segment) = segments.get(&word.text) {
            self.names.used.insert(word.text.to_string());
            return Some(Logic::Segment(segment));
        }
        match self.names.fields.find(&word.text).map(|field| field.kind) {
            Some(Kind::Bool) => {
                let field = self.field(word)?;
                Some(booleans(field.ix, true, false))
            }
            Some(kind) => {
                let message = format!("`{}` is {}, which alone is neither true nor false", word.text, kind.noun());
                let help = format!("compare it: `{} = ...`, or ask `{} is not missing`", word.text, word.text);
                self.add(self.error("wrong-kind", &word.at, message).label("expected an operator after it").help(Some(help)))
            }
            None => {
                let help = self.similar(&word.text);
                let message = format!("there is no segment or field `{}`", short(&word.text));
                self.add(self.error("unknown-name", &word.at, message).help(help))
            }
        }
    }

    /// `segment = "a"`, `segment in ["a", "b"]`: any of them.
    fn segments(&mut self, names: &[Operand], at: &Range<usize>) -> Option<Logic<'n>> {
        let segments = self.names.segments;
        let mut parts = Vec::new();
        for name in names {
            match segments.get(&*name.text) {
                Some(segment) => {
                    self.names.used.insert(name.text.to_string());
                    parts.push(Some(Logic::Segment(segment)));
                }
                None => {
                    let message = format!("there is no segment `{}`", short(&name.text));
                    let help = did_you_mean(&name.text, segments.keys());
                    parts
                        .push(self.add(self.error("unknown-segment", &name.at, message).label("expected a name of [segments]").help(help)));
                }
            }
        }
        let parts: Vec<_> = parts.into_iter().collect::<Option<_>>()?;
        Some(Logic::Any(parts, at.clone()))
    }

    fn field(&mut self, word: &Word) -> Option<Known> {
        if let Some(ix) = self.names.fields.use_field(&word.text) {
            let field = self.names.fields.get(ix)?;
            return Some(Known { ix, name: field.name.clone(), kind: field.kind.clone() });
        }
        let (message, help) = match word.text.rsplit_once('.') {
            Some((field, operator)) if self.names.fields.find(field).is_some() => {
                let help = did_you_mean(operator, ["not", "contains", "starts_with", "ends_with", "missing", "any", "all", "within"]);
                let help =
                    help.or_else(|| Some("operators are not, contains, starts_with, ends_with, missing, any, all and within".to_owned()));
                (format!("`{field}` has no operator or part `{}`", short(operator)), help)
            }
            _ => (format!("there is no field `{}`", short(&word.text)), self.similar(&word.text)),
        };
        self.add(self.error("unknown-field", &word.at, message).help(help))
    }

    fn similar(&self, name: &str) -> Option<String> {
        if self.is_full() {
            return None;
        }
        did_you_mean(name, self.names.fields.names().chain(self.names.segments.keys().map(ToString::to_string)))
    }
}

/// The tests of one field.
impl<'n> Resolver<'_, 'n> {
    fn test(&mut self, field: &Known, test: &Test, at: &Range<usize>, negated: bool) -> Option<Logic<'n>> {
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
            Kind::Time => self.moment(field, comparison, &operand.text, &operand.at),
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
            Kind::Time => self.period(field, Some(&low.text), Some(&high.text), at),
            _ => self.refuse(field, "between", at),
        }
    }

    fn number(&mut self, field: &Known, operand: &Operand) -> Option<crate::value::Number> {
        self.plain(operand)?;
        self.check(values::number(&operand.text, field.kind == Kind::Integer), &operand.at, None)
    }

    /// What stands beside `<` or in `between` is a single value.
    fn plain(&mut self, operand: &Operand) -> Option<()> {
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
    fn elements(&mut self, field: &Known, quantifier: Quantifier, tests: &[ElementTest], at: &Range<usize>) -> Option<Logic<'n>> {
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

/// Moments.
impl<'n> Resolver<'_, 'n> {
    /// A moment as a table or a list has it, an operator or range in it included.
    fn moments(&mut self, field: &Known, literal: &Literal<'_>) -> Option<Logic<'n>> {
        match values::extent(literal.text) {
            Extent::Compared(comparison, text) => self.moment(field, comparison, text, literal.at),
            Extent::Between(low, high) => self.period(field, low, high, literal.at),
        }
    }

    fn moment(&mut self, field: &Known, comparison: Comparison, text: &str, at: &Range<usize>) -> Option<Logic<'n>> {
        let moment = self.check(values::moment(text, self.names.timezone), at, None)?;
        if moment.is_date && !matches!(comparison, Comparison::GreaterOrEqual | Comparison::Less) {
            self.warn_midnight(text, at);
        }
        Some(Logic::Opaque(Opaque::Moment(field.ix, comparison, moment.at)))
    }

    /// From one moment to another, both included.
    fn period(&mut self, field: &Known, low: Option<&str>, high: Option<&str>, at: &Range<usize>) -> Option<Logic<'n>> {
        let ends = [(low, Comparison::GreaterOrEqual), (high, Comparison::LessOrEqual)];
        let parts: Vec<_> = ends.iter().filter_map(|(text, comparison)| Some(self.moment(field, *comparison, (*text)?, at))).collect();
        let parts: Vec<Logic<'n>> = parts.into_iter().collect::<Option<_>>()?;
        if let [Logic::Opaque(Opaque::Moment(_, _, from)), Logic::Opaque(Opaque::Moment(_, _, to))] = parts.as_slice()
            && from > to
        {
            return self.check(Err(values::crossed(low?, high?)), at, None);
        }
        Some(Logic::All(parts, at.clone()))
    }

    fn warn_midnight(&mut self, date: &str, at: &Range<usize>) {
        let zone = self.names.timezone.iana_name().unwrap_or("the policy's time zone");
        let message = format!("`{date}` means one moment: midnight at its beginning, in {zone}");
        let help = "for whole days, write `>=` the first day and `<` the day after the last";
        let warning = Diagnostic::warning("date-is-midnight", self.place(at), message).help(Some(help));
        let _: Option<()> = self.add(warning);
    }
}

/// Values and lists.
impl<'n> Resolver<'_, 'n> {
    /// The values named, lists written out. A quoted text that begins with `@` names a list too; in a pattern, where `@acme.com` makes sense,
    /// only when there is such a list.
    fn literals<'v>(&mut self, operands: &'v [Operand], pattern: bool) -> Option<Vec<Literal<'v>>>
    where
        'n: 'v,
    {
        let lists = self.names.lists;
        let (mut literals, mut wrong) = (Vec::with_capacity(operands.len()), false);
        for operand in operands {
            let list = match operand.style {
                Style::List => Some(&*operand.text),
                Style::Quoted => operand.text.trim().strip_prefix('@'),
                Style::Bare => None,
                Style::Name => {
                    wrong = true;
                    self.unquoted(operand);
                    continue;
                }
            };
            let own = |text: &'v str| Literal { text, style: operand.style, at: &operand.at, list: None };
            let Some(name) = list else {
                literals.push(own(&operand.text));
                continue;
            };
            if let Some((name, texts)) = lists.get_key_value(name) {
                self.names.used.insert(format!("@{name}"));
                literals.extend(texts.iter().map(|text| Literal { text, style: Style::Quoted, at: &operand.at, list: Some(name) }));
                continue;
            }
            let help = did_you_mean(name, lists.keys());
            if pattern && operand.style == Style::Quoted && help.is_none() {
                literals.push(own(&operand.text));
                continue;
            }
            wrong = true;
            let message = format!("there is no list `@{}`", short(name));
            let _: Option<()> = self.add(self.error("unknown-list", &operand.at, message).label("expected a name of [lists]").help(help));
        }
        self.values = self.values.saturating_add(literals.len());
        if self.values > MOST_VALUES {
            let at = operands.first().map_or(0..0, |operand| operand.at.clone());
            let message = format!("this condition has more than {MOST_VALUES} values, those of its lists included");
            return self.add(self.error("too-large", &at, message));
        }
        (!wrong).then_some(literals)
    }

    fn unquoted(&mut self, operand: &Operand) {
        let message = format!("`{}` is not in quotes", short(&operand.text));
        let help = format!("write \"{}\"", short(&operand.text));
        let error = self.error("unquoted-text", &operand.at, message).label("text is written in quotes").help(Some(help));
        let _: Option<()> = self.add(error);
    }

    /// Reads each value, and reports all that cannot be read.
    fn each<T>(&mut self, literals: &[Literal<'_>], read: impl Fn(&Literal<'_>) -> Result<T, Problem>) -> Option<Vec<T>> {
        let mut all = Some(Vec::with_capacity(literals.len()));
        for literal in literals {
            match self.check(read(literal), literal.at, literal.list) {
                Some(value) => {
                    all = all.map(|mut all| {
                        all.push(value);
                        all
                    })
                }
                None => all = None,
            }
        }
        all
    }

    /// Gives a problem its place and reports it.
    fn check<T>(&mut self, result: Result<T, Problem>, at: &Range<usize>, list: Option<&str>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(mut problem) => {
                problem.place = self.place(at);
                if let Some(list) = list {
                    problem.message = format!("{} (in the list `@{list}`)", problem.message);
                }
                self.add(*problem)
            }
        }
    }

    fn error(&self, code: &'static str, at: &Range<usize>, message: String) -> Diagnostic {
        Diagnostic::error(code, self.place(at), message)
    }

    /// Reports something; there is nothing to go on with.
    fn add<T>(&mut self, diagnostic: Diagnostic) -> Option<T> {
        if !self.is_full() {
            self.names.found.push(diagnostic);
        }
        None
    }

    /// A place costs a walk through the file: not for findings that nobody will see.
    fn place(&self, at: &Range<usize>) -> Place {
        if self.is_full() { Place::default() } else { self.spots.place(at) }
    }

    fn is_full(&self) -> bool {
        self.names.found.len().saturating_sub(self.before) >= MOST_FINDINGS
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

/// Every value of a kind.
fn everything(kind: &Kind) -> ValueSet {
    match class(kind) {
        Class::Text => ValueSet::Text(TextSet::all()),
        Class::Number => ValueSet::Number(NumberSet::all()),
        Class::Bool => ValueSet::Bool(BoolSet { yes: true, no: true }),
        Class::Time => ValueSet::Time(true),
        Class::List => ValueSet::List(ListSet::everything()),
    }
}

/// A set of texts and its complement, which is cheaper to build beside it than from it.
struct TextPair {
    these: TextSet,
    others: TextSet,
}

impl TextPair {
    fn of(texts: Vec<Box<str>>) -> Self {
        let these = TextSet::of(texts);
        Self { others: these.not(), these }
    }

    fn swapped(self) -> Self {
        Self { these: self.others, others: self.these }
    }
}

fn texts<'n>(field: FieldIx, pair: TextPair) -> Logic<'n> {
    Logic::Values { field, these: ValueSet::Text(pair.these), others: ValueSet::Text(pair.others) }
}

fn numbers<'n>(field: FieldIx, these: NumberSet) -> Logic<'n> {
    Logic::Values { field, others: ValueSet::Number(these.not()), these: ValueSet::Number(these) }
}

fn booleans<'n>(field: FieldIx, yes: bool, no: bool) -> Logic<'n> {
    Logic::Values { field, these: ValueSet::Bool(BoolSet { yes, no }), others: ValueSet::Bool(BoolSet { yes: !yes, no: !no }) }
}

/// Some element is one of these. Otherwise every one is another.
fn some<'n>(field: FieldIx, pair: TextPair) -> Logic<'n> {
    Logic::Values { field, these: any_element(pair.these), others: all_elements(pair.others) }
}

/// Every element is one of these. Otherwise some one is another.
fn every<'n>(field: FieldIx, pair: TextPair) -> Logic<'n> {
    Logic::Values { field, these: all_elements(pair.these), others: any_element(pair.others) }
}

fn any_element(texts: TextSet) -> ValueSet {
    ValueSet::List(ListSet { any: [texts].into(), ..ListSet::everything() })
}

fn all_elements(texts: TextSet) -> ValueSet {
    ValueSet::List(ListSet { all: texts, ..ListSet::everything() })
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
