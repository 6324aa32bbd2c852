//! Working hours, holidays and exact time arithmetic.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::BTreeSet;

/// A length of time as a policy writes it: `5m`, `1h`, `1d 10h`, `90d`.
///
/// On an "always" clock a day is 24 hours exactly; on a "working" clock it is one working day's hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Days.
    pub days: u32,
    /// Seconds besides.
    pub seconds: u64,
}

impl Span {
    /// Reads `30s`, `5m`, `1h`, `1d`, `2w` and sums like `1d 10h` or `1h30m`. `None` for anything else, and for zero.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let _ = text;
        None
    }

    /// The moment this long before, on an "always" clock; the earliest moment there is when it does not fit.
    #[must_use]
    pub fn before(self, moment: Timestamp) -> Timestamp {
        moment
    }

    /// The moment this long after, on an "always" clock; the latest moment there is when it does not fit.
    #[must_use]
    pub fn after(self, moment: Timestamp) -> Timestamp {
        moment
    }
}

/// Weekly hours, as spans of seconds since local midnight, by weekday (Monday first), sorted, apart, not touching.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hours {
    days: [Vec<(u32, u32)>; 7],
}

impl Hours {
    /// Reads `Mon-Fri 09:00-17:00; Sat 10:00-14:00`. `Err` says what is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        Err(format!("`{text}` is not understood"))
    }
}

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
