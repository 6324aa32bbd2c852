//! Weekly hours.

use std::fmt;
use std::iter::Peekable;
use std::str::Chars;

/// Seconds since local midnight: first, and first after.
type TimeSpan = (u32, u32);

const DAY: u32 = 86_400;
const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const FULL_DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const EXAMPLE: &str = "write hours as `Mon-Fri 09:00-17:00; Sat 10:00-14:00`";

/// Weekly hours, as spans of seconds since local midnight, by weekday (Monday first), sorted, apart, not touching.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hours {
    days: [Vec<TimeSpan>; 7],
}

impl Hours {
    /// Reads `Mon-Fri 09:00-17:00; Sat 10:00-14:00, 15:00-18:00`. `Err` says what is wrong and where.
    ///
    /// Days are separate (`Mon,Wed,Fri`) or ranges (`Sat-Mon`), in any case, short or full; times are on the
    /// 24-hour clock (`9`, `09:00`, `09:00:30`, `24:00` as an end). Hours that end before they begin run over
    /// midnight into the next day. Also `24/7`, and `closed` for no hours at all.
    pub fn parse(text: &str) -> Result<Self, String> {
        match text.trim().to_ascii_lowercase().as_str() {
            "24/7" => return Ok(Self::always()),
            "closed" => return Ok(Self::default()),
            _ => {}
        }
        let mut hours = Self::default();
        for entry in text.split([';', '\n']).map(str::trim).filter(|entry| !entry.is_empty()) {
            hours.add_entry(entry).map_err(|wrong| format!("in `{entry}`: {wrong}"))?;
        }
        hours.merge();
        if hours == Self::default() { Err(format!("no hours are given: {EXAMPLE}")) } else { Ok(hours) }
    }

    /// Day and night, every day.
    #[must_use]
    pub fn always() -> Self {
        Self { days: [const { (0, DAY) }; 7].map(|span| vec![span]) }
    }

    /// Working seconds in a week whose clocks are not changed.
    #[must_use]
    pub fn weekly_seconds(&self) -> u32 {
        self.days.iter().flatten().map(|(start, end)| end - start).sum()
    }

    /// The length of one working day: weekly seconds by the number of days with hours, rounded to the second.
    /// 0 without hours.
    #[must_use]
    pub fn working_day_seconds(&self) -> u32 {
        let days = self.days.iter().filter(|spans| !spans.is_empty()).count();
        u32::try_from(days).ok().and_then(|days| (self.weekly_seconds() + days / 2).checked_div(days)).unwrap_or(0)
    }

    /// The spans of a weekday, by its number from Monday = 0.
    pub(super) fn of_weekday(&self, weekday: usize) -> &[TimeSpan] {
        self.days.get(weekday).map_or(&[], Vec::as_slice)
    }

    fn add_entry(&mut self, entry: &str) -> Result<(), String> {
        let mut scanner = Scanner { chars: entry.chars().peekable() };
        let days = scanner.days()?;
        for (start, end) in scanner.times()? {
            for day in &days {
                if start < end {
                    self.add(*day, (start, end));
                } else {
                    self.add(*day, (start, DAY));
                    self.add(day + 1, (0, end));
                }
            }
        }
        Ok(())
    }

    fn add(&mut self, day: usize, span: TimeSpan) {
        if let Some(spans) = self.days.get_mut(day % 7)
            && span.0 < span.1
        {
            spans.push(span);
        }
    }

    fn merge(&mut self) {
        for spans in &mut self.days {
            spans.sort_unstable();
            // `dedup_by` gives the later span first.
            spans.dedup_by(|next, last| {
                let touches = next.0 <= last.1;
                if touches {
                    last.1 = last.1.max(next.1);
                }
                touches
            });
        }
    }
}

/// Short and canonical, so that equal hours are written alike and read back.
impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::always() {
            return f.write_str("24/7");
        }
        let mut entries = Vec::new();
        for (day, spans) in self.days.iter().enumerate() {
            let alike: Vec<usize> = (0..7).filter(|other| self.of_weekday(*other) == spans.as_slice()).collect();
            if !spans.is_empty() && alike.first() == Some(&day) {
                let times: Vec<String> = spans.iter().map(|(start, end)| format!("{}-{}", clock(*start), clock(*end))).collect();
                entries.push(format!("{} {}", days_text(&alike), times.join(", ")));
            }
        }
        f.write_str(if entries.is_empty() { "closed".to_owned() } else { entries.join("; ") }.as_str())
    }
}

