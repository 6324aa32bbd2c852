//! A length of time as a policy writes it.

use jiff::{SignedDuration, Timestamp};
use std::fmt;

const DAY: u64 = 86_400;

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
    /// Reads `30s`, `5m`, `1h`, `1d`, `2w` and sums like `1d 10h` or `1h30m`. `None` for anything else, for
    /// zero, and for what does not fit. A week is seven days, on a working clock seven working days.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut span = Self { days: 0, seconds: 0 };
        let mut rest = text.trim();
        while !rest.is_empty() {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let (count, unit) = rest.split_at_checked(digits)?;
            span = span.plus(count.parse().ok()?, unit.chars().next()?)?;
            rest = unit.get(1..)?.trim_start();
        }
        (span.days > 0 || span.seconds > 0).then_some(span)
    }

    fn plus(self, count: u64, unit: char) -> Option<Self> {
        let (days_each, seconds_each) = match unit {
            's' => (0, 1),
            'm' => (0, 60),
            'h' => (0, 3_600),
            'd' => (1, 0),
            'w' => (7, 0),
            _ => return None,
        };
        let days = u32::try_from(count.checked_mul(days_each)?).ok()?;
        Some(Self { days: self.days.checked_add(days)?, seconds: self.seconds.checked_add(count.checked_mul(seconds_each)?)? })
    }

    /// The moment this long before, on an "always" clock; the earliest moment there is when it does not fit.
    #[must_use]
    pub fn before(self, moment: Timestamp) -> Timestamp {
        moment.checked_sub(self.always()).unwrap_or(Timestamp::MIN)
    }

    /// The moment this long after, on an "always" clock; the latest moment there is when it does not fit.
    #[must_use]
    pub fn after(self, moment: Timestamp) -> Timestamp {
        moment.checked_add(self.always()).unwrap_or(Timestamp::MAX)
    }

    /// Its length in seconds when a day has that many; the largest number when it does not fit.
    pub(super) fn seconds_with_day(self, day: u64) -> u64 {
        u64::from(self.days).saturating_mul(day).saturating_add(self.seconds)
    }

    fn always(self) -> SignedDuration {
        SignedDuration::from_secs(i64::try_from(self.seconds_with_day(DAY)).unwrap_or(i64::MAX))
    }
}

/// As a policy writes it, so that it reads back: `1d 10h`, `1h 30m`, `90d`.
impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (hours, minutes, seconds) = (self.seconds / 3_600, self.seconds / 60 % 60, self.seconds % 60);
        let parts = [(u64::from(self.days), 'd'), (hours, 'h'), (minutes, 'm'), (seconds, 's')];
        let words: Vec<String> = parts.iter().filter(|(count, _)| *count > 0).map(|(count, unit)| format!("{count}{unit}")).collect();
        f.write_str(if words.is_empty() { "0s".to_owned() } else { words.join(" ") }.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn span(text: &str) -> Span {
        Span::parse(text).unwrap()
    }

    #[test]
    fn the_units_are_seconds_minutes_hours_days_and_weeks() {
        assert_eq!(span("30s"), Span { days: 0, seconds: 30 });
        assert_eq!(span("5m"), Span { days: 0, seconds: 300 });
        assert_eq!(span("1h"), Span { days: 0, seconds: 3_600 });
        assert_eq!(span("1d"), Span { days: 1, seconds: 0 });
        assert_eq!(span("2w"), Span { days: 14, seconds: 0 });
    }

    #[test]
    fn parts_add_up_with_or_without_space() {
        assert_eq!(span("1d 10h"), Span { days: 1, seconds: 36_000 });
        assert_eq!(span(" 1h30m "), Span { days: 0, seconds: 5_400 });
    }

    #[test]
    fn anything_else_is_refused() {
        for text in
            ["", " ", "5", "m", "5 m", "5x", "-5m", "1.5h", "0s", "0d 0h", "5m,", "٣m", "5ä", "99999999999d", "1d 18446744073709551616s"]
        {
            assert_eq!(Span::parse(text), None, "{text:?}");
        }
        assert_eq!(Span::parse("18446744073709551615s 1s"), None, "it does not fit");
    }

    #[test]
    fn an_always_day_has_24_hours() {
        let moment: Timestamp = "2026-03-07T12:00:00.5-05:00".parse().unwrap();
        assert_eq!(span("1d").after(moment), "2026-03-08T17:00:00.5Z".parse().unwrap());
        assert_eq!(span("1d").before(span("1d").after(moment)), moment);
    }

    #[test]
    fn it_is_written_as_it_reads() {
        for text in ["1d 10h", "5m", "90d", "14d", "1h 30m", "25h", "1d 1h 1m 1s"] {
            assert_eq!(span(text).to_string(), text);
        }
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(days: u32, seconds: u64) {
            prop_assume!(days > 0 || seconds > 0);
            let span = Span { days, seconds };
            prop_assert_eq!(Span::parse(&span.to_string()), Some(span));
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC*|[0-9smhdw ]{0,40}") {
            let _ = Span::parse(&text);
        }

        #[test]
        fn no_span_leaves_the_range_of_moments(days: u32, seconds: u64, at in -300_000_000_000_i64..=253_000_000_000) {
            let moment = Timestamp::from_second(at).unwrap();
            let span = Span { days, seconds };
            prop_assert!(span.before(moment) <= moment && moment <= span.after(moment));
        }
    }
}
