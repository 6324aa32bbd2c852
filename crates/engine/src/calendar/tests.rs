//! The calendar against cases worked out by hand, and against a slow model that reads the wall clock second by second.

use super::*;
use jiff::SignedDuration;
use jiff::civil::DateTime;
use proptest::prelude::*;

const ZONES: [&str; 10] = [
    "America/New_York",
    "Europe/Berlin",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "America/Sao_Paulo",
    "Africa/Cairo",
    "Pacific/Apia",
    "America/St_Johns",
    "America/Havana",
    "UTC",
];

fn calendar(zone: &str, hours: &str) -> Calendar {
    Calendar { timezone: TimeZone::get(zone).unwrap(), hours: Hours::parse(hours).unwrap(), holidays: BTreeSet::new() }
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn span(text: &str) -> Span {
    Span::parse(text).unwrap()
}

fn add(calendar: &Calendar, from: &str, by: &str) -> Timestamp {
    calendar.add(at(from), span(by)).unwrap()
}

mod hours_and_days {
    use super::*;

    #[test]
    fn an_hour_from_saturday_afternoon_ends_on_monday_an_hour_after_opening() {
        let office = calendar("Asia/Kolkata", "Mon-Fri 10:00-18:00");
        assert_eq!(add(&office, "2026-11-21T15:00+05:30", "1h"), at("2026-11-23T11:00+05:30"));
    }

    #[test]
    fn ten_hours_and_one_day_of_ten_hours_land_on_the_same_moment() {
        let office = calendar("America/New_York", "Mon-Fri 08:00-18:00");
        let from = "2026-11-20T15:30-05:00";
        assert_eq!(add(&office, from, "10h"), at("2026-11-23T15:30-05:00"));
        assert_eq!(add(&office, from, "1d"), add(&office, from, "10h"));
        assert_eq!(add(&office, from, "1d 10h"), add(&office, from, "20h"));
    }

    #[test]
    fn time_used_up_exactly_at_the_close_ends_there() {
        let office = calendar("UTC", "Mon-Fri 09:00-12:00, 13:00-17:00");
        assert_eq!(add(&office, "2026-11-23T11:00Z", "1h"), at("2026-11-23T12:00Z"));
        assert_eq!(add(&office, "2026-11-23T11:00Z", "1h1s"), at("2026-11-23T13:00:01Z"));
        assert_eq!(add(&office, "2026-11-23T12:00Z", "4h"), at("2026-11-23T17:00Z"));
    }

    #[test]
    fn the_fraction_of_a_second_that_a_clock_starts_with_is_kept() {
        let office = calendar("UTC", "Mon-Fri 09:00-17:00");
        assert_eq!(add(&office, "2026-11-23T11:00:00.25Z", "1h"), at("2026-11-23T12:00:00.25Z"));
        assert_eq!(add(&office, "2026-11-23T16:00:00.25Z", "1h"), at("2026-11-24T09:00:00.25Z"));
        assert_eq!(add(&office, "2026-11-23T08:00:00.25Z", "1h"), at("2026-11-23T10:00Z"), "counting begins at nine");
        assert_eq!(add(&office, "1960-11-23T11:00:00.25Z", "1h"), at("1960-11-23T12:00:00.25Z"), "before 1970 too");
    }

    #[test]
    fn holidays_have_no_working_time() {
        let mut office = calendar("Europe/Berlin", "Mon-Fri 09:00-17:00");
        office.holidays.extend([jiff::civil::date(2026, 12, 24), jiff::civil::date(2026, 12, 25)]);
        assert!(!office.is_open(at("2026-12-24T10:00+01:00")));
        assert_eq!(add(&office, "2026-12-23T16:00+01:00", "2h"), at("2026-12-28T10:00+01:00"));
        assert_eq!(office.next_open(at("2026-12-24T10:00+01:00")), Some(at("2026-12-28T09:00+01:00")));
    }

    #[test]
    fn hours_over_midnight_are_one_shift() {
        let night = calendar("UTC", "Sun 22:00-06:00");
        assert_eq!(add(&night, "2026-11-22T23:00Z", "6h"), at("2026-11-23T05:00Z"));
        assert_eq!(night.closes_at(at("2026-11-22T23:00Z")), Some(at("2026-11-23T06:00Z")));
        assert_eq!(night.closes_at(at("2026-11-23T06:00Z")), None, "the end is not part of it");
    }

    #[test]
    fn a_calendar_that_never_opens_has_no_deadlines() {
        let never = calendar("UTC", "closed");
        let now = at("2026-11-23T12:00Z");
        assert!(!never.is_open(now));
        assert_eq!((never.next_open(now), never.add(now, span("1d")), never.closes_at(now)), (None, None, None));
        let always = calendar("UTC", "24/7");
        assert_eq!(always.closes_at(now), None);
        assert_eq!(always.add(now, span("4000d")), None, "not within ten years");
    }
}

mod changes_of_the_clocks {
    use super::*;

    #[test]
    fn a_skipped_hour_is_not_worked_and_a_repeated_one_is_worked_twice() {
        let shop = calendar("America/New_York", "24/7");
        assert_eq!(add(&shop, "2026-03-08T00:00-05:00", "3h"), at("2026-03-08T04:00-04:00"));
        assert_eq!(add(&shop, "2026-11-01T00:00-04:00", "3h"), at("2026-11-01T02:00-05:00"));
    }

    #[test]
    fn hours_that_begin_in_a_skipped_hour_begin_when_it_ends() {
        let shop = calendar("America/New_York", "Sun 02:30-10:00");
        assert_eq!(shop.next_open(at("2026-03-08T00:00-05:00")), Some(at("2026-03-08T03:00-04:00")));
        assert_eq!(add(&shop, "2026-03-08T00:00-05:00", "1h"), at("2026-03-08T04:00-04:00"));
        let shop = calendar("America/New_York", "Sun 00:00-02:30");
        assert_eq!(shop.closes_at(at("2026-03-08T00:00-05:00")), Some(at("2026-03-08T02:00-05:00")));
    }

    #[test]
    fn hours_that_touch_a_repeated_hour_begin_the_first_time_and_end_the_last_time() {
        let shop = calendar("America/New_York", "Sun 01:00-10:00");
        assert_eq!(shop.next_open(at("2026-11-01T00:00-04:00")), Some(at("2026-11-01T01:00-04:00")));
        let shop = calendar("America/New_York", "Sun 00:00-02:00");
        assert_eq!(shop.closes_at(at("2026-11-01T00:00-04:00")), Some(at("2026-11-01T02:00-05:00")));
        assert_eq!(shop.between(at("2026-11-01T00:00-04:00"), at("2026-11-02T00:00-05:00")), 3 * 3_600);
    }

    #[test]
    fn a_date_that_was_skipped_has_no_working_time() {
        let apia = calendar("Pacific/Apia", "Mon-Fri 09:00-17:00");
        assert_eq!(add(&apia, "2011-12-29T16:00-10:00", "2h"), at("2012-01-02T10:00+14:00"), "Friday the 30th never was");
        assert_eq!(apia.week_start(at("2011-12-31T12:00+14:00")), at("2011-12-26T00:00-10:00"));
    }

    #[test]
    fn a_day_without_midnight_starts_at_its_first_moment() {
        let cairo = calendar("Africa/Cairo", "24/7");
        assert_eq!(cairo.day_start(at("2026-04-24T12:00+03:00")), at("2026-04-24T01:00+03:00"));
        let toronto = calendar("America/Toronto", "24/7");
        assert_eq!(toronto.day_start(at("1919-03-31T12:00-04:00")), at("1919-03-31T00:30-04:00"), "23:30 became 00:30");
        let havana = calendar("America/Havana", "24/7");
        assert_eq!(havana.day_start(at("2026-11-01T12:00-05:00")), at("2026-11-01T00:00-04:00"), "the first of two midnights");
    }

    #[test]
    fn a_repeated_hour_is_two_hours() {
        let shop = calendar("America/New_York", "24/7");
        assert_eq!(shop.hour_start(at("2026-11-01T01:30-04:00")), at("2026-11-01T01:00-04:00"));
        assert_eq!(shop.hour_start(at("2026-11-01T01:30-05:00")), at("2026-11-01T01:00-05:00"));
        let lord_howe = calendar("Australia/Lord_Howe", "24/7");
        assert_eq!(lord_howe.hour_start(at("2026-04-05T01:45+10:30")), at("2026-04-05T01:30+10:30"));
        assert_eq!(calendar("Asia/Kolkata", "24/7").hour_start(at("2026-04-05T01:45+05:30")), at("2026-04-05T01:00+05:30"));
    }

    /// Each start at half past nine or on a Saturday at noon, across both changes of the clocks.
    #[test]
    fn a_year_of_deadlines_keeps_to_the_wall_clock() {
        for zone in ZONES {
            let office = calendar(zone, "Mon-Fri 09:00-17:00");
            let wall = |at: Timestamp| office.timezone.to_datetime(at);
            let mut date = jiff::civil::date(2026, 1, 1);
            while date.year() < 2027 {
                let from = office.timezone.to_timestamp(date.at(9, 30, 0, 0)).unwrap();
                let weekend = date.weekday().to_monday_zero_offset() >= 5;
                let due = wall(office.add(from, span("4h")).unwrap());
                assert_eq!((due.hour(), due.minute()), if weekend { (13, 0) } else { (13, 30) }, "{zone} {date}");
                let next = wall(office.add(from, span("1d")).unwrap());
                assert_eq!((next.hour(), next.minute()), if weekend { (17, 0) } else { (9, 30) }, "{zone} {date}");
                date = date.tomorrow().unwrap();
            }
        }
    }
}

/// Reads the wall clock second by second; knows nothing of windows or stretches.
#[derive(Debug, Clone)]
struct Model {
    zone: &'static str,
    /// Weekday from Monday = 0, first second of the day, first second after.
    entries: Vec<(i8, i32, i32)>,
    holidays: BTreeSet<Date>,
}

impl Model {
    fn calendar(&self) -> Calendar {
        let clock = |s: i32| format!("{:02}:{:02}:{:02}", s / 3_600, s / 60 % 60, s % 60);
        let day = |day: i8| ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"][day as usize];
        let entries: Vec<String> =
            self.entries.iter().map(|(d, start, end)| format!("{} {}-{}", day(*d), clock(*start), clock(*end))).collect();
        Calendar { holidays: self.holidays.clone(), ..calendar(self.zone, &entries.join("; ")) }
    }

    fn is_working(&self, wall: DateTime) -> bool {
        let second = i32::from(wall.hour()) * 3_600 + i32::from(wall.minute()) * 60 + i32::from(wall.second());
        let weekday = wall.weekday().to_monday_zero_offset();
        !self.holidays.contains(&wall.date())
            && self.entries.iter().any(|(d, start, end)| *d == weekday && (*start..*end).contains(&second))
    }

    /// For each of so many seconds from a whole second on, whether it is worked.
    fn walk(&self, from: Timestamp, seconds: i64) -> Vec<bool> {
        let zone = TimeZone::get(self.zone).unwrap();
        (0..seconds).map(|n| self.is_working(zone.to_datetime(from + SignedDuration::from_secs(n)))).collect()
    }
}

/// The moment at which so many of the seconds walked from `first` on are worked, the first of them begun at a fraction.
fn due(worked: &[bool], first: i64, fraction: i32, seconds: u64) -> Option<Timestamp> {
    let mut left = seconds;
    for (n, _) in worked.iter().enumerate().filter(|(_, open)| **open) {
        let second = first + n as i64;
        match left {
            0 => return Timestamp::new(second, fraction).ok(),
            1 if fraction == 0 => return Timestamp::from_second(second + 1).ok(),
            _ => left -= 1,
        }
    }
    None
}

fn models() -> impl Strategy<Value = Model> {
    let entries = prop::collection::vec((0..7_i8, 0..86_400_i32, 0..=86_400_i32), 1..10);
    (0..ZONES.len(), entries, prop::bool::ANY).prop_filter_map("needs hours", |(zone, mut entries, whole_hours)| {
        for (_, start, end) in &mut entries {
            if whole_hours {
                (*start, *end) = (*start / 3_600 * 3_600, *end / 3_600 * 3_600);
            }
            (*start, *end) = ((*start).min(*end), (*start).max(*end));
        }
        entries.retain(|(_, start, end)| start < end);
        (!entries.is_empty()).then_some(Model { zone: ZONES[zone], entries, holidays: BTreeSet::new() })
    })
}

/// A model, and a moment within a day of a change of its clocks where it has them, between 1995 and 2040.
fn models_and_moments() -> impl Strategy<Value = (Model, Timestamp)> {
    (models(), 788_918_400_i64..2_208_988_800, -86_400_i64..86_400, 0..1_000_000_000_i32, prop::collection::vec(-1..4_i64, 0..3)).prop_map(
        |(mut model, around, aside, nanosecond, holidays)| {
            let zone = TimeZone::get(model.zone).unwrap();
            let around = Timestamp::from_second(around).unwrap();
            let change = zone.following(around).next().map_or(around, |change| change.timestamp());
            let moment = Timestamp::new(change.as_second() + aside, if nanosecond % 2 == 0 { 0 } else { nanosecond }).unwrap();
            let date = |days: i64| zone.to_datetime(moment + SignedDuration::from_hours(24 * days)).date();
            model.holidays = holidays.into_iter().map(date).collect();
            (model, moment)
        },
    )
}

const WALKED: i64 = 3 * 86_400;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn it_agrees_with_reading_the_wall_clock_second_by_second((model, from) in models_and_moments(), part in 0..=1_000_u64) {
        let calendar = model.calendar();
        let (second, nanosecond) = whole_second(from);
        let start = Timestamp::from_second(second).unwrap();
        let worked = model.walk(start, WALKED);
        for (n, open) in worked.iter().enumerate().step_by(599) {
            prop_assert_eq!(calendar.is_open(start + SignedDuration::from_secs(n as i64)), *open);
        }
        let total = worked.iter().filter(|open| **open).count() as u64;
        prop_assert_eq!(calendar.between(start, start + SignedDuration::from_secs(WALKED)), total);
        let seconds = total * part / 1_000;
        if let Some(expected) = due(&worked, second, if worked[0] { nanosecond } else { 0 }, seconds) {
            prop_assert_eq!(calendar.add(from, Span { days: 0, seconds }), Some(expected));
        }
        prop_assert_eq!(calendar.is_open(from), worked[0]);
        let closes = worked.iter().position(|open| !open).map(|n| start + SignedDuration::from_secs(n as i64));
        if worked[0] && closes.is_some() {
            prop_assert_eq!(calendar.closes_at(from), closes);
        }
    }

    #[test]
    fn between_undoes_add((model, from) in models_and_moments(), days in 0..40_u32, seconds in 0..500_000_u64) {
        let calendar = model.calendar();
        let span = Span { days, seconds };
        let length = u64::from(days) * u64::from(calendar.hours.working_day_seconds()) + seconds;
        let due = calendar.add(from, span);
        // A few seconds a week do not reach far in ten years.
        prop_assume!(due.is_some());
        prop_assert_eq!(calendar.between(from, due.unwrap()), length);
        prop_assert!(from <= due.unwrap());
    }

    #[test]
    fn days_and_hours_begin_where_the_wall_clock_says((model, now) in models_and_moments()) {
        let calendar = model.calendar();
        let wall = |at: Timestamp| calendar.timezone.to_datetime(at);
        let back = |minutes: i64| now - SignedDuration::from_secs(60 * minutes) - SignedDuration::from_nanos(nanos_in_minute(now));
        let date = wall(now).date();
        let day = (0..60 * 60).map(back).rfind(|at| wall(*at).date() == date).unwrap();
        prop_assert_eq!(calendar.day_start(now), day);
        let offset = calendar.timezone.to_offset(now);
        let same_hour = |at: &Timestamp| wall(*at).date() == date && wall(*at).hour() == wall(now).hour() && calendar.timezone.to_offset(*at) == offset;
        let hour = (0..70).map(back).take_while(same_hour).last().unwrap();
        prop_assert_eq!(calendar.hour_start(now), hour);
        let week = calendar.week_start(now);
        prop_assert_eq!(wall(week).weekday(), jiff::civil::Weekday::Monday);
        prop_assert_eq!(calendar.day_start(week), week);
        prop_assert!(week <= now && now.duration_since(week) <= SignedDuration::from_hours(7 * 24 + 1));
    }

    #[test]
    fn no_moment_makes_it_panic(second in -377_705_023_201_i64..=253_402_207_200, days: u32, seconds: u64, zone in 0..ZONES.len()) {
        let calendar = calendar(ZONES[zone], "Mon-Fri 09:00-17:00");
        for moment in [Timestamp::from_second(second).unwrap(), Timestamp::MIN, Timestamp::MAX] {
            let _ = (calendar.add(moment, Span { days, seconds }), calendar.closes_at(moment), calendar.is_open(moment));
            let _ = (calendar.hour_start(moment), calendar.day_start(moment), calendar.week_start(moment));
        }
    }
}

