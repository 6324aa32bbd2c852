//! Working hours, holidays and exact time arithmetic.
//!
//! One definition carries all of it: somebody works at a moment when the wall clock of their place shows a
//! working time on a date that is no holiday. Elapsed working time is the real seconds of which that is
//! true. What follows for changes of the clocks:
//!
//! - A time that is skipped in spring is no working time. Hours that begin in it begin when it ends.
//! - A time that is shown twice in autumn is worked twice. Hours that begin in it begin the first time, and
//!   end in it the last time. (A contiguous reading, first beginning to last end, would differ only for
//!   hours that begin or end inside the repeated hour, and would contradict the clock on the wall.)
//! - A date that a place skipped (Apia, 30 December 2011) has no working time.
//!
//! Hours and clock changes fall on whole seconds, so all arithmetic is on whole seconds; a fraction of a
//! second that a clock starts with is kept.

mod hours;
mod period;
mod span;
#[cfg(test)]
mod tests;
mod windows;

pub use hours::Hours;
pub use period::date_start;
pub use span::Span;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::BTreeSet;

/// How far ahead a calendar is searched: ten years, in seconds.
const HORIZON: i64 = 3_653 * 86_400;

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

impl Calendar {
    /// Whether it is working time at this moment. One look at the time zone and a few comparisons: it is
    /// asked of every member of a pool for every lead.
    #[must_use]
    pub fn is_open(&self, now: Timestamp) -> bool {
        let wall = whole_second(now).0 + i64::from(self.timezone.to_offset(now).seconds());
        let (day, second) = (wall.div_euclid(DAY), wall.rem_euclid(DAY));
        let weekly = self.hours.of_weekday(weekday(day));
        weekly.iter().any(|(start, end)| (i64::from(*start)..i64::from(*end)).contains(&second)) && !self.is_holiday(day)
    }

    /// The first moment of working time from `now` on: `now` itself if it is one. `None` when there is none
    /// within ten years.
    #[must_use]
    pub fn next_open(&self, now: Timestamp) -> Option<Timestamp> {
        self.add(now, Span { days: 0, seconds: 0 })
    }

    /// The moment at which the working time that `now` is in ends. `None` outside working time, and when it
    /// does not end within ten years.
    #[must_use]
    pub fn closes_at(&self, now: Timestamp) -> Option<Timestamp> {
        let (mut close, _) = whole_second(now);
        let limit = close + HORIZON;
        for (start, end) in self.windows(close, limit) {
            if start != close {
                break;
            }
            close = end;
        }
        if !self.is_open(now) || close == limit { None } else { Timestamp::from_second(close).ok() }
    }

    /// The moment when this much working time has passed. A day of the span is one working day's hours.
    ///
    /// Outside working time counting begins at the next opening. Time that is used up exactly at a close
    /// ends at that close. `None` when it does not end within ten years. Linear in the days passed.
    #[must_use]
    pub fn add(&self, from: Timestamp, span: Span) -> Option<Timestamp> {
        let (second, nanosecond) = whole_second(from);
        let mut left = span.seconds_with_day(u64::from(self.hours.working_day_seconds()));
        let mut fraction = 0;
        for (start, end) in self.windows(second, second + HORIZON) {
            if start == second {
                fraction = nanosecond;
            }
            let length = start.abs_diff(end);
            // With a fraction begun, the time ends within the second after `left`: that one must be open too.
            if left < length || (left == length && fraction == 0) {
                return Timestamp::new(start.checked_add_unsigned(left)?, fraction).ok();
            }
            left -= length;
        }
        None
    }

    /// Whole working seconds from one moment to another; 0 when the second is not later. Linear in the days between.
    ///
    /// It undoes [`Self::add`]: `between(from, add(from, span))` is the span's length.
    #[must_use]
    pub fn between(&self, from: Timestamp, until: Timestamp) -> u64 {
        let ((first, early), (last, late)) = (whole_second(from), whole_second(until));
        if until <= from {
            return 0;
        }
        let seconds: u64 = self.windows(first, last).map(|(start, end)| start.abs_diff(end)).sum();
        let early = if self.is_open(from) { early } else { 0 };
        let late = if self.is_open(until) { late } else { 0 };
        seconds.saturating_sub(u64::from(late < early))
    }

    /// Whether a day, counted from 1970-01-01, is a holiday.
    fn is_holiday(&self, day: i64) -> bool {
        !self.holidays.is_empty()
            && Timestamp::from_second(day.saturating_mul(DAY))
                .is_ok_and(|midnight| self.holidays.contains(&jiff::tz::Offset::UTC.to_datetime(midnight).date()))
    }
}

const DAY: i64 = 86_400;

/// Monday = 0. 1970-01-01 was a Thursday.
fn weekday(day: i64) -> usize {
    usize::try_from((day + 3).rem_euclid(7)).unwrap_or(0)
}

/// The second a moment is in, and its nanoseconds into it.
fn whole_second(moment: Timestamp) -> (i64, i32) {
    let (second, nanosecond) = (moment.as_second(), moment.subsec_nanosecond());
    if nanosecond < 0 { (second - 1, nanosecond + 1_000_000_000) } else { (second, nanosecond) }
}
