//! A condition as the policy language writes it: a table where it can be one, an expression otherwise.

use super::lists::{Lists, wrapped};
use super::text::{in_expression, toml, toml_expression};
use crate::columns::Columns;
use crate::condition::{Asks, Condition, Test};
use pointsman_engine::field::Kind;
use std::collections::BTreeSet;

/// How wide a condition is before it is broken into lines.
const WIDTH: usize = 110;

/// The work on the conditions of one entry.
pub struct Writer<'a> {
    /// Names and kinds.
    pub columns: &'a Columns,
    /// Where long lists go.
    pub lists: &'a mut Lists,
    /// Whose lists they are, for their names.
    pub owner: &'a str,
}

impl Writer<'_> {
    /// What stands after `when = `; `None` for a condition that always holds.
    pub fn when(&mut self, condition: &Condition) -> Option<String> {
        match condition {
            Condition::Always => None,
            _ => Some(self.table(condition).unwrap_or_else(|| toml_expression(&self.expression(condition)))),
        }
    }

    /// The whole as a table: tests of different columns, all of which must hold. `None`: it cannot be one, or is too wide.
    fn table(&mut self, condition: &Condition) -> Option<String> {
        let parts = if let Condition::All(parts) = condition { parts.as_slice() } else { std::slice::from_ref(condition) };
        let mut columns = BTreeSet::new();
        let mut tests = Vec::with_capacity(parts.len());
        for part in parts {
            let Condition::Test(test) = part else { return None };
            let fits = columns.insert(test.column) && self.has_table_form(test);
            tests.push(fits.then_some(test)?);
        }
        let entries: Vec<String> = tests.into_iter().map(|test| self.entry(test)).collect();
        let table = format!("{{ {} }}", entries.join(", "));
        (table.len() <= WIDTH).then_some(table)
    }

    /// A table cannot say "missing or", and compares moments with days only.
    fn has_table_form(&self, test: &Test) -> bool {
        test.values.is_empty() || (!test.blank && *self.columns.kind(test.column) != Kind::Time)
    }

    fn entry(&mut self, test: &Test) -> String {
        let name = self.columns.name(test.column);
        if test.values.is_empty() {
            return format!("{name} = {{ missing = {} }}", !test.negated);
        }
        let value = self.value(test);
        match (test.asks, test.negated) {
            (Asks::Is, false) => format!("{name} = {value}"),
            (Asks::Is, true) => format!("{name} = {{ not = {value} }}"),
            (asks, false) if sign(asks).is_some() => format!("{name} = {value}"),
            (asks, true) if sign(asks).is_some() => format!("{name} = {{ not = {value} }}"),
            (asks, false) => format!("{name} = {{ {} = {value} }}", word(asks)),
            (asks, true) => format!("{name} = {{ not = {{ {} = {value} }} }}", word(asks)),
        }
    }

    /// One value or an array, as TOML.
    fn value(&mut self, test: &Test) -> String {
        if let Some(sign) = sign(test.asks) {
            return toml(&format!("{sign}{}", test.values.first().map_or("", |value| value)));
        }
        if let Some(list) = self.list(test) {
            return toml(&format!("@{list}"));
        }
        let bare = self.is_bare(test);
        joined(test.values.iter().map(|value| if bare { value.clone() } else { toml(value) }))
    }

    /// The name of a list for the values, if they are texts and worth one.
    fn list(&mut self, test: &Test) -> Option<String> {
        if self.is_bare(test) { None } else { self.lists.name(self.owner, self.columns.name(test.column), &test.values) }
    }

    /// Numbers, truth values and moments are written without quotes.
    fn is_bare(&self, test: &Test) -> bool {
        matches!(self.columns.kind(test.column), Kind::Number | Kind::Integer | Kind::Bool | Kind::Time)
    }

    /// The condition as an expression, in lines where it is long.
    pub fn expression(&mut self, condition: &Condition) -> String {
        self.lines(condition, 0)
    }

    fn lines(&mut self, condition: &Condition, indent: usize) -> String {
        let flat = self.flat(condition);
        if indent + flat.len() <= WIDTH {
            return flat;
        }
        let (parts, word) = match condition {
            Condition::All(parts) => (parts, "and"),
            Condition::Any(parts) => (parts, "or"),
            Condition::Test(test) => return self.test(test, Some(indent)),
            _ => return flat,
        };
        let indent = indent + 2;
        let pad = format!("\n{}{word} ", " ".repeat(indent));
        let parts = parts.iter().map(|part| within(part, condition, self.lines(part, indent + 3)));
        parts.collect::<Vec<_>>().join(&pad)
    }

    /// All in one line.
    fn flat(&mut self, condition: &Condition) -> String {
        match condition {
            Condition::Always => "id is not missing".to_owned(),
            Condition::Never => super::NEVER.to_owned(),
            Condition::All(parts) => parts.iter().map(|part| within(part, condition, self.flat(part))).collect::<Vec<_>>().join(" and "),
            Condition::Any(parts) => parts.iter().map(|part| within(part, condition, self.flat(part))).collect::<Vec<_>>().join(" or "),
            Condition::Test(test) => self.test(test, None),
            Condition::Same(left, right, negated) => {
                let (left, right) = (self.columns.name(*left), self.columns.name(*right));
                if *negated {
                    let one = format!("({left} is missing and {right} is not missing) or ({right} is missing and {left} is not missing)");
                    format!("{left} != {right} or {one}")
                } else {
                    format!("{left} = {right} or ({left} is missing and {right} is missing)")
                }
            }
        }
    }

    /// A test; a long list of it in lines, if they are to begin with so many spaces.
    fn test(&mut self, test: &Test, lines: Option<usize>) -> String {
        let name = self.columns.name(test.column);
        if test.values.is_empty() {
            return format!("{name} is {}", if test.negated { "not missing" } else { "missing" });
        }
        let values = self.values(test, lines);
        let several = test.values.len() > 1;
        let asked = match (test.asks, test.negated) {
            (Asks::Is, true) if *self.columns.kind(test.column) == Kind::Bool => format!("{name} = false"),
            (Asks::Is, false) if several => format!("{name} in {values}"),
            (Asks::Is, true) if several => format!("{name} not in {values}"),
            (Asks::Is, false) => format!("{name} = {values}"),
            (Asks::Is, true) => format!("{name} != {values}"),
            (asks, negated) => match sign(if negated { opposite(asks) } else { asks }) {
                Some(sign) => format!("{name} {sign} {values}"),
                None => format!("{name} {}{} {values}", if negated { "not " } else { "" }, word(asks)),
            },
        };
        if test.blank { format!("{name} is missing or {asked}") } else { asked }
    }

    /// One value or a list, as an expression has it.
    fn values(&mut self, test: &Test, lines: Option<usize>) -> String {
        if let Some(list) = self.list(test) {
            return format!("@{list}");
        }
        let bare = self.is_bare(test);
        let values = test.values.iter().map(|value| if bare { value.clone() } else { in_expression(value) });
        match lines {
            Some(indent) if test.values.len() > 1 => {
                format!("[\n{}\n{:indent$}]", wrapped(values.collect(), indent + 4), "", indent = indent + 2)
            }
            _ => joined(values),
        }
    }
}

