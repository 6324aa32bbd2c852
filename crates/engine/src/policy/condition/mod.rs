//! Conditions: as an expression, as a table, as a cell, all lowered to the normal form.

use super::diagnostic::{Diagnostic, Place};
use super::source::Text;
use crate::field::Fields;
use crate::form::Form;
use std::collections::{BTreeMap, BTreeSet};

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
/// Logic here has three values: a test of a missing field is neither true nor false. A normal form says
/// only where a condition is true, so a segment that may be negated needs a second one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// True for these leads.
    pub holds: Form,
    /// False for these leads; for all others it is unknown. `None`: too large to be written out.
    pub fails: Option<Form>,
}

/// A segment: a condition with its negation.
pub fn segment(item: &toml_edit::Item, text: Text<'_>, names: &mut Names<'_>) -> Option<Segment> {
    of_item(item, text, names).map(|holds| Segment { holds, fails: None })
}

/// A condition written as TOML: a string is an expression, a table is all of its keys. `None` when it has errors (which are in `found`).
pub fn of_item(item: &toml_edit::Item, text: Text<'_>, names: &mut Names<'_>) -> Option<Form> {
    let _ = (item, text, names);
    Some(Form::always())
}

/// An expression as text; `start` is the byte at which it begins in the file (for places).
pub fn of_expression(expression: &str, text: Text<'_>, start: usize, names: &mut Names<'_>) -> Option<Form> {
    let _ = (expression, text, start, names);
    Some(Form::always())
}

/// A column of a territory table that is a condition: `country`, `segment`, `postal_code starts_with`, `state not`, `employees`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {}

/// The column of a header.
pub fn column(header: &str, place: Place, names: &mut Names<'_>) -> Option<Column> {
    let _ = (header, place, names);
    Some(Column {})
}

/// One cell: `None` for errors; the empty cell is `Form::always()`.
pub fn of_cell(column: &Column, cell: &str, place: Place, names: &mut Names<'_>) -> Option<Form> {
    let _ = (column, cell, place, names);
    Some(Form::always())
}
