//! Records: leads, accounts, reps and absences read from CSV and JSON text.

pub mod absences;
pub mod accounts;
pub mod ical;
pub mod leads;
pub mod reps;
pub mod table;

use crate::value::Number;
use jiff::Timestamp;
use serde::Serialize;
use std::collections::BTreeMap;
use table::Flaw;

/// What is wrong with one row of a file, or one record of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// From 1; the header of a CSV file is line 1.
    pub line: u64,
    /// The column or JSON key, where one is to blame.
    pub column: Option<Box<str>>,
    /// What is wrong and what to do about it.
    pub message: String,
    /// Whether the row was used, without the bad value.
    pub kept: bool,
}

/// Yes or no, as people write it: `true`, `yes`, `y`, `1` and their opposites, in any case.
#[must_use]
pub fn boolean(text: &str) -> Option<bool> {
    match &*crate::value::fold(text) {
        "true" | "yes" | "y" | "1" => Some(true),
        "false" | "no" | "n" | "0" => Some(false),
        _ => None,
    }
}

/// The longest e-mail address, in bytes: what RFC 5321 allows on both sides of the `@`. Addresses stand in indexes,
/// whose entries cannot be of any length.
pub const LONGEST_EMAIL: usize = 320;

/// Whether a moment is one that a lead or an absence can have, from 1970 up to the year 9000. What is further away is
/// a slip of the hand, and calendars end there.
#[must_use]
pub fn is_plausible(moment: Timestamp) -> bool {
    const END: Timestamp = Timestamp::constant(221_845_392_000, 0);
    (Timestamp::UNIX_EPOCH..END).contains(&moment)
}

/// A moment with its zone: RFC 3339.
#[must_use]
pub fn moment(text: &str) -> Option<Timestamp> {
    text.trim().parse().ok()
}

/// The first 80 characters: a message says what was found, not all of it.
fn shown(text: &str) -> &str {
    text.char_indices().nth(80).and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}

fn yes_or_no(text: &str) -> Result<bool, Flaw> {
    boolean(text).ok_or_else(|| Flaw::kept(format!("`{}` is neither yes nor no; it is left out", shown(text))))
}

fn whole_number(text: &str) -> Result<Number, Flaw> {
    let number = Number::parse(text).filter(|number| number.is_whole());
    number.ok_or_else(|| Flaw::kept(format!("`{}` is not a whole number; it is left out", shown(text))))
}

/// Keeps a country that is not known beside the standard fields, so that a person can mend it.
fn unknown_country(text: &str, custom: &mut BTreeMap<Box<str>, Box<str>>) -> Flaw {
    custom.insert("country_as_given".into(), text.into());
    Flaw::kept(format!("`{}` is not a country; write its ISO 3166-1 code or its name", shown(text)))
}

#[cfg(test)]
mod tests;
