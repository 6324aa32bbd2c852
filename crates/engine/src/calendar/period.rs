//! The hour, day and week that a moment is in, for caps.

use super::{Calendar, whole_second};
use jiff::civil::Date;
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{Timestamp, ToSpan};

impl Calendar {
    /// The first moment of the local date of `now`: midnight, or when the clocks skip it, the moment they do.
    #[must_use]
    pub fn day_start(&self, now: Timestamp) -> Timestamp {
        date_start(&self.timezone, self.timezone.to_datetime(now).date())
    }

    /// The first moment of the local week of `now`: the start of its Monday.
    #[must_use]
    pub fn week_start(&self, now: Timestamp) -> Timestamp {
        let date = self.timezone.to_datetime(now).date();
        let monday = date.checked_sub(i64::from(date.weekday().to_monday_zero_offset()).days());
        monday.map_or(Timestamp::MIN, |monday| date_start(&self.timezone, monday))
    }

    /// The moment at which the clock hour of `now` began: the last full hour on the wall clock, or a change
    /// of the clocks since. An hour that the wall clock shows twice is two hours, so that none is longer than 3,600 seconds.
    #[must_use]
    pub fn hour_start(&self, now: Timestamp) -> Timestamp {
        let (second, _) = whole_second(now);
        let offset = self.timezone.to_offset(now);
        let full_hour = instant(second - (second + i64::from(offset.seconds())).rem_euclid(3_600));
        if self.timezone.to_offset(full_hour) == offset { full_hour } else { full_hour.max(last_change(&self.timezone, second)) }
    }
}

/// The first moment of a date in a time zone: midnight (the first of two), or when the clocks skip it, the
/// moment they do. The nearest moment there is for dates out of range.
#[must_use]
pub fn date_start(timezone: &TimeZone, date: Date) -> Timestamp {
    let midnight = date.at(0, 0, 0, 0);
    match timezone.to_ambiguous_timestamp(midnight).offset() {
        AmbiguousOffset::Unambiguous { offset } | AmbiguousOffset::Fold { before: offset, .. } => {
            offset.to_timestamp(midnight).unwrap_or(if date.year() < 0 { Timestamp::MIN } else { Timestamp::MAX })
        }
        AmbiguousOffset::Gap { before, .. } => {
            before.to_timestamp(midnight).map_or(Timestamp::MIN, |skipped| last_change(timezone, skipped.as_second()))
        }
    }
}

/// The last change of the clocks up to a second.
fn last_change(timezone: &TimeZone, second: i64) -> Timestamp {
    let change = timezone.preceding(instant(second.saturating_add(1))).next();
    change.map_or(Timestamp::MIN, |change| change.timestamp())
}

/// A second since 1970 as a moment; the nearest one when there is none.
fn instant(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap_or(if second < 0 { Timestamp::MIN } else { Timestamp::MAX })
}
