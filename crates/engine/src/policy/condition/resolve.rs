//! From what is written to what is meant: names looked up, kinds checked, values read.
//!
//! All errors of a condition are reported, not only the first. Here is the tree with its names, lists and
//! reports; what a field of each kind can be asked is in [`super::typed`] and [`super::times`].

use super::Names;
use super::ast::{Expr, Node, Operand, Style, Test, Word};
use super::logic::{Logic, booleans};
use super::spot::Spots;
use super::values::{Problem, short};
use crate::field::{FieldIx, Kind};
use crate::policy::diagnostic::{Diagnostic, Place, did_you_mean};
use std::ops::Range;

/// The most findings that one condition reports.
const MOST_FINDINGS: usize = 100;
/// The most values in one condition, those of its lists included.
const MOST_VALUES: usize = 1 << 18;

/// Looks up and checks everything. `None`: there are errors, which have been reported.
pub fn resolve<'n>(expr: &Expr, names: &mut Names<'n>, spots: &Spots<'_>) -> Option<Logic<'n>> {
    let before = names.found.len();
    Resolver { names, spots, before, values: 0 }.logic(expr, false)
}

/// The work on one condition.
pub struct Resolver<'r, 'n> {
    /// What may be named.
    pub names: &'r mut Names<'n>,
    spots: &'r Spots<'r>,
    /// How many findings there were before this condition.
    before: usize,
    /// How many values it has so far.
    values: usize,
}

/// A field that has been looked up.
pub struct Known {
    /// Its number.
    pub ix: FieldIx,
    /// As written in the policy.
    pub name: Box<str>,
    /// What it holds.
    pub kind: Kind,
}

/// A value to compare with; one of a list stands where the list is named.
pub struct Literal<'v> {
    /// The value.
    pub text: &'v str,
    /// How it was written.
    pub style: Style,
    /// Where it, or its list, was written.
    pub at: &'v Range<usize>,
    /// The list it is from.
    pub list: Option<&'v str>,
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

    /// Looks up a field, and numbers it.
    pub fn field(&mut self, word: &Word) -> Option<Known> {
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

    /// A field or segment of a similar name.
    pub fn similar(&self, name: &str) -> Option<String> {
        if self.is_full() {
            return None;
        }
        did_you_mean(name, self.names.fields.names().chain(self.names.segments.keys().map(ToString::to_string)))
    }
}

/// Values and lists.
impl<'n> Resolver<'_, 'n> {
    /// The values named, lists written out. A quoted text that begins with `@` names a list too; in a pattern, where `@acme.com` makes sense,
    /// only when there is such a list.
    pub fn literals<'v>(&mut self, operands: &'v [Operand], pattern: bool) -> Option<Vec<Literal<'v>>>
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
    pub fn each<T>(&mut self, literals: &[Literal<'_>], read: impl Fn(&Literal<'_>) -> Result<T, Problem>) -> Option<Vec<T>> {
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
    pub fn check<T>(&mut self, result: Result<T, Problem>, at: &Range<usize>, list: Option<&str>) -> Option<T> {
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
}

/// Reports.
impl Resolver<'_, '_> {
    /// An error that is not reported yet.
    pub fn error(&self, code: &'static str, at: &Range<usize>, message: String) -> Diagnostic {
        Diagnostic::error(code, self.place(at), message)
    }

    /// Reports something; there is nothing to go on with.
    pub fn add<T>(&mut self, diagnostic: Diagnostic) -> Option<T> {
        if !self.is_full() {
            self.names.found.push(diagnostic);
        }
        None
    }

    /// A place costs a walk through the file: not for findings that nobody will see.
    pub fn place(&self, at: &Range<usize>) -> Place {
        if self.is_full() { Place::default() } else { self.spots.place(at) }
    }

    fn is_full(&self) -> bool {
        self.names.found.len().saturating_sub(self.before) >= MOST_FINDINGS
    }
}