/// A part of a condition as written, in parentheses where it joins parts otherwise than the whole does.
fn within(part: &Condition, whole: &Condition, written: String) -> String {
    let either = match part {
        Condition::Any(_) | Condition::Same(..) => true,
        Condition::Test(test) => test.blank && !test.values.is_empty(),
        _ => false,
    };
    let all = matches!(whole, Condition::All(_));
    if (all && either) || matches!(part, Condition::All(_)) { format!("({written})") } else { written }
}

/// One alone, several in brackets.
fn joined(values: impl Iterator<Item = String>) -> String {
    let values: Vec<String> = values.collect();
    match values.as_slice() {
        [only] => only.clone(),
        several => format!("[{}]", several.join(", ")),
    }
}

const fn word(asks: Asks) -> &'static str {
    match asks {
        Asks::Contains => "contains",
        Asks::StartsWith => "starts_with",
        Asks::EndsWith => "ends_with",
        _ => "in",
    }
}

const fn sign(asks: Asks) -> Option<&'static str> {
    match asks {
        Asks::Less => Some("<"),
        Asks::LessOrEqual => Some("<="),
        Asks::Greater => Some(">"),
        Asks::GreaterOrEqual => Some(">="),
        _ => None,
    }
}

const fn opposite(asks: Asks) -> Asks {
    match asks {
        Asks::Less => Asks::GreaterOrEqual,
        Asks::LessOrEqual => Asks::Greater,
        Asks::Greater => Asks::LessOrEqual,
        Asks::GreaterOrEqual => Asks::Less,
        other => other,
    }
}