fn nanos_in_minute(at: Timestamp) -> i64 {
    at.as_nanosecond().rem_euclid(60_000_000_000) as i64
}

#[test]
#[ignore = "a measurement: cargo test --release -p pointsman-engine --lib calendar -- --ignored --nocapture"]
#[allow(clippy::disallowed_methods, reason = "a measurement needs a clock")]
fn speed() {
    let mut office = calendar("America/New_York", "Mon-Fri 09:00-17:00; Sat 10:00-14:00, 15:00-18:00");
    office.holidays.extend((1..29).map(|day| jiff::civil::date(2026, 12, day)));
    let base = at("2026-11-23T12:00Z");
    let moments: Vec<Timestamp> = (0..100_000).map(|n| base + SignedDuration::from_secs(n * 997)).collect();
    let measure = |what: &str, run: &dyn Fn(Timestamp) -> bool| {
        let start = std::time::Instant::now();
        let hits = moments.iter().filter(|moment| run(**moment)).count();
        println!("{what}: {} ns ({hits})", start.elapsed().as_nanos() / moments.len() as u128);
    };
    measure("is_open", &|now| office.is_open(now));
    measure("next_open", &|now| office.next_open(now).is_some());
    measure("add 1h", &|now| office.add(now, Span { days: 0, seconds: 3_600 }).is_some());
    measure("add 90d", &|now| office.add(now, Span { days: 90, seconds: 0 }).is_some());
    measure("day_start", &|now| office.day_start(now) < now);
    measure("hour_start", &|now| office.hour_start(now) < now);
    measure("week_start", &|now| office.week_start(now) < now);
}
