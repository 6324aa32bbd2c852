//! Working time as windows of instants.
//!
//! Between two changes of its clocks a place's wall clock runs straight: on such a stretch local time is an
//! instant plus a constant, and hours turn into instants by subtracting it. Skipped and repeated hours need
//! no further thought: they are where one stretch ends and the next begins.

use super::{Calendar, DAY, weekday};
use jiff::Timestamp;

/// Seconds since 1970: first, and first after.
type Window = (i64, i64);

/// A stretch of time on which the offset from UTC is constant.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    from: i64,
    until: i64,
    offset: i64,
}

impl Calendar {
    /// Windows of working time from one second up to another, sorted. They do not overlap but may touch.
    pub(super) fn windows(&self, from: i64, until: i64) -> impl Iterator<Item = Window> + '_ {
        self.stretches(from, until).flat_map(move |stretch| {
            let first_day = (stretch.from + stretch.offset).div_euclid(DAY);
            let last_day = (stretch.until - 1 + stretch.offset).div_euclid(DAY);
            (first_day..last_day + 1).flat_map(move |day| {
                let midnight = day * DAY - stretch.offset;
                let clip = move |(start, end): &(u32, u32)| {
                    ((midnight + i64::from(*start)).max(stretch.from), (midnight + i64::from(*end)).min(stretch.until))
                };
                self.of_day(day).iter().map(clip).filter(|(start, end)| start < end)
            })
        })
    }

    fn of_day(&self, day: i64) -> &[(u32, u32)] {
        let weekly = self.hours.of_weekday(weekday(day));
        if weekly.is_empty() || self.is_holiday(day) { &[] } else { weekly }
    }

    fn stretches(&self, from: i64, until: i64) -> impl Iterator<Item = Stretch> + '_ {
        let first = Timestamp::from_second(from).unwrap_or(Timestamp::MIN);
        let mut changes = self.timezone.following(first);
        let mut next = (from, i64::from(self.timezone.to_offset(first).seconds()));
        std::iter::from_fn(move || {
            let (from, offset) = next;
            if from >= until {
                return None;
            }
            let change = changes.next().map(|change| (change.timestamp().as_second(), i64::from(change.offset().seconds())));
            next = change.filter(|(at, _)| *at < until).unwrap_or((until, offset));
            Some(Stretch { from, until: next.0, offset })
        })
    }
}