/// Days in order as `Mon-Wed,Fri`.
fn days_text(days: &[usize]) -> String {
    let name = |day: Option<&usize>| day.and_then(|day| DAYS.get(*day)).copied().unwrap_or_default();
    let runs = days.chunk_by(|day, next| day + 1 == *next);
    let texts: Vec<String> = runs
        .map(|run| match run {
            [day] => name(Some(day)).to_owned(),
            _ => format!("{}-{}", name(run.first()), name(run.last())),
        })
        .collect();
    texts.join(",")
}

fn clock(seconds: u32) -> String {
    let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if second == 0 { format!("{hour:02}:{minute:02}") } else { format!("{hour:02}:{minute:02}:{second:02}") }
}

/// Reads one entry from left to right.
struct Scanner<'a> {
    chars: Peekable<Chars<'a>>,
}

impl Scanner<'_> {
    /// `Mon-Wed, Fri`, up to the first time.
    fn days(&mut self) -> Result<Vec<usize>, String> {
        let mut days = Vec::new();
        while self.next_is(char::is_alphabetic) {
            let first = self.day()?;
            let last = if self.dash() { self.day()? } else { first };
            days.extend((0..7).map(|step| (first + step) % 7).take((last + 7 - first) % 7 + 1));
            self.take(',');
        }
        if days.is_empty() { Err(format!("no day stands before the times: {EXAMPLE}")) } else { Ok(days) }
    }

    /// `10:00-14:00, 15:00-18:00`, to the end.
    fn times(&mut self) -> Result<Vec<TimeSpan>, String> {
        let mut times = Vec::new();
        loop {
            let start = self.time()?;
            if !self.dash() {
                return Err(format!("{} has no end: {EXAMPLE}", clock(start)));
            }
            let end = self.time()?;
            if start == end || start == DAY {
                return Err(format!("{}-{} is empty: a whole day is 00:00-24:00", clock(start), clock(end)));
            }
            times.push((start, end));
            if !self.take(',') {
                break;
            }
        }
        let rest: String = self.chars.by_ref().collect();
        if rest.is_empty() { Ok(times) } else { Err(format!("`{}` is not understood: {EXAMPLE}", rest.trim_end())) }
    }

    fn day(&mut self) -> Result<usize, String> {
        let word = self.run(char::is_alphabetic);
        let is_word = |name: &str| name.eq_ignore_ascii_case(&word);
        let place = |names: &[&str; 7]| names.iter().position(|name| is_word(name));
        place(&DAYS).or_else(|| place(&FULL_DAYS)).ok_or_else(|| format!("`{word}` is not a weekday: write {}", DAYS.join(", ")))
    }

    fn time(&mut self) -> Result<u32, String> {
        let word = self.run(|c| !c.is_whitespace() && !matches!(c, '-' | '–' | ','));
        read_clock(&word).ok_or_else(|| format!("`{word}` is not a time: write 09:00 or 17:30, 24:00 at the end of a day"))
    }

    /// A hyphen or a dash.
    fn dash(&mut self) -> bool {
        self.take('-') || self.take('–')
    }

    fn take(&mut self, wanted: char) -> bool {
        self.next_is(|c| c == wanted) && self.chars.next().is_some()
    }

    /// Whether the next character that is not space is such a one.
    fn next_is(&mut self, wanted: impl FnOnce(char) -> bool) -> bool {
        while self.chars.next_if(|c| c.is_whitespace()).is_some() {}
        self.chars.peek().is_some_and(|c| wanted(*c))
    }

    fn run(&mut self, belongs: impl Fn(char) -> bool) -> String {
        self.next_is(|_| true);
        std::iter::from_fn(|| self.chars.next_if(|c| belongs(*c))).collect()
    }
}

