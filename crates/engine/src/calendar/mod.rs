//! Working hours, holidays and exact time arithmetic.

mod hours;
mod span;

pub use hours::Hours;
pub use span::Span;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::BTreeSet;

/// When somebody works: weekly hours in a time zone, less holidays.
#[derive(Debug, Clone, PartialEq)]
pub struct Calendar {
    /// Where.
    pub timezone: TimeZone,
    /// When in the week.
    pub hours: Hours,
    /// On which local dates not.
    pub holidays: BTreeSet<Date>,
}
