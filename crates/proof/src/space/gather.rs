//! What policies ask of each field: the texts, patterns and bounds that they mention.

use pointsman_engine::field::{Field, FieldIx, Kind, Place};
use pointsman_engine::form::{Comparison, Form, Opaque};
use pointsman_engine::policy::{Action, Policy};
use pointsman_engine::set::{Allowed, ListSet, Listed, Pattern, TextSet, ValueSet};
use pointsman_engine::value::fold;
use std::collections::{BTreeMap, BTreeSet};

/// How the values of a field are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Texts, choices and countries.
    Text,
    /// Numbers of both kinds.
    Number,
    /// Yes or no.
    Bool,
    /// Sets of texts.
    List,
    /// Moments.
    Time,
}

impl Class {
    /// Of a kind.
    #[must_use]
    pub const fn of(kind: &Kind) -> Self {
        match kind {
            Kind::Text | Kind::Choice(_) | Kind::Country => Self::Text,
            Kind::Number | Kind::Integer => Self::Number,
            Kind::Bool => Self::Bool,
            Kind::Time => Self::Time,
            Kind::List => Self::List,
        }
    }
}

/// A test that is no set of values, of two that exclude each other the one that is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blind {
    /// The test, its fields being numbers of aspects.
    pub test: Opaque,
    /// Whether it must hold, or must not.
    pub holds: bool,
}

/// What is asked of one field.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The field; of several policies' the last one's.
    pub field: Field,
    /// Listed texts, folded.
    pub texts: BTreeSet<Box<str>>,
    /// Patterns.
    pub patterns: BTreeSet<Pattern>,
    /// Sets that some element of a list may be in.
    pub elements: BTreeSet<TextSet>,
    /// Numbers at which a range begins.
    pub cuts: BTreeSet<i128>,
}

/// What policies ask, field by field.
#[derive(Debug, Default)]
pub struct Gathered {
    /// The fields, in order of first use.
    pub asked: Vec<Asked>,
    /// Of each policy, each used field's number among them.
    pub numbers: Vec<Vec<usize>>,
    /// Tests that are no sets of values.
    pub blind: Vec<Opaque>,
    by_place: BTreeMap<(Place, Class), usize>,
}

impl Gathered {
    /// Collects from policies.
    #[must_use]
    pub fn of(policies: &[&Policy]) -> Self {
        let mut gathered = Self::default();
        for policy in policies {
            let numbers = policy.fields.used().iter().map(|field| gathered.field(field)).collect();
            gathered.numbers.push(numbers);
            let part = gathered.numbers.len() - 1;
            forms(policy).for_each(|form| gathered.form(part, form));
        }
        gathered
    }

    /// The number of a field of one of the policies.
    #[must_use]
    pub fn number(&self, part: usize, field: FieldIx) -> Option<usize> {
        self.numbers.get(part)?.get(field.at()).copied()
    }

    fn field(&mut self, field: &Field) -> usize {
        let key = (field.place.clone(), Class::of(&field.kind));
        let at = *self.by_place.entry(key).or_insert(self.asked.len());
        if at == self.asked.len() {
            self.asked.push(Asked {
                field: field.clone(),
                texts: BTreeSet::new(),
                patterns: BTreeSet::new(),
                elements: BTreeSet::new(),
                cuts: BTreeSet::new(),
            });
        }
        if let Some(asked) = self.asked.get_mut(at) {
            asked.field = field.clone();
            if let Kind::Choice(values) = &field.kind {
                asked.texts.extend(values.iter().map(|value| Box::from(&*fold(value))));
            }
        }
        at
    }

    fn form(&mut self, part: usize, form: &Form) {
        for branch in &form.branches {
            for (field, allowed) in &branch.fields {
                if let Some(asked) = self.number(part, *field).and_then(|at| self.asked.get_mut(at)) {
                    asked.add(allowed);
                }
            }
            for test in &branch.opaque {
                if let Some(blind) = self.blind(part, test)
                    && !self.blind.contains(&blind.test)
                {
                    self.blind.push(blind.test);
                }
            }
        }
    }

    /// A test of a policy, with fields as numbered here.
    #[must_use]
    pub fn blind(&self, part: usize, test: &Opaque) -> Option<Blind> {
        let number = |field: FieldIx| self.number(part, field).and_then(|at| u16::try_from(at).ok()).map(FieldIx);
        let told = |comparison: Comparison| match comparison {
            Comparison::NotEqual | Comparison::GreaterOrEqual | Comparison::Greater => (comparison.negated(), false),
            _ => (comparison, true),
        };
        Some(match test {
            Opaque::Fields(left, comparison, right) => {
                let (comparison, holds) = told(*comparison);
                Blind { test: Opaque::Fields(number(*left)?, comparison, number(*right)?), holds }
            }
            Opaque::Moment(field, comparison, moment) => {
                let (comparison, holds) = told(*comparison);
                Blind { test: Opaque::Moment(number(*field)?, comparison, *moment), holds }
            }
            Opaque::Last { field, span, outside } => {
                Blind { test: Opaque::Last { field: number(*field)?, span: *span, outside: false }, holds: !outside }
            }
            Opaque::Next { field, span, outside } => {
                Blind { test: Opaque::Next { field: number(*field)?, span: *span, outside: false }, holds: !outside }
            }
        })
    }
}

impl Asked {
    fn add(&mut self, allowed: &Allowed) {
        match &allowed.present {
            ValueSet::Text(set) => {
                for piece in set.pieces() {
                    let (Listed::In(texts) | Listed::NotIn(texts)) = &piece.listed;
                    self.texts.extend(texts.iter().cloned());
                    self.patterns.extend(piece.with.iter().chain(&piece.without).cloned());
                }
            }
            ValueSet::Number(set) => {
                self.cuts.extend(set.ranges().iter().flat_map(|(low, high)| [Some(*low), high.checked_add(1)]).flatten());
            }
            ValueSet::List(set) => self.elements.extend(elements(set).map(|(set, _)| set)),
            ValueSet::Bool(_) | ValueSet::Time(_) => {}
        }
    }
}

/// What a condition on a list says of sets that its elements may be in: some element is (true), or none is.
pub fn elements(set: &ListSet) -> impl Iterator<Item = (TextSet, bool)> {
    let none = (!set.all.is_plainly_all()).then(|| (set.all.not(), false));
    set.any.iter().map(|some| (some.clone(), true)).chain(none)
}

/// Every condition of a policy.
fn forms(policy: &Policy) -> impl Iterator<Item = &Form> {
    let rows = policy.rules.iter().flat_map(|rule| &rule.rows);
    let rules = rows.flat_map(|row| {
        let until = if let Action::Hold { until, .. } = &row.action { Some(until) } else { None };
        std::iter::once(&row.when).chain(until)
    });
    let slas = policy.slas.iter().filter_map(|sla| sla.condition.as_ref());
    rules.chain(slas).chain(policy.asserts.iter().map(|assert| &assert.when))
}
