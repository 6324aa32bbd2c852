//! When a queue is reviewed: `daily 09:00`, in the policy's time zone.

use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use std::str::FromStr;

/// Once a day, at this time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Review(Time);

/// A text that says no such time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no time of review")]
pub struct NoReview(pub String);

impl FromStr for Review {
    type Err = NoReview;

    fn from_str(text: &str) -> Result<Self, NoReview> {
        let mut words = text.split_whitespace();
        let (daily, time, end) = (words.next(), words.next(), words.next());
        let is_daily = daily.is_some_and(|word| word.eq_ignore_ascii_case("daily")) && end.is_none();
        let time = time.filter(|_| is_daily).and_then(|time| Time::strptime("%H:%M", time).ok());
        time.map(Self).ok_or_else(|| NoReview(text.to_owned()))
    }
}

impl Review {
    /// The last moment of review that is not to come. A time that a day leaves out (daylight saving) is as much later, one
    /// that it has twice is the first. `None` beyond the years that time zones know.
    #[must_use]
    pub fn last(&self, zone: &TimeZone, now: Timestamp) -> Option<Timestamp> {
        let today = now.to_zoned_datetime(zone.clone()).date();
        let on = |date: jiff::civil::Date| zone.to_timestamp(date.to_datetime(self.0)).ok();
        on(today).filter(|at| *at <= now).or_else(|| on(today.checked_sub(1.day()).ok()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn last(review: &str, now: &str) -> String {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let at = review.parse::<Review>().unwrap().last(&zone, now.parse().unwrap()).unwrap();
        at.to_zoned_datetime(zone).strftime("%a %H:%M %Z").to_string()
    }

    #[test]
    fn a_review_is_due_once_a_day_by_the_clock_on_the_wall() {
        assert_eq!(last("daily 09:00", "2026-03-04T08:00:00Z"), "Wed 09:00 CET");
        assert_eq!(last("daily 09:00", "2026-03-04T07:59:59Z"), "Tue 09:00 CET");
        assert_eq!(last("Daily 09:00", "2026-07-04T07:00:00Z"), "Sat 09:00 CEST");
    }

    #[test]
    fn daylight_saving_neither_leaves_out_a_review_nor_doubles_it() {
        assert_eq!(last("daily 02:30", "2026-03-29T12:00:00Z"), "Sun 03:30 CEST");
        assert_eq!(last("daily 02:30", "2026-10-25T12:00:00Z"), "Sun 02:30 CEST");
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in ["", "daily", "09:00", "weekly 09:00", "daily 25:00", "daily 9", "daily 09:00 UTC"] {
            assert_eq!(text.parse::<Review>(), Err(NoReview(text.to_owned())));
        }
        assert_eq!("daily 9:05".parse::<Review>(), "Daily  09:05".parse());
    }
}