/// `9`, `09:00` or `09:00:30` as seconds since midnight, at most a whole day.
fn read_clock(text: &str) -> Option<u32> {
    let mut parts = text.split(':');
    let mut part = |below: u32| match parts.next() {
        None => Some(0),
        Some(digits) if (1..=2).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) => {
            digits.parse().ok().filter(|number| *number < below)
        }
        Some(_) => None,
    };
    let seconds = part(25)? * 3_600 + part(60)? * 60 + part(60)?;
    (parts.next().is_none() && seconds <= DAY).then_some(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn canonical(text: &str) -> String {
        Hours::parse(text).unwrap().to_string()
    }

    fn wrong(text: &str) -> String {
        Hours::parse(text).unwrap_err()
    }

    #[test]
    fn hours_are_written_as_people_write_them() {
        assert_eq!(canonical("Mon-Fri 09:00-17:00; Sat 10:00-14:00, 15:00-18:00"), "Mon-Fri 09:00-17:00; Sat 10:00-14:00, 15:00-18:00");
        assert_eq!(canonical("Mon,Wed,Fri 9-17"), "Mon,Wed,Fri 09:00-17:00");
        assert_eq!(canonical("monday - WEDNESDAY, fri 9:30 – 17:15:30;"), "Mon-Wed,Fri 09:30-17:15:30");
        assert_eq!(canonical("Sat-Mon 10-12"), "Mon,Sat-Sun 10:00-12:00");
        assert_eq!(canonical("24/7"), "24/7");
        assert_eq!(canonical("Mon-Sun 0-24"), "24/7");
        assert_eq!(canonical("Closed"), "closed");
    }

    #[test]
    fn hours_over_midnight_go_on_the_next_day() {
        assert_eq!(canonical("Sun 22:00-06:00"), "Mon 00:00-06:00; Sun 22:00-24:00");
        assert_eq!(canonical("Tue 22:00-00:00"), "Tue 22:00-24:00");
    }

    #[test]
    fn overlapping_and_touching_spans_become_one() {
        assert_eq!(canonical("Mon 9-12; Mon 11-15, 15-16; Mon 10-11"), "Mon 09:00-16:00");
    }

    #[test]
    fn a_working_day_is_the_mean_of_the_days_with_hours() {
        let hours = Hours::parse("Mon-Fri 08:00-18:00").unwrap();
        assert_eq!((hours.weekly_seconds(), hours.working_day_seconds()), (180_000, 36_000));
        let hours = Hours::parse("Mon,Tue 00:00:00-00:00:01; Wed 00:00:00-00:00:03").unwrap();
        assert_eq!(hours.working_day_seconds(), 2, "five seconds on three days, rounded");
        assert_eq!(Hours::default().working_day_seconds(), 0);
    }

    #[test]
    fn an_error_says_what_and_where() {
        assert_eq!(wrong(" "), "no hours are given: write hours as `Mon-Fri 09:00-17:00; Sat 10:00-14:00`");
        assert_eq!(wrong("Mon 9-17; Mun-Fri 9-17"), "in `Mun-Fri 9-17`: `Mun` is not a weekday: write Mon, Tue, Wed, Thu, Fri, Sat, Sun");
        assert_eq!(wrong("Mon 9am-5pm"), "in `Mon 9am-5pm`: `9am` is not a time: write 09:00 or 17:30, 24:00 at the end of a day");
        assert_eq!(wrong("9-17"), "in `9-17`: no day stands before the times: write hours as `Mon-Fri 09:00-17:00; Sat 10:00-14:00`");
        assert_eq!(wrong("Mon 9-9"), "in `Mon 9-9`: 09:00-09:00 is empty: a whole day is 00:00-24:00");
        for text in
            ["Mon", "Mon 9", "Mon 9-", "Mon 9-25", "Mon 9:60-10", "Mon 24:01-3", "Mon 24-3", "Mon 9-17 Tue", "Mon 9-17,", "Mon- 9-17", ";"]
        {
            let _ = wrong(text);
        }
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back_and_is_sorted_and_apart(
            entries in prop::collection::vec((0..7_usize, 0..DAY, 0..=DAY), 1..12)
        ) {
            let text: Vec<String> = entries.iter().filter(|(_, start, end)| start != end)
                .map(|(day, start, end)| format!("{} {}-{}", DAYS[*day], clock(*start), clock(*end))).collect();
            prop_assume!(!text.is_empty());
            let hours = Hours::parse(&text.join(";")).unwrap();
            prop_assert_eq!(Hours::parse(&hours.to_string()), Ok(hours.clone()));
            for spans in &hours.days {
                prop_assert!(spans.iter().all(|(start, end)| start < end && *end <= DAY));
                prop_assert!(spans.is_sorted_by(|one, next| one.1 < next.0));
            }
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC*|([A-Za-z0-9:,;–-]|Mon|Sun| ){0,40}") {
            let _ = Hours::parse(&text);
        }
    }
}
