//! Conditions: as an expression, as a table, as a cell, all lowered to the normal form.
//!
//! One way: text ([`lex`], [`parse`]), table ([`table`]) or cell ([`cell`]) to a tree ([`ast`]); names and kinds
//! ([`resolve`], [`typed`], [`values`]) to what is meant ([`logic`]); the normal form ([`lower`]). [`describe`] goes back to words.
//!
//! Logic here has three values, as in SQL: a test of a field that a lead lacks is unknown, and only what is
//! true counts. `is missing` alone is always true or false.

mod ast;
mod cell;
pub mod describe;
mod lex;
mod logic;
mod lower;
mod parse;
mod resolve;
mod spot;
mod table;
#[cfg(test)]
mod tests;
mod times;
mod typed;
mod values;

use super::diagnostic::Diagnostic;
use super::source::Text;
use crate::field::Fields;
use crate::form::Form;
use ast::Expr;
use logic::Logic;
use spot::Spots;
use std::collections::{BTreeMap, BTreeSet};
use toml_edit::Item;

pub use cell::{Column, column, of_cell};
pub use lower::{MOST_BRANCHES, both};

/// What conditions may name, and where findings go.
pub struct Names<'a> {
    /// Declared, standard and used fields.
    pub fields: &'a mut Fields,
    /// `[lists]`, by name without the `@`.
    pub lists: &'a BTreeMap<Box<str>, Vec<Box<str>>>,
    /// The segments read so far.
    pub segments: &'a BTreeMap<Box<str>, Segment>,
    /// Where a date without a time has its midnight.
    pub timezone: &'a jiff::tz::TimeZone,
    /// `@list` and segment names met, for "never used" warnings.
    pub used: &'a mut BTreeSet<String>,
    /// What is wrong, in the order it was found.
    pub found: &'a mut Vec<Diagnostic>,
}

/// A named condition.
///
/// A normal form says only where a condition is true. Where it is false does not follow from that (elsewhere
/// it may be unknown), so a segment that may be negated needs a second form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// True for these leads.
    pub holds: Form,
    /// False for these leads; for all others it is unknown. `None`: too large to be written out.
    pub fails: Option<Form>,
}

/// A segment: a condition with its negation. `None` when it has errors (which are in `found`).
pub fn segment(item: &Item, text: Text<'_>, names: &mut Names<'_>) -> Option<Segment> {
    let (expr, spots) = tree(item, text, names)?;
    named(&expr, &spots, names)
}

/// A condition written as TOML: a string is an expression, a table is all of its keys. `None` when it has errors (which are in `found`).
pub fn of_item(item: &Item, text: Text<'_>, names: &mut Names<'_>) -> Option<Form> {
    let (expr, spots) = tree(item, text, names)?;
    finish(&expr, &spots, names)
}

/// An expression as text; `start` is the byte at which it begins in the file (for places).
pub fn of_expression(expression: &str, text: Text<'_>, start: usize, names: &mut Names<'_>) -> Option<Form> {
    let spots = Spots::Shifted(text, start);
    let expr = parse::parse(expression, &spots, names.found);
    finish(&expr, &spots, names)
}

/// What an item says. `None`: it is neither text nor table.
fn tree<'a>(item: &Item, text: Text<'a>, names: &mut Names<'_>) -> Option<(Expr, Spots<'a>)> {
    let range = item.span().unwrap_or_default();
    if let Some(expression) = item.as_str() {
        let spots = Spots::of_string(text, expression, range);
        return Some((parse::parse(expression, &spots, names.found), spots));
    }
    let Some(table) = item.as_table_like() else {
        let message = format!("a condition cannot be of the type {}", item.type_name());
        names.found.push(Diagnostic::error("wrong-type", text.place(range), message).label("expected a table or an expression as text"));
        return None;
    };
    let spots = Spots::File(text);
    Some((table::read(table, range, &spots, names.found), spots))
}

/// Names, kinds, normal form.
fn finish(expr: &Expr, spots: &Spots<'_>, names: &mut Names<'_>) -> Option<Form> {
    let logic = resolve::resolve(expr, names, spots)?;
    lowered(&logic, expr, spots, names)
}

/// The same, with the negation.
fn named(expr: &Expr, spots: &Spots<'_>, names: &mut Names<'_>) -> Option<Segment> {
    let logic = resolve::resolve(expr, names, spots)?;
    let holds = lowered(&logic, expr, spots, names)?;
    let fails = lower::lower(&logic, true, names.fields, spots, &mut Vec::new()).ok();
    Some(Segment { holds, fails })
}

fn lowered(logic: &Logic<'_>, expr: &Expr, spots: &Spots<'_>, names: &mut Names<'_>) -> Option<Form> {
    let form = lower::lower(logic, false, names.fields, spots, names.found);
    if form.is_err() {
        let message = format!("this condition is too large: written out it has more than {MOST_BRANCHES} alternatives, or too many values");
        let help = "write several values of one field as a list, or use a territory table";
        names.found.push(Diagnostic::error("too-large", spots.place(&expr.at), message).help(Some(help)));
    }
    form.ok()
}
