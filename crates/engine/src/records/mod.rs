//! Records: leads, accounts, reps and absences read from CSV and JSON text.

pub mod absences;
pub mod accounts;
pub mod leads;
pub mod reps;

use jiff::Timestamp;

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
