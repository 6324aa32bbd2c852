//! Records: leads, accounts, reps and absences read from CSV and JSON text.

pub mod absences;
pub mod accounts;
pub mod ical;
pub mod leads;
pub mod reps;

use jiff::Timestamp;
use serde::Serialize;

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

/// A moment with its zone: RFC 3339.
#[must_use]
pub fn moment(text: &str) -> Option<Timestamp> {
    text.trim().parse().ok()
}
